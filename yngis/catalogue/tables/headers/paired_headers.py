"""Headers of two days in one column (一列两日): 约定开竣工时间 is a start and a completion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAIR: Final = re.compile(
    r"(?P<start>开|动)工?(?:建设)?(?:日期|时间)?[、,，/和及与至到~—–-]*\(?(?P<end>竣|完)\)?工"
)

_ONE: Final = re.compile(r"[开动竣完]工")


def day_pair_headers(parts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """
    Write a header of two days as two headers (一列两日).

    Parameters
    ----------
    parts
        Lines of the header from top to bottom.

    Returns
    -------
    start, completion
        The header as it would stand above each day alone; None where it names one.

    Examples
    --------
    >>> day_pair_headers(["合同约定开、竣工日期"])
    (('合同约定开工日期',), ('合同约定竣工日期',))
    >>> day_pair_headers(["实际", "开工/竣工时间"])
    (('实际', '开工时间'), ('实际', '竣工时间'))
    >>> day_pair_headers(["约定竣工时间"]) is None
    True
    """
    folded = [fold_text(part) for part in parts]
    pairs = [_PAIR.search(part) for part in folded]
    if sum(match is not None for match in pairs) != 1:
        return None
    at = next(place for place, match in enumerate(pairs) if match is not None)
    if any(_ONE.search(part) for part in folded[at + 1 :]):
        return None  # 开竣工情况 above 开工 and 竣工
    told = [
        [
            part if match is None else _PAIR.sub(f"{match[role]}工", part, count=1)
            for part, match in zip(folded, pairs, strict=True)
        ]
        for role in ("start", "end")
    ]
    return tuple(told[0]), tuple(told[1])
