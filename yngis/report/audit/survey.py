"""The land survey beside the records (国土调查比对): land use by zone, and what is built on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.idle import FINDINGS
from yngis.analysis.overlay.tabulate import OverlayNotes, area_table, prepare_zones
from yngis.catalogue.tables.land_use import uses_by_code
from yngis.catalogue.tables.table_set import no_rejected
from yngis.measure.geodesy import ellipsoidal_area
from yngis.report.audit.totals import as_layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.analysis.audit.balance import Balance
    from yngis.catalogue.tables.table_set import TableSet
    from yngis.report.audit.collect import Approved, Doubts, Supplied

SUSPECT_SHARE: Final = 0.5
"""Share of a record that the survey shows as built from which it is told; a default of ours."""

_CRS: Final = "EPSG:4490"
# No text that was read holds it.
_APART: Final = "\x1f"


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
        self._use: dict[tuple[str, ...], float] = {}
        self.records = 0
        """Parcels read."""

    def read(
        self, table: TableSet, doubts: Doubts, tick: Callable[[str, int, int | None], None]
    ) -> None:
        """
        Read the survey's parcels.

        Parameters
        ----------
        table
            The open tables.
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
        built = frame["use_built"].isin([True]).to_numpy() & ~shapely.is_missing(shapes)
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
            ``zone``, ``use_scheme``, ``use_code``, ``use_name``, ``area_ha``; the scheme is empty
            where the code could not be read, or its name contradicts it.
        """
        rows = [
            (zone, scheme, code, _shown_name(scheme, code, name), area / 1e4)
            for (zone, scheme, code, name), area in sorted(self._use.items())
        ]
        columns = ["zone", "use_scheme", "use_code", "use_name", "area_ha"]
        return pd.DataFrame(rows, columns=columns)

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


def _shown_name(scheme: str, code: str, name: str) -> str:
    """Name of a use; of one that lies over others, with the word that it counts twice."""
    use = uses_by_code().get(scheme, {}).get(code)
    return f"{name}（叠加图层，与下层地类重复）" if use is not None and use.overlay else name


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
