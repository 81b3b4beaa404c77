"""Figures: spec, prepared figure, and the renderers that only draw."""

from yngis.cartography.plan_figures import draw_maps, figure

__all__ = ["draw_maps", "figure"]
