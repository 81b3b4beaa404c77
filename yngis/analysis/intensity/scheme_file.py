"""The parts of a scheme's file (评价体系文件的结构): goals, weights, ideals, types of zone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from yngis.analysis.intensity.definitions import Indicator  # noqa: TC001 - pydantic resolves it
from yngis.analysis.quantities.declared import Confidence, Frozen, Key, Source, Text

Part = Literal["core", "expansion"]
ZoneType = Literal["industrial_led", "city_integrated"]
Share = Annotated[float, Field(gt=0, le=1)]
Weight = Share | dict[str, Share]


class Ideal(Frozen):
    """
    Value that earns the full score (理想值).

    Attributes
    ----------
    value
        In the indicator's unit.
    by_category
        Values of single categories of zone (开发区类型), before ``value``.
    source
        Key of its source.
    """

    value: Annotated[float, Field(ge=0)]
    by_category: dict[str, Annotated[float, Field(ge=0)]] = Field(default={})
    source: Text


class Leaf(Frozen):
    """
    An indicator's place in the tree (指标层).

    Attributes
    ----------
    indicator
        Name of the indicator.
    weight
        Within its sub-goal; by type of zone where types differ, and then for those only.
    parts
        Parts of the zone that it is judged on (主区, 发展方向区).
    """

    indicator: Key
    weight: Weight
    parts: tuple[Part, ...] = ("core", "expansion")


class SubGoal(Frozen):
    """
    A sub-goal (子目标).

    Attributes
    ----------
    name, zh, en
        Its names.
    weight
        Within its goal.
    indicators
        What it is judged by.
    """

    name: Key
    zh: Text
    en: Text
    weight: Weight
    indicators: Annotated[tuple[Leaf, ...], Field(min_length=1)]


class Goal(Frozen):
    """
    A goal (目标).

    Attributes
    ----------
    name, zh, en
        Its names.
    weight
        Within the whole.
    sub_goals
        What it consists of.
    """

    name: Key
    zh: Text
    en: Text
    weight: Weight
    sub_goals: Annotated[tuple[SubGoal, ...], Field(min_length=1)]


class ZoneTypes(Frozen):
    """
    Types of zone, and the test that tells them (开发区分型).

    Attributes
    ----------
    names
        Chinese name by type.
    industrial_share, residential_share
        A2/A above and A1/A below: ``industrial_led``; the reverse: ``city_integrated``.
    always
        Type of whole categories of zone.
    undecided
        Type that stands in where the test decides for neither; results mark it.
    source
        Key of its source.
    """

    names: dict[ZoneType, Text]
    industrial_share: Share
    residential_share: Share
    always: dict[str, ZoneType] = Field(default={})
    undecided: ZoneType
    source: Text


class Parts(Frozen):
    """
    Parts of a zone and their weights in its score (评价分区).

    Attributes
    ----------
    weights
        Add up to 1; where a zone has one part only, that part counts alone.
    source
        Key of its source.
    """

    weights: Annotated[dict[Part, Share], Field(min_length=1)]
    source: Text


class SchemeFile(Frozen):
    """
    A scheme as its file holds it (评价体系文件).

    Attributes
    ----------
    title_zh, title_en
        Titles.
    confidence
        How far the scheme as a whole is known to be the official one.
    sources
        Sources by key.
    zone_types
        Types of zone; None where the scheme knows none.
    parts
        Parts of a zone and their weights.
    weights_source
        Key of the weights' source.
    indicators
        Definitions that add to the standard ones or stand in their place.
    goals
        The tree of goals, sub-goals and indicators.
    ideals
        Ideal values by indicator; one without is reported, not scored.
    notes
        What a reader of the results must know.
    """

    title_zh: Text
    title_en: Text
    confidence: Confidence
    sources: Annotated[dict[str, Source], Field(min_length=1)]
    zone_types: ZoneTypes | None = None
    parts: Parts
    weights_source: Text
    indicators: tuple[Indicator, ...] = ()
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)]
    ideals: dict[Key, Ideal]
    notes: tuple[Text, ...] = ()
