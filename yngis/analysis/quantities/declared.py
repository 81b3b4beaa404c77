"""Quantities that a table of zones may hold (输入量), declared in ``quantities.yml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from yngis.catalogue.io.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

Dimension = Literal["area", "money", "people", "count", "mass", "volume", "year", "flag"]
Text = Annotated[str, Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Confidence = Literal["high", "medium", "low"]


class Frozen(BaseModel):
    """A frozen model that forbids unknown keys (只读模型)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    narrower
        Headers that mean less, and are read for it with a doubt.
    """

    name: Text
    dimension: Dimension
    unit: Text
    zh: Text
    en: Text
    parts: tuple[str, ...] = ()
    within: str | None = None
    also: tuple[Text, ...] = ()
    narrower: tuple[Text, ...] = ()

    @property
    def stem(self) -> str:
        """The name without its unit (去单位的列名)."""
        for suffix in ("_m2", "_ha", "_wan", "_t", "_m3"):
            if self.name.endswith(suffix):
                return self.name.removesuffix(suffix)
        return self.name


class RefusedHeader(Frozen):
    """
    A header that stands for no one quantity (不采用的表头).

    Attributes
    ----------
    header
        As it is written.
    zh, en
        Why it is not read.
    mend
        What to write, bilingual.
    """

    header: Text
    zh: Text
    en: Text
    mend: Text


class _File(Frozen):
    quantities: tuple[Quantity, ...]
    refused: tuple[RefusedHeader, ...]


def packaged_file(name: str, anchor: str) -> Traversable:
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
    return {quantity.name: quantity for quantity in _declared_file().quantities}


@cache
def refused_headers() -> Mapping[str, RefusedHeader]:
    """
    Headers that are never read for a quantity, as they mean several (不采用的表头).

    Examples
    --------
    >>> refused_headers()["规划面积"].zh
    '规划面积可为批准面积的数倍，也不只是规划建设用地'
    """
    return {each.header: each for each in _declared_file().refused}


@cache
def _declared_file() -> _File:
    with as_file(packaged_file("quantities.yml", "yngis.analysis.quantities")) as path:
        return read_yaml(path, _File)
