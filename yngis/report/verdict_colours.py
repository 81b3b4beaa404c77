"""Colours of verdicts, the same on every map and in every report (结论用色)."""

from __future__ import annotations

from typing import Final

# Blue against brown, never green against red: the worst pair of all, with the white of missing
# values, is 11 apart in CAM02-UCS in normal vision and in the three kinds of colour blindness.
GOOD: Final = "#2166AC"
"""Met, preferred (达到、优先)."""

ON_COURSE: Final = "#88CCEE"
"""Not yet met, but on course (进度正常)."""

NEUTRAL: Final = "#D9D9D9"
"""Nothing follows (无奖惩)."""

BAD: Final = "#B35806"
"""Missed, behind, sanctioned (落后、扣减)."""

UNCLEAR: Final = "#FEE391"
"""Cannot be decided (无法判定)."""

FINDING_COLOURS: Final = {
    "suspected_idle": "#882255",
    "overdue_start": "#CC6677",
    "suspended": "#DDCC77",
    "overdue_completion": "#332288",
    "indeterminate": "#777799",
    "not_due": "#88CCEE",
    "in_progress": "#44AA99",
    "completed": "#117733",
    "disposed": "#CCCCCC",
}
"""Colours of the findings: Paul Tol's muted scheme, and two greys for what is not known or over."""
