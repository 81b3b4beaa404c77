"""Tables of zones as bureaus keep them (开发区数据表): CSV or Excel in, quantities out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd

from yngis.analysis.intensity._rows import split_index
from yngis.analysis.intensity.potential import is_supply_header
from yngis.analysis.quantities import misspelt, quantities, understand
from yngis.catalogue import load
from yngis.catalogue._path import local_path
from yngis.catalogue.intake.cells import Amount, plain, read_amount, read_text
from yngis.catalogue.intake.judging import total_rows
from yngis.catalogue.intake.opening import open_carrier
from yngis.catalogue.intake.units import units_of
from yngis.catalogue.rows import rows_text
from yngis.errors import LayerError, Problem
from yngis.plan.zones import Registry, match_zones
from yngis.report.demo_zones import LABEL

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from yngis.analysis.quantities.headers import Reading
    from yngis.catalogue.intake.carrier import Carrier
    from yngis.catalogue.intake.understanding import Headers

KEYS: Final = {
    "zone": ("zone", "name_zh", "开发区", "开发区名称", "名称", "园区名称", "KFQMC"),
    "part": ("part", "分区", "评价分区", "KFQPJFW"),
    "zone_type": ("zone_type", "分型", "评价类型"),
    "level": ("level", "级别"),
    "category": ("category", "类型", "开发区类型"),
    "year": ("year", "年份", "年度", "统计年度"),
    "best_grade": ("best_grade", "亩均最高档", "一票否决"),
    "remark": ("remark", "数据说明"),
}
"""Columns of text, and the headers that stand for them."""

_UNIT_OF_KIND: Final = {"area": "ha", "money": "万元"}
_SHOWN = 5


@dataclass(frozen=True)
class ReadTable:
    """
    A table as it was read (读取结果).

    Attributes
    ----------
    frame
        One row per row of the file: the columns of :data:`KEYS` that it has, and numbers under the
        user's own headers, with a unit put to those whose unit stands above the table.
    columns
        How each header was understood: ``header``, ``column``, ``meaning``, ``unit``, ``basis``.
    dropped
        Rows left out because they are totals: ``row`` and ``text``.
    doubts
        What a reader should look at, such as headers that may be misspelt.
    described
        What the file is: format, sheet, header rows.
    path
        The file.
    label
        What has to stand above everything made from it: that the data are made up, if it says so.
    """

    frame: pd.DataFrame
    columns: pd.DataFrame
    dropped: pd.DataFrame
    doubts: tuple[Problem, ...]
    described: str
    path: Path
    label: str = ""


@dataclass(frozen=True)
class ZoneTable:
    """
    A table of zones, ready for the evaluation (待评价数据).

    Attributes
    ----------
    table
        Quantities on an index of registry names, or of names and parts.
    attributes
        ``category``, ``level``, ``prefecture``, ``region``, ``short_zh`` and, where given,
        ``zone_type`` and ``best_grade``, on the same index.
    read
        How the file was read.
    """

    table: pd.DataFrame
    attributes: pd.DataFrame
    read: ReadTable


def read_table(path: str | os.PathLike[str], sheet: str | None = None) -> ReadTable:
    """
    Read a table of zones (读取开发区数据表).

    Parameters
    ----------
    path
        CSV or Excel workbook; titles above the header, merged headers, rows of totals, thousands
        separators and numbers as text are understood.
    sheet
        Sheet of a workbook; the one whose headers fit best if None.

    Returns
    -------
    table
        Rows, and how they were understood.

    Raises
    ------
    LayerError
        If nothing can be read, a cell is no number, or there is no column of names.
    """
    file = local_path(path)
    finder = cast("Headers", _Finder())
    with open_carrier(file, finder, layer=sheet) as carrier:
        headers = [_header(parts) for parts in carrier.headers]
        cells, rows, dropped = _rows(carrier)
        note, described = carrier.note, carrier.described
    keys = _keys(headers)
    if "zone" not in keys:
        raise LayerError(
            Problem(
                str(file),
                promised=f"开发区名称列 / a column of names: {'、'.join(KEYS['zone'])}",
                found=f"有 / there are: {'、'.join(headers[:10])}",
                mend="改列名 / rename the column",
            )
        )
    readings, problems = understand(headers)
    numbers = {reading.header for reading in readings}
    numbers |= {header for header in headers if is_supply_header(header)}
    frame = pd.DataFrame({name: _texts(cells[place]) for name, place in keys.items()}, index=rows)
    for header in dict.fromkeys(headers):
        if header in numbers and header not in {headers[place] for place in keys.values()}:
            values, faults = _numbers(cells[headers.index(header)], rows, header)
            problems += faults
            frame[header] = values
    if problems:
        raise LayerError([replace(each, where=f"{file.name} {each.where}") for each in problems])
    used = {*frame.columns, *(headers[place] for place in keys.values())}
    strangers = [header for header in headers if header and header not in used]
    frame, columns = _with_note_units(frame, readings, note)
    columns = pd.concat([columns, _unread(strangers)], ignore_index=True)
    label = _label(note, frame)
    frame = frame.drop(columns=[name for name in ("remark",) if name in frame])
    return ReadTable(frame, columns, dropped, tuple(misspelt(strangers)), described, file, label)


def read_zone_table(path: str | os.PathLike[str], sheet: str | None = None) -> ZoneTable:
    """
    Read a table of zones for the evaluation, one row per zone or per zone and part.

    Parameters
    ----------
    path
        CSV or Excel workbook.
    sheet
        Sheet of a workbook.

    Returns
    -------
    table
        Quantities and attributes by registry name; category and level come from the registry where
        the table does not give them.

    Raises
    ------
    LayerError
        If a name is not one of the plan's zones (the nearest is named), a zone stands twice, or the
        table cannot be read.
    """
    read = read_table(path, sheet)
    registry = load("zone_registry")
    names = registry_names(read.frame["zone"], Registry(registry), read.path.name)
    frame = read.frame.drop(columns=[key for key in ("zone", "part") if key in read.frame])
    index: pd.Index = pd.Index(names, name="zone")
    if "part" in read.frame:
        parts = read.frame["part"].map(lambda text: text or "主区")
        index = pd.MultiIndex.from_arrays([names, parts], names=["zone", "part"])
    frame = frame.set_axis(index)
    zones, _ = split_index(index)
    known = registry.set_index("name_zh")[["category", "level", "prefecture", "region", "short_zh"]]
    attributes = known.reindex(zones).set_axis(index)
    for name in ("category", "level", "zone_type", "best_grade"):
        if name in frame:
            given = frame[name].where(frame[name] != "", None)
            attributes[name] = given if name not in attributes else given.fillna(attributes[name])
    quantities_only = frame.drop(columns=[name for name in KEYS if name in frame])
    return ZoneTable(quantities_only, attributes, read)


def registry_names(written: pd.Series, registry: Registry, where: str) -> list[str]:
    """
    Registry names of the zones that a column names (名称匹配).

    Parameters
    ----------
    written
        Names as written, on an index of row numbers.
    registry
        The plan's zones.
    where
        File, for the message.

    Returns
    -------
    names
        In the order of the rows.

    Raises
    ------
    LayerError
        With every name that means no zone, or several.
    """
    meaning = {name: registry.find(name) for name in dict.fromkeys(written)}
    strangers = [name for name, zone in meaning.items() if zone is None and name != ""]
    _, told = match_zones(pd.DataFrame({"name_zh": strangers}, dtype="str"), registry)
    problems = []
    for number, problem in enumerate(told):
        # Those of the first names come one by one, the rest as one: say where in the user's table.
        named = strangers[number : number + 1] if number < len(told) - 1 else strangers[number:]
        rows = [int(row) - 1 for row in written.index[written.isin(named)]]
        problems.append(replace(problem, where=f"{where}：{rows_text(rows)}"))
    if "" in meaning:
        rows = [int(row) - 1 for row in written.index[written == ""]]
        problems.append(
            Problem(
                f"{where}：{rows_text(rows)}",
                promised="开发区名称 / a zone's name",
                found="空 / missing",
                mend="补上名称，或删去该行 / write the name, or delete the row",
            )
        )
    if problems:
        raise LayerError(problems)
    return [str(meaning[name]) for name in written]


class _Finder:
    """What carriers ask of a finder of headers: how many of them are known, and a title."""

    card = SimpleNamespace(title_zh="开发区数据表", title_en="a table of zones")

    def score(self, headers: Sequence[tuple[str, ...]]) -> int:
        """Count the headers that are understood; names count double, so titles do not win."""
        texts = [_header(parts) for parts in headers]
        readings, _ = understand(texts)
        return len(readings) + 2 * ("zone" in _keys(texts)) + len(_keys(texts))


def _header(parts: Sequence[str]) -> str:
    """One header of several lines: the lowest line that is understood, else all of them."""
    for part in reversed(parts):
        if understand([part])[0] or is_supply_header(part) or _keys([part]):
            return part
    return " ".join(parts)


def _keys(headers: Sequence[str]) -> dict[str, int]:
    """Place of every text column."""
    found = {}
    for name, spellings in KEYS.items():
        for place, header in enumerate(headers):
            if header.strip() in spellings and name not in found:
                found[name] = place
    return found


def _rows(carrier: Carrier) -> tuple[list[np.ndarray], pd.Index, pd.DataFrame]:
    """Cells by column without the rows of totals, and what those rows were."""
    columns: list[list[np.ndarray]] = [[] for _ in carrier.headers]
    numbers: list[np.ndarray] = []
    totals: list[dict[str, Any]] = []
    for batch in carrier.batches():
        if batch.spoilt:
            raise LayerError(
                Problem(
                    rows_text(int(each.row) - 1 for each in batch.spoilt),
                    promised=f"至多 {len(carrier.headers)} 列 / columns at most",
                    found="表头之外还有内容 / cells beyond the header",
                    mend="含逗号的内容加双引号，或补上表头 / quote commas, or name the column",
                )
            )
        is_total = total_rows(batch)
        for place, column in enumerate(batch.columns):
            columns[place].append(column[~is_total])
        numbers.append(batch.rows[~is_total])
        for at in np.flatnonzero(is_total):
            text = " ".join(filter(None, (plain(column[at]) for column in batch.columns[:2])))
            totals.append({"row": int(batch.rows[at]), "text": text})
    none = np.empty(0, dtype=object)
    cells = [np.concatenate([none, *parts]) for parts in columns]
    rows = pd.Index(np.concatenate([np.empty(0, dtype=np.int64), *numbers]), name="row")
    return cells, rows, pd.DataFrame(totals, columns=["row", "text"])


def _texts(cells: np.ndarray) -> list[str]:
    return [read_text(cell) or "" for cell in cells]


def _numbers(cells: np.ndarray, rows: pd.Index, header: str) -> tuple[np.ndarray, list[Problem]]:
    """Numbers of a column; 是 and 否 stay texts for marks. A unit in a cell is refused."""
    marks = [plain(cell) for cell in cells]
    readings, _ = understand([header])
    if readings and quantities()[readings[0].quantity].dimension == "flag":
        flags = np.array([mark or None for mark in marks], dtype=object)
        return flags, []
    values = np.full(len(cells), np.nan)
    bad: list[int] = []
    for at, cell in enumerate(cells):
        amount = read_amount(cell)
        if isinstance(amount, Amount) and not amount.unit:
            values[at] = amount.number
        elif amount is not None:
            bad.append(at)
    if not bad:
        return values, []
    shown = "、".join(f"“{marks[at]}”" for at in bad[:_SHOWN])
    return values, [
        Problem(
            f"{header}：{rows_text(int(rows[at]) - 1 for at in bad)}",
            promised="数值，单位写在表头 / numbers, their unit in the header",
            found=shown,
            mend="去掉文字和单位；没有数据就留空 / bare numbers, or an empty cell",
        )
    ]


def _with_note_units(
    frame: pd.DataFrame, readings: Sequence[Reading], note: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the units of a line such as 单位：亩 to the headers that name none."""
    told = units_of(note)
    renamed, lines = {}, []
    for reading in readings:
        if reading.header not in frame:
            continue
        quantity = quantities()[reading.quantity]
        unit, basis = reading.unit, "表头 / header" if reading.stated else "缺省 / default"
        above = told.get(quantity.dimension)
        # Floor areas are in m² by nature: a line that says 公顷 speaks of land.
        if not reading.stated and above and quantity.unit == _UNIT_OF_KIND[quantity.dimension]:
            unit, basis = above.name, "表上说明 / line above the table"
            renamed[reading.header] = f"{reading.quantity}（{unit}）"
        lines.append(
            {
                "header": reading.header,
                "column": reading.quantity,
                "meaning": quantity.zh,
                "unit": unit,
                "basis": basis,
            }
        )
    columns = ["header", "column", "meaning", "unit", "basis"]
    return frame.rename(columns=renamed), pd.DataFrame(lines, columns=columns)


def _label(note: str, frame: pd.DataFrame) -> str:
    """Made-up data stay marked as such whatever is made from them."""
    remarks = "".join(frame["remark"].unique()) if "remark" in frame else ""
    return LABEL if LABEL.split("，", maxsplit=1)[0] in note + remarks else ""


def _unread(headers: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "header": header,
                "column": "",
                "meaning": "未采用 / not used",
                "unit": "",
                "basis": "",
            }
            for header in headers
        ],
        columns=["header", "column", "meaning", "unit", "basis"],
    )
