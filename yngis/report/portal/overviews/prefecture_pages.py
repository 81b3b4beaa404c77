"""A page per prefecture (州市页): its zones beside each other, and its own sums over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yngis.report.page import Section, cell_as_text, plain_table
from yngis.report.portal.kit import IndexEntry, link_page, link_zone, render_portal_page
from yngis.report.portal.measures import (
    measure_rows,
    measures_at_hand,
    value_text,
    zone_value_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.report.page import PageTable
    from yngis.report.portal.measures import Measure
    from yngis.report.portal.view import ArchiveView, ZoneHistory

    Held = dict[tuple[str, int], dict[Any, Any]]

_INDEX: Final = "prefectures/index.html"


def prefecture_zones(view: ArchiveView) -> dict[str, list[ZoneHistory]]:
    """
    Zones by prefecture (各州市的开发区).

    Parameters
    ----------
    view
        The archive.

    Returns
    -------
    zones
        By prefecture, in the order of their numbers; zones whose prefecture is not known are not
        in it.
    """
    held: dict[str, list[ZoneHistory]] = {}
    for zone in view.zones:
        if zone.prefecture:
            held.setdefault(zone.prefecture, []).append(zone)
    return held


def prefecture_page(view: ArchiveView, prefecture: str) -> str:
    """
    File of a prefecture's page (州市页).

    Parameters
    ----------
    view
        The archive.
    prefecture
        Its name.

    Returns
    -------
    path
        Numbered by the first of its zones, so that the page keeps its name from year to year.
    """
    return f"prefectures/{prefecture_zones(view)[prefecture][0].zone_id}.html"


def enter_prefectures(view: ArchiveView) -> IndexEntry | None:
    """Link of the index to the prefectures; None where none is known (入口)."""
    return IndexEntry(_INDEX, "州（市）", "prefectures") if prefecture_zones(view) else None


def make_prefectures(view: ArchiveView) -> Iterator[tuple[str, str]]:
    """
    Write a page for every prefecture, and one that leads to them (州市页).

    Parameters
    ----------
    view
        The archive.

    Yields
    ------
    name, page
        Pages; none where no prefecture is known.
    """
    held = prefecture_zones(view)
    if not held:
        return
    shown = measures_at_hand(view)
    sums = {each.id: measure_rows(view, each, "prefecture") for each in shown}
    yield _INDEX, _list_page(view, shown, sums)
    for prefecture, zones in held.items():
        path = prefecture_page(view, prefecture)
        sections = [
            Section("开发区", tables=(_zone_table(view, path, zones),), en="Zones"),
            Section("历年", tables=_year_tables(view, prefecture, sums), en="The years"),
        ]
        yield (
            path,
            render_portal_page(
                view,
                path,
                prefecture,
                sections,
                subtitle=f"{sum(not zone.ended for zone in zones)} 个开发区 / zones",
                crumbs=[("州（市）", _INDEX)],
            ),
        )


def _list_page(view: ArchiveView, shown: Sequence[Measure], sums: dict[str, Held]) -> str:
    """Page that leads to the prefectures, with what the results say of each as a whole."""
    told = [each for each in shown if sums[each.id]]
    lines = [
        [
            link_page(_INDEX, prefecture_page(view, prefecture), prefecture),
            f"{sum(not zone.ended for zone in zones)}",
            *(value_text(sums[each.id].get((prefecture, view.year)), each.form) for each in told),
        ]
        for prefecture, zones in prefecture_zones(view).items()
    ]
    heads = " ".join(["州（市） >开发区数", *(f">{each.header}" for each in told)])
    note = "比率为该州（市）面积之和相除，不是各区比率的平均。 Rates are sums divided."
    table = plain_table(heads, lines, caption=f"{view.year} 年", note=note)
    section = Section("州（市）", tables=(table,), en="Prefectures")
    return render_portal_page(view, _INDEX, "州（市）", [section], en="Prefectures")


def _zone_table(view: ArchiveView, path: str, zones: Sequence[ZoneHistory]) -> PageTable:
    """The zones of a prefecture with their values of the portal's year."""
    shown = measures_at_hand(view)
    lines = [
        [
            link_zone(path, zone),
            zone.level,
            *(zone_value_text(view, zone, measure, view.year) for measure in shown),
        ]
        for zone in zones
    ]
    heads = " ".join(["开发区 级别", *(f">{each.header}" for each in shown)])
    return plain_table(heads, lines, caption=f"{view.year} 年")


def _year_tables(
    view: ArchiveView, prefecture: str, sums: dict[str, Held]
) -> tuple[PageTable, ...]:
    """What the results say of the prefecture as a whole, by year, with what was divided."""
    lines = []
    for measure in measures_at_hand(view):
        own = sums[measure.id]
        if not any(place == prefecture for place, _ in own):
            continue
        rows = [own.get((prefecture, year)) for year in view.years]
        lines.append([measure.header, *(value_text(row, measure.form) for row in rows)])
        if measure.form == "share":
            for name, word in (("numerator", "分子"), ("denominator", "分母")):
                parts = [cell_as_text(row[name], "number") if row else "—" for row in rows]
                lines.append([f"　{word}（公顷）", *parts])
    if not lines:
        return ()
    heads = " ".join(["指标", *(f">{year}年" for year in view.years)])
    return (plain_table(heads, lines),)
