"""The land survey beside the records (国土调查比对): land use by zone, and what is built on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.balancing.pairs import query_touching
from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.audit.places import Gazetteer
from yngis.analysis.overlay.overlay_notes import OverlayNotes
from yngis.analysis.overlay.tabulate import area_table, prepare_zones
from yngis.catalogue.tables.table_set import no_rejected
from yngis.catalogue.tables.values.land_use import uses_by_code
from yngis.measure.polygons import (
    OverlayError,
    intersect_pairs,
    measure_areas,
    shape_array,
    split_polygon,
)
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.doubts.collect import county_issues
from yngis.report.audit.totals import as_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.balancing.not_balanced import NotBalanced
    from yngis.catalogue.tables.table_set import TableSet
    from yngis.measure.progress import StageProgress
    from yngis.report.audit.doubts.collect import Approved, Doubts, Supplied

COMPLETED: Final = "已竣工"
"""Kind of the records that should be built on."""

COVER_TOLERANCE: Final = 0.02
"""Share by which the parcels of a survey may overlap or touch land unseen. Ours."""
SUSPECT_SHARE: Final = 0.5
"""Share of a record that the survey contradicts from which it is told; a default of ours."""

_TARGET: Final = ["kind", "id", "finding", "record", "approval"]
_CRS: Final = "EPSG:4490"
# No text that was read holds it.
_APART: Final = "\x1f"


class Survey:
    """
    What the survey says of records that should be bare, or built on (比对).

    Parameters
    ----------
    targets
        Records or pieces: ``kind``, ``id``, ``finding``, and their positions ``record`` and
        ``approval`` (-1 where it is the other), with polygons.
    zones
        Zones, for the table of land use.
    lost
        Where targets are listed that cannot be cut by the survey.
    """

    def __init__(
        self, targets: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, lost: NotBalanced
    ) -> None:
        self._targets, self._lost = targets, lost
        self._places = Gazetteer(zones)
        self._zones = prepare_zones(zones[["name_zh", "geometry"]], _CRS, name="name_zh")
        self._shapes = np.array(targets.geometry.array, dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._built = np.zeros(len(targets))
        self._bare = np.zeros(len(targets))
        self._other = np.zeros(len(targets))
        self._unmeasured: set[int] = set()
        self._use: dict[tuple[str, ...], float] = {}
        self.records = 0
        """Parcels read."""

    def read(self, table: TableSet, doubts: Doubts, tick: StageProgress) -> None:
        """Read the survey's parcels."""
        for records in table.records():
            doubts.add(records.issues, records.rejected)
            doubts.add_issues(county_issues(self._places, records, table.card.name))
            if records.geometry is not None:
                self._add(records.frame, records.geometry)
            self.records += len(records.frame)
            tick("比对国土调查 / reading the land survey", self.records, table.total)
        doubts.add(table.closing_issues(), no_rejected())

    def _add(self, frame: pd.DataFrame, shapes: Any) -> None:  # noqa: ANN401
        # One code is two uses in two classifications, and none where its name contradicts it.
        told = [frame[name].fillna("") for name in ("use_scheme", "use_code", "use_name")]
        uses = [_APART.join(parts) for parts in zip(*told, strict=True)]
        parcels = gpd.GeoDataFrame(
            {"use": uses}, geometry=gpd.GeoSeries(shapes, crs=_CRS), index=frame.index
        )
        notes = OverlayNotes()
        areas_of = area_table(parcels, self._zones, by="use", notes=notes)["area_m2"].reset_index()
        for zone, use, area in areas_of.itertuples(index=False, name=None):
            key = (str(zone), *str(use).split(_APART))
            self._use[key] = self._use.get(key, 0.0) + area
        # What the survey does not tell neither clears nor accuses.
        present = ~shapely.is_missing(shapes)
        for held, built in ((self._built, True), (self._bare, False)):
            chosen = frame["use_built"].isin([built]).to_numpy() & present
            self._measure(shapes, chosen, held)
        # Parcels whose use is not known neither clear nor accuse, and cover the land all the same.
        unknown = frame["use_built"].isna().to_numpy() & present
        unknown[unknown] = ~_lies_over_others(frame[unknown])
        self._measure(shapes, unknown, self._other)

    def _measure(self, shapes: Any, chosen: NDArray[np.bool_], held: NDArray[np.float64]) -> None:  # noqa: ANN401
        """Add what some parcels share with the targets."""
        places = chosen.nonzero()[0]
        one, target = query_touching(self._tree, shapes[places])
        if len(one) == 0:
            return
        parcels, targets = shapes[places[one]], self._shapes[target]
        try:
            parts = intersect_pairs(parcels, targets)
        except OverlayError:
            parts = shape_array([self._part(*pair) for pair in zip(parcels, target, strict=True)])
        np.add.at(held, target, measure_areas(parts))

    def _part(self, parcel: Any, target: int) -> Any:  # noqa: ANN401
        """Cut one parcel; a target that cannot be cut is told once and judged no more."""
        try:
            return split_polygon(parcel, self._shapes[target]).inside
        except OverlayError as error:
            if target not in self._unmeasured:
                held = self._targets.iloc[target]
                approval = int(held["approval"]) if held["approval"] >= 0 else None
                record = int(held["record"])
                shape = self._shapes[target]
                self._lost.add(shape, "survey", error, approval=approval, record=record)
            self._unmeasured.add(int(target))
            return None

    def land_use(self) -> pd.DataFrame:
        """Tell the land use of each zone (分区地类)."""
        rows = [
            (zone, scheme, code, _shown_name(scheme, code, name), area / HECTARE_M2)
            for (zone, scheme, code, name), area in sorted(self._use.items())
        ]
        columns = ["zone", "use_scheme", "use_code", "use_name", "area_ha"]
        return pd.DataFrame(rows, columns=columns)

    def coverage_doubts(self) -> pd.DataFrame:
        """
        Tell the supply that the survey shows twice over, or not at all.

        Returns
        -------
        doubts
            ``record``, ``area_m2`` and ``covered``, the share that the parcels sum up to.
        """
        size, share = self._covered_share()
        table = pd.DataFrame(
            {"record": self._targets["record"].to_numpy(), "area_m2": size, "covered": share}
        )
        doubted = (share > 1.0 + COVER_TOLERANCE) | (share < COVER_TOLERANCE)
        doubted[list(self._unmeasured)] = False
        return table[doubted & (table["record"] >= 0)].reset_index(drop=True)

    def _covered_share(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Areas of the targets, and the share of each that the survey's parcels sum up to."""
        size = measure_areas(self._shapes)
        covered = self._built + self._bare + self._other
        return size, np.divide(covered, size, out=np.ones(len(size)), where=size > 0.0)

    def contradictions(self) -> pd.DataFrame:
        """Tell what should be bare and is built on, and what should be built on and is bare."""
        size, covered = self._covered_share()
        # Where the survey overlaps itself, only what no other parcel can outweigh accuses.
        excess = np.maximum(covered - 1.0, 0.0)
        table = pd.DataFrame(self._targets.drop(columns="geometry"))
        table["area_ha"] = size / HECTARE_M2
        for name, held in (("built", self._built), ("bare", self._bare)):
            share = np.divide(held, size, out=np.zeros(len(size)), where=size > 0.0)
            table[f"{name}_ha"] = held / HECTARE_M2
            table[f"{name}_share"] = np.minimum(share, 1.0)
        completed = table["kind"] == COMPLETED
        told = np.where(completed, self._bare, self._built)
        shown = np.divide(told, size, out=np.zeros(len(size)), where=size > 0.0)
        found = shown - excess >= SUSPECT_SHARE
        found[list(self._unmeasured)] = False
        return table[found].sort_values(["kind", "id"], ignore_index=True)


def _lies_over_others(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Find the parcels of uses that lie over other parcels by design, such as 1301."""
    uses = [
        uses_by_code().get(scheme, {}).get(code)
        for scheme, code in zip(frame["use_scheme"], frame["use_code"], strict=True)
    ]
    return np.array([use is not None and use.overlay for use in uses], dtype=bool)


def _shown_name(scheme: str, code: str, name: str) -> str:
    """Name of a use; of one that lies over others, with the word that it counts twice."""
    use = uses_by_code().get(scheme, {}).get(code)
    return f"{name}（叠加图层，与下层地类重复）" if use is not None and use.overlay else name


def compared_land(
    approved: Approved | None, supplied: Supplied, balanced: Balance | None
) -> gpd.GeoDataFrame:
    """Land to compare: recorded as bare (not used, not supplied), or as completed (比对对象)."""
    rows: list[tuple[str, str, str, int, int]] = []
    shapes: list[Any] = []
    if len(supplied.store):
        for kind, mask in (("供而未用", "not_used"), (COMPLETED, "built")):
            places = supplied.masks[mask].to_numpy(dtype=bool).nonzero()[0]
            for place, shape in zip(places, supplied.store.take(places), strict=True):
                if shape is not None:
                    held = supplied.core.iloc[place]
                    finding = FINDINGS[str(held["finding"])]
                    rows.append((kind, str(held["id"]), finding, int(place), -1))
                    shapes.append(shape)
    if balanced is not None and approved is not None:
        for source, shape in zip(
            balanced.unsupplied["approval"], balanced.unsupplied.geometry, strict=True
        ):
            name = str(approved.frame["id"].iloc[int(source)])
            rows.append(("批而未供", name, "", -1, int(source)))
            shapes.append(shape)
    return as_layer(pd.DataFrame(rows, columns=_TARGET), shapes)
