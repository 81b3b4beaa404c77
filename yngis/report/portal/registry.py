"""
Which pages a portal has (门户的页面). To add some, write two functions, and a line here.

``make_…(view)`` yields file names within the portal and their content, a page by
:func:`yngis.report.portal.kit.render_portal_page`; ``enter_…(view)`` tells the index how to link to
them, or None where there is nothing to link to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.report.portal.about import enter_about, make_about
from yngis.report.portal.figures import draw_figures, enter_figures, make_figures
from yngis.report.portal.kept_parts import PAGES
from yngis.report.portal.overviews.changes_page import enter_changes, make_changes
from yngis.report.portal.overviews.data_files import enter_data, make_data
from yngis.report.portal.overviews.measure_pages import enter_measures, make_measures
from yngis.report.portal.overviews.prefecture_pages import enter_prefectures, make_prefectures
from yngis.report.portal.zone_pages.parcel_map_page import make_map_page
from yngis.report.portal.zone_pages.zone_data import make_zone_values
from yngis.report.portal.zone_pages.zone_documents import DOCUMENTS, make_zone_documents
from yngis.report.portal.zone_pages.zone_page import make_zone_page
from yngis.report.portal.zone_pages.zone_records import make_records_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from yngis.report.portal.kit import IndexEntry
    from yngis.report.portal.view import ArchiveView, ZoneHistory

    Made = Iterable[tuple[str, str | bytes]]


class PageMaker(NamedTuple):
    """
    A part of a portal (门户的一部分).

    Attributes
    ----------
    make
        Its files: name within the portal and content.
    enter
        How the index links to it; None where it has no files for this archive.
    name
        As :mod:`yngis.report.portal.kept_parts` names what its files rest on.
    """

    make: Callable[[ArchiveView], Made]
    enter: Callable[[ArchiveView], IndexEntry | None] = lambda _view: None
    name: str = PAGES


PARTS: Final[tuple[PageMaker, ...]] = (
    PageMaker(make_measures, enter_measures),
    PageMaker(make_prefectures, enter_prefectures),
    PageMaker(make_changes, enter_changes),
    PageMaker(make_data, enter_data),
    PageMaker(make_figures, enter_figures),
    PageMaker(draw_figures, name="figures"),
    *(PageMaker(make, name=name) for name, make in DOCUMENTS.items()),
    PageMaker(make_about, enter_about),
)
"""Parts of a portal besides the index and the pages of zones, in the order of their links."""

ZONE_PAGES: Final[tuple[Callable[[ArchiveView, ZoneHistory], Made], ...]] = (
    make_zone_page,
    make_records_page,
    make_map_page,
    make_zone_values,
)
"""What there is for every zone besides its documents."""


def zone_files(
    view: ArchiveView, zones: Iterable[ZoneHistory]
) -> Iterator[tuple[str, str | bytes]]:
    """
    All files of some zones (开发区页面).

    Parameters
    ----------
    view
        The archive.
    zones
        The zones.

    Yields
    ------
    name, content
        Files within the portal.
    """
    for zone in zones:
        for make in ZONE_PAGES:
            yield from make(view, zone)


def files_of_zone(view: ArchiveView, zone: ZoneHistory) -> Iterator[tuple[str, str | bytes]]:
    """
    All files of one zone, its reports and map layers too (一区文件).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Yields
    ------
    name, content
        Files within the portal.
    """
    yield from zone_files(view, [zone])
    yield from make_zone_documents(view, [zone])
