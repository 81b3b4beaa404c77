"""Approvals without a polygon in an audit (无图形的批准): where they may lie, and what is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.approval_force import approval_states
from yngis.analysis.audit.balancing.number_and_place import (
    Misplaced,
    find_misplaced,
    take_misplaced,
)
from yngis.analysis.audit.balancing.undrawn_approvals import (
    Homes,
    Undrawn,
    places_without_polygon,
    sort_outside,
)
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, MAY_BE_RECORDS, row_rules
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.balancing.number_and_place import Shift
    from yngis.analysis.audit.places import Gazetteer
    from yngis.report.audit.doubts.collect import Approved, Supplied
    from yngis.report.audit.options import Options
    from yngis.report.audit.results import Results


def part_undrawn(
    approved: Approved | None,
    supplied: Supplied,
    balanced: Balance | None,
    gazetteer: Gazetteer,
    options: Options,
) -> tuple[Balance | None, Undrawn | None]:
    """Take from the land outside approvals what approvals without a polygon may hold."""
    if approved is None or balanced is None or approved.geometry is None:
        return balanced, None
    bare = places_without_polygon(approved.geometry)
    if not len(bare):
        return balanced, None
    outside = balanced.outside
    records = outside["record"].to_numpy(dtype=np.int64)
    source = supplied.core.iloc[records].reset_index(drop=True)
    source["zone"] = source["zone"].astype("object")
    shapes = np.array(outside.geometry.array, dtype=object)
    frame = approved.frame.iloc[bare].reset_index(drop=True)
    homes = Homes(
        gazetteer.main_zones(gazetteer.place_zones(frame, None), len(frame)),
        gazetteer.main_zones(gazetteer.place_zones(source, shapes), len(source)),
        gazetteer.anywhere,
    )
    undrawn = sort_outside(
        approved.frame,
        bare,
        supplied.core,
        outside,
        homes=homes,
        as_of=np.datetime64(options.as_of, "D"),
        tolerance=options.tolerance,
    )
    return replace(balanced, outside=undrawn.outside), undrawn


def part_misplaced(
    approved: Approved | None, supplied: Supplied, balanced: Balance | None, options: Options
) -> tuple[Balance | None, Misplaced | None]:
    """Take from the land outside approvals what names a drawn approval that lies elsewhere."""
    if approved is None or balanced is None or approved.geometry is None:
        return balanced, None
    if "approval_no" not in approved.frame:
        return balanced, None
    states = approval_states(approved.frame, np.datetime64(options.as_of, "D"))
    found = find_misplaced(
        approved.frame["approval_no"],
        states["state"].to_numpy(dtype=object),
        approved.geometry,
        supplied.core["approval_no"],
        supplied.store,
    )
    if found is None:
        return balanced, None
    outside, found = take_misplaced(found, balanced.outside)
    return replace(balanced, outside=outside), found


def misplaced_issues(approved: Approved, supplied: Supplied, found: Misplaced) -> pd.DataFrame:
    """Doubts about records that name an approval and lie elsewhere (文号与位置矛盾)."""
    rule = row_rules()["number_place_contradict"]
    core = supplied.core.iloc[found.records]
    ids = approved.frame["id"].to_numpy(dtype=object)[found.approvals]
    lines = [
        (
            "supply", row, name, "approval_no;geometry",
            f"文号 {number}，图形距该批准（{approval}）{metres:,.0f} 米 / m", rule.rule, rule.zh,
            rule.mend_zh, area,
        )
        for row, name, number, approval, metres, area in zip(
            core["row"], core["id"], core["approval_no"].astype("object"), ids, found.metres,
            core["area_m2"], strict=True,
        )
    ]  # fmt: skip
    return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))


def misplaced_notice(results: Results) -> str:
    """Say that number and place contradict each other, and the vector that explains it."""
    found = results.totals.misplaced
    if found is None:
        return ""
    area = float(found.land["area_m2"].sum()) / HECTARE_M2
    told = (
        f"{len(found.records):,} 宗供应的图形不在所写批准文号的图形内（文号与位置矛盾），其中 "
        f"{area:,.2f} 公顷在所有批准之外，不作未批先供，也不作已供，单列；逐宗见 issues.csv、"
        "outside_misplaced.csv / records that name a drawn approval and lie elsewhere: "
        f"{area:,.2f} ha of them outside any, neither cleared nor accused"
    )
    return f"{told}{shift_text(found.shift, '写有图形批准文号的')}"


def shift_text(shift: Shift | None, of_zh: str) -> str:
    """Say by which vector many records lie off, and the usual causes (整体平移)."""
    if shift is None:
        return ""
    east, north = (
        f"{ways[0] if metres >= 0.0 else ways[1]} {abs(metres):,.0f} 米"
        for metres, ways in ((shift.east_m, "东西"), (shift.north_m, "北南"))
    )
    return (
        f"。其中 {shift.records:,} 宗（占{of_zh} {shift.share:.0%}）同向平移：供应"
        f"图形相对批准图形约偏{east}、偏{north}（±{shift.spread_m:,.0f} 米），很可能是坐标问题"
        "（GCJ-02 等加密坐标、1980 西安或 1954 北京坐标未转换、投影带或中央经线不同、"
        "原点或配准错误），先核对两处坐标系再用本结果 / "
        f"{shift.records:,} of them are shifted alike, some {shift.east_m:,.0f} m east and "
        f"{shift.north_m:,.0f} m north: check datum (GCJ-02, Xi'an 80, Beijing 54), belt and "
        "origin of both layers first"
    )


def lost_approvals_notice(results: Results) -> str:
    """Say that approvals were left out at reading: supply may lie on their land (未读入的批准)."""
    doubts = results.doubts
    lost = doubts[
        (doubts["table"] == "approvals")
        & (doubts["outcome"] == "rejected")
        & doubts["rule"].isin(MAY_BE_RECORDS)
    ]
    if not len(lost):
        return ""
    rows = int(lost["rows"].sum())
    return (
        f"{rows:,} 行批准未能读入（{'；'.join(lost['meaning'])}），不计入批准：在其范围内的供应"
        "可能被列为未批先供疑似，奖惩可变，先补正再作结论；逐行见 rejected.csv / "
        f"{rows:,} rows of approvals could not be read and count nowhere: supply on their land may "
        "be listed as outside any approval; mend them before anything rests on it"
    )


def undrawn_notice(results: Results) -> str:
    """Say how approvals without a polygon count, and what they leave open (无图形的批准)."""
    found = results.totals.undrawn
    if found is None:
        return ""
    area, taken = float(found.area_m2.sum()) / HECTARE_M2, float(found.taken_m2.sum()) / HECTARE_M2
    open_ = float(found.land["open_m2"].sum()) / HECTARE_M2
    pieces = int((found.land["open_m2"] > 0.0).sum())
    bounds = [
        "outside_approval_least", "outside_approval_most", "unsupplied_least", "unsupplied_most",
    ]  # fmt: skip
    hectares = results.totals.province_sums()[bounds].fillna(0.0) / HECTARE_M2
    least, most, left, right = (f"{value:,.2f}" for value in hectares)
    others = ""
    if len(found.others):
        others = f"，另有 {len(found.others):,} 件已撤回或效力不明，不计入批准"
    unsized = f"，其中 {len(found.unsized):,} 件面积不详、未计入" if len(found.unsized) else ""
    return (
        f"{len(found.approvals):,} 件批准没有可用的图形（{area:,.2f} 公顷{others}{unsized}）："
        f"按记录面积计入批准，按批准文号计入已供 {taken:,.2f} 公顷；"
        f"{pieces:,} 宗供应的 {open_:,.2f} 公顷在有图形的批准之外，可能在其范围内，批准不详，"
        f"不作未批先供：未批先供疑似在 {least} 与 {most} 公顷之间，批而未供在 {left} 与 {right} "
        "公顷之间；与有图形的批准是否重叠不能判断；因此可变的规划奖惩不作结论；逐件见 "
        "approvals_balance.csv、outside_unknown.csv / approvals without a usable polygon: "
        f"{len(found.approvals):,} in force count by recorded area ({area:,.2f} ha), "
        f"{taken:,.2f} ha of them supplied by number; {open_:,.2f} ha of supply could lie on "
        f"approvals nobody drew, approval unknown: supply outside approvals is between {least} and "
        f"{most} ha, unsupplied land between {left} and {right} ha, and no verdict rests on it"
    )
