"""Change of land between two surveys (两期国土调查变化)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.analysis.change.compare import CompareRules, compare_surveys
    from yngis.analysis.change.kinds import KINDS
    from yngis.analysis.change.land_change import OVERLAYS, LandChange, change
    from yngis.analysis.change.suspects import SUSPECTS, SuspectRules

__all__ = [
    "KINDS",
    "OVERLAYS",
    "SUSPECTS",
    "CompareRules",
    "LandChange",
    "SuspectRules",
    "change",
    "compare_surveys",
]

# What compiles or measures is loaded when it is used.
__getattr__, __dir__ = names_on_demand(
    "yngis.analysis.change",
    {
        "CompareRules": "yngis.analysis.change.compare",
        "compare_surveys": "yngis.analysis.change.compare",
        "KINDS": "yngis.analysis.change.kinds",
        "OVERLAYS": "yngis.analysis.change.land_change",
        "LandChange": "yngis.analysis.change.land_change",
        "change": "yngis.analysis.change.land_change",
        "SUSPECTS": "yngis.analysis.change.suspects",
        "SuspectRules": "yngis.analysis.change.suspects",
    },
)
