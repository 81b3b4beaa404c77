"""Degrees, minutes and seconds as people write them (度分秒)."""

from __future__ import annotations

import re
from typing import Final

_MINUTE: Final = "['\u2032\u2019\u2018\uff07分]"
_SECOND: Final = "(?:[\"\u2033\u201d\u201c\uff02秒]|''|\u2032\u2032|\u2019\u2019)"
_DEGREES: Final = re.compile(
    rf"(?P<before>[EWNS]|东经|西经|北纬|南纬)?\s*(?P<degrees>\d{{1,3}}(?:\.\d+)?)\s*[°度º]\s*"
    rf"(?:(?P<minutes>\d{{1,2}}(?:\.\d+)?)\s*{_MINUTE}\s*)?"
    rf"(?:(?P<seconds>\d{{1,2}}(?:\.\d+)?)\s*{_SECOND}\s*)?(?P<behind>[EWNS])?",
    re.IGNORECASE,
)
_FULL: Final = 60.0
_BACKWARD: Final = frozenset({"W", "S", "西经", "南纬"})
_ALONG: Final = {"lon": frozenset({"E", "W", "东经", "西经"})}
_ALONG["lat"] = frozenset({"N", "S", "北纬", "南纬"})


def read_degrees(text: str, axis: str) -> float | None:
    """
    Read an angle in degrees, minutes and seconds (度分秒).

    Parameters
    ----------
    text
        Such as 102°42'44.3"E, 102°42′44″ or 102度42分44秒.
    axis
        ``lon`` or ``lat``: a letter of the other one is not read.

    Returns
    -------
    degrees
        Decimal degrees, negative to the west and south; None where the text is no such angle.

    Examples
    --------
    >>> read_degrees("102度30分0秒", "lon"), read_degrees("25°15′N", "lat")
    (102.5, 25.25)
    >>> read_degrees("25°15′N", "lon"), read_degrees("25°75′", "lat"), read_degrees("25.5", "lat")
    (None, None, None)
    """
    match = _DEGREES.fullmatch(text.strip())
    if match is None:
        return None
    sides = {side.upper() for side in (match["before"], match["behind"]) if side}
    parts = [float(match[name] or 0.0) for name in ("degrees", "minutes", "seconds")]
    if len(sides) > 1 or not sides <= _ALONG[axis] or max(parts[1:]) >= _FULL:
        return None
    # 102.5°30′ says two things, 102°42″ leaves out the minutes.
    written = [match[name] for name in ("degrees", "minutes", "seconds") if match[name]]
    if any("." in part for part in written[:-1]) or (match["seconds"] and not match["minutes"]):
        return None
    value = parts[0] + (parts[1] + parts[2] / _FULL) / _FULL
    return -value if sides & _BACKWARD else value
