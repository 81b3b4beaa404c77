"""What an audit read and what it did not (读取情况): for terminal, report and dry run alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yngis.catalogue.io.text import list_first
from yngis.report.audit.wording import TABLES_ZH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from yngis.catalogue.tables.table import InputTable
    from yngis.catalogue.tables.table_set import LeftOut

# Columns of free text that offices put 经批准延期至… or 已于2023年收回 into.
_MAY_DECIDE: Final = ("备注", "说明", "延期", "收回", "处置", "进展", "情况")
_MOST_NAMED: Final = 12
_MOST_LINES: Final = 20
_DOUBLED: Final = ("duplicate_source", "same_in_source")


def input_facts(table: InputTable, role: str, records: int) -> dict[str, Any]:
    """Tell what was made of one sheet, layer or file (一张表的读取情况)."""
    understanding = table.understanding
    held = understanding.used()
    unused = [
        each
        for each in understanding.columns
        if not each.column and each.header and each.position != understanding.unit_position
    ]
    days = [column for column in table.card.columns if column.kind == "day"]
    return {
        "role": role,
        "source": table.source,
        "described": table.carrier.described,
        "crs": "" if table.settled is None else table.settled.crs.name,
        "note": "" if table.settled is None else table.settled.told,
        "records": records,
        "used": [
            each.header
            for each in understanding.columns
            if each.column or each.position == understanding.unit_position
        ],
        "unused": [each.header for each in unused],
        # A header close to a known one is named with it: a zone under such a header would be lost.
        "near": [
            f"{each.header}（{each.note.split(' / ')[0]}）"
            for each in understanding.columns
            if each.note and (each in unused or each.unit_basis == "option")
        ]
        + [
            f"{each.header}（未读，可能写有决定判定的事实）"
            for each in unused
            if not each.note and any(word in each.header for word in _MAY_DECIDE)
        ],
        "marked": list(getattr(table.carrier, "marked", ())),
        "missing_days": [column.zh for column in days if column.name not in held],
    }


def left_out_facts(role: str, left_out: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """Tell what was not read (未读的表)."""
    return [
        {
            "role": role,
            "source": each.source,
            "reason": each.reason,
            "known": list(each.known),
            "suspicious": each.suspicious,
        }
        for each in left_out
    ]


def reading_lines(
    inputs: Sequence[Mapping[str, Any]], left_out: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Say what was read, what was not, and which columns are missing, line by line (读取摘要)."""
    lines = [
        f"读了 / read: {_table_role(each)} {each['source']}：{each['records']:,} 条记录，采用 "
        f"{len(each['used'])} 列，未采用 {len(each['unused'])} 列 / records, columns used, not used"
        for each in inputs
    ]
    lines = _shortened_lines(lines, "个来源 / more sources")
    lines += _by_role(inputs, "unused", "未采用的列 / columns not used", "（见 columns.csv）")
    lines += _by_role(inputs, "near", "需核对的列 / columns to check", "")
    marks = "照常计入而有标记 / counted as usual, but marked"
    lines += _by_role(inputs, "marked", marks, "（见 issues.csv）")
    lines += _by_role(inputs, "missing_days", "没有的日期列 / date columns not there", "")
    return lines + left_out_lines(left_out)


def left_out_lines(left_out: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say which sheets, layers and files were not read, those that look like ledgers first."""
    lines = []
    for each in sorted(left_out, key=lambda each: not each["suspicious"]):
        known = ""
        if each["suspicious"]:
            known = "；请核对 / check it"
        if each["known"] and each["suspicious"]:
            known = f"；但认得其中 {len(each['known'])} 列"
            known += f"（{list_first(each['known'], _MOST_NAMED, counted='列')}），请核对 / "
            known += "yet it looks like such a table: check it"
        lines.append(
            f"未读 / not read: {_table_role(each)} {each['source']}（{each['reason']}{known}）"
        )
    return _shortened_lines(lines, "项未读，见 run.json / more not read")


def doubled_lines(doubts: pd.DataFrame) -> list[str]:
    """Say how many records stand in several sources (跨来源重复)."""
    found = doubts[doubts["rule"].isin(_DOUBLED)]
    return [
        f"跨来源重复 / in several sources: {_table_role({'role': row['table']})} "
        f"{row['rows']:,} 条，"
        f"{row['area_ha']:,.2f} 公顷，{row['meaning']}（见 issues.csv、rejected.csv）"
        for row in found.to_dict("records")
    ]


def _table_role(facts: Mapping[str, Any]) -> str:
    return TABLES_ZH.get(str(facts["role"]), str(facts["role"]))


def _shortened_lines(lines: list[str], more: str) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[:_MOST_LINES], f"……另有 {len(lines) - _MOST_LINES} {more}"]


def _by_role(inputs: Sequence[Mapping[str, Any]], key: str, title: str, end: str) -> list[str]:
    """One line where all sources of a kind say the same, else one per source that says it."""
    lines: list[str] = []
    for role in dict.fromkeys(str(each["role"]) for each in inputs):
        told = [each for each in inputs if each["role"] == role and each[key]]
        count = sum(each["role"] == role for each in inputs)
        distinct = {tuple(each[key]) for each in told}
        if len(distinct) == 1 and len(told) == count:
            lines.append(
                f"{title}: {_table_role(told[0])} "
                f"{list_first(told[0][key], _MOST_NAMED, counted='列')}{end}"
            )
        else:
            lines += _shortened_lines(
                [
                    f"{title}: {_table_role(each)} {each['source']} "
                    f"{list_first(each[key], _MOST_NAMED, counted='列')}{end}"
                    for each in told
                ],
                "个来源 / more sources",
            )
    return lines
