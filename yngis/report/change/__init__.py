"""Change between two land surveys as files (国土变化成果): workbook, report, maps, layers."""

from __future__ import annotations

from yngis.report.change.run import ChangeInputs, write_change

__all__ = ["ChangeInputs", "write_change"]
