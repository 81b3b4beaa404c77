"""A picture of a given size (指定图幅): its title and foot, and the smallest that a figure fits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from yngis.cartography.print.canvas import ASCENT, Canvas
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.marginalia import credits_of, note_unwritten_names
from yngis.cartography.print.north_and_scale import draw_scale_bar
from yngis.cartography.print.paper import POINT, UNREVIEWED, Box, Paper, sized_paper
from yngis.cartography.print.placing.layout import fill_frame
from yngis.cartography.print.placing.sized_layout import plan_sized_map
from yngis.cartography.style import read_style
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.paper import Imprint
    from yngis.cartography.print.placing.laid_out import Layout
    from yngis.cartography.print.placing.layout import Frame

_MARGIN: Final = 2.6  # to the edge of the picture [mm]
_TITLE: Final = 12.0  # pt on A4
_STRIP: Final = 6.6  # height of the title, on A4 [mm]
_ENGLISH, _SMALL, _STRONG = 6.6, 5.7, 6.2  # pt on A4
_LINE: Final = 2.65  # from line to line in the foot, on A4 [mm]
_SIDE: Final = 38.0  # of the foot, for scale and imprint, on A4 [mm]
_BAR: Final = 6.4  # height of the scale bar, on A4 [mm]
_STEP: Final = 1.04  # by which a picture is made larger until the figure fits
_STEPS: Final = 60


def lay_out_sized(figure: PreparedFigure, canvas: Canvas, imprint: Imprint) -> Layout:
    """Lay out a figure on a picture of a given size, or name the smallest that it fits."""
    frame = _plan_sheet(figure, canvas, imprint)
    if frame is not None:
        return fill_frame(figure, canvas, frame)
    least = _smallest_fit(figure, canvas.paper, canvas.face, imprint)
    found = f"{canvas.paper.width / 10:g} × {canvas.paper.height / 10:g} cm"
    raise SpecError(
        Problem(
            f"--size（{figure.title}）",
            "放得下地图和图例 / room for the map and its legend",
            found,
            "换一种长宽比，或用 --paper A4 / another shape, or --paper A4"
            if least is None
            else f"同样的长宽比至少要 / of this shape at least: --size {least}",
        )
    )


def _smallest_fit(
    figure: PreparedFigure, paper: Paper, face: Typeface, imprint: Imprint
) -> str | None:
    """The smallest picture of a shape that a figure fits, in millimetres of centimetres."""
    width, height = paper.width, paper.height
    for _ in range(_STEPS):
        width, height = width * _STEP, height * _STEP
        try:
            tried = sized_paper(round(width), round(height))
        except SpecError:
            continue
        if (
            _plan_sheet(figure, Canvas(tried, face, english=figure.lang == "en"), imprint)
            is not None
        ):
            return f"{tried.width / 10:g}x{tried.height / 10:g}cm"
    return None


def _plan_sheet(figure: PreparedFigure, canvas: Canvas, imprint: Imprint) -> Frame | None:
    body = _sheet_body(figure, canvas, imprint)
    if min(body.width, body.height) <= 0.0:
        return None
    return plan_sized_map(figure, canvas, body, figure)


def _sheet_body(figure: PreparedFigure, canvas: Canvas, imprint: Imprint) -> Box:
    """What title and foot leave for the map and its legend."""
    unit, paper = canvas.paper.type_scale, canvas.paper
    foot = max(len(_foot_lines(figure, canvas, imprint)) * _LINE, _side_height(imprint))
    return Box(
        _MARGIN,
        _MARGIN + foot * unit,
        paper.width - _MARGIN,
        paper.height - _MARGIN - _STRIP * unit,
    )


def _foot_lines(
    figure: PreparedFigure, canvas: Canvas, imprint: Imprint, more: tuple[str, ...] = ()
) -> list[str]:
    """Notes and sources in lines, the first of them beside scale and imprint."""
    unit = canvas.paper.type_scale
    wide = canvas.paper.width - 2 * _MARGIN
    beside = math.ceil(_side_height(imprint) / _LINE), max(wide - _SIDE * unit, 20.0)
    told = "　".join((*figure.notes, *more, *credits_of(figure)))
    return list(wrap_text(told, canvas, _SMALL * unit, wide, beside))


def _side_height(imprint: Imprint) -> float:
    """Height of scale bar and imprint, on A4 [mm]."""
    return _BAR + len(imprint.lines()) * 1.1 * _LINE


def draw_sized_title(canvas: Canvas, figure: PreparedFigure, imprint: Imprint) -> None:
    """Write the title, its English beside it where there is room, and the secrecy."""
    unit, style, paper = canvas.paper.type_scale, read_style(), canvas.paper
    left, right = _MARGIN, paper.width - _MARGIN
    if imprint.secrecy:
        y = paper.height - _MARGIN - ASCENT * _STRONG * unit * POINT
        size = _STRONG * unit
        box = canvas.text(
            imprint.secrecy,
            right,
            y,
            size,
            colour=style.ink,
            bold=True,
            align="right",
            gid="secrecy",
        )
        right = box.left - 3.0
    head = f"图{figure.number}　{figure.title}" if figure.number else figure.title
    size = _TITLE * unit
    size *= min(1.0, (right - left) / canvas.width(head, size, bold=True))
    y = paper.height - _MARGIN - ASCENT * size * POINT
    box = canvas.text(head, left, y, size, colour=style.ink, bold=True, gid="title")
    small = _ENGLISH * unit
    if canvas.width(figure.title_en, small) < right - box.right - 3.0:
        x = box.right + 3.0
        canvas.text(figure.title_en, x, y, small, colour=style.quiet, gid="title_en")


def draw_sized_foot(
    canvas: Canvas, figure: PreparedFigure, layout: Layout, imprint: Imprint
) -> None:
    """Write notes and sources on the left, scale bar and imprint on the right."""
    unit, style, paper = canvas.paper.type_scale, read_style(), canvas.paper
    top = _sheet_body(figure, canvas, imprint).bottom
    size = _SMALL * unit
    placed = [layout.names, *(other.names for other in layout.beside)]
    lost = sum(key.startswith(("feature:", "zone:")) for names in placed for key in names.omitted)
    told = (note_unwritten_names(lost, figure.lang),) if lost else ()
    y = top - 0.8 * unit - ASCENT * size * POINT
    for line in _foot_lines(figure, canvas, imprint, told):
        canvas.text(line, _MARGIN, y, size, colour=style.quiet)
        y -= _LINE * unit
    right = paper.width - _MARGIN
    y = draw_scale_bar(canvas, layout.view, right, top - 0.6 * unit, longest=_SIDE - 8.0)
    for text in imprint.lines():
        y -= 1.1 * _LINE * unit
        strong = text == UNREVIEWED
        canvas.text(
            text,
            right,
            y,
            _STRONG * unit,
            colour="#A12B1D" if strong else style.ink,
            bold=strong,
            align="right",
            gid="imprint",
        )
