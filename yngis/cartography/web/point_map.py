"""What the page of a cluster analysis draws from (产业集聚地图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from yngis.cartography.layers.base_geometry import SCALE
from yngis.cartography.layers.kinds import (
    HotSpotLayer,
    HullLayer,
    LinkLayer,
    PointLayer,
    SurfaceLayer,
)
from yngis.cartography.style import read_style
from yngis.cartography.web.density_image import density_image
from yngis.cartography.web.encode import (
    ZONE_SCALE,
    encode_base,
    encode_counties,
    encode_zones,
)
from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from yngis.cartography.prepared import PreparedFigure

POINT_PARTS: Final[tuple[str, ...]] = (
    "viewer.css",
    "cluster.css",
    "viewer/10-dom.js",
    "viewer/20-glyph.js",
    "viewer/30-labels.js",
    "viewer/50-popup.js",
    "viewer/55-frame.js",
    "point_viewer",
)
"""Scripts and styles of the page."""

_LAND: Final = "#FDFCFA"  # Colours belong to the layers; regions are told by their borders.
_STEP_KM: Final = 10  # Step of the slider of distances.


def point_payload(figure: PreparedFigure, report: str | None = None) -> dict[str, Any]:
    """The page's data: what the figure decided, with coded geometry."""
    base = encode_base(figure.base["counties"], figure.base["neighbours"])
    networks = figure.layers_of(LinkLayer)
    farthest = max((link[3] for network in networks for link in network.links), default=0)
    return {
        "title": figure.title,
        "label": figure.label,
        "report": report,
        "extent": figure.extent,
        "areas": [area["rings"] for area in base.areas],
        "land": _LAND,
        "lines": base.lines,
        "scale": SCALE,
        "zone_scale": ZONE_SCALE,
        "style": {"lines": read_style().lines},
        "prefectures": [
            {"short": label.short, "lon": label.lon, "lat": label.lat}
            for label in figure.prefectures
        ],
        "zones": [
            {
                "name": mark.name,
                "short": mark.short,
                "lon": mark.lon,
                "lat": mark.lat,
                "level": mark.level,
                "facts": mark.facts,
            }
            for mark in figure.marks
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
            for network in networks
        ],
        "farthest_km": int(-(-farthest // _STEP_KM) * _STEP_KM),
        **_hull_outlines(figure.layers_of(HullLayer)),
        "hot": _hot_spot_payload(figure.layers_of(HotSpotLayer), figure.base["counties"]),
        "surface": _density_surface(figure.layers_of(SurfaceLayer)),
        "plants": _plant_lines(figure.layers_of(PointLayer)),
        "notes": figure.notes,
        "credits": figure.credits,
        "scheme": f"“{scheme}”" if (scheme := read_pack().region_scheme_zh) else "",
    }


def _hull_outlines(layers: tuple[HullLayer, ...]) -> dict[str, Any]:
    if not layers:
        return {"hulls": None, "industries": []}
    (layer,) = layers
    rings = encode_zones(layer.frame.geometry)
    rows = zip(layer.frame.to_dict("records"), rings, strict=True)
    hulls = [
        {
            "title": row["title"],
            "industry": row["industry"],
            "facts": row["facts"],
            "rings": ring,
        }
        for row, ring in rows
    ]
    counts = layer.frame["industry"].value_counts()
    industries = [
        {"key": name, "colour": colour, "count": int(counts[name])}
        for name, colour in layer.colours.items()
        if name in counts
    ]
    return {"hulls": hulls, "industries": industries}


def _hot_spot_payload(
    layers: tuple[HotSpotLayer, ...], shown: GeoDataFrame
) -> dict[str, Any] | None:
    if not layers:
        return None
    (layer,) = layers
    shapes = encode_counties(shown) if layer.spots else {}
    counties: dict[str, list[dict[str, str]]] = {}
    for spot in layer.spots:
        found = {"industry": spot.industry, "kind": spot.kind, "text": spot.text}
        counties.setdefault(spot.county, []).append(found)
    return {
        "counties": [
            {"name": name, "rings": shapes[name], "found": found}
            for name, found in counties.items()
        ],
        "industries": list(dict.fromkeys(spot.industry for spot in layer.spots)),
        "classes": [
            {"key": key, "label": label, "colour": colour}
            for key, (label, colour) in layer.classes.items()
        ],
        "level": f"{layer.false_discovery_rate:.0%}",
    }


def _plant_lines(layers: tuple[PointLayer, ...]) -> list[dict[str, Any]] | None:
    """Enterprises of each industry as one coded line of points."""
    if not layers:
        return None
    (layer,) = layers
    points = shapely.get_coordinates(layer.frame.geometry.to_numpy())
    industries = layer.frame["industry"].to_numpy()
    found = []
    for name, colour in layer.colours.items():
        own = points[industries == name]
        if len(own):
            coded = np.diff(np.rint(own * SCALE).astype(int), axis=0, prepend=0).ravel().tolist()
            found.append({"key": name, "colour": colour, "count": len(own), "points": coded})
    return found


def _density_surface(layers: tuple[SurfaceLayer, ...]) -> dict[str, Any] | None:
    if not layers:
        return None
    (layer,) = layers
    return {
        **density_image(layer)._asdict(),
        "classes": layer.classes,
        "highest": float(f"{layer.highest:.2g}"),
        "bandwidth_km": layer.density.bandwidth_m / 1000.0,
    }
