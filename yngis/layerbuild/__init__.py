"""Deriving the shipped layers from their sources: ``yngis layers build``."""

from __future__ import annotations

from yngis.layerbuild.assemble import (
    PACK_LAYERS,
    build_layers,
    draw_layers,
    follow_tables,
    refresh_layers,
)
from yngis.layerbuild.new_pack import copy_pack, new_pack

__all__ = [
    "PACK_LAYERS",
    "build_layers",
    "copy_pack",
    "draw_layers",
    "follow_tables",
    "new_pack",
    "refresh_layers",
]
