"""What is wrong with single rows (问题清单): row, field, value, rule and remedy of every fault."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.tables.cards.input_card import inputs_dir
from yngis.catalogue.tables.cards.kept_readings import keep_reading

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

ISSUE_COLUMNS: Final = (
    "table", "row", "id", "field", "value", "rule", "meaning", "remedy", "area_m2",
)  # fmt: skip
REJECTED_COLUMNS: Final = ("table", "row", "id", "rule", "meaning", "remedy", "area_m2", "record")
MAY_BE_RECORDS: Final = frozenset(
    {
        "no_area", "feature_unreadable", "not_an_area", "drawn_as_fill", "file_cut_off",
        "row_too_long", "row_shifted", "section_differs",
    }
)  # fmt: skip
"""Rules by which a row is left out that may be a record all the same."""
_LONGEST_VALUE: Final = 200


class RowRule(NamedTuple):
    """
    A rule that a row may break (规则).

    Attributes
    ----------
    rule
        Its code.
    outcome
        ``rejected``: the row is not counted; ``flagged``: it is, with this doubt.
    zh, en
        What is wrong.
    mend_zh, mend_en
        What to do.
    """

    rule: str
    outcome: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str


@keep_reading("row_rules.csv")
def row_rules() -> dict[str, RowRule]:
    """
    All rules that rows are judged by, by code (逐行规则).

    Returns
    -------
    rules
        As the file ``row_rules.csv`` has them.

    Examples
    --------
    >>> row_rules()["no_area"].outcome
    'rejected'
    """
    with (inputs_dir() / "row_rules.csv").open(encoding="utf-8", newline="") as file:
        return {line[0]: RowRule(*line) for line in list(csv.reader(file))[1:]}


class Faults:
    """
    Faults of the rows of one batch, gathered as they are found.

    Parameters
    ----------
    table
        Name of the input card.
    rows
        Numbers of the rows in the file, ``(n,)``.
    """

    def __init__(self, table: str, rows: NDArray[np.int64]) -> None:
        self.table, self.rows = table, rows
        self.rejected = np.zeros(len(rows), dtype=bool)
        self._flagged: list[tuple[int, str, Any, str]] = []
        self.of_columns: dict[tuple[str, str], str] = {}
        self._reasons: list[tuple[int, str, Any]] = []

    def flag(self, where: Iterable[int], field: str, values: object, rule: str) -> None:
        """Note a doubt about rows that are kept."""
        if isinstance(values, np.ndarray) and len(values) == len(self.rows):
            self._flagged += [(int(at), field, values[at], rule) for at in where]
        else:
            self._flagged += [(int(at), field, values, rule) for at in where]

    def doubt_column(self, field: str, value: str, rule: str) -> None:
        """Note a doubt about a whole column, which no row carries; the whole table tells it."""
        self.of_columns[field, rule] = value

    def withdraw(self, where: Container[int], field: str, rule: str) -> None:
        """Take back a doubt that another one tells better."""
        self._flagged = [
            each
            for each in self._flagged
            if not (each[0] in where and each[1] == field and each[3] == rule)
        ]

    def flagged(self, field: str, rules: Container[str]) -> list[int]:
        """List rows with a doubt about a column."""
        return [at for at, name, _, rule in self._flagged if name == field and rule in rules]

    def reject(
        self, where: Iterable[int], rule: str, values: NDArray[np.object_] | None = None
    ) -> None:
        """Leave rows out of every count."""
        for at in where:
            if not self.rejected[at]:
                self.rejected[at] = True
                self._reasons.append((int(at), rule, None if values is None else values[at]))

    def issues(self, ids: Sequence[str], area: NDArray[np.float64]) -> pd.DataFrame:
        """Tell the doubts as a table."""
        kept = [each for each in self._flagged if not self.rejected[each[0]]]
        kept.sort(key=lambda each: each[0])
        rules = row_rules()
        return pd.DataFrame(
            [
                (
                    self.table, int(self.rows[at]), ids[at], field, shown_cell(value), rule,
                    rules[rule].zh, rules[rule].mend_zh, area[at],
                )
                for at, field, value, rule in kept
            ],
            columns=list(ISSUE_COLUMNS),
        )  # fmt: skip

    def rejections(
        self,
        ids: Sequence[str],
        area: NDArray[np.float64],
        records: Sequence[Mapping[str, Any]],
    ) -> pd.DataFrame:
        """Tell the rows that are left out, with what stands in the columns that were read."""
        rules = row_rules()
        return pd.DataFrame(
            [
                (
                    self.table, int(self.rows[at]), ids[at], rule,
                    rules[rule].zh + ("" if value is None else f"（{shown_cell(value)}）"),
                    rules[rule].mend_zh, area[at], as_json(records[at]),
                )
                for at, rule, value in sorted(self._reasons, key=lambda each: each[0])
            ],
            columns=list(REJECTED_COLUMNS),
        )  # fmt: skip


def shown_cell(value: object) -> str:
    """
    Cell as it is shown in a list: short, on one line.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    text
        At most 200 signs.
    """
    if value is None:
        return ""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def as_json(record: Mapping[str, Any]) -> str:
    """Record with all its cells as one text."""
    told = {
        header: cell if isinstance(cell, int | float | bool) else str(cell)
        for header, cell in record.items()
        if cell is not None and cell == cell and cell != ""  # noqa: PLR0124 - NaN is blank
    }
    return json.dumps(told, ensure_ascii=False)
