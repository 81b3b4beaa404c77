"""What the plan wants of a zone (规划定位): industries, segments, roles, each with its sentence."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from yngis.cartography.style import read_style
from yngis.report.page import Line, PageList, Section, plain_table
from yngis.report.portal.figures import figure_path, figures_about
from yngis.report.portal.kit import link_page
from yngis.report.portal.measures import missing_text
from yngis.report.portal.zone_pages.zone_identity import registry_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.report.portal.view import ArchiveView, ZoneHistory

_DOT: Final = 5
_ACROSS: Final = 300.0  # units of the small map


def plan_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell what the plan wants of a zone, with the place of every sentence (规划定位).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        A table of industries and roles, the sentences, and where the zone lies.
    """
    row = registry_row(view, zone)
    name = str(row.get("name_zh", ""))
    layout = view.plan.rows_about("industry_layout", "zone", name)
    rows = [
        (each["industry"], each["segment"], each["role"], each["plan_ref"])
        for each in layout
    ]  # fmt: skip
    quoted = _quoted_lines(view, name)
    paragraphs: tuple[str, ...] = () if name else (missing_text("所用规划包没有这个编号"),)
    if name and not rows:
        paragraphs = ("规划没有点名该区的产业。 The plan names no industry of it.",)
    table = plain_table("产业 细分产业 规划所写 出处", rows, caption="产业和地位")
    if view.figures and name:
        region = f"“{row['region']}”" if row["region"] else ""
        shown = figures_about(view, [*(str(each["industry"]) for each in layout), region])
        links = [
            link_page(zone.page, figure_path(number), f"图{number} {title}")
            for number, title in shown
        ]
        paragraphs = (*paragraphs, Markup("规划附图：") + Markup("；").join(links))
    return Section(
        "规划定位",
        paragraphs=paragraphs,
        drawings=(_locator(view, zone),) if zone.zone_id in view.plan.places else (),
        tables=(table,) if rows else (),
        lists=(PageList(quoted, "规划原句"),) if quoted else (),
        en="The plan's role",
        key="plan",
    )


def _quoted_lines(view: ArchiveView, name: str) -> tuple[Line, ...]:
    """Sentences of the plan about a zone, each once."""
    told: dict[str, list[Mapping[Any, Any]]] = {}
    for row in view.plan.rows_about("statements", "subject", name):
        told.setdefault(row["quote"], []).append(row)
    return tuple(
        Line(f"{quote}（{'、'.join(dict.fromkeys(str(row['plan_ref']) for row in rows))}）")
        for quote, rows in told.items()
        if quote
    )


def _locator(view: ArchiveView, zone: ZoneHistory) -> Markup:
    """Draw where in the province a zone lies."""
    ground = view.plan.ground(_ACROSS)
    places = view.plan.places
    parts = [
        (
            f'<svg class="locator" viewBox="0 0 {_ACROSS:g} {ground.height:.0f}" role="img" '
            f'aria-label="{escape(zone.name)}在{escape(view.facts.province)}的位置">'
        )
    ]
    own = zone.prefecture
    for name, path in ground.paths.items():
        fill = "#EFD9A7" if name == own else read_style().plain
        parts.append(f'<path d="{path}" fill="{fill}" stroke="#a39c8f" stroke-width=".7"/>')
    for other in view.zones:
        if other.zone_id in places and other.zone_id != zone.zone_id:
            x, y = ground.place_point(*places[other.zone_id])
            parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="1.7" fill="#a39c8f"/>')
    x, y = ground.place_point(*places[zone.zone_id])
    parts.append(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{_DOT}" fill="#0b5c63" stroke="#fff" '
        'stroke-width="1.5"/>'
    )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text went through escape
