"""A page per measure (指标页): zones by rank with intervals and years, and why one is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.report.archive.declared import kind_titles
from yngis.report.bars import Bar, bar_chart
from yngis.report.page import MISSING, Section, cell_as_text, plain_table
from yngis.report.portal.kit import IndexEntry, link_page, link_zone, render_portal_page
from yngis.report.portal.measures import (
    gap_reason,
    measure_rows,
    measures_at_hand,
    missing_text,
    value_text,
    zone_number,
    zone_value_text,
)
from yngis.report.svg import ACCENT, Interval, interval_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markupsafe import Markup

    from yngis.report.page import PageTable
    from yngis.report.portal.measures import Measure
    from yngis.report.portal.view import ArchiveView, ZoneHistory

    Rows = Mapping[tuple[str, int], Mapping[Any, Any]]

_INDEX: Final = "measures/index.html"
_LEVELS: Final = {"province": "全省", "region": "分区", "prefecture": "州（市）"}


def enter_measures(view: ArchiveView) -> IndexEntry | None:
    """Link of the index to the rankings; None where no zone has a number (入口)."""
    if not measures_at_hand(view):
        return None
    return IndexEntry(_INDEX, "指标排名", "rankings by measure")


def make_measures(view: ArchiveView) -> Iterator[tuple[str, str]]:
    """
    Write the rankings: a page for every measure, and one that leads to them (指标页).

    Parameters
    ----------
    view
        The archive.

    Yields
    ------
    name, page
        Pages; none where no zone has a number.
    """
    shown = measures_at_hand(view)
    if not shown:
        return
    yield _INDEX, _list_page(view, shown)
    for measure in shown:
        yield _page_of(measure), _measure_page(view, measure)


def _page_of(measure: Measure) -> str:
    return f"measures/{measure.id}.html"


def _list_page(view: ArchiveView, shown: Sequence[Measure]) -> str:
    """Page that leads to the rankings, with the sums of the province."""
    titles = kind_titles()
    standing = [zone for zone in view.zones if not zone.ended]
    lines = []
    for measure in shown:
        held = sum(zone_number(view, zone, measure) is not None for zone in standing)
        row = measure_rows(view, measure, "province").get((view.facts.province, view.year))
        lines.append(
            [
                link_page(_INDEX, _page_of(measure), measure.header),
                titles[measure.kind],
                f"{held}",
                f"{len(standing) - held}",
                MISSING if row is None else value_text(row, measure.form),
            ]
        )
    heads = "指标 结果 >有数的区 >缺数据的区 >全省"
    note = "全省一栏只写结果中有的，不由各区相加。 The province as the results tell it."
    table = plain_table(heads, lines, caption=f"{view.year} 年", note=note)
    section = Section("指标", tables=(table,), en="Measures")
    return render_portal_page(view, _INDEX, "指标排名", [section], en="Rankings")


def _measure_page(view: ArchiveView, measure: Measure) -> str:
    """Ranking of one measure, the years beside it, and the gaps."""
    path = _page_of(measure)
    rows = measure_rows(view, measure)
    year = _shown_year(view, rows)
    ranked = _ranked_zones(view, measure, rows, year)
    low, high = (view.rows_of(measure.kind, name) for name in (measure.low, measure.high))
    sections = [
        Section(
            f"{year} 年排名",
            drawings=_ranking_drawings(measure, ranked, rows, (low, high), year),
            tables=(_ranking_table(view, measure, ranked, (rows, low, high), year),),
            quiet=tuple(_reading_notes(view, measure)),
            en="Ranking",
            key="ranking",
        ),
        Section(
            "缺数据的开发区",
            tables=_gap_tables(view, measure, rows, year),
            en="Gaps and their reasons",
            key="gaps",
        ),
        Section(
            "全省、分区和州（市）",
            tables=tuple(_place_tables(view, measure)),
            en="Province, regions and prefectures",
            key="places",
        ),
    ]
    notices = [] if year == view.year else [
        f"{view.year} 年没有这一指标，以下为 {year} 年。 No value in that year; an earlier one."
    ]  # fmt: skip
    return render_portal_page(
        view,
        path,
        measure.header,
        sections,
        en=measure.en,
        crumbs=[("指标排名", _INDEX)],
        notices=notices,
    )


def _shown_year(view: ArchiveView, rows: Rows) -> int:
    """The portal's year, or the last one before it with a number."""
    known = {year for (_, year), row in rows.items() if not pd.isna(row["value"])}
    return view.year if view.year in known else max(known)


def _ranked_zones(
    view: ArchiveView, measure: Measure, rows: Rows, year: int
) -> list[tuple[int, ZoneHistory]]:
    """Zones that have a number with their places, as the measure orders them."""
    zones = {zone.zone_id: zone for zone in view.zones}
    values = {
        zone: measure.drawn_number(row["value"])
        for (zone, each), row in rows.items()
        if each == year and pd.notna(row["value"])
    }
    # Zones whose values read the same have the same place.
    places = (
        pd.Series(values, dtype="float64")
        .rank(method="min", ascending=measure.small_first)
        .astype("int64")
    )
    return sorted(
        ((place, zones[str(zone)]) for zone, place in places.items()),
        key=lambda each: (each[0], each[1].zone_id),
    )


def _ranking_drawings(
    measure: Measure,
    ranked: Sequence[tuple[int, ZoneHistory]],
    rows: Rows,
    ends: tuple[Rows, Rows],
    year: int,
) -> tuple[Markup, ...]:
    """Values with their intervals, or bars where they have none; the table tells the same."""
    unit = measure.drawn_unit
    if any(key[1] == year for key in ends[0]):
        shown = []
        for _, zone in ranked:
            key = (zone.zone_id, year)
            low, value, high = (
                measure.drawn_number(held[key]["value"]) if key in held else math.nan
                for held in (ends[0], rows, ends[1])
            )
            told = measure.text_of(rows[key]["value"])
            shown.append(Interval(zone.short_zh or zone.name, low, value, high, told, ACCENT))
        return (interval_chart(f"{measure.zh}和区间", shown, measure.header, width=480),)
    bars = [
        Bar(zone.short_zh or zone.name, number, measure.text_of(row["value"]), ACCENT)
        for _, zone in ranked
        if (number := measure.drawn_number((row := rows[zone.zone_id, year])["value"])) > 0
    ]
    if not bars:
        return ()
    return (bar_chart(f"{measure.zh}（{unit}）" if unit else measure.zh, bars),)


def _ranking_table(
    view: ArchiveView,
    measure: Measure,
    ranked: Sequence[tuple[int, ZoneHistory]],
    held: tuple[Rows, Rows, Rows],
    year: int,
) -> PageTable:
    """Zones by rank: value, interval, numerator and denominator, and the years before."""
    rows, low, high = held
    path = _page_of(measure)
    divided = any(not pd.isna(row["denominator"]) for row in rows.values())
    before = [each for each in view.years if each < year]
    heads = f"开发区 >位次 州（市） >{measure.header}"
    heads += " >区间下限 >区间上限" if low else ""
    # What is divided are areas.
    heads += " >分子（公顷） >分母（公顷）" if divided else ""
    heads += "".join(f" >{each}年" for each in reversed(before))
    lines = []
    for place, zone in ranked:
        key = (zone.zone_id, year)
        cells = [
            link_zone(path, zone),
            f"{place}",
            zone.prefecture,
            measure.text_of(rows[key]["value"]),
        ]
        if low:
            cells += [value_text(each.get(key), measure.form) for each in (low, high)]
        if divided:
            cells += [
                cell_as_text(rows[key][name], "number") for name in ("numerator", "denominator")
            ]
        cells += [zone_value_text(view, zone, measure, each) for each in reversed(before)]
        lines.append(cells)
    judged = {"bad": "大者在前，越大越须关注", "good": "大者在前", "neutral": "大者在前，不作评判"}
    order = "小者在前" if measure.small_first else judged[measure.more_is]
    note = f"{order}；所示数值相同的位次相同；图中不画为 0 的。 Equal values share a place."
    return plain_table(heads, lines, caption=f"{year} 年 {measure.header}", note=note)


def _gap_tables(
    view: ArchiveView, measure: Measure, rows: Rows, year: int
) -> tuple[PageTable, ...]:
    """Zones without a number, each with the reason that is known."""
    lines = []
    for zone in view.zones:
        row = rows.get((zone.zone_id, year))
        if row is not None and not pd.isna(row["value"]):
            continue
        reason = gap_reason(view, zone, measure, year)
        lines.append([link_zone(_page_of(measure), zone), zone.prefecture, missing_text(reason)])
    if not lines:
        return ()
    return (plain_table("开发区 州（市） 原因", lines, caption=f"{year} 年，{len(lines)} 个"),)


def _place_tables(view: ArchiveView, measure: Measure) -> Iterator[PageTable]:
    """The same measure of the province, regions and prefectures, by year."""
    for level, word in _LEVELS.items():
        rows = measure_rows(view, measure, level)
        if not rows:
            continue
        places = list(dict.fromkeys(place for place, _ in rows))
        years = sorted({year for _, year in rows})
        lines = [
            [
                place,
                *(value_text(rows.get((place, year)), measure.form) for year in years),
            ]
            for place in places
        ]
        heads = " ".join([word, *(f">{year}年" for year in years)])
        yield plain_table(heads, lines, caption=f"{word}：{measure.header}")


def _reading_notes(view: ArchiveView, measure: Measure) -> Iterator[str]:
    """What a reader must know of the years beside each other."""
    for each in view.breaks.get(measure.kind, []):
        yield (
            f"{each.year} 年与前一次的{each.words}不同，两年的数不能直接相比。 "
            "These two years do not rest on the same."
        )
