"""The index of an atlas (图集索引): every zone, and the plates that show its industries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.cartography.print.canvas import ASCENT
from yngis.cartography.print.paper import POINT
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.cartography.prepared import Mark, PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.paper import Box

_HEAD, _ROW, _NOTE = 11.0, 7.4, 7.2  # pt on A4
_LINE: Final = 3.75  # from row to row, on A4 [mm]
_SCALES: Final = (1.0, 0.9, 0.8)  # of type and rows: the largest that fits
_COLUMNS: Final = 3
_GUTTER: Final = 6.0  # between columns, on A4 [mm]
_LEAST_GAP: Final = 2.0  # between a name and its numbers, on A4 [mm]
_ACCENT: Final = "#0B5C63"
_WORDS: Final = {
    "zh": ("开发区索引", "数字为载有该开发区产业或类型的图号；加粗为国家级。"),
    "en": ("Index of zones", "Numbers of the plates that show its industries; bold: national."),
}


class IndexRow(NamedTuple):
    """
    A line of the index.

    Attributes
    ----------
    text
        A zone, or the prefecture above its zones.
    figures
        Numbers of the plates that show what the zone holds; empty for a prefecture.
    strong
        Whether the zone is a national one.
    place
        Whether it is a prefecture.
    """

    text: str
    figures: str
    strong: bool
    place: bool


def index_rows(figures: Sequence[PreparedFigure]) -> Iterator[IndexRow]:
    """List the zones of the plates by prefecture, in the order of the plan."""
    shown: dict[str, list[int]] = {}
    marks: dict[str, Mark] = {}
    for figure in figures:
        for mark in figure.marks:
            marks.setdefault(mark.name, mark)
            held = shown.setdefault(mark.name, [])
            if mark.sectors and figure.number and figure.number not in held:
                held.append(figure.number)
    named = {
        label.name: label.short for figure in reversed(figures) for label in figure.prefectures
    }
    for place in dict.fromkeys(mark.prefecture for mark in marks.values()):
        yield IndexRow(named.get(place, place), "", strong=True, place=True)
        for mark in marks.values():
            if mark.prefecture == place:
                numbers = ", ".join(map(str, sorted(shown[mark.name])))
                yield IndexRow(mark.short, numbers, mark.level == "国家级", place=False)


def draw_zone_index(canvas: Canvas, figures: Sequence[PreparedFigure], room: Box) -> bool:
    """
    Draw the index in columns.

    Parameters
    ----------
    canvas
        The page.
    figures
        The plates.
    room
        Where it may stand [mm].

    Returns
    -------
    drawn
        Whether there was room for all of it; else nothing is drawn.
    """
    rows = list(index_rows(figures))
    unit, head, note = canvas.paper.type_scale, *_WORDS[figures[0].lang]
    wide = (room.width - (_COLUMNS - 1) * _GUTTER * unit) / _COLUMNS
    for scale in _SCALES:
        size, step = _ROW * unit * scale, _LINE * unit * scale
        columns = _break_columns(rows, -(-len(rows) // _COLUMNS))
        deepest = max(map(len, columns), default=0)
        widest = max(
            (canvas.width(f"{row.text}{row.figures}", size, bold=True) for row in rows),
            default=0.0,
        )
        below = (_HEAD * POINT * 1.5 + 6.0) * unit
        fits = deepest * step + below <= room.height and widest + _LEAST_GAP * unit <= wide
        if fits and len(columns) <= _COLUMNS:
            break
    else:
        return False
    y = room.top - ASCENT * _HEAD * unit * POINT
    canvas.text(head, room.left, y, _HEAD * unit, colour=_ACCENT, bold=True, gid="index")
    y -= 5.0 * unit
    canvas.text(note, room.left, y, _NOTE * unit, colour=read_style().quiet)
    for number, column in enumerate(columns):
        left = room.left + number * (wide + _GUTTER * unit)
        _draw_column(canvas, column, (left, y - 5.6 * unit, wide), size, step)
    return True


def _break_columns(rows: Sequence[IndexRow], deep: int) -> list[list[IndexRow]]:
    """Part the rows into columns of about one depth; a prefecture never stands alone at a foot."""
    columns: list[list[IndexRow]] = [[]]
    for row in rows:
        full = len(columns[-1]) >= deep or (row.place and len(columns[-1]) >= deep - 2)
        if full and len(columns) < _COLUMNS:
            columns.append([])
        columns[-1].append(row)
    return columns


def _draw_column(
    canvas: Canvas,
    rows: Sequence[IndexRow],
    corner: tuple[float, float, float],
    size: float,
    step: float,
) -> None:
    """Names on the left, numbers on the right, a rule under each prefecture."""
    (left, y, wide), style = corner, read_style()
    for row in rows:
        colour = _ACCENT if row.place else style.ink
        canvas.text(row.text, left, y, size, colour=colour, bold=row.strong)
        if row.figures:
            canvas.text(row.figures, left + wide, y, size, colour=style.quiet, align="right")
        if row.place:
            level = y - 0.28 * step
            canvas.line((left, level), (left + wide, level), "#B9B4A8", 0.3)
        y -= step
