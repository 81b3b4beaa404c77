"""Figures: spec, prepared figure, and the renderers that only draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.cartography.plan_figures import draw_maps, figure

__all__ = ["draw_maps", "figure"]

# The renderers load folium and matplotlib, which the pages of a report do without.
__getattr__, __dir__ = names_on_demand(
    "yngis.cartography", dict.fromkeys(__all__, "yngis.cartography.plan_figures")
)
