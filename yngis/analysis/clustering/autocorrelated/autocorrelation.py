"""Do like values lie next to like (空间自相关): Moran, Geary, Getis-Ord G, join counts; seeded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import esda
import numpy as np
import pandas as pd
from scipy.sparse import csr_array, diags_array

from yngis.analysis.clustering.autocorrelated.global_draws import permuted_products
from yngis.analysis.clustering.autocorrelated.graph_checks import (
    Neighbours,
    aligned_values,
    as_graph,
    linked_graph,
    matched_values,
    quiet_warnings,
)
from yngis.analysis.clustering.parameters import COUNT, SEED, require_parameters
from yngis.analysis.clustering.permutation import (
    PERMUTATIONS,
    false_discovery,
    two_sided,
)
from yngis.analysis.clustering.shares.presence import presence_booleans
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import ArrayLike
    from scipy.sparse import sparray


@dataclass(frozen=True, slots=True)
class GlobalTest:
    """
    A global statistic and its tests (全局检验).

    Attributes
    ----------
    statistic, expected
        The statistic, and its mean where values lie at random.
    z
        By the randomisation moments, which need no seed; for G, by the normal ones of its authors.
    p
        Two-sided, from the permutations.
    places, isolates
        Number of places, and how many have no neighbour.
    permutations, seed
        How p was made.
    """

    statistic: float
    expected: float
    z: float
    p: float
    places: int
    isolates: int
    permutations: int
    seed: int


def moran(
    values: pd.Series | ArrayLike,
    graph: Neighbours,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> GlobalTest:
    """
    Moran's I (莫兰指数), row-standardised.

    Parameters
    ----------
    values
        One number per place, on the graph's ids; in their order if it has no index.
    graph
        Who is a neighbour of whom, a libpysal Graph or W.
    permutations
        Permutations behind p.
    seed
        Their seed.

    Returns
    -------
    test
        I, its expectation ``-1/(n-1)``, z and p; above expectation, like lies next to like.

    Raises
    ------
    LayerError
        If values and graph do not match, a value is missing, or all are equal; if no place has a
        neighbour, or a parameter makes no sense.

    References
    ----------
    .. [1] Moran, P. (1950). Notes on continuous stochastic phenomena. Biometrika 37.

    Examples
    --------
    >>> from libpysal.graph import Graph
    >>> line = Graph.from_adjacency(pd.DataFrame(
    ...     {"focal": [0, 1, 1, 2, 2, 3], "neighbor": [1, 0, 2, 1, 3, 2], "weight": 1}))
    >>> test = moran(pd.Series([1.0, 2.0, 3.0, 4.0]), line, permutations=99)
    >>> round(test.statistic, 12), round(test.expected, 12)
    (0.4, -0.333333333333)
    """
    known = checked_graph(graph, "moran", permutations, seed)
    y, weights = matched_values(values, known, "moran"), known.transform("r")
    z = y - y.mean()
    scale = len(y) / weights.sparse.sum() / (z**2).sum()
    simulated = permuted_products(z, weights.sparse, permutations, seed)
    with quiet_warnings():
        found = esda.Moran(y, weights, permutations=0)
    p = two_sided(np.asarray(found.I), simulated * scale)
    moments = (found.I, found.EI, found.z_rand)
    return global_result(moments, p, known, permutations, seed)


def geary(
    values: pd.Series | ArrayLike,
    graph: Neighbours,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> GlobalTest:
    """
    Geary's C (吉尔里指数), row-standardised.

    Parameters
    ----------
    values
        One number per place, on the graph's ids; in their order if it has no index.
    graph
        Who is a neighbour of whom, a libpysal Graph or W.
    permutations
        Permutations behind p.
    seed
        Their seed.

    Returns
    -------
    test
        C, its expectation 1, z and p; below 1, like lies next to like.

    Raises
    ------
    LayerError
        As :func:`moran`.

    References
    ----------
    .. [1] Geary, R. (1954). The contiguity ratio and statistical mapping. The Incorporated
       Statistician 5(3).
    """
    known = checked_graph(graph, "geary", permutations, seed)
    y, weights = matched_values(values, known, "geary"), known.transform("r")
    sparse, z = weights.sparse, y - y.mean()
    own = np.asarray(sparse.sum(axis=1)).ravel() + np.asarray(sparse.sum(axis=0)).ravel()
    scale = (len(y) - 1) / (2.0 * sparse.sum() * (z**2).sum())

    # The squared differences of all pairs, as products of pairs and of places with themselves.
    squares = csr_array(diags_array(own) - 2.0 * sparse)
    simulated = permuted_products(z, squares, permutations, seed)
    statistic = float(z @ (squares @ z)) * scale
    p = two_sided(np.asarray(statistic), simulated * scale)
    moments = (statistic, 1.0, (statistic - 1.0) / _geary_deviation(z, sparse))
    return global_result(moments, p, known, permutations, seed)


def getis_ord(
    values: pd.Series | ArrayLike,
    graph: Neighbours,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> GlobalTest:
    """
    Getis and Ord's general G (全局 G), binary.

    Parameters
    ----------
    values
        One positive amount per place, on the graph's ids; in their order if it has no index.
    graph
        Who is a neighbour of whom, a libpysal Graph or W.
    permutations
        Permutations behind p.
    seed
        Their seed.

    Returns
    -------
    test
        G, its expectation, z and p; above expectation, high values lie together.

    Raises
    ------
    LayerError
        As :func:`moran`.

    References
    ----------
    .. [1] Getis, A. and Ord, J. (1992). The analysis of spatial association by use of distance
       statistics. Geographical Analysis 24(3).
    """
    known = checked_graph(graph, "getis_ord", permutations, seed)
    y, weights = matched_values(values, known, "getis_ord"), known.transform("b")
    if (y > 0).sum() < 2 or (y < 0).any():  # noqa: PLR2004 - a pair
        raise LayerError(
            Problem(
                where="getis_ord",
                promised="非负，至少两处大于零 / not negative, and positive in two places at least",
                found=f"{int((y > 0).sum())} 处大于零 / positive",
                mend="值可为负时用 moran / use moran where values may be negative",
            )
        )
    total = y.sum() ** 2 - (y**2).sum()
    simulated = permuted_products(y, weights.sparse, permutations, seed)
    with quiet_warnings():
        found = esda.G(y, weights, permutations=0)
    p = two_sided(np.asarray(found.G), simulated / total)
    moments = (found.G, found.EG, found.z_norm)
    return global_result(moments, p, known, permutations, seed)


def join_counts(
    presence: pd.DataFrame, graph: Neighbours, *, permutations: int = PERMUTATIONS, seed: int = 0
) -> pd.DataFrame:
    """
    Join counts (连接计数) of each industry: whether the zones that have it neighbour one another.

    Parameters
    ----------
    presence
        Booleans, zones x industries, on the graph's ids.
    graph
        Who is a neighbour of whom, symmetric.
    permutations
        Permutations behind p.
    seed
        Their seed.

    Returns
    -------
    counts
        Per industry: ``zones`` that have it, ``joins`` between two of them, ``expected`` under
        chance, ``p`` two-sided, ``q`` adjusted over the industries. p is NaN where all zones or
        none have it, and where no zone has a neighbour. No rows for a table without columns.

    Raises
    ------
    LayerError
        If presence and graph do not match, the table is not of booleans, or one zone is a neighbour
        of another that is none of its own: half a join means nothing.

    References
    ----------
    .. [1] Cliff, A. and Ord, J. (1981). Spatial processes. Pion.

    Examples
    --------
    Four zones in a line; tea in the first two, which touch: one of at most one join.

    >>> from libpysal.graph import Graph
    >>> line = Graph.from_adjacency(pd.DataFrame(
    ...     {"focal": [0, 1, 1, 2, 2, 3], "neighbor": [1, 0, 2, 1, 3, 2], "weight": 1}))
    >>> presence = pd.DataFrame({"tea": [True, True, False, False]})
    >>> join_counts(presence, line, permutations=99)[["zones", "joins", "expected"]].values.tolist()
    [[2.0, 1.0, 0.5]]
    """
    presence_booleans(presence, "join_counts：presence")
    known = as_graph(graph, "join_counts")
    require_parameters("join_counts", permutations=(permutations, COUNT), seed=(seed, SEED))
    sparse = known.transform("b").sparse
    if (sparse != sparse.T).nnz:
        raise LayerError(
            Problem(
                where="join_counts：graph",
                promised="对称的邻接 / a symmetric graph",
                found=f"{int((sparse != sparse.T).nnz)} 对只单向相邻 / pairs joined one way only",
                mend="neighbours(places, 'band', distance_m=…)，或合并两个方向 / or both ways "
                "joined: "
                "Graph.from_sparse(graph.sparse.maximum(graph.sparse.T), ids=graph.unique_ids)",
            )
        )
    size, joined = len(presence), bool(known.n_edges)
    rows = {}
    for industry in presence.columns:
        y = aligned_values(presence[industry], known, "join_counts").to_numpy(dtype="float64")
        joins = float(y @ (sparse @ y)) / 2.0
        simulated = permuted_products(y, sparse, permutations, seed) / 2.0
        varies = joined and 0 < y.sum() < size
        pairs = y.sum() * (y.sum() - 1) / (size * (size - 1)) if size > 1 else np.nan
        rows[industry] = {
            "zones": int(y.sum()),
            "joins": joins,
            "expected": pairs * sparse.sum() / 2.0,
            "p": float(two_sided(np.asarray(joins), simulated)) if varies else np.nan,
        }
    columns = ["zones", "joins", "expected", "p"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=None if rows else columns)
    table = table.rename_axis("industry")
    return table.assign(q=false_discovery(table["p"].to_numpy(dtype="float64")))


def checked_graph(graph: Neighbours, measure: str, permutations: int, seed: int) -> Graph:
    """Graph of a global test, and its parameters judged."""
    require_parameters(measure, permutations=(permutations, COUNT), seed=(seed, SEED))
    return linked_graph(graph, measure)


def _geary_deviation(z: np.ndarray, sparse: sparray) -> float:
    """Standard deviation of C under randomisation (Cliff and Ord 1981); NaN below four places."""
    n, s0 = float(z.size), float(sparse.sum())
    if n <= 3:  # noqa: PLR2004 - the denominator is 0
        return float("nan")
    both = sparse + sparse.T
    s1 = float(both.multiply(both).sum()) / 2.0
    s2 = float((np.asarray(both.sum(axis=1)).ravel() ** 2).sum())
    b2 = n * float((z**4).sum()) / float((z**2).sum()) ** 2
    variance = (
        (n - 1) * s1 * (n**2 - 3 * n + 3 - (n - 1) * b2)
        - (n - 1) * s2 * (n**2 + 3 * n - 6 - (n**2 - n + 2) * b2) / 4.0
        + s0**2 * (n**2 - 3 - (n - 1) ** 2 * b2)
    ) / (n * (n - 2) * (n - 3) * s0**2)
    return float(np.sqrt(variance)) if variance > 0 else float("nan")


def global_result(
    moments: tuple[float, float, float], p: np.ndarray, graph: Graph, permutations: int, seed: int
) -> GlobalTest:
    """Gather a global test from its statistic, expectation and z, and the p of permutations."""
    statistic, expected, z = (float(value) for value in moments)
    return GlobalTest(
        statistic, expected, z, float(p), graph.n, len(graph.isolates), permutations, seed
    )
