"""What a planner can act on (建议): sentences that say what was found, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.clustering.industry_tables import LEVELS
from yngis.analysis.clustering.zone_tables import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yngis.analysis.clustering.settings import Settings

KINDS: Final = {
    "leading_industry": "主导产业与规划",
    "similar_zones": "相近且相似的开发区",
    "over_assigned": "布局过多的产业",
    "doubled_in_plan": "规划布局重复",
    "chain_gap": "产业链缺口",
}
"""Kinds of recommendation, in the order of the report."""

_COLUMNS: Final = ["kind", "kind_zh", "subject", "text_zh", "text_en", "strength"]
_MOST_SIMILAR: Final = 3  # Zones named for each zone.
_NAMED: Final = 6  # Zones named in a sentence.

Row = tuple[str, str, str, str, float]


def recommend(tables: Mapping[str, pd.DataFrame], settings: Settings) -> pd.DataFrame:
    """
    Sentences that a planner can act on (可操作的建议), strongest first within each kind.

    Parameters
    ----------
    tables
        Tables of :class:`yngis.analysis.clustering.pipeline.Clustering`; kinds whose tables are
        missing are left out.
    settings
        The run's choices.

    Returns
    -------
    recommendations
        ``kind``, ``kind_zh``, ``subject``, ``text_zh``, ``text_en``, and ``strength``, by which
        they are ordered: a quotient, a similarity, zones too many, an overlap or kilometres.

    Notes
    -----
    They say what the numbers show. Whether a zone ought to change is the planner's to decide.
    """
    rows: list[Row] = []
    if "zones" in tables:
        rows += _leading_recommendations(tables["zones"])
    if "similarity" in tables:
        rows += _similar_recommendations(tables["similarity"], settings)
    if "zone_industry" in tables and "concentration" in tables:
        rows += _over_assigned(tables["zone_industry"], tables["concentration"], settings)
    if "plan_pairs" in tables:
        rows += _doubled_recommendations(tables["plan_pairs"])
    if "plan_gaps" in tables:
        rows += _gap_recommendations(tables["plan_gaps"])
    order = {kind: number for number, kind in enumerate(KINDS)}
    found = pd.DataFrame([(kind, KINDS[kind], *rest) for kind, *rest in rows], columns=_COLUMNS)
    keys = found.assign(_kind=found["kind"].map(order)).sort_values(
        ["_kind", "strength"], ascending=[True, False], kind="stable"
    )
    return keys[_COLUMNS].reset_index(drop=True)


def _leading_recommendations(zones: pd.DataFrame) -> Iterator[Row]:
    """Zones whose leading industry is not one that the plan assigns them."""
    for row in zones[zones["verdict"] == VERDICTS["differs"]].to_dict("records"):
        numbers = f"LQ {row['leading_lq']:.2f}，占 {row['leading_share']:.0%}"
        leads = f"{row['leading_industry']}（{numbers}）"
        chinese = (
            f"规划安排：{row['assigned']}；企业数据中区位商最高的是{leads}，不在规划之列。"
            "可核对规划定位，或核对企业的行业代码。"
        )
        english = (
            f"The plan assigns {row['assigned']}; by location quotient {leads} leads, which is "
            "not among them. Check the plan's aim, or the plants' codes."
        )
        yield "leading_industry", str(row["zone"]), chinese, english, float(row["leading_lq"])


def _similar_recommendations(pairs: pd.DataFrame, settings: Settings) -> Iterator[Row]:
    """The most similar zones near each zone, and the industries that make them so."""
    within = settings.within_km
    near = pairs[
        (pairs["distance_km"] <= within) & (pairs["similarity"] >= settings.high_similarity)
    ]
    turned = near.rename(columns={"zone": "other", "other": "zone"})
    both = pd.concat((near, turned), ignore_index=True)
    both = both.sort_values(["similarity", "distance_km"], ascending=[False, True], kind="stable")
    for zone, rows in both.groupby("zone", sort=True):
        top = rows.head(_MOST_SIMILAR).to_dict("records")
        each = "{other}（{similarity:.2f}，{distance_km:.0f} km，{drivers}）"
        each = "{other}（{similarity:.2f}，{distance_km:.0f} km，{drivers}）"
        names = "；".join(each.format_map(row) for row in top)
        chinese = (
            f"{within:.0f} 公里内结构最相似的开发区（相似系数、距离、主要原因）：{names}。"
            "可考虑分工或错位。"
        )
        english = (
            f"Most similar zones within {within:.0f} km (similarity, distance, because of): "
            f"{names}. Consider dividing the work."
        )
        yield "similar_zones", str(zone), chinese, english, float(top[0]["similarity"])


def _over_assigned(
    detail: pd.DataFrame, concentration: pd.DataFrame, settings: Settings
) -> Iterator[Row]:
    """Industries assigned to more zones than the spread of their plants supports."""
    plants = detail.groupby("industry")["plants"].sum()
    by_zone = concentration[concentration["level"] == LEVELS["zone"]]
    supported = dict(zip(by_zone["industry"], by_zone["effective_number"], strict=True))
    for industry, rows in detail[detail["assigned"]].groupby("industry", sort=False):
        number = supported.get(str(industry), float("nan"))
        if not len(rows) > np.ceil(number) or plants[industry] < settings.min_plants:
            continue
        empty = rows.loc[rows["plants"] == 0, "zone"].tolist()
        more = "等" if len(empty) > _NAMED else ""
        without = f"其中 {len(empty)} 个没有该产业企业：{'、'.join(empty[:_NAMED])}{more}。"
        chinese = (
            f"规划安排在 {len(rows)} 个开发区，企业的分布只相当于均匀集中在 {number:.1f} 个开发区"
            f"（有效地区数）。{without if empty else ''}可考虑收缩布局。"
        )
        english = (
            f"Assigned to {len(rows)} zones, while its plants are spread as over {number:.1f} "
            f"equal ones (effective number); {len(empty)} of the zones have no plant of it."
        )
        yield "over_assigned", str(industry), chinese, english, len(rows) - float(np.ceil(number))


def _doubled_recommendations(pairs: pd.DataFrame) -> Iterator[Row]:
    """Zones near one another that the plan names for much the same segments."""
    for row in pairs.to_dict("records"):
        apart, shared = f"{row['distance_km']:.0f}", f"{row['shared']}"
        chinese = f"相距 {apart} 公里，规划布局的细分产业重合度 {row['overlap']:.2f}：{shared}。"
        english = f"{apart} km apart; the plan names both for {shared} ({row['overlap']:.2f})."
        subject = f"{row['zone']}—{row['other']}"
        yield "doubled_in_plan", subject, chinese, english, float(row["overlap"])


def _gap_recommendations(gaps: pd.DataFrame) -> Iterator[Row]:
    """Stages that a region lacks downstream of what the plan gives it."""
    for row in gaps.to_dict("records"):
        somewhere, away = isinstance(row["nearest"], str), float(row["distance_km"])
        where_zh = f"最近的在{row['nearest']}（{away:.0f} 公里）" if somewhere else "规划未作安排"
        where_en = f"nearest: {row['nearest']} ({away:.0f} km)" if somewhere else "in no zone"
        chinese = f"有{row['has']}（{row['zones']}），缺{row['lacks']}；{where_zh}。"
        english = f"Has {row['has']} ({row['zones']}), lacks {row['lacks']}; {where_en}."
        subject = f"{row['segment']}（{row['region']}）"
        yield "chain_gap", subject, chinese, english, away if somewhere else float("inf")
