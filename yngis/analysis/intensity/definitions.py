"""The standard indicators (标准指标) and where they come from, read from ``definitions.yml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from yngis.analysis.quantities.declared import Frozen, Key, Source, Text, packaged_file
from yngis.catalogue.io.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


class Indicator(Frozen):
    """
    One indicator (指标): the sum of some quantities over the sum of others.

    Attributes
    ----------
    name
        Column in the results.
    zh, en
        Name in Chinese and English.
    numerator, denominator
        Quantities, see ``quantities.yml``.
    unit
        Unit of the value.
    sign
        ``negative`` where less is better; such an indicator is a share.
    stock
        A rate over what fell due: undefined where nothing did.
    source
        Key of its source.
    """

    name: Key
    zh: Text
    en: Text
    numerator: Annotated[tuple[str, ...], Field(min_length=1)]
    denominator: Annotated[tuple[str, ...], Field(min_length=1)]
    unit: Literal["share", "ratio", "万元/ha", "人/ha"]
    sign: Literal["positive", "negative"] = "positive"
    stock: bool = False
    source: Text


class _Definitions(Frozen):
    sources: dict[str, Source]
    indicators: tuple[Indicator, ...]


@cache
def indicator_definitions() -> tuple[Mapping[str, Source], Mapping[str, Indicator]]:
    """The standard indicators and their sources (标准指标)."""
    with as_file(packaged_file("definitions.yml", "yngis.analysis.intensity")) as path:
        read = read_yaml(path, _Definitions)
    return read.sources, {indicator.name: indicator for indicator in read.indicators}
