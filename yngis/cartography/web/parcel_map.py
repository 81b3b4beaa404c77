"""A Folium map of a hundred thousand parcels or a million, one file, no network (宗地图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.cartography.style import read_style
from yngis.cartography.web.encode import SCALE, ZONE_SCALE, encode_base, encode_zones
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


class ParcelClass(NamedTuple):
    """
    One class of parcels.

    Attributes
    ----------
    key, label
        Its name in the page and for people.
    colour
        ``#rrggbb``.
    priority
        The larger, the later it is drawn, so that it is never hidden.
    told
        Count and area, as they stand in the legend.
    """

    key: str
    label: str
    colour: str
    priority: int
    told: str


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
        ``text``, ``number`` or ``day`` (days since 1970).
    unit, digits
        Of numbers.
    search
        Whether the search looks at it.
    """

    key: str
    label: str
    packed: Array | dict[str, Any]
    form: str = "text"
    unit: str = ""
    digits: int = 0
    search: bool = False

    def told(self) -> dict[str, Any]:
        """
        Tell it to the page.

        Returns
        -------
        column
            Ready for JSON.
        """
        values = {"values": self.packed.told()} if isinstance(self.packed, Array) else self.packed
        return {
            "key": self.key,
            "label": self.label,
            "form": self.form,
            "unit": self.unit,
            "digits": self.digits,
            "search": self.search,
            **values,
        }


class Circle(NamedTuple):
    """
    A place seen from afar.

    Attributes
    ----------
    name, told
        Its name, and what the tooltip says.
    size
        Area of the circle, in any unit.
    colour
        ``#rrggbb``.
    """

    name: str
    told: str
    size: float
    colour: str


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
        What popups show.
    layers
        ``counties`` and ``neighbours``, drawn under the parcels.
    zones
        Zones with ``boundary``; schematic ones are dashed.
    circles
        What stands for each zone from afar, in the order of the zones.
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
        circles: Sequence[Circle],
        extent: tuple[float, float, float, float],
        notes: Sequence[str],
    ) -> None:
        base = encode_base(layers["counties"], layers["neighbours"])
        drawn = [
            {"rings": rings, "schematic": boundary == "示意"}
            for rings, boundary in zip(encode_zones(zones.geometry), zones["boundary"], strict=True)
        ]
        data = {
            "title": title,
            "subtitle": subtitle,
            "world": WORLD,
            "shapes": {name: array.told() for name, array in shapes.arrays.items()},
            "class_of": class_of.told(),
            "classes": [each._asdict() for each in classes],
            "columns": [column.told() for column in columns],
            "lines": base.lines,
            "areas": [area["rings"] for area in base.areas],
            "zones": drawn,
            "circles": [
                _seen_from_afar(circle, shape.bounds)
                for circle, shape in zip(circles, zones.geometry, strict=True)
            ],
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
            parts=("parcels.css", "viewer/10-dom.js", "parcel_viewer"),
            body=data_block("yngis-data", data),
        )
        self.options |= {"max_zoom": CLOSEST, "zoom_snap": 1, "zoom_delta": 1}


def _seen_from_afar(circle: Circle, bounds: tuple[float, float, float, float]) -> dict[str, object]:
    west, south, east, north = bounds
    return {
        **circle._asdict(),
        "lat": (south + north) / 2,
        "lon": (west + east) / 2,
        "box": [[south, west], [north, east]],
    }
