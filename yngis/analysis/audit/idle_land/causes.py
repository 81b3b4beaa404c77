"""Causes of idleness read from free texts (闲置原因识读)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.idle_land.wording.phrases import (
    BREAKS,
    DATE,
    ENDS,
    TEXTS_KNOWN,
    WHOLE,
    compact_text,
)
from yngis.catalogue.io.text import fold_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.analysis.audit.idle_land.wording.idle_words import Cause, Grammar

# 非 binds 规划调整 across such words alone: 非因规划调整, 非政府、规划调整原因.
_BETWEEN: Final = re.compile(r"(?:政府|企业)?[因由属系于、和及与]?")
_AND: Final = re.compile(r"(?:原因)?[、和及与]")
# 未发现政府原因, 不涉及红线, 不受疫情影响: whoever is named, it is not told as the cause.
_NOT_FOUND: Final = re.compile(
    r"(?:未发现|未见|未查到|查无|[未不]涉及|未涉|不受|未受|未因|[无不]需|无须|未影响|无任何|不存在任何)"
    r"[^、]{0,4}$"
)
# 未压覆, 无文物, 已避让红线: an obstacle that is not there, or no longer.
_NOT_THERE: Final = re.compile(
    r"(?:[未不无没非](?!来|按)|已避让|已避开|避让|避开|绕开|解除|曾经?)[^、]{0,3}$"
)
# 没有净地, 非净地交付, 房屋未拆迁完成: what had to be done or be there is not.
_LACKING: Final = re.compile(r"(?:没有|没|无|非|不)")
_UNDONE: Final = re.compile(r"[未没](?!来|按)[^未不没无、]{0,4}$")
_FINISHED: Final = re.compile(r"[^、已均全现]{0,2}(?:完成|完毕|结束|到位)")
_DONE_BEFORE: Final = re.compile(r"(?<![未没能不])(?:已|完成)(?!经多次|被)[^未不没无、]{0,4}$")
# What is said behind a cause that makes it one no longer, unless that itself is denied.
_NO_LONGER: Final = re.compile(
    r"已(?!导致|致|影响|造成|停|无法|被|使)|均(?=完成|通过)"
    r"|(?<![未不没难能可法])(?:完成|完毕|结束|通过|建成|正常|解决|移交|排除|解除|消除|齐全|畅通|完善|良好|达标|合格|达到|过后|过去|以后)"
    r"|(?:[未不]|没有|未产生|未造成|无)影响|[未不]涉及|不受|无关|无异议|无纠纷|无问题|不存在"
)
_LACK: Final = re.compile(r"[未不无没非缺难待]")
_JOINED: Final = re.compile(r"[、和及与]?")


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
        self._deeds = {compact_text(word) for cause in causes for word in cause.deeds}
        self._lacking = {compact_text(word) for cause in causes for word in cause.lacking}
        every = sorted({*signs, *words}, key=lambda text: (-len(text), text))
        self._pattern = re.compile("|".join(map(re.escape, every)))
        self._after = tuple(compact_text(sign) for sign in grammar.denied_after)
        self._over = tuple(compact_text(sign) for sign in grammar.over_after)
        self._whole = {name: c.code for c in causes for name in (c.code, c.zh)}
        self._whole |= {
            compact_text(word[1:]): c.code for c in causes for word in c.words if word[0] == WHOLE
        }
        self._reading = lru_cache(TEXTS_KNOWN)(self._read)

    def read(self, text: object) -> tuple[str, ...]:
        """Read a text."""
        return self._reading(text if isinstance(text, str) else "")

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
        named = {code for code in named if self._causes[code].told_as not in named}
        return tuple(sorted(named, key=list(self._causes).index))

    def _read_clause(self, part: str, named: set[str], denied: set[str]) -> bool:
        """Sort the causes of a clause into named and denied; False where it doubts them."""
        bound: re.Pattern[str] | None = None
        absent = denial = ""
        end = 0
        for match in self._pattern.finditer(part):
            sign, between = match[0], part[end : match.start()]
            if sign in self._words:
                near = bound is not None and bound.fullmatch(between) is not None
                # 无司法查封 denies one cause in two words.
                near = near or (not between and self._words[sign] == absent)
                lacks = near and not between and sign in self._lacking
                if lacks and _LACKING.fullmatch(denial):
                    named.add(self._words[sign])
                    bound, absent, end = None, "", match.end()
                    continue
                absent = self._words[sign] if near else ""
                rest = part[match.end() :]
                if near or rest.startswith(self._after):
                    denied.add(self._words[sign])
                elif not rest.startswith(self._over) and self._holds(match, end):
                    # 拆迁已完成，企业未动工 names the holder alone.
                    named.add(self._words[sign])
                bound = _AND if near else None
            elif sign in self._doubtful:
                return False
            else:
                bound = _BETWEEN if sign in self._denied else None
                denial = sign
            end = match.end()
        return True

    def _holds(self, match: re.Match[str], end: int) -> bool:
        """Tell whether a clause says that a cause holds, and not that it is absent or over."""
        sign, before = match[0], match.string[end : match.start()]
        if _NOT_FOUND.search(before) is not None:
            return False
        if self._causes[self._words[sign]].liable:
            return True
        behind = self._said_behind(match)
        if sign in self._lacking and _LACK.search(before + behind) is None:
            return False
        undone = _LACK.search(sign) or (sign in self._deeds and _UNDONE.search(before))
        if undone and _FINISHED.match(behind) is not None:
            return True
        if sign in self._deeds:
            return _DONE_BEFORE.search(before) is None and _NO_LONGER.search(behind) is None
        denied = _NOT_THERE.search(before) is not None
        return not denied and _NO_LONGER.search(behind) is None

    def _said_behind(self, match: re.Match[str]) -> str:
        """What follows a cause up to the next, or behind the last of several in one breath."""
        part, begin = match.string, match.end()
        for later in self._pattern.finditer(part, begin):
            if later[0] not in self._words:
                continue
            if _JOINED.fullmatch(part[begin : later.start()]) is None:
                return part[begin : later.start()]
            begin = later.end()
        return part[begin:]


@lru_cache(maxsize=16)
def cause_reader(causes: tuple[Cause, ...], grammar: Grammar) -> CauseReader:
    """Reader of causes, made once (闲置原因识读)."""
    return CauseReader(causes, grammar)
