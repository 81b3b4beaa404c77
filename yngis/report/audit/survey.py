"""The land survey beside the records (国土调查比对): land use by zone, and what is built on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.idle import FINDINGS
from yngis.analysis.overlay.tabulate import OverlayNotes, area_table, prepare_zones
from yngis.measure.geodesy import ellipsoidal_area
from yngis.report.audit.totals import as_layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.analysis.audit.balance import Balance
    from yngis.catalogue.tables.table import InputTable
    from yngis.report.audit.collect import Approved, Doubts, Supplied

BUILT: Final = ("05H1", "0508", "06", "07", "08H1", "08H2", "0809")
"""Classes of the third survey that show buildings: commerce, storage, industry, housing, public."""

SUSPECT_SHARE: Final = 0.5
"""Share of a record that the survey shows as built from which it is told; a default of ours."""

_CRS: Final = "EPSG:4490"


class Survey:
    """
    What the survey says of records that should be bare (比对).

    Parameters
    ----------
    targets
        Records or pieces that should be bare: ``kind``, ``id``, ``finding``, with polygons.
    zones
        Zones, for the table of land use.
    """

    def __init__(self, targets: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> None:
        self._targets = targets
        self._zones = prepare_zones(zones[["name_zh", "geometry"]], _CRS, name="name_zh")
        self._shapes = np.array(targets.geometry.array, dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._built = np.zeros(len(targets))
        self._use: dict[tuple[str, str], float] = {}
        self._names: dict[str, str] = {}
        self.records = 0
        """Parcels read."""

    def read(
        self, table: InputTable, doubts: Doubts, tick: Callable[[str, int, int | None], None]
    ) -> None:
        """
        Read the survey's parcels.

        Parameters
        ----------
        table
            The open table.
        doubts
            Where doubts go.
        tick
            Told how far it is.
        """
        for records in table.records():
            doubts.add(records.issues, records.rejected)
            if records.geometry is not None:
                self._add(records.frame, records.geometry)
            self.records += len(records.frame)
            tick("比对国土调查 / reading the land survey", self.records, table.carrier.total)

    def _add(self, frame: pd.DataFrame, shapes: Any) -> None:  # noqa: ANN401
        codes = frame["use_code"].fillna("").astype("str")
        parcels = gpd.GeoDataFrame(
            {"use_code": codes}, geometry=gpd.GeoSeries(shapes, crs=_CRS), index=frame.index
        )
        notes = OverlayNotes()
        told = area_table(parcels, self._zones, by="use_code", notes=notes)
        for zone, code, area in told["area_m2"].reset_index().itertuples(index=False, name=None):
            self._use[str(zone), str(code)] = self._use.get((str(zone), str(code)), 0.0) + area
        if "use_name" in frame:
            self._names |= dict(zip(codes, frame["use_name"].fillna(""), strict=True))
        built = codes.str.startswith(BUILT).to_numpy() & ~shapely.is_missing(shapes)
        places = built.nonzero()[0]
        one, target = self._tree.query(shapes[places], predicate="intersects")
        if len(one) == 0:
            return
        parts = shapely.intersection(shapes[places[one]], self._shapes[target])
        areas = np.nan_to_num(np.asarray(ellipsoidal_area(gpd.GeoSeries(parts, crs=_CRS))))
        np.add.at(self._built, target, areas)

    def land_use(self) -> pd.DataFrame:
        """
        Tell the land use of each zone (分区地类).

        Returns
        -------
        table
            ``zone``, ``use_code``, ``use_name``, ``area_ha``.
        """
        rows = [
            (zone, code, self._names.get(code, ""), area / 1e4)
            for (zone, code), area in sorted(self._use.items())
        ]
        return pd.DataFrame(rows, columns=["zone", "use_code", "use_name", "area_ha"])

    def contradictions(self) -> pd.DataFrame:
        """
        Tell what should be bare and is built on (现状已建).

        Returns
        -------
        table
            ``kind``, ``id``, ``finding``, ``area_ha``, ``built_ha``, ``built_share``.
        """
        areas = np.asarray(ellipsoidal_area(gpd.GeoSeries(self._shapes, crs=_CRS)))
        share = np.divide(self._built, areas, out=np.zeros(len(areas)), where=areas > 0.0)
        table = pd.DataFrame(self._targets.drop(columns="geometry"))
        table["area_ha"] = areas / 1e4
        table["built_ha"] = self._built / 1e4
        table["built_share"] = np.minimum(share, 1.0)
        found = table[table["built_share"] >= SUSPECT_SHARE]
        return found.sort_values(["kind", "id"], ignore_index=True)


def bare_land(
    approved: Approved | None, supplied: Supplied, balanced: Balance | None
) -> gpd.GeoDataFrame:
    """
    Land that the records say is bare: supplied and not used, approved and not supplied (应为空地).

    Parameters
    ----------
    approved, supplied
        Records.
    balanced
        The balance; None without polygons.

    Returns
    -------
    land
        ``kind``, ``id``, ``finding``, with polygons.
    """
    kinds: list[str] = []
    names: list[str] = []
    found: list[str] = []
    shapes: list[Any] = []
    if len(supplied.store):
        places = supplied.masks["not_used"].to_numpy(dtype=bool).nonzero()[0]
        for place, shape in zip(places, supplied.store.take(places), strict=True):
            if shape is not None:
                kinds.append("供而未用")
                names.append(str(supplied.core["id"].iloc[place]))
                found.append(FINDINGS[str(supplied.core["finding"].iloc[place])])
                shapes.append(shape)
    if balanced is not None and approved is not None:
        for source, shape in zip(
            balanced.unsupplied["approval"], balanced.unsupplied.geometry, strict=True
        ):
            kinds.append("批而未供")
            names.append(str(approved.frame["id"].iloc[int(source)]))
            found.append("")
            shapes.append(shape)
    return as_layer(pd.DataFrame({"kind": kinds, "id": names, "finding": found}), shapes)
