"""Rates of several zones together (合计指标): sums over sums, never means of rates."""

from __future__ import annotations

import pandas as pd

from yngis.analysis.intensity.scoring_groups import split_index


def joint_rates(evidence: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """
    Indicators of groups of zones, such as those of a prefecture (州市合计指标).

    Parameters
    ----------
    evidence
        As :func:`yngis.analysis.intensity.evidence` gives it: ``zone``, ``indicator``,
        ``numerator`` and ``denominator``.
    groups
        Group of every zone, by zone; zones without one are left out.

    Returns
    -------
    rates
        Group by indicator: Σ numerator ÷ Σ denominator over the zones that have both; NaN where the
        sum below is zero or no zone has both.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"zone": ["a", "b"], "indicator": "supply_rate", "numerator": [50.0, 10.0],
    ...      "denominator": [100.0, 10.0]}
    ... )  # fmt: skip
    >>> joint_rates(rows, pd.Series({"a": "昆明市", "b": "昆明市"})).round(4).values.tolist()
    [[0.5455]]
    """
    known = evidence.dropna(subset=["numerator", "denominator"])
    group = known["zone"].map(groups).rename("group")
    sums = known.groupby([group, "indicator"], sort=False)[["numerator", "denominator"]].sum()
    rates = sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
    return rates.unstack("indicator")  # noqa: PD010 - keys are unique


def joint_amounts(amounts: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """
    Amounts of groups of zones that have all of them (州市合计量).

    Parameters
    ----------
    amounts
        Canonical amounts that belong together, such as revenue and land, by zone or by zone and
        part.
    groups
        Group of every zone, by zone.

    Returns
    -------
    sums
        By group, over the rows without a gap.

    Examples
    --------
    >>> table = pd.DataFrame({"A": [1.0, 2.0], "tax_wan": [5.0, None]}, index=["a", "b"])
    >>> joint_amounts(table, pd.Series({"a": "昆明市", "b": "昆明市"})).values.tolist()
    [[1.0, 5.0]]
    """
    whole = amounts.dropna()
    zones, _ = split_index(whole.index)
    group = pd.Index(groups.reindex(zones).to_numpy(), name="group")
    return whole.set_axis(group).groupby(level=0, sort=False).sum()


def class_limits(scores: pd.Series, classes: pd.Series) -> tuple[float, ...]:
    """
    Plain numbers between the classes of scores, for a legend (图例分级界限).

    Parameters
    ----------
    scores
        Scores, ``(n,)``.
    classes
        Their classes, 1 the best, on the same index.

    Returns
    -------
    limits
        Rising; a score on a limit belongs to the class below. Each has as few decimals as part the
        two classes.

    Examples
    --------
    >>> class_limits(pd.Series([90.0, 50.0, 88.4, 52.0]), pd.Series([1, 2, 1, 2]))
    (88.0,)
    """
    by_class = scores.groupby(classes).agg(["min", "max"]).sort_index(ascending=False)
    highest, lowest = by_class["max"].tolist()[:-1], by_class["min"].tolist()[1:]
    return tuple(_plainest_between(high, low) for high, low in zip(highest, lowest, strict=True))


def _plainest_between(below: float, above: float) -> float:
    """Return the plainest number that is not under ``below`` and under ``above``."""
    for digits in range(9):
        step = 10.0**-digits
        limit = round(above // step * step, digits)
        limit = limit if limit < above else round(limit - step, digits)
        if limit >= below:
            return limit
    return below
