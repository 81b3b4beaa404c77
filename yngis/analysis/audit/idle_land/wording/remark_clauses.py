"""
Clauses of remarks that no rule knows (未读懂的分句).

A remark may say two things, of which the rules know one: the other is told, and decides nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.wording.phrases import (
    BREAKS,
    DATE,
    DOCUMENT_NUMBER,
    ENDS,
    TEXTS_KNOWN,
    WHOLE,
    compact_text,
)
from yngis.catalogue.io.text import fold_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

    Texts = NDArray[np.object_]

# Letters that may be left of a clause that holds a word of the rules, and of any other.
_LEFT_BESIDE_WORD: Final = 1
_LEFT_ALONE: Final = 0
# 竣工日期早于开工, 动工日期取自承诺书: what is said of a day, and gives none, is of no rule.
# 面积有误 speaks of no work: it is quoted, as nobody knows which amount is right.
_OF_AN_AMOUNT: Final = re.compile(
    r"(?:面积|金额|价款|价格|宗地数|投资额?)(?:登记|填报|录入|记载)?"
    r"(?:有误|错误|不符|不实|失实|不一致|对不上|填错|录错|存疑)"
)
_OF_A_DAY: Final = re.compile(
    r"(?:动工|开工|竣工|完工|填报|登记)的?(?:日期|时间)(?!(?:为|是|在|至|到|[^\w\x01\x02]){0,3}[\x01\x02])"
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_AMOUNT: Final = (
    r"[第约近共]?[\d.,%]+\s*(?:亿|万)?(?:余|多)?(?:元|亩|公顷|平方米|平米|㎡|m2|年|个月|月|日|天|宗|个|号|栋|层|次|户|名|条|份|期)?",
    r"[一二三四五六七八九十两几]+(?:个月|年|月|次|栋|幢|层|户|亩|期|季度)",
    r"[\W\x01\x02]+",
)


class ClauseReader:
    """
    Finder of the clauses of a text of which the rules know too little (分句识读).

    Parameters
    ----------
    rules
        The rules, whose words, marks and words beside them are taken out of each clause.
    """

    def __init__(self, rules: RuleSet) -> None:
        grammar = rules.grammar
        # What only a hand-over is told by changes no finding where it stands in a remark.
        states = [each for each in rules.states if each.code != "handed_over"]
        listed = (*rules.disposals, *rules.remarks, *states, *rules.causes)
        words = [word for each in listed for word in each.words]
        meant = {compact_text(word) for word in words if not word.startswith(WHOLE)}
        marks = {compact_text(word[1:]) for word in words if word.startswith(WHOLE)}
        for key in set(type(grammar).model_fields) - {"plain"}:
            marks |= {compact_text(mark.rstrip("$")) for mark in getattr(grammar, key)}
        # What is plain around a deed is not so without one: 重新供地.
        around = marks | {compact_text(word) for word in grammar.plain}
        self._word = _any_of(meant)
        self._known = {
            True: re.compile("|".join([_any_of(meant | around).pattern, *_AMOUNT])),
            False: re.compile("|".join([_any_of(marks).pattern, *_AMOUNT])),
        }
        self._topic = _any_of(map(compact_text, grammar.topics))
        self._reading = lru_cache(TEXTS_KNOWN)(self._read)

    def read(self, text: str) -> str:
        """Clauses of a text that are not known, joined; empty where all are."""
        return self._reading(text)

    def _read(self, text: str) -> str:
        plain = DOCUMENT_NUMBER.sub("", fold_width(text))
        parts = [part.strip() for part in BREAKS.split(plain)]
        return "，".join(part for part in parts if not self._knows(part))

    def is_beside(self, text: str) -> bool:
        """Tell whether a text is about something else than the case (联系电话)."""
        return self._topic.search(compact_text(text)) is not None

    def _knows(self, part: str) -> bool:
        clause = DATE.sub("\x02", compact_text(part)).strip(ENDS)
        if self._topic.search(clause) is not None:
            return True
        if _OF_A_DAY.search(clause) is not None or _OF_AN_AMOUNT.search(clause) is not None:
            return False
        word = self._word.search(clause) is not None
        left = len(_LETTER.findall(self._known[word].sub("\n", clause)))
        return left <= (_LEFT_BESIDE_WORD if word else _LEFT_ALONE)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda text: (-len(text), text))
    # Without any word nothing is found.
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


@lru_cache(maxsize=4)
def _clause_reader(rules: RuleSet) -> ClauseReader:
    return ClauseReader(rules)


def find_unread_clauses(texts: Texts, silent: Sequence[bool], rules: RuleSet) -> Texts:
    """
    Find what no rule knows of each text: its clauses, or all of it (未读懂的分句).

    Parameters
    ----------
    texts
        The texts, None where there is none.
    silent
        Where a text holds nothing that the rules know.
    rules
        The rules.

    Returns
    -------
    unread
        The clauses, or the text where it is silent; None where all is known.
    """
    reader = _clause_reader(rules)
    found = np.full(len(texts), None, dtype=object)
    for at, text in enumerate(texts):
        if text is not None:
            clauses = reader.read(str(text))
            whole = silent[at] and (clauses or not reader.is_beside(str(text)))
            found[at] = (text if whole else clauses) or None
    return found
