"""The print edition: prepared figures on paper, as PNG, PDF, SVG and one atlas."""

from __future__ import annotations

from yngis.cartography.print.paper import Imprint
from yngis.cartography.print.write_plates import draw_atlas, draw_plates

__all__ = ["Imprint", "draw_atlas", "draw_plates"]
