"""The frame of every page of a portal (门户页面): head, skip link, way back, search, sections."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

import yngis
from yngis.cartography.web.page_scripts import data_block, inline_script, script_hashes
from yngis.catalogue.io.pack import read_pack
from yngis.report.page import page_environment, page_style, sorting_tables_script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yngis.report.page import Section
    from yngis.report.portal.view import ArchiveView, ZoneHistory


class IndexEntry(NamedTuple):
    """
    How the index links to a part of the portal (入口).

    Attributes
    ----------
    path
        Within the portal.
    zh, en
        What the link says.
    """

    path: str
    zh: str
    en: str


def render_portal_page(
    view: ArchiveView,
    path: str,
    title: str,
    sections: Sequence[Section],
    *,
    en: str = "",
    subtitle: str = "",
    crumbs: Sequence[tuple[str, str]] = (),
    facts: Sequence[tuple[str, str]] = (),
    notices: Sequence[str] = (),
    data: Mapping[str, object] | None = None,
    scripts: Sequence[str] = (),
) -> str:
    """
    Write a page of the portal (门户页面).

    Parameters
    ----------
    view
        The archive.
    path
        File of the page within the portal, such as ``measures/idle_rate.html``.
    title, en, subtitle
        What stands at the top.
    sections
        The sections, in order; one without content is left out.
    crumbs
        Pages between the index and this one: title, and path within the portal.
    facts
        Name and value, below the title.
    notices
        What a reader must know first.
    data
        Data for the page's own scripts: by the id of the element that holds it.
    scripts
        Texts of scripts besides the search and the sorting of tables.

    Returns
    -------
    page
        HTML that asks for nothing; every text is escaped, ``Markup`` stands as it is.
    """
    root = "../" * path.count("/")
    site = site_title(view)
    way = [] if path == "index.html" else [(site, "index.html"), *crumbs]
    zones = [_searched_names(zone) for zone in view.zones]
    blocks = {"zones": {"root": root, "zones": zones}, **(data or {})}
    elements = [sorting_tables_script(), *(inline_script(f"{{\n{each}\n}}") for each in
                                          (_portal_part("find.js"), *scripts))]  # fmt: skip
    return (
        page_environment()
        .get_template("portal/assets/portal.html.j2")
        .render(
            title=title,
            en=en,
            subtitle=subtitle,
            site=site,
            label=view.label,
            crumbs=[(name, root + href) for name, href in way],
            notices=notices,
            facts=facts,
            sections=[each for each in sections if not each.empty],
            footer=_footer_line(view),
            style=Markup(page_style() + _portal_part("portal.css")),  # noqa: S704 - our own files
            data=Markup("".join(data_block(name, each) for name, each in blocks.items())),  # noqa: S704 - inert
            scripts=[Markup(each) for each in elements],  # noqa: S704 - our own files
            script_hash=Markup(script_hashes(elements)),  # noqa: S704 - hashes
        )
    )


def site_title(view: ArchiveView) -> str:
    """
    Title of the portal (门户名称).

    Parameters
    ----------
    view
        The archive.

    Returns
    -------
    title
        With the province and the year.
    """
    return f"{view.facts.province}产业地图 {view.year}"


def link_zone(path: str, zone: ZoneHistory) -> Markup:
    """
    Link to the page of a zone (开发区链接).

    Parameters
    ----------
    path
        Page that the link stands on.
    zone
        The zone.

    Returns
    -------
    link
        An element with its name.
    """
    return link_page(path, zone.page, zone.name)


def link_page(path: str, target: str, text: str) -> Markup:
    """
    Link to another page or file of the portal (站内链接).

    Parameters
    ----------
    path
        Page that the link stands on.
    target
        Path within the portal.
    text
        What the link says.

    Returns
    -------
    link
        An element; both texts are escaped.
    """
    root = "../" * path.count("/")
    return Markup(f'<a href="{escape(root + target)}">{escape(text)}</a>')  # noqa: S704 - both escaped


def portal_script(name: str) -> str:
    """
    Text of a script of the portal (门户脚本).

    Parameters
    ----------
    name
        File of this room.

    Returns
    -------
    text
        To be given to :func:`render_portal_page`, which runs it in a scope of its own.
    """
    return _portal_part(name)


@cache
def _portal_part(name: str) -> str:
    return files("yngis.report.portal").joinpath(f"assets/{name}").read_text(encoding="utf-8")


def _searched_names(zone: ZoneHistory) -> list[str]:
    return [zone.zone_id, zone.name, zone.short_zh, *zone.former]


def _footer_line(view: ArchiveView) -> str:
    seen = f"{view.audience.zh} / {view.audience.en}"
    return (
        f"yngis {yngis.__version__} · {seen} · 数据至 / data until {view.year} · "
        f"规划 / plan: {read_pack().name} · 未经地图审核 / map not reviewed"
    )
