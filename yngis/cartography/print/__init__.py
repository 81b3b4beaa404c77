"""The print edition: prepared figures on paper, as PNG, PDF, SVG and one atlas."""

from __future__ import annotations

from yngis.cartography.print.edition import draw_atlas, draw_plates
from yngis.cartography.print.paper import Imprint

__all__ = ["Imprint", "draw_atlas", "draw_plates"]
