"""Names of zones and counties that nobody knows (归属不明): their records are summed up nowhere."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import shapely

from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.table_set import with_source
from yngis.plan.zone_names import ZoneMatcher, plan_registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.analysis.audit.places import Gazetteer
    from yngis.catalogue.tables.table import Records

_KIND: Final = re.compile(r"(?<=..)(?:[^市县区]{1,6}自治县|县|市|区)$")


def place_name_issues(gazetteer: Gazetteer, records: Records, table: str) -> pd.DataFrame:
    """Doubts about names of zones and counties that mean none (名称不认识), with the nearest."""
    frame = records.frame
    lines: list[tuple[Any, ...]] = []
    if "zone" in frame:
        told = _unknown_names(frame["zone"], gazetteer, "zone")
        lines += _name_lines(frame, told, "zone", "zone_unknown", table)
    if "county" in frame:
        told = _unknown_names(frame["county"], gazetteer, "county")
        lines += _name_lines(frame, told, "county", "county_unknown", table)
        blank = frame["county"].isna()
        if "zone" in frame:
            blank &= ~frame["zone"].map(gazetteer.known_zone, na_action="ignore").fillna(
                value=False
            ).astype("bool")
        if records.geometry is not None:
            blank &= shapely.is_missing(records.geometry) | shapely.is_empty(records.geometry)
        missing = pd.Series("", index=frame.index).where(blank)
        lines += _name_lines(frame, missing, "county", "county_missing", table)
    told_of = pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
    return with_source(told_of, str(frame["source"].iloc[0]) if len(frame) else "", 1)


def _unknown_names(names: pd.Series, gazetteer: Gazetteer, kind: str) -> pd.Series:
    """Names that mean no place, each with the nearest that do; missing elsewhere."""
    said = {}
    for name in names.dropna().unique():
        if kind == "zone" and not gazetteer.known_zone(name):
            said[name] = _with_nearest(name, ZoneMatcher(plan_registry()).match(name).near)
        elif kind == "county" and not gazetteer.known_county(name):
            said[name] = _with_nearest(name, _nearest_counties(name, gazetteer.county_names[:-1]))
    return names.astype("object").map(said)


def _nearest_counties(name: str, counties: Sequence[str]) -> list[str]:
    """Counties of the same name but for their kind (呈贡县, 呈贡区), else those that look alike."""
    stems = {_KIND.sub("", county): county for county in counties}
    stem = _KIND.sub("", name)
    if stem in stems:
        return [stems[stem]]
    return [stems[each] for each in get_close_matches(stem, stems, n=2)]


def _with_nearest(name: str, near: tuple[str, ...] | list[str]) -> str:
    listed = "".join(f"“{each}”" for each in near)
    return f"{name}（是否应为{listed}？）" if near else name


def _name_lines(
    frame: pd.DataFrame, told: pd.Series, column: str, code: str, table: str
) -> list[tuple[Any, ...]]:
    rule, where = row_rules()[code], told.notna()
    found = frame[where]
    return [
        (table, row, number, column, value, code, rule.zh, rule.mend_zh, area)
        for row, number, value, area in zip(
            found["row"], found["id"], told[where], found["area_m2"], strict=True
        )
    ]
