"""Coordinates that lie where the layer cannot be: swapped axes, another CRS, another province."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyproj

from yngis.catalogue.io.pack import read_pack
from yngis.catalogue.io.row_numbers import rows_text
from yngis.errors import Problem
from yngis.measure.crs import CGCS2000
from yngis.measure.reference import crs_fault

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.catalogue.tables.cards.card import Card

_PREFIXED = 4513 - 25  # EPSG of a 3° zone with prefix, less its number
_PLAIN = 4534 - 25  # the same without prefix
Extent = tuple[float, float, float, float]


class Guess(NamedTuple):
    """A CRS, and whether the axes are swapped, under which coordinates would lie right."""

    crs: pyproj.CRS
    swapped: bool

    def name(self) -> str:
        """Name the guess for a message."""
        authority = self.crs.to_authority()
        code = ":".join(authority) if authority else self.crs.name
        return f"{code}（纵横互换 / axes swapped）" if self.swapped else code


@lru_cache(maxsize=32)
def _to_degrees(crs: pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, CGCS2000, always_xy=True)


def _lies_inside(
    crs: pyproj.CRS, bounds: NDArray[np.float64], extent: Extent, *, swapped: bool
) -> NDArray[np.bool_]:
    """Tell whose bounds, read in a CRS, lie within an extent [°]; all four corners must."""
    west, south, east, north = extent
    order = (1, 0, 3, 2) if swapped else (0, 1, 2, 3)
    left, bottom, right, top = (bounds[:, column] for column in order)
    inside = np.ones(len(bounds), dtype=bool)
    for x, y in ((left, bottom), (left, top), (right, bottom), (right, top)):
        if not crs.is_geographic:
            x, y = _to_degrees(crs).transform(x, y)  # noqa: PLW2901 - the same corner in degrees
        inside &= (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside


def _usual_codes() -> list[int]:
    """Degrees, then the province's 3° zones with and without prefix: what its files are in."""
    zones = read_pack().gauss_kruger
    return [4490, *(_PREFIXED + zone for zone in zones), *(_PLAIN + zone for zone in zones)]


def guess_crs(bounds: NDArray[np.float64], extent: Extent) -> list[Guess]:
    """
    CRSs in which all the bounds would lie within an extent (可能的坐标系).

    Parameters
    ----------
    bounds
        West, south, east, north in an unknown CRS, ``(n, 4)``.
    extent
        Where the layer must lie [°, CGCS2000].

    Returns
    -------
    guesses
        The usual CRSs of the province that fit, plain ones first; several 3° zones may fit at once.
    """
    return [
        Guess(crs, swapped)
        for swapped in (False, True)
        for crs in map(pyproj.CRS.from_epsg, _usual_codes())
        if len(bounds) and bool(_lies_inside(crs, bounds, extent, swapped=swapped).all())
    ]


def present_bounds(frame: GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """
    Bounds of the geometries that have any, and their rows (外接矩形).

    Parameters
    ----------
    frame
        Layer in any CRS.

    Returns
    -------
    bounds
        West, south, east, north in the layer's CRS, ``(n, 4)``.
    rows
        Positions in the frame, ``(n,)``.
    """
    bounds = frame.geometry.bounds.to_numpy()
    rows = np.isfinite(bounds).all(axis=1).nonzero()[0]
    return bounds[rows], rows


def place_faults(frame: GeoDataFrame, card: Card) -> list[Problem]:
    """
    Find geometries outside the extent of the card, with what may have gone wrong.

    Parameters
    ----------
    frame
        Layer whose CRS is declared and accepted.
    card
        Card with the extent.

    Returns
    -------
    problems
        One per kind of mistake, each naming its rows.
    """
    if card.extent is None or frame.crs is None or crs_fault(frame.crs, card.name) is not None:
        return []
    bounds, rows = present_bounds(frame)
    outside = ~_lies_inside(frame.crs, bounds, card.extent, swapped=False)
    swapped = outside & _lies_inside(frame.crs, bounds, card.extent, swapped=True)
    problems = [_swapped_problem(card, rows[swapped], bounds[swapped][0])] if swapped.any() else []
    kinds: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in (outside & ~swapped).nonzero()[0]:
        fits = guess_crs(bounds[at : at + 1], card.extent)
        kinds[tuple(guess.name() for guess in fits)].append(int(at))
    for names, places in sorted(kinds.items()):
        problems.append(_elsewhere_problem(card, frame.crs, rows[places], bounds[places[0]], names))
    return problems


def _swapped_problem(card: Card, rows: NDArray[np.intp], bounds: NDArray[np.float64]) -> Problem:
    return Problem(
        where=f"{card.name}：{rows_text(rows)}",
        promised="横坐标（经度、东）在前，纵坐标（纬度、北）在后 / easting or longitude first",
        found=f"纵横坐标互换 / axes are swapped: {_corner_text(bounds)}",
        mend="互换两个坐标（QGIS：Swap X and Y coordinates） / swap them (QGIS: Swap X and Y)",
    )


def _elsewhere_problem(
    card: Card,
    crs: pyproj.CRS,
    rows: NDArray[np.intp],
    bounds: NDArray[np.float64],
    names: tuple[str, ...],
) -> Problem:
    west, south, east, north = card.extent or (-180.0, -90.0, 180.0, 90.0)
    if names:
        listed = "、".join(names)
        mend = (
            f"坐标系可能声明错了；按数值可为：{listed}，请向数据提供方核实 / "
            f"the CRS may be declared wrongly; the numbers fit {listed}: ask who made the file"
        )
    else:
        pack = read_pack()
        mend = (
            f"检查坐标是否完整、是否属于{pack.province_stem}；地方坐标系须先转换到 CGCS2000 / "
            f"check that they are whole and in {pack.province_en}; "
            "local grids must be converted first"
        )
    return Problem(
        where=f"{card.name}：{rows_text(rows)}",
        promised=f"经度 {west}—{east}°、纬度 {south}—{north}° 之内 / within these degrees",
        found=f"不在此范围 / outside: {_corner_text(bounds)}，{crs.name}",
        mend=mend,
    )


def _corner_text(bounds: NDArray[np.float64]) -> str:
    return f"x = {bounds[0]:.10g}, y = {bounds[1]:.10g}"
