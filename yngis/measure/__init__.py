"""Measures that everything else stands on: units, datums, CRS and ellipsoidal area."""

from __future__ import annotations

from yngis.measure.crs import CGCS2000, WGS84, albers_grid
from yngis.measure.geodesy import densify_edges, ellipsoidal_area
from yngis.renamed import renamed_names

__all__ = [
    "CGCS2000",
    "WGS84",
    "albers_grid",
    "densify_edges",
    "ellipsoidal_area",
]

__getattr__ = renamed_names(
    "yngis.measure",
    {
        "densify": "densify_edges",
    },
)
