"""Figures: spec, prepared figure, and the renderers that only draw."""

from yngis.cartography.atlas import draw_maps, figure

__all__ = ["draw_maps", "figure"]
