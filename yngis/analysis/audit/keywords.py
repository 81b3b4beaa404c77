"""Free texts of a column read for what they mean, by the words of a rule set."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yngis.analysis.audit.idle_rules import Word

_WHOLE = "="


def meanings(texts: Iterable[object], vocabulary: Sequence[Word]) -> list[tuple[str, ...]]:
    """
    Read every text of a column.

    Parameters
    ----------
    texts
        Free texts, ``(n,)``; missing and blank ones mean nothing.
    vocabulary
        What they may mean.

    Returns
    -------
    codes
        For each text its codes in the order of the vocabulary; none where it means none of them.
    """
    # The longest first, each taken out once found: 非企业 holds 企业 and does not mean it.
    words = sorted(
        ((word, meant.code) for meant in vocabulary for word in meant.words),
        key=lambda pair: -len(pair[0]),
    )
    whole = {name: meant.code for meant in vocabulary for name in (meant.code, meant.zh)}
    whole |= {word[1:]: code for word, code in words if word.startswith(_WHOLE)}
    order = {meant.code: place for place, meant in enumerate(vocabulary)}
    known: dict[str, tuple[str, ...]] = {}
    found = []
    for text in texts:
        written = text if isinstance(text, str) else ""
        if written not in known:
            plain = "".join(unicodedata.normalize("NFKC", written).split())
            codes = {whole[plain]} if plain in whole else _contained(plain, words)
            known[written] = tuple(sorted(codes, key=order.__getitem__))
        found.append(known[written])
    return found


def _contained(plain: str, words: Sequence[tuple[str, str]]) -> set[str]:
    found = set()
    for word, code in words:
        if not word.startswith(_WHOLE) and word in plain:
            plain = plain.replace(word, "\0")
            found.add(code)
    return found
