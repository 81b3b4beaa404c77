"""Numbers of approvals and contracts (文号、编号): one plain form for all spellings of a number."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_OPEN: Final = "〔[（({【［｛〈《「『"
_CLOSE: Final = "〕]）)}】］｝〉》」』"
_BRACKETS: Final = str.maketrans(_OPEN + _CLOSE, "(" * len(_OPEN) + ")" * len(_CLOSE))
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63~－—–-]+")
# Signs that are not seen: zero width, soft hyphen, marks of direction.
_UNSEEN: Final = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
# Between two figures they keep them apart: 1号2 is not 12.
_COUNTER: Final = re.compile(r"(?<!\d)第+(?=\d)|(?<=\d)号+(?!\d)")


def plain_number(text: object) -> str | None:
    """
    Plain form of a document's number, for matching and never for showing (文号归一).

    Parameters
    ----------
    text
        Number as it is written; not a text where there is none.

    Returns
    -------
    plain
        Equal for numbers that differ only in the kind of bracket or dash, blanks, full width, case,
        第 and 号; None where nothing is left.

    Examples
    --------
    >>> plain_number("云政〔2020〕12号") == plain_number("云政 （２０２０）第１２号")
    True
    >>> plain_number("ht-2020－001"), plain_number(" — "), plain_number(None)
    ('HT-2020-001', None, None)
    """
    if not isinstance(text, str):
        return None
    folded = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)
    plain = _COUNTER.sub("", _DASHES.sub("-", folded)).upper()
    return plain if any(sign.isalnum() for sign in plain) else None
