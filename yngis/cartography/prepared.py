"""What a figure shows once everything is decided: the one thing that both renderers draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from yngis.cartography.layers.kinds import Layer

_Kind = TypeVar("_Kind", bound="Layer")
GroupKind = Literal["sector", "focus", "level", "region", "class", "link"]


@dataclass(frozen=True, slots=True)
class Axis:
    """
    One side of a legend of two values.

    Parameters
    ----------
    title
        What is measured, with its unit.
    labels
        Its classes, from low to high.
    """

    title: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A line of the legend, and the filter behind it.

    Parameters
    ----------
    key
        Value in the data.
    label
        Text of the legend.
    character
        The hanzi drawn in a sector; empty where the entry has no glyph.
    colour, ink
        Fill and the text colour that reads on it, ``#RRGGBB``.
    count
        Zones in this figure that carry the value; below zero where nothing is counted.
    """

    key: str
    label: str
    character: str
    colour: str
    ink: str
    count: int


@dataclass(frozen=True, slots=True)
class AmountKey:
    """
    What the size of the zones' glyphs says (比例符号图例).

    Parameters
    ----------
    title
        Of the amount.
    values
        Round amounts for the legend, the largest first.
    labels
        The same in words, with the unit.
    shares
        Radii of their circles, as shares of that of the largest amount.
    """

    title: str
    values: tuple[float, ...]
    labels: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """
    How values lie in their classes (直方图), the legend of classed values on paper.

    Parameters
    ----------
    low, high
        Range of the values.
    limits
        Between classes.
    bins
        Of equal width from ``low`` to ``high``: how many values of each class lie in each.
    unit
        Of the values.
    """

    low: float
    high: float
    limits: tuple[float, ...]
    bins: tuple[tuple[int, ...], ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """
    A block of the legend.

    Parameters
    ----------
    kind
        What the entries select zones by.
    title
        Heading.
    entries
        In legend order, which is also the order of sectors in a glyph.
    axes
        Of a map of two values (双变量): across and up. The first entries are then its cells, row
        by row from the lowest.
    histogram
        Of classed numbers.
    """

    kind: GroupKind
    title: str
    entries: tuple[Entry, ...]
    axes: tuple[Axis, Axis] | None = None
    histogram: Histogram | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """
    One sector of a zone's glyph, with the words of the plan behind it.

    Parameters
    ----------
    key
        The entry it belongs to.
    roles
        Pairs of the role that the plan gives (may be empty) and the place where it says so; on a
        thematic map, the value.
    sign
        What is written in the sector in place of the entry's character.
    strength
        How strongly the plan names the zone here: 核心, 重点 or 主; empty where it only lists it.
    quotes
        The sentences that name it.
    """

    key: str
    roles: tuple[tuple[str, str], ...]
    sign: str = ""
    strength: str = ""
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """
    A zone (开发区) as drawn.

    Parameters
    ----------
    name, short
        Registry name and map label.
    lon, lat
        Where the glyph belongs, degrees, CGCS2000.
    level, category, region, prefecture, county
        As in the zones layer.
    sectors
        In legend order; empty for a zone that this figure's text does not name.
    aliases
        Other names to find it by.
    pinyin, initials
        Of the short name, for the search box.
    facts
        Label and value, in the order of the popup.
    schematic
        True while the boundary is 示意.
    note
        What is odd of the user's polygon; empty where nothing is.
    rank
        Names of higher ranks give way where there is no room for all.
    amount
        Radius that an amount of the user's gives the glyph, as a share of the largest; 0 where
        there is none.
    """

    name: str
    short: str
    lon: float
    lat: float
    level: str
    category: str = ""
    region: str = ""
    prefecture: str = ""
    county: str = ""
    sectors: tuple[Membership, ...] = ()
    aliases: tuple[str, ...] = ()
    pinyin: str = ""
    initials: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    schematic: bool = False
    note: str = ""
    rank: int = 0
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class PrefectureLabel:
    """
    A prefecture's name on the map, and what the plan says of it.

    Parameters
    ----------
    name, short
        Full name and map label.
    lon, lat
        The spot with most room inside, degrees.
    region
        The region (or regions) it belongs to.
    active
        False where the figure is about another region.
    named
        True where the figure's own text names it.
    chips
        Keys of the industries that it is to develop, in the order of the text: of the sectors, or
        of the group ``focus``.
    focus
        Heading and text of the popup rows.
    pinyin, initials
        For the search box.
    value
        What stands under the name on a thematic map.
    unit
        What stands under the value.
    ink, halo
        Of the name on such a map, readable on its fill; empty for the usual ones.
    """

    name: str
    short: str
    lon: float
    lat: float
    region: str = ""
    active: bool = True
    named: bool = False
    chips: tuple[str, ...] = ()
    focus: tuple[tuple[str, str], ...] = ()
    pinyin: str = ""
    initials: str = ""
    value: str = ""
    unit: str = ""
    ink: str = ""
    halo: str = ""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """
    A county's name, which a closer view shows.

    Parameters
    ----------
    name, short
        Full name and map label.
    prefecture, region
        Where it lies.
    lon, lat
        The roomiest spot inside, degrees.
    pinyin, initials
        For the search box.
    """

    name: str
    short: str
    prefecture: str
    region: str
    lon: float
    lat: float
    pinyin: str
    initials: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """
    What another figure of the plan shows, for the search box.

    Parameters
    ----------
    name
        Registry name of a zone, or a segment or industry.
    kind
        ``zone`` or ``sector``.
    figures
        Numbers of the figures whose glyphs show it.
    aliases
        Other names to find it by, the short one first.
    pinyin, initials
        For the search box.
    """

    name: str
    kind: Literal["zone", "sector"]
    figures: tuple[int, ...]
    aliases: tuple[str, ...] = ()
    pinyin: str = ""
    initials: str = ""


@dataclass(frozen=True, slots=True)
class PortMark:
    """
    A border port (口岸) as drawn.

    Parameters
    ----------
    name
        Name of the port.
    lon, lat
        Degrees, CGCS2000.
    aliases
        Other names to find it by.
    facts
        Label and value, in the order of the popup.
    pinyin, initials
        For the search box.
    """

    name: str
    lon: float
    lat: float
    aliases: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    pinyin: str
    initials: str


@dataclass(frozen=True, slots=True)
class NeighbourLabel:
    """
    The name of a country or province outside.

    Parameters
    ----------
    name
        As it is shown.
    country
        False for a province.
    lon, lat
        The roomiest spot in the map frame, degrees.
    land
        Name in the neighbours layer.
    """

    name: str
    country: bool
    lon: float
    lat: float
    land: str


@dataclass(frozen=True, slots=True)
class Area:
    """
    A filled region.

    Parameters
    ----------
    name, title
        Name and the sentence that explains its members.
    fill
        ``#RRGGBB``.
    active
        False where the figure is about another region.
    tint
        Fill of a plate whose base is quiet, with a band of ``fill`` along the region's borders;
        empty where ``fill`` covers the land.
    quotes
        Sentences of the plan about the region, where the figure is about regions.
    """

    name: str
    title: str
    fill: str
    active: bool
    tint: str = ""
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """
    An area or a point of a user's layer, coloured by its class.

    Parameters
    ----------
    name
        What it is called; may be empty.
    key
        Its class.
    fill
        ``#RRGGBB``.
    lon, lat
        A point inside it, degrees.
    label
        What is written on the map; may be empty.
    facts
        Label and value, in the order of the popup.
    size
        Radius of its circle as a share of the largest one, 0..1; 0 for a plain dot or an area.
    rank
        Names of higher ranks give way where there is no room for all.
    """

    name: str
    key: str
    fill: str
    lon: float
    lat: float
    label: str
    facts: tuple[tuple[str, str], ...]
    size: float = 0.0
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """
    A line between two zones (开发区联系).

    Parameters
    ----------
    start, end
        Names of the zones.
    key
        Its class; the entries of the group ``link`` run from thin to thick.
    told
        Its value, in words.
    """

    start: str
    end: str
    key: str
    told: str


@dataclass(frozen=True, slots=True)
class Chain:
    """
    A chain of production whose stages the plan gives to zones (产业链分工).

    Parameters
    ----------
    key
        Its segment.
    told
        The zones with their stages, in words.
    arrows
        Pairs of zones, from the earlier stage to the next; no flow of goods is meant.
    """

    key: str
    told: str
    arrows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class PreparedFigure:
    """
    A figure with every colour, class, label and legend entry decided.

    Parameters
    ----------
    number
        Figure number in the plan; 0 for any other map.
    title, title_en
        Caption as the plan prints it, and in English.
    subtitle, label
        What stands under the title, and what is said above all, as that the data are made up.
    section
        Where the plan promises the figure.
    groups
        The legend.
    others, others_told
        Number of zones drawn as empty circles, which this figure's text does not name; what they
        are called, and why.
    marks, prefectures, ports, neighbours, areas
        What is drawn, in drawing order.
    extent
        West, south, east, north in degrees.
    notes
        The lines under the legend: schematic boundaries, counts, how to read the glyphs.
    credits
        Source, datum and map-review line.
    has_focus
        True where prefectures carry their own industries.
    base
        The layers behind the drawing, by name; geometry only.
    features
        The filled areas of a user's map, row by row of ``base["features"]``.
    stem
        Name of its files, where it has no number in the plan.
    edge
        Rim of a glyph with one sector; dark where the fill may be as pale as the land.
    links
        Lines between zones.
    chains
        Chains of production, which a plate draws as arrows.
    panels
        The same map of each region, where a plate shows them side by side (分幅小图).
    layers
        What an analysis lays over it: a page shows them together, paper one on each plate.
    counties
        Names that a closer view shows.
    elsewhere
        What other figures of the plan show.
    lang
        Language of the titles, labels and notes.
    english
        English by Chinese text, of whatever the figure says.
    not_english
        Lines that name what has no English.
    in_chinese
        The figure as it was, where this one is its translation.
    amounts
        What the size of the zones' glyphs says; None where all are of one size.
    """

    title: str
    extent: tuple[float, float, float, float]
    base: dict[str, GeoDataFrame]
    number: int = 0
    title_en: str = ""
    subtitle: str = ""
    label: str | None = None
    section: str = ""
    groups: tuple[Group, ...] = ()
    others: int = 0
    marks: tuple[Mark, ...] = ()
    prefectures: tuple[PrefectureLabel, ...] = ()
    ports: tuple[PortMark, ...] = ()
    neighbours: tuple[NeighbourLabel, ...] = ()
    areas: tuple[Area, ...] = ()
    notes: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    has_focus: bool = False
    features: tuple[Feature, ...] = ()
    stem: str = ""
    edge: str = "#FFFFFF"
    links: tuple[Link, ...] = ()
    others_told: tuple[str, str] = ("其他开发区", "本图未点名")
    chains: tuple[Chain, ...] = ()
    panels: tuple[PreparedFigure, ...] = ()
    layers: tuple[Layer, ...] = ()
    counties: tuple[PlaceName, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    lang: Literal["zh", "en"] = "zh"
    english: Mapping[str, str] = field(default_factory=dict)
    not_english: tuple[str, ...] = ()
    in_chinese: PreparedFigure | None = None
    amounts: AmountKey | None = None

    def __repr__(self) -> str:
        """One line: a figure holds whole layers."""
        number = f"图{self.number} " if self.number else ""
        return f"<{type(self).__name__} {number}{self.title}：{len(self.marks)} 个开发区>"

    @property
    def quiet(self) -> bool:
        """
        Whether a plate's base is quiet, because its theme is an industry and not the regions.

        Returns
        -------
        quiet
            True where regions are tinted and zones without a sector are dots without a name.
        """
        return any(area.tint for area in self.areas)

    @property
    def has_seats(self) -> bool:
        """
        Whether seats of prefectures are shown: on figures of the plan, and where a user brings any.

        Returns
        -------
        shown
            False on maps of other themes.
        """
        seats = self.base.get("seats")
        return seats is not None and bool(self.number or seats["own"].any())

    @property
    def dotted(self) -> bool:
        """
        Whether the features are points, which are drawn as dots.

        Returns
        -------
        dotted
            False where they are areas, or there are none.
        """
        return bool(self.features) and bool(
            self.base["features"].geom_type.isin(("Point", "MultiPoint")).all()
        )

    def group(self, kind: GroupKind) -> Group:
        """
        One block of the legend.

        Parameters
        ----------
        kind
            Which one.

        Returns
        -------
        group
            The block; one without entries where the figure has none of that kind.
        """
        found = (group for group in self.groups if group.kind == kind)
        return next(found, Group(kind, "", ()))

    def layers_of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """
        Layers of one kind.

        Parameters
        ----------
        kind
            Such as :class:`yngis.cartography.layers.LinkLayer`.

        Returns
        -------
        layers
            In drawing order; empty where the figure has none.
        """
        return tuple(layer for layer in self.layers if isinstance(layer, kind))
