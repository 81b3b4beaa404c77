"""The page of one zone (一区一档)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.report.portal.kit import render_portal_page
from yngis.report.portal.zone_identity import identity_section, lineage_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.report.page import Section
    from yngis.report.portal.view import ArchiveView, ZoneHistory


def make_zone_page(view: ArchiveView, zone: ZoneHistory) -> Iterator[tuple[str, str]]:
    """
    Write the page of a zone (一区一档).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Yields
    ------
    name, page
        One page.
    """
    sections: list[Section] = [identity_section(view, zone), lineage_section(view, zone)]
    notices = []
    if zone.ended:
        notices.append(f"{zone.ended} 起已并入他区，见沿革。 Merged into another zone on that day.")
    yield (
        zone.page,
        render_portal_page(
            view,
            zone.page,
            zone.name,
            sections,
            subtitle=f"{zone.zone_id}　{zone.level}　{zone.prefecture}　{zone.category}",
            notices=notices,
        ),
    )
