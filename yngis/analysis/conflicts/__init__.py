"""Zones and parcels held against red lines and other layers (冲突核查)."""

from __future__ import annotations

from yngis.analysis.conflicts.assess import Assessment, assess_units
from yngis.analysis.conflicts.planned import industrial_share, use_mismatch
from yngis.analysis.conflicts.rules import ConflictRules, read_conflict_rules
from yngis.analysis.conflicts.table import conflicts

__all__ = [
    "Assessment",
    "ConflictRules",
    "assess_units",
    "conflicts",
    "industrial_share",
    "read_conflict_rules",
    "use_mismatch",
]
