"""The evaluation of land use as files (集约利用成果): workbook, report, maps."""

from __future__ import annotations

from yngis.report.intensity.run import write_intensity

__all__ = ["write_intensity"]
