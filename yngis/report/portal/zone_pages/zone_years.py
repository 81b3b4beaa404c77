"""The years of a zone beside each other (历年): small drawings with breaks, and a table."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from yngis.report.archive.declared import kind_titles
from yngis.report.archive.zone_history import LINEAGE_KINDS
from yngis.report.page import Section, plain_table
from yngis.report.portal.measures import (
    measure_rows,
    measures_at_hand,
    missing_text,
    zone_value_text,
)
from yngis.report.portal.view import YearBreak

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from yngis.report.page import PageTable
    from yngis.report.portal.measures import Measure
    from yngis.report.portal.view import ArchiveView, ZoneHistory

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 260.0, 130.0, 8.0, 40.0, 22.0


def lineage_breaks(view: ArchiveView, zone: ZoneHistory) -> list[YearBreak]:
    """
    Find years in which a zone became larger, smaller or another (沿革).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    breaks
        By year.
    """
    return [
        YearBreak(int(str(event["day"])[:4]), LINEAGE_KINDS[event["kind"]])
        for event in view.events_of(zone)
    ]


def years_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Show a zone's measures over the years (历年).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Small drawings and the same as a table.
    """
    title, en, key = "历年", "The years", "years"
    shown = measures_at_hand(view)
    held = {
        each.id: {
            year: row
            for year in view.years
            if (row := measure_rows(view, each).get((zone.zone_id, year))) is not None
        }
        for each in shown
    }
    events = lineage_breaks(view, zone)
    drawings = []
    for measure in shown:
        breaks = view.breaks.get(measure.kind, [])
        drawings.append(_year_drawing(view.years, measure, held[measure.id], [*breaks, *events]))
    if not any(drawings):
        return Section(title, paragraphs=(missing_text("各年都没有该区的数"),), en=en, key=key)
    figures = Markup("").join(
        Markup("<figure>{}</figure>").format(each) for each in drawings if each
    )
    return Section(
        title,
        drawings=(Markup('<div class="multiples">{}</div>').format(figures),),
        tables=(_year_table(view, zone, shown, events),),
        quiet=(
            "竖虚线处口径有变（见表末各行），两侧不能直接相比。 Dashed: not comparable across.",
        ),
        en=en,
        key=key,
    )


def _year_table(
    view: ArchiveView,
    zone: ZoneHistory,
    shown: Sequence[Measure],
    events: Sequence[YearBreak],
) -> PageTable:
    """Measures by year, then what breaks the comparison."""
    rows: list[list[str]] = []
    for measure in shown:
        cells = [zone_value_text(view, zone, measure, year) for year in view.years]
        rows.append([measure.header, *cells])
    kinds = kind_titles()
    for kind in dict.fromkeys(measure.kind for measure in shown):
        words = {each.year: each.words for each in view.breaks.get(kind, [])}
        if words:
            cells = [f"≠ {words[year]}" if year in words else "" for year in view.years]
            rows.append([f"口径变化：{kinds[kind]}", *cells])
    if events:
        cells = ["、".join(e.words for e in events if e.year == year) for year in view.years]
        rows.append(["沿革", *cells])
    heads = "指标 " + " ".join(f">{year}" for year in view.years)
    return plain_table(heads, rows, caption="历年各项（图中数值）")


def _year_drawing(
    years: Sequence[int],
    measure: Measure,
    rows: Mapping[int, Mapping[Any, Any]],
    breaks: Sequence[YearBreak],
) -> Markup:
    """One measure over the years; a line breaks where a year is missing or not comparable."""
    values = {year: float(row["value"]) for year, row in rows.items() if not pd.isna(row["value"])}
    if not values:
        return Markup("")
    low, high = min(0.0, *values.values()), max(values.values())
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _LEFT - 40) / max(len(years) - 1, 1)

    def place(year: int) -> tuple[float, float]:
        x = _LEFT + 20 + years.index(year) * step
        return x, _HEIGHT - _FOOT - (values[year] - low) / span * (_HEIGHT - _TOP - _FOOT)

    broken = {each.year for each in breaks}
    last = max(values)
    told = measure.text_of(values[last])
    name = (
        f"{measure.header}：{'，'.join(f'{y} 年 {measure.text_of(v)}' for y, v in values.items())}"
    )
    parts = [
        (
            f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-label="{escape(name)}" '
            f'font-size="12"><text x="{_LEFT:g}" y="14" font-weight="700">'
            f"{escape(measure.header)}</text>"
            f'<text x="{_WIDTH - _LEFT:g}" y="14" text-anchor="end" fill="#5d6168">'
            f"{last}：{escape(told)}</text>"
        )
    ]
    parts += _year_axis(years, broken, step)
    parts += [
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, run))}" '
        'fill="none" stroke="#0b5c63" stroke-width="2"/>'
        for run in _unbroken_runs(years, values, broken)
        if len(run) > 1
    ]
    for year in values:
        x, y = place(year)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#0b5c63"/>')
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text went through escape


def _year_axis(years: Sequence[int], broken: set[int], step: float) -> Iterator[str]:
    """Years at the foot, and dashed lines between those that are not comparable."""
    floor = _HEIGHT - _FOOT
    yield f'<path d="M{_LEFT:g} {floor:g}H{_WIDTH - _LEFT:g}" stroke="#8d8a83"/>'
    every = math.ceil(len(years) / 6)
    for number, year in enumerate(years):
        x = _LEFT + 20 + number * step
        if number % every == 0 or number == len(years) - 1:
            yield f'<text x="{x:.1f}" y="{_HEIGHT - 6:g}" text-anchor="middle" fill="#5d6168">'
            yield f"{year}</text>"
        if year in broken and number:
            x -= step / 2
            yield f'<path d="M{x:.1f} {_TOP - 12:g}V{floor:g}" stroke="#b35806" '
            yield 'stroke-dasharray="4 3"/>'


def _unbroken_runs(
    years: Sequence[int], values: Mapping[int, float], broken: set[int]
) -> Iterator[list[int]]:
    """Years in a row that all have a value and may be compared."""
    run: list[int] = []
    for year in years:
        if run and (year in broken or year not in values):
            yield run
            run = []
        if year in values:
            run.append(year)
    if run:
        yield run
