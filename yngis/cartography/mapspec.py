"""A user's own map as data (自定义图件): its layers, what is filled, what the glyphs show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from yngis.cartography.spec import FigureFrame, Glyph  # noqa: TC001 - pydantic reads them
from yngis.cartography.style import Colour  # noqa: TC001 - likewise
from yngis.catalogue.io.side_files import read_side_text
from yngis.catalogue.io.yaml import load_yaml, read_yaml
from yngis.errors import SpecError, YngisError

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.errors import Problem

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_MOST_CLASSES = 7  # more shades of one colour are not told apart on paper
_MOST_OF_TWO = 3  # classes of each value where two are shown
Method = Literal["quantiles", "jenks", "equal"]
ZONES = "zones"
"""The layer whose features are drawn as glyphs, because they are too small to be filled."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class LayerFile(_Frozen):
    """
    A file of the user's.

    Parameters
    ----------
    **data
        ``file``, beside the spec or absolute; ``layer`` in it; ``crs`` where it declares none.
    """

    file: Text
    layer: str | None = None
    crs: str | None = None


class ValueClass(_Frozen):
    """
    One value of a text column.

    Parameters
    ----------
    **data
        ``value`` in the data, ``label`` in the legend, ``colour``, and ``character``, what is
        written in the glyph of a zone.
    """

    value: Text
    label: str | None = None
    colour: Colour | None = None
    character: str = Field(default="", max_length=1)


class Second(_Frozen):
    """
    A second value, shown together with the first (双变量).

    Parameters
    ----------
    **data
        ``column``, ``title`` and ``unit``; at most two ``bounds``, or a ``method``.
    """

    column: Text
    title: Text
    unit: str = ""
    bounds: tuple[float, ...] = ()
    method: Method = "quantiles"

    @model_validator(mode="after")
    def _consistent(self) -> Second:
        _judge_bounds(self.bounds, _MOST_OF_TWO)
        return self


class Fill(_Frozen):
    """
    Areas, points or zones coloured by a column.

    Parameters
    ----------
    **data
        ``layer`` (of the spec, or a shipped one), ``column``, ``title`` and ``unit`` of the
        legend; ``table`` whose rows are joined to the layer by ``key`` (``table_key`` there);
        ``bounds`` between classes, or ``method`` and ``count``; or ``classes`` of a text column;
        ``second``, another value, each then in three classes; ``palette``; ``missing``, what a
        feature without a value is called; ``name``, the column that names the features;
        ``labels`` and ``show_values``, whether names and values are written on the map; ``size``,
        whether an amount is shown by circles whose area it sets, in place of filled areas.
    """

    layer: Text
    column: Text
    title: Text
    unit: str = ""
    table: str | None = None
    key: str = "name_zh"
    table_key: str | None = None
    bounds: tuple[float, ...] = ()
    method: Method = "quantiles"
    count: int = Field(default=5, ge=2, le=_MOST_CLASSES)
    classes: tuple[ValueClass, ...] = ()
    palette: Literal["blue", "orange", "diverging"] = "blue"
    missing: str = "无数据"
    name: str = "name_zh"
    labels: bool = False
    show_values: bool = False
    second: Second | None = None
    size: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Fill:
        if self.size and (self.classes or self.second or self.layer == ZONES):
            message = (
                "size 只用于面或点的一个数值，不与 classes、second 同用，不用于 zones / "
                "size is for one amount of areas or points, without classes or second"
            )
            raise ValueError(message)
        if self.bounds and self.classes:
            message = "bounds 与 classes 只能用一个 / use bounds or classes, not both"
            raise ValueError(message)
        if self.second and self.classes:
            message = "second 只与数值同用 / second goes with numbers, not with classes"
            raise ValueError(message)
        _judge_bounds(self.bounds, _MOST_OF_TWO if self.second else _MOST_CLASSES)
        return self


class Amount(_Frozen):
    """
    A second message: zones' glyphs whose areas are as an amount of the user's (比例符号).

    Parameters
    ----------
    **data
        ``table``, a CSV of the spec with a row for each zone; its ``column``; ``title`` and
        ``unit`` of the legend; ``key``, the column of names.
    """

    table: Text
    column: Text
    title: Text
    unit: str = ""
    key: str = "name_zh"


class MapSpec(_Frozen):
    """
    The declaration of a user's map.

    Parameters
    ----------
    **data
        ``title``, and ``fill`` or ``glyph`` or both; ``title_en``, ``layers`` (file by name),
        ``region`` (only that part of the province), ``frame`` (one prefecture), ``panels`` (on
        paper the regions side by side), ``size`` (an amount that sets the size of the zones'
        glyphs), ``ports``, ``lang``, ``notes`` and ``source``.
    """

    title: Text
    title_en: str = ""
    layers: dict[str, LayerFile] = {}
    fill: Fill | None = None
    glyph: Glyph | None = None
    region: str | None = None
    frame: FigureFrame | None = None
    lang: Literal["zh", "en"] = "zh"
    panels: bool = False
    size: Amount | None = None
    ports: bool = False
    notes: tuple[str, ...] = ()
    source: str = ""

    figure: ClassVar[int] = 0
    focus: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _short_layers(cls, data: object) -> object:
        """``name: file`` is short for ``name: {file: file}``."""
        if isinstance(data, dict) and isinstance(data.get("layers"), dict):
            layers = {
                name: {"file": item} if isinstance(item, str) else item
                for name, item in data["layers"].items()
            }
            return {**data, "layers": layers}
        return data

    @model_validator(mode="after")
    def _shows_something(self) -> MapSpec:
        if self.fill is None and self.glyph is None:
            message = "需要 fill 或 glyph / needs fill or glyph"
            raise ValueError(message)
        if self.glyph and self.fills_zones:
            message = "开发区只有一个符号：用 fill 或 glyph / zones have one glyph: fill or glyph"
            raise ValueError(message)
        if self.size is not None and not self.shows_zones:
            message = "size 用于开发区符号 / size is for maps with the zones' glyphs"
            raise ValueError(message)
        if self.frame is not None and (self.region or self.panels):
            message = "frame 不与 region、panels 同用 / frame goes with neither region nor panels"
            raise ValueError(message)
        if self.panels and self.region:
            message = "panels 已含各分区，不另写 region / panels show every region: drop region"
            raise ValueError(message)
        return self

    @property
    def fills_zones(self) -> bool:
        """Whether the fill is that of the shipped zones, which are drawn as glyphs."""
        return self.fill is not None and self.fill.layer == ZONES and ZONES not in self.layers

    @property
    def shows_zones(self) -> bool:
        """Whether zones are drawn; without them nothing is taken from the plan."""
        return self.glyph is not None or self.fills_zones


def read_map_spec(path: Path) -> tuple[MapSpec | None, list[Problem]]:
    """Read a user's spec, as far as it can be read."""
    try:
        return read_yaml(path, MapSpec), []
    except SpecError as error:
        problems = list(error.problems)
    try:
        content, _ = load_yaml(read_side_text(path), path.name)
    except YngisError:
        return None, problems
    while True:
        try:
            return MapSpec.model_validate(content), problems
        except ValidationError as error:
            unknown = [
                fault["loc"] for fault in error.errors() if fault["type"] == "extra_forbidden"
            ]
            if not unknown or not all(_drop_unknown_key(content, location) for location in unknown):
                return None, problems
        except (RecursionError, ArithmeticError, ValueError, TypeError, LookupError):
            return None, problems  # which tell it already


def _judge_bounds(bounds: tuple[float, ...], most: int) -> None:
    if list(bounds) != sorted(set(bounds)):
        message = "bounds 须由小到大且不重复 / bounds must rise"
        raise ValueError(message)
    if len(bounds) >= most:
        message = f"至多 {most} 级 / at most {most} classes"
        raise ValueError(message)


def _drop_unknown_key(content: object, location: tuple[int | str, ...]) -> bool:
    """Take an unknown key out; False where it cannot be found."""
    *parents, last = location
    try:
        for part in parents:
            content = content[part]  # type: ignore[index]
        del content[last]  # type: ignore[attr-defined]
    except (LookupError, TypeError):
        return False
    return True
