"""Concentration beyond plant size (企业层面的集聚): Ellison-Glaeser and Maurel-Sédillot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.clustering.alignment import labels_among
from yngis.analysis.clustering.amount_checks import amount_series, reference_amounts
from yngis.analysis.clustering.parameters import COUNT, COUNT_OR_ZERO, SEED, require_parameters
from yngis.analysis.clustering.permutation import two_sided
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    Formula = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, ...]]

PERMUTATIONS: Final = 999
"""Times that the places of the plants are dealt for p."""

MIN_PLANTS: Final = 10
"""Fewest plants for which an index is shown; the bound of Duranton and Overman (2005) too."""

_COLUMNS: Final = ("region", "industry", "size")
_NEARLY_ALL: Final = 1e-9  # What the other plants have where γ is rounding alone.


def ellison_glaeser(
    plants: pd.DataFrame,
    reference: pd.Series | None = None,
    *,
    min_plants: int = MIN_PLANTS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
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
        Industries with fewer plants have their γ hidden, for it is mostly noise; 0 shows all. A
        plant of size 0 does not count.
    permutations
        Times that the plants' places are dealt anew over all of them, for p.
    seed
        Seed of the dealing.

    Returns
    -------
    index
        Per industry: ``gamma`` (NaN where hidden), ``shown``, ``plants``, ``regions`` with one,
        ``raw`` = G, ``herfindahl`` = H, ``expected`` and ``variance`` of G when plants choose by
        chance, ``z = (G - expected) / sqrt(variance)``, and ``p`` two-sided. NaN where all sizes
        are 0; p also where there is one industry only, for there is nothing to deal.

    Raises
    ------
    LayerError
        If a column is missing or a size negative; if a region has plants but no reference; if
        there is but one industry and no reference, for it would be compared with itself; if a
        parameter makes no sense.

    Notes
    -----
    ``G = sum (s_i - x_i)²``, ``γ = (G - (1 - Σx²) H) / ((1 - Σx²)(1 - H))``. Under chance the mean
    of γ is 0. In US data γ below 0.02 is little concentrated and above 0.05 highly; those bands
    are theirs. γ depends on the regions, so compare it only on one set of regions.

    z is no normal deviate, though its mean and variance under chance are 0 and 1: G is skewed, so
    of random industries more lie beyond 2.58 than the normal law says, and where x is that of the
    few plants looked at, chance itself is another. For a test take p: it deals the places of all
    plants given anew over them, each keeping its industry and size, and counts how often z is as
    far out. It asks whether the industry lies otherwise than plants in general, whatever x is.

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
    return _size_index_table(plants, reference, min_plants, (permutations, seed), _ellison_glaeser)


def maurel_sedillot(
    plants: pd.DataFrame,
    reference: pd.Series | None = None,
    *,
    min_plants: int = MIN_PLANTS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
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
        Industries with fewer plants have their index hidden; 0 shows all. A plant of size 0 does
        not count.
    permutations, seed
        As for :func:`ellison_glaeser`.

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
    return _size_index_table(plants, reference, min_plants, (permutations, seed), _maurel_sedillot)


def _size_index_table(
    plants: pd.DataFrame,
    reference: pd.Series | None,
    min_plants: int,
    chance: tuple[int, int],
    formula: Formula,
) -> pd.DataFrame:
    measure = formula.__name__.removeprefix("_")
    require_parameters(
        measure,
        min_plants=(min_plants, COUNT_OR_ZERO),
        permutations=(chance[0], COUNT),
        seed=(chance[1], SEED),
    )
    checked = _checked_plants(plants, measure)
    x = _region_chances(checked, reference, measure)
    names = pd.Index(checked["industry"].unique())
    # A plant without size lies nowhere: it is not dealt, and does not make an industry big enough.
    sized = checked[checked["size"] > 0]
    # In an order of their own: p must not depend on that of the rows.
    keys = (sized["industry"].astype(str), sized["region"].astype(str), sized["size"])
    sized = sized.iloc[np.lexsort(keys)]
    dealt = _Dealt(
        names.get_indexer(pd.Index(sized["industry"])),
        x.index.get_indexer(pd.Index(sized["region"])),
        sized["size"].to_numpy(),
        (len(names), len(x)),
    )
    raw, expected, variance, gamma, h = formula(*dealt.shares(dealt.region), x.to_numpy())
    count = np.bincount(dealt.industry, minlength=len(names))
    regions = sized.groupby("industry")["region"].nunique().reindex(names, fill_value=0)
    shown = (count >= max(min_plants, 2)) & np.isfinite(gamma)
    z = _standardise_index(raw, expected, variance)
    return pd.DataFrame(
        {
            "gamma": np.where(shown, gamma, np.nan),
            "shown": shown,
            "plants": count,
            "regions": regions.to_numpy(),
            "raw": raw,
            "herfindahl": h,
            "expected": expected,
            "variance": variance,
            "z": z,
            "p": _dealt_p(z, dealt, None if reference is None else x.to_numpy(), formula, chance),
        },
        index=names.rename("industry"),
    )


class _Dealt:
    """
    Plants with their industries and regions by number, so that these can be dealt anew.

    Parameters
    ----------
    industry, region
        Their numbers, ``(n,)``.
    size
        Sizes, ``(n,)``.
    shape
        How many industries and regions there are.
    """

    def __init__(
        self, industry: np.ndarray, region: np.ndarray, size: np.ndarray, shape: tuple[int, int]
    ) -> None:
        self.industry, self.region, self.size, self.shape = industry, region, size, shape
        # What does not depend on where the plants lie is reckoned once, not for every dealing.
        total = np.bincount(industry, size, shape[0])
        self._share, self._first = size / total[industry], industry * shape[1]
        self._none = np.where(total > 0, 1.0, np.nan)
        powers = [np.bincount(industry, self._share**power, shape[0]) for power in (2, 3, 4)]
        self._powers = np.array(powers) * self._none

    def shares(self, region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Shares of regions by industry, and sums of squares, cubes and fourths of the plants'."""
        cells = self.shape[0] * self.shape[1]
        s = np.bincount(self._first + region, self._share, cells).reshape(self.shape)
        return s * self._none[:, None], self._powers

    def whole(self, region: np.ndarray) -> np.ndarray:
        """Share of each region in the sizes of all plants."""
        total = np.bincount(region, self.size, self.shape[1])
        return np.asarray(total / total.sum())


def _standardise_index(raw: np.ndarray, expected: np.ndarray, variance: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 0, (raw - expected) / np.sqrt(variance), np.nan)


def _dealt_p(
    z: np.ndarray, dealt: _Dealt, x: np.ndarray | None, formula: Formula, chance: tuple[int, int]
) -> np.ndarray:
    """Two-sided p of z when the plants' places are dealt over them; x moves along if theirs."""
    if dealt.shape[0] == 1:
        return np.full(1, np.nan)
    permutations, seed = chance
    random = np.random.default_rng(seed)
    simulated = np.empty((permutations, len(z)))
    for number in range(permutations):
        region = random.permutation(dealt.region)
        held = dealt.whole(region) if x is None else x
        raw, expected, variance, *_ = formula(*dealt.shares(region), held)
        # Dealt all into one region there is nothing that could differ.
        simulated[number] = np.nan_to_num(_standardise_index(raw, expected, variance))
    known = np.isfinite(z)
    p = np.full(len(z), np.nan)
    p[known] = two_sided(z[known], simulated[:, known])
    return p


def _ellison_glaeser(s: np.ndarray, powers: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return raw G, its mean and variance under chance, γ and H, of each industry."""
    p2, p3 = float((x**2).sum()), float((x**3).sum())
    h, _, q = powers
    raw = ((s - x) ** 2).sum(axis=1)
    expected = (1.0 - p2) * h
    variance = 2.0 * (h**2 * (p2 - 2.0 * p3 + p2**2) - q * (p2 - 4.0 * p3 + 3.0 * p2**2))
    return (
        raw,
        expected,
        variance,
        _divide_by_scale(raw - expected, (1.0 - p2) * _rest_of_one(h)),
        h,
    )


def _maurel_sedillot(s: np.ndarray, powers: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the raw index, its mean and variance under chance, the index and H."""
    p2, p3 = float((x**2).sum()), float((x**3).sum())
    h, c, q = powers
    elsewhere = 1.0 - p2 if p2 < 1.0 else np.nan
    raw = ((s**2).sum(axis=1) - p2) / elsewhere
    # Σs² is Σz² plus twice the sum of z_j z_k over the pairs that share a region. Such a pair has
    # variance p2 - p2², two pairs with a plant in common covariance p3 - p2², all others none.
    pairs = 2.0 * (p2 - p2**2) * (h**2 - q)
    triples = 4.0 * (p3 - p2**2) * (h - 2.0 * c + 2.0 * q - h**2)
    return raw, h, (pairs + triples) / elsewhere**2, _divide_by_scale(raw - h, _rest_of_one(h)), h


def _rest_of_one(h: np.ndarray) -> np.ndarray:
    """``1 - H``; NaN where one plant is nearly all, for the difference is then rounding alone."""
    return np.where(h < 1.0 - _NEARLY_ALL, 1.0 - h, np.nan)


def _divide_by_scale(excess: np.ndarray, scale: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > 0, excess / scale, np.nan)


def _checked_plants(plants: pd.DataFrame, measure: str) -> pd.DataFrame:
    columns = plants.columns if isinstance(plants, pd.DataFrame) else []
    missing = [name for name in _COLUMNS if name not in columns]
    if missing:
        raise LayerError(
            Problem(
                where=f"{measure}：plants",
                promised=", ".join(_COLUMNS),
                found=f"缺 / missing: {', '.join(missing)}",
                mend="plants.rename(columns={'employees': 'size'})",
            )
        )
    twice = [name for name in _COLUMNS if list(columns).count(name) > 1]
    if twice:
        raise LayerError(
            Problem(
                where=f"{measure}：plants",
                promised="每个列名一次 / each column once",
                found=f"重复 / twice: {', '.join(twice)}",
                mend="plants.loc[:, ~plants.columns.duplicated()]",
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


def _region_chances(
    plants: pd.DataFrame, reference: pd.Series | None, measure: str
) -> pd.Series[float]:
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
        # A list of chances would be in the order of nobody knows what.
        amount_series(reference, f"{measure}：reference")
        used = pd.Series(
            labels_among(reference.index, pd.Index(plants["region"])), index=reference.index
        )
        stray = pd.Index(plants["region"].unique()).union(reference.index, sort=False)
        totals = reference_amounts(
            reference, stray, used.reindex(stray, fill_value=True), f"{measure}：reference"
        )
    if not totals.sum() > 0:
        raise LayerError(
            Problem(
                where=f"{measure}：size",
                promised="有规模的企业 / plants of some size",
                found="规模全为零 / all sizes are 0",
                mend="每家按一计 / count each plant once: plants.assign(size=1)",
            )
        )
    return totals / totals.sum()
