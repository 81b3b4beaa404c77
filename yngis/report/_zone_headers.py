"""Headers of a table of zones: which are understood, and which unit each column has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.intensity.potential import is_supply_header
from yngis.analysis.quantities import quantities, understand
from yngis.catalogue.tables.units import units_of
from yngis.measure.units import find_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.analysis.quantities.headers import Reading

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


class Finder:
    """What carriers ask of a finder of headers: how many of them are known, and a title."""

    title_zh = "开发区数据表"
    title_en = "a table of zones"

    def score(self, headers: Sequence[Sequence[str]]) -> int:
        """Count the headers that are understood; names count double, so titles do not win."""
        texts = [header_of(parts) for parts in headers]
        readings, _ = understand(texts)
        return len(readings) + 2 * ("zone" in key_places(texts)) + len(key_places(texts))

    def continues(self, cells: Sequence[str]) -> bool:
        """Tell whether a row below a header holds units and nothing else."""
        return bool(cells) and all(_unit_line(cell) for cell in cells)


def header_of(parts: Sequence[str]) -> str:
    """One header of several lines: the lowest line that is understood, else all of them."""
    unit = ""
    for part in reversed(parts):
        if unit == "" and (found := _unit_line(part)):
            unit = found
            continue
        readings, _ = understand([part])
        measured = bool(readings) or is_supply_header(part)
        if measured and unit:
            # A unit below a header that names its own: no one can say which holds.
            stated = bool(readings) and readings[0].stated
            return " ".join(parts) if stated else f"{part}（{unit}）"
        if measured or key_places([part]):
            return part
    return " ".join(parts)


def _unit_line(part: str) -> str:
    """Text of a unit that stands alone in a line of the header; empty if it is none."""
    text = part.strip().strip("()（）[]【】").removeprefix("单位").lstrip(":： ")
    return text if find_unit(text) else ""


def key_places(headers: Sequence[str]) -> dict[str, int]:
    """Place of every text column."""
    found = {}
    for name, spellings in KEYS.items():
        for place, header in enumerate(headers):
            if header.strip() in spellings and name not in found:
                found[name] = place
    return found


def with_note_units(
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


def unread_headers(headers: Sequence[str]) -> pd.DataFrame:
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
