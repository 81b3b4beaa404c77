"""Areas of parcels by zone (叠加面积): the table, and the engine that measures it."""

from __future__ import annotations

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
