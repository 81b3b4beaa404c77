"""What can be measured of a zone (输入量与指标定义), read from YAML."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from yngis.catalogue._yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

Dimension = Literal["area", "money", "people"]
Text = Annotated[str, Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Confidence = Literal["high", "medium", "low"]


class Frozen(BaseModel):
    """A frozen model that forbids unknown keys (只读模型)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Quantity(Frozen):
    """
    One quantity of a zone's table (输入量).

    Attributes
    ----------
    name
        Canonical column; its values are in ``unit``.
    dimension, unit
        What is measured, and the unit that holds where the header names none.
    zh, en
        Meaning in Chinese and English.
    parts
        Quantities that add up to this one.
    within
        Quantity that holds this one at most.
    also
        Other headers that stand for it.
    """

    name: Text
    dimension: Dimension
    unit: Text
    zh: Text
    en: Text
    parts: tuple[str, ...] = ()
    within: str | None = None
    also: tuple[Text, ...] = ()

    @property
    def stem(self) -> str:
        """The name without its unit (去单位的列名)."""
        return self.name.removesuffix("_m2").removesuffix("_ha").removesuffix("_wan")


class _File(Frozen):
    quantities: tuple[Quantity, ...]


class Source(Frozen):
    """
    Where a number or formula comes from (依据).

    Attributes
    ----------
    title
        The source, in words.
    confidence
        How far it can be trusted.
    verified
        Whether an official text was seen that says so.
    """

    title: Text
    confidence: Confidence
    verified: bool = False


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


def packaged(name: str, anchor: str = "yngis.analysis.intensity") -> Traversable:
    """
    A data file that comes with a package (随附数据文件).

    Parameters
    ----------
    name
        File name.
    anchor
        Package that holds it.

    Returns
    -------
    file
        To be opened through ``importlib.resources.as_file``.
    """
    return files(anchor).joinpath(name)


@cache
def quantities() -> Mapping[str, Quantity]:
    """
    The quantities that are understood, by canonical column (输入量表).

    Returns
    -------
    quantities
        In the order of ``quantities.yml``.

    Examples
    --------
    >>> quantities()["A2"].zh
    '工矿仓储用地'
    """
    with as_file(packaged("quantities.yml")) as path:
        listed = read_yaml(path, _File).quantities
    return {quantity.name: quantity for quantity in listed}


@cache
def definitions() -> tuple[Mapping[str, Source], Mapping[str, Indicator]]:
    """
    The standard indicators and their sources (标准指标).

    Returns
    -------
    sources, indicators
        By key and by name, in the order of ``definitions.yml``.
    """
    with as_file(packaged("definitions.yml")) as path:
        read = read_yaml(path, _Definitions)
    return read.sources, {indicator.name: indicator for indicator in read.indicators}
