"""What a wrong name was most likely meant to be: by a short form, by characters, by sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.catalogue.io.nearest import ask_if_meant
from yngis.plan.names import ALIKE, name_likeness

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNITS = "州市县区"


def name_remedy(wrong: str, right: Iterable[str], home: str) -> str:
    """
    Say which name was most likely meant, or where the right names stand (改法).

    Examples
    --------
    >>> name_remedy("红河州", ["昆明市", "红河哈尼族彝族自治州"], "region_members.csv")
    '是否应为“红河哈尼族彝族自治州”？ / did you mean “红河哈尼族彝族自治州”?'
    >>> name_remedy("绿色桂", ["绿色铝", "绿色硅"], "segments.csv")
    '是否应为“绿色硅”？ / did you mean “绿色硅”?'
    >>> name_remedy("旅游", ["绿色铝", "绿色硅"], "segments.csv")
    '用 segments.csv 中的写法 / write one of segments.csv'
    """
    names = list(right)
    stem = wrong[:-1] if len(wrong) > 2 and wrong[-1] in _UNITS else wrong  # noqa: PLR2004 - 红河州, not 云县
    longer = [name for name in names if len(stem) > 1 and name.startswith(stem)]
    if len(longer) == 1:
        return ask_if_meant(longer)
    near = max(names, key=lambda name: name_likeness(wrong, name), default=None)
    if near is None or name_likeness(wrong, near) < ALIKE:
        return f"用 {home} 中的写法 / write one of {home}"
    return ask_if_meant([near])
