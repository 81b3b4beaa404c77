"""The ledger as a workbook (台账): a cover, the zones, and a sheet per finding class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from yngis.analysis.audit.idle import FINDINGS
from yngis.analysis.audit.ratios import QUANTITIES, RATIOS
from yngis.report.audit.totals import LEVELS_ZH
from yngis.report.audit.wording import COLOURS, FLAGS_ZH, cause_label
from yngis.report.book import (
    A3,
    A4,
    FONT,
    GRID,
    cell_text,
    head_format,
    row_height,
    set_for_print,
)

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
    Column("recovery", "是否无偿收回"),
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
            "text": self._book.add_format({**FONT, "text_wrap": True}),
            "day": self._book.add_format({**FONT, "num_format": "yyyy-mm-dd"}),
            "area": self._book.add_format({**FONT, "num_format": "#,##0.0000"}),
            "number": self._book.add_format({**FONT, "num_format": "#,##0.00"}),
            "whole": self._book.add_format({**FONT, "num_format": "0"}),
            "share": self._book.add_format({**FONT, "num_format": "0.00%"}),
        }
        self._lines = self._book.add_format(GRID)
        self._note = self._book.add_format({**FONT, "italic": True})
        self._head = head_format(book)
        self._title = self._book.add_format({**FONT, "bold": True, "font_size": 16})
        self._wrapped = self._book.add_format({**FONT, "text_wrap": True})

    def cover(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        """Write the cover (封面)."""
        sheet = self._book.add_worksheet("封面")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 96)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title, self._title)
        for row, (name, value) in enumerate(facts, start=2):
            sheet.set_row(row, row_height([(value, 96)]))
            sheet.write_string(row, 0, name, self._head)
            sheet.write_string(row, 1, cell_text(value), self._wrapped)
        set_for_print(sheet)

    def table(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        *,
        note: str = "",
        colour: str | None = None,
        paper: int = A3,
    ) -> int:
        """Write a table with a frozen header and filters."""
        sheet = self._book.add_worksheet(name)
        if colour:
            sheet.set_tab_color(colour)
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, note, self._note)
        widths = [_ledger_column_width(column) for column in columns]
        heads = [column.header for column in columns]
        sheet.set_row(top, row_height(zip(heads, widths, strict=True)) + 4)
        for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.write_string(top, place, head, self._head)
            sheet.set_column(place, place, width)
        sheet.freeze_panes(top + 1, 1)
        count = 0
        for row, values in enumerate(rows, start=top + 1):
            texts = (
                (str(value), width)
                for value, width in zip(values, widths, strict=True)
                if isinstance(value, str)
            )
            sheet.set_row(row, row_height(texts))
            for place, (column, value) in enumerate(zip(columns, values, strict=True)):
                self._write(sheet, row, place, column.form, value)
            count += 1
        last = max(top + count, top + 1)
        sheet.autofilter(top, 0, last, len(columns) - 1)
        self._colour(sheet, columns, top + 1, last)
        # One rule for the whole table: a blank written for its lines costs as much as a value.
        lines = {"type": "no_errors", "format": self._lines}
        sheet.conditional_format(top + 1, 0, last, len(columns) - 1, lines)
        set_for_print(sheet, paper=paper, repeated=top, widths=widths)
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


# Widths in characters: 24 columns of a record stand on A3 at some 7 points, the text wrapped.
_WIDTHS: Final = {
    "id": 20, "holder": 18, "project": 16, "zone": 13, "county": 9, "finding_zh": 9,
    "idle_class": 7, "days": 7, "area_ha": 9, "area_mu": 9, "price_wan": 10, "supply_date": 11,
    "start_due": 11, "idle_since": 11, "cause_zh": 11, "fee_wan": 9, "action": 24, "evidence": 44,
    "rule": 14, "flags_zh": 14, "finding_no": 10, "failing": 12, "source": 14, "row": 6,
    "number": 5, "checked": 24, "checked_by": 14, "boundary": 9, "level_zh": 8,
    "verdict_zh": 14, "why": _WIDEST, "to_leave": _WIDEST, "basis": _WIDEST, "formula": _WIDEST,
    "meaning": _WIDEST, "remedy": _WIDEST, "note": _WIDEST, "header": 24, "need": 40, "place": 22,
    "measure_zh": 18, "zh": 24, "batch": 24, "stage": 12, "status": 12,
}  # fmt: skip


def _ledger_column_width(column: Column) -> int:
    return _WIDTHS.get(column.name, max(9, 2 * min(len(column.header), 6)))


_DESK: Final = (
    Column("number", "序号", "whole"),
    Column("id", "合同编号/宗地编号"),
    Column("holder", "用地单位"),
    Column("zone", "所在开发区"),
    Column("finding_zh", "判定"),
    Column("area_mu", "面积（亩）", "area"),
    Column("start_due", "应动工日期", "day"),
    Column("days", "逾期天数（日）", "whole"),
    Column("cause_zh", "闲置原因"),
    Column("action", "处置建议"),
    Column("checked", "核实情况"),
    Column("checked_by", "核实人、日期"),
)
_ON_DESK: Final = ("suspected_idle", "overdue_start", "suspended")
MOST_ON_DESK: Final = 1_000
"""Most rows of the sheet for the desk: some forty pages."""


def desk_sheet(ledger: Ledger, findings: Path, counts: Mapping[str, int]) -> int:
    """Write the short list to print and take along, with room for what is found (现场核实表)."""
    names = [column.name for column in _RECORD]
    wanted = [column.name for column in _DESK]
    rows: list[tuple[Any, ...]] = []
    for code in _ON_DESK:
        count = counts.get(code, 0)
        if count == 0 or len(rows) >= MOST_ON_DESK:
            continue
        for values in _finding_rows(findings, code, ordered=count <= MOST_ROWS):
            if len(rows) == MOST_ON_DESK:
                break
            told = dict(zip(names, values, strict=True))
            told |= {"number": len(rows) + 1, "checked": None, "checked_by": None}
            rows.append(tuple(told[name] for name in wanted))
    if not rows:
        return 0
    total = sum(counts.get(code, 0) for code in _ON_DESK)
    note = "现场核实用；全部栏目和依据见各判定表"
    if total > len(rows):
        note += f"；共 {total} 宗，此处列前 {len(rows)} 宗"
    return ledger.table("现场核实表", _DESK, rows, note=note, paper=A4)


def finding_sheets(ledger: Ledger, findings: Path, counts: Mapping[str, int]) -> dict[str, int]:
    """Write a sheet per finding class, the gravest first (分类台账)."""
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
        for row in _frame_rows(chunk):
            if count == MOST_ROWS:
                return
            yield row
            count += 1


def _frame_rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
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
    """Columns of the sheet of places (分区汇总)."""
    columns = [
        Column("level_zh", "层级"),
        Column("place", "名称"),
        Column("boundary", "边界"),
    ]
    for name, zh in QUANTITIES.items():
        columns.append(Column(f"{name}_ha", f"{zh}（公顷）", "area"))
        columns.append(Column(f"{name}_mu", f"{zh}（亩）", "area"))
        if name == "unsupplied":
            columns.append(Column("unsupplied_least_ha", f"{zh}下限（公顷）", "area"))
            columns.append(Column("unsupplied_most_ha", f"{zh}上限（公顷）", "area"))
    columns += [Column(name, ratio.zh, "share") for name, ratio in RATIOS.items()]
    return columns


def summary_rows(summary: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows of the sheet of places."""
    table = summary.assign(level_zh=summary["level"].map(LEVELS_ZH))
    names = [column.name for column in summary_columns()]
    yield from table[names].itertuples(index=False, name=None)
