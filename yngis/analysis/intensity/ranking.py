"""Ranks, classes and how firm they are (排名、分级与权重敏感性)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from yngis.analysis.intensity.scoring_groups import blend_scores, scoring_groups_of, split_index
from yngis.analysis.intensity.weights import draw_weights, effective_weights
from yngis.analysis.renamed_arguments import renamed_arguments
from yngis.errors import LayerError, Problem
from yngis.measure.natural_breaks import natural_classes

if TYPE_CHECKING:
    from yngis.analysis.intensity.scheme import Scheme
    from yngis.analysis.intensity.scores import Scores
    from yngis.analysis.intensity.scoring_groups import Missing

Method = Literal["quantile", "jenks"]
DRAWS: Final = 1000
"""Draws of weights; a rank's 5th and 95th percentile then vary by about one rank in sixty."""

CONCENTRATION: Final = 40.0
"""How close draws stay: a weight of 0.25 then has a standard deviation of 0.07 (design choice)."""


def ranks(scores: pd.Series) -> pd.Series:
    """
    Ranks of scores, 1 the best (排名); ties share the better rank.

    Parameters
    ----------
    scores
        Scores, ``(n,)``.

    Returns
    -------
    ranks
        ``Int64`` on the same index; missing where there is no score.

    Examples
    --------
    >>> ranks(pd.Series([70.0, 90.0, 70.0, float("nan")])).tolist()
    [2, 1, 2, <NA>]
    """
    return scores.round(9).rank(method="min", ascending=False).astype("Int64").rename("rank")


def classes(
    scores: pd.Series, count: int = 4, method: Method = "quantile"
) -> tuple[pd.Series, tuple[float, ...]]:
    """
    Classes of scores, 1 the best (分级), by quantiles or natural breaks; no official grades.

    Parameters
    ----------
    scores
        Scores, ``(n,)``.
    count
        Classes wanted; fewer where there are not so many different scores.
    method
        ``quantile``: about as many zones in each. ``jenks``: natural breaks, by the exact method of
        Fisher.

    Returns
    -------
    classes
        ``Int64`` on the same index; missing where there is no score.
    bounds
        Lower bound of every class but the last, from the best down.

    Raises
    ------
    LayerError
        If fewer than two classes are asked for, the method is unknown, or a score is infinite.

    Examples
    --------
    >>> found, bounds = classes(pd.Series([90.0, 50.0, 88.0, 52.0]), 2, "jenks")
    >>> found.tolist(), bounds
    ([1, 2, 1, 2], (88.0,))
    """
    if count < 2 or method not in {"quantile", "jenks"}:  # noqa: PLR2004
        raise LayerError(
            Problem(
                "classes",
                promised="至少 2 级；quantile 或 jenks / two classes at least; one of these",
                found=f"{count}, {method}",
                mend="改参数 / mend the parameters",
            )
        )
    present = scores.dropna()
    if not np.isfinite(present.to_numpy(dtype=np.float64)).all():
        raise LayerError(
            Problem(
                "classes",
                promised="有限的分数，没有就留空 / finite scores, missing where there is none",
                found="无穷大 / infinite",
                mend="查明分母为零的指标 / look for the indicator whose denominator is 0",
            )
        )
    count = min(count, present.round(9).nunique())
    if count < 2:  # noqa: PLR2004
        alone = pd.Series(1, index=scores.index, dtype="Int64").mask(scores.isna())
        return alone.rename("class"), ()
    number = _class_bins(present.to_numpy(), count, method)
    best_first = number.max() - number + 1
    # Quantiles of many ties leave empty classes: number what is there.
    found = pd.Series(best_first, index=present.index).rank(method="dense").astype("Int64")
    lowest = present.groupby(found).min()
    bounds = tuple(float(value) for value in lowest.sort_index().iloc[:-1])
    return found.reindex(scores.index).rename("class"), bounds


def _class_bins(values: np.ndarray, count: int, method: Method) -> np.ndarray:
    """Class of every value from the lowest up."""
    if method == "jenks":
        return natural_classes(values, count)
    import mapclassify  # noqa: PLC0415 - brings scikit-learn, two seconds

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it remarks that numba is not there
        return np.asarray(mapclassify.Quantiles(values, k=count).yb)


@renamed_arguments(level="interval_share")
def rank_intervals(
    scores: Scores,
    scheme: Scheme,
    types: pd.Series,
    *,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    interval_share: float = 0.90,
    seed: int = 0,
    missing: Missing = "refuse",
) -> pd.DataFrame:
    """
    How ranks move when weights move (权重敏感性): Dirichlet draws around the scheme's weights.

    Parameters
    ----------
    scores
        As :func:`yngis.analysis.intensity.score` gives them.
    scheme, types, missing
        As for :func:`yngis.analysis.intensity.score`.
    draws
        Draws of weights.
    concentration
        Sum of the Dirichlet's parameters on each level of the tree: the larger, the closer to the
        scheme's weights.
    interval_share
        Share of the draws that an interval holds.
    seed
        Same seed, same numbers, on any machine.

    Returns
    -------
    intervals
        Per zone: ``rank``, ``rank_low`` and ``rank_high`` (the interval), ``rank_median``,
        ``first_third`` (share of the draws in which the zone is in the first third) and
        ``score_low``, ``score_high``. Missing where there is no score.

    Raises
    ------
    LayerError
        If draws, concentration or interval_share make no sense.

    Notes
    -----
    On every level the weights are drawn from Dirichlet(concentration · weights), so their means are
    the scheme's and a weight w has variance w(1−w)/(concentration+1). Official weights are not
    known: two zones whose intervals overlap are not surely in that order.
    """
    if draws < 1 or concentration <= 0 or not 0 < interval_share < 1:
        raise LayerError(
            Problem(
                "rank_intervals",
                promised="draws ≥ 1，concentration > 0，0 < interval_share < 1",
                found=f"{draws}, {concentration:g}, {interval_share:g}",
                mend="改参数 / mend the parameters",
            )
        )
    drawn = np.full((len(scores.standardised), draws), np.nan)
    for group in scoring_groups_of(scores.standardised, scheme, types, missing):
        if not group.lacking:
            weights = draw_weights(group.branches, draws, concentration, seed)
            drawn[group.rows] = (
                group.standing @ effective_weights(group.branches, weights, group.usable).T
            )
    drawn = blend_scores(drawn, *split_index(scores.standardised.index), scheme)
    return _rank_summary(scores.zones["score"], drawn, interval_share)


def _rank_summary(central: pd.Series, drawn: np.ndarray, held: float) -> pd.DataFrame:
    """Quantiles of ranks and scores over the draws, ``(zones, draws)``."""
    valid = central.notna().to_numpy()
    table = pd.DataFrame(
        np.nan,
        index=central.index,
        columns=["rank_low", "rank_median", "rank_high", "first_third", "score_low", "score_high"],
    )
    table.insert(0, "rank", ranks(central))
    if valid.any():
        own = drawn[valid]
        placed = pd.DataFrame(own.round(9)).rank(method="min", ascending=False).to_numpy()
        tails = [(1 - held) / 2, 0.5, (1 + held) / 2]
        kinds = np.quantile(placed, tails, axis=1, method="inverted_cdf")
        table.loc[valid, ["rank_low", "rank_median", "rank_high"]] = kinds.T
        table.loc[valid, "first_third"] = (placed <= max(1, len(own) // 3)).mean(axis=1)
        table.loc[valid, ["score_low", "score_high"]] = np.quantile(own, tails[::2], axis=1).T
    return table.astype(dict.fromkeys(["rank_low", "rank_median", "rank_high"], "Int64"))
