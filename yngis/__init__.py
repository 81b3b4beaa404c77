"""yngis: maps and land audits of development zones (开发区)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yngis.analysis.change import change
    from yngis.analysis.conflicts import conflicts
    from yngis.analysis.disposal import disposal
    from yngis.analysis.overlay import area_table
    from yngis.analysis.zonal import coverage_rows, zonal_table
    from yngis.cartography import figure
    from yngis.cartography.explorer import explore
    from yngis.catalogue import load

__version__ = "0.1.0"
__all__ = [
    "area_table",
    "change",
    "conflicts",
    "coverage_rows",
    "disposal",
    "explore",
    "figure",
    "load",
    "zonal_table",
]

# Loaded on first use: geopandas and folium take about a second, `import yngis` must not.
_HOMES = {
    "area_table": "yngis.analysis.overlay.tabulate",
    "change": "yngis.analysis.change.land_change",
    "conflicts": "yngis.analysis.conflicts.table",
    "coverage_rows": "yngis.analysis.zonal.tabulate",
    "disposal": "yngis.analysis.disposal.stock",
    "explore": "yngis.cartography.explorer",
    "figure": "yngis.cartography",
    "load": "yngis.catalogue",
    "zonal_table": "yngis.analysis.zonal.tabulate",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol returns what was asked for
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415 - only paid for on first use

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'yngis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
