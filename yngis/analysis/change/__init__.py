"""Change of land between two surveys (两期国土调查变化)."""

from __future__ import annotations

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
