"""
What a second list says of a record that stands in a first (另表所记): taken back, work begun.

The record of the second list is left out as a double; what it alone tells is given to the first.
Where the two contradict, or nobody can tell which of several parcels is meant, it becomes a remark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.rows.double_records import contradict_traits, identity_traits
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.rows.row_rules import SAME_AREA_M2
from yngis.catalogue.tables.rows.typed import NOTE, UNREAD
from yngis.catalogue.tables.values.document_numbers import plain_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.table import InputTable, Records

MOST_ROWS: Final = 300_000
"""Rows of all lists together up to which what each says is kept, whatever its numbers."""

_NOT_LISTED: Final = "本表无此列，另表未列此宗"


class _Cell(NamedTuple):
    """What a cell says: its value, the text that was not read, the note beside it; or nothing."""

    value: Any = None
    text: Any = None
    note: Any = None

    @property
    def shown(self) -> str:
        """In words, empty where there is nothing."""
        if _is_missing(self.value):
            return "" if _is_missing(self.text) else str(self.text)
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        if isinstance(self.value, float):
            return f"{self.value:g}"
        return str(self.value)[:10] if isinstance(self.value, pd.Timestamp) else str(self.value)


class _Said(NamedTuple):
    """What a row of a list says."""

    source: str
    row: int
    area: float
    text: Any
    on: _Cell
    cells: dict[str, _Cell]
    traits: NDArray[np.uint64]

    @property
    def deals(self) -> bool:
        """Whether it tells of a disposal."""
        return not pd.isna(self.text) or self.on.shown != ""

    @property
    def shown(self) -> str:
        """Disposal in words, the day in brackets."""
        text = "处置" if pd.isna(self.text) else str(self.text)
        return f"{text}（{self.on.shown}）" if self.on.shown else text


class SecondLists:
    """
    What lists without polygons say of the records of others, by number (另表所记).

    Parameters
    ----------
    card
        Card of the records.
    tables
        All tables; those that may be a second list are read here.
    """

    def __init__(self, card: InputCard, tables: Iterable[InputTable]) -> None:
        self._card = card
        self._said: dict[str, list[_Said]] = {}
        told = card.second_list
        held = list(tables)
        if told is None or len(held) == 1:
            return
        few = sum(table.carrier.total or 0 for table in held) <= MOST_ROWS
        wanted = None if few else self._shared_numbers(held)
        for table in held:
            if table.has_geometry:
                continue
            for records in table.records(unsized=True):
                self._add(records.frame, table.source, wanted)

    def _shared_numbers(self, tables: Sequence[InputTable]) -> set[int]:
        """Hashes of the numbers that stand in more than one table: no other can be told of."""
        first: dict[int, int] = {}
        shared: set[int] = set()
        for place, table in enumerate(tables):
            for records in table.records(unsized=True):
                for number in self._numbers(records.frame):
                    mark = hash(number)
                    if number is not None and first.setdefault(mark, place) != place:
                        shared.add(mark)
        return shared

    def _add(self, frame: pd.DataFrame, source: str, wanted: set[int] | None) -> None:
        told = self._card.second_list
        if told is None:
            return
        text = frame[told.text] if told.text in frame else pd.Series(None, index=frame.index)
        cells = {name: _cells_told(frame, name) for name in (told.day, *told.also)}
        numbers, traits = self._numbers(frame), identity_traits(frame, self._card)
        for at, number in enumerate(numbers):
            if number is None or (wanted is not None and hash(number) not in wanted):
                continue
            said = {name: column[at] for name, column in cells.items() if column[at].shown}
            if pd.isna(text.iloc[at]) and not said:
                continue
            on = said.pop(told.day, _Cell())
            row, area = int(frame["row"].iloc[at]), float(frame["area_m2"].iloc[at])
            entry = _Said(source, row, area, text.iloc[at], on, said, traits[at])
            self._said.setdefault(number, []).append(entry)

    def _numbers(self, frame: pd.DataFrame) -> list[str | None]:
        """Plain number of each record: the first of the key, or what stands in for it."""
        first = self._card.key[0]
        names = [first, *(name for name, other in self._card.stand_ins.items() if other == first)]
        columns = [frame[name] for name in names if name in frame]
        found = [
            next((each for each in cells if not pd.isna(each)), None)
            for cells in zip(*columns, strict=True)
        ]
        return [plain_number(each) for each in found] if columns else [None] * len(frame)

    def enter(self, records: Records, source: str) -> Records:
        """Give the records of a source what lists of other sources alone say of them."""
        told = self._card.second_list
        if told is None or not self._said or records.frame.empty:
            return records
        numbers = self._numbers(records.frame)
        others = self._said_elsewhere(records.frame, numbers, source)
        if not any(others):
            return records
        frame = self._widened(records.frame, others)
        lines: list[tuple[Any, ...]] = []
        areas = frame["area_m2"].to_numpy(dtype=np.float64)
        places = pd.Series(range(len(frame))).groupby(np.array(numbers, dtype=object)).indices
        for at, said in enumerate(others):
            if not said:
                continue
            mine = areas[places[numbers[at]]]
            dealt = [each for each in said if each.deals]
            if dealt:
                own = frame.loc[frame.index[at], [told.text, told.day, told.day + UNREAD]]
                rule = self._judge(own, dealt, float(areas[at]), len(mine))
                if rule:
                    self._write(frame, at, dealt, taken=rule == told.taken)
                    lines.append(self._line(frame.iloc[at], told.text, _dealings(dealt), rule))
            same = _same_land(float(areas[at]), mine, said)
            for name in told.also:
                lines += self._enter_cell(frame, at, name, said, same)
        issues = pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
        joined = [each for each in (records.issues, issues) if len(each)]
        both = pd.concat(joined, ignore_index=True) if joined else records.issues
        return records._replace(frame=frame, issues=both)

    def _said_elsewhere(
        self, frame: pd.DataFrame, numbers: Sequence[str | None], source: str
    ) -> list[list[_Said]]:
        """What lists of other sources say under each number, unless it is surely of other land."""
        traits = identity_traits(frame, self._card)
        return [
            [
                each
                for each in ([] if number is None else self._said.get(number, []))
                if each.source != source
                and not contradict_traits(each.traits[None], traits[at][None])[0]
            ]
            for at, number in enumerate(numbers)
        ]

    def _widened(self, frame: pd.DataFrame, others: list[list[_Said]]) -> pd.DataFrame:
        """Frame with the columns that the lists may fill."""
        told = self._card.second_list
        wide = frame.copy()
        if told is None:
            return wide
        some = {name for said in others for each in said for name in each.cells}
        days = {each.name for each in self._card.columns if each.kind == "day"}
        filled = [told.text, told.note, told.day, *(name for name in told.also if name in some)]
        for name in filled:
            if name not in wide and name in days:
                wide[name] = np.full(len(wide), np.datetime64("NaT", "s"))
                if name != told.day:
                    # The list may be of some parcels only: who is not in it has done nothing yet,
                    # or stands in another.
                    wide[name + UNREAD] = _NOT_LISTED
            for each in (name, name + UNREAD, name + NOTE):
                if each not in wide:
                    wide[each] = pd.Series(None, index=wide.index, dtype="object")
            for each in (name + UNREAD, name + NOTE):
                wide[each] = wide[each].astype("object")
            if name in (told.text, told.note):
                wide[name] = wide[name].astype("object")
        return wide

    def _judge(self, own: pd.Series, others: list[_Said], area: float, records: int) -> str:
        """Rule by which the lists are told: taken over, left as a remark, or nothing new."""
        told = self._card.second_list
        if told is None:
            return ""
        one = others[0]
        gap = abs(one.area - area)
        same = records == 1 and len(others) == 1 and (np.isnan(gap) or gap <= SAME_AREA_M2)
        if own.isna().all():
            return told.taken if same else told.elsewhere
        agree = all(plain_text(each.text) == plain_text(own[told.text]) for each in others)
        days = {str(each.on.value)[:10] for each in others if not pd.isna(each.on.value)}
        agree &= pd.isna(own[told.day]) or days <= {str(own[told.day])[:10]}
        return "" if agree else told.elsewhere

    def _write(self, frame: pd.DataFrame, at: int, others: list[_Said], *, taken: bool) -> None:
        told = self._card.second_list
        if told is None:
            return
        label = frame.index[at]
        if taken:
            frame.loc[label, told.text] = others[0].text
            frame.loc[label, told.day] = others[0].on.value
            frame.loc[label, told.day + UNREAD] = others[0].on.text
            return
        own = frame.loc[label, told.note]
        said = [*([] if pd.isna(own) else [str(own)]), *(each.shown for each in others)]
        frame.loc[label, told.note] = "；".join(said)
        if any(each.column == told.note for each in self._card.noted):
            frame.loc[label, told.note + NOTE] = "；".join(said)

    def _enter_cell(
        self, frame: pd.DataFrame, at: int, name: str, said: list[_Said], same: _Said | None
    ) -> list[tuple[Any, ...]]:
        """Give a record what another list alone tells; tell where both tell another."""
        others = [each for each in said if name in each.cells]
        if not others:
            return []
        label = frame.index[at]
        own = _Cell(frame.loc[label, name], frame.loc[label, name + UNREAD])
        missing = own.shown in {"", _NOT_LISTED}
        if same is not None and missing and name in same.cells:
            for part, value in zip(("", UNREAD, NOTE), same.cells[name], strict=True):
                frame.loc[label, name + part] = value
            rule = "cell_taken_over"
        elif all(each.cells[name].shown == own.shown for each in others):
            return []
        else:
            rule = "cell_elsewhere"
            if missing:
                # It may be of this land or of another of its number.
                shown = "；".join(f"另表 {each.cells[name].shown}" for each in others)
                frame.loc[label, name + UNREAD] = shown
        value = "；".join(f"{x.source} 第 {x.row} 行：{x.cells[name].shown}" for x in others)
        return [self._line(frame.iloc[at], name, value, rule)]

    def _line(self, row: pd.Series, field: str, value: str, rule: str) -> tuple[Any, ...]:
        told = row_rules()[rule]
        return (
            self._card.name, row["row"], row["id"], field, value, rule, told.zh, told.mend_zh,
            row["area_m2"],
        )  # fmt: skip


def _cells_told(frame: pd.DataFrame, name: str) -> list[_Cell]:
    """Cells of a column with the texts that were not read and the notes beside them."""
    none = pd.Series(None, index=frame.index, dtype="object")
    parts = [frame.get(name + part, none) for part in ("", UNREAD, NOTE)]
    return [_Cell(*cells) for cells in zip(*parts, strict=True)]


def _is_missing(value: Any) -> bool:  # noqa: ANN401 - any cell
    return value is None or bool(pd.isna(value))


def _dealings(said: list[_Said]) -> str:
    return "；".join(f"{each.source} 第 {each.row} 行：{each.shown}" for each in said)


def _same_land(area: float, mine: NDArray[np.float64], said: list[_Said]) -> _Said | None:
    """Find the one row of another list that is surely of the same land: number and area."""
    if len(mine) == 1 and len(said) == 1 and np.isnan(said[0].area):
        return said[0]
    alike = [each for each in said if abs(each.area - area) <= SAME_AREA_M2]
    once = (np.abs(mine - area) <= SAME_AREA_M2).sum() == 1
    return alike[0] if once and len(alike) == 1 else None


def reading_order(card: InputCard, tables: Sequence[InputTable]) -> list[InputTable]:
    """
    Order tables so that a short list comes after the ledger that has its columns (读表次序).

    Of two records of the same land the first counts; a list of land taken back knows little of it.

    Parameters
    ----------
    card
        Card of the tables.
    tables
        As the user named them; tables with polygons keep their place before lists.

    Returns
    -------
    ordered
        The same tables.
    """
    told = card.second_list
    if told is None:
        return list(tables)
    beside = {told.text, told.day, told.note, *told.also}
    held = [set(table.understanding.used()) - beside for table in tables]
    wider = [
        0 if table.has_geometry else sum(mine < other for other in held)
        for table, mine in zip(tables, held, strict=True)
    ]
    places = sorted(range(len(held)), key=lambda place: wider[place])
    return [tables[place] for place in places]
