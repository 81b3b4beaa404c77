"""Causes of idleness read from free texts (闲置原因识读)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.phrases import BREAKS, DATE, ENDS, WHOLE, compact_text, fold_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.analysis.audit.idle_words import Cause, Grammar

# 非 binds 规划调整 across such words alone: 非因规划调整, 非政府、规划调整原因.
_BETWEEN: Final = re.compile(r"(?:政府|企业)?[因由属系于、和及与]?")
_AND: Final = re.compile(r"(?:原因)?[、和及与]")


class CauseReader:
    """
    Reader of causes (闲置原因识读): 非政府原因 is not 政府原因, and what is doubted names no cause.

    Parameters
    ----------
    causes
        The causes.
    grammar
        How a cause is denied or doubted.
    """

    def __init__(self, causes: Sequence[Cause], grammar: Grammar) -> None:
        self._causes = {cause.code: cause for cause in causes}
        signs = [compact_text(sign) for sign in (*grammar.denied, *grammar.doubtful, *grammar.kept)]
        self._denied = {compact_text(sign) for sign in grammar.denied}
        self._doubtful = {compact_text(sign) for sign in grammar.doubtful}
        words = {compact_text(word): c.code for c in causes for word in c.words if word[0] != WHOLE}
        self._words = words
        every = sorted({*signs, *words}, key=lambda text: (-len(text), text))
        self._pattern = re.compile("|".join(map(re.escape, every)))
        self._after = tuple(compact_text(sign) for sign in grammar.denied_after)
        self._over = tuple(compact_text(sign) for sign in grammar.over_after)
        self._whole = {name: c.code for c in causes for name in (c.code, c.zh)}
        self._whole |= {
            compact_text(word[1:]): c.code for c in causes for word in c.words if word[0] == WHOLE
        }
        self._known: dict[str, tuple[str, ...]] = {}

    def read(self, text: object) -> tuple[str, ...]:
        """Read a text."""
        written = text if isinstance(text, str) else ""
        if written not in self._known:
            self._known[written] = self._read(written)
        return self._known[written]

    def _read(self, written: str) -> tuple[str, ...]:
        plain = compact_text(written)
        whole = self._whole.get(plain.strip(ENDS), self._whole.get(plain))
        if whole is not None:
            return (whole,)
        named: set[str] = set()
        denied: set[str] = set()
        for clause in BREAKS.split(fold_width(written)):
            part = DATE.sub("\x02", compact_text(clause))
            # 政府原因（已消除）: for how long it held is for people to find out.
            if part.startswith(self._over) and named:
                return ()
            if not self._read_clause(part, named, denied):
                return ()
        if not named:
            told = {self._causes[code].denied_as for code in denied}
            named = {code for code in told if code}
        return tuple(sorted(named, key=list(self._causes).index))

    def _read_clause(self, part: str, named: set[str], denied: set[str]) -> bool:
        """Sort the causes of a clause into named and denied; False where it doubts them."""
        bound: re.Pattern[str] | None = None
        end = 0
        for match in self._pattern.finditer(part):
            sign, between = match[0], part[end : match.start()]
            if sign in self._words:
                near = bound is not None and bound.fullmatch(between) is not None
                rest = part[match.end() :]
                if near or rest.startswith(self._after):
                    denied.add(self._words[sign])
                elif not rest.startswith(self._over):
                    # 拆迁已完成，企业未动工 names the holder alone.
                    named.add(self._words[sign])
                bound = _AND if near else None
            elif sign in self._doubtful:
                return False
            else:
                bound = _BETWEEN if sign in self._denied else None
            end = match.end()
        return True
