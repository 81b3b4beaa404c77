"""The survey's own record of changes (变更过程层 DLTBGXGC), read as it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.analysis.change.compare import PIECE_COLUMNS, CompareRules
from yngis.analysis.change.land_classes import (
    built_of_code,
    class_of_code,
    is_farmland,
    is_refined,
    is_undivided,
)
from yngis.analysis.change.survey_layer import (
    number_cells,
    open_survey,
    text_cells,
    unread_number_notes,
    unread_numbers,
)
from yngis.analysis.change.survey_reading import CodeBook, classed_code, common_codes
from yngis.analysis.change.tiles import shape_boxes
from yngis.analysis.overlay import OVERLAP, OverlayNotes, apportion
from yngis.catalogue.tables.values.land_use import read_scheme
from yngis.errors import LayerError, Problem
from yngis.measure.geodesy import rule_area
from yngis.measure.mending import mend_geometry
from yngis.measure.polygons import OverlayError, shape_array, split_polygon
from yngis.measure.storage import to_storage
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.change.survey_layer import Layer

FIELDS: Final = {
    "id": ("BSM",),
    "before_id": ("BGQTBBSM",),
    "after_id": ("BGHTBBSM",),
    "code": ("BGQDLBM",),
    "name": ("BGQDLMC",),
    "after_code": ("BGHDLBM",),
    "after_name": ("BGHDLMC",),
    "area_m2": ("TBBGMJ",),
    "ridge_share": ("BGQKCXS",),
    "act": ("BGXW",),
    "border": ("XZQTZLX",),
    "day": ("GXSJ",),
}
"""Fields of DLTBGXGC by what they mean."""

# TBBGMJ may differ from the polygon by rounding and by how the survey measured, not by more.
_MOST_OFF: Final = 0.01
_MOST_OFF_M2: Final = 1.0

BORDER_MOVES: Final = ("2", "4")
"""Values of XZQTZLX that mean a move of an administrative border, not of land use."""


class Increments(NamedTuple):
    """
    Changes as the survey recorded them (增量).

    Attributes
    ----------
    pieces
        Changed land in EPSG:4490 by zone: :data:`yngis.analysis.change.compare.PIECE_COLUMNS`.
    transition
        ``zone``, ``before``, ``after``, ``area_m2``: of changed land only.
    border_moves
        ``zone``, ``border``, ``before``, ``after``, ``area_m2``, ``polygons``: rows of moved
        borders, counted in no change.
    classes
        Class of every code.
    year
        Year of the changes; None where nobody knows.
    notes
        What a reader must know.
    scheme
        Classification of the codes.
    """

    pieces: GeoDataFrame
    transition: pd.DataFrame
    border_moves: pd.DataFrame
    classes: pd.DataFrame
    year: int | None
    notes: tuple[str, ...]
    scheme: str


def read_increments(
    layer: Layer, zones: GeoDataFrame, rules: CompareRules | None = None
) -> Increments:
    """
    Read the survey's record of changes by zone (读取变更过程层).

    Parameters
    ----------
    layer
        DLTBGXGC: a frame, a file, or a table of a database.
    zones
        ``name_zh`` and polygons.
    rules
        Choices; the classification stated for the earlier survey holds for both codes.

    Returns
    -------
    increments
        Areas are those recorded (TBBGMJ), in proportion where a border of a zone divides a row.

    Raises
    ------
    LayerError
        If the layer lacks a field or cannot be read; names every fault.
    """
    chosen = rules or CompareRules()
    frame, notes, books = _read_rows(layer, chosen)
    before, after, scheme = common_codes(*books)
    fine = (books[0].understood(), books[1].understood())
    frame["before"] = np.array(before, dtype=object)[frame.pop("code_before")]
    frame["after"] = np.array(after, dtype=object)[frame.pop("code_after")]
    classes = _class_frame(before, after, scheme, fine, chosen)
    parts = _parts_by_zone(frame, zones)
    notes += _doubled_notes(frame, zones)
    moved = parts["border"].isin(BORDER_MOVES).to_numpy()
    notes += _row_notes(frame, parts[moved])
    pieces = _as_pieces(parts[~moved], classes)
    kept = parts[~moved].groupby(["zone", "before", "after"])["area_m2"]
    transition = kept.sum().reset_index()
    moves = parts[moved].assign(polygons=1)
    border = moves.groupby(["zone", "border", "before", "after"], as_index=False)[
        ["area_m2", "polygons"]
    ].sum()
    changed = pieces[pieces["before"] != pieces["after"]].reset_index(drop=True)
    years = _row_years(frame)
    year = None if years.isna().all() else int(years.mode().iloc[0])
    year = chosen.after_year or year
    return Increments(
        changed, transition, border.reset_index(drop=True), classes, year, tuple(notes), scheme
    )


def _read_rows(
    layer: Layer, rules: CompareRules
) -> tuple[GeoDataFrame, list[str], tuple[CodeBook, CodeBook]]:
    """Rows of the layer with numbered codes, what was odd, and the codes."""
    role = "--increments"
    stated = "" if rules.before_scheme is None else read_scheme(rules.before_scheme)
    books = (
        CodeBook(role, stated, surveyed=True),
        CodeBook(role, stated, surveyed=True),
    )
    tables, shapes = [], []
    texts: Counter[str] = Counter()
    with open_survey(
        layer, role, wanted=FIELDS, needed=("code", "after_code"), inside=rules.before_layer,
        crs=rules.before_crs,
    ) as survey:  # fmt: skip
        for batch in survey.read():
            count, cells = len(batch.shapes), batch.cells
            told = {
                name: text_cells(cells.get(name), count)
                for name in ("id", "before_id", "after_id", "act", "border", "day")
            }
            numbers = {}
            for name in ("area_m2", "ridge_share"):
                numbers[name] = number_cells(cells.get(name), count)
                texts[FIELDS[name][0]] += unread_numbers(cells.get(name), numbers[name])
            tables.append(
                pd.DataFrame(
                    told
                    | {
                        "recorded_m2": numbers["area_m2"],
                        "ridge": numbers["ridge_share"],
                        "code_before": books[0].number_codes(
                            cells["code"], cells.get("name"), count
                        ),
                        "code_after": books[1].number_codes(
                            cells["after_code"], cells.get("after_name"), count
                        ),
                    }
                )
            )
            shapes.append(shape_boxes(batch.shapes)[0])
        crs, fields = survey.crs, survey.fields
    if not tables:
        raise LayerError(
            Problem(role, "有记录 / records", "没有 / none", "检查图层 / check the layer")
        )
    table = pd.concat(tables, ignore_index=True)
    drawn = [mend_geometry(shape) for shape in np.concatenate(shapes)]
    frame = to_storage(gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(drawn, crs=crs)))
    notes = []
    if "border" not in fields:
        notes.append(
            "没有 XZQTZLX，不能区分界线调整 / without XZQTZLX moves of borders cannot be told apart"
        )
    if "ridge_share" not in fields:
        notes.append("没有 BGQKCXS，占用耕地含田坎 / without BGQKCXS farmland includes ridges")
    if "area_m2" not in fields:
        notes.append("没有 TBBGMJ，用图形面积 / without TBBGMJ areas are those of the polygons")
    notes += unread_number_notes(texts)
    return frame, [*notes, *_settle_areas(frame), *_year_notes(frame)], books


def _settle_areas(frame: GeoDataFrame) -> list[str]:
    """Hold TBBGMJ against the polygons; what is no area gives way to that of the polygon."""
    recorded = frame["recorded_m2"].to_numpy(dtype=np.float64)
    measured = np.asarray(rule_area(frame.geometry.to_numpy()), dtype=np.float64)
    none = ~np.isnan(recorded) & (recorded <= 0.0)
    off = (recorded > 0.0) & (np.abs(recorded - measured) > _MOST_OFF * measured + _MOST_OFF_M2)
    frame["recorded_m2"] = np.where(none, np.nan, recorded)
    told = []
    if none.any():
        told.append(
            f"{int(none.sum())} 条的 TBBGMJ 不大于 0，用图形面积 / TBBGMJ of no area: the polygon's"
        )
    if off.any():
        told.append(
            f"{int(off.sum())} 条的 TBBGMJ 与图形面积不符，仍照录：记录 "
            f"{recorded[off].sum() / HECTARE_M2:,.4f} 公顷，图形 "
            f"{measured[off].sum() / HECTARE_M2:,.4f} 公顷，"
            "请核对单位、是否已裁切 / TBBGMJ does not fit the polygon and is kept: check its unit"
        )
    return told


def _year_notes(frame: GeoDataFrame) -> list[str]:
    """Say that rows are of several years, or of none."""
    years = _row_years(frame).dropna().astype(int)
    if len(set(years)) < 2:  # noqa: PLR2004 - years
        return []
    told = "、".join(f"{year}（{rows} 条）" for year, rows in years.value_counts().items())
    line = (
        f"GXSJ 有不同年份：{told}；按 {int(years.mode().iloc[0])} 年比对台账，可用 --after-year "
        "写明；同一地块几年的变更各计一次 / rows of several years: records are held against one"
    )
    return [line]


def _row_years(frame: GeoDataFrame) -> pd.Series:
    """Year of each row; missing where its day holds none."""
    texts = frame["day"].str.extract(r"(\d{4})", expand=False)
    years: pd.Series = pd.to_numeric(texts, errors="coerce")
    return years


def _class_frame(
    before: list[str],
    after: list[str],
    scheme: str,
    fine: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    rules: CompareRules,
) -> pd.DataFrame:
    known = dict(zip(before, fine[0], strict=True)) | dict(zip(after, fine[1], strict=True))
    rows = []
    for code, understood in sorted(known.items()):
        classed = classed_code(code, scheme) if understood else f"?{code}"
        rows.append(
            (
                code, class_of_code(classed, rules.classes), built_of_code(classed),
                is_farmland(classed), is_undivided(classed),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["code", "class", "built", "farmland", "undivided"])


def _parts_by_zone(frame: GeoDataFrame, zones: GeoDataFrame) -> pd.DataFrame:
    """Rows by zone, with the part of the recorded area, and of the polygon, that lies in each."""
    placed = zones[["name_zh", "geometry"]].to_crs(frame.crs).reset_index(drop=True)
    shapes = frame[["geometry"]]
    parts = apportion(shapes, placed, name="name_zh", notes=OverlayNotes()).reset_index()
    parts = parts[parts["zone"].isin(placed["name_zh"])].reset_index(drop=True)
    row = parts["parcel"].to_numpy(dtype=np.int64)
    told = frame.drop(columns="geometry").iloc[row].reset_index(drop=True)
    told["zone"] = parts["zone"].to_numpy(dtype=object)
    recorded = told["recorded_m2"].to_numpy(dtype=np.float64)
    share = parts["share"].to_numpy(dtype=np.float64)
    measured = parts["area_m2"].to_numpy(dtype=np.float64)
    told["area_m2"] = np.where(np.isnan(recorded), measured, recorded * share)
    told["measured_m2"] = measured
    areas = dict(zip(placed["name_zh"], placed.geometry, strict=True))
    told["geometry"] = shape_array(
        [
            _cut_to_zone(frame.geometry.iloc[at], areas[zone], whole=part > 1.0 - 1e-12)
            for at, zone, part in zip(row, told["zone"], share, strict=True)
        ]
    )
    return pd.DataFrame(told)


def _doubled_notes(frame: GeoDataFrame, zones: GeoDataFrame) -> list[str]:
    """Say how much land of the zones two rows or more hold: their areas are recorded twice."""
    drawn = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    placed = zones[["geometry"]].to_crs(frame.crs).reset_index(drop=True)
    rows = drawn[["geometry"]].reset_index(drop=True)
    parts = apportion(placed, rows, notes=OverlayNotes()).reset_index()
    twice = -float(parts.loc[parts["zone"] == OVERLAP, "area_m2"].sum())
    if twice <= _MOST_OFF_M2:
        return []
    line = (
        f"变更图斑互相重叠 {twice / HECTARE_M2:,.4f} 公顷，各条照录，重叠处重复计入 / rows "
        "overlap: their land is counted more than once"
    )
    return [line]


def _cut_to_zone(shape: Any, zone: Any, *, whole: bool) -> Any:  # noqa: ANN401 - shapely polygons
    if whole:
        return shape
    try:
        return split_polygon(shape, zone).inside
    except OverlayError:
        return None


def _row_notes(frame: GeoDataFrame, moved: pd.DataFrame) -> list[str]:
    notes = []
    if len(moved):
        area = float(moved["area_m2"].sum()) / HECTARE_M2
        notes.append(
            f"界线调整（XZQTZLX 2、4）{len(moved)} 条、{area:,.2f} 公顷，另列，不计入变化 / "
            "moves of borders are listed apart and counted in no change"
        )
    bare = int((frame.geometry.isna() | frame.geometry.is_empty).sum())
    if bare:
        notes.append(f"{bare} 条没有图形，未计入 / rows without a polygon are not counted")
    return notes


def _as_pieces(parts: pd.DataFrame, classes: pd.DataFrame) -> GeoDataFrame:
    """Rows as changed pieces."""
    by_code = classes.set_index("code")
    ridge = parts["ridge"].where((parts["ridge"] >= 0.0) & (parts["ridge"] < 1.0), 0.0)
    told = pd.DataFrame(
        {
            "zone": parts["zone"],
            "before": parts["before"],
            "after": parts["after"],
            "before_id": parts["before_id"],
            "after_id": parts["after_id"].where(parts["after_id"] != "", parts["id"]),
            "area_m2": parts["area_m2"],
            "net_m2": parts["area_m2"] * (1.0 - ridge.fillna(0.0)),
            "ridge_m2": parts["area_m2"] * ridge.fillna(0.0),
        }
    )
    for side in ("before", "after"):
        told[f"class_{side}"] = told[side].map(by_code["class"])
        told[f"built_{side}"] = told[side].map(by_code["built"])
    told["farmland_before"] = told["before"].isin(set(classes.loc[classes["farmland"], "code"]))
    undivided = set(classes.loc[classes["undivided"], "code"])
    parents = [is_refined(*pair) for pair in zip(told["before"], told["after"], strict=True)]
    told["undivided"] = (
        told["before"].isin(undivided)
        | told["after"].isin(undivided)
        | np.array(parents, dtype=bool)
    )
    told["redrawn"] = False
    shapes = gpd.GeoSeries(list(parts["geometry"]), index=told.index, crs="EPSG:4490")
    layer: GeoDataFrame = gpd.GeoDataFrame(told, geometry=shapes)[[*PIECE_COLUMNS, "geometry"]]
    return layer.reset_index(drop=True)
