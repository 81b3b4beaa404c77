"""Units that no header names: told by the polygons, or the column is left out, or asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from yngis.catalogue.io.text import fold_text, plain_text
from yngis.catalogue.tables.cards.units import IN_CELLS, Unit, read_unit
from yngis.catalogue.tables.headers.header_finder import SEVERAL_UNITS
from yngis.catalogue.tables.values.cells import Amount, read_amount, read_each
from yngis.errors import LayerError, Problem
from yngis.measure.geodesy import rule_area
from yngis.measure.storage import to_storage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.headers.header_match import Understanding
    from yngis.catalogue.tables.shapes.polygons import Settled

_CANDIDATES: Final = tuple(Unit("area", name) for name in ("m2", "mu", "ha", "km2"))
# The units lie a factor of 15 or more apart: four in five records within a tenth is no chance.
_NEAR: Final = 0.1
_MOST: Final = 0.8
_BRACKETS: Final = re.compile(r"[(（][^()（）]*[)）]\s*$")
_SAMPLE: Final = 2_000
_UNIT_HEADERS: Final = frozenset({"单位", "计量单位", "面积单位"})


def settle_units(
    understanding: Understanding, first: RawBatch | None, settled: Settled | None, where: str
) -> Understanding:
    """Give every quantity its unit, or leave its column out (单位)."""
    by_row = _units_by_row(understanding, first)
    if by_row is not None:
        understanding = understanding.with_units_of(by_row)
        if "area_m2" in {each.column for each in understanding.unmeasured()}:
            understanding = understanding.with_unit("area_m2", Unit("area", "m2"), IN_CELLS)
    open_ = {each.column for each in understanding.unmeasured()}
    if "area_m2" in open_ and first is not None:
        unit = None if settled is None else _by_polygons(understanding, first, settled)
        if unit is not None:
            understanding = understanding.with_unit("area_m2", unit, "polygons")
        elif _in_cells(understanding, first):
            understanding = understanding.with_unit("area_m2", Unit("area", "m2"), IN_CELLS)
        elif settled is None:
            raise LayerError(_unknown_unit_problem(understanding, where))
    held = understanding.used().get("area_m2")
    told = held is not None and held.unit is not None
    # A table that names two units of area has no unit of its own.
    told = told and "area" not in understanding.disputed
    table_wide = told and held is not None and held.unit_basis in {"polygons", "option", "note"}
    for each in understanding.unmeasured():
        area = understanding.card.column(each.column).kind == "area"
        if area and table_wide and held is not None and held.unit is not None:
            understanding = understanding.with_unit(each.column, held.unit, "area")
            continue
        note = (
            f"单位不明，未采用；用 --unit {understanding.card.name}.{each.column}=… 指明 / "
            "its unit is not known and it is not used; name it with --unit"
        )
        understanding = understanding.without(each.column, note)
    return understanding


def _units_by_row(understanding: Understanding, first: RawBatch | None) -> int | None:
    """Find the column that names the unit of each row's area: 单位 above 亩, 公顷, 平方米."""
    if first is None or "area_m2" not in understanding.used():
        return None
    for each in understanding.columns:
        if each.column or fold_text(each.header).rpartition("/")[2] not in _UNIT_HEADERS:
            continue
        texts = [plain_text(cell) for cell in first.columns[each.position][:_SAMPLE]]
        units = [read_unit(text) for text in texts if text]
        if units and all(unit is not None and unit.kind == "area" for unit in units):
            return each.position
    return None


def _in_cells(understanding: Understanding, first: RawBatch) -> bool:
    """Tell whether every area states its own unit."""
    cells = first.columns[understanding.used()["area_m2"].position][:_SAMPLE]
    amounts = [each for each in read_each(cells, read_amount) if isinstance(each, Amount)]
    units = [read_unit(each.unit) for each in amounts]
    return bool(units) and all(unit is not None and unit.kind == "area" for unit in units)


def _by_polygons(understanding: Understanding, first: RawBatch, settled: Settled) -> Unit | None:
    """Unit in which the recorded areas agree with the polygons, if there is one."""
    position = understanding.used()["area_m2"].position
    if first.geometry is None:
        return None
    cells = first.columns[position][:_SAMPLE]
    amounts = read_each(cells, read_amount)
    numbers = np.array([each.number if isinstance(each, Amount) else np.nan for each in amounts])
    measured = _measured_areas(first.geometry[:_SAMPLE], settled)
    usable = (numbers > 0) & (measured > 0)
    if not usable.any():
        return None
    for unit in _CANDIDATES:
        ratio = numbers[usable] * unit.factor() / measured[usable]
        if np.mean(np.abs(ratio - 1.0) < _NEAR) >= _MOST:
            return unit
    return None


def _measured_areas(geometry: NDArray[np.object_], settled: Settled) -> NDArray[np.float64]:
    plane = geometry.copy()
    plane[~np.isfinite(shapely.bounds(plane)).all(axis=1)] = None
    stored = to_storage(gpd.GeoDataFrame(geometry=gpd.GeoSeries(plane, crs=settled.crs)))
    # A first look at rows that nobody has judged yet; a wild area fits no unit.
    return rule_area(stored.geometry.to_numpy())


def _unknown_unit_problem(understanding: Understanding, where: str) -> Problem:
    held = understanding.used()["area_m2"]
    header = held.header
    several = SEVERAL_UNITS if SEVERAL_UNITS in held.note else ""
    name = understanding.card.name
    # （公顷/亩） is to be replaced, not followed by another unit.
    bare = _BRACKETS.sub("", header)
    return Problem(
        where=f"{where}：“{header}”",
        promised="面积单位 / the unit of the areas",
        found=several
        or "表头、表上说明和别名表都没有写 / neither in the header nor above the table",
        mend=f"表头写作“{bare}(公顷)”，或用 --unit {name}.area_m2=公顷；不按数值大小猜测 / "
        f"write it into the header, or give --unit {name}.area_m2=ha; it is never guessed",
    )
