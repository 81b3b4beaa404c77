"""Any frame on a map that shows itself (探索地图)."""

from __future__ import annotations

from yngis.cartography.explorer.explore import ExploreMap, explore

__all__ = ["ExploreMap", "explore"]
