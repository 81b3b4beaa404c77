"""Approvals without a polygon in an audit (无图形的批准): where they may lie, and what is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.balancing.undrawn_approvals import (
    Homes,
    Undrawn,
    places_without_polygon,
    sort_outside,
)

if TYPE_CHECKING:
    from yngis.analysis.audit.balancing.balance import Balance
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


_LOST: Final = frozenset(
    {
        "no_area", "feature_unreadable", "not_an_area", "file_cut_off", "row_too_long",
        "row_shifted", "section_differs",
    }
)  # fmt: skip
"""Rules by which a row is left out that may be an approval all the same."""


def lost_approvals_notice(results: Results) -> str:
    """Say that approvals were left out at reading: supply may lie on their land (未读入的批准)."""
    doubts = results.doubts
    lost = doubts[
        (doubts["table"] == "approvals")
        & (doubts["outcome"] == "rejected")
        & doubts["rule"].isin(_LOST)
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
    area, taken = float(found.area_m2.sum()) / 1e4, float(found.taken_m2.sum()) / 1e4
    open_ = float(found.land["open_m2"].sum()) / 1e4
    pieces = int((found.land["open_m2"] > 0.0).sum())
    bounds = [
        "outside_approval_least", "outside_approval_most", "unsupplied_least", "unsupplied_most",
    ]  # fmt: skip
    hectares = results.totals.province_sums()[bounds].fillna(0.0) / 1e4
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
