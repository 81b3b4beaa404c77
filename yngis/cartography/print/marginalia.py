"""What stands round the frame (图廓外注记): title, secrecy, notes, sources, imprint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.cartography.print.graticule import OUTER
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.north_and_scale import draw_scale
from yngis.cartography.print.paper import UNREVIEWED
from yngis.cartography.style import read_style
from yngis.catalogue import read_card
from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.paper import Imprint
    from yngis.cartography.print.placing.laid_out import Layout

_FOOT, _WIDE_FOOT = 7, 5  # lines that stand under the map with room to spare
_LINE, _WIDE_LINE = 124.0, 205.0  # longest line of an upright sheet, and of one on its side [mm]
_SHORE: Final = 6.0  # from the lowest line to the edge of the sheet, on A4 [mm]


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
    canvas.text(
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
        canvas.text(plan, outer.left, top, 6.4 * unit, colour=style.quiet, gid="plan")
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


def draw_foot(canvas: Canvas, figure: PreparedFigure, layout: Layout, imprint: Imprint) -> None:
    """Write what stands under the map: notes and sources on the left, scale and imprint right."""
    unit, style = canvas.paper.type_scale, read_style()
    outer = canvas.paper.frame.grown(OUTER * unit)
    size, line = 5.7 * unit, 2.75 * unit
    y = outer.bottom - 3.6 * unit
    placed = [layout.names, *(other.names for other in layout.beside)]
    unwritten = sum(
        key.startswith(("feature:", "zone:")) for names in placed for key in names.omitted
    )
    told = [note_unwritten_names(unwritten, figure.lang)] if unwritten else []
    told += list(chain_notes(figure))
    lines = _note_lines((*figure.notes, *told), credits_of(figure), canvas, size)
    line = min(line, (y - _SHORE * unit) / max(len(lines) - 1, 1))
    for part in lines:
        canvas.text(part, outer.left, y, size, colour=style.quiet)
        y -= line
    y = outer.bottom - 3.6 * unit
    if not layout.beside:  # else each map has its own
        y = draw_scale(canvas, layout.view, outer.right, outer.bottom - 1.2 * unit) - 2.2 * unit
    for text in imprint.lines():
        strong = text == UNREVIEWED
        canvas.text(
            text,
            outer.right,
            y,
            6.2 * unit,
            colour="#A12B1D" if strong else style.ink,
            bold=strong,
            align="right",
            gid="imprint",
        )
        y -= 3.0 * unit


def chain_notes(figure: PreparedFigure) -> Iterator[str]:
    """Each chain in words: paper has no popups."""
    if figure.chains and figure.lang == "en":
        told = "; ".join(chain.told for chain in figure.chains)
        yield f"Arrows follow the stages that the plan's text gives, not flows of goods. {told}."
    elif figure.chains:
        told = "；".join(chain.told for chain in figure.chains)
        yield f"箭头为规划文字所分环节，不表示货流。{told}。"


def note_unwritten_names(count: int, lang: str) -> str:
    """Tell of names that found no room (未注名称)."""
    if lang == "en":
        return f"{count} more names find no room on this sheet."
    return f"另有 {count} 个名称因图幅所限未注。"


def _note_lines(
    notes: Sequence[str], sources: Iterable[str], canvas: Canvas, size: float
) -> list[str]:
    """Notes and sources, one a line; where there are many, notes follow one another."""
    wide = (_WIDE_LINE if canvas.paper.landscape else _LINE) * canvas.paper.type_scale
    ends = [part for text in sources for part in wrap_text(text, canvas, size, wide)]
    parts = [part for text in notes for part in wrap_text(text, canvas, size, wide)]
    if len(parts) + len(ends) > (_WIDE_FOOT if canvas.paper.landscape else _FOOT):
        parts = list(wrap_text("　".join(notes), canvas, size, wide))
    return [*parts, *ends]


def _with_base_credit(text: str) -> str:
    """Name whose the base is; package and release stand on the page of sources."""
    card = read_card("counties")
    for source, credit in zip(card.source.split(" / "), card.credit.split(" / "), strict=False):
        text = text.replace(source, credit or source)
    return text


def credits_of(figure: PreparedFigure) -> Iterator[str]:
    """Credits of the figure with the projection; the review stands in the imprint."""
    for text in figure.credits:
        named = _with_base_credit(text)
        kept = "；".join(part for part in named.split("；") if not part.startswith("审图号"))
        if "CGCS2000" in kept:
            kept = f"{kept}；{projection_text(figure.lang)}"
        if kept and figure.lang == "en":
            yield f"{kept.replace('；', '; ')}."
        elif kept:
            yield f"{kept}。"
