"""Where like values lie together (热点): local Moran and Gi*, false discoveries held down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import esda
import numpy as np
import pandas as pd

from yngis.analysis.clustering.autocorrelated.graph_checks import (
    as_graph,
    matched_values,
    quiet_warnings,
)
from yngis.analysis.clustering.autocorrelated.local_tails import conditional_p
from yngis.analysis.clustering.parameters import (
    COUNT,
    SEED,
    SHARE,
    coarse_p,
    require_parameters,
    warn_coarse,
)
from yngis.analysis.clustering.permutation import (
    PERMUTATIONS,
    false_discovery,
    focal_tail,
)
from yngis.analysis.renamed_arguments import renamed_arguments

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import ArrayLike

    from yngis.analysis.clustering.autocorrelated.graph_checks import Neighbours

FALSE_DISCOVERIES: Final = 0.05
"""Share of false discoveries accepted among the significant places."""

_QUADRANTS: Final = np.array(["", "HH", "LH", "LL", "HL"], dtype=object)


@renamed_arguments(level="false_discovery_rate")
def local_moran(
    values: pd.Series | ArrayLike,
    graph: Neighbours,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    false_discovery_rate: float = FALSE_DISCOVERIES,
) -> pd.DataFrame:
    """
    Local Moran (局部莫兰, LISA) of each place.

    Parameters
    ----------
    values
        One number per place, on the graph's ids; in their order if it has no index.
    graph
        Who is a neighbour of whom, a libpysal Graph or W.
    permutations
        Conditional permutations behind p.
    seed
        Their seed.
    false_discovery_rate
        Share of false discoveries that is accepted among the significant places.

    Returns
    -------
    local
        On ``values.index``, or the graph's ids: ``statistic``, ``quadrant`` (HH 高-高, LL 低-低,
        HL 高-低, LH 低-高), ``p`` two-sided, ``q`` adjusted by Benjamini and Hochberg,
        ``significant``. NaN and not significant for a place without neighbours.

    Raises
    ------
    LayerError
        If values and graph do not match, a value is missing, or all are equal; if the graph is
        none, or a parameter makes no sense.

    Warns
    -----
    ResolutionWarning
        If the permutations are too few for a single place to become significant.

    Notes
    -----
    Row-standardised, the statistics sum to ``(n - 1) I``.

    References
    ----------
    .. [1] Anselin, L. (1995). Local indicators of spatial association. Geographical Analysis 27(2).
    .. [2] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
       the Royal Statistical Society B 57(1).
    """
    require_parameters(
        "local_moran",
        permutations=(permutations, COUNT),
        seed=(seed, SEED),
        false_discovery_rate=(false_discovery_rate, SHARE),
    )
    known = as_graph(graph, "local_moran")
    y, weights = matched_values(values, known, "local_moran"), known.transform("r")
    told = coarse_p(known.n - len(known.isolates), permutations, false_discovery_rate)
    warn_coarse(told, "local_moran")
    with quiet_warnings():
        found = esda.Moran_Local(y, weights, permutations=0)
    # The place's own z and the scale are the same in every permutation: the lag decides.
    lag = weights.sparse @ found.z
    p = conditional_p(lag, found.z, weights.sparse, permutations, seed)
    quadrant = _QUADRANTS[found.q.astype(int)]
    index = values.index if isinstance(values, pd.Series) else known.unique_ids
    return _local_result(found.Is, p, known, index, false_discovery_rate, quadrant=quadrant)


@renamed_arguments(level="false_discovery_rate")
def getis_ord_star(
    values: pd.Series | ArrayLike,
    graph: Neighbours,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    false_discovery_rate: float = FALSE_DISCOVERIES,
) -> pd.DataFrame:
    """
    Getis and Ord's Gi* of each place (热点分析), binary, the place itself included.

    Parameters
    ----------
    values
        One amount per place, on the graph's ids; in their order if it has no index.
    graph
        Who is a neighbour of whom, a libpysal Graph or W.
    permutations
        Permutations behind p, in which the place's own value is dealt anew with the others.
    seed
        Their seed.
    false_discovery_rate
        Share of false discoveries that is accepted among the significant places.

    Returns
    -------
    local
        On ``values.index``, or the graph's ids: ``statistic`` (a z-value), ``kind`` (``hot`` 热点
        or ``cold`` 冷点, by the tail that p is of; empty where both are as long), ``p`` two-sided,
        ``q`` adjusted, ``significant``. NaN and not so for a place without neighbours, or with all
        others as neighbours.

    Raises
    ------
    LayerError
        As :func:`local_moran`.

    Warns
    -----
    ResolutionWarning
        As :func:`local_moran`.

    Notes
    -----
    The null hypothesis is that the values, the place's own among them, are dealt over the places
    at random; local Moran asks instead whether a place of this value has such neighbours. So the
    two can differ: a high place among ordinary ones may be hot and no cluster.

    References
    ----------
    .. [1] Ord, J. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical
       Analysis 27(4).
    """
    require_parameters(
        "getis_ord_star",
        permutations=(permutations, COUNT),
        seed=(seed, SEED),
        false_discovery_rate=(false_discovery_rate, SHARE),
    )
    known = as_graph(graph, "getis_ord_star")
    y, binary = matched_values(values, known, "getis_ord_star"), known.transform("b").sparse
    told = coarse_p(known.n - len(known.isolates), permutations, false_discovery_rate)
    warn_coarse(told, "getis_ord_star")
    with quiet_warnings():
        found = esda.G_Local(
            y, known.assign_self_weight(1), transform="B", star=True, permutations=0
        )
    degree = np.asarray(binary.sum(axis=1)).ravel().astype(np.intp)
    p, tail = focal_tail(binary @ y + y, y, degree, permutations, seed)
    kind = np.array(["", "hot", "cold"], dtype=object)[tail.astype(int)]
    # Of a place next to all others the sum is the same however the values are dealt.
    p = np.where(degree + 1 == known.n, np.nan, p)
    index = values.index if isinstance(values, pd.Series) else known.unique_ids
    return _local_result(found.Zs, p, known, index, false_discovery_rate, kind=kind)


def _local_result(
    statistic: np.ndarray,
    p: np.ndarray,
    graph: Graph,
    index: pd.Index,
    rate: float,
    **labels: np.ndarray,
) -> pd.DataFrame:
    """Gather a local statistic on the caller's index; places without neighbours say nothing."""
    alone = graph.unique_ids.isin(graph.isolates) | ~np.isfinite(p)
    p = np.where(alone, np.nan, p)
    q = false_discovery(p)
    table = pd.DataFrame({"statistic": np.where(alone, np.nan, statistic)}, graph.unique_ids)
    for name, label in labels.items():
        table[name] = np.where(alone, "", label)
    # By the labels of the caller, whose index may have a name of its own.
    return table.assign(p=p, q=q, significant=q <= rate).loc[index].set_axis(index)
