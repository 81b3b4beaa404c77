"""
Square metres on the ground per square unit of the map, in the plane of the parcels.

The kernel adds up areas in the parcels' own coordinates and weighs them with this density, so that
an area on the ellipsoid costs no reprojection and edges stay as straight as they were drawn. The
density is the Jacobian of the plane (L, E(B)) in which the survey's rule (TD/T 1055) is the
shoelace formula; along latitude it is known in closed form, in a projected plane it is fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.polynomial import chebyshev
from pyproj import CRS, Transformer

from yngis.analysis.overlay.kernels.area_integrals import DensityTable
from yngis.errors import LayerError, Problem
from yngis.measure.crs import CGCS2000, refuse_other_datums
from yngis.measure.geodesy import INVERSE_FLATTENING, RULE_COEFFICIENTS, SEMI_MAJOR_AXIS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LATITUDE_STEP: Final = 0.05
"""Spacing of the nodes [degrees]."""

_LARGEST_DEGREES: Final = 0.09
"""Box from which one cubic is not enough [degrees]: (0.07° in radians)⁴ / 24 is 1e-13."""

_STEP: Final = 5_000.0
"""Spacing of the nodes along the axis on which a projection's scale changes most [m]."""

_ROW_STEP: Final = 25_000.0
"""Spacing of the rows across it [m]."""

_LARGEST_METRES: Final = 5_000.0
"""Box from which one cubic is not enough [m]: across it a Gauss-Krüger scale changes by 2e-9."""

_MARGIN: Final = 300_000.0
"""How far around the zones a projection's scale is fitted [m]; parcels beyond are refused."""

_TERMS: Final = 14
"""Chebyshev terms per axis of the fit; the scale of a map projection is very smooth."""

_STENCIL: Final = 1_000.0
"""Step of the fourth-order differences [m]: (1 km / Earth radius)⁴ is below rounding."""

_CONSTANT: Final = 1.0e-10
"""Relative change below which the density is a constant: an equal-area projection."""

_TOLERATED: Final = 1.0e-9
"""Largest relative error of the table against the transformation itself."""

_SEMI_MINOR_AXIS: Final = SEMI_MAJOR_AXIS * (1.0 - 1.0 / INVERSE_FLATTENING)


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """
    Density of area over the plane of the parcels.

    Parameters
    ----------
    table
        The density along the kernel's y, and across it.
    swapped
        Whether the kernel's y is the map's x, because the density changes with easting.
    by_rule
        Whether whole parcels are measured by the survey's rule, straight in (L, E(B)).
    """

    table: DensityTable
    swapped: bool = False
    by_rule: bool = False


def density_of(crs: CRS | None, area: str, bounds: Floats) -> Density:
    """Choose the density for parcels in this CRS."""
    where = "坐标系 / CRS"
    if area == "planar":
        if crs is not None and crs.is_geographic:
            raise LayerError(
                Problem(
                    where=where,
                    promised="投影坐标系，才能算平面面积 / a projected CRS for planar areas",
                    found=crs.name,
                    mend="改用椭球面积 area='ellipsoidal'，或先投影 / "
                    "use area='ellipsoidal', or project the parcels first",
                )
            )
        return Density(_constant_density(1.0))
    if crs is None:
        raise LayerError(
            Problem(
                where=where,
                promised="已声明坐标系，才能算椭球面积 / a declared CRS for ellipsoidal areas",
                found="无 / none",
                mend="声明坐标系，或改用 area='planar' / declare it, or use area='planar'",
            )
        )
    refuse_other_datums(crs, where)
    if crs.is_geographic:
        if crs.is_bound or any(axis.unit_name != "degree" for axis in crs.axis_info[:2]):
            raise LayerError(
                Problem(
                    where=where,
                    promised="CGCS2000 或 WGS84 的度 / degrees on CGCS2000 or WGS84",
                    found=crs.name,
                    mend="请转为 / convert it to EPSG:4490",
                )
            )
        return Density(_along_latitude(), by_rule=True)
    return _fit_density(crs, bounds)


def _constant_density(value: float) -> DensityTable:
    """Return a density that is the same everywhere [m² per square unit]."""
    cubics = np.zeros((1, 1, 5))
    cubics[0, 0, 1] = value
    return DensityTable(cubics, 0.0, 0.0, 0.0, 1.0, np.inf)


def rule_derivative(latitude: Floats, order: int) -> Floats:
    """Derivative of E(B), the area from the equator to latitude B per radian of longitude."""
    total = np.zeros_like(latitude)
    for k, coefficient in enumerate(RULE_COEFFICIENTS):
        # The rule's series in sines of odd multiples; a derivative turns each by a quarter and
        # scales it.
        m = 2 * k + 1
        total += (-1) ** k * coefficient * m**order * np.sin(m * latitude + order * np.pi / 2.0)
    return _SEMI_MINOR_AXIS**2 * total


def _along_latitude() -> DensityTable:
    """Return the density per square degree, from pole to pole."""
    # Degrees need no fitting: the density depends on latitude alone and is known in closed form.
    nodes = np.radians(np.arange(-90.0, 90.0 + 0.5 * _LATITUDE_STEP, _LATITUDE_STEP))
    radian = np.pi / 180.0
    columns = [
        rule_derivative(nodes, order) * radian ** (order + 1) / _small_factorial(order)
        for order in range(5)
    ]
    return DensityTable(
        np.stack(columns, axis=-1)[None], -90.0, _LATITUDE_STEP, -180.0, 360.0, _LARGEST_DEGREES
    )


def _small_factorial(n: int) -> float:
    """Return n! for the few n of a cubic and its integral."""
    return float(np.prod(np.arange(1, n + 1)))


def _area_jacobian(to_degrees: Transformer, x: Floats, y: Floats) -> Floats:
    """Square metres per square unit where x and y are, by fourth-order differences."""

    def plane(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        longitude, latitude = to_degrees.transform(x, y)
        return np.radians(longitude), rule_derivative(np.radians(latitude), 0)

    def slope(dx: float, dy: float) -> tuple[Floats, Floats]:
        # Central differences over four points: the error falls with the fourth power of the
        # stencil.
        near, back = plane(x + dx, y + dy), plane(x - dx, y - dy)
        far, far_back = plane(x + 2 * dx, y + 2 * dy), plane(x - 2 * dx, y - 2 * dy)
        step = 12.0 * (dx + dy)
        one, other = ((8.0 * (near[k] - back[k]) - (far[k] - far_back[k])) / step for k in range(2))
        return one, other

    lx, ex = slope(_STENCIL, 0.0)
    ly, ey = slope(0.0, _STENCIL)
    return np.abs(lx * ey - ly * ex)


def _fit_density(crs: CRS, bounds: Floats) -> Density:
    """Fit the density of a projected CRS around the zones."""
    to_degrees = Transformer.from_crs(crs, CGCS2000, always_xy=True)
    low, high = bounds[:2] - _MARGIN, bounds[2:] + _MARGIN
    # Chebyshev knots: the fit does not swing at the ends of the range.
    knots = np.cos((np.arange(_TERMS) + 0.5) * np.pi / _TERMS)
    x, y = (low[k] + (knots + 1.0) * 0.5 * (high[k] - low[k]) for k in range(2))
    sampled = _area_jacobian(to_degrees, *np.meshgrid(x, y, indexing="ij"))
    if not np.isfinite(sampled).all():
        raise _unfit_projection_error(
            crs, "范围超出投影的适用区 / the zones lie beyond where the projection holds"
        )
    # Equal-area projections are found by measuring, not by their name.
    if np.ptp(sampled) < _CONSTANT * sampled.mean():
        return Density(_constant_density(float(sampled.mean())))
    # The cubic runs along the axis on which the density changes most.
    swapped = bool(np.ptp(sampled, axis=0).max() > np.ptp(sampled, axis=1).max())
    if swapped:
        sampled = sampled.T
        low, high = low[::-1], high[::-1]
    table = _tabulate_density(sampled, knots, low, high)
    _compare_density(table, to_degrees, crs, (low, high), swapped=swapped)
    return Density(table, swapped=swapped)


def _tabulate_density(sampled: Floats, knots: Floats, low: Floats, high: Floats) -> DensityTable:
    """Turn samples at Chebyshev knots, (across, along), into rows of nodes with their cubics."""
    basis = np.linalg.inv(chebyshev.chebvander(knots, _TERMS - 1))
    series = basis @ sampled @ basis.T
    across = np.arange(low[0], high[0] + _ROW_STEP, _ROW_STEP)
    along = np.arange(low[1], high[1] + _STEP, _STEP)
    scale = 2.0 / (high - low)
    rows = chebyshev.chebval(scale[0] * (across - low[0]) - 1.0, series)  # (terms along, rows)
    place = scale[1] * (along - low[1]) - 1.0
    cubics = np.zeros((across.size, along.size, 5))
    for order in range(4):
        derivative = chebyshev.chebval(place, chebyshev.chebder(rows, order, scl=scale[1]))
        cubics[:, :, order + 1] = derivative / _small_factorial(order) / (order + 1)
    # From node to node: up half a step by one cubic, and half a step by the next.
    half = 0.5 * _STEP
    powers = half ** np.arange(1, 5)
    up = cubics[:, :, 1:] @ powers
    down = cubics[:, :, 1:] @ (powers * (-1.0) ** np.arange(1, 5))
    cubics[:, 1:, 0] = np.cumsum(up[:, :-1] - down[:, 1:], axis=1)
    return DensityTable(
        cubics, float(along[0]), _STEP, float(across[0]), _ROW_STEP, _LARGEST_METRES
    )


def _compare_density(
    table: DensityTable,
    to_degrees: Transformer,
    crs: CRS,
    domain: tuple[Floats, Floats],
    *,
    swapped: bool,
) -> None:
    """Hold the table against the transformation at places that are not nodes."""
    # A fit is trusted only after it was held against the transformation where it was not sampled.
    across, along = np.random.default_rng(0).uniform(*domain, size=(200, 2)).T
    row = (across - table.across) / table.across_step
    node = np.rint((along - table.first) / table.step).astype(int)
    d = (along - table.first - node * table.step)[:, None]
    powers = d ** np.arange(4) * np.arange(1, 5)
    first = np.minimum(row.astype(int), table.cubics.shape[0] - 2)
    part = row - first
    here, there = ((table.cubics[first + k, node, 1:] * powers).sum(axis=1) for k in range(2))
    tabulated = (1.0 - part) * here + part * there
    x, y = (along, across) if swapped else (across, along)
    worst = float(np.max(np.abs(tabulated / _area_jacobian(to_degrees, x, y) - 1.0)))
    if not worst < _TOLERATED:
        raise _unfit_projection_error(
            crs, f"面积比例尺变化过快 / its scale of area changes too fast ({worst:.1e})"
        )


def _unfit_projection_error(crs: CRS, found: str) -> LayerError:
    """Say that ellipsoidal areas cannot be had in this projection."""
    return LayerError(
        Problem(
            where=f"坐标系 / CRS {crs.name}",
            promised="高斯-克吕格等平缓的投影 / a projection as gentle as Gauss-Krüger",
            found=found,
            mend="请转为 EPSG:4490 或三度带 / convert the parcels to EPSG:4490 or their 3° zone",
        )
    )
