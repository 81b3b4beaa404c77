"""Whether plants of two industries seek or shun one another (两类企业点格局): the cross-K."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from yngis.analysis.clustering.amount_checks import check_choice
from yngis.analysis.clustering.parameters import (
    COUNT,
    SEED,
    SHARE,
    coarse_envelope,
    require_parameters,
    warn_coarse,
)
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

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike

    from yngis.analysis.clustering.point_patterns.envelopes import Verdict

CrossPattern = Literal["together", "apart", "random", "undetermined"]

_VERDICTS: Final[dict[Verdict, CrossPattern]] = {
    "above": "together",
    "below": "apart",
    "within": "random",
    "unknown": "undetermined",
}


@dataclass(frozen=True, slots=True)
class CrossK:
    """
    Ripley's cross-K of two sets of plants (交叉 K 函数).

    Attributes
    ----------
    curve
        By ``distance_m`` [m]: ``k`` [m²], ``l`` [m], ``l_minus_d`` [m], and of the latter
        ``lower_local``, ``upper_local``, ``lower_global``, ``upper_global``.
    pattern
        ``together`` (相吸), ``apart`` (相斥) or ``random`` (随机), by the global bounds; together
        where it is both, at different distances; ``undetermined`` (无法判断) where nothing is
        known.
    p_together, p_apart
        Monte Carlo p of the whole curve, each one-sided; NaN where nothing is known.
    correction, plants, others, simulations, seed
        How it was made.
    """

    curve: pd.DataFrame
    pattern: CrossPattern
    p_together: float
    p_apart: float
    correction: Correction
    plants: int
    others: int
    simulations: int
    seed: int


def cross_k(
    points: GeoSeries | GeoDataFrame,
    others: GeoSeries | GeoDataFrame,
    area: GeoSeries | GeoDataFrame,
    distances_m: ArrayLike,
    *,
    correction: Correction = "translation",
    simulations: int = 199,
    level: float = 0.05,
    seed: int = 0,
) -> CrossK:
    """
    Ripley's cross-K (交叉 K 函数): how many plants of another industry lie near one of the first.

    Parameters
    ----------
    points, others
        Plants of the one and of the other industry in a CRS in metres, one at least of each, inside
        the study area.
    area
        Polygons of the study area in the same CRS.
    distances_m
        Distances at which to give the curve [m], positive and increasing.
    correction
        As for :func:`ripley_l`.
    simulations
        Times that it is dealt anew which plants are of which industry.
    level
        Share of curves beyond each bound: the error of either verdict by itself.
    seed
        Seed of the dealing.

    Returns
    -------
    found
        The curve, its envelopes and what follows from them.

    Raises
    ------
    LayerError
        As :func:`ripley_l`.

    Warns
    -----
    ResolutionWarning
        If the simulations are too few for any curve to cross the bounds.

    Notes
    -----
    ``K(r) = A / (n m) sum_i sum_j 1(d_ij <= r) w_ij``, which is ``π r²`` where the two know nothing
    of one another. Chance here is random labelling: all places stand, and what is dealt over them
    is the industry. So an uneven country does not look like attraction; two industries that each
    keep to themselves look apart.

    References
    ----------
    .. [1] Ripley, B. (1981). Spatial statistics. Wiley, chapter 8.
    .. [2] Dixon, P. (2002). Ripley's K function. Encyclopedia of Environmetrics 3.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> square = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs="EPSG:4543")
    >>> one, other = (gpd.GeoSeries.from_xy([x], [500], crs="EPSG:4543") for x in (450, 550))
    >>> found = cross_k(one, other, square, [50, 100], correction="none", simulations=19)
    >>> found.curve["k"].tolist()
    [0.0, 1000000.0]
    """
    check_choice(correction, CORRECTIONS, "cross_k：correction")
    require_parameters(
        "cross_k", simulations=(simulations, COUNT), level=(level, SHARE), seed=(seed, SEED)
    )
    grid = increasing_distances(distances_m, "cross_k：distances_m")
    one, window = points_in_window(points, area, 1, "cross_k")
    two, _ = points_in_window(others, area, 1, "cross_k：others")
    overlap = seen_overlap(window, grid, correction, "cross_k")
    warn_coarse(coarse_envelope(simulations, level), "cross_k")

    def k_of(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        pairs = Pairs.between(first, second, float(grid[-1]))
        return k_function(pairs, window, grid, correction, overlap)

    k = k_of(one, two)
    every = np.vstack((one, two))
    # In order of place: which plants a simulation takes must not depend on how they are listed.
    every = every[np.lexsort((every[:, 1], every[:, 0]))]
    random = np.random.default_rng(seed)
    dealt = (random.permutation(every) for _ in range(simulations))
    curves = np.array([k_of(drawn[: len(one)], drawn[len(one) :]) for drawn in dealt])
    curve, judged = judged_curve(k, curves, grid, level)
    return CrossK(
        curve=curve,
        pattern=_VERDICTS[judged.verdict],
        p_together=judged.p_above,
        p_apart=judged.p_below,
        correction=correction,
        plants=len(one),
        others=len(two),
        simulations=simulations,
        seed=seed,
    )
