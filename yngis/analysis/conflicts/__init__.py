"""Zones and parcels held against red lines and other layers (冲突核查)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
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

# What compiles, measures or draws is loaded when it is used: a module beside it may need none.
__getattr__, __dir__ = names_on_demand(
    "yngis.analysis.conflicts",
    {
        "Assessment": "yngis.analysis.conflicts.assess",
        "assess_units": "yngis.analysis.conflicts.assess",
        "industrial_share": "yngis.analysis.conflicts.planned",
        "use_mismatch": "yngis.analysis.conflicts.planned",
        "ConflictRules": "yngis.analysis.conflicts.rules",
        "read_conflict_rules": "yngis.analysis.conflicts.rules",
        "conflicts": "yngis.analysis.conflicts.table",
    },
)
