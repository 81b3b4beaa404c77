"""The ledger as a workbook (台账): a cover, the zones, a sheet per finding class, doubts."""

from __future__ import annotations

from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.audit.quota_rules import ASSESSMENT
from yngis.analysis.audit.ratios import QUANTITIES, RATIOS
from yngis.measure.units import HECTARE_M2, MU_PER_HECTARE
from yngis.report.audit.totals import LEVELS_ZH
from yngis.report.audit.wording import (
    COLOURS,
    FLAGS_ZH,
    OUTCOMES_ZH,
    TABLES_ZH,
    UNIT_BASES_ZH,
    cause_label,
)
from yngis.report.book import A4, new_book
from yngis.report.output_tables import OutputColumn, OutputTable, read_output_tables
from yngis.report.workbook import ReportBook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DECLARED: Final = Path(__file__).with_name("ledger.yml")

MOST_ROWS: Final = 100_000
"""Most rows of a sheet; more stand in ``supply_findings.csv`` alone, and the sheet says so."""

MOST_ON_DESK: Final = 1_000
"""Most rows of the sheet for the desk: some forty pages."""

_MOST_HELD: Final = 200_000  # rows of several classes that are in memory at a time
_ROWS_AT_ONCE: Final = 10_000
# Columns that the file lacks, and those of it that they are made of.
_MADE: Final = {
    "area_ha": "area_m2", "area_mu": "area_m2", "cause_zh": "cause", "flags_zh": "flags",
}  # fmt: skip

_ON_DESK: Final = ("suspected_idle", "overdue_start", "suspended")
_BEFORE_FINDINGS: Final = ("consequences", "criteria")
_AFTER_FINDINGS: Final = (
    "approvals_balance", "unlocated_supply", "outside_unknown", "outside_approval",
    "before_approval", "withdrawn_later", "outside_doubtful", "outside_misplaced",
    "supply_overlaps", "not_balanced", "survey_contradictions", "survey_changes", "survey_suspects",
    "survey_records", "imagery_check", "changes", "doubts", "columns",
)  # fmt: skip
# What must be seen: the second idle year, seizures, sanctions, open fees.
_MARKS: Final[dict[str, dict[str, Any]]] = {
    "idle_class": {
        "type": "text", "criteria": "begins with", "value": ">=", "bg_color": "#F4C7C3",
    },
    "flags_zh": {"type": "text", "criteria": "containing", "value": "查封", "bg_color": "#FCE8B2"},
    "verdict_zh": {
        "type": "text", "criteria": "containing", "value": "扣减", "bg_color": "#F4C7C3",
    },
    "fee_wan": {"type": "cell", "criteria": ">", "value": 0, "bg_color": "#FCE8B2"},
}  # fmt: skip


@cache
def ledger_tables() -> dict[str, OutputTable]:
    """Sheets of the ledger by the name of their table; those of places have all quantities."""
    tables = {table.name: table for table in read_output_tables(_DECLARED)}
    places = tables["zone_summary"]
    sums = [
        OutputColumn(
            name=f"{name}_{key}", zh=zh, en=f"{name}, {key}", unit=unit, form="fine", width=12
        )
        for name, zh in QUANTITIES.items()
        for key, unit in (("ha", "公顷"), ("mu", "亩"))
    ]
    for name in ("unsupplied", "outside_approval"):
        at = [column.name for column in sums].index(f"{name}_mu") + 1
        sums[at:at] = [
            OutputColumn(
                name=f"{name}_{side}_ha", zh=f"{QUANTITIES[name]}{zh}",
                en=f"{name}, at the {side}", unit="公顷", form="fine", width=12,
            )
            for side, zh in (("least", "下限"), ("most", "上限"))
        ]  # fmt: skip
    rates = [
        OutputColumn(
            name=name, zh=ratio.zh, en=name, form="share", width=max(9, 2 * min(len(ratio.zh), 6))
        )
        for name, ratio in RATIOS.items()
    ]
    columns = (*places.columns, *sums, *rates)
    return tables | {places.name: places.model_copy(update={"columns": columns})}


def write_audit_workbook(
    path: Path,
    title: str,
    facts: Sequence[tuple[str, str]],
    tables: Mapping[str, pd.DataFrame],
    counts: pd.DataFrame,
) -> None:
    """Write the ledger (写出台账)."""
    lines = counts.to_dict("records")
    told = [
        (
            f"判定：{row['finding_zh']}",
            f"{row['count']:,} 宗，{row['area_m2'] / HECTARE_M2:,.4f} 公顷",
        )
        for row in lines
    ]
    found = {str(row["finding"]): int(row["count"]) for row in lines}
    findings = path.with_name("supply_findings.csv")
    with new_book(path, "yngis audit", streamed=True) as opened:
        book = ReportBook(opened)
        book.add_cover("封面", [*facts, *told], title)
        listed = _ListedFindings(findings, found)
        _add_desk_sheet(book, listed)
        places = tables["zone_summary"]
        _add_sheet(book, "zone_summary", places.assign(level_zh=places["level"].map(LEVELS_ZH)))
        for name in _BEFORE_FINDINGS:
            _add_sheet(book, name, _WORDED.get(name, in_words)(tables[name]))
        _add_finding_sheets(book, listed)
        for name in _AFTER_FINDINGS:
            if name in tables and len(tables[name]):
                _add_sheet(book, name, in_words(tables[name]))


def _add_sheet(book: ReportBook, name: str, frame: pd.DataFrame) -> None:
    table = ledger_tables()[name]
    held = [column for column in table.columns if column.name in frame]
    rows = frame[[column.name for column in held]].itertuples(index=False, name=None)
    book.add_table(table.zh, held, rows, marks=_MARKS)


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Codes as the words that the report uses for them."""
    words = {"table": TABLES_ZH, "outcome": OUTCOMES_ZH, "unit_basis": UNIT_BASES_ZH}
    return table.assign(
        **{
            name: [told.get(str(code), code) for code in table[name]]
            for name, told in words.items()
            if name in table
        }
    )


def _criteria_in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Criteria with their values as they are read."""
    words = {
        name: [_measure_text(*each) for each in zip(table["measure"], table[held], strict=True)]
        for name, held in (("told", "value"), ("limit", "threshold"))
    }
    return table.assign(
        side_zh=table["side"].map({"sanction": "处罚", "prefer": "优先"}),
        measure_zh=[RATIOS[name].zh if name in RATIOS else "考核结果" for name in table["measure"]],
        holds_zh=[
            "数据不足" if held is None else ("是" if held else "否") for held in table["holds"]
        ],
        **words,
    )


_WORDED: Final = {"criteria": _criteria_in_words}


def _measure_text(measure: str, value: object) -> str:
    if measure == ASSESSMENT:
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    return "—" if np.isnan(number) else f"{number * 100:.2f}%"


class _ListedFindings:
    """
    Records of the findings, class by class, read as seldom as memory allows (分类读取).

    Parameters
    ----------
    path
        ``supply_findings.csv``.
    counts
        Number of records by class.
    """

    def __init__(self, path: Path, counts: Mapping[str, int]) -> None:
        self._path, self.counts = path, counts
        self._held: dict[str, pd.DataFrame] = {}

    def listed_rows(self, code: str) -> Iterator[tuple[Any, ...]]:
        """Rows of one class as the ledger shows them: the longest overdue first if all fit."""
        if self.counts.get(code, 0) == 0:
            return
        if code not in self._held:
            self._held = self._read_classes(self._next_classes(code))
        yield from _frame_rows(self._held[code])

    def _next_classes(self, code: str) -> list[str]:
        """The class and those behind it, as many as may be held together."""
        codes = [each for each in FINDINGS if self.counts.get(each, 0)]
        taken: list[str] = []
        rows = 0
        for each in codes[codes.index(code) :]:
            rows += min(self.counts[each], MOST_ROWS)
            if taken and rows > _MOST_HELD:
                break
            taken.append(each)
        return taken

    def _read_classes(self, codes: Sequence[str]) -> dict[str, pd.DataFrame]:
        chunks = pd.read_csv(
            self._path,
            encoding="utf-8-sig",
            chunksize=50_000,
            dtype="str",
            keep_default_na=False,
            usecols=_columns_read(),
        )
        nothing = pd.DataFrame(columns=_columns_read(), dtype="str")
        parts = {code: [nothing] for code in codes}
        for chunk in chunks:
            for code, part in chunk.groupby("finding", sort=False):
                room = MOST_ROWS - sum(map(len, parts.get(str(code), ())))
                if str(code) in parts and room > 0:
                    parts[str(code)].append(part.iloc[:room])
        return {
            code: self._in_order(pd.concat(found, ignore_index=True), code)
            for code, found in parts.items()
        }

    def _in_order(self, frame: pd.DataFrame, code: str) -> pd.DataFrame:
        if self.counts[code] > MOST_ROWS:
            return frame
        days = pd.to_numeric(frame["days"], errors="coerce")
        return frame.iloc[days.fillna(-1e9).mul(-1).argsort(kind="stable")]


def _add_desk_sheet(book: ReportBook, listed: _ListedFindings) -> None:
    """Write the short list to print and take along, with room for what is found (现场核实表)."""
    desk = ledger_tables()["desk"]
    names = [column.name for column in ledger_tables()["findings"].columns]
    rows: list[tuple[Any, ...]] = []
    found = (listed.listed_rows(code) for code in _ON_DESK)
    for number, values in enumerate(islice(chain.from_iterable(found), MOST_ON_DESK), start=1):
        told = {**dict(zip(names, values, strict=True)), "number": number}
        rows.append(tuple(told.get(column.name) for column in desk.columns))
    if not rows:
        return
    total = sum(listed.counts.get(code, 0) for code in _ON_DESK)
    note = desk.note
    if total > len(rows):
        note += f"；共 {total} 宗，此处列前 {len(rows)} 宗"
    book.add_table(desk.zh, desk.columns, rows, note=note, paper=A4)


def _add_finding_sheets(book: ReportBook, listed: _ListedFindings) -> None:
    """Write a sheet per finding class, the gravest first (分类台账)."""
    columns = ledger_tables()["findings"].columns
    for code, name in FINDINGS.items():
        count = listed.counts.get(code, 0)
        if count:
            over = f"共 {count} 宗，此处列前 {MOST_ROWS} 宗，全部见 supply_findings.csv"
            book.add_table(
                name,
                columns,
                listed.listed_rows(code),
                note=over if count > MOST_ROWS else "",
                colour=COLOURS[code],
                marks=_MARKS,
            )


def _columns_read() -> list[str]:
    """Columns of ``supply_findings.csv`` that the sheets of the findings are made of."""
    shown = {column.name for column in ledger_tables()["findings"].columns}
    return sorted(shown - set(_MADE) | {"finding", *_MADE.values()})


def _frame_rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    areas = pd.to_numeric(frame["area_m2"], errors="coerce")
    flags = {
        codes: "；".join(FLAGS_ZH.get(code, code) for code in codes.split(";"))
        for codes in frame["flags"].unique()
    }
    causes = {code: cause_label(code) for code in frame["cause"].unique()}
    made: dict[str, Any] = {
        "area_ha": areas / HECTARE_M2,
        "area_mu": areas * MU_PER_HECTARE / HECTARE_M2,
        "cause_zh": [causes[code] for code in frame["cause"]],
        "flags_zh": [flags[codes] for codes in frame["flags"]],
    }
    table = frame.assign(**{name: made[name] for name in _MADE})
    for first in range(0, len(table), _ROWS_AT_ONCE):
        yield from _python_rows(table.iloc[first : first + _ROWS_AT_ONCE])


def _python_rows(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows of Python's own values, by the form of each column."""
    columns: list[Any] = []
    for column in ledger_tables()["findings"].columns:
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
