"""Moran's I of rates and of two quantities (率与双变量的莫兰指数); seeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from esda.smoothing import assuncao_rate

from yngis.analysis.clustering.alignment import is_real_number
from yngis.analysis.clustering.autocorrelated.autocorrelation import (
    GlobalTest,
    checked_graph,
    global_result,
    moran,
)
from yngis.analysis.clustering.autocorrelated.graph_checks import (
    aligned_values,
    linked_graph,
    matched_values,
)
from yngis.analysis.clustering.permutation import PERMUTATIONS, permuted_columns, two_sided
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from yngis.analysis.clustering.autocorrelated.graph_checks import Neighbours


def empirical_bayes_moran(
    events: pd.Series | ArrayLike,
    population: pd.Series | ArrayLike,
    graph: Neighbours,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> GlobalTest:
    """
    Moran's I of a rate, by the empirical-Bayes index (经验贝叶斯莫兰指数), row-standardised.

    Parameters
    ----------
    events
        Number of events per place (closures, say, or plants of the industry), on the graph's ids;
        in their order if it has no index.
    population
        Number at risk per place (all plants), likewise, above 0.
    graph
        Who is a neighbour of whom, a libpysal Graph or W.
    permutations
        Permutations behind p.
    seed
        Their seed.

    Returns
    -------
    test
        As :func:`moran`, of the rates standardised each by its own variance.

    Raises
    ------
    LayerError
        As :func:`moran`; if events are negative, or a population is not above 0.

    Notes
    -----
    The rate of a small place varies more than that of a large one, and I of raw rates takes that
    for pattern. Each is set off from the common rate b and divided by the root of ``a + b / x``,
    where a is what the rates vary beyond chance; ``b / x`` alone where that is negative.

    References
    ----------
    .. [1] Assunção, R. and Reis, E. (1999). A new proposal to adjust Moran's I for population
       density. Statistics in Medicine 18(16).
    """
    known = linked_graph(graph, "empirical_bayes_moran")
    count = _finite_amounts(events, known, "empirical_bayes_moran：events")
    at_risk = _finite_amounts(population, known, "empirical_bayes_moran：population")
    bad = ~(at_risk > 0) | (count < 0)
    if bad.any() or not count.sum() > 0:
        names = ", ".join(str(name) for name in known.unique_ids[bad][:5])
        raise LayerError(
            Problem(
                where="empirical_bayes_moran",
                promised="事件非负且不全为零，总数大于零 / events not negative nor all 0, and a "
                "population above 0",
                found=f"{int(bad.sum())} 处不合格 / do not comply: {names}",
                mend="没有总数的地区无率可言，先去掉 / a place without population has no rate: "
                "leave it out",
            )
        )
    with np.errstate(all="ignore"):  # what is no number then is refused as such
        rates = np.ravel(assuncao_rate(count, at_risk))
    index = pd.Series(rates, known.unique_ids)
    return moran(index, known, permutations=permutations, seed=seed)


def bivariate_moran(
    values: pd.Series | ArrayLike,
    nearby: pd.Series | ArrayLike,
    graph: Neighbours,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> GlobalTest:
    """
    Bivariate Moran's I (双变量莫兰指数): one quantity here, another next door; row-standardised.

    Parameters
    ----------
    values
        Number per place, on the graph's ids; in their order if it has no index.
    nearby
        The other quantity, likewise, looked at in the neighbours.
    graph
        Who is a neighbour of whom, a libpysal Graph or W.
    permutations
        Permutations behind p, in which ``nearby`` is dealt anew over the places.
    seed
        Their seed.

    Returns
    -------
    test
        I, its expectation 0 and z under the permutation, both exact, and p. Above 0 a high value
        here goes with high values of the other next door.

    Raises
    ------
    LayerError
        As :func:`moran`.

    Notes
    -----
    ``I = (n / S0) sum_ij w_ij x_i y_j / sqrt(sum x² sum y²)``. It is not symmetric, and where the
    two quantities go together in the same place it is high by that alone: it shows no influence.

    References
    ----------
    .. [1] Anselin, L., Syabri, I. and Smirnov, O. (2002). Visualizing multivariate spatial
       correlation with dynamically linked windows. CSISS, Santa Barbara.
    """
    known = checked_graph(graph, "bivariate_moran", permutations, seed)
    x = matched_values(values, known, "bivariate_moran：values")
    y = matched_values(nearby, known, "bivariate_moran：nearby")
    x, y = x - x.mean(), y - y.mean()
    sparse = known.transform("r").sparse
    # What each place counts as a neighbour: so the sum over pairs is one over places.
    pull = np.asarray(sparse.T @ x).ravel()
    scale = len(x) / sparse.sum() / np.sqrt((x**2).sum() * (y**2).sum())
    statistic = float(pull @ y) * scale
    simulated = (
        np.concatenate([pull @ draw for draw in permuted_columns(y, permutations, seed)]) * scale
    )
    spread = scale * np.sqrt(((pull - pull.mean()) ** 2).sum() * (y**2).sum() / (len(x) - 1))
    z = statistic / spread if spread > 0 else float("nan")
    p = two_sided(np.asarray(statistic), simulated)
    return global_result((statistic, 0.0, z), p, known, permutations, seed)


def _finite_amounts(values: pd.Series | ArrayLike, graph: Neighbours, where: str) -> np.ndarray:
    """Finite numbers in the order of the graph's ids; they may all be equal."""
    given = aligned_values(values, graph, where)
    numbers = (
        given.to_numpy(dtype="float64", na_value=np.nan)
        if is_real_number(given)
        else np.array([np.nan])
    )
    if np.isfinite(numbers).all():
        return numbers
    raise LayerError(
        Problem(
            where=where,
            promised="不缺的数值 / numbers, none missing",
            found=f"{given.dtype}，有缺失或无穷 / some missing, infinite or no numbers",
            mend="先去掉没有值的地区并重建邻接 / leave those places out and build the graph again",
        )
    )
