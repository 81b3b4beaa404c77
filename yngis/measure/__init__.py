"""Measures that everything else stands on: units, datums, CRS and ellipsoidal area."""

from __future__ import annotations

from yngis.measure.crs import CGCS2000, PROVINCE_ALBERS, WGS84, YUNNAN_ZONES
from yngis.measure.geodesy import densify, ellipsoidal_area

__all__ = ["CGCS2000", "PROVINCE_ALBERS", "WGS84", "YUNNAN_ZONES", "densify", "ellipsoidal_area"]
