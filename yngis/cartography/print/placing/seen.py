"""What a plate shows at its scale (图上所见): the legend explains that and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.print.ground import base_features_in_view, shape_to_grid, to_grid
from yngis.cartography.print.line_styles import LINES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.ground import Ground, View
    from yngis.cartography.print.placing.laid_out import Spot

BASE_SIGNS: Final = {
    "sign:river": "rivers",
    "sign:lake": "lakes",
    "sign:road": "roads",
    "sign:railway": "railways",
    "sign:seat": "seats",
}
"""The legend's keys of what lies under the glyphs, and what they stand for."""

WATER_SIGNS: Final = tuple(BASE_SIGNS)
"""The legend's keys that go first where there is no room."""

SEAT_SIGN: Final = "sign:seat"
"""The legend's key of the seats of prefectures."""

ZONE_SIGN: Final = "sign:zone"
"""The legend's key of the outlines of zones that are schematic."""

GIVEN_ZONE_SIGN: Final = "sign:zone-given"
"""The legend's key of the outlines of zones whose boundaries the user brings."""


def outlined_zones(
    figure: PreparedFigure, scale: float, radii: Mapping[str, float]
) -> frozenset[str]:
    """Zones whose ground is larger than the glyph that stands on it."""
    shapes = figure.base["zones"].set_index("name_zh").geometry
    found = set()
    for mark in figure.marks:
        if mark.name in radii:
            corners = shapely.get_coordinates(shape_to_grid(shapes.loc[mark.name]))
            home = to_grid(np.array([(mark.lon, mark.lat)]))[0]
            reach = float(np.hypot(*(corners - home).T).max()) * 1000.0 / scale
            if reach > radii[mark.name]:
                found.add(mark.name)
    return frozenset(found)


def grounds_that_hold_glyphs(
    figure: PreparedFigure, view: View, spots: Mapping[str, Spot]
) -> dict[str, BaseGeometry]:
    """Zones whose ground holds their whole glyph, on the sheet: it is filled in its place."""
    shapes = figure.base["zones"].set_index("name_zh").geometry
    found = {}
    for mark in figure.marks:
        spot = spots.get(mark.name)
        if spot is None or not mark.sectors:
            continue
        shape = shapely.transform(shape_to_grid(shapes.loc[mark.name]), view.place)
        if shapely.contains(shape, shapely.Point(spot.x, spot.y).buffer(spot.r)):
            found[mark.name] = shape
    return found


def unseen_borders(ground: Ground, views: Sequence[View]) -> frozenset[str]:
    """Keys of the borders, waters, roads and seats that none of the windows holds."""
    windows = shapely.union_all([shapely.box(*view.ground(view.window)) for view in views])
    shapely.prepare(windows)
    under = [base_features_in_view(ground, view) for view in views]
    dry = {
        key for key, found in BASE_SIGNS.items() if not any(getattr(seen, found) for seen in under)
    }
    return frozenset(dry) | frozenset(
        f"sign:{rank}"
        for rank in LINES
        if not any(
            shapely.intersects(windows, shapely.linestrings(line))
            for line in ground.lines.get(rank, ())
        )
    )
