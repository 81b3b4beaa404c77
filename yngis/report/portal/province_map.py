"""The province's map with its zones as links (全省地图), coloured by any measure and year."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from yngis.cartography.classify import class_limits, label_classes
from yngis.cartography.style import read_style
from yngis.report.portal.measures import (
    gap_reason,
    measure_rows,
    measures_at_hand,
    missing_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.report.portal.measures import Measure
    from yngis.report.portal.view import ArchiveView, ZoneHistory

CLASSES: Final = 5
"""Classes of a measure on the map."""

_WIDTH: Final = 1000.0
_RADIUS: Final = (8.0, 9.5, 11.0, 12.5, 14.0)  # of each class: size tells it beside the colour
_HOLLOW: Final = 7.0


def province_drawing(view: ArchiveView, measure: Measure | None) -> Markup:
    """
    Draw the province with its zones as links (全省地图).

    Parameters
    ----------
    view
        The archive.
    measure
        What colours them, in the portal's year; None where there is nothing to show.

    Returns
    -------
    svg
        Each zone a link to its page; the page's script colours it anew.
    """
    ground = view.plan.ground(_WIDTH)
    parts = [
        (
            f'<svg class="provincemap" viewBox="0 0 1000 {ground.height:.0f}" role="group" '
            f'aria-label="{escape(view.facts.province)}开发区位置图，逐个可点">'
        )
    ]
    parts += [
        f'<path d="{path}" fill="{read_style().plain}" stroke="#a39c8f" stroke-width="1.5"/>'
        for path in ground.paths.values()
    ]
    looks = {} if measure is None else class_looks(measure)
    classed = {} if measure is None else classed_values(view, measure).get(view.year, {})
    places = view.plan.places
    for zone in view.zones:
        if zone.zone_id not in places or zone.ended:
            continue
        x, y = ground.place_point(*places[zone.zone_id])
        text, number = classed.get(zone.zone_id, ("", -1))
        radius, colour = looks.get(number, (_HOLLOW, "#fff"))
        dashed = "" if number >= 0 else ' stroke-dasharray="3 2"'
        parts.append(
            f'<a href="{escape(zone.page)}" data-zone="{escape(zone.zone_id)}">'
            f"<title>{escape(zone.name)} {escape(text)}</title>"
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:g}" fill="{colour}" stroke="#3a3532"'
            f"{dashed}/></a>"
        )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text went through escape


def class_looks(measure: Measure) -> dict[int, tuple[float, str]]:
    """
    Radius and colour of the classes of a measure (分级样式).

    Parameters
    ----------
    measure
        The measure.

    Returns
    -------
    looks
        By class, from 0; -1 for what has no value.
    """
    ramp = read_style().ramp("orange" if measure.more_is == "bad" else "blue", CLASSES)
    return {-1: (_HOLLOW, "#fff"), **dict(enumerate(zip(_RADIUS, ramp, strict=True)))}


def _measure_limits(view: ArchiveView, measure: Measure) -> tuple[float, ...]:
    """Limits between the classes of a measure as it is drawn, the same for all years."""
    known = [
        measure.drawn_number(row["value"])
        for row in measure_rows(view, measure).values()
        if pd.notna(row["value"])
    ]
    return class_limits(pd.Series(known, dtype="float64"), "quantiles", CLASSES)


def classed_values(view: ArchiveView, measure: Measure) -> dict[int, dict[str, tuple[str, int]]]:
    """
    Texts and classes of a measure, by year and zone (各年分级).

    Parameters
    ----------
    view
        The archive.
    measure
        The measure.

    Returns
    -------
    classed
        Text, and class from 0; -1 and the reason where there is no value.
    """
    rows, limits = measure_rows(view, measure), _measure_limits(view, measure)
    told: dict[int, dict[str, tuple[str, int]]] = {}
    for year in view.years:
        own = told[year] = {}
        for zone in view.zones:
            row = rows.get((zone.zone_id, year))
            if row is None or pd.isna(row["value"]):
                reason = gap_reason(view, zone, measure, year)
                own[zone.zone_id] = (missing_words(reason), -1)
                continue
            # A value on a limit belongs to the class below it, as the key says.
            number = int(np.searchsorted(limits, measure.drawn_number(row["value"]), side="left"))
            own[zone.zone_id] = (measure.text_of(row["value"]), number)
    return told


def map_data(view: ArchiveView) -> dict[str, object]:
    """
    What the script of the map needs to colour it by any measure and year (地图数据).

    Parameters
    ----------
    view
        The archive.

    Returns
    -------
    data
        Plain values: measures with their classes, and texts by measure, year and zone.
    """
    return {
        "year": view.year,
        "years": list(view.years),
        "names": {zone.zone_id: zone.name for zone in view.zones if not zone.ended},
        "measures": [_measure_data(view, each) for each in measures_at_hand(view)],
    }


def _measure_data(view: ArchiveView, measure: Measure) -> dict[str, object]:
    limits = _measure_limits(view, measure)
    return {
        "id": measure.id,
        "zh": measure.header,
        "en": measure.en,
        "looks": _used_looks(measure, limits),
        "classes": label_classes(limits, measure.drawn_unit),
        "values": {str(year): own for year, own in classed_values(view, measure).items()},
    }


def _used_looks(measure: Measure, limits: Sequence[float]) -> list[tuple[float, str]]:
    looks = class_looks(measure)
    return [looks[number] for number in range(len(limits) + 1)]


def zones_without_place(view: ArchiveView) -> list[ZoneHistory]:
    """
    Zones that the map cannot show: the plan in use does not know them (无点位).

    Parameters
    ----------
    view
        The archive.

    Returns
    -------
    zones
        Those that still exist.
    """
    places = view.plan.places
    return [each for each in view.zones if each.zone_id not in places and not each.ended]
