"""The first page of a portal (首页): the province's map, all zones, and the way to all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
from markupsafe import Markup, escape

from yngis.report.page import PageTable, Section, plain_table
from yngis.report.portal.kit import (
    link_page,
    link_zone,
    portal_script,
    render_portal_page,
    site_title,
)
from yngis.report.portal.measures import measure_rows, measures_at_hand, zone_value_text
from yngis.report.portal.province_map import map_data, province_drawing, zones_without_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.report.portal.kit import IndexEntry
    from yngis.report.portal.view import ArchiveView

_PATH: Final = "index.html"
_CHOOSE: Final = (
    '<div class="choose" id="choose" hidden><label>指标 / measure <select id="measure"></select>'
    '</label><label>年份 / year <select id="year"></select></label></div>'
)
_TWIN: Final = """\
<ul class="key-list" id="key" aria-label="图例"></ul>
<details class="noprint"><summary>图中数值（表） / the map as a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="图中数值">
<table id="twin"><caption></caption>
<thead><tr><th scope="col">开发区</th><th scope="col">值</th><th scope="col">分级</th></tr></thead>
<tbody></tbody></table></div></details>"""


def make_index(view: ArchiveView, entries: Sequence[IndexEntry]) -> Iterator[tuple[str, str]]:
    """
    Write the first page (首页).

    Parameters
    ----------
    view
        The archive.
    entries
        Links to the other parts of the portal.

    Yields
    ------
    name, page
        One page.
    """
    shown = measures_at_hand(view)
    drawing = province_drawing(view, shown[0] if shown else None)
    sections = [
        Section(
            "全省地图",
            drawings=(Markup(_CHOOSE) + drawing + Markup(_TWIN),),  # noqa: S704 - our own texts
            quiet=tuple(_map_notes(view)),
            en="The province",
            key="map-section",
        ),
        Section("开发区", tables=(_zone_table(view),), en="Zones", key="zones-section"),
        Section("本站其他页面", drawings=(_entry_list(entries),), en="More"),
    ]
    facts = [
        ("年份", f"{view.years[0]}—{view.years[-1]}" if len(view.years) > 1 else f"{view.year}"),
        ("开发区", f"{sum(not zone.ended for zone in view.zones)} 个"),
        ("收存的结果", f"{int(view.editions['current'].sum())} 版"),
    ]
    yield (
        _PATH,
        render_portal_page(
            view,
            _PATH,
            site_title(view),
            sections,
            en="Industry map",
            subtitle="一区一档，历年结果 / a page per zone, results of the years",
            facts=facts,
            data={"map": map_data(view)},
            scripts=[portal_script("index.js")],
        ),
    )


def _map_notes(view: ArchiveView) -> Iterator[str]:
    yield (
        "点为开发区位置，有误差，见各区页面；颜色和大小同表一级，空心虚线为缺数据。未经地图审核。 "
        "Dots are positions with an error; colour and size both tell the class."
    )
    lost = zones_without_place(view)
    if lost:
        told = "、".join(zone.name for zone in lost)
        yield f"所用规划包没有点位，图上未画：{told}。 Not on the map: no place is known."


def _zone_table(view: ArchiveView) -> PageTable:
    """All zones with their values of the portal's year, those that were merged last."""
    shown = measures_at_hand(view)
    # Results that are not made every year: the last ones, with their year.
    years = [
        max(year for (_, year), row in measure_rows(view, each).items() if pd.notna(row["value"]))
        for each in shown
    ]
    lines = [
        [
            *(link_zone(_PATH, zone), zone.zone_id, zone.level, zone.prefecture),
            *(
                zone_value_text(view, zone, each, year)
                for each, year in zip(shown, years, strict=True)
            ),
        ]
        for zone in sorted(view.zones, key=lambda each: (bool(each.ended), each.zone_id))
    ]
    named = [
        f">{each.header}" + (f"·{year}" if year != view.year else "")
        for each, year in zip(shown, years, strict=True)
    ]
    heads = " ".join(["开发区 编号 级别 州（市）", *named])
    note = "缺数据的写明原因，不记 0。 What is missing has its reason, never 0."
    return plain_table(heads, lines, caption=f"{view.year} 年", note=note)


def _entry_list(entries: Sequence[IndexEntry]) -> Markup:
    lines = [
        Markup("<li>{} <small lang=en>{}</small></li>").format(
            link_page(_PATH, entry.path, entry.zh), escape(entry.en)
        )
        for entry in entries
    ]
    return Markup("<ul>{}</ul>").format(Markup("").join(lines))
