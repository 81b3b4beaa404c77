"""Areas of parcels by zone (叠加面积): the table, and the engine that measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.analysis.overlay.tabulate import (
        OUTSIDE,
        OVERLAP,
        OverlayNotes,
        PreparedZones,
        apportion,
        area_table,
        connected,
        prepare_zones,
    )

__all__ = [
    "OUTSIDE",
    "OVERLAP",
    "OverlayNotes",
    "PreparedZones",
    "apportion",
    "area_table",
    "connected",
    "prepare_zones",
]

# What compiles or measures is loaded when it is used.
__getattr__, __dir__ = names_on_demand(
    "yngis.analysis.overlay",
    {
        "apportion": "yngis.analysis.overlay.tabulate",
        "area_table": "yngis.analysis.overlay.tabulate",
        "connected": "yngis.analysis.overlay.tabulate",
        "prepare_zones": "yngis.analysis.overlay.tabulate",
        "PreparedZones": "yngis.analysis.overlay.tabulate",
        "OUTSIDE": "yngis.analysis.overlay.overlay_notes",
        "OVERLAP": "yngis.analysis.overlay.overlay_notes",
        "OverlayNotes": "yngis.analysis.overlay.overlay_notes",
    },
)
