"""
What a second list says of a record that stands in a first (另表所记): of land taken back, say.

The record of the second list is left out as a double; what it alone tells is given to the first.
Where the two contradict, or nobody can tell which of several parcels is meant, it becomes a remark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.rows.row_rules import SAME_AREA_M2
from yngis.catalogue.tables.rows.typed import UNREAD
from yngis.catalogue.tables.values.document_numbers import plain_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.table import InputTable, Records


class _Said(NamedTuple):
    """What a row of a list says."""

    source: str
    row: int
    area: float
    text: Any
    day: Any
    day_text: Any

    @property
    def shown(self) -> str:
        """In words, the day in brackets."""
        day = "" if pd.isna(self.day) else str(self.day)[:10]
        day = day or ("" if pd.isna(self.day_text) else str(self.day_text))
        text = "处置" if pd.isna(self.text) else str(self.text)
        return f"{text}（{day}）" if day else text


class SecondLists:
    """
    What lists without polygons say of the records of others, by number (另表所记).

    Parameters
    ----------
    card
        Card of the records.
    tables
        All tables; those that have the columns that a second list tells of are read here.
    """

    def __init__(self, card: InputCard, tables: Iterable[InputTable]) -> None:
        self._card = card
        self._said: dict[str, list[_Said]] = {}
        told = card.second_list
        held = list(tables)
        if told is None or len(held) == 1:
            return
        for table in held:
            if {told.text, told.day}.isdisjoint(table.understanding.used()) or table.has_geometry:
                continue
            for records in table.records():
                self._add(records.frame, table.source)

    def _add(self, frame: pd.DataFrame, source: str) -> None:
        told = self._card.second_list
        if told is None:
            return
        text, day, unread = (
            frame[name] if name in frame else pd.Series(None, index=frame.index, dtype="object")
            for name in (told.text, told.day, told.day + UNREAD)
        )
        numbers = self._numbers(frame)
        for at in (text.notna() | day.notna() | unread.notna()).to_numpy().nonzero()[0]:
            if (number := numbers[at]) is not None:
                said = _Said(
                    source, int(frame["row"].iloc[at]), float(frame["area_m2"].iloc[at]),
                    text.iloc[at], day.iloc[at], unread.iloc[at],
                )  # fmt: skip
                self._said.setdefault(number, []).append(said)

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
        frame = records.frame.copy()
        for name in (told.text, told.note, told.day + UNREAD):
            if name not in frame:
                frame[name] = pd.Series(None, index=frame.index, dtype="object")
            frame[name] = frame[name].astype("object")
        if told.day not in frame:
            frame[told.day] = np.full(len(frame), np.datetime64("NaT", "s"))
        lines: list[tuple[Any, ...]] = []
        numbers = self._numbers(frame)
        count = pd.Series(numbers, dtype="object").value_counts()
        for at, number in enumerate(numbers):
            told_of = [] if number is None else self._said.get(number, [])
            others = [each for each in told_of if each.source != source]
            if number is None or not others:
                continue
            own = frame.loc[frame.index[at], [told.text, told.day, told.day + UNREAD]]
            rule = self._judge(own, others, float(frame["area_m2"].iloc[at]), int(count[number]))
            if rule:
                self._write(frame, at, others, taken=rule == told.taken)
                lines.append(self._line(frame.iloc[at], others, rule))
        issues = pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
        joined = [each for each in (records.issues, issues) if len(each)]
        both = pd.concat(joined, ignore_index=True) if joined else records.issues
        return records._replace(frame=frame, issues=both)

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
        days = {str(each.day)[:10] for each in others if not pd.isna(each.day)}
        agree &= pd.isna(own[told.day]) or days <= {str(own[told.day])[:10]}
        return "" if agree else told.elsewhere

    def _write(self, frame: pd.DataFrame, at: int, others: list[_Said], *, taken: bool) -> None:
        told = self._card.second_list
        if told is None:
            return
        label = frame.index[at]
        if taken:
            frame.loc[label, told.text] = others[0].text
            frame.loc[label, told.day] = others[0].day
            frame.loc[label, told.day + UNREAD] = others[0].day_text
            return
        own = frame.loc[label, told.note]
        said = [*([] if pd.isna(own) else [str(own)]), *(each.shown for each in others)]
        frame.loc[label, told.note] = "；".join(said)

    def _line(self, row: pd.Series, others: list[_Said], rule: str) -> tuple[Any, ...]:
        told = row_rules()[rule]
        value = "；".join(f"{each.source} 第 {each.row} 行：{each.shown}" for each in others)
        field = "" if self._card.second_list is None else self._card.second_list.text
        return (
            self._card.name, row["row"], row["id"], field, value, rule, told.zh, told.mend_zh,
            row["area_m2"],
        )  # fmt: skip
