"""The plan as data (规划数据): its tables, judged together, and the names that zones go by."""

from __future__ import annotations

from yngis.plan.layout import zone_industries, zone_segments
from yngis.plan.tables import (
    Plan,
    figures,
    industries,
    industry_layout,
    industry_prefectures,
    plan_outline,
    prefecture_focus,
    read_plan,
    region_members,
    segments,
    targets,
)

__all__ = [
    "Plan",
    "figures",
    "industries",
    "industry_layout",
    "industry_prefectures",
    "plan_outline",
    "prefecture_focus",
    "read_plan",
    "region_members",
    "segments",
    "targets",
    "zone_industries",
    "zone_segments",
]
