"""The print edition: prepared figures on paper, as PNG, PDF, SVG and one atlas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.cartography.print.paper import Imprint
    from yngis.cartography.print.write_plates import draw_atlas, draw_plates

__all__ = ["Imprint", "draw_atlas", "draw_plates"]

# What compiles, measures or draws is loaded when it is used: a module beside it may need none.
__getattr__, __dir__ = names_on_demand(
    "yngis.cartography.print",
    {
        "Imprint": "yngis.cartography.print.paper",
        "draw_atlas": "yngis.cartography.print.write_plates",
        "draw_plates": "yngis.cartography.print.write_plates",
    },
)
