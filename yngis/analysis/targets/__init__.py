"""The plan's numeric targets (规划指标核对): is each zone, and the province, on course."""

from __future__ import annotations

from yngis.analysis.targets.checks import (
    VERDICTS,
    TargetChecks,
    check_targets,
    inferred_base_year,
    plan_horizon,
)
from yngis.analysis.targets.growth import (
    expected_value,
    growth_table,
    plan_pace,
    required_growth,
    tier_table,
)
from yngis.analysis.targets.panel import Panel, make_panel
from yngis.analysis.targets.readings import Reading, read_readings

__all__ = [
    "VERDICTS",
    "Panel",
    "Reading",
    "TargetChecks",
    "check_targets",
    "expected_value",
    "growth_table",
    "inferred_base_year",
    "make_panel",
    "plan_horizon",
    "plan_pace",
    "read_readings",
    "required_growth",
    "tier_table",
]
