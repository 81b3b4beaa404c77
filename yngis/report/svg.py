"""Drawings for reports as SVG (报告图形): numbers, colours and escaped text only."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from yngis.catalogue.io.text import number_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INK: Final = "#1f2328"
QUIET: Final = "#5d6168"
ACCENT: Final = "#0b5c63"

_NAME: Final = 112
_STEP: Final = 20
_SAME: Final = 1e-9


class Interval(NamedTuple):
    """
    A value with its interval (区间).

    Attributes
    ----------
    name
        What stands before it.
    low, value, high
        Interval and value; NaN where there is none.
    told
        What stands behind it.
    colour
        Colour of the value's dot.
    """

    name: str
    low: float
    value: float
    high: float
    told: str
    colour: str


def interval_chart(
    title: str,
    shown: Sequence[Interval],
    axis: str,
    *,
    span: tuple[float, float] | None = None,
    width: int = 480,
) -> Markup:
    """
    Draw values with their intervals, one a line (区间图).

    Parameters
    ----------
    title
        What is shown, for readers who do not see it.
    shown
        From top to bottom; those without a value are left out.
    axis
        Title of the axis.
    span
        Ends of the axis; those of the values if None.
    width
        Width [px].

    Returns
    -------
    svg
        Ready for a page; empty where there is nothing to draw.
    """
    kept = [each for each in shown if math.isfinite(each.value)]
    if not kept:
        return Markup("")
    ends = [end for each in kept for end in (each.low, each.value, each.high) if math.isfinite(end)]
    ends += span or ()
    ticks = _round_ticks(min(ends), max(ends), 8)
    first, last = min(ticks[0], *ends), max(ticks[-1], *ends)
    room = width - _NAME - 70
    height = _STEP * len(kept) + 46

    def x(value: float) -> float:
        return _NAME + (value - first) / ((last - first) or 1.0) * room

    parts = [_open_svg(width, height, title)]
    for tick in ticks:
        parts.append(_svg_line(x(tick), 22, x(tick), height - 20, "#e4e1da"))
        parts.append(_svg_text(x(tick), 15, number_as_text(tick), "middle", QUIET))
    parts.append(_svg_text(_NAME + room / 2, height - 4, axis, "middle", QUIET))
    for number, each in enumerate(kept):
        y = 32 + number * _STEP
        parts.append(_svg_text(_NAME - 8, y + 4, each.name, "end", INK))
        if math.isfinite(each.low) and math.isfinite(each.high):
            parts.append(_svg_line(x(each.low), y, x(each.high), y, "#9aa3aa", 5))
        parts.append(
            f'<circle cx="{x(each.value):.1f}" cy="{y}" r="5" fill="{each.colour}" stroke="#fff"/>'
        )
        parts.append(_svg_text(_NAME + room + 12, y + 4, each.told, "start", QUIET))
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text went through escape


class Track(NamedTuple):
    """
    A quantity over the years (历年曲线).

    Attributes
    ----------
    name, colour
        Name and colour.
    points
        Year and value.
    dashed
        Whether it is a path, not a figure.
    """

    name: str
    colour: str
    points: tuple[tuple[int, float], ...]
    dashed: bool = False


def track_chart(title: str, shown: Sequence[Track], unit: str, *, width: int = 430) -> Markup:
    """
    Draw quantities over the years (折线图).

    Parameters
    ----------
    title
        Title, drawn above.
    shown
        The lines.
    unit
        Unit of the values.
    width
        Width [px].

    Returns
    -------
    svg
        Ready for a page; empty where there is nothing to draw.
    """
    points = [point for each in shown for point in each.points if math.isfinite(point[1])]
    if not points:
        return Markup("")
    years = sorted({year for year, _ in points})
    ticks = _round_ticks(min(0.0, *(v for _, v in points)), max(v for _, v in points))
    height, left, top = 240, 62, 44
    wide, tall = width - left - 16, height - top - 42

    def x(year: int) -> float:
        return left + (year - years[0]) / max(years[-1] - years[0], 1) * wide

    def y(value: float) -> float:
        return top + tall - (value - ticks[0]) / ((ticks[-1] - ticks[0]) or 1.0) * tall

    parts = [_open_svg(width, height, title), _svg_text(0, 14, title, "start", INK, bold=True)]
    parts.append(_svg_text(0, 31, unit, "start", QUIET))
    for tick in ticks:
        parts.append(_svg_line(left, y(tick), left + wide, y(tick), "#e4e1da"))
        parts.append(_svg_text(left - 6, y(tick) + 4, number_as_text(tick), "end", QUIET))
    parts += [_svg_text(x(year), top + tall + 17, str(year), "middle", QUIET) for year in years]
    for place, each in enumerate(shown):
        own = [(x(year), y(value)) for year, value in each.points if math.isfinite(value)]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in own)
        dash = ' stroke-dasharray="5 4"' if each.dashed else ""
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{each.colour}" stroke-width="2"{dash}/>'
        )
        if not each.dashed:
            parts += [
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.4" fill="{each.colour}"/>' for a, b in own
            ]
        parts.append(
            _svg_text(
                left + place * 120,
                height - 5,
                f"{'┄┄' if each.dashed else '●'} {each.name}",
                "start",
                each.colour,
            )
        )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text went through escape


def _round_ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Round values that cover an interval."""
    size = max(abs(low), abs(high), 1.0)
    # Values that hardly differ are drawn as one.
    span = high - low if high - low > size * _SAME else size
    raw = span / wanted
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= raw)
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _open_svg(width: float, height: float, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(title)}" font-size="12">'
    )


def _svg_line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:  # noqa: PLR0917 - two points
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"/>'
    )


def _svg_text(
    x: float, y: float, text: str, anchor: str, colour: str, *, bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}>'
        f"{escape(text)}</text>"
    )


def join_drawings(drawings: Iterable[Markup]) -> tuple[Markup, ...]:
    """
    Keep the drawings that show something (去掉空图).

    Parameters
    ----------
    drawings
        Drawings, some of them empty.

    Returns
    -------
    drawings
        The others.
    """
    return tuple(drawing for drawing in drawings if drawing)
