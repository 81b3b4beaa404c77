"""The plan's own figures within the portal (规划附图): drawn as they are, and which show a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.cartography.plan_figures import draw_maps
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.report.page import Section, plain_table
from yngis.report.portal.kit import IndexEntry, link_page, render_portal_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yngis.report.portal.view import ArchiveView

_PATH: Final = "figures.html"


def enter_figures(view: ArchiveView) -> IndexEntry | None:
    """
    Link of the index to the figures (入口).

    Parameters
    ----------
    view
        The archive.

    Returns
    -------
    entry
        None where they are not drawn.
    """
    return IndexEntry(_PATH, "规划附图", "figures of the plan") if view.figures else None


def make_figures(view: ArchiveView) -> Iterator[tuple[str, str]]:
    """
    List the figures of the plan in use (规划附图).

    Parameters
    ----------
    view
        The archive.

    Yields
    ------
    name, content
        One page; none where they are not wanted.
    """
    if not view.figures:
        return
    rows = [
        (link_page(_PATH, figure_path(number), f"图{number}"), title, english)
        for number, title, english in view.plan.figures
    ]
    section = Section("各图", tables=(plain_table("图 名称 英文名称", rows),), en="Figures")
    told = "按规划文字重绘，不是原图的复制；未经地图审核 / redrawn from the text, not reviewed"
    yield _PATH, render_portal_page(view, _PATH, "规划附图", [section], en="Figures", subtitle=told)


def draw_figures(view: ArchiveView) -> Iterator[tuple[str, bytes]]:
    """
    Draw the figures of the plan in use (绘制附图).

    Parameters
    ----------
    view
        The archive.

    Yields
    ------
    name, content
        Every figure; none where they are not wanted.
    """
    if view.figures:
        yield from _drawn_figures()


def figure_path(number: int) -> str:
    """
    File of a figure (附图文件).

    Parameters
    ----------
    number
        As the plan has it.

    Returns
    -------
    path
        Within the portal.
    """
    return f"figures/fig{number:02d}.html"


def figures_about(view: ArchiveView, words: Iterable[str]) -> list[tuple[int, str]]:
    """
    Find the figures whose titles name one of some industries or regions (相关附图).

    Parameters
    ----------
    view
        The archive.
    words
        Names of industries and of regions.

    Returns
    -------
    figures
        Number and title; the first figure, which shows all zones, leads.
    """
    named = [word for word in words if word]
    return [
        (number, title)
        for place, (number, title, _) in enumerate(view.plan.figures)
        if place == 0 or any(word in title for word in named)
    ]


def _drawn_figures() -> Iterator[tuple[str, bytes]]:
    """Every figure of the plan in use."""
    with temporary_folder() as folder:
        for path in sorted(draw_maps(out=folder / "figures")):
            if path.name.startswith("fig") and path.suffix == ".html":
                yield f"figures/{path.name}", path.read_bytes()
