"""The plan's numeric targets (规划指标核对): is each zone, and the province, on course for 2025."""

from __future__ import annotations

from yngis.analysis.targets.checks import BASE_YEAR, HORIZON, VERDICTS, TargetChecks, check_targets
from yngis.analysis.targets.growth import (
    PACE,
    expected_value,
    growth_table,
    required_growth,
    tier_table,
)
from yngis.analysis.targets.panel import PROVINCE, Panel, make_panel
from yngis.analysis.targets.readings import Reading, read_readings

__all__ = [
    "BASE_YEAR",
    "HORIZON",
    "PACE",
    "PROVINCE",
    "VERDICTS",
    "Panel",
    "Reading",
    "TargetChecks",
    "check_targets",
    "expected_value",
    "growth_table",
    "make_panel",
    "read_readings",
    "required_growth",
    "tier_table",
]
