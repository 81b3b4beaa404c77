"""Land of a zone (土地): areas, rates with numerator and denominator, stock, the plan's verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from yngis.analysis.audit.quota_verdicts import VERDICTS
from yngis.analysis.audit.ratios import QUANTITIES, RATIOS, formula_text
from yngis.report.page import Section, cell_as_text, plain_table
from yngis.report.portal.measures import (
    hectares_text,
    missing_text,
    no_edition_reason,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from yngis.report.page import PageTable
    from yngis.report.portal.view import ArchiveView, ZoneHistory

_SIDES: Final = {"sanction": "处罚", "prefer": "优先"}
_AREAS: Final = (
    *("approved", "supplied_of_approved", "unsupplied", "supplied", "started", "built"),
    *("not_used", "suspected_idle", "idle_disposed", "outside_approval", "outside_unknown"),
)
_LEADING: Final = ("unsupplied_rate", "not_used_rate", "idle_rate")


def missing_kind_section(title: str, en: str, key: str, reason: str) -> Section:
    """
    Say that there are no results of a kind for a zone (缺数据的章节).

    Parameters
    ----------
    title, en, key
        Of the section.
    reason
        Why, as :func:`absence_of` tells.

    Returns
    -------
    section
        With the reason alone.
    """
    told = missing_text(reason)
    return Section(title, paragraphs=(told,), en=en, key=key)


def absence_of(view: ArchiveView, zone: ZoneHistory, kind: str) -> str:
    """
    Tell why a zone has no values of a kind (为何没有).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.
    kind
        Kind of results.

    Returns
    -------
    reason
        Empty where it has some.
    """
    edition = view.edition_of(kind)
    if edition is None:
        return no_edition_reason(view, kind)
    if view.latest_values(zone, kind):
        return ""
    if zone.ended:
        return f"该区已于 {zone.ended} 并入他区"
    return f"{edition['year']} 年的结果中没有该区"


def land_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell the areas and rates of a zone's land, and its stock (土地).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Tables of the last audit, and of the last disposal where there is one.
    """
    title, en, key = "土地", "Land", "land"
    reason = absence_of(view, zone, "audit")
    stock = _stock_table(view, zone)
    if reason:  # the stock is of its own results
        return replace(missing_kind_section(title, en, key, reason), tables=stock)
    values = view.latest_values(zone, "audit")
    edition = view.edition_of("audit") or {}
    return Section(
        title,
        paragraphs=(f"{edition['year']} 年审计，截止 {edition['as_of']}。",),
        tables=(_rate_table(values), _area_table(values), *stock),
        en=en,
        key=key,
    )


def _rate_table(values: Mapping[str, Mapping[Any, Any]]) -> PageTable:
    names = [*_LEADING, *(name for name in RATIOS if name not in _LEADING)]
    rows = []
    for name in names:
        row = values.get(name)
        if row is None:
            continue
        rows.append(
            [
                RATIOS[name].zh,
                value_text(row, "share"),
                cell_as_text(row["numerator"], "number"),
                cell_as_text(row["denominator"], "number"),
                formula_text(name),
            ]
        )
    return plain_table(
        "比率 >值 >分子（公顷） >分母（公顷） 算式", rows, caption="比率：分子 ÷ 分母"
    )


def _area_table(values: Mapping[str, Mapping[Any, Any]]) -> PageTable:
    rows = [
        (QUANTITIES[name], value_text(values[f"{name}_ha"], "number"))
        for name in _AREAS
        if f"{name}_ha" in values
    ]
    return plain_table("面积 >公顷", rows, caption="面积")


def _stock_table(view: ArchiveView, zone: ZoneHistory) -> tuple[Any, ...]:
    """Stock that must be disposed of, by year, of the last disposal."""
    values = view.latest_values(zone, "disposal")
    years = sorted({name.rpartition(".")[2] for name in values if name.startswith("stock_m2.")})
    if not years:
        return ()
    heads = "项目 " + " ".join(f">{year}" for year in years)
    named = {
        "stock_m2": "年初存量（公顷）",
        "added_m2": "新增（公顷）",
        "disposed_m2": "处置（公顷）",
        "rate": "处置率",
        "needed_m2": "任务尚差（公顷）",
    }
    rows = []
    for name, words in named.items():
        held = [values.get(f"{name}.{year}") for year in years]
        cells = [value_text(row, "share") if name == "rate" else hectares_text(row) for row in held]
        rows.append([words, *cells])
    return (plain_table(heads, rows, caption="存量处置"),)


def verdict_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell the plan's verdict on a zone, criterion by criterion, and what would change it (规划奖惩).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Of the last audit.
    """
    title, en, key = "规划奖惩", "The plan's verdict", "verdict"
    values = view.latest_values(zone, "audit")
    reason = absence_of(view, zone, "audit")
    if not reason and "verdict" not in values:
        reason = "审计没有作出规划奖惩结论"
    if reason:
        return missing_kind_section(title, en, key, reason)
    verdict = str(values["verdict"]["words"])
    facts = [("结论", VERDICTS.get(verdict, verdict))]
    facts += [
        (words, str(values[name]["words"]))
        for name, words in (("why", "理由"), ("to_leave", "退出处罚须"))
        if name in values and values[name]["words"]
    ]
    criteria = view.zone_rows("audit", "criteria.csv", zone)
    tables = (_criteria_table(criteria),) if len(criteria) else ()
    note = "门槛规划没有给出，为缺省值或自有规则文件所写，见“依据”。疑似不是认定。"
    return Section(title, facts=tuple(facts), tables=tables, quiet=(note,), en=en, key=key)


def _criteria_table(criteria: pd.DataFrame) -> PageTable:
    rows = []
    for row in criteria.to_dict("records"):
        value = row["value"]
        shown = cell_as_text(float(value), "share") if value else missing_text("分子或分母不明")
        rows.append(
            [
                row["zh"],
                _SIDES.get(row["side"], row["side"]),
                shown,
                f"{row['sign']} {float(row['threshold']):.0%}" if row["threshold"] else "",
                row["holds"] or "不能判定",
                row["need"],
                row["basis"],
            ]
        )
    return plain_table("判据 一侧 >值 门槛 是否符合 须改变 依据", rows, caption="逐条判据")
