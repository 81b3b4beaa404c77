"""Pattern of plants in a study area (点格局): nearest neighbour and Ripley's L, true polygon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely
from scipy.spatial import KDTree

from yngis.analysis.clustering.amount_checks import check_choice
from yngis.analysis.clustering.parameters import (
    COUNT,
    SEED,
    SHARE,
    coarse_envelope,
    require_parameters,
    warn_coarse,
)
from yngis.analysis.clustering.permutation import two_sided
from yngis.analysis.clustering.point_patterns.points import increasing_distances
from yngis.analysis.clustering.point_patterns.second_moment import (
    CORRECTIONS,
    Correction,
    Pairs,
    judged_curve,
    k_function,
    seen_overlap,
)
from yngis.analysis.clustering.point_patterns.study_window import points_in_window

Pattern = Literal["clustered", "regular", "random", "undetermined"]

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike

    from yngis.analysis.clustering.point_patterns.envelopes import Verdict
    from yngis.analysis.clustering.point_patterns.study_window import Window

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
    donnelly
        The same with Donnelly's correction for the edge, which is one of rectangles: NaN for any
        other area.
    p
        Two-sided, from the random patterns.
    plants, simulations, seed
        How it was made.
    """

    mean_m: float
    expected_m: float
    ratio: float
    clark_evans: float
    donnelly: float
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
        clustered where it is both, at different distances; ``undetermined`` (无法判断) where the
        correction can tell nothing at any distance. Each verdict is one-sided, as in
        :class:`yngis.analysis.clustering.point_patterns.localisation.KDensity`.
    p_clustered, p_regular
        Monte Carlo p of the whole curve, one-sided; NaN where nothing is known.
    correction, plants, simulations, seed
        How it was made.
    """

    curve: pd.DataFrame
    pattern: Pattern
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
        If a layer is in degrees, the two CRS differ, plants lie outside the area, or a parameter
        makes no sense.

    References
    ----------
    .. [1] Clark, P. and Evans, F. (1954). Distance to nearest neighbor as a measure of spatial
       relationships in populations. Ecology 35(4).
    .. [2] Donnelly, K. (1978). Simulations to determine the variance and edge effect of total
       nearest neighbour distance. In Hodder, I. (ed.), Simulation studies in archaeology.
    """
    require_parameters("nearest_neighbour", simulations=(simulations, COUNT), seed=(seed, SEED))
    xy, window = points_in_window(points, area, 2, "nearest_neighbour")
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
        donnelly=mean / _donnelly_expected(len(xy), window),
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
        Share of curves beyond each bound: the error of either verdict by itself.
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
        do not increase; if the translation correction is asked for distances that do not fit into
        the area in every direction; if a parameter makes no sense.

    Warns
    -----
    ResolutionWarning
        If the simulations are too few for any curve to cross the bounds.

    Notes
    -----
    ``K(r) = A / (n (n - 1)) sum_{i≠j} 1(d_ij <= r) w_ij`` and ``L = sqrt(K / π)``, which is r where
    plants lie at random; ``w_ij = A / |W ∩ (W + x_i - x_j)|`` for the translation correction, with
    the overlap read from a raster of 512 cells, and from the polygons where it is less than 20 of
    them or the area is narrow. It is used where no pair stands for more than a hundred. Chance
    here is an even spread over the area, where no plant can be told from any other land; to compare
    with plants in general use :func:`duranton_overman`.

    References
    ----------
    .. [1] Ripley, B. (1976). The second-order analysis of stationary point processes. Journal of
       Applied Probability 13(2).
    .. [2] Ohser, J. (1983). On estimators for the reduced second moment measure of point processes.
       Mathematische Operationsforschung und Statistik 14(1).
    """
    check_choice(correction, CORRECTIONS, "ripley_l：correction")
    require_parameters(
        "ripley_l", simulations=(simulations, COUNT), level=(level, SHARE), seed=(seed, SEED)
    )
    grid = increasing_distances(distances_m, "ripley_l：distances_m")
    xy, window = points_in_window(points, area, 2, "ripley_l")
    overlap = seen_overlap(window, grid, correction, "ripley_l")
    warn_coarse(coarse_envelope(simulations, level), "ripley_l")

    def k_of(where: np.ndarray) -> np.ndarray:
        return k_function(Pairs.within(where, float(grid[-1])), window, grid, correction, overlap)

    random = window.random_points(len(xy), simulations, seed)
    # Where no plant is far enough from the edge the border correction says nothing.
    curve, judged = judged_curve(k_of(xy), np.array([k_of(drawn) for drawn in random]), grid, level)
    verdicts: dict[Verdict, Pattern] = {
        "above": "clustered",
        "below": "regular",
        "within": "random",
        "unknown": "undetermined",
    }
    return RipleyL(
        curve=curve,
        pattern=verdicts[judged.verdict],
        p_clustered=judged.p_above,
        p_regular=judged.p_below,
        correction=correction,
        plants=len(xy),
        simulations=simulations,
        seed=seed,
    )


def _donnelly_expected(count: int, window: Window) -> float:
    """Mean nearest distance [m] of plants at random in a rectangle, its edge minded."""
    around = shapely.area(shapely.minimum_rotated_rectangle(window.outline))
    if around > window.area * (1.0 + 1e-9):
        return float("nan")
    edge = (0.0514 + 0.0412 / np.sqrt(count)) * shapely.length(window.outline) / count
    return float(0.5 * np.sqrt(window.area / count) + edge)


def _mean_nearest(xy: np.ndarray) -> float:
    distance, _ = KDTree(xy).query(xy, k=2)
    return float(distance[:, 1].mean())
