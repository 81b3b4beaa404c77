"""The page of one zone (一区一档)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.report.portal.kit import render_portal_page
from yngis.report.portal.zone_pages.zone_data import doubts_section, downloads_section
from yngis.report.portal.zone_pages.zone_identity import identity_section, lineage_section
from yngis.report.portal.zone_pages.zone_land import land_section, verdict_section
from yngis.report.portal.zone_pages.zone_plan import plan_section
from yngis.report.portal.zone_pages.zone_records import findings_section
from yngis.report.portal.zone_pages.zone_results import (
    change_section,
    cluster_section,
    conflicts_section,
    intensity_section,
    targets_section,
)
from yngis.report.portal.zone_pages.zone_years import years_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.report.page import Section
    from yngis.report.portal.view import ArchiveView, ZoneHistory


_SECTIONS: Final = (
    *(identity_section, lineage_section, plan_section, land_section, findings_section),
    *(conflicts_section, change_section, verdict_section, intensity_section, cluster_section),
    *(targets_section, years_section, doubts_section, downloads_section),
)
"""What a page of a zone tells, in order."""


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
    sections: list[Section] = [each(view, zone) for each in _SECTIONS]
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
