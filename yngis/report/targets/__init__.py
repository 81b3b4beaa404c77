"""The plan's targets as files (规划指标成果): workbook, report, maps."""

from __future__ import annotations

from yngis.report.targets.run import demo_target_inputs, read_target_inputs, write_targets

__all__ = ["demo_target_inputs", "read_target_inputs", "write_targets"]
