"""K-density of Duranton and Overman (DO 指数): do plants lie closer than chance, and how far."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.amount_checks import amount_series
from yngis.analysis.clustering.parameters import (
    COUNT,
    METRES_OR_NONE,
    SEED,
    SHARE,
    THREADS,
    coarse_envelope,
    require_parameters,
    warn_coarse,
)
from yngis.analysis.clustering.point_patterns.envelopes import (
    global_envelope,
    local_envelope,
    p_value,
)
from yngis.analysis.clustering.point_patterns.pair_distances import spatial_order
from yngis.analysis.clustering.point_patterns.points import (
    increasing_distances,
    metric_coordinates,
    refuse_fewer,
)
from yngis.analysis.clustering.point_patterns.random_siting import (
    Reading,
    Siting,
    all_distances,
    median_distance,
    pair_quantiles,
)
from yngis.analysis.processors import thread_count
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike

Pattern = Literal["localised", "dispersed", "random"]

LEVEL: Final = 0.05
"""Share of simulated curves beyond each bound (Duranton and Overman 2005)."""

_SIMULATIONS: Final = 1000
_DISTANCES: Final = 201  # Default grid: 0 to the longest distance in 200 steps.


@dataclass(frozen=True, slots=True)
class KDensity:
    """
    K-density of an industry against random siting (K 密度与包络).

    Attributes
    ----------
    curve
        By ``distance_m`` [m]: ``k`` [1/m], ``mean`` of the simulations, ``lower_local``,
        ``upper_local``, ``lower_global``, ``upper_global``, ``localisation`` = excess of k over
        the upper global bound, and ``dispersion`` = lack of k below the lower one, which is 0
        throughout where the industry is localised anywhere.
    pattern
        ``localised`` (集聚), ``dispersed`` (分散) or ``random`` (随机). The two verdicts are two
        one-sided tests at ``level`` each: an industry sited at random gets one or the other in up
        to twice that share of cases.
    localisation, dispersion
        The two columns integrated over distance: share of pairs in excess or lacking.
    p_localised, p_dispersed
        Monte Carlo p of the whole curve, each one-sided: for both questions together double the
        smaller.
    bandwidth_m, max_distance_m
        Bandwidth of the kernel and the longest distance looked at [m].
    plants, sites
        How many plants the industry has, and among how many sites they could be.
    simulations, level, seed, weighted
        How the envelopes were made.
    """

    curve: pd.DataFrame
    pattern: Pattern
    localisation: float
    dispersion: float
    p_localised: float
    p_dispersed: float
    bandwidth_m: float
    max_distance_m: float
    plants: int
    sites: int
    simulations: int
    level: float
    seed: int
    weighted: bool

    @property
    def localised_m(self) -> tuple[tuple[float, float], ...]:
        """Stretches of distance [m] over which the industry is localised, nearest first."""
        above = np.concatenate(([0], self.curve["localisation"].to_numpy() > 0, [0]))
        step = np.diff(above.astype(np.int8))
        distance = self.curve.index.to_numpy()
        starts, stops = np.flatnonzero(step == 1), np.flatnonzero(step == -1) - 1
        return tuple(
            (float(distance[start]), float(distance[stop]))
            for start, stop in zip(starts, stops, strict=True)
        )


def duranton_overman(
    sites: GeoSeries | GeoDataFrame | ArrayLike,
    members: pd.Series | ArrayLike,
    weights: pd.Series | ArrayLike | None = None,
    *,
    simulations: int = _SIMULATIONS,
    max_distance_m: float | None = None,
    distances_m: ArrayLike | None = None,
    bandwidth_m: float | None = None,
    level: float = LEVEL,
    seed: int = 0,
    threads: int | None = None,
) -> KDensity:
    """
    Test whether an industry is localised or dispersed, and at which distances (DO 检验).

    Parameters
    ----------
    sites
        All places where a plant is, of every industry [m], ``(m, 2)``.
    members
        Which of them are the industry's plants, ``(m,)`` booleans; by index where sites and members
        both have one.
    weights
        Size of each site's plant (employees), ``(m,)``, positive for the members, by index as
        ``members``: pairs then count by the product of their sizes. Unweighted if None.
    simulations
        Times that the plants are sited anew, each at a site of its own, drawn without replacement
        from all sites; weights are shuffled among them.
    max_distance_m
        Longest distance looked at [m]; the median distance between two sites if None.
    distances_m
        Distances at which to give the curve [m], increasing; 200 steps to the longest if None.
    bandwidth_m
        Bandwidth of the Gaussian kernel [m]; Silverman's rule on the industry's distances if None.
        The simulated curves use the same.
    level
        Share of the simulated curves that may lie beyond each bound, so the error of either
        verdict by itself; give half of it where the error of both together is meant.
    seed
        Seed; simulation number i always draws from the same stream, so that the result does not
        depend on the number of threads, down to the last bit.
    threads
        Threads; one per processor if None.

    Returns
    -------
    density
        The curve, its envelopes and what follows from them.

    Raises
    ------
    LayerError
        If the coordinates are degrees; if there are fewer than two plants, or as many as sites, or
        all are in one spot; if the bandwidth is too small for the distance; if an index does not
        match, a parameter makes no sense, or one plant is so big that it has no pairs to weigh.

    Warns
    -----
    ResolutionWarning
        If the simulations are too few for any curve to cross the bounds.

    Notes
    -----
    ``K(d) = 2 / (n (n - 1) h) sum_{i<j} [φ((d - d_ij)/h) + φ((d + d_ij)/h)]``, so that K integrates
    to 1 over all distances: the paper prints the factor without the 2, which integrates to ½. The
    second term is Silverman's reflection at 0. Weighted, ``e_i e_j`` stands before the bracket and
    ``1 / (h sum_{i<j} e_i e_j)`` before the sum. The sums are read from a histogram with bins of
    h/32 and linear sharing, which errs by less than 2e-4 of the kernel's peak. Distances are
    planar: on the province's Albers they are true to 0.2 %.

    References
    ----------
    .. [1] Duranton, G. and Overman, H. (2005). Testing for localization using micro-geographic
       data. Review of Economic Studies 72(4).
    .. [2] Silverman, B. (1986). Density estimation. Chapman & Hall, eq. 3.31.
    .. [3] Myllymäki, M. et al. (2017). Global envelope tests for spatial processes. Journal of the
       Royal Statistical Society B 79(2).

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> town, country = random.normal(0, 4e3, (30, 2)), random.uniform(-1e5, 1e5, (200, 2))
    >>> found = duranton_overman(np.vstack((town, country)), np.arange(230) < 30, simulations=99)
    >>> found.pattern, found.p_localised
    ('localised', 0.01)
    """
    require_parameters(
        "duranton_overman",
        simulations=(simulations, COUNT),
        max_distance_m=(max_distance_m, METRES_OR_NONE),
        bandwidth_m=(bandwidth_m, METRES_OR_NONE),
        level=(level, SHARE),
        seed=(seed, SEED),
        threads=(threads, THREADS),
    )
    points = metric_coordinates(sites, "duranton_overman：sites")
    chosen = _member_mask(members, sites, weighted=weights is not None)
    sizes = None if weights is None else _member_weights(weights, sites, chosen, "duranton_overman")
    warn_coarse(coarse_envelope(simulations, level), "duranton_overman")
    order = spatial_order(points)
    points, chosen = points[order], chosen[order]
    sizes = None if sizes is None else sizes[order]
    h = silverman_bandwidth(points[chosen], seed) if bandwidth_m is None else float(bandwidth_m)
    grid = _distance_grid(points, max_distance_m, distances_m, seed)
    reading = Reading.of(grid, h)
    draw = Siting(points, chosen, sizes, reading, seed)
    with ThreadPoolExecutor(threads or thread_count()) as pool:
        curves = np.array(list(pool.map(draw.simulated, range(simulations))))
    return _judge_curve(draw.observed(), curves, draw, level, seed)


def k_density(
    points: GeoSeries | GeoDataFrame | ArrayLike,
    distances_m: ArrayLike,
    bandwidth_m: float | None = None,
    weights: pd.Series | ArrayLike | None = None,
) -> pd.Series[float]:
    """
    K-density of a set of plants (K 密度), without envelopes.

    Parameters
    ----------
    points
        The plants [m], ``(n, 2)``.
    distances_m
        Distances at which to give it [m], increasing.
    bandwidth_m
        Bandwidth of the Gaussian kernel [m]; Silverman's rule on the distances if None.
    weights
        Size of each plant, ``(n,)``, by index where both have one; pairs count by the product.

    Returns
    -------
    density
        K [1/m] on ``distances_m``, integrating to 1 over 0..∞.

    Raises
    ------
    LayerError
        As :func:`duranton_overman`.

    Examples
    --------
    Two plants 300 m apart, bandwidth 100 m: φ(0) + φ(6) over 100 m at 300 m.

    >>> float(k_density([[0.0, 0.0], [300.0, 0.0]], [300.0], 100.0).iloc[0].round(5))
    0.00399
    """
    require_parameters("k_density", bandwidth_m=(bandwidth_m, METRES_OR_NONE))
    where = metric_coordinates(points, "k_density：points")
    refuse_fewer(len(where), 2, "k_density：points")
    order = spatial_order(where)
    every = np.ones(len(where), dtype=bool)
    sizes = None if weights is None else _member_weights(weights, points, every, "k_density")[order]
    h = silverman_bandwidth(where) if bandwidth_m is None else float(bandwidth_m)
    grid = increasing_distances(distances_m, "k_density：distances_m", zero=True)
    reading = Reading.of(grid, h)
    siting = Siting(where[order], every, sizes, reading, 0)
    return pd.Series(siting.observed(), index=pd.Index(reading.grid, name="distance_m"), name="k")


def silverman_bandwidth(points: ArrayLike, seed: int = 0) -> float:
    """
    Silverman's rule of thumb (Silverman 带宽) on the distances between all pairs of plants.

    Parameters
    ----------
    points
        The plants [m], ``(n, 2)``.
    seed
        Seed of the sample that stands for them where there are more than 20,000.

    Returns
    -------
    bandwidth
        ``0.9 min(σ, IQR / 1.34) N^(-1/5)`` [m] with N = n(n-1)/2 pairs, as the implementations in
        use take it (the paper does not say what N is).

    Raises
    ------
    LayerError
        If there are fewer than two plants, or all are in one spot.

    Examples
    --------
    >>> corners = [[0, 0], [3000, 0], [0, 4000], [3000, 4000]]
    >>> round(silverman_bandwidth(corners))
    514
    """
    require_parameters("silverman_bandwidth", seed=(seed, SEED))
    where = metric_coordinates(points, "silverman_bandwidth：points")
    refuse_fewer(len(where), 2, "silverman_bandwidth：points")
    distance, weight = all_distances(where, seed)
    if distance[-1] == 0.0:
        raise LayerError(
            Problem(
                where="silverman_bandwidth：points",
                promised="不全在一处的企业 / plants that are not all in one spot",
                found="全部重合 / all coincide",
                mend="多半是地理编码落在同一点，请核对 / probably geocoded to one spot: check them",
            )
        )
    mean = np.average(distance, weights=weight)
    spread = float(np.sqrt(np.average((distance - mean) ** 2, weights=weight)))
    low, high = pair_quantiles(distance, weight, [0.25, 0.75])
    # Distances are shared between the two nodes beside them: less than two nodes are no spread.
    least = 2.0 * float(distance[1])
    narrow = min(spread, (high - low) / 1.34) if high - low > least else spread
    pairs = len(where) * (len(where) - 1) / 2
    # Of a single pair, or pairs all as long, nothing can be told: a tenth of the distance.
    return float(0.9 * narrow * pairs**-0.2) if narrow > least else float(mean) / 10.0


def _judge_curve(
    observed: np.ndarray, curves: np.ndarray, siting: Siting, level: float, seed: int
) -> KDensity:
    """Hold the observed curve against the simulated ones."""
    lower_local, upper_local = local_envelope(curves, level)
    every = np.vstack((curves, observed))
    upper, lower = global_envelope(every, level, "upper"), global_envelope(every, level, "lower")
    grid = siting.reading.grid
    localisation = np.clip(observed - upper, 0.0, None)
    dispersion = np.clip(lower - observed, 0.0, None)
    # Duranton and Overman: what is localised anywhere is not called dispersed farther out.
    if localisation.any():
        dispersion[:] = 0.0
    pattern: Pattern = "random"
    if localisation.any() or dispersion.any():
        pattern = "localised" if localisation.any() else "dispersed"
    curve = pd.DataFrame(
        {
            "k": observed,
            "mean": curves.mean(axis=0),
            "lower_local": lower_local,
            "upper_local": upper_local,
            "lower_global": lower,
            "upper_global": upper,
            "localisation": localisation,
            "dispersion": dispersion,
        },
        index=pd.Index(grid, name="distance_m"),
    )
    return KDensity(
        curve=curve,
        pattern=pattern,
        localisation=float(np.trapezoid(localisation, grid)),
        dispersion=float(np.trapezoid(dispersion, grid)),
        p_localised=p_value(observed, curves, "upper"),
        p_dispersed=p_value(observed, curves, "lower"),
        bandwidth_m=siting.reading.bandwidth,
        max_distance_m=float(grid[-1]),
        plants=siting.plants,
        sites=siting.sites,
        simulations=len(curves),
        level=level,
        seed=seed,
        weighted=siting.sizes is not None,
    )


def _distance_grid(
    sites: np.ndarray, max_distance_m: float | None, distances_m: ArrayLike | None, seed: int
) -> np.ndarray:
    if distances_m is not None:
        return increasing_distances(distances_m, "duranton_overman：distances_m", zero=True)
    if max_distance_m is None:
        max_distance_m = median_distance(sites, seed)
    return np.linspace(0.0, max_distance_m, _DISTANCES)


def _member_mask(members: pd.Series | ArrayLike, sites: object, *, weighted: bool) -> np.ndarray:
    given = on_index(members, sites, "duranton_overman：members")
    count = len(given)
    promised = (
        f"({count},) 布尔，其中 2 至 {count - 1} 个为真 / booleans, 2 to {count - 1} of them true"
    )
    boolean = pd.api.types.is_bool_dtype(given) and not given.isna().any()
    chosen = given.to_numpy(dtype=bool) if boolean else np.zeros(count, dtype=bool)
    if not boolean:
        found = f"{given.dtype}，{int(given.isna().sum())} 个缺失 / missing"
        mend = "plants['industry'] == '化工'"
    elif chosen.sum() < 2:  # noqa: PLR2004 - a pair
        found = f"{int(chosen.sum())} 个 / true"
        mend = "企业太少，不作此检验 / too few plants: leave this industry out"
    elif chosen.all() and not weighted:
        found = "全部场址都属该产业 / every site is the industry's"
        mend = (
            "sites 须含其他产业的企业，否则没有可比的随机 / give the sites of all industries: with "
            "these alone there is no chance to compare with"
        )
    else:
        return chosen
    raise LayerError(
        Problem(where="duranton_overman：members", promised=promised, found=found, mend=mend)
    )


def _member_weights(
    weights: pd.Series | ArrayLike, sites: object, chosen: np.ndarray, measure: str
) -> np.ndarray:
    where = f"{measure}：weights"
    sizes = amount_series(on_index(weights, sites, where), where).to_numpy()
    if (sizes[chosen] > 0).all():
        return sizes
    raise LayerError(
        Problem(
            where=where,
            promised=f"{chosen.shape}，企业规模为正 / positive for every plant",
            found=f"{int((sizes[chosen] <= 0).sum())} 家为零 / plants of size zero",
            mend="去掉规模为零的企业，或不加权 / leave those plants out, or do not weight",
        )
    )
