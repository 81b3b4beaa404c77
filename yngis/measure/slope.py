"""
Slope of ground (坡度) by Horn's method, always in metres, and the named sets of its classes.

What a class set says is 坡度适宜 (suitable by slope), never 可建 (may be built on): slope is one
condition of many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from yngis.errors import LayerError, Problem
from yngis.measure.geodesy import INVERSE_FLATTENING, SEMI_MAJOR_AXIS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from pyproj import CRS
    from rasterio import Affine

_E2: Final = (2.0 - 1.0 / INVERSE_FLATTENING) / INVERSE_FLATTENING
_LEAST: Final = 3
"""Cells along a side from which there is a cell with all its neighbours."""


@dataclass(frozen=True, slots=True)
class SlopeClasses:
    """
    A named set of slope classes (坡度分级).

    Attributes
    ----------
    key, name
        As it is asked for, and as it is printed.
    unit
        ``"degrees"`` or ``"percent"``, of the limits.
    limits
        Upper limits of the classes but the last, rising. A slope at a limit belongs to the class
        below it, but in a set of one limit, which asks for less than that, above it.
    labels
        Of the classes, one more than limits.
    source
        Where the limits stand.
    """

    key: str
    name: str
    unit: Literal["degrees", "percent"]
    limits: tuple[float, ...]
    labels: tuple[str, ...]
    source: str


SLOPE_CLASSES: Final = {
    each.key: each
    for each in (
        SlopeClasses(
            "pdjb",
            "三调坡度级别 PDJB",
            "degrees",
            (2.0, 6.0, 15.0, 25.0),
            ("≤2°", "2°–6°", "6°–15°", "15°–25°", ">25°"),
            "TD/T 1055-2019 第三次全国国土调查技术规程，坡度分级",
        ),
        SlopeClasses(
            "suitability",
            "双评价城镇建设坡度分级",
            "degrees",
            (3.0, 8.0, 15.0, 25.0),
            ("≤3°", "3°–8°", "8°–15°", "15°–25°", ">25°"),
            "资源环境承载能力和国土空间开发适宜性评价指南（试行），2020",
        ),
        SlopeClasses(
            "cjj83",
            "CJJ 83 工业用地自然坡度",
            "percent",
            (15.0,),
            ("<15 %", "≥15 %"),
            "CJJ 83-2016 城乡建设用地竖向规划规范",
        ),
    )
}
"""The three sets in use, by key; each is printed with its name, for they do not agree."""


def cell_steps_m(
    transform: Affine, shape: tuple[int, int], crs: CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Size of the cells of a north-up grid on the ground (像元地面尺寸), by row.

    Parameters
    ----------
    transform
        Affine transform of the grid's corner and cells, without rotation.
    shape
        Rows and columns.
    crs
        CRS of the grid, in degrees or projected.

    Returns
    -------
    east_m, north_m
        Width and height of a cell [m], ``(rows,)`` each. In degrees from the radii of curvature
        of the CGCS2000 ellipsoid at the row's middle; in a projection by the geodesic across the
        cell in the middle of the row.

    Raises
    ------
    LayerError
        If the grid is rotated, or a row lies where the CRS does not reach.

    Examples
    --------
    >>> from pyproj import CRS
    >>> from rasterio import Affine
    >>> grid = Affine(0.001, 0, 102, 0, -0.001, 25)
    >>> [step.round(2).tolist() for step in cell_steps_m(grid, (1, 9), CRS("EPSG:4490"))]
    [[100.95], [110.77]]
    """
    _refuse_rotated(transform)
    rows, columns = shape
    middle = transform.f + (np.arange(rows) + 0.5) * transform.e
    width, height = abs(transform.a), abs(transform.e)
    if crs.is_geographic:
        unit = float(crs.axis_info[0].unit_conversion_factor)
        latitude = middle * unit
        bent = 1.0 - _E2 * np.sin(latitude) ** 2
        along = SEMI_MAJOR_AXIS / np.sqrt(bent) * np.cos(latitude)
        return along * width * unit, SEMI_MAJOR_AXIS * (1.0 - _E2) / bent**1.5 * height * unit
    across = transform.c + 0.5 * columns * transform.a
    return _projected_steps(crs, np.full(rows, across), middle, width, height)


def _projected_steps(
    crs: CRS, x: NDArray[np.float64], y: NDArray[np.float64], width: float, height: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Measure on the ellipsoid across the middle of cells, eastwards and northwards.

    The scale that PROJ gives for web Mercator is that of a sphere, half a per cent off the ground.
    """
    from pyproj import Geod, Transformer  # noqa: PLC0415 - only a projected grid needs it

    flat = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    back = Transformer.from_crs(flat, flat.geodetic_crs, always_xy=True)
    ground = Geod(a=SEMI_MAJOR_AXIS, rf=INVERSE_FLATTENING)

    def across(dx: float, dy: float) -> NDArray[np.float64]:
        ends = (*back.transform(x - dx, y - dy), *back.transform(x + dx, y + dy))
        if not np.isfinite(ends).all():
            return np.zeros(len(x))
        return np.asarray(ground.inv(*ends)[2], dtype=np.float64)

    east, north = across(width / 2.0, 0.0), across(0.0, height / 2.0)
    if not (east > 0.0).all() or not (north > 0.0).all():
        raise LayerError(
            Problem(
                where="栅格 / raster",
                promised=f"在其坐标系的适用范围内 / within the reach of its CRS: {crs.name}",
                found=f"行在外 / rows beyond: y = {y.min():g} … {y.max():g}",
                mend="检查坐标系是否声明错 / check whether the declared CRS is the right one",
            )
        )
    return east, north


def horn_slope(
    heights: ArrayLike, east_m: ArrayLike, north_m: ArrayLike, *, z_unit_m: float = 1.0
) -> NDArray[np.float64]:
    """
    Slope by Horn's method (霍恩坡度), rise over run in per cent.

    Parameters
    ----------
    heights
        Heights of the cells, ``(rows, columns)``, rows from north to south; NaN where there is
        none.
    east_m, north_m
        Width and height of a cell [m], one number each or ``(rows,)``, as :func:`cell_steps_m`
        gives them: never degrees.
    z_unit_m
        Metres of a unit of height.

    Returns
    -------
    slope
        Slope [%], ``(rows, columns)``; NaN along the edge and wherever one of the nine heights is
        missing: beside a void there would be a cliff.

    Raises
    ------
    LayerError
        If the heights are no grid, or a step is no positive number.

    References
    ----------
    .. [1] B. K. P. Horn, Hill shading and the reflectance map, Proc. IEEE 69, 1981.

    Examples
    --------
    >>> y, x = np.mgrid[2:-1:-1, 0:3] * 10.0
    >>> horn_slope(0.3 * x + 0.4 * y, 10.0, 10.0)[1, 1].round(9)
    np.float64(50.0)
    """
    z = np.asarray(heights, dtype=np.float64) * z_unit_m
    if z.ndim != 2:  # noqa: PLR2004 - a grid
        raise _step_fault("二维高程 / a grid of heights", f"{z.ndim} 维 / dimensions")
    slope = np.full(z.shape, np.nan)
    if min(z.shape) < _LEAST:
        return slope
    east, north = (_steps_by_row(each, len(z))[1:-1, None] for each in (east_m, north_m))
    up, level, down = z[:-2], z[1:-1], z[2:]
    #  a b c        east-west: columns right minus left, the middle row twice
    #  d e f        north-south: upper minus lower row, the middle column twice
    #  g h i
    rise = (up[:, 2:] + 2.0 * level[:, 2:] + down[:, 2:]) - (
        up[:, :-2] + 2.0 * level[:, :-2] + down[:, :-2]
    )
    fall = (up[:, :-2] + 2.0 * up[:, 1:-1] + up[:, 2:]) - (
        down[:, :-2] + 2.0 * down[:, 1:-1] + down[:, 2:]
    )
    inner = 100.0 * np.hypot(rise / (8.0 * east), fall / (8.0 * north))
    inner[np.isnan(level[:, 1:-1])] = np.nan
    slope[1:-1, 1:-1] = inner
    return slope


def slope_degrees(percent: ArrayLike) -> NDArray[np.float64]:
    """
    Turn a slope in per cent into degrees (坡度换算).

    Parameters
    ----------
    percent
        Slope [%], any shape.

    Returns
    -------
    degrees
        Angle from the horizontal [degrees], same shape.

    Examples
    --------
    >>> slope_degrees([15.0, 100.0]).round(6).tolist()
    [8.530766, 45.0]
    """
    return np.degrees(np.arctan(np.asarray(percent, dtype=np.float64) / 100.0))


def classify_slope(percent: ArrayLike, classes: SlopeClasses) -> NDArray[np.int8]:
    """
    Number the class of each slope (坡度分级).

    Parameters
    ----------
    percent
        Slope [%], any shape.
    classes
        One of :data:`SLOPE_CLASSES`.

    Returns
    -------
    number
        From 0, same shape; -1 where the slope is not known.

    Examples
    --------
    >>> classify_slope([0.0, 14.9, 15.0, np.nan], SLOPE_CLASSES["cjj83"]).tolist()
    [0, 0, 1, -1]
    """
    given = np.asarray(percent, dtype=np.float64)
    value = slope_degrees(given) if classes.unit == "degrees" else given
    below = len(classes.limits) > 1
    number = np.searchsorted(classes.limits, value, side="left" if below else "right")
    return np.where(np.isnan(given), -1, number).astype(np.int8)


def _steps_by_row(steps: ArrayLike, rows: int) -> NDArray[np.float64]:
    told = np.broadcast_to(np.asarray(steps, dtype=np.float64), rows)
    if not (np.isfinite(told).all() and (told > 0.0).all()):
        raise _step_fault("像元尺寸为正数（米） / cells of positive size [m]", str(steps))
    return told


def _refuse_rotated(transform: Affine) -> None:
    if transform.b or transform.d or not transform.a or not transform.e:
        raise _step_fault("正北格网 / a north-up grid", f"旋转格网 / rotated: {transform[:6]}")


def _step_fault(promised: str, found: str) -> LayerError:
    return LayerError(
        Problem(
            where="高程栅格 / elevation raster",
            promised=promised,
            found=found,
            mend="先转为正北、以米计高程的 GeoTIFF / first make a north-up GeoTIFF of heights in m",
        )
    )
