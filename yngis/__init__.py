"""
yngis: maps and land audits of development zones (开发区).

Look at something: :func:`load` a shipped layer, :func:`figure` of the plan, :func:`explore` any
frame. Analyse and report: :func:`audit`, :func:`intensity`, :func:`targets`,
:func:`clustering`, :func:`conflict_report`, :func:`change_report`, :func:`disposal_report`,
:func:`imagery_report`. The bare numbers: :func:`conflicts`, :func:`change`, :func:`disposal`.
Measure: :func:`area_table`, :func:`apportion`, :func:`zonal_table`, :func:`coverage_rows`.
Try: :func:`demo_files`. Faults are a :class:`YngisError`; :func:`layers_dir` is where layers lie.

Frames and files go in; what comes out are frames, or holds them beside ``.map()``, ``.report()``
and ``.to_folder(path)``. Each name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.analysis.change import change
    from yngis.analysis.conflicts import conflicts
    from yngis.analysis.disposal import disposal
    from yngis.analysis.overlay import apportion, area_table
    from yngis.analysis.zonal import coverage_rows, zonal_table
    from yngis.cartography import figure
    from yngis.cartography.explorer import explore
    from yngis.catalogue import layers_dir, load
    from yngis.errors import YngisError
    from yngis.report.notebook import (
        audit,
        change_report,
        clustering,
        conflict_report,
        demo_files,
        disposal_report,
        imagery_report,
        intensity,
        targets,
    )

__version__ = "0.1.0"
__all__ = [
    "YngisError",
    "apportion",
    "area_table",
    "audit",
    "change",
    "change_report",
    "clustering",
    "conflict_report",
    "conflicts",
    "coverage_rows",
    "demo_files",
    "disposal",
    "disposal_report",
    "explore",
    "figure",
    "imagery_report",
    "intensity",
    "layers_dir",
    "load",
    "targets",
    "zonal_table",
]

# Loaded on first use: geopandas and folium take about a second, `import yngis` must not.
_HOMES = {
    "YngisError": "yngis.errors",
    "apportion": "yngis.analysis.overlay.tabulate",
    "area_table": "yngis.analysis.overlay.tabulate",
    "audit": "yngis.report.notebook",
    "change": "yngis.analysis.change.land_change",
    "change_report": "yngis.report.notebook",
    "clustering": "yngis.report.notebook",
    "conflict_report": "yngis.report.notebook",
    "conflicts": "yngis.analysis.conflicts.table",
    "coverage_rows": "yngis.analysis.zonal.tabulate",
    "demo_files": "yngis.report.notebook",
    "disposal": "yngis.analysis.disposal.stock",
    "disposal_report": "yngis.report.notebook",
    "explore": "yngis.cartography.explorer",
    "figure": "yngis.cartography",
    "imagery_report": "yngis.report.notebook",
    "intensity": "yngis.report.notebook",
    "layers_dir": "yngis.catalogue",
    "load": "yngis.catalogue",
    "targets": "yngis.report.notebook",
    "zonal_table": "yngis.analysis.zonal.tabulate",
}

__getattr__, __dir__ = names_on_demand(__name__, _HOMES, more=("__doc__", "__version__"))
