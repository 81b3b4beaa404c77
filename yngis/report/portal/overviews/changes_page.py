"""What changed from one year to the next (变化): breaks first, then zones, values and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.measure.units import HECTARE_M2
from yngis.report.archive.declared import kind_titles
from yngis.report.archive.zone_history import LINEAGE_KINDS
from yngis.report.audit.wording import IDLE_CLASSES
from yngis.report.page import MISSING, Section, cell_as_text, plain_table
from yngis.report.portal.kit import IndexEntry, link_zone, render_portal_page
from yngis.report.portal.measures import measures_at_hand, missing_text, sum_known_areas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.report.archive import YearsCompared
    from yngis.report.page import PageTable
    from yngis.report.portal.measures import Measure
    from yngis.report.portal.view import ArchiveView

_PATH: Final = "changes.html"
_GRAVE: Final = "suspected_idle"
_MOST_RECORDS: Final = 400


def enter_changes(view: ArchiveView) -> IndexEntry | None:
    """Link of the index to the changes; None where there are no two years (入口)."""
    if view.compared is None:
        return None
    before, after = view.years[-2:]
    return IndexEntry(_PATH, f"{before}—{after} 年的变化", "what changed")


def make_changes(view: ArchiveView) -> Iterator[tuple[str, str]]:
    """
    Write what changed between the last two years (变化).

    Parameters
    ----------
    view
        The archive.

    Yields
    ------
    name, page
        One page; none where there is nothing to compare.
    """
    compared = view.compared
    if compared is None:
        return
    before, after = view.years[-2:]
    sections = [
        _break_section(compared),
        _lineage_section(view, compared),
        _finding_section(view, compared),
        _value_section(view, compared),
    ]
    yield (
        _PATH,
        render_portal_page(
            view,
            _PATH,
            f"{before}—{after} 年的变化",
            sections,
            en="What changed",
            subtitle="开发区和宗地以编号相接 / zones and records meet by number",
        ),
    )


def _break_section(compared: YearsCompared) -> Section:
    """Where numbers of the two years do not rest on the same."""
    titles = kind_titles()
    # What the years rest on may be an office's own files, whose names not all may see.
    sides = [name for name in ("before", "after") if name in compared.breaks]
    rows = [
        [titles[row["kind"]], row["what"], *(row[side] or MISSING for side in sides)]
        for row in compared.breaks.to_dict("records")
    ]
    told = plain_table("结果 不同的是" + (" 前一年 后一年" if sides else ""), rows)
    if not rows:
        calm = "两年的规则、规划包、边界和程序版本都相同。 Both years rest on the same."
        return Section("口径", paragraphs=(calm,), en="What they rest on", key="breaks")
    return Section(
        "口径",
        warning="以下结果两年的口径不同，数值不能直接相比。 Not to be compared as they stand.",
        tables=(told,),
        en="What they rest on",
        key="breaks",
    )


def _lineage_section(view: ArchiveView, compared: YearsCompared) -> Section:
    """What happened to zones between the two days."""
    zones = {zone.zone_id: zone for zone in view.zones}
    sourced = "source" in compared.lineage  # free words, which not all may see
    rows = []
    for event in compared.lineage.to_dict("records"):
        parts = [
            link_zone(_PATH, zones[number]) if number in zones else number or MISSING
            for number in (event["zone_id"], event["other_id"])
        ]
        rows.append(
            [
                parts[0],
                LINEAGE_KINDS[event["kind"]],
                parts[1],
                event["day"],
                event["before"] or MISSING,
                event["after"] or MISSING,
                *([event["source"]] if sourced else []),
            ]
        )
    if not rows:
        calm = "没有登记更名、升级、并入、分立。 Nothing happened to zones."
        return Section("开发区", paragraphs=(calm,), en="Zones", key="lineage")
    table = plain_table("开发区 变化 对方 日期 原 新" + (" 依据" if sourced else ""), rows)
    return Section("开发区", tables=(table,), en="Zones", key="lineage")


def _value_section(view: ArchiveView, compared: YearsCompared) -> Section:
    """Measures that differ: of the province, then of zones, those that differ most first."""
    values = compared[0]
    parts = []
    for measure in measures_at_hand(view):
        own = values[(values["kind"] == measure.kind) & (values["measure"] == measure.measure)]
        if own.empty:
            continue
        tables = [_value_table(view, measure, own[own["level"] == "zone"])]
        whole = own[own["level"] == "province"]
        lead = tuple(_move_text(measure, row) for row in whole.to_dict("records"))
        parts.append(
            Section(measure.header, lead, tables=tuple(filter(None, tables)), en=measure.en)
        )
    if not parts:
        return Section("指标", paragraphs=("没有变化。 Nothing.",), en="Measures", key="values")
    return Section("指标", parts=tuple(parts), en="Measures", key="values")


def _move_text(measure: Measure, row: dict[Any, Any]) -> str:
    before, after = (cell_as_text(row[side], measure.form) for side in ("before", "after"))
    return f"{row['place']}：{before} → {after}（{_difference_text(measure, row['difference'])}）"


def _difference_text(measure: Measure, difference: float) -> str:
    """Difference with its sign; of shares in points of per cent."""
    if pd.isna(difference):
        return MISSING
    if measure.form == "share":
        return f"{difference * 100:+.2f} 个百分点"
    return f"{difference:+,.0f}" if measure.form == "whole" else f"{difference:+,.2f}"


def _value_table(view: ArchiveView, measure: Measure, own: pd.DataFrame) -> PageTable | None:
    """Zones whose value differs, or that one year alone has."""
    zones = {zone.zone_id: zone for zone in view.zones}
    order = own["difference"].abs().sort_values(ascending=False, kind="stable").index
    lines = []
    for row in own.loc[order].to_dict("records"):
        if row["zone_id"] not in zones or (pd.isna(row["before"]) and pd.isna(row["after"])):
            continue
        zone = zones[row["zone_id"]]
        lines.append(
            [
                link_zone(_PATH, zone),
                cell_as_text(row["before"], measure.form),
                cell_as_text(row["after"], measure.form),
                _difference_text(measure, row["difference"]),
                row["reason"] or (f"{zone.ended} 起已并入他区" if zone.ended else ""),
            ]
        )
    if not lines:
        return None
    before, after = view.years[-2:]
    heads = f"开发区 >{before}年 >{after}年 >差"
    if any(line[-1] for line in lines):
        heads += " 无值原因"
    else:
        lines = [line[:-1] for line in lines]
    return plain_table(heads, lines, caption=f"{measure.zh}：{len(lines)} 个开发区有变")


def _finding_section(view: ArchiveView, compared: YearsCompared) -> Section:
    """Findings that appeared, went and changed: counted, by zone, and one by one for the office."""
    found = compared.findings
    if found.empty:
        calm = "没有变化，或两年都没有逐宗判定。 Nothing."
        return Section("判定", paragraphs=(calm,), en="Findings", key="findings")
    tables = [_turn_table(found), *_idle_zone_tables(view, found)]
    quiet = []
    if view.audience.records:
        listed, more = _record_tables(view, found)
        tables += listed
        quiet += more
    return Section("判定", tables=tuple(tables), quiet=tuple(quiet), en="Findings", key="findings")


def _finding_name(code: str, klass: str) -> str:
    """A finding with its class in Chinese; what has no name stands as it is."""
    if not code:
        return "无"
    return FINDINGS.get(code, code) + (f"（{IDLE_CLASSES.get(klass, klass)}）" if klass else "")


def _turned(found: pd.DataFrame) -> pd.DataFrame:
    """Findings before and after under their Chinese names, and what kind of turn it is."""
    names = {
        side: [
            _finding_name(code, klass)
            for code, klass in zip(found[side], found[f"class_{side}"], strict=True)
        ]
        for side in ("before", "after")
    }
    turn = [
        "新出现" if not old else "不再有" if not new else "判定改变" if old != new else "分级改变"
        for old, new in zip(found["before"], found["after"], strict=True)
    ]
    return found.assign(was=names["before"], now=names["after"], turn=turn)


def _turn_table(found: pd.DataFrame) -> PageTable:
    """How many records turned from what into what, with their area."""
    titles = kind_titles()
    held = _turned(found)
    held["area_m2"] = held["area_after_m2"].fillna(held["area_before_m2"])
    told = sum_known_areas(held, ["kind", "turn", "was", "now"])
    told = told.sort_values("records", ascending=False, kind="stable")
    rows = [
        [titles[row["kind"]], row["turn"], row["was"], row["now"], f"{row['records']:,}",
         cell_as_text(row["area_ha"], "number"), f"{row['unknown']:,}" if row["unknown"] else ""]
        for row in told.to_dict("records")
    ]  # fmt: skip
    heads = "结果 变化 前一年 后一年 >宗数 >面积（公顷）"
    if any(row[-1] for row in rows):
        heads += " >另有面积不明（宗）"
    else:
        rows = [row[:-1] for row in rows]
    note = "“无”为该年没有这条记录。 None: the year lacks the record."
    return plain_table(heads, rows, caption="怎样变的", note=note)


def _idle_zone_tables(view: ArchiveView, found: pd.DataFrame) -> Iterator[PageTable]:
    """Suspected idle land by zone: what came, what went, and what it was before or is now."""
    held = found[found["kind"] == "audit"]
    came = held[(held["after"] == _GRAVE) & (held["before"] != _GRAVE)].groupby("zone_id").size()
    went = held[(held["before"] == _GRAVE) & (held["after"] != _GRAVE)].groupby("zone_id").size()
    rows = [
        [link_zone(_PATH, zone), f"{came.get(zone.zone_id, 0)}", f"{went.get(zone.zone_id, 0)}"]
        for zone in view.zones
        if zone.zone_id in came.index or zone.zone_id in went.index
    ]
    if rows:
        yield plain_table("开发区 >新增宗数 >消除宗数", rows, caption="疑似闲置，按开发区")


def _record_tables(view: ArchiveView, found: pd.DataFrame) -> tuple[list[PageTable], list[str]]:
    """Records that became or ceased to be suspected idle, or whose class changed, one by one."""
    found = found[found["kind"] == "audit"]
    grave = (found["before"] == _GRAVE) | (found["after"] == _GRAVE)
    classed = (found["before"] == found["after"]) & (found["before"] != "")
    held = _turned(found[grave | classed])
    held["area"] = held["area_after_m2"].fillna(held["area_before_m2"])
    zones = {zone.zone_id: zone for zone in view.zones}
    rows = [
        [
            row["record_id"],
            link_zone(_PATH, zones[row["zone_id"]]) if row["zone_id"] in zones else MISSING,
            row["was"],
            row["now"],
            cell_as_text(row["area"] / HECTARE_M2, "fine")
            if pd.notna(row["area"])
            else missing_text("面积不明"),
        ]
        for row in held.head(_MOST_RECORDS).to_dict("records")
    ]
    if not rows:
        return [], []
    more = []
    if len(held) > len(rows):
        told = f"此处列前 {len(rows)} 条，共 {len(held):,} 条，全部见 data 中的 changes.csv。"
        more = [f"{told} All of them stand in data/changes.csv."]
    heads = "编号 开发区 前一年 后一年 >面积（公顷）"
    caption = f"疑似闲置的增减和分级改变，逐宗（{len(held):,} 条）"
    return [plain_table(heads, rows, caption=caption)], more
