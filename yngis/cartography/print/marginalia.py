"""What stands round the frame (图廓外注记): title, secrecy, notes, sources, imprint."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from yngis.cartography.print.graticule import OUTER
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.north_and_scale import draw_scale
from yngis.cartography.print.paper import UNREVIEWED
from yngis.cartography.style import read_style
from yngis.catalogue import read_card
from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.paper import Imprint
    from yngis.cartography.print.placing.laid_out import Layout

_NOTE: Final = 5.7  # pt on A4
_FIRST: Final = 3.6  # from the frame to the first line of the foot, on A4 [mm]
_LEADING, _TIGHT = 2.75, 2.45  # from line to line with room to spare, and at least, on A4 [mm]
_SHORE: Final = 7.6  # from the lowest line to the edge, clear of the page number, on A4 [mm]
_SIDE: Final = 51.0  # of the foot, for the longest scale bar, on A4 [mm]
_SIDE_GAP: Final = 4.0  # between notes and what stands right of them, on A4 [mm]
_EDGE: Final = 5.2  # from the imprint to the edge of the sheet, on A4 [mm]
_CLEAR: Final = 3.0  # from the imprint to a line of notes below it, on A4 [mm]
_SCALE: Final = 12.4  # from the frame to the imprint below the scale, on A4 [mm]
_REVIEW: Final = ("审图号", "not map-reviewed")  # how a credit that the imprint says begins
_IMPRINT, _IMPRINT_LINE = 6.2, 3.0  # pt and mm on A4


def projection_text(lang: str = "zh") -> str:
    """Name the projection with its meridian and parallels (投影说明)."""
    grid = read_pack().projection
    south, north = grid.parallels
    if lang == "en":
        middle = f"central meridian {grid.origin[0]:g}°E"
        return f"Albers equal-area ({middle}, standard parallels {south:g}°N and {north:g}°N)"
    return (
        f"投影：Albers 等积圆锥（中央经线 {grid.origin[0]:g}°E，标准纬线 {south:g}°N、{north:g}°N）"
    )


def name_plan_above(lang: str) -> str:
    """Say whose figure it is (附图)."""
    pack = read_pack()
    if lang == "en" and pack.title_en:
        return f"A figure of {pack.title_en}"
    return f"《{pack.title_zh}》附图"


def draw_title(canvas: Canvas, figure: PreparedFigure, imprint: Imprint) -> None:
    """Write title, source plan and secrecy (图名、密级)."""
    unit, style = canvas.paper.type_scale, read_style()
    outer = canvas.paper.frame.grown(OUTER * unit)
    middle = canvas.paper.width / 2
    head = f"图{figure.number}　{figure.title}" if figure.number else figure.title
    size = min(
        17.5 * unit, 17.5 * unit * (outer.width - 4) / canvas.width(head, 17.5 * unit, bold=True)
    )
    written = canvas.text(
        head,
        middle,
        outer.top + 8.2 * unit,
        size,
        colour=style.ink,
        bold=True,
        align="center",
        gid="title",
    )
    canvas.text(
        figure.title_en,
        middle,
        outer.top + 3.2 * unit,
        7.6 * unit,
        colour=style.quiet,
        align="center",
        gid="title_en",
    )
    top = canvas.paper.height - 6.6 * unit
    if figure.number:
        plan = name_plan_above(figure.lang)
        room = written.left - outer.left - _SIDE_GAP * unit
        meets = written.top > top and canvas.width(plan, 6.4 * unit) >= room
        level = outer.top + 3.2 * unit if meets else top  # beside the second title
        canvas.text(plan, outer.left, level, 6.4 * unit, colour=style.quiet, gid="plan")
    if imprint.secrecy:
        canvas.text(
            imprint.secrecy,
            outer.right,
            top,
            9.0 * unit,
            colour=style.ink,
            bold=True,
            align="right",
            gid="secrecy",
        )


def room_missing_in_foot(figure: PreparedFigure, canvas: Canvas, imprint: Imprint) -> float:
    """How much higher the foot must be for its notes and its imprint, on A4 [mm]."""
    unit = canvas.paper.type_scale
    told = (*figure.notes, *chain_notes(figure))
    high = _outer_bottom(canvas) / unit
    signed = _imprint_top(figure) + _IMPRINT_LINE * (len(imprint.lines()) - 1) + _EDGE

    def needed_for(notes: tuple[str, ...]) -> float:
        lines = _foot_lines(notes, figure, canvas, imprint)
        return max(signed, _FIRST + _TIGHT * (len(lines) - 1) + _SHORE)

    if needed_for(told) <= high:
        return 0.0
    # Where there is little room, a note on names is reckoned with.
    return max(needed_for((*told, note_unwritten_names(10, figure.lang))) - high, 0.0)


def draw_foot(canvas: Canvas, figure: PreparedFigure, layout: Layout, imprint: Imprint) -> None:
    """Write what stands under the map: notes and sources on the left, scale and imprint right."""
    unit, style = canvas.paper.type_scale, read_style()
    outer = canvas.paper.frame.grown(OUTER * unit)
    placed = [layout.names, *(other.names for other in layout.beside)]
    unwritten = sum(
        key.startswith(("feature:", "zone:")) for names in placed for key in names.omitted
    )
    told = [note_unwritten_names(unwritten, figure.lang)] if unwritten else []
    lines = _foot_lines((*figure.notes, *told, *chain_notes(figure)), figure, canvas, imprint)
    y = outer.bottom - _FIRST * unit
    step = min(_LEADING * unit, (y - _SHORE * unit) / max(len(lines) - 1, 1))
    for part in lines:
        canvas.text(part, outer.left, y, _NOTE * unit, colour=style.quiet, gid="foot")
        y -= step
    if not layout.beside:  # else each map has its own
        draw_scale(canvas, layout.view, outer.right, outer.bottom - 1.2 * unit)
    y = outer.bottom - _imprint_top(figure) * unit
    for text in imprint.lines():
        strong = text == UNREVIEWED
        canvas.text(
            text,
            outer.right,
            y,
            _IMPRINT * unit,
            colour="#A12B1D" if strong else style.ink,
            bold=strong,
            align="right",
            gid="imprint",
        )
        y -= _IMPRINT_LINE * unit


def _outer_bottom(canvas: Canvas) -> float:
    return canvas.paper.frame.bottom - OUTER * canvas.paper.type_scale


def _imprint_top(figure: PreparedFigure) -> float:
    """From the frame to the first line of the imprint, on A4 [mm]."""
    return _FIRST if figure.panels else _SCALE


def chain_notes(figure: PreparedFigure) -> Iterator[str]:
    """Each chain in words: paper has no popups."""
    if figure.chains and figure.lang == "en":
        told = "; ".join(chain.told for chain in figure.chains)
        yield f"Arrows follow the stages that the plan's text gives, not flows of goods. {told}."
    elif figure.chains:
        told = "；".join(chain.told for chain in figure.chains)
        yield f"箭头为规划文字所分环节，不表示货流。{told}。"


def note_unwritten_names(count: int, lang: str) -> str:
    """
    Tell of names that found no room (未注名称).

    Examples
    --------
    >>> note_unwritten_names(1, "en")
    '1 more name finds no room on this sheet.'
    """
    if lang == "en":
        said = "name finds" if count == 1 else "names find"
        return f"{count} more {said} no room on this sheet."
    return f"另有 {count} 个名称因图幅所限未注。"


def _foot_lines(
    notes: Sequence[str], figure: PreparedFigure, canvas: Canvas, imprint: Imprint
) -> list[str]:
    """Notes and sources, one a line; where there are many, they follow one another."""
    unit, size = canvas.paper.type_scale, _NOTE * canvas.paper.type_scale
    wide = canvas.paper.frame.width + 2 * OUTER * unit
    signed = [canvas.width(text, _IMPRINT * unit, bold=True) for text in imprint.lines()]
    side = max(*signed, 0.0 if figure.panels else _SIDE * unit) + _SIDE_GAP * unit
    low = _imprint_top(figure) + _IMPRINT_LINE * (len(signed) - 1)
    beside = math.ceil((low - _FIRST + _CLEAR) / _TIGHT)
    room = (_outer_bottom(canvas) / unit - _FIRST - _SHORE) / _LEADING + 1
    sources = list(credits_of(figure))
    lines: list[str] = []
    for paragraphs in (
        (*notes, *sources),
        ("　".join(notes), *sources),
        ("　".join(notes), "　".join(sources)),
        ("　".join([*notes, *sources]),),
    ):
        lines = []
        for text in paragraphs:
            first = max(beside - len(lines), 0), wide - side
            lines += wrap_text(text, canvas, size, wide, first)
        if len(lines) <= room:
            break
    return lines


def _with_base_credit(text: str) -> str:
    """Name whose the base is; package and release stand on the page of sources."""
    card = read_card("counties")
    for source, credit in zip(card.source.split(" / "), card.credit.split(" / "), strict=False):
        text = text.replace(source, credit or source)
    return text


def credits_of(figure: PreparedFigure) -> Iterator[str]:
    """Credits of the figure with the projection; the review stands in the imprint."""
    english = figure.lang == "en"
    for text in figure.credits:
        named = _with_base_credit(text)
        parts = re.split("；|; " if english else "；", named)
        kept = [part for part in parts if not part.startswith(_REVIEW)]
        if any("CGCS2000" in part for part in kept):
            kept.append(projection_text(figure.lang))
        if kept:
            yield f"{'; '.join(kept)}." if english else f"{'；'.join(kept)}。"
