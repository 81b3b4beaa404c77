"""What a region is made of (专业化): location quotient, Herfindahl, Krugman, similarity."""

from __future__ import annotations

from typing import Literal, cast, overload

import numpy as np
import pandas as pd

from yngis.analysis.clustering.amount_checks import (
    amount_series,
    check_amounts,
    check_choice,
    named_per,
    reference_amounts,
    shares_of_total,
)
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem

Per = Literal["region", "industry"]


def location_quotient(table: pd.DataFrame, reference: pd.Series | None = None) -> pd.DataFrame:
    """
    Location quotient (区位商) of every industry in every region.

    Parameters
    ----------
    table
        Amounts (employment [persons], revenue [万元], plants …), regions x industries.
    reference
        Amount per industry in the whole that regions are held against, on ``table.columns``; the
        table's own column totals if None.

    Returns
    -------
    quotient
        ``(E_ik / E_i) / (E_k / E)``, on the table's index and columns; NaN where the region or
        the industry has nothing.

    Raises
    ------
    LayerError
        If the table holds presence only, a negative or a missing amount.

    Notes
    -----
    With the table's own totals the mean of a column, weighted by the regions' shares of the whole,
    is 1.

    References
    ----------
    .. [1] Florence, P. S. (1939). Report on the location of industry. PEP.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"this": [1714, 879213 - 1714], "rest": [79006 - 1714, 15593224 - 879213 - 77292]},
    ...     index=["here", "elsewhere"],
    ... )
    >>> location_quotient(table).loc["here", "this"].round(7)
    np.float64(0.3847623)
    """
    values = check_amounts(table, "location_quotient")
    whole = values.sum()
    if reference is not None:
        whole = reference_amounts(
            reference, values.columns, whole > 0, "location_quotient：reference"
        )
    average = whole / whole.sum()
    return shares_of_total(values, "region").div(average.where(average > 0), axis=1)


@overload
def herfindahl(values: pd.DataFrame, per: Per | None = ...) -> pd.Series[float]: ...
@overload
def herfindahl(values: pd.Series, per: Per | None = ...) -> float: ...
def herfindahl(
    values: pd.DataFrame | pd.Series, per: Per | None = None
) -> pd.Series[float] | float:
    """
    Herfindahl-Hirschman index (赫芬达尔指数): the sum of squared shares.

    Parameters
    ----------
    values
        Amounts, regions x industries, or one series of amounts (plants of an industry, say).
    per
        ``region``: how few industries a region has; ``industry``: in how few regions it lies. Has
        to be named for a table; left out it is ``region``, with a DeprecationWarning.

    Returns
    -------
    index
        In 1/n..1; NaN where the total is zero. A float for a series.

    Raises
    ------
    LayerError
        If the table holds presence only, a negative or a missing amount.

    Examples
    --------
    >>> round(herfindahl(pd.Series([5.0, 3.0, 2.0])), 12)
    0.38
    """
    if isinstance(values, pd.Series):
        numbers = amount_series(values, "herfindahl")
        total = float(numbers.sum())
        return float((numbers**2).sum()) / total**2 if total > 0 else float("nan")
    table = check_amounts(values, "herfindahl")
    side = named_per(per, "herfindahl", "region")
    squares = shares_of_total(table, side) ** 2
    along = squares if side == "industry" else squares.T
    return along.sum(skipna=False, min_count=1).rename("herfindahl")


def krugman_specialisation(
    table: pd.DataFrame, against: Literal["rest", "all", "mean"] = "rest"
) -> pd.Series[float]:
    """
    Krugman's specialisation index (克鲁格曼专业化指数) of each region.

    Parameters
    ----------
    table
        Amounts, regions x industries.
    against
        What a region's structure is held against: ``rest``, the pooled structure of the other
        regions; ``all``, the pooled structure with the region itself; ``mean``, the plain mean of
        the other regions' structures.

    Returns
    -------
    index
        ``sum_k |s_ik - s_k|`` in 0..2, on ``table.index``: 0 for a region like the others, 2 for
        one that shares no industry with them. NaN where region or reference has nothing.

    Raises
    ------
    LayerError
        If the table holds presence only, a negative or a missing amount.

    Notes
    -----
    Some authors halve the sum. Against ``all`` a region counts in its own reference and the
    bound falls to ``2 (1 - x_i)``; so ``rest`` is the default.

    References
    ----------
    .. [1] Krugman, P. (1991). Geography and trade. MIT Press.

    Examples
    --------
    >>> table = pd.DataFrame([[20, 10, 70, 0, 0], [0, 0, 0, 60, 40]], index=["A", "B"])
    >>> krugman_specialisation(table).tolist()
    [2.0, 2.0]
    """
    check_choice(against, ("rest", "all", "mean"), "krugman_specialisation：against")
    values = check_amounts(table, "krugman_specialisation")
    own = shares_of_total(values, "region")
    if against == "all":
        held = pd.DataFrame([values.sum()] * len(values), index=values.index)
    elif against == "rest":
        held = _sum_of_others(values)
    else:
        # The mean of the others: regions with nothing have no structure to count.
        held = _sum_of_others(own.fillna(0.0))
    other = shares_of_total(held, "region")
    return (
        (own - other).abs().sum(axis=1, skipna=False, min_count=1).rename("krugman_specialisation")
    )


def _sum_of_others(table: pd.DataFrame) -> pd.DataFrame:
    """
    Column sums over all other rows, by adding those above and those below.

    The whole less the row itself loses what the others have where the row is by far the largest.
    """
    values = table.to_numpy(dtype="float64")
    above, below = np.zeros_like(values), np.zeros_like(values)
    above[1:] = np.cumsum(values, axis=0)[:-1]
    below[:-1] = np.cumsum(values[::-1], axis=0)[::-1][1:]
    return pd.DataFrame(above + below, index=table.index, columns=table.columns)


def krugman_dissimilarity(table: pd.DataFrame) -> pd.DataFrame:
    """
    Krugman's bilateral index (克鲁格曼差异指数) of every pair of regions.

    Parameters
    ----------
    table
        Amounts, regions x industries.

    Returns
    -------
    index
        ``sum_k |s_ik - s_jk|`` in 0..2, regions x regions, symmetric, 0 on the diagonal; NaN where
        a region has nothing.

    Raises
    ------
    LayerError
        If the table holds presence only, a negative or a missing amount.

    Examples
    --------
    >>> table = pd.DataFrame([[5, 3, 2], [2, 3, 5]], index=["A", "B"])
    >>> krugman_dissimilarity(table).loc["A", "B"].round(12)
    np.float64(0.6)
    """
    share = shares_of_total(check_amounts(table, "krugman_dissimilarity"), "region").to_numpy()
    distance = np.full((len(share), len(share)), np.nan)
    if table.shape[1]:
        # Other measures of tables do without scipy.
        from scipy.spatial.distance import cdist  # noqa: PLC0415

        distance = cdist(share, share, "cityblock")
    return pd.DataFrame(distance, index=table.index, columns=table.index)


def structural_similarity(table: pd.DataFrame) -> pd.DataFrame:
    """
    UNIDO's coefficient of structural similarity (产业结构相似系数) of every pair of regions.

    Parameters
    ----------
    table
        Amounts, regions x industries.

    Returns
    -------
    similarity
        ``sum_k x_ik x_jk / sqrt(sum_k x_ik² sum_k x_jk²)`` in 0..1, regions x regions: symmetric,
        1 on the diagonal, the same whatever a region's size. NaN where a region has nothing.

    Raises
    ------
    LayerError
        If the table holds presence only, a negative or a missing amount.

    Notes
    -----
    The cosine of the two structures. What counts as 同质化 varies by paper (0.85, 0.9): it is a
    parameter wherever this project uses one. The coefficient rises as industries are lumped
    together, so compare only results on the same classification.

    References
    ----------
    .. [1] UNIDO (1979). World industry since 1960: progress and prospects.

    Examples
    --------
    >>> table = pd.DataFrame([[5, 3, 2], [2, 3, 5]], index=["A", "B"])
    >>> structural_similarity(table).loc["A", "B"].round(8)
    np.float64(0.76315789)
    """
    direction = unit_structures(table, "structural_similarity")
    cosine = np.clip(direction @ direction.T, 0.0, 1.0)
    if not table.shape[1]:
        cosine[:] = np.nan
    np.fill_diagonal(cosine, np.where(np.isnan(np.diag(cosine)), np.nan, 1.0))
    return pd.DataFrame(cosine, index=table.index, columns=table.index)


def similarity_drivers(table: pd.DataFrame, first: str, second: str) -> pd.Series[float]:
    """
    Split the similarity of two regions by industry (相似来源).

    Parameters
    ----------
    table
        Amounts, regions x industries.
    first, second
        Two regions of the table's index.

    Returns
    -------
    part
        On ``table.columns``, largest first; sums to :func:`structural_similarity` of the pair.

    Raises
    ------
    LayerError
        If the table holds presence only, a negative or a missing amount, or not these regions.

    Examples
    --------
    >>> table = pd.DataFrame({"steel": [8, 6], "tea": [0, 8], "salt": [6, 0]}, index=["A", "B"])
    >>> similarity_drivers(table, "A", "B").round(12).to_dict()
    {'steel': 0.48, 'tea': 0.0, 'salt': 0.0}
    """
    along = unit_structures(table, "similarity_drivers")
    # get_indexer answers -1 for a region that is not there, which is the last row.
    places = table.index.get_indexer(pd.Index([first, second]))
    unknown = [name for name, place in zip((first, second), places, strict=True) if place < 0]
    if unknown:
        raise LayerError(
            [
                Problem(
                    where="similarity_drivers",
                    promised="表中的地区 / a region of the table",
                    found=f"“{name}”",
                    mend=did_you_mean(str(name), [str(each) for each in table.index] or ["-"]),
                )
                for name in unknown
            ]
        )
    one, other = along[places]
    part = pd.Series(one * other, index=table.columns, name="part")
    return part.sort_values(ascending=False, kind="stable")


def unit_structures(table: pd.DataFrame, measure: str = "directions") -> np.ndarray:
    """Structures scaled to length 1 (单位化产业结构); their products are the similarities."""
    share = shares_of_total(check_amounts(table, measure), "region").to_numpy()
    length = np.sqrt((share**2).sum(axis=1, keepdims=True))
    return cast("np.ndarray", share / length)
