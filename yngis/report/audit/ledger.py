"""The ledger as a workbook (台账): a cover, the zones, and a sheet per finding class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from yngis.analysis.audit.idle import FINDINGS
from yngis.analysis.audit.ratios import QUANTITIES, RATIOS
from yngis.report.audit.totals import LEVELS_ZH
from yngis.report.audit.wording import COLOURS, FLAGS_ZH, cause_label
from yngis.report.book import FONT, cell_text, head_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from xlsxwriter import Workbook

MOST_ROWS: Final = 100_000
"""Most rows of a sheet; more stand in ``supply_findings.csv`` alone, and the sheet says so."""

_WIDEST: Final = 46


class Column(NamedTuple):
    """
    A column of a sheet (列).

    Attributes
    ----------
    name
        Column of the frame.
    header
        Header with its unit.
    form
        ``text``, ``day``, ``area``, ``number``, ``whole``, ``share``.
    """

    name: str
    header: str
    form: str = "text"


_RECORD: Final = (
    Column("id", "合同编号/宗地编号"),
    Column("holder", "用地单位"),
    Column("project", "项目名称"),
    Column("zone", "所在开发区"),
    Column("county", "县（市、区）"),
    Column("finding_zh", "判定"),
    Column("idle_class", "闲置年限（年）"),
    Column("days", "逾期天数（日）", "whole"),
    Column("area_ha", "面积（公顷）", "area"),
    Column("area_mu", "面积（亩）", "area"),
    Column("price_wan", "价款（万元）", "number"),
    Column("supply_date", "供应日期", "day"),
    Column("start_due", "应动工日期", "day"),
    Column("idle_since", "满一年之日", "day"),
    Column("cause_zh", "闲置原因"),
    Column("fee_wan", "应征闲置费（万元）", "number"),
    Column("action", "处置建议"),
    Column("evidence", "依据的事实"),
    Column("rule", "条款"),
    Column("flags_zh", "提示"),
    Column("finding_no", "认定书编号"),
    Column("failing", "疑似低效：未达标指标"),
    Column("source", "来源"),
    Column("row", "原表行号", "whole"),
)


class Ledger:
    """
    A workbook whose every cell is a value: no text in it can run (台账).

    Parameters
    ----------
    book
        As :func:`yngis.report.book.new_book` opens it, streamed.
    """

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._forms = {
            "text": self._book.add_format(FONT),
            "day": self._book.add_format({**FONT, "num_format": "yyyy-mm-dd"}),
            "area": self._book.add_format({**FONT, "num_format": "#,##0.0000"}),
            "number": self._book.add_format({**FONT, "num_format": "#,##0.00"}),
            "whole": self._book.add_format({**FONT, "num_format": "0"}),
            "share": self._book.add_format({**FONT, "num_format": "0.00%"}),
        }
        self._head = head_format(book)
        self._title = self._book.add_format({**FONT, "bold": True, "font_size": 16})
        self._wrapped = self._book.add_format({**FONT, "text_wrap": True})

    def cover(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        """
        Write the cover (封面).

        Parameters
        ----------
        title
            Title of the audit.
        facts
            Facts of the run: name and value.
        """
        sheet = self._book.add_worksheet("封面")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 96)
        sheet.write_string(0, 0, title, self._title)
        for row, (name, value) in enumerate(facts, start=2):
            sheet.write_string(row, 0, name, self._head)
            sheet.write_string(row, 1, cell_text(value), self._wrapped)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def table(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        *,
        note: str = "",
        colour: str | None = None,
    ) -> int:
        """
        Write a table with a frozen header and filters.

        Parameters
        ----------
        name
            Name of the sheet.
        columns
            Its columns.
        rows
            Values in the order of the columns.
        note
            What stands above the header.
        colour
            Colour of the sheet's tab.

        Returns
        -------
        count
            Rows written.
        """
        sheet = self._book.add_worksheet(name)
        if colour:
            sheet.set_tab_color(colour)
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, note, self._forms["text"])
        for place, column in enumerate(columns):
            sheet.write_string(top, place, column.header, self._head)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _width(column))
        sheet.freeze_panes(top + 1, 1)
        count = 0
        for row, values in enumerate(rows, start=top + 1):
            for place, (column, value) in enumerate(zip(columns, values, strict=True)):
                self._write(sheet, row, place, column.form, value)
            count += 1
        last = max(top + count, top + 1)
        sheet.autofilter(top, 0, last, len(columns) - 1)
        self._colour(sheet, columns, top + 1, last)
        sheet.set_landscape()
        sheet.repeat_rows(top)
        sheet.fit_to_pages(1, 0)
        return count

    def _write(self, sheet: Any, row: int, place: int, form: str, value: Any) -> None:  # noqa: ANN401
        style = self._forms[form]
        if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
            return
        if form == "text":
            # write_string never makes a formula, a link or a number of it.
            sheet.write_string(row, place, cell_text(value), style)
        elif form == "day":
            day = pd.Timestamp(value)
            sheet.write_datetime(row, place, day.to_pydatetime(), style)
        else:
            sheet.write_number(row, place, float(value), style)

    def _colour(self, sheet: Any, columns: Sequence[Column], first: int, last: int) -> None:  # noqa: ANN401
        """Colour what must be seen: the second idle year, seizures, open fees."""
        marks = {
            "idle_class": ("text", "begins with", ">=", "#F4C7C3"),
            "flags_zh": ("text", "containing", "查封", "#FCE8B2"),
            "verdict_zh": ("text", "containing", "扣减", "#F4C7C3"),
            "fee_wan": ("cell", ">", 0, "#FCE8B2"),
        }
        for place, column in enumerate(columns):
            if column.name not in marks:
                continue
            kind, criteria, value, colour = marks[column.name]
            sheet.conditional_format(
                first, place, last, place,
                {
                    "type": kind, "criteria": criteria, "value": value,
                    "format": self._book.add_format({"bg_color": colour}),
                },
            )  # fmt: skip


def _width(column: Column) -> int:
    wide = {
        "action": _WIDEST,
        "evidence": 80,
        "holder": 28,
        "project": 28,
        "id": 28,
        "why": _WIDEST,
    }
    wide |= {"to_leave": _WIDEST, "basis": _WIDEST, "formula": _WIDEST, "meaning": _WIDEST}
    return wide.get(column.name, max(11, 2 * min(len(column.header), 8)))


def finding_sheets(ledger: Ledger, findings: Path, counts: Mapping[str, int]) -> dict[str, int]:
    """
    Write a sheet per finding class, the gravest first (分类台账).

    Parameters
    ----------
    ledger
        The workbook.
    findings
        ``supply_findings.csv``.
    counts
        Number of records by finding.

    Returns
    -------
    written
        Rows by finding; those beyond the most a sheet holds stand in the CSV alone.
    """
    written = {}
    for code, name in FINDINGS.items():
        count = counts.get(code, 0)
        if count == 0:
            continue
        note = ""
        if count > MOST_ROWS:
            note = f"共 {count} 宗，此处列前 {MOST_ROWS} 宗，全部见 supply_findings.csv"
        rows = _finding_rows(findings, code, ordered=count <= MOST_ROWS)
        written[code] = ledger.table(name, _RECORD, rows, note=note, colour=COLOURS[code])
    return written


def _finding_rows(path: Path, code: str, *, ordered: bool) -> Iterator[tuple[Any, ...]]:
    """Records of one class: the longest overdue first where they fit into memory."""
    chunks = pd.read_csv(
        path, encoding="utf-8-sig", chunksize=50_000, dtype="str", keep_default_na=False
    )
    found: Iterator[pd.DataFrame] = (chunk[chunk["finding"] == code] for chunk in chunks)
    if ordered:
        frame = pd.concat(found, ignore_index=True)
        days = pd.to_numeric(frame["days"], errors="coerce")
        frame = frame.iloc[days.fillna(-1e9).mul(-1).argsort(kind="stable")]
        found = iter([frame])
    count = 0
    for chunk in found:
        for row in _as_rows(chunk):
            if count == MOST_ROWS:
                return
            yield row
            count += 1


def _as_rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    table = frame.assign(
        area_ha=pd.to_numeric(frame["area_m2"], errors="coerce") / 1e4,
        area_mu=pd.to_numeric(frame["area_m2"], errors="coerce") * 15 / 1e4,
        cause_zh=[cause_label(code) for code in frame["cause"]],
        flags_zh=[
            "；".join(FLAGS_ZH.get(code, code) for code in codes.split(";"))
            for codes in frame["flags"]
        ],
    )
    columns: list[Any] = []
    for column in _RECORD:
        values = table[column.name]
        if column.form == "day":
            days = pd.to_datetime(values.where(values != "", None), errors="coerce")
            columns.append([None if pd.isna(day) else day for day in days])
        elif column.form == "text":
            # The apostrophe that keeps a text inert in a CSV is not needed in a string cell.
            columns.append([text.removeprefix("'") for text in values])
        else:
            columns.append(pd.to_numeric(values, errors="coerce").tolist())
    yield from zip(*columns, strict=True)


def summary_columns() -> list[Column]:
    """
    Columns of the sheet of places (分区汇总).

    Returns
    -------
    columns
        Quantities in ha and 亩, ratios as shares.
    """
    columns = [
        Column("level_zh", "层级"),
        Column("place", "名称"),
        Column("boundary", "边界"),
    ]
    for name, zh in QUANTITIES.items():
        columns.append(Column(f"{name}_ha", f"{zh}（公顷）", "area"))
        columns.append(Column(f"{name}_mu", f"{zh}（亩）", "area"))
    columns += [Column(name, ratio.zh, "share") for name, ratio in RATIOS.items()]
    return columns


def summary_rows(summary: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """
    Rows of the sheet of places.

    Parameters
    ----------
    summary
        As :meth:`yngis.report.audit.totals.Totals.summary` gives it.

    Yields
    ------
    row
        Values in the order of :func:`summary_columns`.
    """
    table = summary.assign(level_zh=summary["level"].map(LEVELS_ZH))
    names = [column.name for column in summary_columns()]
    yield from table[names].itertuples(index=False, name=None)
