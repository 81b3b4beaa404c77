"""Inequality between places (不平衡): Theil's index and what lies between and within regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.amount_checks import amount_series, reference_amounts
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class TheilDecomposition:
    """
    Theil's index and its parts (泰尔指数分解); ``between + within == total``.

    Attributes
    ----------
    total
        Theil's T over all places [nats].
    between
        Inequality between the regions' averages [nats].
    within
        Inequality inside the regions, weighted by their shares of the amount [nats].
    regions
        Per region: ``amount``, ``share`` of the whole, ``theil`` inside it [nats], and
        ``contribution`` to ``within`` [nats].
    """

    total: float
    between: float
    within: float
    regions: pd.DataFrame


def theil(
    amount: pd.Series, regions: pd.Series | ArrayLike, weights: pd.Series | None = None
) -> TheilDecomposition:
    """
    Theil's index (泰尔指数) with its between- and within-region parts.

    Parameters
    ----------
    amount
        Amount per place (zone, county), ``(n,)``.
    regions
        Region of each place, on the same index; further places are left out.
    weights
        What an even spread would follow (population, area), on the same index; each place counts
        once if None.

    Returns
    -------
    decomposition
        Total, between and within, and one row per region.

    Raises
    ------
    LayerError
        If an amount is negative or missing, a place has no region, or nothing is there at all.

    Notes
    -----
    ``T = sum_i (y_i/Y) ln((y_i/Y) / (w_i/W))``, with ``0 ln 0 = 0``. Without weights it is the
    plain index, at most ``ln n``.

    References
    ----------
    .. [1] Theil, H. (1967). Economics and information theory. North-Holland.

    Examples
    --------
    >>> amount = pd.Series([1.0, 1.0, 2.0, 4.0], index=list("abcd"))
    >>> parts = theil(amount, pd.Series(["north", "north", "south", "south"], index=list("abcd")))
    >>> [round(value, 6) for value in (parts.total, parts.between, parts.within)]
    [0.173287, 0.130812, 0.042475]
    """
    values = amount_series(amount, "theil")
    group = on_index(regions, values.index, "theil：regions", more=True)
    if group.isna().any() or not values.sum() > 0:
        empty = not values.sum() > 0
        raise LayerError(
            Problem(
                where="theil",
                promised="有量，且每处都有所属地区 / some amount, and a region for every place",
                found="总量为零 / nothing at all"
                if empty
                else f"{int(group.isna().sum())} 处没有地区 / places without a region",
                mend="检查输入列 / check the input columns"
                if empty
                else "regions 应与 amount 同索引 / give regions on the index of amount",
            )
        )
    even = pd.Series(1.0, index=values.index)
    if weights is not None:
        even = reference_amounts(weights, values.index, values > 0, "theil：weights")
    y, w = (values / values.sum()).to_numpy(), (even / even.sum()).to_numpy()
    code, names = pd.factorize(group)
    pooled_y, pooled_w = np.bincount(code, y), np.bincount(code, w)
    inside = np.zeros(len(names))
    for number in np.flatnonzero(pooled_y > 0):
        rows = code == number
        inside[number] = _theil_divergence(y[rows] / pooled_y[number], w[rows] / pooled_w[number])
    table = pd.DataFrame(
        {
            "amount": np.bincount(code, values.to_numpy()),
            "share": pooled_y,
            "theil": inside,
            "contribution": pooled_y * inside,
        },
        index=pd.Index(names, name="region"),
    )
    within = float(table["contribution"].sum())
    return TheilDecomposition(
        _theil_divergence(y, w), _theil_divergence(pooled_y, pooled_w), within, table
    )


def _theil_divergence(y: np.ndarray, w: np.ndarray) -> float:
    """``sum y ln(y / w)`` over the places that have something."""
    some = y > 0
    return float((y[some] * np.log(y[some] / w[some])).sum())
