"""A Folium map of a hundred thousand parcels or a million, one file, no network (宗地图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.cartography.base_geometry import SCALE
from yngis.cartography.label_points import label_points
from yngis.cartography.style import ink_on, read_style
from yngis.cartography.web.encode import ZONE_SCALE, encode_base, encode_zones
from yngis.cartography.web.offline_map import OfflineMap
from yngis.cartography.web.packed import WORLD, Array, PackedShapes
from yngis.cartography.web.page import data_block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame

CLOSEST: Final = 19
"""Largest zoom: a pixel is 0.3 m, two steps of the packed coordinates."""

NOTHING: Final = -(2**31)
"""Whole number that stands for no value."""

_LAND: Final = "#FDFCFA"  # Colours belong to the parcels.
_PARTS: Final = (
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


class ParcelClass(NamedTuple):
    """
    One class of parcels.

    Attributes
    ----------
    key, label
        Its name in the page and for people.
    character
        One hanzi, written into parcels that have room: a second cue beside the colour.
    colour
        ``#rrggbb``.
    priority
        The larger, the later it is drawn, so that it is never hidden.
    number, area
        What stands in the legend: how many there are, and their hectares.
    hatched
        Whether parcels are hatched, as land of another kind than the rest.
    """

    key: str
    label: str
    character: str
    colour: str
    priority: int
    number: str
    area: str
    hatched: bool = False

    def told(self) -> dict[str, Any]:
        """
        Tell it to the page.

        Returns
        -------
        parcel_class
            Ready for JSON, with the ink that can be read on its colour.
        """
        return {**self._asdict(), "ink": ink_on(self.colour)}


class ParcelColumn(NamedTuple):
    """
    One column that popups show.

    Attributes
    ----------
    key, label
        Its name in the page and for people.
    packed
        The values in the order of the packed shapes: an array, or labels that repeat.
    form
        ``text``, ``number``, ``day`` (days since 1970), ``overdue`` (days; negative ones are still
        to come) or ``area`` [m²], told in 公顷 and 亩.
    unit, digits
        Of numbers.
    search
        Whether the search looks at it.
    listed
        Whether it stands in the table of the parcels in view.
    """

    key: str
    label: str
    packed: Array | dict[str, Any]
    form: str = "text"
    unit: str = ""
    digits: int = 0
    search: bool = False
    listed: bool = False

    def told(self) -> dict[str, Any]:
        """
        Tell it to the page.

        Returns
        -------
        column
            Ready for JSON.
        """
        values = {"values": self.packed.told()} if isinstance(self.packed, Array) else self.packed
        return {**self._asdict(), **values, "packed": None}


class ZoneMark(NamedTuple):
    """
    A zone seen from afar, where its parcels are too small to see.

    Attributes
    ----------
    name, short
        Its name, and what is written beside it.
    told
        What its tooltip says.
    size
        Area of its circle, in any unit.
    """

    name: str
    short: str
    told: str
    size: float


class ParcelMap(OfflineMap):
    """
    A map of parcels by class; in Jupyter it shows itself.

    Parameters
    ----------
    title, subtitle
        What stands on the panel.
    shapes
        Packed polygons.
    class_of
        Number of the class of each polygon, packed as ``u8``.
    classes
        The classes.
    columns
        What popups show, the first of them as their heading.
    layers
        ``counties``, ``prefectures`` and ``neighbours``, drawn under the parcels.
    zones
        Zones with ``boundary``; schematic ones are dashed.
    marks
        What stands for each zone from afar, in the order of the zones.
    marked, mark_colour
        What the size of the marks means, and their colour.
    extent
        West, south, east and north of what is seen at first.
    notes
        What a reader must know.
    """

    def __init__(
        self,
        title: str,
        subtitle: str,
        *,
        shapes: PackedShapes,
        class_of: Array,
        classes: Sequence[ParcelClass],
        columns: Sequence[ParcelColumn],
        layers: Mapping[str, GeoDataFrame],
        zones: GeoDataFrame,
        marks: Sequence[ZoneMark],
        marked: str,
        mark_colour: str,
        extent: tuple[float, float, float, float],
        notes: Sequence[str],
    ) -> None:
        base = encode_base(layers["counties"], layers["neighbours"])
        data = {
            "title": title,
            "subtitle": subtitle,
            "world": WORLD,
            "nothing": NOTHING,
            "closest": CLOSEST,
            "shapes": {name: array.told() for name, array in shapes.arrays.items()},
            "class_of": class_of.told(),
            "classes": [each.told() for each in classes],
            "columns": [column.told() for column in columns],
            "land": _LAND,
            "lines": base.lines,
            "areas": [area["rings"] for area in base.areas],
            "zones": _zone_outlines(zones, marks),
            "marked": marked,
            "mark_colour": mark_colour,
            "names": _place_names_on_map(layers["counties"], layers["prefectures"]),
            "scale": SCALE,
            "zone_scale": ZONE_SCALE,
            "style": {"lines": read_style().lines},
            "extent": extent,
            "notes": list(notes),
        }
        west, south, east, north = layers["counties"].total_bounds
        super().__init__(
            title,
            extent=extent,
            province=(west, south, east, north),
            start="yngisParcels",
            parts=_PARTS,
            body=data_block("yngis-data", data),
        )
        self.options |= {"max_zoom": CLOSEST, "zoom_snap": 1, "zoom_delta": 1}


def _zone_outlines(zones: GeoDataFrame, marks: Sequence[ZoneMark]) -> list[dict[str, Any]]:
    rings = encode_zones(zones.geometry)
    told = []
    for mark, ring, kind, shape in zip(
        marks, rings, zones["boundary"], zones.geometry, strict=True
    ):
        west, south, east, north = shape.bounds
        told.append(
            {
                **mark._asdict(),
                "rings": ring,
                "schematic": kind == "示意",
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
