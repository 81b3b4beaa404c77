"""Letters of recognition (闲置土地认定书): which texts are the number of one that is in force."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.wording.phrases import DATE, compact_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

# 闲认(2023)5, 第5号, KM-2023-05 or a long register number; 1号地 names a plot.
_NUMBER: Final = re.compile(
    r"[\d〇零一二三四五六七八九十百]号(?![地楼宗路块线院井])|字第?\d|[(\[〔【〖]\d{2,4}[)\]〕】〗]第?\d"
    r"|[a-z]+[-_]?\d{2,}|\d{2,}[-/]\d+|\d{6,}"
)
_DAY: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def letters_in_force(texts: NDArray[np.object_], rules: RuleSet) -> NDArray[np.bool_]:
    """Tell which texts are the number of a letter of recognition in force (有效的认定书编号)."""
    words = [compact_text(word) for word in rules.grammar.no_letter]
    return np.array([_is_in_force(text, words) for text in texts], dtype=bool)


def _is_in_force(text: object, words: list[str]) -> bool:
    plain = compact_text(text) if isinstance(text, str) else ""
    if DATE.fullmatch(plain) or _DAY.fullmatch(plain):
        return False
    if _NUMBER.search(plain) is None:
        return False
    return not any(
        plain.endswith(word.removesuffix("$")) if word.endswith("$") else word in plain
        for word in words
    )
