"""The whole evaluation of a table of zones (集约利用评价): from amounts to ranks and suspicions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from yngis.analysis.intensity.per_mu import depends_on_land, per_mu
from yngis.analysis.intensity.plausibility import implausible_values, unit_slips
from yngis.analysis.intensity.potential import land_potential, years_of_supply
from yngis.analysis.intensity.ranking import (
    CONCENTRATION,
    DRAWS,
    Method,
    classes,
    rank_intervals,
    ranks,
)
from yngis.analysis.intensity.ratios import evidence, identity, indicators
from yngis.analysis.intensity.scores import score
from yngis.analysis.intensity.scoring_groups import split_index
from yngis.analysis.intensity.zone_league import zone_league
from yngis.analysis.intensity.zone_types import zone_types
from yngis.analysis.quantities import sum_faults
from yngis.analysis.quantities.amounts import amounts_as_given as given_amounts
from yngis.analysis.quantities.amounts import with_sums
from yngis.analysis.quantities.headers import stated_units
from yngis.analysis.renamed_arguments import renamed_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.analysis.intensity.league import LeagueScheme
    from yngis.analysis.intensity.ratios import NothingDue
    from yngis.analysis.intensity.scheme import Scheme
    from yngis.analysis.intensity.scores import Scores
    from yngis.analysis.intensity.scoring_groups import Missing


@renamed_fields(level="interval_share")
@dataclass(frozen=True, slots=True)
class Choices:
    """
    Choices of a run (评价选项).

    Attributes
    ----------
    nothing_due
        What a rate over what fell due is where nothing did.
    missing
        What a zone without some indicator gets: no score, or one from the others.
    count, method
        Classes of scores.
    draws, concentration, interval_share, seed
        Of the weights' sensitivity, as :func:`rank_intervals` has them.
    year
        Year of the figures; None if nobody said.
    """

    nothing_due: NothingDue = "undefined"
    missing: Missing = "refuse"
    count: int = 4
    method: Method = "quantile"
    draws: int = DRAWS
    concentration: float = CONCENTRATION
    interval_share: float = 0.90
    seed: int = 0
    year: int | None = None


@dataclass(frozen=True)
class Assessment:
    """
    What the evaluation found (评价结果); rows are zones, or zones and parts.

    Attributes
    ----------
    scheme, choices
        What was asked for.
    amounts
        Canonical amounts.
    indicators
        Indicators.
    evidence
        One row per zone and indicator.
    identity
        Test of the three rates.
    types
        Type of each row and what it rests on.
    scores
        Scores, standardised values and weights.
    ranking
        Per zone: ``score``, ``rank``, ``class``, its interval, goals, ``coverage``, ``zone_type``
        and ``reason``.
    bounds
        Lower bounds of the classes.
    potential, years
        Potential kind by kind; years of supply, empty without a history.
    per_mu, turned, league
        Per 亩 by both denominators; zones whose verdict depends on which; grades A to D.
    implausible, slips, sums
        Values outside their bands, unit slips that would explain them, sums that do not hold.
    """

    scheme: Scheme
    choices: Choices
    amounts: pd.DataFrame
    indicators: pd.DataFrame
    evidence: pd.DataFrame
    identity: pd.DataFrame
    types: pd.DataFrame
    scores: Scores
    ranking: pd.DataFrame
    bounds: tuple[float, ...]
    potential: pd.DataFrame
    years: pd.DataFrame
    per_mu: pd.DataFrame
    turned: pd.DataFrame
    league: pd.DataFrame
    implausible: pd.DataFrame
    slips: pd.DataFrame
    sums: pd.DataFrame
    history: pd.DataFrame = field(default_factory=pd.DataFrame)


def assess_zones(
    table: pd.DataFrame,
    scheme: Scheme,
    choices: Choices | None = None,
    *,
    attributes: pd.DataFrame | None = None,
    history: pd.DataFrame | None = None,
    league: LeagueScheme | None = None,
) -> Assessment:
    """
    Evaluate the land use of zones (开展集约利用评价).

    Parameters
    ----------
    table
        One row per zone, or per zone and part on an index with a level ``part``; columns as
        ``quantities.yml`` lists them.
    scheme
        Weights, ideals and types.
    choices
        Choices of the run; the defaults if None.
    attributes
        On the same index ``category`` (开发区类型), ``level`` (级别), ``zone_type`` (given by the
        user) and ``best_grade`` (亩均一票否决), each of them optional.
    history
        Yearly supply [ha] on the same index, one column per year.
    league
        Rules of the grades per 亩; none are given if None.

    Returns
    -------
    assessment
        All that was found; nothing is clipped, mended or left out silently.

    Raises
    ------
    LayerError
        If the table cannot be used; names every fault.

    Examples
    --------
    >>> from yngis.analysis.intensity.scheme import read_scheme
    >>> table = pd.DataFrame({"A": [60.0], "D": [75.0], "B21": [20.0], "B": [40.0]}, index=["x"])
    >>> found = assess_zones(table, read_scheme("2014-trial"))
    >>> found.ranking.loc["x", "reason"].split(": ")[1].split(", ")[0]
    'industrial_share'
    """
    chosen = choices or Choices()
    own = given_amounts(table)
    amounts = with_sums(own)
    known = pd.DataFrame(index=amounts.index) if attributes is None else attributes
    categories, levels, given = (known.get(name) for name in ("category", "level", "zone_type"))
    values = indicators(amounts, scheme, nothing_due=chosen.nothing_due)
    types = zone_types(amounts, scheme, categories=categories, given=given)
    scores = score(
        values, scheme, types["zone_type"], categories=categories, missing=chosen.missing
    )
    ranking, bounds = _rank_zones(scores, scheme, types["zone_type"], chosen)
    by_mu = per_mu(amounts, levels)
    years, past = _supply_years(amounts, history, chosen.year)
    return Assessment(
        scheme=scheme,
        choices=chosen,
        amounts=amounts,
        indicators=values,
        evidence=_split_zone_parts(evidence(amounts, scheme, nothing_due=chosen.nothing_due)),
        identity=identity(values, amounts),
        types=types,
        scores=scores,
        ranking=ranking,
        bounds=bounds,
        potential=_split_zone_parts(land_potential(amounts, scheme, categories)),
        years=years,
        per_mu=_split_zone_parts(by_mu),
        turned=_split_zone_parts(depends_on_land(by_mu)),
        league=pd.DataFrame()
        if league is None
        else zone_league(amounts, league, levels, known.get("best_grade")),
        implausible=_split_zone_parts(implausible_values(amounts, scheme)),
        slips=_split_zone_parts(unit_slips(own, scheme, stated_units(table.columns))),
        sums=_split_zone_parts(sum_faults(amounts)),
        history=past,
    )


def _rank_zones(
    scores: Scores, scheme: Scheme, types: pd.Series, chosen: Choices
) -> tuple[pd.DataFrame, tuple[float, ...]]:
    found, bounds = classes(scores.zones["score"], chosen.count, chosen.method)
    intervals = rank_intervals(
        scores,
        scheme,
        types,
        draws=chosen.draws,
        concentration=chosen.concentration,
        interval_share=chosen.interval_share,
        seed=chosen.seed,
        missing=chosen.missing,
    )
    table = scores.zones.assign(rank=ranks(scores.zones["score"]))
    table["class"] = found
    table = table.join(intervals.drop(columns="rank"))
    goals = [goal.name for goal in scheme.goals]
    first = ["score", "rank", "rank_low", "rank_high", "class"]
    rest = ["rank_median", "first_third", "score_low", "score_high", "coverage"]
    ordered = table[[*first, *goals, *rest, "zone_type", "reason"]]
    return ordered.sort_values("rank", kind="stable", na_position="last"), bounds


def _supply_years(
    amounts: pd.DataFrame, history: pd.DataFrame | None, year: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Years of supply up to the year of the figures, or the last one of the history."""
    if history is None or history.empty:
        return pd.DataFrame(), pd.DataFrame()
    still = amounts.get("E", pd.Series(float("nan"), index=amounts.index))
    return years_of_supply(still, history, year or int(max(history.columns))), history


def _split_zone_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Zone and part in columns of their own, where rows are both."""
    if rows.empty or not isinstance(rows["zone"].iloc[0], tuple):
        return rows
    index = pd.MultiIndex.from_tuples(rows["zone"].tolist(), names=["zone", "part"])
    zones, parts = split_index(index)
    apart = rows.assign(zone=zones.to_numpy())
    apart.insert(1, "part", parts)
    return apart


def weighted_indicators(scheme: Scheme, zone_type: str) -> pd.DataFrame:
    """
    Indicators of a type with weight, ideal and where they come from (指标体系表).

    Parameters
    ----------
    scheme
        The scheme.
    zone_type
        One of its types.

    Returns
    -------
    table
        One row per part and indicator: names, ``weight``, ``ideal`` and those ``by_category``,
        ``unit``, ``source``, ``confidence`` and ``verified``.
    """
    rows = []
    for part in scheme.parts.weights:
        for branch in scheme.branches(zone_type, part):
            indicator = scheme.indicator(branch.indicator)
            ideal = scheme.ideals.get(branch.indicator)
            source = scheme.sources[ideal.source] if ideal else None
            rows.append(
                {
                    "zone_type": zone_type,
                    "part": part,
                    "goal": next(g.zh for g in scheme.goals if g.name == branch.goal),
                    "indicator": indicator.name,
                    "zh": indicator.zh,
                    "unit": indicator.unit,
                    "weight": branch.weight,
                    "ideal": ideal.value if ideal else None,
                    "by_category": _by_category(ideal.by_category) if ideal else "",
                    "source": source.title
                    if source
                    else "没有理想值，不计分 / no ideal: not scored",
                    "confidence": source.confidence if source else "",
                    "verified": bool(source and source.verified),
                }
            )
    return pd.DataFrame(rows)


def _by_category(values: Mapping[str, float]) -> str:
    return "；".join(f"{category} {value:g}" for category, value in values.items())
