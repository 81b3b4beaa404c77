"""Figures: spec, prepared figure, and the renderers that only draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yngis.cartography.plan_figures import draw_maps, figure

__all__ = ["draw_maps", "figure"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol returns what was asked for
    """Load the renderers when a figure is asked for: a report's pages do without them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from yngis.cartography import plan_figures  # noqa: PLC0415

    return getattr(plan_figures, name)
