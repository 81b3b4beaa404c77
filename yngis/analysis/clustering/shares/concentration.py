"""How an industry lies across regions (集中度): Gini forms, Krugman, Hoover, cluster index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yngis.analysis.clustering.alignment import labels_among
from yngis.analysis.clustering.amount_checks import (
    check_amounts,
    check_choice,
    named_per,
    reference_amounts,
    shares_of_total,
)
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from yngis.analysis.clustering.shares.specialisation import Per

GiniForm = Literal["squared", "lorenz", "lorenz_weighted"]


def spatial_gini(
    table: pd.DataFrame, form: GiniForm, reference: pd.Series | None = None
) -> pd.Series[float]:
    """
    Spatial Gini (空间基尼系数) of each industry; the form has to be named, for they differ.

    Parameters
    ----------
    table
        Amounts, regions x industries.
    form
        ``squared``: ``sum_i (s_i - x_i)²``, what Ellison and Glaeser call raw concentration and
        Chinese papers mostly mean. ``lorenz``: Gini of the regions' location quotients, each
        region counting once. ``lorenz_weighted``: twice the area between the Lorenz curve of s
        over x and the diagonal, each region counting by its x.
    reference
        Amount per region that the industry is held against (all employment, population, area); the
        table's own row totals if None.

    Returns
    -------
    gini
        On ``table.columns``, 0 where the industry lies as the reference does; below 2, below
        1 - 1/n and below 1 for the three forms. NaN for an industry with nothing.

    Raises
    ------
    LayerError
        If there is no such form; if the table holds presence only, a negative or a missing amount;
        if a region with an industry has no reference.

    Notes
    -----
    ``squared`` shrinks as regions are split; only ``lorenz_weighted`` does not change when a
    region is divided into parts alike.

    References
    ----------
    .. [1] Krugman, P. (1991). Geography and trade. MIT Press.
    .. [2] Audretsch, D. and Feldman, M. (1996). R&D spillovers and the geography of innovation and
       production. American Economic Review 86(3).

    Examples
    --------
    >>> here, all_of_it = [500, 500, 1000, 7000, 1000], [20000, 15000, 20000, 40000, 5000]
    >>> table = pd.DataFrame({"it": here})
    >>> [spatial_gini(table, form, pd.Series(all_of_it))["it"].round(7) for form in
    ...  ("squared", "lorenz", "lorenz_weighted")]
    [np.float64(0.135), np.float64(0.4068966), np.float64(0.3725)]
    """
    check_choice(form, ("squared", "lorenz", "lorenz_weighted"), "spatial_gini：form")
    s, x = _shares_and_reference(table, reference, "spatial_gini")
    if form == "squared":
        return s.sub(x, axis=0).pow(2).sum(skipna=False, min_count=1).rename("spatial_gini")
    # Regions that have neither the industry nor the reference have no quotient.
    present = x > 0
    quotients = s[present].div(x[present], axis=0)
    measure = _gini_of_quotients if form == "lorenz" else _lorenz_gini
    return pd.Series(
        {name: measure(quotients[name].to_numpy(), x[present].to_numpy()) for name in s.columns},
        index=table.columns,
        name="spatial_gini",
        dtype="float64",
    )


def krugman_concentration(
    table: pd.DataFrame, reference: pd.Series | None = None
) -> pd.Series[float]:
    """
    Krugman's concentration index (克鲁格曼集中指数) of each industry.

    Parameters
    ----------
    table
        Amounts, regions x industries.
    reference
        Amount per region that the industry is held against; the row totals if None.

    Returns
    -------
    index
        ``sum_i |s_i - x_i|`` in 0..2, on ``table.columns``; NaN for an industry with nothing.

    Raises
    ------
    LayerError
        As :func:`spatial_gini`.

    Examples
    --------
    >>> here, all_of_it = [500, 500, 1000, 7000, 1000], [20000, 15000, 20000, 40000, 5000]
    >>> krugman_concentration(pd.DataFrame({"it": here}), pd.Series(all_of_it))["it"].round(12)
    np.float64(0.7)
    """
    s, x = _shares_and_reference(table, reference, "krugman_concentration")
    return s.sub(x, axis=0).abs().sum(skipna=False, min_count=1).rename("krugman_concentration")


def hoover(
    table: pd.DataFrame, per: Per | None = None, reference: pd.Series | None = None
) -> pd.Series[float]:
    """
    Hoover's index (胡佛系数): the share that would have to move for an even spread.

    Parameters
    ----------
    table
        Amounts, regions x industries.
    per
        ``industry``: localisation of each industry across regions; ``region``: specialisation of
        each region across industries. Has to be named; left out it is ``industry``, with a
        DeprecationWarning.
    reference
        Amount per region (or per industry) held against; the table's own totals if None.

    Returns
    -------
    index
        ``½ sum |share - reference share|`` in 0..1, on the columns (or the index) of the table.

    Raises
    ------
    LayerError
        As :func:`spatial_gini`.

    Notes
    -----
    The reference is the whole, the industry itself included. Duncan's dissimilarity takes everyone
    else instead and is another number.

    References
    ----------
    .. [1] Hoover, E. M. (1936). The measurement of industrial localization. Review of Economics
       and Statistics 18(4).

    Examples
    --------
    >>> here, all_of_it = [500, 500, 1000, 7000, 1000], [20000, 15000, 20000, 40000, 5000]
    >>> hoover(pd.DataFrame({"it": here}), "industry", pd.Series(all_of_it))["it"].round(12)
    np.float64(0.35)
    """
    values = check_amounts(table, "hoover")
    side = named_per(per, "hoover", "industry")
    s, x = _shares_and_reference(values if side == "industry" else values.T, reference, "hoover")
    return (s.sub(x, axis=0).abs().sum(skipna=False, min_count=1) / 2.0).rename("hoover")


def effective_number(table: pd.DataFrame) -> pd.Series[float]:
    """
    Effective number of regions of each industry (有效地区数): how many equal ones it amounts to.

    Parameters
    ----------
    table
        Amounts, regions x industries.

    Returns
    -------
    number
        ``1 / sum_i s_i²`` in 1..n, on ``table.columns``; NaN for an industry with nothing.

    Raises
    ------
    LayerError
        If the table holds presence only, a negative or a missing amount.

    Examples
    --------
    >>> effective_number(pd.DataFrame({"even": [5, 5, 0], "one": [9, 0, 0]})).to_dict()
    {'even': 2.0, 'one': 1.0}
    """
    share = shares_of_total(check_amounts(table, "effective_number"), "industry")
    return (1.0 / share.pow(2).sum(skipna=False, min_count=1)).rename("effective_number")


def litzenberger_sternberg(
    employment: pd.DataFrame, plants: pd.DataFrame, population: pd.Series, area_km2: pd.Series
) -> pd.DataFrame:
    """
    Litzenberger and Sternberg's cluster index (集群指数) of every industry in every region.

    Parameters
    ----------
    employment
        Employment [persons], regions x industries.
    plants
        Number of plants, on the same index and columns in any order.
    population
        Inhabitants [persons] per region, on the same index.
    area_km2
        Area [km²] per region, on the same index.

    Returns
    -------
    index
        ``IS * ID * PS`` on the table's index and columns, 1 for an average region: the industry's
        relative stock per inhabitant, its relative density per area, and the relative number of
        plants per employee. 0 where there is no employment; NaN where there are no plants for it
        or the industry has nothing.

    Raises
    ------
    LayerError
        If the tables do not match; if one holds presence only, a negative or a missing amount; if
        a region has no inhabitants or no area.

    Notes
    -----
    ``IS = (e_ij / e_i) / (p_j / p)``, ``ID = (e_ij / e_i) / (a_j / a)``,
    ``PS = (b_ij / b_i) / (e_ij / e_i)``: many small plants raise the index, one big plant lowers
    it. Authors who divide by relative plant size write the same number.

    References
    ----------
    .. [1] Litzenberger, T. and Sternberg, R. (2006). Der Clusterindex: eine Methodik zur
       Identifizierung regionaler Cluster. Geographische Zeitschrift 94(2).

    Examples
    --------
    >>> two = ["here", "elsewhere"]
    >>> employment = pd.DataFrame({"it": [1743, 5740 - 1743]}, index=two)
    >>> plants = pd.DataFrame({"it": [35, 53 - 35]}, index=two)
    >>> population, area_km2 = pd.Series([488, 4621 - 488], two), pd.Series([50, 576 - 50], two)
    >>> index = litzenberger_sternberg(employment, plants, population, area_km2)
    >>> index.loc["here", "it"].round(4)
    np.float64(21.8749)
    """
    jobs = check_amounts(employment, "litzenberger_sternberg：employment")
    sites = check_amounts(plants, "litzenberger_sternberg：plants")
    alike = sites.shape == jobs.shape
    if not (
        alike
        and labels_among(jobs.index, sites.index).all()
        and labels_among(jobs.columns, sites.columns).all()
    ):
        raise LayerError(
            Problem(
                where="litzenberger_sternberg：plants",
                promised="与 employment 同行同列 / the index and columns of employment",
                found=f"{sites.shape} 与 / and {jobs.shape}",
                mend="plants.reindex(index=employment.index, columns=employment.columns)",
            )
        )
    sites = sites.reindex(index=jobs.index, columns=jobs.columns)
    everywhere = pd.Series(data=True, index=jobs.index)
    people = reference_amounts(
        population, jobs.index, everywhere, "litzenberger_sternberg：population"
    )
    land = reference_amounts(area_km2, jobs.index, everywhere, "litzenberger_sternberg：area_km2")
    e, b = shares_of_total(jobs, "industry"), shares_of_total(sites, "industry")
    stock, density = e.div(people / people.sum(), axis=0), e.div(land / land.sum(), axis=0)
    size = (b / e).where(e > 0)
    index = stock * density * size
    # Employment without a plant is a fault of the data, not an index of 0.
    return index.mask(e == 0, 0.0).mask((e > 0) & (b == 0))


def _shares_and_reference(
    table: pd.DataFrame, reference: pd.Series | None, measure: str
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Shares of each column, and the shares of the reference, on the table's index."""
    values = check_amounts(table, measure)
    if reference is None:
        whole = values.sum(axis=1)
    else:
        used = values.sum(axis=1) > 0
        whole = reference_amounts(reference, values.index, used, f"{measure}：reference")
    return shares_of_total(values, "industry"), whole / whole.sum()


def _gini_of_quotients(quotients: np.ndarray, _: np.ndarray) -> float:
    """``2 / (n² mean) * sum_r r (C_r - mean)`` over the sorted quotients."""
    if not quotients.size:
        return float("nan")
    ordered = np.sort(quotients)
    mean = ordered.mean()
    rank = np.arange(1, ordered.size + 1)
    return float(2.0 / (ordered.size**2 * mean) * (rank * (ordered - mean)).sum())


def _lorenz_gini(quotients: np.ndarray, x: np.ndarray) -> float:
    """Twice the area between the diagonal and the Lorenz curve of s over x, by trapezia."""
    if not quotients.size:
        return float("nan")
    order = np.argsort(quotients, kind="stable")
    width = x[order]
    height = np.cumsum((quotients * x)[order])
    before = np.concatenate(([0.0], height[:-1]))
    return float(1.0 - (width * (height + before)).sum())
