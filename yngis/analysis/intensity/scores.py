"""Scores (集约度分值): values against ideals, weighted through the tree, parts blended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.analysis.intensity.scoring_groups import (
    Missing,
    blend_scores,
    scoring_groups_of,
    split_index,
)
from yngis.analysis.intensity.weights import effective_weights, fixed_weights
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from yngis.analysis.intensity.scheme import Scheme
    from yngis.analysis.intensity.scoring_groups import Group

_FULL = 100.0


@dataclass(frozen=True, slots=True)
class Scores:
    """
    Scores of zones, and how they came about (评价结果).

    Attributes
    ----------
    zones
        Per zone: ``score`` 0–100, ``coverage`` (share of the weights that rests on data), one
        column per goal, ``zone_type`` and ``reason`` where there is no score.
    standardised
        Per row of the input (zone, or zone and part) the standardised value 0–100 of every
        indicator that has an ideal.
    weights
        Per row the weight of every indicator in the row's score.
    """

    zones: pd.DataFrame
    standardised: pd.DataFrame
    weights: pd.DataFrame


def standardise(
    values: pd.DataFrame, scheme: Scheme, categories: pd.Series | None = None
) -> pd.DataFrame:
    """
    Values against their ideals, 0–100 (标准化).

    Parameters
    ----------
    values
        Indicators, ``(n,)`` rows, as :func:`yngis.analysis.intensity.indicators` gives them.
    scheme
        Scheme with the ideals.
    categories
        Category of each zone (开发区类型) on the same index, where ideals differ by category.

    Returns
    -------
    standardised
        On ``values.index``, one column per indicator with an ideal: value ÷ ideal, 100 at most;
        for a negative indicator (1 − value) ÷ (1 − ideal), between 0 and 100. NaN stays NaN.

    Examples
    --------
    >>> from yngis.analysis.intensity.scheme import read_scheme
    >>> values = pd.DataFrame({"supply_rate": [0.9, 1.2], "idle_rate": [0.05, 0.0]})
    >>> found = standardise(values, read_scheme("2014-trial"))
    >>> found["supply_rate"].tolist(), found["idle_rate"].tolist()
    ([90.0, 100.0], [95.0, 100.0])
    """
    columns = {}
    for name in scheme.ideals:
        if name not in values:
            continue
        wanted = ideal_values(name, scheme, values.index, categories)
        if scheme.indicator(name).sign == "negative":
            share = (1 - values[name]) / (1 - wanted)
        else:
            share = values[name] / wanted
        columns[name] = (share * _FULL).clip(0, _FULL)
    return pd.DataFrame(columns, index=values.index)


def ideal_values(
    indicator: str, scheme: Scheme, index: pd.Index, categories: pd.Series | None = None
) -> pd.Series[float]:
    """Ideal of an indicator for every zone (理想值)."""
    ideal = scheme.ideals.get(indicator)
    if ideal is None:
        return pd.Series(np.nan, index=index)
    wanted = pd.Series(ideal.value, index=index)
    if categories is None or not ideal.by_category:
        return wanted
    return categories.reindex(index).map(ideal.by_category).astype("float64").fillna(wanted)


def score(
    values: pd.DataFrame,
    scheme: Scheme,
    types: pd.Series,
    *,
    categories: pd.Series | None = None,
    missing: Missing = "refuse",
) -> Scores:
    """
    Score every zone (计算集约度分值).

    Parameters
    ----------
    values
        Indicators on an index of zones, or of zones and parts with a level named ``part`` (主区 or
        ``core``, 发展方向区 or ``expansion``).
    scheme
        Weights, ideals and parts.
    types
        Type of each row, on ``values.index``.
    categories
        Category of each row, where ideals differ by category.
    missing
        ``refuse``: a zone that lacks an indicator has no score, and the reason says which.
        ``rescale``: its weight goes to the others of its level; ``coverage`` shows how much rests
        on data. Such scores flatter zones that leave out what they are weak in.

    Returns
    -------
    scores
        Scores, standardised values and weights.

    Raises
    ------
    LayerError
        If a type or part is unknown.

    Notes
    -----
    F = Σ goal weight · Σ sub-goal weight · Σ indicator weight · S. Indicators without an ideal are
    left out for all zones alike, their weight goes to the others of their level.
    """
    _refuse_unknown_types(types, scheme)
    standardised = standardise(values, scheme, categories)
    zones, parts = split_index(values.index)
    names = [indicator.name for indicator in scheme.indicators]
    goals = [goal.name for goal in scheme.goals]
    weights = np.full((len(values), len(names)), np.nan)
    rows = pd.DataFrame(np.nan, index=range(len(values)), columns=["score", "coverage", *goals])
    rows["reason"] = ""
    for group in scoring_groups_of(standardised, scheme, types, missing):
        share = effective_weights(group.branches, fixed_weights(group.branches), group.usable)[0]
        nominal = effective_weights(group.branches, fixed_weights(group.branches), group.wanted)[0]
        for branch, own in zip(group.branches, share, strict=True):
            weights[group.rows, names.index(branch.indicator)] = own
        usable = [branch.indicator in group.usable for branch in group.branches]
        rows.loc[group.rows, "coverage"] = nominal[usable].sum()
        if group.lacking:
            reason = f"缺指标 / no value of: {', '.join(group.lacking)}"
            rows.loc[group.rows, "reason"] = reason
        else:
            rows.loc[group.rows, "score"] = group.standing @ share
            rows.loc[group.rows, goals] = _by_goal(group, share, goals)
    rows["zone"], rows["part"] = zones.to_numpy(), parts
    rows["zone_type"] = types.reindex(values.index).to_numpy()
    kept = rows["part"].isin(list(scheme.parts.weights))
    return Scores(
        zones=_blend_parts(rows[kept], scheme, zones.unique()),
        standardised=standardised,
        weights=pd.DataFrame(weights, index=values.index, columns=names),
    )


def _blend_parts(rows: pd.DataFrame, scheme: Scheme, zones: pd.Index) -> pd.DataFrame:
    """One row per zone from its parts."""
    index, parts = pd.Index(rows["zone"]), tuple(rows["part"])
    columns = ["score", "coverage", *(goal.name for goal in scheme.goals)]
    blended = {name: blend_scores(rows[name].to_numpy(), index, parts, scheme) for name in columns}
    frame = pd.DataFrame(blended, index=index.unique())
    first = rows.groupby("zone", sort=False)
    frame["zone_type"] = first["zone_type"].first()
    frame["reason"] = first["reason"].agg(_join_reasons)
    found = frame.reindex(zones)
    found["reason"] = found["reason"].fillna(_unscored_note(scheme))
    return found


def _join_reasons(reasons: pd.Series) -> str:
    return "；".join(dict.fromkeys(reason for reason in reasons if reason))


def _unscored_note(scheme: Scheme) -> str:
    parts = "、".join(scheme.parts.weights)
    return f"本体系只评 {parts} / the scheme scores these parts only: {parts}"


def _by_goal(group: Group, share: np.ndarray, goals: list[str]) -> np.ndarray:
    """Score of every goal by itself, 0–100."""
    columns = []
    for goal in goals:
        own = np.array([branch.goal == goal for branch in group.branches])
        total = share[own].sum()
        blank = np.full(len(group.rows), np.nan)
        columns.append(group.standing[:, own] @ share[own] / total if total else blank)
    return np.stack(columns, axis=1)


def _refuse_unknown_types(types: pd.Series, scheme: Scheme) -> None:
    wrong = sorted({str(each) for each in types.dropna()} - set(scheme.types))
    if wrong:
        raise LayerError(
            Problem(
                where="zone_type",
                promised="、".join(scheme.types),
                found="、".join(wrong),
                mend="用 zone_types() 判定类型 / tell the types with zone_types()",
            )
        )
