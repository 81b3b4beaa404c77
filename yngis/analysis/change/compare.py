"""
Two surveys compared in every zone (两期国土调查比对): what became of what, and where.

Areas come from the integrals of the area table; geometry is cut only where land changed.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from yngis.analysis.change.land_classes import (
    ClassRules,
    built_of_code,
    class_of_code,
    is_farmland,
    is_refined,
    is_undivided,
)
from yngis.analysis.change.pairs import Measured, TileParcels, measure_tile
from yngis.analysis.change.redrawn import find_redrawn
from yngis.analysis.change.survey_layer import (
    number_cells,
    open_survey,
    text_cells,
    unread_number_notes,
    unread_numbers,
)
from yngis.analysis.change.survey_reading import (
    CodeBook,
    classed_code,
    common_codes,
    is_survey_table,
    stated_scheme,
)
from yngis.analysis.change.survey_years import SurveyYears
from yngis.analysis.change.tiles import (
    COLUMNS,
    TileStore,
    binary_boxes,
    halved_boxes,
    parcel_table,
    read_shapes,
    tile_boxes,
    tiles_across,
    whole_array,
)
from yngis.analysis.change.transition import ZoneLand, balanced_transition, footprint_problems
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.catalogue.io.part import wkb_array
from yngis.errors import LayerError, Problem
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.mending import mend_geometry
from yngis.measure.polygons import (
    NOTHING_M2,
    shape_array,
    solid_part,
    split_polygon,
    union_shapes,
    valid_parts,
)
from yngis.measure.progress import report_no_progress
from yngis.measure.storage import to_storage
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from yngis.analysis.change.survey_layer import Layer, SurveyLayer
    from yngis.measure.progress import StageProgress


FOOTPRINT_TOLERANCE: Final = 1e-3
"""Share of a zone that one survey may cover and the other not; a default of ours."""
SLIVER_WIDTH_M: Final = 1.0
"""Width [m] below which a change between persisting neighbours is a border drawn again."""

_WHOLE: Final = 1e-9
# Share of a zone below which land without parcels is rounding of its border.
_BARE: Final = 1e-4
_LARGER: Final = 0.5
_SHOWN: Final = 8
# TBDLMJ may differ from the polygon by rounding and by how the survey measured, not by more; where
# KCXS is silent, ridges take less than half of a parcel.
_MOST_OFF_NET: Final = 0.01
_LEAST_NET: Final = 0.5

PIECE_COLUMNS: Final = (
    "zone", "before", "after", "before_id", "after_id", "area_m2", "net_m2", "ridge_m2",
    "class_before", "class_after", "built_before", "built_after", "farmland_before",
    "undivided", "redrawn",
)  # fmt: skip
"""Columns of the changed pieces, besides their polygons."""


@dataclass(frozen=True, slots=True)
class CompareRules:
    """
    Choices of a comparison (比对参数).

    Attributes
    ----------
    classes
        Classes of the codes that sources differ in.
    sliver_width_m
        Width below which a change along a border is the border drawn again [m].
    footprint_tolerance
        Share of a zone that one survey may cover and the other not.
    before_scheme, after_scheme
        Classifications of the codes, where they are stated.
    before_year, after_year
        Years of the surveys, where the layers do not tell.
    code
        Field of the codes, where it has a name of its own.
    before_layer, after_layer
        Layers in files that have several.
    before_crs, after_crs
        CRS of layers that declare none.
    """

    classes: ClassRules = field(default_factory=ClassRules)
    sliver_width_m: float = SLIVER_WIDTH_M
    footprint_tolerance: float = FOOTPRINT_TOLERANCE
    before_scheme: str | None = None
    after_scheme: str | None = None
    before_year: int | None = None
    after_year: int | None = None
    code: str | None = None
    before_layer: str | None = None
    after_layer: str | None = None
    before_crs: str | int | None = None
    after_crs: str | int | None = None

    def __post_init__(self) -> None:
        problems = []
        if not 0.0 <= self.sliver_width_m <= 100.0:  # noqa: PLR2004 - metres
            problems.append(_out_of_range("--sliver-width", self.sliver_width_m, "0 … 100 m"))
        if not 0.0 <= self.footprint_tolerance < 1.0:
            problems.append(
                _out_of_range("--footprint-tolerance", self.footprint_tolerance, "0 … 1")
            )
        if problems:
            raise LayerError(problems)


def _out_of_range(option: str, found: float, promised: str) -> Problem:
    return Problem(option, promised, f"{found:g}", f"改为 {promised} 之内 / give one within it")


class Compared(NamedTuple):
    """
    Two surveys compared (比对结果).

    Attributes
    ----------
    transition
        ``zone``, ``before``, ``after``, ``area_m2``.
    pieces
        Land whose code changed, with its polygon in EPSG:4490: :data:`PIECE_COLUMNS`.
    zones
        ``zone``, ``before_m2``, ``after_m2``, what only one survey covers or covers twice, and
        ``uncovered_m2``, which neither covers.
    classes
        Class and built-up state of every code: ``code``, ``class``, ``built``.
    overlays
        Parcels that lie over others, in EPSG:4490: ``survey``, ``overlay`` (code and name).
    notes
        What a reader must know.
    years
        Years of the two surveys; None where nobody knows.
    scheme
        Classification of the codes.
    """

    transition: pd.DataFrame
    pieces: GeoDataFrame
    zones: pd.DataFrame
    classes: pd.DataFrame
    overlays: GeoDataFrame
    notes: tuple[str, ...]
    years: tuple[int | None, int | None]
    scheme: str


def compare_surveys(
    before: Layer,
    after: Layer,
    zones: GeoDataFrame,
    rules: CompareRules | None = None,
    *,
    name: str = "name_zh",
    tick: StageProgress | None = None,
) -> Compared:
    """
    Compare two surveys in every zone (两期比对).

    Parameters
    ----------
    before, after
        The earlier and the later survey: frames, files, or tables of a database.
    zones
        Polygons, with their names.
    rules
        Choices.
    name
        Column that names the zones.
    tick
        Told how far it is.

    Returns
    -------
    compared
        Areas on the ellipsoid [m²].

    Raises
    ------
    LayerError
        If a layer cannot be read or understood, both are of one year, their classifications
        cannot be brought to one, or they cover different land; names every fault.
    """
    chosen = rules or CompareRules()
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        old = stack.enter_context(
            open_survey(
                before, "--before", inside=chosen.before_layer, crs=chosen.before_crs,
                code=chosen.code,
            )
        )  # fmt: skip
        new = stack.enter_context(
            open_survey(
                after, "--after", inside=chosen.after_layer, crs=chosen.after_crs,
                code=chosen.code,
            )
        )  # fmt: skip
        return _Comparison(
            old, new, zones, chosen, folder=folder, name=name, tick=tick or report_no_progress
        ).run()


class _Comparison:
    """One comparison under way."""

    def __init__(
        self,
        old: SurveyLayer,
        new: SurveyLayer,
        zones: GeoDataFrame,
        rules: CompareRules,
        *,
        folder: Path,
        name: str,
        tick: StageProgress,
    ) -> None:
        self.old, self.new, self.rules, self.tick = old, new, rules, tick
        self.crs: CRS = old.crs
        placed = zones.to_crs(self.crs) if zones.crs is not None else zones
        self.names = [str(each) for each in placed[name]]
        self.shapes = np.array(placed.geometry.array, dtype=object)
        west, south, east, north = (float(side) for side in shapely.total_bounds(self.shapes))
        self.bounds = (west, south, east, north)
        self.books = (
            CodeBook(
                "--before",
                stated_scheme(rules.before_scheme, old, "--before-scheme"),
                is_survey_table(old),
            ),
            CodeBook(
                "--after",
                stated_scheme(rules.after_scheme, new, "--after-scheme"),
                is_survey_table(new),
            ),
        )
        self.years = (SurveyYears("--before"), SurveyYears("--after"))
        self.rows = max(old.rows, new.rows)
        self.stores = tuple(
            TileStore(self.bounds, self.rows, folder, side) for side in ("before", "after")
        )
        self.odd_ridges = 0
        self.texts: Counter[str] = Counter()
        self.odd_net: set[int] = set()
        self.overlays: list[tuple[str, str, Any]] = []

    def run(self) -> Compared:
        """Spread, measure, sum up."""
        self._spread(self.old, 0)
        self._spread(self.new, 1)
        years = self._settled_years()
        codes = self._settled_codes()
        land = {name: ZoneLand(len(codes.names)) for name in self.names}
        found: list[pd.DataFrame] = []
        shapes: list[NDArray[np.object_]] = []
        kept = (_Persisting(), _Persisting())
        repaired = unreadable = 0
        for zones, regions, tiles, measured in self._measured():
            repaired, unreadable = repaired + measured.repaired, unreadable + measured.unreadable
            numbers = (codes.numbers(tiles[0], 0), codes.numbers(tiles[1], 1))
            for place, zone in enumerate(zones):
                land[self.names[zone]].add(measured, place, *numbers)
            _note_persisting(kept, measured, tiles, numbers)
            odd = _odd_net(tiles[0], measured.whole)
            self.odd_net.update(tiles[0].column("row")[odd].tolist())
            pieces, drawn = _changed_pieces(measured, tiles, numbers, regions)
            if len(pieces):
                places = pieces.pop("place").to_numpy()
                found.append(pieces.assign(zone_at=zones[places]))
                shapes.append(drawn)
        problems = footprint_problems(land, self.rules.footprint_tolerance)
        if problems:
            raise LayerError(problems)
        transition, table, factors = balanced_transition(land, codes.names)
        pieces = self._joined_pieces(found, shapes, kept, codes, factors)
        table = self._with_uncovered(table)
        notes = self._notes(table, years, repaired, unreadable, codes.scheme)
        return Compared(
            transition, pieces, table, codes.to_frame(), self._overlay_layer(), notes, years,
            codes.scheme,
        )  # fmt: skip

    def _spread(self, survey: SurveyLayer, side: int) -> None:
        """Read a survey once, and put its parcels into tiles."""
        stage = ("读取前期调查 / reading --before", "读取后期调查 / reading --after")[side]
        book, first = self.books[side], 0
        moves = side == 1 and not survey.crs.equals(self.crs, ignore_axis_order=True)
        for batch in survey.read():
            count = len(batch.shapes)
            numbers = book.number_codes(batch.cells["code"], batch.cells.get("name"), count)
            self.years[side].add(batch.cells.get("year"))
            binary = batch.shapes
            if moves:
                moved = gpd.GeoSeries(read_shapes(binary), crs=survey.crs).to_crs(self.crs)
                binary = wkb_array(np.array(moved.array, dtype=object))
            boxes = binary_boxes(binary)
            net, ridge = self._net_shares(batch.cells, count)
            row = np.arange(first, first + count, dtype=np.int64)
            overlay = book.overlays()[numbers]
            if overlay.any():
                over = read_shapes(binary.filter(pa.array(overlay)))
                self._note_overlays(over, numbers[overlay], side)
            there = ~overlay & np.isfinite(boxes).all(axis=1)
            names = batch.cells.get("id")
            ids = pa.array(text_cells(names, count) if names is not None else row.astype(str))
            table = parcel_table(
                row, numbers, ids.cast(pa.string()), net=net, ridge=ridge, shapes=binary
            )
            self.stores[side].add(table.filter(pa.array(there)), boxes[there])
            first += count
            self.tick(stage, first, survey.rows)
        self.stores[side].close()

    def _net_shares(
        self, cells: dict[str, pa.Array], count: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Net area [m²] of each parcel as the survey says, and its share of 田坎; NaN if silent."""
        ridge = number_cells(cells.get("ridge_share"), count)
        odd = (ridge < 0.0) | (ridge >= 1.0)
        self.odd_ridges += int(odd.sum())
        net = number_cells(cells.get("net_m2"), count)
        self.texts["KCXS"] += unread_numbers(cells.get("ridge_share"), ridge)
        self.texts["TBDLMJ"] += unread_numbers(cells.get("net_m2"), net)
        return net, np.where(odd, np.nan, ridge)

    def _note_overlays(
        self, shapes: NDArray[np.object_], numbers: NDArray[np.int32], side: int
    ) -> None:
        """Keep parcels that lie over others, such as 临时用地: they have no area of their own."""
        role = ("before", "after")[side]
        for shape, number in zip(shapes, numbers, strict=True):
            reading = self.books[side].readings[int(number)]
            self.overlays.append((role, f"{reading.code} {reading.name}", mend_geometry(shape)))

    def _overlay_layer(self) -> GeoDataFrame:
        """Parcels that lie over others, in EPSG:4490."""
        kept = [each for each in self.overlays if each[2] is not None]
        layer = gpd.GeoDataFrame(
            {"survey": [each[0] for each in kept], "overlay": [each[1] for each in kept]},
            geometry=gpd.GeoSeries([each[2] for each in kept], crs=self.crs),
        )
        return to_storage(layer) if kept else layer.set_crs("EPSG:4490", allow_override=True)

    def _settled_years(self) -> tuple[int | None, int | None]:
        years = (
            self.years[0].settled(self.rules.before_year),
            self.years[1].settled(self.rules.after_year),
        )
        SurveyYears.refuse_same(*years, mixed=[each.mixed() for each in self.years])
        return years

    def _settled_codes(self) -> _Codes:
        before, after, scheme = common_codes(*self.books)
        return _Codes.of(before, after, scheme, self.books, self.rules.classes)

    def _measured(
        self,
    ) -> Iterator[
        tuple[NDArray[np.int64], NDArray[np.object_], tuple[TileParcels, TileParcels], Measured]
    ]:
        """Measure tile by tile: the zones in it, their land in it, the parcels, what was found."""
        boxes = tile_boxes(self.bounds, tiles_across(self.rows))
        for number, box in enumerate(boxes):
            near = shapely.intersects(shapely.box(*box), self.shapes).nonzero()[0]
            if len(near):
                old, new = (_tile_parcels(store.take(number)) for store in self.stores)
                for part in halved_boxes(box, new.boxes if len(new.boxes) else old.boxes):
                    zones, regions = _regions_of(self.shapes, near, shapely.box(*part))
                    measured = measure_tile(regions, old, new, self.crs) if len(zones) else None
                    if measured is not None:
                        yield zones, regions, (old, new), measured
            self.tick("逐片量算 / measuring", number + 1, len(boxes))

    def _joined_pieces(
        self,
        found: Sequence[pd.DataFrame],
        shapes: Sequence[NDArray[np.object_]],
        kept: tuple[_Persisting, _Persisting],
        codes: _Codes,
        factors: dict[str, NDArray[np.float64]],
    ) -> GeoDataFrame:
        """Pieces that tiles cut apart are one again; borders drawn again are told."""
        if not found:
            empty: GeoDataFrame = gpd.GeoDataFrame(
                {name: [] for name in PIECE_COLUMNS}, geometry=[], crs="EPSG:4490"
            )
            return empty
        table = pd.concat(found, ignore_index=True)
        drawn = np.concatenate(list(shapes))
        keys = ["zone_at", "row_before", "row_after"]
        group = table.groupby(keys, sort=True).ngroup().to_numpy()
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
        first = order[starts]
        joined = table.iloc[first].reset_index(drop=True)
        # A piece has its part of the cell of the matrix that it belongs to.
        held = np.array([factors[self.names[zone]] for zone in range(len(self.names))])
        cells = (joined[name].to_numpy() for name in ("zone_at", "code_before", "code_after"))
        factor = held[tuple(cells)]
        for column in ("area_m2", "net_m2", "ridge_m2"):
            sums = np.add.reduceat(table[column].to_numpy()[order], starts)
            joined[column] = sums * factor
        whole = drawn[first]
        ends = np.r_[starts[1:], len(order)]
        for at in (ends - starts > 1).nonzero()[0]:
            whole[at] = union_shapes(drawn[order[starts[at] : ends[at]]])
        stored = to_storage(gpd.GeoDataFrame(geometry=gpd.GeoSeries(whole, crs=self.crs)))
        layer = gpd.GeoDataFrame(
            joined, geometry=gpd.GeoSeries(stored.geometry.to_numpy(), crs=stored.crs)
        )
        layer["zone"] = np.array(self.names, dtype=object)[layer["zone_at"]]
        codes.describe(layer)
        persists = kept[0].persists(layer["row_before"]) & kept[1].persists(layer["row_after"])
        layer["redrawn"] = find_redrawn(
            np.array(layer.geometry.array, dtype=object), persists, self.rules.sliver_width_m
        )
        ordered = layer[layer["area_m2"] > NOTHING_M2].sort_values(
            ["zone", "before", "after", "row_before", "row_after"], ignore_index=True
        )
        told: GeoDataFrame = ordered[[*PIECE_COLUMNS, "geometry"]]
        return told

    def _notes(
        self,
        table: pd.DataFrame,
        years: tuple[int | None, int | None],
        repaired: int,
        unreadable: int,
        scheme: str,
    ) -> tuple[str, ...]:
        """Say what a reader must know."""
        told = [*self.years[0].notes(), *self.years[1].notes()]
        if self.books[0].scheme() != self.books[1].scheme():
            told.append(
                f"两期分类不同：{self.books[0].scheme()} → {self.books[1].scheme()}，"
                f"按对照表统一为{scheme} / classifications differ: both are mapped to {scheme}"
            )
        for book in self.books:
            if mended := book.mended():
                shown = "、".join(f"{text} → {code}（{rows}）" for text, code, rows in mended[:6])
                told.append(f"{book.role} 的编码改读：{shown} / codes read as others")
            if unknown := book.unknown():
                shown = "、".join(f"“{text}”（{rows}）" for text, rows in unknown[:12])
                told.append(
                    f"{book.role} 有读不懂的地类 {len(unknown)} 种，归“不明”，不计入任何变化："
                    f"{shown} / codes that were not understood: class unknown, counted in no change"
                )
        counts = Counter(each[1] for each in self.overlays)
        told += [
            f"叠加图层 {name}：{count} 个图斑与其下地类重复，不计面积，其上的变化另列 / "
            "parcels over others have no area of their own; changes below are listed apart"
            for name, count in sorted(counts.items())
        ]
        if None in years:
            told.append(
                "调查年份不详（无 SJNF），凡须看日期的矛盾不判 / years are not known: "
                "what hangs on days is not judged; give them with --before-year and --after-year"
            )
        told += [*self._order_notes(), *self._net_notes(), *self._bare_notes(table)]
        told += [note for book in self.books for note in book.doubts()]
        if repaired:
            told.append(f"先修复再量算的图斑 {repaired} 次 / parcels mended before measuring")
        if unreadable:
            told.append(f"坐标损坏、未计入的图斑 {unreadable} 个 / unreadable parcels, not counted")
        bare = table.loc[table["before_m2"] <= 0.0, "zone"]
        if len(bare):
            told.append(
                f"{len(bare)} 个开发区没有调查图斑，未比对 / zones without survey parcels: "
                f"{'、'.join(bare[:12])}"
            )
        return tuple(told)

    def _with_uncovered(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the area of each zone that neither survey covers; rounding of its border is none."""
        size = ellipsoidal_area(gpd.GeoSeries(list(self.shapes), crs=self.crs)).to_numpy()
        covered = table["before_m2"] - table["twice_before_m2"] + table["only_after_m2"]
        bare = size - covered.to_numpy()
        return table.assign(uncovered_m2=np.where(bare > _BARE * size, bare, 0.0))

    def _bare_notes(self, table: pd.DataFrame) -> list[str]:
        """Say how much of each zone neither survey covers."""
        rows = table[(table["before_m2"] > 0.0) & (table["uncovered_m2"] > 0.0)]
        if len(rows) == 0:
            return []
        most = rows.nlargest(_SHOWN, "uncovered_m2")
        named = "、".join(
            f"“{zone}”{area / HECTARE_M2:,.{2 if area >= HECTARE_M2 else 4}f}"
            for zone, area in zip(most["zone"], most["uncovered_m2"], strict=True)
        )
        more = "…" if len(rows) > len(most) else ""
        line = (
            f"{len(rows)} 个开发区有两期都没有调查图斑的土地（公顷）：{named}{more}，未比对，见 "
            "coverage.csv / land of these zones that neither survey covers is not compared"
        )
        return [line]

    def _order_notes(self) -> list[str]:
        """Say what tells which survey is the earlier, where no year in both files proves it."""
        stated_years = (self.rules.before_year, self.rules.after_year)
        denied = [
            line
            for survey, year in zip(self.years, stated_years, strict=True)
            for line in survey.denied(year)
        ]
        if all(survey.counts for survey in self.years):
            return denied
        bare = "、".join(survey.role for survey in self.years if not survey.counts)
        stated = self.rules.before_year is not None and self.rules.after_year is not None
        basis = "--before-year、--after-year" if stated else "--before、--after"
        line = (
            f"先后次序只按所给的 {basis}：{bare} 没有可读的 SJNF，文件中没有依据可证实；给反时新建"
            "与弃建互换，须核对 / the order of the surveys is as given, nothing in the files "
            "proves it: if they were swapped, new and abandoned land change places"
        )
        return [*denied, line]

    def _net_notes(self) -> list[str]:
        """Say what is odd about net areas and ridges."""
        told = unread_number_notes(self.texts)
        if self.odd_ridges:
            told.append(
                f"{self.odd_ridges} 个图斑的 KCXS 不在 0 与 1 之间，未用 / out of 0…1, not used"
            )
        if self.odd_net:
            told.append(
                f"前期 {len(self.odd_net)} 个图斑的 TBDLMJ 与图形面积不符"
                "（为 0、单位不同或已裁切），改用图形的椭球面积扣 KCXS / TBDLMJ does not fit "
                "the polygon: the polygon's own area is used"
            )
        if not self.old.fields.keys() & {"net_m2", "ridge_share"}:
            told.append(
                "前期图层没有 TBDLMJ 和 KCXS，占用耕地含田坎 / neither TBDLMJ nor KCXS: "
                "farmland taken includes ridges"
            )
        return told


def _tile_parcels(table: pa.Table | None) -> TileParcels:
    if table is None:
        none = {name: pa.array([], type=pa.int64()) for name in COLUMNS}
        empty = pa.table({**none, "shape": pa.array([], type=pa.large_binary())})
        return TileParcels(empty, np.empty((0, 4)))
    return TileParcels(table, binary_boxes(whole_array(table["shape"])))


def _regions_of(
    zones: NDArray[np.object_],
    near: NDArray[np.int64],
    frame: Any,  # noqa: ANN401 - a shapely polygon
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Parts of zones in a tile, and whose they are."""
    parts = np.array(zones[near], dtype=object)
    for place in (~shapely.covers(frame, parts)).nonzero()[0]:
        parts[place] = solid_part(shapely.intersection(parts[place], frame))
    there = shapely.area(parts) > 0.0
    return near[there], parts[there]


def _note_persisting(
    kept: tuple[_Persisting, _Persisting],
    measured: Measured,
    tiles: tuple[TileParcels, TileParcels],
    numbers: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """Note how much of each parcel keeps its code."""
    shared = measured.shared
    same = numbers[0][shared.before] == numbers[1][shared.after]
    for side, places in enumerate((shared.before, shared.after)):
        if len(places):
            kept[side].add(tiles[side].column("row")[places], shared.area, same)


def _changed_pieces(
    measured: Measured,
    tiles: tuple[TileParcels, TileParcels],
    numbers: tuple[NDArray[np.int64], NDArray[np.int64]],
    regions: NDArray[np.object_],
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    """Land whose code changed, pair by pair, with what the survey deducts, and its polygons."""
    shared = measured.shared
    old, new = tiles
    codes = numbers[0][shared.before], numbers[1][shared.after]
    changed = ((codes[0] != codes[1]) & (shared.area > NOTHING_M2)).nonzero()[0]
    if len(changed) == 0:
        return pd.DataFrame(), np.empty(0, dtype=object)
    first, second, area = shared.before[changed], shared.after[changed], shared.area[changed]
    place = shared.zone[changed]
    net, ridge = _net_parts(old, first, area, measured.whole)
    table = pd.DataFrame(
        {
            "place": place,
            "row_before": old.column("row")[first],
            "row_after": new.column("row")[second],
            "code_before": codes[0][changed],
            "code_after": codes[1][changed],
            "before_id": old.column("id")[first],
            "after_id": new.column("id")[second],
            "area_m2": area,
            "net_m2": net,
            "ridge_m2": ridge,
        }
    )
    alike = shared.alike[changed]
    return table, _cut_pieces(old.polygons(first), new.polygons(second), regions[place], alike)


def _net_parts(
    old: TileParcels,
    places: NDArray[np.int64],
    area: NDArray[np.float64],
    whole: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Parts of TBDLMJ that pieces take, and of the ridges beside them [m²]."""
    fitting = np.where(_odd_net(old, whole), np.nan, old.column("net"))
    net, ridge = fitting[places], old.column("ridge")[places]
    size = whole[places]
    share = np.divide(area, size, out=np.zeros(len(area)), where=size > 0.0)
    by_share = area * (1.0 - np.nan_to_num(ridge))
    taken = np.where(np.isnan(net), by_share, net * share)
    # TBDLMJ = TBMJ × (1 − KCXS): the ridges follow from the net area, where there is one.
    gross = np.where(np.isnan(net), area, net * share / (1.0 - np.nan_to_num(ridge)))
    return taken, np.where(np.isnan(ridge), 0.0, gross * np.nan_to_num(ridge))


def _odd_net(old: TileParcels, whole: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell where TBDLMJ contradicts the polygon: 0, in another unit, or of a parcel since cut."""
    if len(whole) == 0:
        return np.zeros(0, dtype=bool)
    net, ridge = old.column("net"), old.column("ridge")
    stated = ridge > 0.0
    most = whole * np.where(stated, 1.0 - ridge, 1.0)
    least = most * np.where(stated, 1.0 - _MOST_OFF_NET, _LEAST_NET)
    odd: NDArray[np.bool_] = (whole > 0.0) & ((net < least) | (net > most * (1.0 + _MOST_OFF_NET)))
    return odd


def _cut_pieces(
    first: NDArray[np.object_],
    second: NDArray[np.object_],
    regions: NDArray[np.object_],
    alike: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Polygons of what pairs share in their zones."""
    cut = _mend_invalid_shapes(first)
    apart = (~alike).nonzero()[0]
    one, other = cut[apart], _mend_invalid_shapes(second[apart])
    try:
        cut[apart] = shapely.intersection(one, other)
    except shapely.errors.GEOSException:
        pairs = zip(one, other, strict=True)
        cut[apart] = shape_array([split_polygon(*pair).inside for pair in pairs])
    for place in (~shapely.covers(regions, cut)).nonzero()[0]:
        cut[place] = split_polygon(solid_part(cut[place]), regions[place]).inside
    odd = (shapely.get_type_id(cut) != shapely.GeometryType.POLYGON) | ~shapely.is_valid(cut)
    cut[odd] = valid_parts(cut[odd])
    return np.array(cut, dtype=object)


def _mend_invalid_shapes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    whole = np.array(shapes, dtype=object)
    for place in (~shapely.is_valid(whole)).nonzero()[0]:
        whole[place] = mend_geometry(whole[place])
    return whole


@dataclass(slots=True)
class _Persisting:
    """How much of each parcel keeps its code, by its row; those that keep it all are left out."""

    rows: list[NDArray[np.float64]] = field(default_factory=list)

    def add(
        self, row: NDArray[np.int64], area: NDArray[np.float64], same: NDArray[np.bool_]
    ) -> None:
        """Add what a tile holds."""
        unique, place = np.unique(row, return_inverse=True)
        whole = np.bincount(place, area, len(unique))
        kept = np.bincount(place, np.where(same, area, 0.0), len(unique))
        changed = kept < whole * (1.0 - _WHOLE)
        table = np.column_stack((unique.astype(np.float64), whole, kept))[changed]
        self.rows.append(table.astype(np.float64))

    def persists(self, rows: pd.Series) -> NDArray[np.bool_]:
        """Tell which parcels keep their code on the larger part of their land."""
        held = np.concatenate(self.rows) if self.rows else np.empty((0, 3))
        sums = pd.DataFrame(held, columns=["row", "whole", "kept"]).groupby("row").sum()
        own = sums.reindex(rows.to_numpy())
        found: NDArray[np.bool_] = (own["kept"] >= _LARGER * own["whole"]).to_numpy()
        return found


_NOT_ITS_NAME: Final = "（与地类名称不符）"


class _Codes(NamedTuple):
    """Codes of both surveys under common numbers, with their classes."""

    names: list[str]
    places: tuple[NDArray[np.int64], NDArray[np.int64]]
    classes: NDArray[np.object_]
    built: NDArray[np.object_]
    farmland: NDArray[np.bool_]
    undivided: NDArray[np.bool_]
    scheme: str

    @classmethod
    def of(
        cls,
        before: list[str],
        after: list[str],
        scheme: str,
        books: tuple[CodeBook, CodeBook],
        rules: ClassRules,
    ) -> _Codes:
        """Number the codes of both surveys together."""
        sides = [
            [(code, bool(known)) for code, known in zip(codes, book.understood(), strict=True)]
            for codes, book in zip((before, after), books, strict=True)
        ]
        # 0601 beside 旱地 is not understood, and leaves every other 0601 what it is.
        clear = {code for side in sides for code, known in side if known}
        before, after = (
            [
                code if known or code not in clear else f"{code}{_NOT_ITS_NAME}"
                for code, known in side
            ]
            for side in sides
        )
        fine = {
            name: known
            for named, side in zip((before, after), sides, strict=True)
            for name, (_, known) in zip(named, side, strict=True)
        }
        names = sorted(fine)
        place = {name: at for at, name in enumerate(names)}
        classed = [classed_code(name, scheme) if fine[name] else f"?{name}" for name in names]
        return cls(
            names,
            (
                np.array([place[code] for code in before], dtype=np.int64),
                np.array([place[code] for code in after], dtype=np.int64),
            ),
            np.array([class_of_code(code, rules) for code in classed], dtype=object),
            np.array([built_of_code(code) for code in classed], dtype=object),
            np.array([is_farmland(code) for code in classed], dtype=bool),
            np.array([is_undivided(code) for code in classed], dtype=bool),
            scheme,
        )

    def numbers(self, parcels: TileParcels, side: int) -> NDArray[np.int64]:
        """Common number of the code of each parcel in a tile."""
        return self.places[side][parcels.column("code").astype(np.int64)]

    def describe(self, layer: GeoDataFrame) -> None:
        """Name codes and classes of pieces."""
        for side in ("before", "after"):
            at = layer[f"code_{side}"].to_numpy(dtype=np.int64)
            layer[side] = np.array(self.names, dtype=object)[at]
            layer[f"class_{side}"] = self.classes[at]
            layer[f"built_{side}"] = self.built[at]
        at = layer["code_before"].to_numpy(dtype=np.int64)
        layer["farmland_before"] = self.farmland[at]
        to = layer["code_after"].to_numpy(dtype=np.int64)
        pairs, place = np.unique(at * len(self.names) + to, return_inverse=True)
        refined = [
            is_refined(*(self.names[code] for code in divmod(int(pair), len(self.names))))
            for pair in pairs
        ]
        parents = np.array(refined, dtype=bool)[place]
        layer["undivided"] = self.undivided[at] | self.undivided[to] | parents

    def to_frame(self) -> pd.DataFrame:
        """Class of every code."""
        return pd.DataFrame({"code": self.names, "class": self.classes, "built": self.built})
