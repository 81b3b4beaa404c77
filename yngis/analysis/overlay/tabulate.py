"""
Areas of parcels by zone (叠加面积): the table on which every ratio of the toolkit rests.

Only areas are wanted, so no geometry is ever cut: docs/overlay.md tells how it is done, how exact
it is and what it costs.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from pyproj import CRS

from yngis.analysis.overlay.batch import divide_batch
from yngis.analysis.overlay.dask import connected, tally_on
from yngis.analysis.overlay.overlay_notes import OUTSIDE, OVERLAP, OverlayNotes
from yngis.analysis.overlay.parcel_input import (
    PARCELS,
    open_parcels,
    refuse_nested_values,
    refuse_taken_names,
    require_geometry,
)
from yngis.analysis.overlay.prepared_zones import make_divider
from yngis.analysis.overlay.threads import each_batch
from yngis.analysis.overlay.totals import Tally, find_copies
from yngis.catalogue.io.vectors.vector import read_vector
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from typing import TypeAlias

    from geopandas import GeoDataFrame

    from yngis.analysis.overlay.batch import Divided
    from yngis.analysis.overlay.prepared_zones import Divider
    from yngis.catalogue.io.stream import Batch, Part
    from yngis.measure.progress import StepProgress

    Layer: TypeAlias = GeoDataFrame | str | os.PathLike[str]

__all__ = [
    "OUTSIDE",
    "OVERLAP",
    "OverlayNotes",
    "PreparedZones",
    "apportion",
    "area_table",
    "connected",
    "prepare_zones",
]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedZones:
    """
    Zones made ready once, for parcels that come in many batches (备好的开发区).

    Attributes
    ----------
    divider
        The zones cut into cells.
    crs
        CRS of the parcels that they divide.
    area
        Kind of area.
    """

    divider: Divider
    crs: CRS | None
    area: str


def prepare_zones(
    zones: Layer,
    crs: Any,  # noqa: ANN401 - whatever pyproj takes
    *,
    area: str = "ellipsoidal",
    name: str | None = None,
) -> PreparedZones:
    """
    Make zones ready to divide many batches of parcels (备好开发区).

    Parameters
    ----------
    zones
        Polygons, or a path; they may overlap.
    crs
        CRS of the parcels.
    area
        ``"ellipsoidal"`` or ``"planar"``.
    name
        Column that names the zones; if left out ``name_zh`` where there is one, else the index.

    Returns
    -------
    prepared
        To be given to :func:`area_table` and :func:`apportion` in place of the zones; what they
        were made ready with goes before ``area`` and ``name`` there.

    Raises
    ------
    LayerError
        If the zones cannot be used; names every fault.
    """
    plane = None if crs is None else CRS.from_user_input(crs)
    return PreparedZones(
        make_divider(_zones_frame(zones), plane, area=area, name=name), plane, area
    )


def _make_zone_divider(
    zones: Layer | PreparedZones,
    crs: CRS | None,
    area: str,
    name: str | None,
) -> Divider:
    if not isinstance(zones, PreparedZones):
        return make_divider(_zones_frame(zones), crs, area=area, name=name)
    if zones.crs != crs:
        raise LayerError(
            Problem(
                where="prepare_zones(crs=…)",
                promised=f"地块的坐标系 / the CRS of the parcels: {crs}",
                found=str(zones.crs),
                mend="以地块的坐标系备好开发区 / prepare the zones for the CRS of the parcels",
            )
        )
    return zones.divider


def area_table(
    parcels: Layer,
    zones: Layer | PreparedZones,
    *,
    by: str | Sequence[str] = (),
    area: str = "ellipsoidal",
    name: str | None = None,
    layer: str | None = None,
    crs: str | int | None = None,
    outside: bool = True,
    client: Any = None,  # noqa: ANN401 - distributed.Client; dask is an extra
    notes: OverlayNotes | None = None,
    progress: StepProgress | None = None,
) -> pd.DataFrame:
    """
    Area of parcels in each zone (各开发区内地块面积), by the parcels' attributes if asked.

    Parameters
    ----------
    parcels
        Polygons, or a path: GeoParquet (also a folder or a pattern of files), GeoPackage,
        Shapefile, FileGDB and whatever OGR reads; a path is streamed in bounded memory.
    zones
        Polygons, or a path; they may overlap. Also what :func:`prepare_zones` made of them.
    by
        Columns of the parcels to sum by, such as the land-use code; none may bear the name of a
        column of the table, ``zone``, ``area_m2`` or ``parcels``, or hold lists.
    area
        ``"ellipsoidal"``, the area of record (DOMAIN 5.5), or ``"planar"`` for projected parcels.
    name
        Column that names the zones; if left out ``name_zh`` where there is one, else the index.
    layer
        Layer of the parcels in a file that has several.
    crs
        CRS of parcels that declare none, such as ``4543``.
    outside
        Whether to account for land in no zone; without it, files with boxes or a spatial index are
        read only where zones are.
    client
        A ``distributed.Client`` whose workers see the same path: they do the work.
    notes
        Filled with what was mended or left out.
    progress
        Called with parcels done and parcels in all.

    Returns
    -------
    table
        ``area_m2`` [m²] and ``parcels`` (how many have a part there), indexed by ``zone`` and the
        attributes. Land in no zone stands under ``"outside"``. Where zones overlap, land counts in
        each; ``"overlap"`` takes back, as a negative area, what is counted more than once. So the
        rows always add up to the area of the parcels.

    Raises
    ------
    LayerError
        If a layer cannot be used; names every fault.

    Warns
    -----
    UserWarning
        If polygons were mended or could not be read, and there are no ``notes`` to list them.

    See Also
    --------
    apportion : The same by parcel.

    Notes
    -----
    Edges are straight in the parcels' own CRS, to which zones are brought vertex by vertex. In
    longitude and latitude a parcel has the area of :func:`yngis.measure.ellipsoidal_area`, divided
    in proportion to the parts' areas on the ellipsoid; in a projected CRS it has the area on the
    ellipsoid of the figure drawn there, the limit of what densifying its edges comes to.

    Examples
    --------
    >>> import geopandas, shapely
    >>> parcels = geopandas.GeoDataFrame(
    ...     {"dlbm": ["0601", "0602"]},
    ...     geometry=[shapely.box(0, 0, 2, 1), shapely.box(2, 0, 3, 1)], crs=4543)
    >>> zones = geopandas.GeoDataFrame(
    ...     {"name_zh": ["甲", "乙"]},
    ...     geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2.5, 1)], crs=4543)
    >>> area_table(parcels, zones, by="dlbm", area="planar")["area_m2"].to_dict()
    {('甲', '0601'): 1.0, ('乙', '0601'): 1.0, ('乙', '0602'): 0.5, ('outside', '0602'): 0.5}
    """
    columns = [by] if isinstance(by, str) else list(by)
    refuse_taken_names("by", columns, ("zone", "area_m2", "parcels"))
    with open_parcels(parcels, columns, layer, crs=crs, for_cluster=client is not None) as (
        stream,
        read,
    ):
        divider = _make_zone_divider(zones, stream.crs, area, name)
        parts, all_rows = stream.parts, stream.rows
        if not outside:
            near = stream.within(_map_bounds(divider))
            parts, all_rows = near.parts, near.rows
        total = Tally(len(divider.names))

        def collect(tally: Tally) -> None:
            total.merge(tally)
            if progress is not None:
                progress(total.rows, all_rows)

        def work(part: Part, batch: Batch) -> Tally:
            tally = Tally(len(divider.names))
            where = part.path or PARCELS
            refuse_nested_values(where, part.columns, batch.columns)
            divided = divide_batch(divider, batch.geometry, where, batch.first, outside=outside)
            tally.add(divided, batch.columns, part.path, batch.first)
            return tally

        if client is not None:
            tally_on(client, divider, parts, collect, outside=outside)
        else:
            each_batch(parts, read, work, collect)
    _fill_notes(total, notes, stream.rows, stream.deleted)
    table = total.table(divider.names, columns)
    if outside:
        return table
    return table[table.index.get_level_values("zone") != OUTSIDE]


def apportion(
    parcels: Layer,
    zones: Layer | PreparedZones,
    *,
    key: str | None = None,
    area: str = "ellipsoidal",
    name: str | None = None,
    layer: str | None = None,
    crs: str | int | None = None,
    notes: OverlayNotes | None = None,
    progress: StepProgress | None = None,
) -> pd.DataFrame:
    """
    Divide each parcel among the zones (逐地块分摊): one row per parcel and zone.

    Parameters
    ----------
    parcels
        Polygons, or a path as in :func:`area_table`.
    zones
        Polygons, or a path; they may overlap. Also what :func:`prepare_zones` made of them.
    key
        Column that names the parcels; if left out the frame's index, or the row in the file. It
        may not be called ``zone``, ``area_m2`` or ``share``, as a column of the table is.
    area
        ``"ellipsoidal"`` or ``"planar"``.
    name
        Column that names the zones.
    layer
        Layer of the parcels in a file that has several.
    crs
        CRS of parcels that declare none, such as ``4543``.
    notes
        Filled with what was mended or left out.
    progress
        Called with parcels done and parcels in all.

    Returns
    -------
    parts
        ``area_m2`` [m²] and ``share`` (of the parcel, 0..1), indexed by ``parcel`` and ``zone``, in
        the order of the parcels. What lies in no zone stands under ``"outside"``; where zones
        overlap, ``"overlap"`` is negative. The rows of a parcel add up to its area. Parcels without
        area have no row.

    Raises
    ------
    LayerError
        If a layer cannot be used; names every fault.

    Warns
    -----
    UserWarning
        If polygons were mended or could not be read, and there are no ``notes`` to list them.

    See Also
    --------
    area_table : The sums, in bounded memory.

    Examples
    --------
    >>> import geopandas, shapely
    >>> parcels = geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 4, 1)], crs=4543)
    >>> zones = geopandas.GeoDataFrame(
    ...     {"name_zh": ["甲"]}, geometry=[shapely.box(1, 0, 9, 1)], crs=4543)
    >>> apportion(parcels, zones, area="planar")["share"].to_dict()
    {(0, '甲'): 0.75, (0, 'outside'): 0.25}
    """
    columns = [key] if key else []
    refuse_taken_names("key", columns, ("zone", "area_m2", "share"))
    pieces: list[tuple[int, Batch, Divided]] = []
    with open_parcels(parcels, columns, layer, crs=crs, for_cluster=False) as (stream, read):
        divider = _make_zone_divider(zones, stream.crs, area, name)
        total = Tally(len(divider.names))
        order = {part: number for number, part in enumerate(stream.parts)}

        def collect(piece: tuple[Part, Batch, Divided]) -> None:
            part, batch, divided = piece
            total.add(divided, (), part.path, batch.first)
            pieces.append((order[part], batch._replace(geometry=None), divided))
            if progress is not None:
                progress(total.rows, stream.rows)

        def work(part: Part, batch: Batch) -> tuple[Part, Batch, Divided]:
            return (
                part,
                batch,
                divide_batch(divider, batch.geometry, part.path or PARCELS, batch.first),
            )

        each_batch(stream.parts, read, work, collect)
    _fill_notes(total, notes, stream.rows, stream.deleted)
    pieces.sort(key=lambda piece: (piece[0], piece[1].first))
    labels = _parcel_labels(parcels, key, pieces)
    return _part_rows(pieces, labels, [*divider.names, OUTSIDE, OVERLAP])


def _part_rows(
    pieces: list[tuple[int, Batch, Divided]], labels: pd.Index, names: list[object]
) -> pd.DataFrame:
    """Lay out the rows of all batches."""
    ahead = np.cumsum([0, *(len(divided.area) for _, _, divided in pieces)])
    numbers = [
        divided.parcel + start for (_, _, divided), start in zip(pieces, ahead[:-1], strict=True)
    ]
    none = [np.empty(0)]
    parcel = np.concatenate([*none, *numbers]).astype(np.int64)
    zone = np.concatenate([*none, *(divided.zone for _, _, divided in pieces)]).astype(np.int64)
    part = np.concatenate([*none, *(divided.part for _, _, divided in pieces)])
    order = np.lexsort((zone, parcel))
    parcel, zone, part = parcel[order], zone[order], part[order]
    whole = np.concatenate([*none, *(divided.area for _, _, divided in pieces)])[parcel]
    index = pd.MultiIndex.from_arrays(
        [labels[parcel], pd.Index(names, dtype=object)[zone]],
        names=[labels.name or "parcel", "zone"],
    )
    return pd.DataFrame({"area_m2": part, "share": part / whole}, index=index)


def _parcel_labels(
    parcels: Layer, key: str | None, pieces: list[tuple[int, Batch, Divided]]
) -> pd.Index:
    """Names of all parcels in their order."""
    if key:
        chunks = [batch.columns[0] for _, batch, _ in pieces]
        values: list[Any] = pa.chunked_array(chunks).to_pylist() if chunks else []
        named: pd.Index = pd.Index(values, name=key)
        return named
    if isinstance(parcels, gpd.GeoDataFrame):
        index: pd.Index = parcels.index
        return index
    return pd.RangeIndex(sum(len(divided.area) for _, _, divided in pieces))


def _zones_frame(zones: Layer) -> GeoDataFrame:
    """Zones as a frame."""
    if not isinstance(zones, pd.DataFrame):
        return read_vector(zones)
    require_geometry(zones, "开发区 / zones")
    return zones


def _map_bounds(divider: Divider) -> list[float]:
    """Box of the zones in the map's own order of axes."""
    west, south, east, north = (float(side) for side in divider.index.bounds)
    if divider.density.swapped:
        return [south, west, north, east]
    return [west, south, east, north]


def _fill_notes(
    total: Tally, notes: OverlayNotes | None, there: int, deleted: Sequence[tuple[str, int]]
) -> None:
    """Fill the notes, and warn of what was mended or left out."""
    if notes is not None:
        notes.rows = total.rows
        notes.far = there > 0 and not total.parcels[:, : total.zones].any()
        notes.repaired = sorted(total.repaired)
        notes.empty = sorted(total.empty)
        notes.unreadable = sorted(total.unreadable)
        notes.across = sorted(total.across)
        notes.deleted = sorted(deleted)
        if total.drawn is not None:
            copies = find_copies(total.drawn)
            notes.identical = copies.places
            notes.identical_count, notes.identical_m2 = copies.number, copies.area_m2
        names = ("pairs", "edges", "cells", "divided")
        notes.work = dict(zip(names, (int(each) for each in total.work), strict=True))
    elif total.repaired or total.unreadable or total.across:
        warnings.warn(
            f"先修复再量算 {len(total.repaired)} 个无效地块，"
            f"未计入坐标损坏的 {len(total.unreadable)} 个、跨 180° 经线的 {len(total.across)} 个 / "
            f"mended {len(total.repaired)} invalid parcels before measuring; left out "
            f"{len(total.unreadable)} with broken coordinates, {len(total.across)} across 180°",
            stacklevel=3,
        )
