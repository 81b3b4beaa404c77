"""An archive of the years (历年存档): results kept as they were, and followed from year to year."""

from __future__ import annotations

from yngis.report.archive.add import add_runs, create_archive
from yngis.report.archive.compare_years import YearsCompared, compare_years
from yngis.report.archive.edition_rows import AddedEdition
from yngis.report.archive.frames import (
    read_archive_facts,
    read_edition_folder,
    read_editions,
    read_findings,
    read_values,
    read_zone_lineage,
    read_zone_names,
)
from yngis.report.archive.verify import verify_archive

__all__ = [
    "AddedEdition",
    "YearsCompared",
    "add_runs",
    "compare_years",
    "create_archive",
    "read_archive_facts",
    "read_edition_folder",
    "read_editions",
    "read_findings",
    "read_values",
    "read_zone_lineage",
    "read_zone_names",
    "verify_archive",
]
