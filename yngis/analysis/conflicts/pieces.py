"""Conflicts as polygons (冲突图形): what is wide enough, and slivers apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.analysis.conflicts.regions import conflict_shapes
from yngis.measure.polygons import CRS, NOTHING_M2, OverlayError, measure_areas, shape_array
from yngis.measure.slivers import may_have_slivers, part_slivers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.conflicts.regions import Region
    from yngis.analysis.conflicts.shares import Shares

    Shapes = NDArray[np.object_]


@dataclass
class LayerPieces:
    """
    Conflicts of units with one layer (一个图层的冲突).

    Parameters
    ----------
    body
        Shapes that are wide enough, by position of the unit.
    slivers
        Strips narrower than the tolerance.
    lost
        Units whose conflict no grid could cut.
    """

    body: dict[int, Any] = field(default_factory=dict)
    slivers: dict[int, Any] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)

    def add_all(self, drawn: Mapping[int, Any], width_m: float) -> None:
        """
        Part conflicts by width and keep all.

        Parameters
        ----------
        drawn
            Conflicts by position of the unit.
        width_m
            Width below which a strip is a sliver [m].
        """
        shapes = shape_array(list(drawn.values()))
        suspects = np.zeros(len(shapes), dtype=bool)
        if width_m > 0.0 and len(shapes):
            suspects = may_have_slivers(shapes, width_m)
        for at, shape, suspect in zip(drawn, shapes, suspects, strict=True):
            if suspect:
                self.add(at, shape, width_m)
            else:
                self.body[at] = shape

    def add(self, at: int, shape: Any, width_m: float) -> None:  # noqa: ANN401 - a shapely geometry
        """
        Part a conflict by width and keep both.

        Parameters
        ----------
        at
            Position of the unit.
        shape
            Its conflict.
        width_m
            Width below which a strip is a sliver [m].
        """
        try:
            parted = part_slivers(shape, width_m)
        except OverlayError:
            parted = None
        if parted is None or parted.slivers.is_empty:
            self.body[at] = shape
            return
        self.slivers[at] = parted.slivers
        if not parted.body.is_empty:
            self.body[at] = parted.body

    def sliver_areas(self, count: int) -> NDArray[np.float64]:
        """
        Areas of the slivers.

        Parameters
        ----------
        count
            Number of units.

        Returns
        -------
        areas
            By unit [m²], ``(count,)``.
        """
        areas = np.zeros(count)
        if self.slivers:
            places = np.fromiter(self.slivers, dtype=np.int64)
            areas[places] = measure_areas(list(self.slivers.values()))
        return areas


def draw_pieces(
    shapes: Shapes, regions: Sequence[Region], shares: Shares, width_m: float
) -> dict[str, LayerPieces]:
    """
    Draw every conflict and part its slivers (冲突图形与碎屑).

    Parameters
    ----------
    shapes
        Units in EPSG:4490, ``(n,)``.
    regions
        What every layer says of them.
    shares
        Their areas.
    width_m
        Width below which a strip is a sliver [m]; 0 for none.

    Returns
    -------
    pieces
        By layer; a unit that lies in it whole is no sliver, however narrow it is.
    """
    found: dict[str, LayerPieces] = {}
    for region in regions:
        own = found[region.key] = LayerPieces()
        area = shares.area_m2[region.key]
        whole = area >= shares.size_m2
        own.body |= {int(at): shapes[at] for at in np.flatnonzero(whole)}
        among = np.flatnonzero((area > NOTHING_M2) & ~whole)
        drawn = conflict_shapes(shapes, region.held, among)
        own.lost += [at for at in among.tolist() if at not in drawn]
        own.add_all(drawn, width_m)
    return found


def piece_layer(level: str, units: GeoDataFrame, pieces: Mapping[str, LayerPieces]) -> GeoDataFrame:
    """
    Lay the conflicts out as a layer (冲突图层).

    Parameters
    ----------
    level
        ``zone`` or ``parcel``.
    units
        With ``name``.
    pieces
        As :func:`draw_pieces` gives them.

    Returns
    -------
    layer
        ``level``, ``name``, ``layer``, ``sliver``, ``area_m2`` and polygons in EPSG:4490.
    """
    names = units["name"].to_numpy(dtype=object)
    rows: list[tuple[str, str, str, bool]] = []
    shapes: list[Any] = []
    for key, own in pieces.items():
        for sliver, held in ((False, own.body), (True, own.slivers)):
            for at, shape in sorted(held.items()):
                rows.append((level, str(names[at]), key, sliver))
                shapes.append(shape)
    frame = pd.DataFrame(rows, columns=["level", "name", "layer", "sliver"])
    frame["area_m2"] = measure_areas(shapes) if shapes else np.empty(0)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shape_array(shapes), crs=CRS))
