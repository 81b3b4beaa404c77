"""What a bureau should know of its zones (自有范围疑点): told everywhere, and stopping nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from yngis.catalogue import load
from yngis.catalogue.io.row_numbers import deleted_records_text
from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.errors import Problem
from yngis.measure.polygons import measure_areas, union_shapes
from yngis.measure.units import HECTARE_M2
from yngis.plan.zone_names import NameMatch, ZoneMatcher

_OUTSIDE: Final = "省外 / no county of the province"

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.plan.registry import Registry

    Shapes = NDArray[np.object_]

_OVERLAP_M2: Final = 1.0
_SUGGESTED: Final = 50
"""Names that are compared with the plan's; a file of thousands that it lacks is another file."""


class ZoneNote(NamedTuple):
    """
    What a bureau should know of one of its zones.

    Attributes
    ----------
    row
        Row of the file, from 1; of a deleted record its number in the DBF, which counts the deleted
        ones too.
    zone
        Its name.
    value
        What was found.
    rule
        Code in ``row_rules.csv``.
    area_m2
        Land that it is about [m²].
    """

    row: int
    zone: str
    value: str
    rule: str
    area_m2: float

    def text(self) -> str:
        """
        Tell it in a line, for terminals, notes and run data (提示).

        Returns
        -------
        text
            Row, zone, what is odd, what was found, and what to do; bilingual.
        """
        rule = row_rules()[self.rule]
        found = self.value.removeprefix(self.zone).removeprefix("；")
        told = f"{rule.zh}（{found}）" if found else rule.zh
        named = f"“{self.zone}”" if self.zone else ""
        zh, en = f"第 {self.row} 行", f"row {self.row}"
        if self.row_in_file is None:
            zh, en = f" DBF 第 {self.row} 条记录", f"DBF record {self.row}"
        return (
            f"自有范围{zh}{named}：{told}；{rule.mend_zh} / "
            f"own zones, {en}: {rule.en}; {rule.mend_en}"
        )

    @property
    def row_in_file(self) -> int | None:
        """Row as GIS programs count them; a deleted record has none (行号)."""
        return None if self.rule == "record_deleted" else self.row

    def found(self) -> str:
        """
        Tell what was found, for tables that have a column of it (发现).

        Returns
        -------
        text
            The value; of a deleted record its number in the DBF.
        """
        if self.row_in_file is None:
            return deleted_records_text([self.row])
        return self.value

    def record(self) -> dict[str, Any]:
        """
        Tell it as data.

        Returns
        -------
        record
            ``row``, ``zone``, ``value``, ``rule``, ``area_m2`` and ``text``, as JSON knows them.
        """
        area = None if np.isnan(self.area_m2) else round(self.area_m2, 1)
        told = {"row": self.row_in_file, "value": self.found(), "area_m2": area}
        return {**self._asdict(), **told, "text": self.text()}


def zone_note_lines(notes: Sequence[ZoneNote]) -> tuple[str, ...]:
    """
    Tell doubts line by line, for terminals and notes (提示).

    Parameters
    ----------
    notes
        Doubts.

    Returns
    -------
    lines
        One a doubt; beyond the fiftieth of one kind, one for all the rest.
    """
    lines: list[str] = []
    kinds = Counter(note.rule for note in notes)
    met: Counter[str] = Counter()
    for note in notes:
        met[note.rule] += 1
        if met[note.rule] <= _SUGGESTED:
            lines.append(note.text())
        elif met[note.rule] == _SUGGESTED + 1:
            rule, more = row_rules()[note.rule], kinds[note.rule] - _SUGGESTED
            lines.append(f"自有范围另有 {more} 行：{rule.zh} / {more} more rows: {rule.en}")
    return tuple(lines)


def match_own_names(names: Sequence[str] | pd.Series, registry: Registry) -> list[NameMatch]:
    """
    Match the names of a user's own zones, which need not be the plan's (自有名称匹配).

    Parameters
    ----------
    names
        Names, one a row.
    registry
        The plan's zones.

    Returns
    -------
    matches
        One a row, each with a zone: one of the plan's, else as the file first spells it; a part
        may also be one of another row's zone.
    """
    plan = ZoneMatcher(registry)
    own = ZoneMatcher(registry, tuple(dict.fromkeys(name.strip() for name in names)))
    # A name of the plan is the plan's, however the file spells it; a part goes before its own name.
    sure = {
        name: plan.find(name) or own.find_part(name) or own.find(name)
        for name in dict.fromkeys(names)
    }
    return [sure[name] or NameMatch(name, name.strip()) for name in names]


def doubtful_name_problems(named: GeoDataFrame, registry: Registry) -> list[Problem]:
    """Names that the plan lacks, told beside faults that stop a run, to be mended with them."""
    if "name_zh" not in named.columns:
        return []
    names = enumerate(named["name_zh"])
    rows = [row for row, name in names if isinstance(name, str) and name.strip()]
    matches = match_own_names([str(named["name_zh"].iloc[row]) for row in rows], registry)
    notes = unknown_zone_notes(matches, registry, np.full(len(rows), np.nan), rows)
    return [
        Problem(
            where=f"zones.name_zh：第 {note.row} 行 / row {note.row}",
            promised="规划写明的开发区（不是也可，单列为一个单元） / "
            "a zone of the plan; another is a unit of its own",
            found=note.value,
            mend="名称有误的改正；仅此一项不妨碍运行 / mend a wrong name; alone it stops no run",
        )
        for note in notes[:_SUGGESTED]
    ]


def unknown_zone_notes(
    matches: list[NameMatch],
    registry: Registry,
    size: NDArray[np.float64],
    rows: Sequence[int] | None = None,
) -> list[ZoneNote]:
    """Zones that the plan does not have, with those of the plan that they may be."""
    plan, matcher = set(registry.table["name_zh"]), ZoneMatcher(registry)
    notes: list[ZoneNote] = []
    for at, match in enumerate(matches):
        if match.zone in plan:
            continue
        value = match.written
        if len(notes) < _SUGGESTED:
            meant = matcher.match(match.written)
            if meant.several or meant.presumed:
                value = meant.doubt()
            elif meant.near:
                value = f"{match.written}；是否为 / did you mean: {'、'.join(meant.near)}"
        row = at if rows is None else rows[at]
        notes.append(ZoneNote(row + 1, str(match.zone), value, "zone_not_in_plan", float(size[at])))
    return notes


def misplaced_zone_notes(wholes: list[str], shapes: Shapes) -> list[ZoneNote]:
    """Polygons that touch none of the counties that their zone lies in, or none at all."""
    counties = load("counties").set_index("name_zh").geometry
    promised = load("zone_registry").set_index("name_zh")["counties"]
    size = measure_areas(shapes)
    notes = []
    for row, (whole, shape) in enumerate(zip(wholes, shapes, strict=True)):
        if whole not in promised.index:
            if not shapely.intersects(counties.array, shape).any():
                value = _OUTSIDE
                notes.append(ZoneNote(row + 1, whole, value, "zone_outside", float(size[row])))
            continue
        homes = promised[whole].split(";")
        if not shapely.intersects(counties[homes].array, shape).any():
            met = counties.index[shapely.intersects(counties.array, shape)]
            value = (
                f"名录 / registry: {'、'.join(homes)}；图形 / polygon: {'、'.join(met) or _OUTSIDE}"
            )
            notes.append(ZoneNote(row + 1, whole, value, "zone_elsewhere", float(size[row])))
    return notes


def notes_of_any_layer(notes: tuple[ZoneNote, ...], units: GeoDataFrame) -> tuple[ZoneNote, ...]:
    """Of a layer that has nothing to do with the plan's zones, such as counties, say so once."""
    strangers = [note for note in notes if note.rule == "zone_not_in_plan"]
    alike = any(note.value != note.zone for note in strangers)
    if len(strangers) < 2 or alike or len({each.zone for each in strangers}) < len(units):  # noqa: PLR2004 - one is told as itself
        return notes
    first = strangers[0]
    value = f"{len(units)} 个名称都不是 / none of the names is one of them"
    told = ZoneNote(first.row, f"{first.zone} …", value, first.rule, np.nan)
    return (told, *(note for note in notes if note.rule != "zone_not_in_plan"))


def overlap_lines(shapes: Shapes) -> list[str]:
    """
    Say that zones overlap, so that sums over them count land more than once (范围重叠).

    Parameters
    ----------
    shapes
        Polygons of the zones in EPSG:4490, ``(n,)``.

    Returns
    -------
    lines
        One, or none.
    """
    size = float(measure_areas(shapes).sum())
    extra = size - float(measure_areas([union_shapes(shapes)])[0]) if len(shapes) else 0.0
    # The same land measured twice, zone by zone and as one outline, differs by rounding.
    if extra <= max(_OVERLAP_M2, 1e-8 * size):
        return []
    line = (
        f"开发区范围互有重叠 {extra / HECTARE_M2:,.2f} 公顷，重叠处各自计入，逐区相加会重复 / "
        "zones overlap; each counts its own land, and sums over them count it more than once"
    )
    return [line]
