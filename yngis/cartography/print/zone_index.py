"""Which plates of an atlas show what of a zone (图集索引): its index, and beside each plate."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.cartography.print.canvas import ASCENT
from yngis.cartography.print.glyphs import draw_glyph
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.cartography.prepared import Entry, Mark, PreparedFigure
    from yngis.cartography.print.canvas import Canvas

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
_ELSEWHERE: Final = {
    "zh": ("本图开发区在其他图中的细分行业", "图{0}", "：", "；"),
    "en": ("What other plates show of these zones", "Figure {0}", ": ", "; "),
}
_NAMES: Final = {"zh": 0.17, "en": 0.23}  # of the width, for the names of zones
_SIGN: Final = 1.55  # radius of a sign in the table, on A4 [mm]
_SIGN_ROW, _SMALL_LINE = 4.1, 3.4  # height of a row of signs, of a line of text, on A4 [mm]
_BAND: Final = "#F3F1EB"


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


def draw_zones_elsewhere(
    canvas: Canvas,
    figure: PreparedFigure,
    plates: Sequence[PreparedFigure],
    room: Box,
    scale: float,
) -> bool:
    """
    Draw what other plates show of a plate's zones, as a table of signs (互见).

    Parameters
    ----------
    canvas
        The page.
    figure
        The plate beside it.
    plates
        All plates of the atlas.
    room
        Where the table may stand [mm].
    scale
        Of type and signs.

    Returns
    -------
    fits
        Whether there was room; else nothing is drawn. True where there is nothing to show.
    """
    others = [one for one in plates if one.quiet and one.number != figure.number]
    table = _signs_elsewhere(figure, others)
    if not table:
        return True
    unit = canvas.paper.type_scale * scale
    head, number, colon, stop = _ELSEWHERE[figure.lang]
    first = room.width * _NAMES[figure.lang]
    wide = (room.width - first) / len(others)
    size = _NOTE * unit
    heads = [
        list(wrap_text(title, canvas, size, wide - unit))
        for title in _titles_without_shared(others)
    ]
    told = [
        f"{number.format(one.number)}{colon}{words}"
        for one, words in zip(others, _keys_of_signs(others, table), strict=True)
        if words
    ]
    deep = (1 + max(map(len, heads))) * _SMALL_LINE
    for paragraphs in (told, [stop.join(told)]):  # a line for each plate, if there is room
        keys = [
            line
            for text in paragraphs
            for line in wrap_text(text, canvas, size, room.width - 2 * unit)
        ]
        below = (len(table) * _SIGN_ROW + len(keys) * _SMALL_LINE + 9.0 + deep) * unit
        if below <= room.height:
            break
    else:
        return False
    y = room.top - ASCENT * _HEAD * 0.82 * unit * POINT
    canvas.text(head, room.left, y, _HEAD * 0.82 * unit, colour=_ACCENT, bold=True, gid="elsewhere")
    y -= 5.0 * unit
    for place, (one, lines) in enumerate(zip(others, heads, strict=True)):
        middle = room.left + first + (place + 0.5) * wide
        for row, text in enumerate((number.format(one.number), *lines)):
            level = y - row * _SMALL_LINE * unit
            canvas.text(text, middle, level, size, colour=_ACCENT, bold=not row, align="center")
    y -= (deep - _SMALL_LINE + 1.2) * unit
    canvas.line((room.left, y), (room.right, y), read_style().quiet, 0.6 * unit)
    for place, (mark, cells) in enumerate(table):
        box = Box(room.left, y - _SIGN_ROW * unit, room.right, y)
        _draw_row_of_signs(canvas, (mark, first), cells, box, unit, band=place % 2 == 1)
        y = box.bottom
    y -= 3.6 * unit
    for text in keys:
        canvas.text(text, room.left, y, size, colour=read_style().quiet)
        y -= _SMALL_LINE * unit
    return True


def _signs_elsewhere(
    figure: PreparedFigure, others: Sequence[PreparedFigure]
) -> list[tuple[Mark, list[list[Entry]]]]:
    """Each zone of the plate's theme with its entries on each other plate, if it has any."""
    entries = [{entry.key: entry for entry in one.group("sector").entries} for one in others]
    held = [
        {
            mark.name: [known[item.key] for item in mark.sectors if item.key in known]
            for mark in marks
        }
        for known, marks in zip(entries, (one.marks for one in others), strict=True)
    ]
    listed = [mark for mark in figure.marks if mark.sectors or not figure.quiet]
    rows = [(mark, [one.get(mark.name, []) for one in held]) for mark in listed]
    return [row for row in rows if any(row[1])]


def _titles_without_shared(figures: Sequence[PreparedFigure]) -> list[str]:
    """Titles without the words that all of them begin or end with."""
    titles = [figure.title for figure in figures]
    if len(titles) == 1:
        return titles
    first = _count_shared(titles)
    last = _count_shared([title[first:][::-1] for title in titles])
    return [title[first : len(title) - last] or title for title in titles]


def _count_shared(texts: Sequence[str]) -> int:
    """How many letters all texts begin with."""
    return sum(1 for _ in takewhile(lambda one: len(set(one)) == 1, zip(*texts, strict=False)))


def _keys_of_signs(
    others: Sequence[PreparedFigure], table: Sequence[tuple[Mark, list[list[Entry]]]]
) -> Iterator[str]:
    """What the signs of each plate stand for, of those in the table."""
    for place, one in enumerate(others):
        used = {entry.key for _, cells in table for entry in cells[place]}
        listed = [entry for entry in one.group("sector").entries if entry.key in used]
        comma = ", " if one.lang == "en" else "，"
        yield comma.join(f"{entry.character} {entry.label}" for entry in listed)


def _draw_row_of_signs(
    canvas: Canvas,
    named: tuple[Mark, float],
    cells: Sequence[Sequence[Entry]],
    box: Box,
    unit: float,
    *,
    band: bool,
) -> None:
    """A zone's name in its width, and in each column the signs of its entries side by side."""
    mark, first = named
    if band:
        canvas.rectangle(box, _BAND)
    size, middle = _ROW * unit, box.centre[1]
    bold = mark.level == "国家级"
    level = middle - 0.36 * size * POINT
    canvas.text(mark.short, box.left + unit, level, size, colour=read_style().ink, bold=bold)
    wide = (box.width - first) / len(cells)
    for place, entries in enumerate(cells):
        radius = min(_SIGN * unit, wide / (2.2 * max(len(entries), 1)))
        centre = box.left + first + (place + 0.5) * wide
        for number, entry in enumerate(entries):
            x = centre + (number - (len(entries) - 1) / 2) * 2.15 * radius
            draw_glyph(canvas, (x, middle), [entry], unit, size=radius, edge="#4A4F55")
