"""A cluster analysis as a Folium map in one file that needs no network (产业集聚地图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from yngis.cartography.base_geometry import SCALE
from yngis.cartography.style import read_style
from yngis.cartography.web.density_image import density_image
from yngis.cartography.web.encode import (
    ZONE_SCALE,
    encode_base,
    encode_counties,
    encode_zones,
)
from yngis.cartography.web.offline_map import OfflineMap
from yngis.cartography.web.page import data_block

if TYPE_CHECKING:
    from yngis.cartography.point_map import ClusterFigure
    from yngis.measure.surface import Density

_PARTS: Final = (
    "viewer.css",
    "cluster.css",
    "viewer/10-dom.js",
    "viewer/20-glyph.js",
    "viewer/30-labels.js",
    "viewer/50-popup.js",
    "viewer/55-frame.js",
    "point_viewer",
)
_LAND: Final = "#FDFCFA"  # Colours belong to the layers; regions are told by their borders.
_STEP_KM: Final = 10  # Step of the slider of distances.


class ClusterMap(OfflineMap):
    """
    A Folium map of a cluster analysis; in Jupyter it shows itself (产业集聚地图).

    Parameters
    ----------
    figure
        What to draw.
    report
        File of the report beside it, to link to.
    """

    def __init__(self, figure: ClusterFigure, *, report: str | None = None) -> None:
        west, south, east, north = figure.counties.total_bounds
        title = figure.title if figure.label is None else f"{figure.title}｜{figure.label}"
        super().__init__(
            title,
            extent=(west, south, east, north),
            province=(west, south, east, north),
            start="yngisClusters",
            parts=_PARTS,
            body=data_block("yngis-data", point_payload(figure, report)),
        )
        self.figure = figure


def point_payload(figure: ClusterFigure, report: str | None = None) -> dict[str, Any]:
    """The page's data: what the figure decided, with coded geometry."""
    base = encode_base(figure.counties, figure.neighbours)
    west, south, east, north = figure.counties.total_bounds
    farthest = max((link[3] for network in figure.networks for link in network.links), default=0)
    return {
        "title": figure.title,
        "label": figure.label,
        "report": report,
        "extent": (west, south, east, north),
        "areas": [area["rings"] for area in base.areas],
        "land": _LAND,
        "lines": base.lines,
        "scale": SCALE,
        "zone_scale": ZONE_SCALE,
        "style": {"lines": read_style().lines},
        "prefectures": [
            {"short": place.name, "lon": place.lon, "lat": place.lat}
            for place in figure.prefectures
        ],
        "zones": [
            {
                "name": spot.name,
                "short": spot.short,
                "lon": spot.lon,
                "lat": spot.lat,
                "level": spot.level,
                "facts": spot.facts,
            }
            for spot in figure.zones
        ],
        "networks": [
            {
                "key": network.key,
                "title": network.title,
                "measure": network.measure,
                "because": network.because,
                "threshold": network.threshold,
                "within": network.within_km,
                "links": network.links,
            }
            for network in figure.networks
        ],
        "farthest_km": int(-(-farthest // _STEP_KM) * _STEP_KM),
        **_hull_outlines(figure),
        "hot": _hot_spot_payload(figure),
        "surface": _density_surface(figure.surface),
        "plants": _plant_lines(figure),
        "notes": figure.notes,
        "credits": figure.credits,
    }


def _hull_outlines(figure: ClusterFigure) -> dict[str, Any]:
    if figure.hulls is None:
        return {"hulls": None, "industries": []}
    rings = encode_zones(figure.hulls.geometry)
    rows = zip(figure.hulls.to_dict("records"), rings, strict=True)
    hulls = [
        {
            "title": row["title"],
            "industry": row["industry"],
            "facts": row["facts"],
            "rings": ring,
        }
        for row, ring in rows
    ]
    counts = figure.hulls["industry"].value_counts()
    industries = [
        {"key": name, "colour": colour, "count": int(counts[name])}
        for name, colour in figure.colours.items()
        if name in counts
    ]
    return {"hulls": hulls, "industries": industries}


def _hot_spot_payload(figure: ClusterFigure) -> dict[str, Any] | None:
    if figure.hot is None:
        return None
    shapes = encode_counties(figure.counties) if figure.hot else {}
    counties: dict[str, list[dict[str, str]]] = {}
    for spot in figure.hot:
        found = {"industry": spot.industry, "kind": spot.kind, "text": spot.text}
        counties.setdefault(spot.county, []).append(found)
    return {
        "counties": [
            {"name": name, "rings": shapes[name], "found": found}
            for name, found in counties.items()
        ],
        "industries": list(dict.fromkeys(spot.industry for spot in figure.hot)),
        "classes": [
            {"key": key, "label": label, "colour": colour}
            for key, (label, colour) in figure.hot_classes.items()
        ],
        "level": f"{figure.false_discovery_rate:.0%}",
    }


def _plant_lines(figure: ClusterFigure) -> list[dict[str, Any]] | None:
    """Enterprises of each industry as one coded line of points."""
    if figure.plants is None or not len(figure.plants):
        return None
    points = shapely.get_coordinates(figure.plants.geometry.to_numpy())
    industries = figure.plants["industry"].to_numpy()
    found = []
    for name, colour in figure.colours.items():
        own = points[industries == name]
        if len(own):
            coded = np.diff(np.rint(own * SCALE).astype(int), axis=0, prepend=0).ravel().tolist()
            found.append({"key": name, "colour": colour, "count": len(own), "points": coded})
    return found


def _density_surface(density: Density | None) -> dict[str, Any] | None:
    if density is None:
        return None
    image = density_image(density)
    return {
        "uri": image.uri,
        "bounds": image.bounds,
        "classes": image.classes,
        "highest": float(f"{image.highest:.2g}"),
        "bandwidth_km": density.bandwidth_m / 1000.0,
    }
