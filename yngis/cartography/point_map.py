"""A cluster analysis with everything decided that its map shows (产业集聚图)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from yngis.measure.surface import Density

Facts = tuple[tuple[str, str], ...]
Link = tuple[int, int, float, float, str]

HOT_CLASSES: Final = {
    "hot": ("热点（Gi* 显著偏高）", "#B2182B"),
    "cold": ("冷点（Gi* 显著偏低）", "#2166AC"),
    "moran": ("仅局部莫兰显著", "#3A3532"),
}
"""Kinds of hot spots with label and colour; a county is drawn by the first that it has."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    A name on the map.

    Parameters
    ----------
    name
        What is written.
    lon, lat
        Degrees, CGCS2000.
    """

    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class ZoneSpot:
    """
    A zone as a node of the network (开发区).

    Parameters
    ----------
    name, short, level
        As in the zones layer.
    lon, lat
        A point inside it, degrees.
    facts
        Label and value, in the order of the popup.
    """

    name: str
    short: str
    level: str
    lon: float
    lat: float
    facts: Facts


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
class Network:
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
    links: tuple[Link, ...]


@dataclass(frozen=True)
class ClusterFigure:
    """
    A cluster analysis with everything decided that its map shows.

    Parameters
    ----------
    title
        Heading.
    label
        What is said above it, for example that the data are made up.
    zones, prefectures
        Nodes and names.
    networks
        The first one is shown at first.
    hulls
        Clusters with ``title``, ``industry``, ``facts``, EPSG:4490; None without points.
    colours
        Colour of each industry.
    hot
        None where nothing was tested.
    hot_classes
        Label and colour of each kind of hot spot.
    false_discovery_rate
        Share of false discoveries accepted among them.
    surface
        Density of plants; None without points.
    notes, credits
        Lines under the legend.
    counties, neighbours
        The layers under it, EPSG:4490.
    plants
        The located enterprises with ``name_zh`` and ``industry``, EPSG:4490; None without points.
    """

    title: str
    label: str | None
    zones: tuple[ZoneSpot, ...]
    prefectures: tuple[Place, ...]
    networks: tuple[Network, ...]
    hulls: GeoDataFrame | None
    colours: Mapping[str, str]
    hot: tuple[HotSpot, ...] | None
    hot_classes: Mapping[str, tuple[str, str]]
    false_discovery_rate: float
    surface: Density | None
    notes: tuple[str, ...]
    credits: tuple[str, ...]
    counties: GeoDataFrame
    neighbours: GeoDataFrame
    plants: GeoDataFrame | None = None
