"""What the page of parcels draws from: a hundred thousand or a million, in one file (宗地图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yngis.cartography.layers.base_geometry import SCALE
from yngis.cartography.layers.label_points import label_points
from yngis.cartography.layers.packed import NOTHING, WORLD, Array
from yngis.cartography.style import ink_on, read_style
from yngis.cartography.web.encode import ZONE_SCALE, encode_base, encode_zones
from yngis.catalogue.shipped import SCHEMATIC

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from yngis.cartography.layers.kinds import ParcelColumn, ParcelLayer
    from yngis.cartography.prepared import PreparedFigure

CLOSEST: Final = 19
"""Largest zoom: a pixel is 0.3 m, two steps of the packed coordinates."""

PARCEL_PARTS: Final[tuple[str, ...]] = (
    "viewer.css",
    "parcels.css",
    "viewer/10-dom.js",
    "viewer/20-glyph.js",
    "viewer/30-labels.js",
    "viewer/35-search.js",
    "viewer/50-popup.js",
    "viewer/55-frame.js",
    "parcel_viewer",
)
"""Scripts and styles of the page."""

_LAND: Final = "#FDFCFA"  # Colours belong to the parcels.


def parcel_payload(figure: PreparedFigure, layer: ParcelLayer) -> dict[str, Any]:
    """The page's data: what the figure decided, with coded geometry."""
    base = encode_base(figure.base["counties"], figure.base["neighbours"])
    return {
        "title": figure.title,
        "subtitle": figure.subtitle,
        "world": WORLD,
        "nothing": NOTHING,
        "closest": CLOSEST,
        "shapes": {name: array.told() for name, array in layer.shapes.arrays.items()},
        "class_of": layer.class_of.told(),
        "classes": [{**each._asdict(), "ink": ink_on(each.colour)} for each in layer.classes],
        "columns": [_column_payload(column) for column in layer.columns],
        "land": _LAND,
        "lines": base.lines,
        "areas": [area["rings"] for area in base.areas],
        "zones": _zone_outlines(figure.base["zones"], layer),
        "marked": layer.zones_told,
        "mark_colour": layer.zone_colour,
        "names": _place_names_on_map(figure.base["counties"], figure.base["prefectures"]),
        "scale": SCALE,
        "zone_scale": ZONE_SCALE,
        "style": {"lines": read_style().lines},
        "extent": figure.extent,
        "notes": figure.notes,
    }


def _column_payload(column: ParcelColumn) -> dict[str, Any]:
    packed = column.packed
    values = {"values": packed.told()} if isinstance(packed, Array) else packed
    return {**column._asdict(), **values, "packed": None}


def _zone_outlines(zones: GeoDataFrame, layer: ParcelLayer) -> list[dict[str, Any]]:
    rings = encode_zones(zones.geometry)
    told = []
    for mark, ring, kind, shape in zip(
        layer.zones, rings, zones["boundary"], zones.geometry, strict=True
    ):
        west, south, east, north = shape.bounds
        told.append(
            {
                **mark._asdict(),
                "rings": ring,
                "schematic": kind == SCHEMATIC,
                "lat": (south + north) / 2,
                "lon": (west + east) / 2,
                "box": [[south, west], [north, east]],
            }
        )
    return told


def _place_names_on_map(counties: GeoDataFrame, prefectures: GeoDataFrame) -> list[dict[str, Any]]:
    """Regions and prefectures, each where it has most room."""
    short = dict(zip(prefectures["name_zh"], prefectures["short_zh"], strict=True))
    regions, inside = label_points(counties, "region"), label_points(counties, "prefecture")
    return [
        {"name": f"“{name}”", "kind": "region", "lon": lon, "lat": lat}
        for name, (lon, lat) in regions.items()
    ] + [
        {"name": short.get(name, name), "kind": "prefecture", "lon": lon, "lat": lat}
        for name, (lon, lat) in inside.items()
    ]
