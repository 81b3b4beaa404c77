"""A figure as data: which layer is drawn, what the glyphs show, which extras the map carries."""

from __future__ import annotations

import difflib
import re
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from yngis.catalogue.io.layers_dir import layers_dir
from yngis.catalogue.io.yaml import load_yaml
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable


_FOLDER: Final = "figures"
_SPEC_NAME: Final = re.compile(r"fig(?P<number>\d{2})\.yml")


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


class FigureFrame(BaseModel):
    """
    What a figure is framed by, in place of the province or a region.

    Parameters
    ----------
    **data
        ``prefecture``, full or short name; its counties are drawn and named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefecture: str


class FigureSpec(BaseModel):
    """
    The declaration of one figure.

    Parameters
    ----------
    **data
        ``figure``, ``glyph``, and optionally ``region`` (only its zones are drawn),
        ``focus`` (the prefectures' own industries from boxes 1-3), ``ports``, ``frame`` (one
        prefecture in place of ``region``) and ``lang`` (``en`` for English names).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    figure: int = Field(ge=1, le=99)
    glyph: Glyph
    region: str | None = None
    focus: bool = False
    ports: bool = False
    frame: FigureFrame | None = None
    lang: Literal["zh", "en"] = "zh"

    shows_zones: ClassVar[bool] = True

    @model_validator(mode="after")
    def _has_one_window(self) -> FigureSpec:
        if self.frame is not None and self.region is not None:
            message = "frame 与 region 只能有一个 / one of frame and region"
            raise ValueError(message)
        return self


def figure_numbers() -> tuple[int, ...]:
    """
    Numbers of the figures that the pack in use has a spec for (图号).

    Returns
    -------
    numbers
        In rising order.

    Raises
    ------
    SpecError
        If there is none.

    Examples
    --------
    >>> figure_numbers()
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
    """
    folder = layers_dir() / _FOLDER
    names = (_SPEC_NAME.fullmatch(path.name) for path in folder.glob("fig*.yml"))
    numbers = tuple(sorted(int(name["number"]) for name in names if name))
    if numbers:
        return numbers
    raise SpecError(
        Problem(
            where=str(folder),
            promised="每图一个声明文件，如 fig01.yml / a spec for each figure",
            found="一个也没有 / none",
            mend="照随附的写，见 docs/next-plan.md / write one, see docs/next-plan.md",
        )
    )


def read_spec(number: int, lang: Literal["zh", "en"] | None = None) -> FigureSpec:
    """
    Read the spec of a figure of the pack in use.

    Parameters
    ----------
    number
        Figure number in the plan.
    lang
        ``zh`` or ``en`` in place of the language that the spec names.

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
    known = figure_numbers()
    if not isinstance(number, Integral) or number not in known:
        text = isinstance(number, str)
        raise SpecError(
            Problem(
                where=f"图 {number} / figure {number}",
                promised=f"整数 {_number_list(known)} 之一 / one of these integers",
                found=f"{number!r}（{type(number).__name__}）",
                mend="给出整数，不加引号，如 figure(5) / give an integer without quotes: figure(5)"
                if text
                else "例如 / for example: figure(5); yngis maps --figures 1,5",
            )
        )
    name = f"fig{number:02d}.yml"
    spec = parse_spec((layers_dir() / _FOLDER / name).read_text(encoding="utf-8"), where=name)
    if spec.figure != number:
        raise SpecError(
            Problem(
                where=f"{name}: figure",
                promised=str(number),
                found=str(spec.figure),
                mend="图号须与文件名相同 / the number is the file's",
            )
        )
    return spec if lang is None else spec.model_copy(update={"lang": lang})


def _number_list(numbers: tuple[int, ...]) -> str:
    """Write numbers as ranges: 1–11, 13."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return "、".join(f"{one[0]}–{one[-1]}" if len(one) > 1 else str(one[0]) for one in parts)


def parse_numbers(text: str) -> list[int]:
    """
    Read figure numbers as a user types them.

    Parameters
    ----------
    text
        Numbers and ranges, for example ``1,5`` or ``2-4``; Chinese commas will do; ``all``.

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
    known = figure_numbers()
    if text.strip() in {"all", "全部"}:
        return list(known)
    found: set[int] = set()
    wrong = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or not all(end.isascii() and end.isdigit() for end in ends):  # noqa: PLR2004 - two ends of a range
            wrong.append(part)
            continue
        numbers = range(int(ends[0]), int(ends[-1]) + 1)
        if len(numbers) == 0 or not set(numbers) <= set(known):
            wrong.append(part)
        found.update(numbers)
    if wrong:
        raise SpecError(
            Problem(
                "--figures",
                _number_list(known),
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
    elif names[:1] == ["frame"]:
        model = FigureFrame
    return list(model.model_fields)
