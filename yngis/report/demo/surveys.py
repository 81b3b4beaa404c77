"""Two land surveys of the demonstration (两期调查), with planted changes and what must be found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.affinity import scale

from yngis.catalogue.io.output.write import write_geopackage, write_text
from yngis.measure.polygons import measure_areas
from yngis.report.csv_writer import DIGITS, write_csv_rows

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.report.demo.bureau import Demonstration

BEFORE_YEAR: Final = 2024
AFTER_YEAR: Final = 2025
README: Final = f"""演示数据：两期国土调查 / demonstration: two land surveys
国土调查_{BEFORE_YEAR}.gpkg、国土调查_{AFTER_YEAR}.gpkg  地类图斑 DLTB，供 yngis change
变更过程_{AFTER_YEAR}.gpkg                      同样的变化，按变更过程层 DLTBGXGC
change_truth.csv                     植入的变化与疑点，编号为后期图斑或供应记录
"""

_NAMES: Final = {
    "0103": "旱地", "0301": "乔木林地", "0601": "工业用地", "0701": "城镇住宅用地",
    "1003": "公路用地", "1201": "空闲地",
}  # fmt: skip
# Code before and after of each planted change, and of which kinds it is.
_PLANTED: Final = (
    ("0103", "0601", ("new_construction", "newly_built", "farmland_taken")),
    ("1201", "0601", ("newly_built",)),
    ("0601", "1201", ("abandoned",)),
    ("0601", "0103", ("abandoned", "construction_lost")),
    ("0601", "0701", ("converted",)),
    ("0103", "1003", ("new_construction", "farmland_taken")),
)
_RIDGES: Final = 0.12
_EVERY: Final = 150  # one field in so many is planted with each change
_INNER: Final = 0.999
_STRIP: Final = 0.002  # of the side of a field: some decimetres
_STARTED_BY: Final = np.datetime64(f"{AFTER_YEAR - 2}-06-30", "D")


def write_demo_surveys(made: Demonstration, folder: Path, seed: int) -> dict[str, Path]:
    """Write two surveys, their increments, and what was planted."""
    random = np.random.default_rng(seed)
    fields = _Fields(made, random)
    before, after, truth = fields.plant()
    files = {}
    for year, layer in ((BEFORE_YEAR, before), (AFTER_YEAR, after)):
        name = f"国土调查_{year}.gpkg"
        files[f"survey_{year}"] = write_geopackage(folder / name, {"DLTB": layer})
    increments = fields.increments(before, after)
    files["increments"] = write_geopackage(
        folder / f"变更过程_{AFTER_YEAR}.gpkg", {"DLTBGXGC": increments}
    )
    files["change_truth"] = write_csv_rows(folder / "change_truth.csv", truth, digits=DIGITS)
    files["change_readme"] = write_text(folder / "README_change.txt", README)
    return files


def _valid_where_there(shapes: NDArray[np.object_], there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which polygons there are valid."""
    found = np.zeros(len(shapes), dtype=bool)
    found[there] = shapely.is_valid(shapes[there])
    return found


class _Fields:
    """Fields of the demonstration, and what lies on each."""

    def __init__(self, made: Demonstration, random: np.random.Generator) -> None:
        self.random = random
        self.shapes = np.array(made.parcels.geometry.array, dtype=object)
        self.ids = made.parcels["parcel_id"].to_numpy(dtype=object)
        self.codes = made.parcels["use_code"].to_numpy(dtype=object).copy()
        self.area = measure_areas(self.shapes)
        self.zone = self._zones(made)
        self.record = self._records(made)
        self.free = self._free_of(np.array(made.supply.geometry.array, dtype=object))
        inside = np.array(made.approvals.geometry.array, dtype=object)
        self.unapproved = self._free_of(inside)
        gone = made.approvals["withdrawn_date"].notna().to_numpy()
        self.approved = ~self.unapproved & self._free_of(inside[gone])

    def _zones(self, made: Demonstration) -> NDArray[np.object_]:
        """Zone of each field: that of the approval or record nearest to it."""
        from yngis.catalogue import load  # noqa: PLC0415

        zones = load("zones")
        areas = np.array(zones.geometry.array, dtype=object)
        field, zone = shapely.STRtree(areas).query(shapely.point_on_surface(self.shapes), "within")
        found = np.full(len(self.shapes), None, dtype=object)
        found[field] = zones["name_zh"].to_numpy(dtype=object)[zone]
        # A field that lies in two zones would count in both.
        found[np.bincount(field, minlength=len(found)) != 1] = None
        del made
        return found

    def _records(self, made: Demonstration) -> pd.DataFrame:
        """The one sound record on each field, where there is exactly one."""
        shapes = np.array(made.supply.geometry.array, dtype=object)
        there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        places = (there & _valid_where_there(shapes, there)).nonzero()[0]
        centres = shapely.point_on_surface(shapes[places])
        record, field = shapely.STRtree(self.shapes).query(centres, "within")
        table = pd.DataFrame({"field": field, "row": places[record]})
        once = table[~table["field"].duplicated(keep=False)].set_index("field")
        sound = (made.truth["rule"] == "") & (made.truth["rejected"] == "")
        sound &= made.truth["between"] == ""
        held = pd.DataFrame(
            {
                "id": made.truth["id"],
                "finding": made.truth["finding"],
                "branch": made.truth["branch"],
                "start": pd.to_datetime(made.supply["actual_start"], errors="coerce"),
                "sound": sound,
            }
        )
        told = held.iloc[once["row"].to_numpy()].set_axis(once.index)
        return told[told["sound"]].reindex(np.arange(len(self.shapes)))

    def _free_of(self, others: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Tell which fields none of the others touches but along a border."""
        there = ~(shapely.is_missing(others) | shapely.is_empty(others))
        known = others[there & _valid_where_there(others, there)]
        field, _ = shapely.STRtree(known).query(self._inner(), predicate="intersects")
        free = np.ones(len(self.shapes), dtype=bool)
        free[field] = False
        return free

    def _inner(self) -> NDArray[np.object_]:
        """Fields less a little along their borders."""
        found = np.empty(len(self.shapes), dtype=object)
        for at, shape in enumerate(self.shapes):
            middle = shape.centroid
            found[at] = scale(shape, _INNER, _INNER, origin=middle)
        return found

    def plant(self) -> tuple[GeoDataFrame, GeoDataFrame, pd.DataFrame]:
        """Both surveys, and what must be found: nothing else changes."""
        count = len(self.shapes)
        supplied = ~self.free
        before = np.full(count, "1201", dtype=object)
        before[self.unapproved], before[supplied] = "0103", "0601"
        after = before.copy()
        open_ = np.array([zone is not None for zone in self.zone], dtype=bool)
        rows: list[tuple[str, str, float, str]] = []
        order = self.random.permutation(count)
        each = max(count // _EVERY, 1)

        def take(mask: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
            chosen: NDArray[np.int64] = order[(mask & open_)[order]][:most]
            open_[chosen] = False
            return chosen

        def note(kind: str, places: NDArray[np.int64], ids: Any, factor: float = 1.0) -> None:  # noqa: ANN401
            rows.extend(
                (self.zone[at], kind, float(self.area[at]) * factor, str(told))
                for at, told in zip(places, ids, strict=True)
            )

        def change(places: NDArray[np.int64], old: str, new: str, kinds: tuple[str, ...]) -> None:
            before[places], after[places] = old, new
            for kind in kinds:
                net = 1.0 - _RIDGES if kind == "farmland_taken" else 1.0
                note(kind, places, self.ids[places], net)

        started = (self.record["start"] <= pd.Timestamp(str(_STARTED_BY))).to_numpy(dtype=bool)
        begun = started & self.record["finding"].isin(["completed", "in_progress"]).to_numpy()
        for old, new, kinds in _PLANTED:
            change(take(supplied & begun, each), old, new, kinds)
        early = take(self.free & self.approved, each)
        change(early, "1201", "0601", ("newly_built",))
        note("supplied_early", early, self.ids[early])
        wild = take(self.free & self.unapproved, each)
        change(wild, "0103", "0601", _PLANTED[0][2])
        note("unapproved", wild, self.ids[wild])
        idle = (
            (self.record["finding"] == "suspected_idle")
            & self.record["start"].isna()
            & (self.record["branch"] == "not_started")
        ).to_numpy(dtype=bool)
        quiet = take(supplied & idle, each)
        change(quiet, "1201", "0601", ("newly_built",))
        note("contradiction", quiet, self.record["id"].to_numpy()[quiet])
        bare = take(supplied & begun, each)
        before[bare] = after[bare] = "1201"
        note("contradiction", bare, self.record["id"].to_numpy()[bare])
        shapes = self._redrawn(before, after, open_)
        truth = pd.DataFrame(rows, columns=["zone", "kind", "area_m2", "id"])
        truth = truth.sort_values(["zone", "kind", "id"], ignore_index=True)
        return (
            self._survey(before, shapes, BEFORE_YEAR),
            self._survey(after, self.shapes, AFTER_YEAR),
            truth,
        )

    def _redrawn(
        self, before: NDArray[np.object_], after: NDArray[np.object_], free: NDArray[np.bool_]
    ) -> NDArray[np.object_]:
        """Shapes of the earlier survey: a few borders run some decimetres beside the later ones."""
        shapes = self.shapes.copy()
        quiet = (before == after) & free
        tree = shapely.STRtree(self.shapes)
        one, other = tree.query(self.shapes, predicate="touches")
        pairs = [
            (a, b)
            for a, b in zip(one, other, strict=True)
            if a < b and quiet[a] and quiet[b] and before[a] != before[b]
        ]
        used: set[int] = set()
        for a, b in pairs[:: max(len(pairs) // 40, 1)]:
            if a in used or b in used:
                continue
            border = shapely.intersection(self.shapes[a], self.shapes[b])
            if border.geom_type != "LineString":
                continue
            width = _STRIP * border.length
            strip = shapely.intersection(
                border.buffer(width, cap_style="flat", join_style="mitre"), self.shapes[b]
            )
            if strip.geom_type != "Polygon":
                continue
            grown, left = shapely.union(shapes[a], strip), shapely.difference(shapes[b], strip)
            if grown.geom_type == left.geom_type == "Polygon":
                shapes[a], shapes[b] = grown, left
                used |= {a, b}
        return shapes

    def _survey(
        self, codes: NDArray[np.object_], shapes: NDArray[np.object_], year: int
    ) -> GeoDataFrame:
        farmland = codes == "0103"
        area = np.round(measure_areas(shapes), 2)
        ridge = np.where(farmland, _RIDGES, 0.0)
        return gpd.GeoDataFrame(
            {
                "BSM": self.ids,
                "DLBM": codes,
                "DLMC": [_NAMES[code] for code in codes],
                "TBMJ": area,
                "KCXS": ridge,
                "TBDLMJ": np.round(area * (1.0 - ridge), 2),
                "SJNF": year,
            },
            geometry=gpd.GeoSeries(shapes, crs="EPSG:4490"),
        )

    def increments(self, before: GeoDataFrame, after: GeoDataFrame) -> GeoDataFrame:
        """The same changes as the survey itself records them, and a few moves of borders."""
        old, new = before["DLBM"].to_numpy(), after["DLBM"].to_numpy()
        places = (old != new).nonzero()[0]
        still = (old == new).nonzero()[0][:4]
        both = np.concatenate([places, still])
        kind = np.concatenate([np.full(len(places), "0"), np.resize(["2", "4"], len(still))])
        return gpd.GeoDataFrame(
            {
                "BSM": [f"GX{at:07d}" for at in range(len(both))],
                "BGQTBBSM": self.ids[both],
                "BGHTBBSM": self.ids[both],
                "BGQDLBM": old[both],
                "BGQDLMC": [_NAMES[code] for code in old[both]],
                "BGQKCXS": before["KCXS"].to_numpy()[both],
                "BGHDLBM": new[both],
                "BGHDLMC": [_NAMES[code] for code in new[both]],
                "TBBGMJ": np.round(self.area[both], 2),
                "BGXW": "1",
                "XZQTZLX": kind,
                "GXSJ": f"{AFTER_YEAR}1231",
            },
            geometry=gpd.GeoSeries(self.shapes[both], crs="EPSG:4490"),
        )
