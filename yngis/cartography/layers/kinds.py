"""What an analysis lays over a map (分析图层): links, hulls, hot spots, density, parcels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from yngis.cartography.layers.packed import Array, PackedShapes
    from yngis.measure.surface import Density

Pair = tuple[int, int, float, float, str]
"""Places of two zones among the marks, value in 0..1, distance [km] and the reason."""

HOT_CLASSES: Final = {
    "hot": ("热点（Gi* 显著偏高）", "#B2182B"),
    "cold": ("冷点（Gi* 显著偏低）", "#2166AC"),
    "moran": ("仅局部莫兰显著", "#3A3532"),
}
"""Kinds of hot spots with label and colour; a county is drawn by the first that it has."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """
    A county that stands out in one industry (热点县).

    Parameters
    ----------
    county, industry
        Where, and in what.
    kind
        A key of :data:`HOT_CLASSES`.
    text
        The numbers, in words.
    """

    county: str
    industry: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class LinkLayer:
    """
    Pairs of zones that are alike (开发区联系).

    Parameters
    ----------
    key, title
        Name in the script and heading.
    measure, because
        What the value is called, and what the last text of a link is.
    threshold, within_km
        Least value and longest distance [km] shown at first.
    links
        Positions of both zones, value in 0..1, distance [km] and the reason; strongest first.
    """

    key: str
    title: str
    measure: str
    because: str
    threshold: float
    within_km: float
    links: tuple[Pair, ...]


@dataclass(frozen=True)
class HotSpotLayer:
    """
    Counties that stand out (热点县).

    Parameters
    ----------
    spots
        By county and industry.
    industries
        All that were tested, in the order of the legend.
    classes
        Label and colour of each kind, the foremost first.
    false_discovery_rate
        Share of false discoveries accepted among them.
    """

    spots: tuple[HotSpot, ...]
    industries: tuple[str, ...]
    classes: Mapping[str, tuple[str, str]]
    false_discovery_rate: float


@dataclass(frozen=True)
class HullLayer:
    """
    Areas that hold a cluster of points (集群范围).

    Parameters
    ----------
    frame
        With ``title``, ``industry`` and ``facts``, EPSG:4490.
    colours
        Colour of each industry.
    """

    frame: GeoDataFrame
    colours: Mapping[str, str]


@dataclass(frozen=True)
class PointLayer:
    """
    Enterprises where they are (企业点位).

    Parameters
    ----------
    frame
        With ``name_zh`` and ``industry``, EPSG:4490.
    colours
        Colour of each industry.
    """

    frame: GeoDataFrame
    colours: Mapping[str, str]


@dataclass(frozen=True)
class SurfaceLayer:
    """
    A density surface and its classes (核密度面).

    Parameters
    ----------
    density
        Plants per km².
    classes
        Lower bound [plants per 100 km²] and colour of each class on paper, lowest first.
    highest
        Highest density [plants per 100 km²].
    """

    density: Density
    classes: tuple[tuple[float, str], ...]
    highest: float


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
        to come), ``area`` [m²], told in 公顷 and 亩, or ``link``: a file beside the page.
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


@dataclass(frozen=True)
class ParcelLayer:
    """
    A hundred thousand parcels or a million, packed (宗地).

    Parameters
    ----------
    shapes
        Packed polygons.
    class_of
        Number of the class of each polygon, packed as ``u8``.
    classes
        The classes.
    columns
        What popups show, the first of them as their heading.
    zones
        What stands for each zone from afar, in the order of the zones.
    zones_told, zone_colour
        What the size of these circles means, and their colour.
    """

    shapes: PackedShapes
    class_of: Array
    classes: tuple[ParcelClass, ...]
    columns: tuple[ParcelColumn, ...]
    zones: tuple[ZoneMark, ...]
    zones_told: str
    zone_colour: str


Layer = LinkLayer | HotSpotLayer | HullLayer | PointLayer | SurfaceLayer | ParcelLayer
