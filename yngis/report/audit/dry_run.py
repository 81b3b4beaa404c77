"""What an audit would make of a table (试读), line by line, before any audit is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import number_as_text
from yngis.catalogue.tables.preview import LOOKED_AT
from yngis.catalogue.tables.rows.row_faults import row_rules, shown_cell
from yngis.catalogue.tables.rows.typed import UNREAD
from yngis.report.audit.reading import left_out_facts, left_out_lines
from yngis.report.audit.wording import UNIT_BASES_ZH

if TYPE_CHECKING:
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_match import Understood
    from yngis.catalogue.tables.preview import Look, Preview

_MOST_ROWS: Final = 3
_LONGEST: Final = 40
_INNER: Final = ("measured_m2", "recorded_m2")


def dry_run_lines(look: Look) -> list[str]:
    """
    Say how every table would be read (试读结果).

    Parameters
    ----------
    look
        As :func:`yngis.catalogue.tables.preview.preview_tables` gives it.

    Returns
    -------
    lines
        For the terminal: per table its headers, units, missing days, first rows and doubts; then
        what is not read.
    """
    lines: list[str] = []
    for table in look.tables:
        lines += ["", f"■ {table.source}（{table.described}）"]
        lines += [f"  {_header_line(each, look.card)}" for each in table.headers if each.header]
        lines += _missing_columns(table, look.card)
        lines += _first_rows(table)
        lines += _preview_doubts(table)
    return [*lines[1:], *left_out_lines(left_out_facts(look.card.name, look.left_out))]


def _header_line(each: Understood, card: InputCard) -> str:
    if not each.column:
        note = f"（{each.note}）" if each.note else ""
        return f"{each.header} → 未采用 / not used{note}"
    unit = ""
    if each.unit is not None:
        unit = f"，单位 {each.unit.name}（{UNIT_BASES_ZH.get(each.unit_basis, each.unit_basis)}）"
    elif card.column(each.column).unit is not None:
        unit = "，单位不明 / unit not known"
    note = f"（{each.full_note()}）" if each.full_note() else ""
    return f"{each.header} → {each.column} {card.column(each.column).zh}{unit}{note}"


def _missing_columns(table: Preview, card: InputCard) -> list[str]:
    held = {each.column for each in table.headers}
    days = [
        column.zh for column in card.columns if column.kind == "day" and column.name not in held
    ]
    return [f"  没有的日期列 / date columns not there: {'、'.join(days)}"] if days else []


def _first_rows(table: Preview) -> list[str]:
    if table.first is None:
        return ["  没有读取 / not read"] if table.problems else ["  没有数据行 / no rows"]
    lines = [
        f"  前几行读作 / first rows as read（前 {LOOKED_AT} 行中 {len(table.first)} 条记录）："
    ]
    for _, row in table.first.head(_MOST_ROWS).iterrows():
        told = [
            f"{str(name).replace(UNREAD, '（未读 / not read）')}={_preview_cell(value)}"
            for name, value in row.items()
            if name not in {"row", *_INNER} and _preview_cell(value)
        ]
        lines.append(f"    第 {row['row']} 行: {'；'.join(told)}")
    return lines


def _preview_cell(value: Any) -> str:  # noqa: ANN401 - any cell
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return number_as_text(value, 10)
    text = shown_cell(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _preview_doubts(table: Preview) -> list[str]:
    rules = row_rules()
    told = [f"{rules[rule].zh} {count} 处" for rule, count in table.doubts.items()]
    return [f"  前 {LOOKED_AT} 行中存疑或不计入 / doubts: {'；'.join(told)}"] if told else []


def unused_count(look: Look) -> int:
    """Count the headers that were not understood (未识别的列数)."""
    used = {each.header for table in look.tables for each in table.headers if each.column}
    named = {each.header for table in look.tables for each in table.headers if each.header}
    return len(named - used)
