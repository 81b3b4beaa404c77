"""The offline site of an archive (门户): an index, and one page per zone (一区一档)."""

from __future__ import annotations

from yngis.report.portal.archive_reading import read_archive_view
from yngis.report.portal.run import PortalWritten, write_portal
from yngis.report.portal.view import ArchiveView

__all__ = ["ArchiveView", "PortalWritten", "read_archive_view", "write_portal"]
