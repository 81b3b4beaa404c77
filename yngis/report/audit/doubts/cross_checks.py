"""Doubts that only show between the tables (表间核对): approvals, supply and survey together."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.not_balanced import STEPS
from yngis.catalogue.io.nearest import ask_if_meant
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.errors import Problem, SpecError
from yngis.measure.units import HECTARE_M2
from yngis.plan.zone_names import ZoneMatcher, plan_registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.balancing.undrawn_approvals import Undrawn
    from yngis.analysis.audit.places import Gazetteer
    from yngis.plan.zone_notes import ZoneNote
    from yngis.report.audit.doubts.collect import Approved, Supplied
    from yngis.report.audit.options import Options


def balance_issues(approved: Approved, supplied: Supplied, balanced: Balance) -> pd.DataFrame:
    """Doubts that the balance shows (批供平衡所见)."""
    names = approved.frame["id"].to_numpy(dtype=object)
    lines = _of_supply(
        supplied.core,
        "supply_before_approval",
        "supply_date",
        balanced.before_approval,
        [f"批准 / approval {names[int(at)]}" for at in balanced.before_approval["approval"]],
    )
    later = balanced.withdrawn_later
    for rule, known in (("supply_before_withdrawal", True), ("withdrawn_day_unknown", False)):
        part = later[later["known"].astype("bool") == known]
        told = [f"批准 / approval {names[int(at)]}" for at in part["approval"]]
        lines += _of_supply(supplied.core, rule, "supply_date", part, told)
    return _issue_table(lines)


def unbalanced_issues(
    approved: Approved | None, supplied: Supplied, lost: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Doubts about what could not be balanced (未能平衡)."""
    rule = row_rules()["not_balanced"]
    lines = []
    for row in lost.drop(columns="geometry").to_dict("records"):
        table, frame, at = "supply", supplied.core, row["record"]
        if row["kind"] == "approval" and approved is not None:
            table, frame, at = "approvals", approved.frame, row["approval"]
        held = frame.iloc[int(at)]
        lines.append(
            (
                table, held["row"], held["id"], "geometry", f"{STEPS[row['step']]}：{row['place']}",
                rule.rule, rule.zh, rule.mend_zh, row["area_m2"],
            )
        )  # fmt: skip
    return _issue_table(lines)


def undrawn_issues(approved: Approved, supplied: Supplied, undrawn: Undrawn) -> pd.DataFrame:
    """Doubts about approvals without a polygon, and supply that may lie on them (无图形的批准)."""
    rule = row_rules()["approval_not_drawn"]
    bare = approved.frame.iloc[undrawn.rooms_m2.index.to_numpy(dtype=np.int64)]
    lines = [
        ("approvals", row, name, "geometry", "", rule.rule, rule.zh, rule.mend_zh, area)
        for row, name, area in zip(bare["row"], bare["id"], bare["area_m2"], strict=True)
    ]
    open_ = undrawn.land[undrawn.land["open_m2"] > 0.0]
    open_ = open_.assign(area_m2=open_["open_m2"])
    numbers = supplied.core["approval_no"].astype("object").iloc[open_["record"].to_numpy()]
    told = ["" if pd.isna(number) else str(number) for number in numbers]
    lines += _of_supply(supplied.core, "supply_approval_open", "approval_no", open_, told)
    return _issue_table(lines)


def overlap_issues(supplied: Supplied, overlaps: gpd.GeoDataFrame) -> pd.DataFrame:
    """Doubts about land supplied twice (重复供应)."""
    ids = supplied.core["id"].to_numpy(dtype=object)
    told = [f"与 / with {ids[int(at)]}" for at in overlaps["record"]]
    return _issue_table(
        _of_supply(
            supplied.core,
            "supply_overlap",
            "geometry",
            overlaps.assign(record=overlaps["other"]),
            told,
        )
    )


def built_issues(supplied: Supplied, contradictions: pd.DataFrame) -> pd.DataFrame:
    """Doubts about records that are completed on land that the survey shows as bare."""
    found = contradictions[contradictions["record"] >= 0]
    found = found[found["kind"] == "已竣工"]
    told = [f"{share * 100:.0f}% 为农用地或未利用地 / bare" for share in found["bare_share"]]
    lines = _of_supply(
        supplied.core,
        "built_on_bare",
        "actual_completion",
        found.assign(area_m2=found["area_ha"] * HECTARE_M2),
        told,
    )
    return _issue_table(lines)


def survey_coverage_issues(supplied: Supplied, doubts: pd.DataFrame) -> pd.DataFrame:
    """Doubts about records that the survey shows twice over, or not at all (现状图斑)."""
    lines = []
    for rule, where in (
        ("survey_overlaps", doubts["covered"] > 1.0),
        ("survey_missing", doubts["covered"] <= 1.0),
    ):
        part = doubts[where]
        told = [f"图斑合计占 {share * 100:.0f}% / of the parcel" for share in part["covered"]]
        lines += _of_supply(supplied.core, rule, "geometry", part, told)
    return _issue_table(lines)


def zone_issues(notes: Sequence[ZoneNote]) -> pd.DataFrame:
    """Doubts about the user's zones (开发区范围)."""
    rules = row_rules()
    told = _issue_table(
        [
            (
                "zones", note.row_in_file, note.zone, "name_zh;geometry", note.found(), note.rule,
                rules[note.rule].zh, rules[note.rule].mend_zh, note.area_m2,
            )
            for note in notes
        ]
    )  # fmt: skip
    return told.astype({"row": "Int64"})


def refuse_unknown_defaults(gazetteer: Gazetteer, options: Options) -> None:
    """Refuse defaults that name no place (缺省归属)."""
    problems = []
    if options.default_zone is not None and not gazetteer.known_zone(options.default_zone):
        near = ZoneMatcher(plan_registry()).match(options.default_zone).near
        problems.append(
            _unknown_option_problem("--zone", options.default_zone, "开发区 / a zone", near)
        )
    if options.default_county is not None and not gazetteer.known_county(options.default_county):
        near = tuple(get_close_matches(options.default_county, gazetteer.prefectures, n=3))
        problems.append(
            _unknown_option_problem(
                "--county", options.default_county, "县（市、区） / a county", near
            )
        )
    if problems:
        raise SpecError(problems)


def _unknown_option_problem(option: str, found: str, promised: str, near: Sequence[str]) -> Problem:
    mend = ask_if_meant(near) if near else "写全称 / write the full name"
    return Problem(where=option, promised=promised, found=found, mend=mend)


def _of_supply(
    core: pd.DataFrame, code: str, column: str, found: pd.DataFrame, told: Iterable[str]
) -> list[tuple[Any, ...]]:
    rule = row_rules()[code]
    held = core.iloc[found["record"].to_numpy(dtype=np.int64)]
    return [
        ("supply", row, name, column, value, code, rule.zh, rule.mend_zh, area)
        for row, name, value, area in zip(
            held["row"], held["id"], told, found["area_m2"], strict=True
        )
    ]


def _issue_table(lines: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
