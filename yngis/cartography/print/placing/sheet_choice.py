"""Which way a sheet lies (幅面方向): upright, or on its side for a region that is wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely

from yngis.cartography.print.ground import ground_of

if TYPE_CHECKING:
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.paper import Paper

_WIDE: Final = 1.05  # of its height: a region that is wider leaves an upright sheet half empty


def sheet_for_land(figure: PreparedFigure, paper: Paper) -> Paper:
    """Turn the sheet of an atlas where the figure is about one region that is wider than tall."""
    active = {area.name for area in figure.areas if area.active}
    if paper.sized or figure.panels or len(active) == len(figure.areas):
        return paper
    west, south, east, north = shapely.bounds(ground_of(figure).regions(active))
    return paper.turned() if east - west > _WIDE * (north - south) else paper
