"""A figure as data: which layer is drawn, what the glyphs show, which extras the map carries."""

from __future__ import annotations

import difflib
from importlib.resources import files
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from yngis.catalogue.io.yaml import load_yaml
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable

FIGURES = tuple(range(1, 12))


class GlyphClass(BaseModel):
    """
    One value that a glyph can show.

    Parameters
    ----------
    **data
        ``value`` in the data, ``character`` in the glyph, ``label`` in the legend.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    character: str = Field(min_length=1, max_length=1)
    label: str


class Glyph(BaseModel):
    """
    What the sectors of a zone's glyph stand for.

    Parameters
    ----------
    **data
        ``source`` is ``zones`` (a column of the layer, with its classes), ``industries`` (the
        plan's seven) or ``segments`` (those of one industry).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Literal["zones", "industries", "segments"]
    title: str
    column: str | None = None
    industry: str | None = None
    classes: tuple[GlyphClass, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Glyph:
        if self.source == "zones" and not (self.column and self.classes):
            message = "source: zones 需要 column 和 classes / needs column and classes"
            raise ValueError(message)
        if self.source == "segments" and not self.industry:
            message = "source: segments 需要 industry / needs industry"
            raise ValueError(message)
        return self


class FigureSpec(BaseModel):
    """
    The declaration of one figure.

    Parameters
    ----------
    **data
        ``figure`` (1-11), ``glyph``, and optionally ``region`` (only its zones are drawn),
        ``focus`` (the prefectures' own industries from boxes 1-3) and ``ports``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    figure: int = Field(ge=FIGURES[0], le=FIGURES[-1])
    glyph: Glyph
    region: str | None = None
    focus: bool = False
    ports: bool = False

    shows_zones: ClassVar[bool] = True


def read_spec(number: int) -> FigureSpec:
    """
    Read the shipped spec of a figure.

    Parameters
    ----------
    number
        Figure number in the plan, 1 to 11.

    Returns
    -------
    spec
        The judged spec.

    Raises
    ------
    SpecError
        If there is no such figure or its file has faults; names all of them.

    Examples
    --------
    >>> read_spec(5).glyph.industry
    '新材料'
    """
    if not isinstance(number, Integral) or number not in FIGURES:
        text = isinstance(number, str)
        raise SpecError(
            Problem(
                where=f"图 {number} / figure {number}",
                promised="整数 1–11 之一 / one of the integers 1 to 11",
                found=f"{number!r}（{type(number).__name__}）",
                mend="给出整数，不加引号，如 figure(5) / give an integer without quotes: figure(5)"
                if text
                else "例如 / for example: figure(5); yngis maps --figures 1,5",
            )
        )
    name = f"fig{number:02d}.yml"
    text = files("yngis.cartography").joinpath("figures", name).read_text(encoding="utf-8")
    return parse_spec(text, where=name)


def parse_numbers(text: str) -> list[int]:
    """
    Read figure numbers as a user types them.

    Parameters
    ----------
    text
        Numbers and ranges, for example ``1,5`` or ``2-4``; Chinese commas will do.

    Returns
    -------
    numbers
        In rising order, each once.

    Raises
    ------
    SpecError
        If a part is not a figure number.

    Examples
    --------
    >>> parse_numbers("5，1-3")
    [1, 2, 3, 5]
    """
    found: set[int] = set()
    wrong = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or not all(end.isascii() and end.isdigit() for end in ends):  # noqa: PLR2004 - two ends of a range
            wrong.append(part)
            continue
        numbers = range(int(ends[0]), int(ends[-1]) + 1)
        if len(numbers) == 0 or not set(numbers) <= set(FIGURES):
            wrong.append(part)
        found.update(numbers)
    if wrong:
        raise SpecError(
            Problem(
                "--figures",
                f"{FIGURES[0]}–{FIGURES[-1]}",
                ", ".join(repr(part) for part in wrong),
                "例如 / for example: 1,5 或 2-4",
            )
        )
    return sorted(found)


def parse_spec(text: str, where: str) -> FigureSpec:
    """Judge a spec's text."""
    content, _ = load_yaml(text, where)
    try:
        return FigureSpec.model_validate(content)
    except ValidationError as error:
        raise SpecError(_spec_problems(error, where)) from error


def _spec_problems(error: ValidationError, where: str) -> Iterable[Problem]:
    for fault in error.errors():
        path = ".".join(str(part) for part in fault["loc"]) or "(文件 / file)"
        if fault["type"] == "extra_forbidden":
            known = _keys_at(fault["loc"][:-1])
            near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1)
            mend = (
                f"是否想写 / did you mean: {near[0]}"
                if near
                else f"可用 / known: {', '.join(known)}"
            )
            yield Problem(f"{where}: {path}", "已知的键 / a known key", str(fault["loc"][-1]), mend)
        else:
            yield Problem(
                f"{where}: {path}",
                fault["msg"],
                repr(fault.get("input")),
                "见 docs/figures.md / see docs/figures.md",
            )


def _keys_at(path: tuple[Any, ...]) -> list[str]:
    names = [part for part in path if isinstance(part, str)]
    model: type[BaseModel] = FigureSpec
    if names[:1] == ["glyph"]:
        model = GlyphClass if "classes" in names else Glyph
    return list(model.model_fields)
