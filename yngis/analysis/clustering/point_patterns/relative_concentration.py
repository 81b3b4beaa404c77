"""Concentration relative to all plants (相对集中): Marcon and Puech's M, of one industry or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.amount_checks import amount_series
from yngis.analysis.clustering.parameters import (
    COUNT,
    SEED,
    SHARE,
    coarse_envelope,
    require_parameters,
    warn_coarse,
)
from yngis.analysis.clustering.point_patterns.envelopes import Verdict, judge_curve
from yngis.analysis.clustering.point_patterns.points import increasing_distances, metric_coordinates
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike

Concentration = Literal["concentrated", "dispersed", "random", "undetermined"]

_VERDICTS: Final[dict[Verdict, Concentration]] = {
    "above": "concentrated",
    "below": "dispersed",
    "within": "random",
    "unknown": "undetermined",
}
_HAIR: Final = 1.0 + 1e-9  # A pair just as long as the last distance is not lost to rounding.
_NUMBERS: Final = 2_000_000  # Held at once while simulating.


@dataclass(frozen=True, slots=True)
class MarconPuechM:
    """
    Marcon and Puech's M against random siting (M 函数与包络).

    Attributes
    ----------
    curve
        By ``distance_m`` [m]: ``m``, ``lower_local``, ``upper_local``, ``lower_global``,
        ``upper_global``; NaN where no plant has any other so near.
    pattern
        ``concentrated`` (集聚), ``dispersed`` (分散) or ``random`` (随机), by the global bounds;
        concentrated where it is both, at different distances; ``undetermined`` (无法判断) where
        nothing is known.
    p_concentrated, p_dispersed
        Monte Carlo p of the whole curve, each one-sided; NaN where nothing is known.
    plants, neighbours, sites, simulations, level, seed, weighted
        How it was made.
    """

    curve: pd.DataFrame
    pattern: Concentration
    p_concentrated: float
    p_dispersed: float
    plants: int
    neighbours: int
    sites: int
    simulations: int
    level: float
    seed: int
    weighted: bool


def marcon_puech(
    sites: GeoSeries | GeoDataFrame | ArrayLike,
    members: pd.Series | ArrayLike,
    distances_m: ArrayLike,
    *,
    neighbours: pd.Series | ArrayLike | None = None,
    weights: pd.Series | ArrayLike | None = None,
    simulations: int = 999,
    level: float = 0.05,
    seed: int = 0,
) -> MarconPuechM:
    """
    Marcon and Puech's M (M 函数): the industry's share near its plants by its share in all.

    Parameters
    ----------
    sites
        All plants, of every industry [m], ``(m,)`` rows.
    members
        Which of them are the industry's, ``(m,)`` booleans, by index where both have one.
    distances_m
        Distances at which to give M [m], not negative and increasing.
    neighbours
        Which plants are looked for around the members, likewise; the members themselves if None.
    weights
        Size of each plant (employees), ``(m,)``, by index; each counts once if None.
    simulations
        Times that the plants are sited anew.
    level
        Share of curves beyond each bound: the error of either verdict by itself.
    seed
        Seed of the siting.

    Returns
    -------
    found
        M, its envelopes and what follows from them. M is 1 where the industry's share around its
        plants is that of the whole, 2 where it is double.

    Raises
    ------
    LayerError
        If the coordinates are degrees, an index does not match, there are fewer than two members
        (or one and a neighbour), all plants are the industry's, a weight is negative or missing, or
        a parameter makes no sense.

    Warns
    -----
    ResolutionWarning
        If the simulations are too few for any curve to cross the bounds.

    Notes
    -----
    ``M(r) = sum_i (w_i'(r) / w_i(r)) / sum_i (W' / (W - w_i))`` over the members with any plant
    within r, where w_i(r) is the size of all others within r, w_i'(r) that of the neighbours
    sought, and W' leaves out the plant itself. Being a ratio to plants in general it needs no
    correction at the edge, and no area. Chance deals industries and sizes together over all sites;
    for two industries the members stay and the others are dealt over the other sites.

    References
    ----------
    .. [1] Marcon, E. and Puech, F. (2010). Measures of the geographic concentration of industries:
       improving distance-based methods. Journal of Economic Geography 10(5).

    Examples
    --------
    Two steel works side by side and two others far off: all that is near steel is steel, which is
    one of the three others.

    >>> sites = [[0.0, 0.0], [100.0, 0.0], [9000.0, 0.0], [9100.0, 0.0]]
    >>> found = marcon_puech(sites, [True, True, False, False], [200.0], simulations=19)
    >>> float(found.curve["m"].iloc[0])
    3.0
    """
    require_parameters(
        "marcon_puech", simulations=(simulations, COUNT), level=(level, SHARE), seed=(seed, SEED)
    )
    where = metric_coordinates(sites, "marcon_puech：sites")
    grid = increasing_distances(distances_m, "marcon_puech：distances_m", zero=True)
    own = _mark_booleans(members, sites, "marcon_puech：members")
    sought = (
        own if neighbours is None else _mark_booleans(neighbours, sites, "marcon_puech：neighbours")
    )
    size: np.ndarray = np.ones(len(where))
    if weights is not None:
        given = on_index(weights, sites, "marcon_puech：weights")
        size = amount_series(given, "marcon_puech：weights").to_numpy()
    _refuse_nothing_to_compare(own, sought, size, alone=neighbours is None)
    warn_coarse(coarse_envelope(simulations, level), "marcon_puech")
    # In order of place and kind: a simulation must not depend on how the plants are listed.
    order = np.lexsort((size, sought, own, where[:, 1], where[:, 0]))
    where, own, sought, size = where[order], own[order], sought[order], size[order]
    rings = _ring_matrices(where, grid)
    marks = np.column_stack((own, sought, size))
    observed = _m_function(rings, marks[None])[0]
    curves = _simulate_m(rings, marks, simulations, seed, alone=neighbours is None)
    judged = judge_curve(observed, curves, level)
    return MarconPuechM(
        curve=pd.DataFrame(
            {"m": observed, **judged.bounds}, index=pd.Index(grid, name="distance_m")
        ),
        pattern=_VERDICTS[judged.verdict],
        p_concentrated=judged.p_above,
        p_dispersed=judged.p_below,
        plants=int(own.sum()),
        neighbours=int(sought.sum()),
        sites=len(where),
        simulations=simulations,
        level=level,
        seed=seed,
        weighted=weights is not None,
    )


def _ring_matrices(where: np.ndarray, grid: np.ndarray) -> list[csr_array]:
    """Who lies in which ring around whom, one matrix for each distance."""
    near = KDTree(where).query_pairs(float(grid[-1]) * _HAIR, output_type="ndarray")
    shift = where[near[:, 1]] - where[near[:, 0]]
    ring = np.searchsorted(grid, np.hypot(shift[:, 0], shift[:, 1]), side="left")
    found = []
    for number in range(grid.size):
        one, other = near[ring == number].T
        places = (np.concatenate((one, other)), np.concatenate((other, one)))
        ones = np.ones(2 * one.size)
        found.append(csr_array((ones, places), shape=(len(where), len(where))))
    return found


def _m_function(rings: Sequence[csr_array], marks: np.ndarray) -> np.ndarray:
    """M at each distance, ``(s, r)``, of s ways to mark the sites, ``(s, n, 3)``."""
    own, sought, size = (marks[:, :, column].T for column in range(3))
    wanted = sought * size
    # What there is of the wanted, and of all, besides the plant itself.
    whole = (wanted.sum(axis=0) - wanted) / (size.sum(axis=0) - size)
    near, near_wanted = np.zeros_like(size), np.zeros_like(size)
    found = np.empty((len(marks), len(rings)))
    for number, ring in enumerate(rings):
        near += ring @ size
        near_wanted += ring @ wanted
        counted = own * (near > 0)
        share = np.divide(near_wanted, near, out=np.zeros_like(near), where=near > 0)
        above, below = (counted * share).sum(axis=0), (counted * whole).sum(axis=0)
        found[:, number] = np.divide(
            above, below, out=np.full(above.shape, np.nan), where=below > 0
        )
    return found


def _simulate_m(
    rings: Sequence[csr_array], marks: np.ndarray, simulations: int, seed: int, *, alone: bool
) -> np.ndarray:
    """M of the plants sited anew: all of them, or of two industries all but the members."""
    random = np.random.default_rng(seed)
    free = np.arange(len(marks)) if alone else np.flatnonzero(marks[:, 0] == 0)
    at_once = max(1, _NUMBERS // len(marks))
    parts = []
    for start in range(0, simulations, at_once):
        drawn = np.repeat(marks[None], min(at_once, simulations - start), axis=0)
        for way in drawn:
            way[free] = marks[random.permutation(free)]
        parts.append(_m_function(rings, drawn))
    return np.concatenate(parts)


def _mark_booleans(values: pd.Series | ArrayLike, sites: object, where: str) -> np.ndarray:
    given = on_index(values, sites, where)
    if pd.api.types.is_bool_dtype(given) and not given.isna().any():
        return given.to_numpy(dtype=bool)
    raise LayerError(
        Problem(
            where=where,
            promised="布尔，不缺 / booleans, none missing",
            found=f"{given.dtype}，{int(given.isna().sum())} 个缺失 / missing",
            mend="plants['industry'] == '化工'",
        )
    )


def _refuse_nothing_to_compare(
    own: np.ndarray, sought: np.ndarray, size: np.ndarray, *, alone: bool
) -> None:
    """Raise where there is nobody to look from, for, or to compare with."""
    looked_for = (sought & (size > 0)).sum()
    compared = (~sought & (size > 0)).sum()
    enough = own.sum() >= 1 and looked_for >= (2 if alone else 1) and compared >= 1
    if enough and (size > 0).sum() >= 2:  # noqa: PLR2004 - a pair
        return
    raise LayerError(
        Problem(
            where="marcon_puech：members",
            promised="有可看、可找、可比的企业 / plants to look from, to look for and to "
            "compare with",
            found=f"{int(own.sum())}，{int(looked_for)}，{int(compared)} 家有规模 / of some size",
            mend="sites 须含全部产业的企业 / give the plants of all industries",
        )
    )
