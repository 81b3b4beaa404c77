"""Headers of a table of zones: which are understood, and which unit each column has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from yngis.analysis.intensity.potential import is_supply_header, supply_unit
from yngis.analysis.quantities import quantities, understand
from yngis.catalogue.tables.cards.units import Unit, named_units, strange_units
from yngis.catalogue.tables.values.cells import Amount, read_amount
from yngis.errors import LayerError, Problem
from yngis.measure.units import find_unit
from yngis.report.zone_tables.read_columns import WHY
from yngis.report.zone_tables.zone_groups import (
    figure_fault,
    group_unit,
    is_telling_line,
    years_named,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yngis.analysis.quantities.declared import Quantity
    from yngis.analysis.quantities.headers import Reading

NOTED: Final = "表上说明 / line above the table"
"""Basis of a unit that a line above or below the table names."""

KEYS: Final = {
    "zone": (
        "zone",
        "name_zh",
        "开发区",
        "开发区名称",
        "名称",
        "园区名称",
        "园区",
        "产业园区",
        "KFQMC",
    ),
    "part": ("part", "分区", "评价分区", "KFQPJFW"),
    "zone_type": ("zone_type", "分型", "评价类型"),
    "level": ("level", "级别"),
    "category": ("category", "类型", "开发区类型"),
    "year": ("year", "年份", "年度", "统计年度"),
    "best_grade": ("best_grade", "亩均最高档", "一票否决"),
    "remark": ("remark", "数据说明"),
}
"""Columns of text, and the headers that stand for them."""

_OF_WHICH: Final = re.compile(r"^其\s*中\s*[:：]?\s*")
_WHOLE: Final = re.compile(
    r"[(（]?\s*(?:合\s*计|小\s*计|总\s*计|总\s*数|总?\s*面\s*积|\d+|)\s*[)）]?"
)
"""Lines of a header that mean the whole of what stands above them, or number the column."""
_YEAR_LINE: Final = re.compile(r"(?:19|20)\d\d(?:\.0)?\s*年?度?")
_PLANNED: Final = frozenset({"planned_ha", "planned_industrial_ha"})
_NOT_USED: Final = "未采用 / not used"
_COUNTED_KINDS: Final = frozenset({"people", "mass", "volume"})
_NOTED_KINDS: Final = ("area", "money", *sorted(_COUNTED_KINDS))
_UNIT_OF_KIND: Final = {"area": "ha", "money": "万元"}


class Finder:
    """What carriers ask of a finder of headers: how many of them are known, and a title."""

    title_zh = "开发区数据表"
    title_en = "a table of zones"

    def score(self, headers: Sequence[Sequence[str]]) -> int:
        """Count the headers that are understood; names count double, so titles do not win."""
        texts = [header_of(parts) for parts in headers]
        readings, _ = understand(texts)
        # A part of a quantity that we do not know counts as well: else the header without the
        # line that names the part would fit better, and the part be read as the whole.
        parts_unknown = sum(
            bool(understand(parts[:-1])[0]) and not isinstance(read_amount(parts[-1]), Amount)
            for parts, text in zip(headers, texts, strict=True)
            if parts and not _header_measures_quantity(text)
        )
        keys = key_places(texts)
        # Lines above that say units, years, goals: without them figures would be read amiss.
        told = _telling_lines(headers)
        return len(readings) + parts_unknown + 2 * ("zone" in keys) + len(keys) + told

    def continues(self, cells: Sequence[str]) -> bool:
        """Tell whether a row below a header holds units, or names parts, and holds no records."""
        if len(cells) > 1 and all(_YEAR_LINE.fullmatch(cell) for cell in cells):
            return True
        if not cells or any(isinstance(read_amount(cell), Amount) for cell in cells):
            return False
        names_parts = any(
            _OF_WHICH.match(cell) or _header_measures_quantity(cell) for cell in cells
        )
        return names_parts or all(_unit_line(cell) for cell in cells)


def header_of(parts: Sequence[str]) -> str:
    """
    One header of several lines: its lowest line, or the line above where that says 合计 or 面积.

    A line that is not understood is never read as what stands above it: below 已建成城镇建设用地
    it is a part of it that we do not know.
    """
    unit, lines = "", list(parts)
    while lines:
        text = _OF_WHICH.sub("", part := lines.pop())
        if lines and _YEAR_LINE.fullmatch(part):
            continue
        if unit == "" and (found := _unit_line(part)):
            unit = found
        elif _header_measures_quantity(text):
            if not _belongs_to_whole(text, lines):
                return " ".join(parts)
            return _with_unit(text, unit, parts) if unit else _with_group_unit(text, lines)
        elif key_places([part]):
            return part
        elif _WHOLE.fullmatch(part) is None:
            break
    return " ".join(parts)


def _header_measures_quantity(text: str) -> bool:
    return bool(understand([text])[0]) or is_supply_header(text)


def _with_unit(text: str, unit: str, parts: Sequence[str]) -> str:
    """A header with the unit that stands in a line below it."""
    if unit == "":
        return text
    readings, _ = understand([text])
    # A unit below a header that names its own: no one can say which holds.
    return " ".join(parts) if readings and readings[0].stated else f"{text}（{unit}）"


def _with_group_unit(text: str, above: Sequence[str]) -> str:
    """Give a header that names no unit the one of the lines above it: 住宅用地 below 土地（亩）."""
    kind = _open_kind(text)
    unit = group_unit(above, kind).text if kind else ""
    return f"{text}（{_shown_unit(Unit(kind, unit))}）" if unit else text


def _open_kind(text: str) -> str:
    """What a header measures whose unit is still open; empty if it names its unit."""
    if is_supply_header(text):
        return "" if supply_unit(text)[1] else "area"
    readings, _ = understand([text])
    if not readings or readings[0].stated:
        return ""
    return quantities()[readings[0].quantity].dimension


class ColumnRole(NamedTuple):
    """
    What the lines of a header say of its column.

    Attributes
    ----------
    header
        As :func:`header_of` gives it; all its lines where the column is not used.
    shown
        All its lines, for people.
    year
        Year that a line above names; empty if none does.
    fault
        Why the column is not used, bilingual; empty if it may be.
    """

    header: str
    shown: str
    year: str = ""
    fault: str = ""


def column_role(parts: Sequence[str]) -> ColumnRole:
    """Tell what the lines above a measured header make of its column (上级表头)."""
    header, shown = header_of(parts), "/".join(parts)
    own = _own_line(parts)
    if not _header_measures_quantity(header):
        return ColumnRole(header, shown)
    text, above = _OF_WHICH.sub("", parts[own]), parts[:own]
    # Of what is planned by name, and of yearly supply, the header itself says when and what.
    planned = any(each.quantity in _PLANNED for each in understand([text])[0])
    # 营业收入 above 2021年, 2022年: a line of years says when, and no other figure.
    below_is_unit = any(_unit_line(part) for part in parts[own + 1 :])
    kind = "" if below_is_unit else _open_kind(text)
    fault = (
        ""
        if planned
        else figure_fault(
            [*above, *(part for part in parts[own + 1 :] if not _YEAR_LINE.fullmatch(part))]
        )
    )
    if not fault and kind:
        fault = group_unit(above, kind).fault
    if fault:
        return ColumnRole(shown, shown, fault=fault)
    below = [part for part in parts[own + 1 :] if _YEAR_LINE.fullmatch(part)]
    years = [] if is_supply_header(text) else (years_named(below) or years_named(above))
    return ColumnRole(header, shown, years[0] if years else "")


def _part_measures_quantity(part: str) -> bool:
    return _header_measures_quantity(_OF_WHICH.sub("", part))


def _telling_lines(headers: Sequence[Sequence[str]]) -> int:
    """Count the columns below a line that binds them; a title stands above all of them."""
    filled = [parts for parts in headers if parts]
    titles = set(filled[0][:-1]).intersection(*filled) if filled else set()
    return sum(
        any(part not in titles and is_telling_line(part) for part in parts[: _own_line(parts)])
        for parts in filled
    )


def _own_line(parts: Sequence[str]) -> int:
    """Place of the lowest line that names what is measured; 0 where none does."""
    return next((at for at in reversed(range(len(parts))) if _part_measures_quantity(parts[at])), 0)


def _belongs_to_whole(text: str, above: Sequence[str]) -> bool:
    """Tell whether a quantity is a part of what stands above it: 住宅用地 is none of 已供应土地."""
    readings, _ = understand([text])
    if not readings:
        return True
    own = quantities()[readings[0].quantity]
    wholes = [quantities()[each.quantity] for part in above for each in understand([part])[0]]
    return all(own.name in _parts_of(each) for each in wholes if each.dimension == own.dimension)


def _parts_of(whole: Quantity) -> set[str]:
    """Names of a quantity and of everything that lies in it."""
    inside = {whole.name}
    for part in whole.parts:
        inside |= _parts_of(quantities()[part])
    return inside | {each.name for each in quantities().values() if each.within in inside}


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
    strange = strange_units(note)
    named = {kind: _units_of_kind(note, kind) for kind in _NOTED_KINDS}
    told = {kind: units[0] for kind, units in named.items() if len(units) == 1}
    disputed = {kind: units for kind, units in named.items() if len(units) > 1}
    renamed, lines, open_, unknown = {}, [], [], []
    for each in _measured_headers(frame, readings):
        unit, basis = each.unit, "表头 / header" if each.stated else "缺省 / default"
        above = told.get(each.kind)
        if not each.stated and each.kind in disputed:
            open_.append(each)
        elif not each.stated and each.kind in strange and each.own_unit in _UNIT_OF_KIND.values():
            unknown.append(each)
        elif not each.stated and above and _speaks_of(above, each.own_unit):
            unit, basis = above.name, NOTED
            renamed[each.header] = f"{each.plain}（{unit}）"
        elif each.stated and above and above.name != unit and _speaks_of(above, each.own_unit):
            shown = _shown_unit(above)
            basis = f"表头，表上说明却写{shown} / header, though the line above says {shown}"
        lines.append([each.header, each.column, each.meaning, unit, basis])
    if open_ or unknown:
        faults = _disputed_problems(open_, disputed)
        raise LayerError([*faults, *_strange_problems(unknown, strange)])
    columns = ["header", "column", "meaning", "unit", "basis"]
    return frame.rename(columns=renamed), pd.DataFrame(lines, columns=columns, dtype="object")


class _Measured(NamedTuple):
    """A column of numbers: its header, and that header with room for a unit."""

    header: str
    plain: str
    column: str
    meaning: str
    kind: str
    own_unit: str
    unit: str
    stated: bool


def _measured_headers(frame: pd.DataFrame, readings: Sequence[Reading]) -> list[_Measured]:
    found = []
    for reading in readings:
        if reading.header in frame:
            own = quantities()[reading.quantity]
            found.append(
                _Measured(
                    reading.header, reading.quantity, reading.quantity, own.zh, own.dimension,
                    own.unit, reading.unit, reading.stated,
                )
            )  # fmt: skip
    known = {reading.header for reading in readings}
    for header in map(str, frame.columns):
        if header not in known and is_supply_header(header):
            year, unit = supply_unit(header)
            found.append(
                _Measured(
                    header, f"{year}年供应面积", f"supplied_{year}", f"{year} 年供应土地面积",
                    "area", "ha", unit or "ha", unit is not None,
                )
            )  # fmt: skip
    return found


def _units_of_kind(note: str, kind: str) -> tuple[Unit, ...]:
    return tuple(Unit(kind, unit.name) for unit in named_units(note) if unit.kind == kind)


def _speaks_of(above: Unit, own: str) -> bool:
    """Floor areas are in m² by nature: a line that says 公顷 speaks of land, 万平方米 of both."""
    if above.kind == "area" and own != _UNIT_OF_KIND["area"]:
        return above.name.endswith("m2") and above.name != "km2"
    measured = find_unit(own)
    if above.kind in _COUNTED_KINDS and measured is not None:
        return measured.kind == above.kind
    return own == _UNIT_OF_KIND.get(above.kind)


def _shown_unit(unit: Unit) -> str:
    """A unit as people write it: 万m2 is 万平方米."""
    names = (("km2", "平方公里"), ("m2", "平方米"), ("mu", "亩"), ("ha", "公顷"))
    for name, zh in names:
        if unit.name.endswith(name):
            return unit.name.removesuffix(name) + zh
    return unit.name


def _disputed_problems(
    open_: Sequence[_Measured], disputed: Mapping[str, tuple[Unit, ...]]
) -> list[Problem]:
    problems = []
    for kind, units in disputed.items():
        headers = [each.header for each in open_ if each.kind == kind]
        if not headers:
            continue
        shown = [_shown_unit(unit) for unit in units]
        problems.append(
            Problem(
                "、".join(headers),
                promised="表上只写一个同类单位，或单位写在各列表头 / "
                "one unit of a kind above the table, or one in every header",
                found=f"表上同时写有 {'、'.join(shown)}，不知各列用哪一个 / "
                "several, and no word on which holds",
                mend=f"单位写入各列表头，如 {headers[0]}（{shown[0]}） / "
                "write the unit into each header",
            )
        )
    return problems


def _strange_problems(unknown: Sequence[_Measured], strange: Mapping[str, str]) -> list[Problem]:
    """Refuse columns whose unit stands above or below the table and is none that is known."""
    return [
        Problem(
            "、".join(each.header for each in unknown if each.kind == kind),
            promised="认识的单位 / a known unit",
            found=f"表上写的单位是“{word}” / the unit said of the table",
            mend="换算后把单位写入各列表头 / convert, and write the unit into each header",
        )
        for kind, word in strange.items()
        if any(each.kind == kind for each in unknown)
    ]


def key_columns(headers: Mapping[str, str]) -> pd.DataFrame:
    """How the columns of text were understood."""
    return pd.DataFrame(
        [
            {"header": header, "column": name, "meaning": _key_meaning(name), "unit": "",
             "basis": "表头 / header"}
            for name, header in headers.items()
        ],
        columns=["header", "column", "meaning", "unit", "basis"],
        dtype="object",
    )  # fmt: skip


def _key_meaning(name: str) -> str:
    return next(text for text in KEYS[name] if not text.isascii())


def unread_headers(headers: Sequence[str], reasons: Mapping[str, str]) -> pd.DataFrame:
    """Headers that are not used, and why where that is known (未采用的列)."""
    return pd.DataFrame(
        [
            {
                "header": header,
                "column": "",
                "meaning": f"{WHY}{reasons[header]}" if header in reasons else _NOT_USED,
                "unit": "",
                "basis": "",
            }
            for header in headers
        ],
        columns=["header", "column", "meaning", "unit", "basis"],
    )
