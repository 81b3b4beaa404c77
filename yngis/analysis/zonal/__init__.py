"""Statistics of rasters in polygons (分区统计): the table, and the engine that measures it."""

from __future__ import annotations

from yngis.analysis.zonal.polygon_input import ZonalNotes
from yngis.analysis.zonal.products import find_product, product_table, refuse_change, slope_table
from yngis.analysis.zonal.tabulate import CoverageRows, coverage_rows, zonal_table

__all__ = [
    "CoverageRows",
    "ZonalNotes",
    "coverage_rows",
    "find_product",
    "product_table",
    "refuse_change",
    "slope_table",
    "zonal_table",
]
