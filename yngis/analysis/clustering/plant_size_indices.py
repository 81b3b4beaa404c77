"""Concentration beyond plant size (企业层面的集聚): Ellison-Glaeser and Maurel-Sédillot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.clustering.amount_checks import amount_series, reference_amounts
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

MIN_PLANTS: Final = 10
"""Fewest plants for which an index is shown; the bound of Duranton and Overman (2005) too."""

_COLUMNS: Final = ("region", "industry", "size")


def ellison_glaeser(
    plants: pd.DataFrame, reference: pd.Series | None = None, *, min_plants: int = MIN_PLANTS
) -> pd.DataFrame:
    """
    Ellison and Glaeser's index of agglomeration γ (EG 指数) of each industry.

    Parameters
    ----------
    plants
        One row per plant: ``region``, ``industry`` and ``size`` (employees [persons], say).
    reference
        Amount per region whose shares x are the chance of a plant landing there; the sizes of all
        plants given, by region, if None.
    min_plants
        Industries with fewer plants have their γ hidden, for it is mostly noise; 0 shows all.

    Returns
    -------
    index
        Per industry: ``gamma`` (NaN where hidden), ``shown``, ``plants``, ``regions`` with one,
        ``raw`` = G, ``herfindahl`` = H, ``expected`` and ``variance`` of G when plants choose by
        chance, and ``z = (G - expected) / sqrt(variance)``.

    Raises
    ------
    LayerError
        If a column is missing or a size negative; if a region has plants but no reference; if
        there is but one industry and no reference, for it would be compared with itself.

    Notes
    -----
    ``G = sum (s_i - x_i)²``, ``γ = (G - (1 - Σx²) H) / ((1 - Σx²)(1 - H))``. Under chance the mean
    of γ is 0. In US data γ below 0.02 is little concentrated and above 0.05 highly; those bands
    are theirs. γ depends on the regions, so compare it only on one set of regions.

    References
    ----------
    .. [1] Ellison, G. and Glaeser, E. (1997). Geographic concentration in U.S. manufacturing
       industries: a dartboard approach. Journal of Political Economy 105(5).

    Examples
    --------
    >>> plants = pd.DataFrame({
    ...     "region": ["Wien"] * 5 + ["Linz"] * 4 + ["Graz"], "industry": "it",
    ...     "size": [200, 650, 12000, 100, 50, 16000, 13000, 1500, 1500, 25000],
    ... })
    >>> x = pd.Series({"Wien": 0.5, "Linz": 0.4, "Graz": 0.1})
    >>> ellison_glaeser(plants, x).loc["it", ["gamma", "z"]].astype(float).round(4).tolist()
    [0.0599, 0.1959]
    """
    return _index(plants, reference, min_plants, "ellison_glaeser", _ellison_glaeser)


def maurel_sedillot(
    plants: pd.DataFrame, reference: pd.Series | None = None, *, min_plants: int = MIN_PLANTS
) -> pd.DataFrame:
    """
    Maurel and Sédillot's index of agglomeration (MS 指数) of each industry.

    Parameters
    ----------
    plants
        One row per plant: ``region``, ``industry`` and ``size``.
    reference
        Amount per region whose shares x are the chance of a plant landing there; the sizes of all
        plants given, by region, if None.
    min_plants
        Industries with fewer plants have their index hidden; 0 shows all.

    Returns
    -------
    index
        As :func:`ellison_glaeser`, with ``raw = (Σs² - Σx²) / (1 - Σx²)``, whose expectation
        under chance is H.

    Raises
    ------
    LayerError
        As :func:`ellison_glaeser`.

    Notes
    -----
    The probability that two plants of the industry share a region, so set that chance gives 0. It
    asks for concentration as such, where Ellison and Glaeser ask for departure from x: an industry
    that shuns the big regions raises γ and lowers this index, so the signs can differ, as they do
    in the example.

    References
    ----------
    .. [1] Maurel, F. and Sédillot, B. (1999). A measure of the geographic concentration in French
       manufacturing industries. Regional Science and Urban Economics 29(5).

    Examples
    --------
    >>> plants = pd.DataFrame({
    ...     "region": ["Wien"] * 5 + ["Linz"] * 4 + ["Graz"], "industry": "it",
    ...     "size": [200, 650, 12000, 100, 50, 16000, 13000, 1500, 1500, 25000],
    ... })
    >>> x = pd.Series({"Wien": 0.5, "Linz": 0.4, "Graz": 0.1})
    >>> maurel_sedillot(plants, x).loc["it", "gamma"].round(4)
    np.float64(-0.4358)
    """
    return _index(plants, reference, min_plants, "maurel_sedillot", _maurel_sedillot)


def _index(
    plants: pd.DataFrame,
    reference: pd.Series | None,
    min_plants: int,
    measure: str,
    formula: Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[float, float, float, float]],
) -> pd.DataFrame:
    checked = _checked(plants, measure)
    x = _chances(checked, reference, measure)
    place = pd.Series(np.arange(len(x)), index=x.index)
    rows = {}
    for industry, group in checked.groupby("industry", sort=False):
        sizes = group["size"].to_numpy(dtype="float64")
        z = sizes / sizes.sum() if sizes.sum() > 0 else np.full(sizes.size, np.nan)
        where = place.reindex(group["region"]).to_numpy()
        s = np.bincount(where, weights=z, minlength=len(x))
        raw, expected, variance, gamma = formula(s, x.to_numpy(), z)
        shown = len(group) >= max(min_plants, 2) and np.isfinite(gamma)
        rows[industry] = {
            "gamma": gamma if shown else np.nan,
            "shown": shown,
            "plants": len(group),
            "regions": group["region"].nunique(),
            "raw": raw,
            "herfindahl": float((z**2).sum()),
            "expected": expected,
            "variance": variance,
            "z": (raw - expected) / np.sqrt(variance) if variance > 0 else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("industry")


def _ellison_glaeser(
    s: np.ndarray, x: np.ndarray, z: np.ndarray
) -> tuple[float, float, float, float]:
    """Return raw G, its mean and variance under chance, and γ."""
    p2, p3 = float((x**2).sum()), float((x**3).sum())
    h, q = float((z**2).sum()), float((z**4).sum())
    raw = float(((s - x) ** 2).sum())
    expected = (1.0 - p2) * h
    variance = 2.0 * (h**2 * (p2 - 2.0 * p3 + p2**2) - q * (p2 - 4.0 * p3 + 3.0 * p2**2))
    scale = (1.0 - p2) * (1.0 - h)
    return raw, expected, variance, (raw - expected) / scale if scale > 0 else float("nan")


def _maurel_sedillot(
    s: np.ndarray, x: np.ndarray, z: np.ndarray
) -> tuple[float, float, float, float]:
    """Return the raw index, its mean and variance under chance, and the index."""
    p2, p3 = float((x**2).sum()), float((x**3).sum())
    h, c, q = (float((z**power).sum()) for power in (2, 3, 4))
    if not (p2 < 1.0 and h < 1.0):
        return float("nan"), h, float("nan"), float("nan")
    raw = (float((s**2).sum()) - p2) / (1.0 - p2)
    # Σs² is Σz² plus twice the sum of z_j z_k over the pairs that share a region. Such a pair has
    # variance p2 - p2², two pairs with a plant in common covariance p3 - p2², all others none.
    pairs = 2.0 * (p2 - p2**2) * (h**2 - q)
    triples = 4.0 * (p3 - p2**2) * (h - 2.0 * c + 2.0 * q - h**2)
    return raw, h, (pairs + triples) / (1.0 - p2) ** 2, (raw - h) / (1.0 - h)


def _checked(plants: pd.DataFrame, measure: str) -> pd.DataFrame:
    missing = [name for name in _COLUMNS if name not in plants.columns]
    if missing:
        raise LayerError(
            Problem(
                where=f"{measure}：plants",
                promised=", ".join(_COLUMNS),
                found=f"缺 / missing: {', '.join(missing)}",
                mend="plants.rename(columns={'employees': 'size'})",
            )
        )
    blank = plants[["region", "industry"]].isna().any(axis=1)
    if blank.any():
        raise LayerError(
            Problem(
                where=f"{measure}：plants",
                promised="每家企业都有地区和产业 / a region and an industry for every plant",
                found=f"{int(blank.sum())} 行缺失 / rows without",
                mend="plants.dropna(subset=['region', 'industry'])",
            )
        )
    size = amount_series(plants["size"], f"{measure}：size")
    return plants.assign(size=size)


def _chances(plants: pd.DataFrame, reference: pd.Series | None, measure: str) -> pd.Series[float]:
    """Shares x of the regions: the dartboard at which plants are thrown."""
    if reference is None:
        if len(plants["industry"].unique()) == 1:
            raise LayerError(
                Problem(
                    where=f"{measure}：reference",
                    promised="全部产业的地区分布 / the distribution of all industries",
                    found="只有一个产业，无从比较 / one industry only, compared with itself",
                    mend="给出 reference（如各地区总就业） / give reference, e.g. all employment",
                )
            )
        totals = plants.groupby("region", sort=False)["size"].sum()
    else:
        used = pd.Series(reference.index.isin(plants["region"]), index=reference.index)
        stray = pd.Index(plants["region"].unique()).union(reference.index, sort=False)
        totals = reference_amounts(
            reference, stray, used.reindex(stray, fill_value=True), f"{measure}：reference"
        )
    return totals / totals.sum()
