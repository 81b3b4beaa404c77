"""Which zone is named for what (产业布局): the layout table gathered zone by zone, for maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import PlanError, Problem
from yngis.plan.tables import Plan, read_plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


def zone_segments(industry: str, plan: Plan | None = None) -> pd.DataFrame:
    """
    Segments of one industry that each zone is named for (各开发区的细分产业).

    Parameters
    ----------
    industry
        One of the plan's industries, such as 新材料.
    plan
        The plan's tables; the shipped ones if None.

    Returns
    -------
    named
        One row per zone and segment: ``zone``, ``segment``, ``order``, ``character``, ``role``
        (all that the plan gives the zone in that segment, joined by ；, empty where it gives
        none) and ``plan_ref``; zones in the order of the registry, segments in the plan's.

    Raises
    ------
    PlanError
        If there is no such industry, with the nearest; or if the tables have faults.

    Examples
    --------
    >>> named = zone_segments("新材料")
    >>> named.loc[named["zone"] == "云南禄丰产业园区", ["segment", "role"]].values.tolist()
    [['绿色硅', '中游（单晶硅棒到电池片）'], ['钛', '中后端钛产业链'], ['钢铁', '']]
    """
    plan = read_plan() if plan is None else plan
    industries = list(plan.industries["industry"])
    if industry not in industries:
        raise PlanError(
            Problem(
                where=f"zone_segments({industry!r})",
                promised="规划中的产业 / an industry of the plan",
                found=f"“{industry}”",
                mend=did_you_mean(industry, industries),
            )
        )
    vocabulary = plan.segments[["industry", "segment", "order", "character"]]
    layout = plan.industry_layout
    named = (
        layout[layout["industry"] == industry]
        .merge(vocabulary, on=["industry", "segment"], validate="many_to_one")
        .groupby(["zone", "segment", "order", "character"], sort=False, as_index=False)
        .agg({"role": _join_texts, "plan_ref": _join_texts})
    )
    return _in_registry_order(named, plan)


def zone_industries(plan: Plan | None = None) -> pd.DataFrame:
    """
    Industries that each zone is named for (各开发区的产业).

    Parameters
    ----------
    plan
        The plan's tables; the shipped ones if None.

    Returns
    -------
    named
        One row per zone and industry: ``zone``, ``industry``, ``order``, ``character``,
        ``segments`` (joined by 、, in the plan's order) and ``plan_ref``; zones in the order of
        the registry, industries in the plan's.

    Raises
    ------
    PlanError
        If the tables have faults.

    Examples
    --------
    >>> named = zone_industries()
    >>> named.loc[named["zone"] == "云南富民产业园区", ["industry", "segments"]].values.tolist()
    [['新材料', '钛'], ['先进装备制造', '绿色环保装备']]
    """
    plan = read_plan() if plan is None else plan
    ranks = plan.segments[["industry", "segment", "order"]]
    named = (
        plan.industry_layout.merge(ranks, on=["industry", "segment"], validate="many_to_one")
        .sort_values("order", kind="stable")
        .groupby(["zone", "industry"], sort=False, as_index=False)
        .agg({"segment": _list_texts, "plan_ref": _join_texts})
        .rename(columns={"segment": "segments"})
        .merge(plan.industries[["industry", "order", "character"]], on="industry")
    )
    columns = ["zone", "industry", "order", "character", "segments", "plan_ref"]
    return _in_registry_order(named[columns], plan)


def _join_texts(texts: Iterable[object], mark: str = "；") -> str:
    """Join texts in order, each once; missing ones are left out."""
    return mark.join(dict.fromkeys(text for text in texts if isinstance(text, str)))


def _list_texts(texts: Iterable[object]) -> str:
    return _join_texts(texts, "、")


def _in_registry_order(named: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Sort rows by the registry's order of zones, then by ``order``, on a fresh index."""
    place = {zone: rank for rank, zone in enumerate(plan.zone_registry["name_zh"])}
    rank = named["zone"].map(place)
    return (
        named.assign(_rank=rank)
        .sort_values(["_rank", "order"])
        .drop(columns="_rank")
        .reset_index(drop=True)
    )
