"""Finding our column for a header (表头查找): by alias, by unit, by the side that it names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.nearest import did_you_mean, nearest_name
from yngis.catalogue.io.text import fold_text, part_mark
from yngis.catalogue.tables.cards.input_card import UNUSED, InputCard
from yngis.catalogue.tables.cards.kept_readings import forget_changed_files
from yngis.catalogue.tables.cards.units import (
    KINDS,
    SEPARATORS,
    Unit,
    disputed_units,
    named_units,
    read_unit,
    strange_units,
)
from yngis.catalogue.tables.headers.header_match import Understood
from yngis.catalogue.tables.headers.header_words import (
    SIDES,
    is_generic,
    only_qualifies,
    promise_of,
    read_words,
    side_of,
    side_words,
)
from yngis.catalogue.tables.headers.misspelt import may_be_misspelt
from yngis.catalogue.tables.headers.paired_headers import day_pair_headers
from yngis.measure.units import find_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.cards.input_card import Alias

_PARENTHESIS: Final = re.compile(r"\(([^()]*)\)")
# A matter of one sign, such as what is left of 延期至, tells nothing.
_SHORTEST_MATTER: Final = 2
# What may be said beside a column that only one side is kept of: 供应面积（合同约定） is the area
# supplied, 供应面积（计划） is not, and of days neither is. Other kinds may say anything.
_WORDS_KEPT: Final = frozenset({"agreed", "extended", "planned", "asked", "limit"})
_AMOUNT_KEPT: Final = frozenset({"agreed", "extended", "limit"})
_PROMISED: Final = {
    "day": frozenset[str](),
    "area": _AMOUNT_KEPT,
    "money": _AMOUNT_KEPT,
    "rate": _AMOUNT_KEPT,
    "number": _AMOUNT_KEPT,
    "share": _AMOUNT_KEPT,
}
_AMOUNTS: Final = frozenset({"area", "money", "number"})
_RATIO: Final = re.compile(
    r"[%％‰]|同比|环比|增长|增速|增幅|增减|比上年|较上年|上年同期|去年同期|占比|比重|百分比|排名|排序|位次|名次|亩均|地均|人均"
)
"""Words above a header that make of an amount a rate, a change or a rank."""
_TWO: Final = 2
_DONE: Final = "已"
ODD_UNIT: Final = "不是一类"
"""What a note says of a header whose unit measures something else than its column."""
SEVERAL_UNITS: Final = "表头各行写有几个单位 / the lines of the header name several units"
"""What a note says of a header such as 公顷 above 亩."""
_UNITLESS: Final = "无单位"
_LONGEST_FIELD: Final = 10
_WHOLE_LINE: Final = re.compile(r"(?:合计|小计|总计|共计|总数|总面积|总额|计)(?:\(.*\))?")
"""Lower lines of a header that stand for all of what is above them."""
_NUMBERED: Final = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[.、)])\s*(?=\D)")
_ROUND: Final = str.maketrans("[]【】〔〕{}<>〈〉《》", "()" * 7)


class _Known(NamedTuple):
    """A known header: its column, the unit and name of its system, and whether all of it fits."""

    column: str
    unit: str
    system: str
    whole: bool = False


class Headers:
    """
    Finder of columns by header (表头对照).

    Parameters
    ----------
    card
        The card.
    aliases
        Other headers for its columns; the first that fits decides.
    """

    def __init__(self, card: InputCard | Card, aliases: Sequence[Alias]) -> None:
        forget_changed_files()
        self.card = card
        self._sides = card.sides if isinstance(card, InputCard) else {}
        self._known: dict[str, _Known] = {}
        for column in card.columns:
            self._known[fold_text(column.name)] = _Known(column.name, column.unit or "", "card")
        for alias in aliases:
            known = _Known(alias.column, alias.unit, alias.system)
            self._known.setdefault(fold_text(alias.header), known)
            # Lines of a header are shown with a slash between them, and may be copied so.
            self._known.setdefault(fold_text(alias.header).replace("/", ""), known)
        for column in card.columns:
            self._known.setdefault(fold_text(column.zh), _Known(column.name, "", "card"))
        self._matters = self._by_matter()
        self._events = self._by_event()
        self._found: dict[tuple[str, ...], Understood] = {}
        self._dated: set[str] = set()

    def _by_matter(self) -> dict[str, _Known]:
        """Known headers of two-sided matters without their side; what has two meanings is none."""
        found: dict[str, _Known] = {}
        doubtful: set[str] = set()
        for header, known in self._known.items():
            if known.column not in self._sides or header.isascii():
                continue
            words = read_words(header)
            is_day = self.card.column(known.column).kind == "day"
            matter = words.matter if is_day else words.stem
            if len(matter) < _SHORTEST_MATTER:
                continue
            other = found.setdefault(matter, known)
            if self._sides[other.column].family != self._sides[known.column].family:
                doubtful.add(matter)
        return {matter: known for matter, known in found.items() if matter not in doubtful}

    def _by_event(self) -> dict[str, _Known]:
        """Known headers of days that have one side only, without 日期 or 时间."""
        found: dict[str, _Known] = {}
        doubtful: set[str] = set()
        for header, known in self._known.items():
            words = read_words(header)
            if known.column == UNUSED or self._has_other_side(known.column):
                continue
            if self.card.column(known.column).kind == "day" and words.matter != words.stem:
                other = found.setdefault(words.matter, known)
                if other.column != known.column:
                    doubtful.add(words.matter)
        return {matter: known for matter, known in found.items() if matter not in doubtful}

    def _has_other_side(self, name: str) -> bool:
        """Tell whether the card has a column of the same matter on another side."""
        own = self._sides.get(name)
        return own is not None and any(
            other.family == own.family and other.side != own.side for other in self._sides.values()
        )

    @property
    def title_zh(self) -> str:
        """Chinese title of the table, for messages."""
        return self.card.title_zh

    @property
    def title_en(self) -> str:
        """English title of the table."""
        return self.card.title_en

    def find(self, position: int, parts: Sequence[str], *, hint: bool = True) -> Understood:
        """Find the column that a header stands for."""
        key = tuple(parts)
        if key not in self._found:
            self._found[key] = self._find(key)
        found = replace(self._found[key], position=position)
        if not found.column and not found.note and parts and hint:
            found = replace(found, note=self._hint(parts))
        return found

    def _find(self, parts: tuple[str, ...]) -> Understood:
        header = "/".join(part for part in parts if part.strip())
        side = side_of(parts)
        lost, odd = "", ""
        for known, unit in self._fitting(parts, side):
            if known.column == UNUSED:
                return Understood(0, header, note="别名表指明不用 / not used, by the alias map")
            sided = known if known.whole else self._on_side(known, side, parts)
            if sided is None:
                lost = lost or known.column
            elif (found := self._taken(header, sided, unit, side)) is not None:
                return _without_disputed(found, parts)
            elif (other := unit or _foreign_unit(header)) is not None:
                odd = odd or self._odd_unit(sided.column, other)
        note = self._no_side(lost, side, parts) if lost else odd
        return Understood(0, header, note=note or self._part_note(parts))

    def _part_note(self, parts: Sequence[str]) -> str:
        """Say that a header names only a part of what stands above it: 存量 of 供应面积."""
        upper = parts[:-1]
        if not upper or read_unit(parts[-1]) is not None:
            return ""
        known = self._find(tuple(upper)) if len(upper) == 1 else Understood(0, "")
        if not known.column or self.card.column(known.column).kind not in _AMOUNTS:
            return ""
        return f"只是“{upper[-1]}”的一部分，未采用 / only a part of what stands above it, not used"

    def _fitting(
        self, parts: Sequence[str], side: str | None
    ) -> Iterator[tuple[_Known, Unit | None]]:
        """Known headers that a header may be, the surest first."""
        readings = [
            (name, unit, whole and candidate.whole, candidate.lower)
            for candidate in _header_candidates(parts)
            for name, unit, whole in _unit_readings(candidate.text)
        ]
        for name, unit, whole, lower in readings:
            known = self._known.get(name)
            if known is not None and not (lower and is_generic(name)):
                yield known._replace(whole=whole), unit
        for name, unit, _, _ in readings:
            words = read_words(name)
            if words.matter != words.stem and (known := self._events.get(words.matter)):
                yield known, unit  # 撤回时间 for 撤回日期
        for name, unit, _, _ in readings if side is not None else ():
            words = read_words(name)
            known = self._matters.get(words.matter) or self._matters.get(words.stem)
            if known is None or (_DONE in name and words.matter == words.stem):
                continue  # 已动工 without 日期 or 面积 asks whether, not when or how much
            yield known, unit

    def find_all(self, headers: Sequence[Sequence[str]], *, hint: bool = True) -> list[Understood]:
        """Find the columns that all headers of a table stand for."""
        found = [self.find(place, parts, hint=hint) for place, parts in enumerate(headers)]
        for place in _cut_places(headers):
            name = headers[place][-1]
            if fold_text(name) not in self._known:
                cut = self._find_cut(place, name)
                if cut.column or not found[place].column:
                    found[place] = cut if cut.note else found[place]
        # Only now: a line that makes a column useless still is a line of the header.
        bound = [self._bound_above(each, parts) for each, parts in zip(found, headers, strict=True)]
        for place, parts in enumerate(headers):
            if pair := self._find_day_pair(place, parts):
                bound[place : place + 1] = pair[:1]
                bound.append(pair[1])
        return bound

    def _find_day_pair(self, position: int, parts: Sequence[str]) -> list[Understood]:
        """Find the two columns of days of a header such as 约定开竣工时间."""
        pair = day_pair_headers(parts)
        header = "/".join(part for part in parts if part.strip())
        if pair is None or fold_text(header) in self._known:
            return []
        found = [self.find(position, half, hint=False) for half in pair]
        if any(not each.column or self.card.column(each.column).kind != "day" for each in found):
            return []
        note = "一格两个日期，按先开工后竣工拆开 / two days in a cell, start and completion"
        return [
            replace(each, header=header, half=half, note="；".join(filter(None, (each.note, note))))
            for half, each in enumerate(found)
        ]

    def _find_cut(self, position: int, name: str) -> Understood:
        """Find the column whose headers begin with a cut name, if it is one."""
        begin = fold_text(name.rstrip("\ufffd")).rstrip("(")
        names = (name for name, known in self._known.items() if known.column != UNUSED)
        whole = sorted(name for name in names if name.startswith(begin))
        if not whole:
            # 计划开工时间 is no alias: words of sides and of time make it of 开工.
            whole = sorted(name for name in self._dated_names() if name.startswith(begin))
        held = {self.find(0, [each], hint=False).column: each for each in reversed(whole)}
        if len(held) > 1:
            told = "、".join(sorted(held.values()))
            note = f"名称被截断，可能是：{told} / a cut name that may be any of these, not used"
            return Understood(position, name, note=note)
        if not held:
            return Understood(position, name)
        known = self.find(position, [next(iter(held.values()))], hint=False)
        note = f"名称被截断，按“{known.header}”读 / a cut name, read as “{known.header}”"
        return replace(known, header=name, note=note)

    def _dated_names(self) -> set[str]:
        """Headers that words of sides and of time make of the matters of days."""
        if not self._dated:
            matters = [
                matter
                for matter, known in self._matters.items()
                if self.card.column(known.column).kind == "day"
            ]
            self._dated = {
                f"{side}{matter}{time}"
                for matter in matters
                for side in side_words()
                for time in ("", "日期", "时间")
            }
        return self._dated

    def _on_side(self, known: _Known, side: str | None, parts: Sequence[str]) -> _Known | None:
        """Column of the same matter on the side that the header names."""
        own, promise = self._sides.get(known.column), promise_of(parts)
        if own is None:
            # 计划供应日期 and 供应面积（拟）: a plan is no supply, and no column keeps it.
            kept = _PROMISED.get(self.card.column(known.column).kind, _WORDS_KEPT)
            return known if promise is None or promise in kept else None
        if side in {None, own.side}:
            # 处置期限 is the last day for it, and not the day on which it was done.
            return None if promise == "limit" and own.side == "actual" else known
        for name, other in self._sides.items():
            if other == (own.family, side):
                return known._replace(column=name)
        return None

    def _taken(
        self, header: str, known: _Known, unit: Unit | None, side: str | None
    ) -> Understood | None:
        """Understand a header as a known one, unless its unit measures something else."""
        column = self.card.column(known.column)
        # A number under the card's own name may be of anything: its unit is judged by the reader.
        plain = not isinstance(self.card, InputCard) and column.kind == "number"
        free = plain and fold_text(header).startswith(column.name)
        # 面积（立方米）: a unit that no card keeps is no remark.
        stated = unit or (_foreign_unit(header) if column.kind in KINDS else None)
        if stated is not None and stated.kind != column.kind and not free:
            return None
        usual = known.unit
        basis = "header" if unit is not None or (usual and known.system == "card") else "alias"
        taken = unit or (read_unit(usual) if usual else None)
        note = ""
        own = self._sides.get(known.column)
        bare = side is None and not header.isascii()
        if own and own.side == "actual" and bare and self._has_other_side(known.column):
            note = (
                f"未写明约定或实际，按“{column.zh}” / "
                f"neither agreed nor actual is said; taken as {column.en}"
            )
        return Understood(0, header, column.name, taken, basis if taken else "", known.system, note)

    def _bound_above(self, found: Understood, parts: Sequence[str]) -> Understood:
        """Bind a number by the lines above it: 土地（亩） gives its unit, 同比增长 is no amount."""
        kind = self.card.column(found.column).kind if found.column else None
        if kind not in _AMOUNTS or (kind == "number" and isinstance(self.card, InputCard)):
            return found
        if rate := next((part for part in parts[:-1] if _RATIO.search(part)), ""):
            return _leave_header_unused(
                found, f"列在“{rate}”下，是比率、增减或排名", "a rate, change or rank"
            )
        open_ = found.unit is None and kind in KINDS and SEVERAL_UNITS not in found.note
        return _with_unit_above(found, str(kind), parts[:-1]) if open_ else found

    def _no_side(self, name: str, side: str | None, parts: Sequence[str]) -> str:
        told = SIDES.get(str(side), "约定和实际 / both agreed and actual")
        told = "期限 / a last day" if side is None and promise_of(parts) else told
        column = self.card.column(name)
        return f"写明{told}，不按“{column.zh}”读，未采用 / not read as {column.en}, not used"

    def _odd_unit(self, name: str, unit: Unit) -> str:
        """Say that a header's unit measures something else than its column."""
        column = self.card.column(name)
        own = column.unit or _UNITLESS
        return (
            f"单位 {unit.name} 与“{column.zh}”（{own}）{ODD_UNIT}，未采用 / "
            f"{unit.name} does not measure {column.en} ({own}), not used"
        )

    def _hint(self, parts: Sequence[str]) -> str:
        """Nearest known header that speaks of the same side and matter."""
        text = fold_text(parts[-1])
        side = side_of(parts)
        matters = {matter for matter in self._matters if matter in text}
        names = [
            name
            for name in self._known
            if side_of([name]) == side
            and (not matters or any(each in name for each in matters))
            and may_be_misspelt(text, name)
        ]
        near = nearest_name(text, names)
        return did_you_mean(text, [near]) if near else ""

    def continues(self, cells: Sequence[str]) -> bool:
        """Tell whether a row below a header belongs to it."""
        return bool(cells) and all(
            only_qualifies(cell) or read_words(cell).matter in self._matters for cell in cells
        )

    def score(self, headers: Sequence[Sequence[str]]) -> int:
        """Count the columns that a row of headers would give."""
        found = {
            self.find(place, parts, hint=False).column
            for place, parts in enumerate(headers)
            if parts
        }
        return len(found - {""})


def _without_disputed(found: Understood, parts: Sequence[str]) -> Understood:
    """Take the unit away where lines of a header name several, such as 公顷 above 亩."""
    lines = [f"({part})" if read_unit(part) is not None else part for part in parts]
    if found.unit is None or found.unit.kind not in disputed_units("\n".join(lines)):
        return found
    note = "；".join(filter(None, (found.note, SEVERAL_UNITS)))
    return replace(found, unit=None, unit_basis="", note=note)


def _leave_header_unused(found: Understood, why_zh: str, why_en: str) -> Understood:
    """Leave a header out, and say why."""
    note = f"{why_zh}，未采用 / {why_en}, not used"
    return Understood(found.position, found.header, note=note)


def _with_unit_above(found: Understood, kind: str, above: Sequence[str]) -> Understood:
    """Give a header the unit of its kind in the nearest line above that names one."""
    for part in reversed(above):
        units = [unit.name for unit in named_units(part) if unit.kind == kind]
        if len(units) == 1:
            return replace(found, unit=Unit(kind, units[0]), unit_basis="header")
        if units:
            return _leave_header_unused(
                found, f"“{part}”写有几个同类单位", "several units above it"
            )
        if strange := strange_units(part).get(kind):
            return _leave_header_unused(
                found, f"不认识的单位“{strange}”", "a unit that is not known"
            )
    return found


def _cut_places(headers: Sequence[Sequence[str]]) -> set[int]:
    """
    Find field names that may have been cut at the ten bytes of a Shapefile (截断的字段名).

    None where any name is longer, because then nothing was cut. What a Shapefile was saved as later
    keeps its names.
    """
    found: set[int] = set()
    for encoding in ("gb18030", "utf-8"):
        sizes = [len("".join(parts).encode(encoding, errors="ignore")) for parts in headers]
        if max(sizes, default=0) <= _LONGEST_FIELD and all(len(parts) <= 1 for parts in headers):
            # A piece of a character may have been left off: up to two bytes.
            shortest = _LONGEST_FIELD - (1 if encoding == "gb18030" else 2)
            found |= {place for place, size in enumerate(sizes) if size >= shortest}
    return found


def _foreign_unit(header: str) -> Unit | None:
    """Unit in brackets that measures people, weight or volume, which no card keeps."""
    for text in _PARENTHESIS.findall(fold_text(header)):
        found = find_unit(text)
        if found is not None and found.kind in {"people", "mass", "volume"}:
            return Unit(found.kind, found.name)
    return None


class _Candidate(NamedTuple):
    """A text that a header may mean: all of it, or its lower line where the upper one may tell."""

    text: str
    whole: bool
    lower: bool = False


def _header_candidates(parts: Sequence[str]) -> Iterator[_Candidate]:
    """Texts that a header of several lines may mean, the most telling first."""
    told = [part_mark(fold_text(part))[0].translate(_ROUND) for part in parts if part.strip()]
    for first in range(len(told)):
        # A word such as 面积 alone means what the line above it says: 建筑 over 面积 is no land.
        upper = "".join(told[:first])
        yield _Candidate("".join(told[first:]), first == 0, read_words(upper).rest != "")
    if len(told) > 1:
        yield _Candidate(told[-1] + told[-2], whole=len(told) == _TWO)
        # The upper line alone only where the lower one adds a unit, a side or a form to fill in,
        # or says the same again: 已动工 below 动工时间.
        matters = [read_words(text).matter for text in told[-2:]]
        whole = _WHOLE_LINE.fullmatch(told[-1]) is not None
        if whole or only_qualifies(told[-1]) or matters[0] == matters[1]:
            yield _Candidate(told[-2], whole=False)


def _unit_readings(text: str) -> Iterator[tuple[str, Unit | None, bool]]:
    """A header with and without what may be its unit, and whether nothing else was left out."""
    text = _NUMBERED.sub("", text).strip(SEPARATORS)
    yield text, None, True
    bare, unit = text, None
    for match in _PARENTHESIS.finditer(text):
        if found := read_unit(match[1]):
            unit, bare = found, text.replace(match[0], "")
    if unit is None:
        for length in range(min(len(text) - 1, 6), 0, -1):
            found = read_unit(text[-length:])
            before = text[-length - 1]
            part_of_word = text[-length:].isascii() and before.isascii() and before.isalnum()
            if found and not part_of_word:
                unit, bare = found, text[:-length]
                break
    if unit is not None:
        yield bare.strip(SEPARATORS), unit, True
    without = _PARENTHESIS.sub("", bare).strip(SEPARATORS)
    if without != bare:
        yield without, unit, False
