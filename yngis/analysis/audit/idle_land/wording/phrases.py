"""
Free texts read for what they say was done, and for what they only say (读用语).

A text is read clause by clause. A word of the vocabulary means what it says unless the marks of
its clause turn it: 未动工, 拟收回, 正在办理收回手续, 转让未果, 部分收回 dispose of nothing.
The marks are data of the rule file; the way in which they bind is this module.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from yngis.catalogue.io.text import fold_width

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from yngis.analysis.audit.idle_land.wording.idle_words import Grammar, Word

    State = Literal["plain", "done", "negated", "intended", "pending", "doubtful", "partial"]

WHOLE: Final = "="
_AT_END: Final = "$"
BREAKS: Final = re.compile(r"[,。;!()\[\]【】「」{}\n\r|…]+|但是|但|然而|不过")
ENDS: Final = ",.。;!、:"
"""Signs at the ends of a text that say nothing."""
TEXTS_KNOWN: Final = 10_000
"""Readings that a reader keeps: ledgers repeat the same few remarks."""

DATE: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-年./](\d{1,2})(?:[-月./]\d{1,2}日?|月)?|年|(?!\d))"
)
_AREA: Final = (
    r"(?!(?<![\d.])100(?:\.0+)?%)(?<![\d.])\d+(?:\.\d+)?\s*(?:亩|公顷|平方米|平米|m2|㎡|%|万平)"
)
_AHEAD: Final = "\x01"
_PAST: Final = "\x02"
_LONGEST_QUOTED: Final = 40


class Reading(NamedTuple):
    """
    What a text says (读法).

    Attributes
    ----------
    done
        Codes of what was done, or is named without any mark, in the order of the vocabulary.
    negated
        Codes of what was not done, or is dated after the day.
    intended
        Codes of what is to be done or being done.
    doubtful
        Codes of what may or may not have been done.
    partial
        Codes of what was done to part of the land.
    revoked
        Codes among the negated whose decision was withdrawn (撤销收回决定).
    unclear
        Codes of what would be done if the letters around them, which nobody lists, said nothing.
    named
        Codes that are named as a way of doing and not told as done (已处置（缴纳闲置费）).
    last
        Code of the last word of the text that was done, empty where none was.
    understood
        Whether anything was: a word, or a mark that nothing has been done yet.
    """

    done: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()
    intended: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    last: str = ""
    understood: bool = False
    revoked: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def not_done(self) -> frozenset[str]:
        """Codes of all that is named and was not surely done."""
        return frozenset((*self.negated, *self.intended, *self.doubtful))


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Clause(NamedTuple):
    text: str
    tokens: list[_Token]
    strange: bool


class PhraseReader:
    """
    Reader of the texts of one column (用语识读).

    Parameters
    ----------
    vocabulary
        What the texts may mean.
    grammar
        What turns the meaning of a word.
    today
        Day of the audit: what is dated later in a text is intended.
    """

    def __init__(
        self, vocabulary: Sequence[Word], grammar: Grammar, today: dt.date | None = None
    ) -> None:
        self._words = {meant.code: meant for meant in vocabulary}
        self._today = today
        self._whole = {name: meant.code for meant in vocabulary for name in (meant.code, meant.zh)}
        kinds: dict[str, str] = {}
        for kind in _MARKS:
            kinds |= {compact_text(mark): kind for mark in getattr(grammar, kind)}
        # A word goes before a mark of the same letters, and a whole text before both.
        for meant in vocabulary:
            for word in meant.words:
                if word.startswith(WHOLE):
                    self._whole[compact_text(word[1:])] = meant.code
                else:
                    kinds[compact_text(word)] = meant.code
        self._kinds = kinds
        longest_first = sorted(kinds, key=lambda text: (-len(text.rstrip(_AT_END)), text))
        self._pattern = re.compile(
            "|".join(
                [
                    re.escape(text.removesuffix(_AT_END)) + ("$" if text.endswith(_AT_END) else "")
                    for text in longest_first
                ]
            )
        )
        plain = sorted(map(compact_text, grammar.plain), key=lambda text: (-len(text), text))
        self._plain = re.compile(f"(?:{'|'.join([*map(re.escape, plain), *_PLAIN_FORMS])})*")
        self._reading = lru_cache(TEXTS_KNOWN)(self._read)

    def read(self, text: object) -> Reading:
        """Read a text."""
        return self._reading(text if isinstance(text, str) else "")

    def _read(self, written: str) -> Reading:
        plain = compact_text(written)
        whole = self._whole.get(plain.strip(ENDS), self._whole.get(plain)) if plain else None
        if whole is not None or not plain:
            known = (whole,) if whole is not None else ()
            return Reading(done=known, last=whole or "", understood=bool(known))
        parts = BREAKS.split(DOCUMENT_NUMBER.sub("", fold_width(written)))
        clauses = [self._clause(part) for part in parts if part.strip()]
        found: dict[str, set[str]] = {key: set() for key in _RESULT.values()}
        understood = False
        named: set[str] = set()
        revoked: set[str] = set()
        last = ""
        for at, clause in enumerate(clauses):
            # A clause of marks alone turns its neighbours: 拟于明年，收回; 收回，已报批.
            before = _loose_mark(clauses[at - 1], self._words) if at else ""
            behind = self._loose_behind(clauses, at)
            after = _mark_behind([_loose_mark(each, self._words) for each in behind])
            if not any(token.kind in self._words for token in clause.tokens):
                understood |= _loose_mark(clause, self._words) in _NOT_DONE
                continue
            around = behind if at == 0 else [*behind, *self._loose_before(clauses, at)]
            for code, said in self._states(clause, before, after):
                state = self._settle_state(code, said, clause, behind, around)
                if state == "ignored":
                    named.add(code)
                    continue
                understood = True
                last = code if _RESULT.get(state) == "done" else last
                _note_state(found, revoked, code, state)
        if named and not understood:
            # 征收闲置费 alone names a measure and does not say that it was taken.
            understood, found["intended"] = True, named
        elif named:
            found["intended"] |= named - found["done"]
        order = list(self._words)
        told = {key: tuple(sorted(codes, key=order.index)) for key, codes in found.items()}
        return Reading(
            done=told["done"],
            negated=told["negated"],
            intended=told["intended"],
            doubtful=told["doubtful"],
            partial=told["partial"],
            last=last,
            understood=understood,
            revoked=tuple(sorted(revoked, key=order.index)),
            unclear=told["unclear"],
            named=tuple(sorted(named - found["done"], key=order.index)),
        )

    def _loose_behind(self, clauses: Sequence[_Clause], at: int) -> list[_Clause]:
        """Clauses without a word that follow a clause, up to the next with one."""
        return list(takewhile(self._is_loose, clauses[at + 1 :]))

    def _loose_before(self, clauses: Sequence[_Clause], at: int) -> list[_Clause]:
        return list(takewhile(self._is_loose, clauses[at - 1 :: -1]))

    def _is_loose(self, clause: _Clause) -> bool:
        return not any(token.kind in self._words for token in clause.tokens)

    def _settle_state(
        self,
        code: str,
        state: str,
        clause: _Clause,
        behind: Sequence[_Clause],
        around: Sequence[_Clause],
    ) -> str:
        """Take a deed for unclear where letters stand by it that may turn what it is done to."""
        meant = self._words[code]
        if not meant.whole_land or state not in {"plain", "done"}:
            return state
        texts = [clause.text, *(each.text for each in around)]
        if any(word in text for word in meant.not_with for text in texts):
            return "doubtful"
        marks = [_loose_mark(each, self._words) for each in behind]
        if _mark_behind(marks) in _NOT_DONE:
            return "doubtful"  # 已处置（约谈）, 已收回（未办理手续）
        return "unclear" if clause.strange or any(each.strange for each in behind) else state

    def _clause(self, part: str) -> _Clause:
        text = DATE.sub(self._dated, compact_text(part))
        tokens = [
            _Token(self._kind(match), match[0], match.start(), match.end())
            for match in self._pattern.finditer(text)
        ]
        ahead = [at for at, sign in enumerate(text) if sign == _AHEAD]
        tokens += [_Token("ahead", _AHEAD, at, at + 1) for at in ahead]
        tokens.sort(key=lambda token: token.start)
        read = [token for token in tokens if token.kind != "kept"]
        return _Clause(text, read, self._is_strange(text, tokens))

    def _is_strange(self, text: str, tokens: Sequence[_Token]) -> bool:
        """Tell whether letters are left between the words and marks that nobody lists."""
        ends = [0, *(token.end for token in tokens)]
        starts = [*(token.start for token in tokens), len(text)]
        between = [text[end:start] for end, start in zip(ends, starts, strict=True)]
        return any(self._plain.fullmatch(part) is None for part in between)

    def _kind(self, match: re.Match[str]) -> str:
        at_end = match.end() == len(match.string)
        if at_end and (kind := self._kinds.get(match[0] + _AT_END)):
            return kind
        return self._kinds[match[0]]

    def _dated(self, match: re.Match[str]) -> str:
        if self._today is None:
            return _PAST
        year, month = int(match[1]), int(match[2] or 0)
        later = year > self._today.year or (year == self._today.year and month > self._today.month)
        return _AHEAD if later else _PAST

    def _states(self, clause: _Clause, before: str, after: str) -> list[tuple[str, str]]:
        """State of every word of a clause."""
        doubtful = after == "doubtful" or any(t.kind == "doubtful" for t in clause.tokens)
        partial = not any(token.kind == "whole" for token in clause.tokens) and (
            any(token.kind == "partial" for token in clause.tokens)
            or re.search(_AREA, clause.text) is not None
            or after == "partial"
        )
        places = [at for at, token in enumerate(clause.tokens) if token.kind in self._words]
        told = []
        for number, at in enumerate(places):
            last = number + 1 == len(places)
            end = len(clause.tokens) if last else places[number + 1]
            meant = self._words[clause.tokens[at].kind]
            state = _state_before_word(clause.tokens[:at], before, agreed=meant.agreed)
            if state in {"plain", "done"}:
                behind = clause.tokens[at + 1 : end]
                state = _state_behind_word(behind, state, last=last, agreed=meant.agreed)
            if state == "plain" and after in _NOT_DONE:
                state = after
            elif after in {"failed", _REVOKED} and state != _REVOKED:
                state = "negated" if after == "failed" else _REVOKED
            if doubtful or any(word in clause.text for word in meant.not_with):
                state = "doubtful"
            elif partial and state in {"plain", "done"}:
                state = "partial"
            elif partial and (state in _NOT_DONE or state == _REVOKED):
                # 二期未动工 denies nothing of the rest.
                state += _IN_PART
            if meant.needs_done and state == "plain":
                state = "ignored"
            told.append((meant.code, state))
        return told


@lru_cache(maxsize=16)
def phrase_reader(
    vocabulary: tuple[Word, ...], grammar: Grammar, today: dt.date | None = None
) -> PhraseReader:
    """Reader of some texts, made once (用语识读)."""
    return PhraseReader(vocabulary, grammar, today)


_MARKS: Final = (
    "kept", "done", "finished", "negated", "intended", "pending", "failed", "undone", "revoked",
    "consents", "agreements", "steps", "papers", "doubtful", "partial", "whole",
)  # fmt: skip
# Agents, documents, amounts and reasons stand around a deed and do not change it. A name that
# holds a verb of giving back, or of error, is none.
_PLAIN_FORMS: Final = (
    r"[^返还退给又再后误错重另\W]{0,14}(?:公司|企业|集团|政府|管委会|局|委员会|部门|法院|业主|受让人|使用权人)",
    r"(?:因|由于|鉴于).*",
    r"[\d.,%]+(?:亿|万)?(?:元|亩|公顷|平方米|平米|㎡|m2|年|个月|月|日|天|宗|个)?",
    r"[\x01\x02\s\-—–~、:;,./\"'“”‘’《》<>]",
)
DOCUMENT_NUMBER: Final = re.compile(r"[^\W\d]{0,8}[〔\[(](?:19|20)\d\d[〕\])]\s*第?\s*\d+\s*号")
_IN_PART: Final = " in part"
_REVOKED: Final = "revoked"
_SLACK: Final = 2  # letters beside a mark that is all that a clause says
_NOT_DONE: Final = {"negated", "intended", "pending", "ahead"}
_DENIED: Final = {"negated", _REVOKED}


def _note_state(found: dict[str, set[str]], revoked: set[str], code: str, state: str) -> None:
    """Add what one clause says of a measure to what the clauses before it said."""
    if state == "done":
        # 督促企业动工，企业已开工: what was only asked for has been done since.
        found["intended"].discard(code)
        found["negated"].discard(code)
        revoked.discard(code)
    found[_RESULT[state.removesuffix(_IN_PART)]].add(code)
    if state.startswith(_REVOKED):
        revoked.add(code)
    if state.endswith(_IN_PART):
        found["partial"].add(code)


_RESULT: Final = {
    "plain": "done", "done": "done", "partial": "partial", "negated": "negated",
    "ahead": "negated", "revoked": "negated", "intended": "intended", "pending": "intended",
    "doubtful": "doubtful", "unclear": "unclear",
}  # fmt: skip


def _state_before_word(tokens: Sequence[_Token], carried: str, *, agreed: bool) -> str:
    """State that the marks before a word give it: the nearest decides, 完成 only confirms."""
    state = carried if carried in _NOT_DONE else "plain"
    for token in tokens:
        if state == "ahead":
            break
        if token.kind == "done" or (token.kind == "finished" and state == "plain"):
            state = "done"
        elif token.kind in _NOT_DONE:
            state = token.kind
        elif token.kind == "undone":
            state = "negated"
        elif token.kind == _REVOKED:
            # 拟撤销收回决定 and 未撤销收回决定: what was decided stands, and nobody knows how far.
            state = "negated" if state in _NOT_DONE else _REVOKED
        elif token.kind == "consents" and not agreed and state not in _DENIED:
            state = "intended"
        elif token.kind == "papers" and state not in _DENIED:
            # 通知企业动工: a paper before the deed asks for it.
            state = "intended"
    return state


def _state_behind_word(tokens: Sequence[_Token], state: str, *, last: bool, agreed: bool) -> str:
    """State after the marks behind a word that nothing before it denies."""
    said = state
    kinds = [token.kind for token in tokens]
    if _REVOKED in kinds and _NOT_DONE.isdisjoint(kinds[: kinds.index(_REVOKED)]):
        return _REVOKED  # 收回决定已撤销: whatever stands between
    for token in tokens:
        if token.kind in {"failed", "undone"}:
            return "negated"
        if token.kind == "papers" or (token.kind == "agreements" and not agreed):
            return "pending"
        if token.kind == "ahead" and agreed:
            continue
        if token.kind == "steps" and said == "plain":
            said = "pending"
        # Marks between two words bind the second, unless a proceeding of the first is told.
        elif (last or said == "pending") and token.kind in _NOT_DONE:
            return token.kind
        elif token.kind in {"done", "finished"}:
            said = "done"
    return said


def _mark_behind(marks: Sequence[str]) -> str:
    """What the clauses behind a deed say of it: a failure counts wherever among them it stands."""
    # 收回（2023年已批复，企业未交还）; a mark of intention further behind is of another deed.
    late = [mark for mark in marks if mark in {"failed", _REVOKED}]
    return late[0] if late else next(iter(marks), "")


def _loose_mark(clause: _Clause, words: dict[str, Word]) -> str:
    """What a clause without any word says of its neighbours."""
    kinds = [token.kind for token in clause.tokens]
    if any(kind in words for kind in kinds):
        return ""
    if _REVOKED in kinds and _NOT_DONE.isdisjoint(kinds):
        return _REVOKED
    if not {"failed", "undone", _REVOKED}.isdisjoint(kinds):
        return "failed"
    # 处置完毕（部分）: such a mark turns its neighbour where it is all that the clause says.
    for kind in ("doubtful", "partial"):
        said = [token for token in clause.tokens if token.kind == kind]
        if said and len(clause.text) <= sum(len(token.text) for token in said) + _SLACK:
            return kind
    told = ["intended" if kind == "papers" else kind for kind in kinds]
    told = [kind for kind in told if kind in _NOT_DONE]
    return told[-1] if told else ""


def shorten_text(text: object, most: int = _LONGEST_QUOTED) -> str:
    """
    Put a text of the record on one line, no longer than a sentence bears (引文).

    Examples
    --------
    >>> shorten_text("收回  决定 已下达", 6)
    '收回 决定 …'
    """
    shown = " ".join(text.split()) if isinstance(text, str) else ""
    return f"{shown[:most]}…" if len(shown) > most else shown


def compact_text(text: str) -> str:
    """Fold a text and take out all blanks."""
    return "".join(fold_width(text).split()).casefold()
