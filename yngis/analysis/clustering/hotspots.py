"""Where like values lie together (热点): local Moran and Gi*, false discoveries held down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import esda
import numpy as np
import pandas as pd

from yngis.analysis.clustering.graph_checks import matched, quiet
from yngis.analysis.clustering.permutation import (
    PERMUTATIONS,
    false_discovery,
    neighbour_sums,
    two_sided,
)

if TYPE_CHECKING:
    from libpysal.graph import Graph

LEVEL: Final = 0.05
"""Share of false discoveries accepted among the significant places."""

_QUADRANTS: Final = np.array(["", "HH", "LH", "LL", "HL"], dtype=object)


def local_moran(
    values: pd.Series,
    graph: Graph,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    level: float = LEVEL,
) -> pd.DataFrame:
    """
    Local Moran (局部莫兰, LISA) of each place.

    Parameters
    ----------
    values
        One number per place, on the graph's ids.
    graph
        Who is a neighbour of whom.
    permutations
        Conditional permutations behind p.
    seed
        Their seed.
    level
        Share of false discoveries that is accepted among the significant places.

    Returns
    -------
    local
        On ``values.index``: ``statistic``, ``quadrant`` (HH 高-高, LL 低-低, HL 高-低, LH 低-高),
        ``p`` two-sided, ``q`` adjusted by Benjamini and Hochberg, ``significant``. NaN and not
        significant for a place without neighbours.

    Raises
    ------
    LayerError
        As :func:`moran`.

    Notes
    -----
    Row-standardised, the statistics sum to ``(n - 1) I``.

    References
    ----------
    .. [1] Anselin, L. (1995). Local indicators of spatial association. Geographical Analysis 27(2).
    .. [2] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
       the Royal Statistical Society B 57(1).
    """
    y, weights = matched(values, graph, "local_moran"), graph.transform("r")
    with quiet():
        found = esda.Moran_Local(y, weights, permutations=0)
    # The place's own z and the scale are the same in every permutation: the lag decides.
    lag = weights.sparse @ found.z
    sums = neighbour_sums(found.z, weights.sparse, permutations, seed)
    p = two_sided(lag, sums)
    quadrant = _QUADRANTS[found.q.astype(int)]
    return _local(found.Is, p, graph, values.index, level, quadrant=quadrant)


def getis_ord_star(
    values: pd.Series,
    graph: Graph,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    level: float = LEVEL,
) -> pd.DataFrame:
    """
    Getis and Ord's Gi* of each place (热点分析), binary, the place itself included.

    Parameters
    ----------
    values
        One amount per place, on the graph's ids.
    graph
        Who is a neighbour of whom.
    permutations
        Conditional permutations behind p.
    seed
        Their seed.
    level
        Share of false discoveries that is accepted among the significant places.

    Returns
    -------
    local
        On ``values.index``: ``statistic`` (a z-value), ``kind`` (``hot`` 热点 or ``cold`` 冷点, by
        its sign), ``p`` two-sided, ``q`` adjusted, ``significant``. NaN and not so for a place
        without neighbours.

    Raises
    ------
    LayerError
        As :func:`moran`.

    References
    ----------
    .. [1] Ord, J. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical
       Analysis 27(4).
    """
    y = matched(values, graph, "getis_ord_star")
    binary = graph.transform("b")
    with quiet():
        found = esda.G_Local(
            y, graph.assign_self_weight(1), transform="B", star=True, permutations=0
        )
    p = two_sided(binary.sparse @ y, neighbour_sums(y, binary.sparse, permutations, seed))
    kind = np.where(found.Zs > 0, "hot", "cold").astype(object)
    return _local(found.Zs, p, graph, values.index, level, kind=kind)


def _local(
    statistic: np.ndarray,
    p: np.ndarray,
    graph: Graph,
    index: pd.Index,
    level: float,
    **labels: np.ndarray,
) -> pd.DataFrame:
    """Gather a local statistic on the caller's index; places without neighbours say nothing."""
    alone = graph.unique_ids.isin(graph.isolates)
    p = np.where(alone, np.nan, p)
    q = false_discovery(p)
    table = pd.DataFrame({"statistic": np.where(alone, np.nan, statistic)}, graph.unique_ids)
    for name, label in labels.items():
        table[name] = np.where(alone, "", label)
    return table.assign(p=p, q=q, significant=q <= level).loc[index]
