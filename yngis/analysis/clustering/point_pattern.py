"""Pattern of plants in a study area (点格局): nearest neighbour and Ripley's L, true polygon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from yngis.analysis.clustering.amount_checks import chosen
from yngis.analysis.clustering.envelopes import global_envelope, local_envelope, p_value
from yngis.analysis.clustering.permutation import two_sided
from yngis.analysis.clustering.study_window import Overlap, Window, windowed
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike

Correction = Literal["translation", "border", "none"]

_CORRECTIONS: Final = ("translation", "border", "none")
_SIMULATIONS: Final = 199
_LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class NearestNeighbour:
    """
    Mean distance to the nearest neighbour against chance (最近邻分析).

    Attributes
    ----------
    mean_m, expected_m
        Mean distance [m] found, and on average over random patterns in the same polygon.
    ratio
        The one by the other: below 1 clustered, above 1 regular.
    clark_evans
        Clark and Evans's ratio, whose expectation ``½ / sqrt(n / A)`` knows no edge: biased upward,
        most in ragged areas; here to compare with other software.
    p
        Two-sided, from the random patterns.
    plants, simulations, seed
        How it was made.
    """

    mean_m: float
    expected_m: float
    ratio: float
    clark_evans: float
    p: float
    plants: int
    simulations: int
    seed: int


@dataclass(frozen=True, slots=True)
class RipleyL:
    """
    Ripley's L against complete spatial randomness (Ripley L 函数).

    Attributes
    ----------
    curve
        By ``distance_m`` [m]: ``k`` [m²], ``l`` [m], ``l_minus_d`` [m], and of the latter
        ``lower_local``, ``upper_local``, ``lower_global``, ``upper_global``.
    pattern
        ``clustered`` (集聚), ``regular`` (均匀) or ``random`` (随机), by the global bounds;
        clustered where it is both, at different distances.
    p_clustered, p_regular
        Monte Carlo p of the whole curve, one-sided.
    correction, plants, simulations, seed
        How it was made.
    """

    curve: pd.DataFrame
    pattern: Literal["clustered", "regular", "random"]
    p_clustered: float
    p_regular: float
    correction: Correction
    plants: int
    simulations: int
    seed: int


def nearest_neighbour(
    points: GeoSeries | GeoDataFrame,
    area: GeoSeries | GeoDataFrame,
    *,
    simulations: int = 999,
    seed: int = 0,
) -> NearestNeighbour:
    """
    Nearest-neighbour analysis (最近邻指数) against random patterns in the same polygon.

    Parameters
    ----------
    points
        Plants in a CRS in metres, two at least, inside the study area.
    area
        Polygons of the study area in the same CRS.
    simulations
        Random patterns drawn.
    seed
        Their seed.

    Returns
    -------
    found
        Mean distance, what chance gives, their ratio and p.

    Raises
    ------
    LayerError
        If a layer is in degrees, the two CRS differ, or plants lie outside the area.

    References
    ----------
    .. [1] Clark, P. and Evans, F. (1954). Distance to nearest neighbor as a measure of spatial
       relationships in populations. Ecology 35(4).
    """
    xy, window = windowed(points, area, 2, "nearest_neighbour")
    mean = _mean_nearest(xy)
    random = np.array(
        [_mean_nearest(drawn) for drawn in window.random_points(len(xy), simulations, seed)]
    )
    boundless = 0.5 / np.sqrt(len(xy) / window.area)
    return NearestNeighbour(
        mean_m=mean,
        expected_m=float(random.mean()),
        ratio=mean / float(random.mean()),
        clark_evans=mean / float(boundless),
        p=float(two_sided(np.asarray(mean), random)),
        plants=len(xy),
        simulations=simulations,
        seed=seed,
    )


def ripley_l(
    points: GeoSeries | GeoDataFrame,
    area: GeoSeries | GeoDataFrame,
    distances_m: ArrayLike,
    *,
    correction: Correction = "translation",
    simulations: int = _SIMULATIONS,
    level: float = _LEVEL,
    seed: int = 0,
) -> RipleyL:
    """
    Ripley's K and L (Ripley K/L 函数) with the study area's own polygon as the window.

    Parameters
    ----------
    points
        Plants in a CRS in metres, two at least, inside the study area.
    area
        Polygons of the study area in the same CRS.
    distances_m
        Distances at which to give the curve [m], positive and increasing.
    correction
        What is done about neighbours beyond the edge: ``translation`` weighs each pair by how much
        of the area could hold a pair so placed; ``border`` counts only around plants farther from
        the edge than the distance, and is NaN where there is none; ``none`` does nothing and is
        biased downward.
    simulations
        Random patterns drawn.
    level
        Share of curves beyond each bound.
    seed
        Seed of the random patterns.

    Returns
    -------
    found
        The curve, its envelopes and what follows from them.

    Raises
    ------
    LayerError
        If a layer is in degrees, the two CRS differ, plants lie outside the area, or the distances
        do not increase.

    Notes
    -----
    ``K(r) = A / (n (n - 1)) sum_{i≠j} 1(d_ij <= r) w_ij`` and ``L = sqrt(K / π)``, which is r where
    plants lie at random; ``w_ij = A / |W ∩ (W + x_i - x_j)|`` for the translation correction, with
    the overlap read from a raster of 512 cells. Chance here is an even spread over the area, where
    no plant can be told from any other land; to compare with plants in general use
    :func:`duranton_overman`.

    References
    ----------
    .. [1] Ripley, B. (1976). The second-order analysis of stationary point processes. Journal of
       Applied Probability 13(2).
    .. [2] Ohser, J. (1983). On estimators for the reduced second moment measure of point processes.
       Mathematische Operationsforschung und Statistik 14(1).
    """
    chosen(correction, _CORRECTIONS, "ripley_l：correction")
    grid = np.asarray(distances_m, dtype=np.float64)
    if grid.ndim != 1 or grid.size == 0 or grid[0] <= 0 or (np.diff(grid) <= 0).any():
        raise LayerError(
            Problem(
                where="ripley_l：distances_m",
                promised="正且递增的距离 / positive, increasing distances",
                found=str(grid[:3].tolist()),
                mend="numpy.linspace(1000, 50_000, 50)",
            )
        )
    xy, window = windowed(points, area, 2, "ripley_l")
    overlap = Overlap.of(window) if correction == "translation" else None
    k = _ripley_k(xy, window, grid, correction, overlap)
    excess = np.sqrt(k / np.pi) - grid
    curves = np.array(
        [
            np.sqrt(_ripley_k(drawn, window, grid, correction, overlap) / np.pi) - grid
            for drawn in window.random_points(len(xy), simulations, seed)
        ]
    )
    # Where no plant is far enough from the edge the border correction says nothing.
    known = np.isfinite(excess) & np.isfinite(curves).all(axis=0)
    bounds, p_clustered, p_regular = _against(excess[known], curves[:, known], level)
    curve = pd.DataFrame(
        {"k": k, "l": np.sqrt(k / np.pi), "l_minus_d": excess},
        index=pd.Index(grid, name="distance_m"),
    ).join(bounds.set_axis(grid[known]))
    above = (curve["l_minus_d"] > curve["upper_global"]).any()
    below = (curve["l_minus_d"] < curve["lower_global"]).any()
    return RipleyL(
        curve=curve,
        pattern="clustered" if above else "regular" if below else "random",
        p_clustered=p_clustered,
        p_regular=p_regular,
        correction=correction,
        plants=len(xy),
        simulations=simulations,
        seed=seed,
    )


def _against(
    excess: np.ndarray, curves: np.ndarray, level: float
) -> tuple[pd.DataFrame, float, float]:
    """Bounds of the random curves, and the observed curve's place among them."""
    if excess.size == 0:
        names = ["lower_local", "upper_local", "lower_global", "upper_global"]
        return pd.DataFrame(columns=names, dtype="float64"), float("nan"), float("nan")
    low, high = local_envelope(curves, level)
    every = np.vstack((curves, excess))
    bounds = pd.DataFrame(
        {
            "lower_local": low,
            "upper_local": high,
            "lower_global": global_envelope(every, level, "lower"),
            "upper_global": global_envelope(every, level, "upper"),
        }
    )
    return bounds, p_value(excess, curves, "upper"), p_value(excess, curves, "lower")


def _ripley_k(
    xy: np.ndarray,
    window: Window,
    grid: np.ndarray,
    correction: Correction,
    overlap: Overlap | None,
) -> np.ndarray:
    """Ripley's K [m²] at each distance."""
    count = len(xy)
    pairs = KDTree(xy).query_pairs(grid[-1], output_type="ndarray")
    shift = xy[pairs[:, 1]] - xy[pairs[:, 0]]
    distance = np.hypot(shift[:, 0], shift[:, 1])
    if correction == "border":
        edge = window.edge_distance(xy)
        ends = np.concatenate((pairs[:, 0], pairs[:, 1]))
        twice = np.concatenate((distance, distance))
        # A pair counts for its end from its own length on, until the edge is nearer than r.
        entered = _at_most(twice, np.ones(twice.size), grid, twice <= edge[ends])
        left = _at_most(edge[ends], np.ones(twice.size), grid, twice <= edge[ends], strict=True)
        within = count - _at_most(edge, np.ones(count), grid, np.ones(count, bool), strict=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(window.area / (count - 1) * (entered - left) / within)
    weight = np.ones(distance.size)
    if overlap is not None:
        weight = window.area / overlap.area(shift)
    total = _at_most(distance, weight, grid, np.ones(distance.size, bool))
    return np.asarray(window.area / (count * (count - 1)) * 2.0 * total)


def _at_most(
    values: np.ndarray,
    weights: np.ndarray,
    grid: np.ndarray,
    counted: np.ndarray,
    *,
    strict: bool = False,
) -> np.ndarray:
    """Sum the weights of the values at most (or below) each distance."""
    at = np.searchsorted(grid, values[counted], side="right" if strict else "left")
    return np.asarray(np.cumsum(np.bincount(at, weights[counted], grid.size + 1))[: grid.size])


def _mean_nearest(xy: np.ndarray) -> float:
    distance, _ = KDTree(xy).query(xy, k=2)
    return float(distance[:, 1].mean())
