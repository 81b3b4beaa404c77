"""The plan as data (规划数据): its tables, judged together, and the names that zones go by."""

from __future__ import annotations

from yngis.plan.layout import zone_industries, zone_segments
from yngis.plan.tables import (
    Plan,
    figure_captions,
    industry_layout,
    industry_prefectures,
    plan_industries,
    plan_outline,
    plan_segments,
    plan_targets,
    prefecture_focus,
    read_plan,
    region_members,
)
from yngis.renamed import renamed_names

__all__ = [
    "Plan",
    "figure_captions",
    "industry_layout",
    "industry_prefectures",
    "plan_industries",
    "plan_outline",
    "plan_segments",
    "plan_targets",
    "prefecture_focus",
    "read_plan",
    "region_members",
    "zone_industries",
    "zone_segments",
]

__getattr__ = renamed_names(
    "yngis.plan",
    {
        "figures": "figure_captions",
        "industries": "plan_industries",
        "segments": "plan_segments",
        "targets": "plan_targets",
    },
)
