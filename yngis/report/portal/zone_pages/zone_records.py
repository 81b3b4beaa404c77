"""Findings of a zone (判定): by class, on a map, and one by one with their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from markupsafe import Markup

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.wording import CHARACTERS, COLOURS, GRAVITY
from yngis.report.page import PageTable, Section, cell_as_text, plain_table
from yngis.report.portal.kit import link_page, render_portal_page
from yngis.report.portal.measures import missing_text
from yngis.report.portal.zone_pages.parcel_drawing import parcel_drawing
from yngis.report.portal.zone_pages.parcel_map_page import has_map_page, map_path
from yngis.report.portal.zone_pages.zone_land import absence_of, missing_kind_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yngis.report.portal.view import ArchiveView, ZoneHistory

MOST_ON_PAGE: Final = 30
"""Records that the page of a zone lists itself, the gravest first; another page has all."""

_MOST_ON_PAPER: Final = 10  # as portal.css has it
_TOLD: Final = ["holder", "finding_zh", "evidence", "rule"]  # of the audit's own table
_FOUND: Final = ["record_id", "record_key", "finding", "days", "area_m2"]
_LISTED: Final = "编号 用地单位 判定 >逾期天数 >面积（公顷） 依据 条款 历年判定"


def records_path(zone: ZoneHistory) -> str:
    """
    Page with all records of a zone (逐宗页面).

    Parameters
    ----------
    zone
        The zone.

    Returns
    -------
    path
        Within the portal.
    """
    return f"zones/{zone.zone_id}-parcels.html"


def findings_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell the findings on a zone's parcels: classes, map, and the gravest one by one (宗地判定).

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
    title, en, key = "宗地判定", "Findings", "findings"
    reason = absence_of(view, zone, "audit")
    if reason:
        return missing_kind_section(title, en, key, reason)
    found = view.last_findings_of(zone, "audit")
    if found.empty:
        told = "该区没有供应宗地的记录。 No record of supplied land."
        return Section(title, paragraphs=(told,), en=en, key=key)
    paragraphs: list[str] = []
    listed: tuple[PageTable, ...] = ()
    drawings: tuple[Markup, ...] = ()
    if view.audience.records:
        caption = f"逐宗 / one by one（{len(found)}）"
        if len(found) > MOST_ON_PAGE:
            link = link_page(zone.page, records_path(zone), f"全部 {len(found)} 宗，逐宗列出依据")
            paragraphs.append(Markup("{} / all of them with their evidence").format(link))
            caption = f"最要紧的 {MOST_ON_PAGE} 宗 / the gravest"
        listed = (_records_table(_listed_rows(view, found, MOST_ON_PAGE), caption),)
        if len(found) > _MOST_ON_PAPER:
            told = f"打印只印前 {_MOST_ON_PAPER} 宗，其余见网页 / the rest is on the page"
            paragraphs.append(Markup('<span class="paper">{}</span>').format(told))
        if has_map_page(view, zone):
            link = link_page(zone.page, map_path(zone), "宗地图另页，可缩放、查找、点选")
            paragraphs.append(Markup("{} / the map has a page of its own").format(link))
        drawings = parcel_drawing(view, zone)
    else:
        paragraphs.append("可外发的页面不列逐宗记录。 Single parcels are not shown here.")
    return Section(
        title,
        paragraphs=tuple(paragraphs),
        drawings=drawings,
        tables=(_class_table(found), *listed),
        quiet=("判定只写“疑似”，认定由主管部门作出。 Suspected; recognition is the bureau's.",),
        en=en,
        key=key,
    )


def make_records_page(view: ArchiveView, zone: ZoneHistory) -> Iterator[tuple[str, str]]:
    """
    Write all records of a zone with their evidence (逐宗页面).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Yields
    ------
    name, page
        One page where the zone's own cannot hold them all, else none.
    """
    if not view.audience.records or absence_of(view, zone, "audit"):
        return
    found = view.last_findings_of(zone, "audit")
    if len(found) <= MOST_ON_PAGE:
        return
    path = records_path(zone)
    rows = _listed_rows(view, found)
    edition = view.edition_of("audit") or {}
    section = Section("逐宗判定", tables=(_records_table(rows, f"{len(rows)} 宗"),), en="Records")
    title = f"{zone.name}：逐宗判定"
    told = f"{edition['year']} 年审计，截止 {edition['as_of']}；最要紧的在前"
    yield (
        path,
        render_portal_page(
            view,
            path,
            title,
            [section],
            subtitle=f"{told} / the gravest first",
            crumbs=[(zone.name, zone.page)],
        ),
    )


def _class_table(found: pd.DataFrame) -> PageTable:
    """Number and area of each finding, the gravest first."""
    rows, colours = [], []
    for code, words in FINDINGS.items():
        own = found[found["finding"] == code]
        if own.empty:
            continue
        unknown = int(own["area_m2"].isna().sum())
        area = cell_as_text(float(own["area_m2"].sum()) / HECTARE_M2, "number")
        note = f"另有 {unknown} 宗面积不明" if unknown else ""
        rows.append([f"{CHARACTERS[code]}　{words}", f"{len(own):,}", area, note])
        colours.append(COLOURS[code])
    total = cell_as_text(float(found["area_m2"].sum()) / HECTARE_M2, "number")
    rows.append(["合计", f"{len(found):,}", total, ""])
    classes = (*[""] * len(colours), "total")
    return plain_table(
        "判定 >宗数 >面积（公顷） 说明",
        rows,
        caption="按判定分",
        colours=(*colours, "#ffffff"),
        classes=classes,
    )


def _listed_rows(
    view: ArchiveView, found: pd.DataFrame, most: int | None = None
) -> list[tuple[list[str], str]]:
    """Cells and colour of the first records, the gravest first, then the longest overdue."""
    days = found["days"].astype("Float64").fillna(-1).astype("float64")
    ordered = (
        found.assign(grave=-found["finding"].map(GRAVITY).fillna(0), late=-days)
        .sort_values(["grave", "late", "place_in_file"])
        .head(len(found) if most is None else most)
    )
    table = view.edition_table("audit", "supply_findings.csv")
    # Taken from the table at once, and no more than is told: a row at a time is slow.
    held = table[[name for name in _TOLD if name in table]]
    sources = held.reindex(ordered["place_in_file"]).fillna("").to_dict("records")
    history = _finding_history(view, ordered["record_key"])
    return [
        (_record_cells(row, source, history), COLOURS.get(row["finding"], "#ffffff"))
        for row, source in zip(ordered[_FOUND].to_dict("records"), sources, strict=True)
    ]


def _record_cells(
    row: dict[Any, Any], source: dict[Any, Any], history: dict[str, str]
) -> list[str]:
    area = row["area_m2"]
    known = area is not None and not pd.isna(area)
    code = str(row["finding"])
    words = str(source.get("finding_zh", "")) or FINDINGS.get(code, code)
    return [
        str(row["record_id"]),
        str(source.get("holder", "")) or missing_text("台账未写"),
        f"{CHARACTERS.get(code, '')}　{words}",
        # Before the day comes, the days to it are no delay.
        "" if pd.isna(row["days"]) or row["days"] < 0 else f"{int(row['days']):,}",
        cell_as_text(area / HECTARE_M2, "fine") if known else missing_text("面积不明"),
        str(source.get("evidence", "")),
        str(source.get("rule", "")),
        history.get(str(row["record_key"]), ""),
    ]


def _finding_history(view: ArchiveView, keys: Iterable[str]) -> dict[str, str]:
    """Findings of earlier years by record, wherever it was counted then."""
    earlier = view.records_by_key("audit")
    told = {}
    for key in keys:
        years = earlier.get(str(key), ())
        if len(years) > 1:
            told[str(key)] = " → ".join(
                f"{year} {FINDINGS.get(finding, finding)}" for year, finding in years
            )
    return told


def _records_table(rows: list[tuple[list[str], str]], caption: str) -> PageTable:
    return plain_table(
        _LISTED,
        [cells for cells, _ in rows],
        caption=caption,
        colours=tuple(colour for _, colour in rows),
    )
