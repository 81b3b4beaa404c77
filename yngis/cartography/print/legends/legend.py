"""The legend of a plate (图例): its rows in columns that fit the sheet, and drawn."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from yngis.cartography.print.canvas import ASCENT, DESCENT
from yngis.cartography.print.legends.legend_rows import (
    ATLAS,
    LINE,
    SIGNS,
    SIZED,
    SMALL,
    SYMBOL,
    TEXT,
    TITLE,
    Block,
    Row,
    Spacing,
    legend_blocks,
    waters_in_one_row,
)
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas

_HEAD, _TITLE_SIZE = 7.0, 9.0  # pt on A4
_FILE_GAP: Final = 2.4  # between rows side by side, on A4 [mm]
_CELL_GAPS: Final = (0.0, 0.5, 0.5, 3.0)  # before each cell of a range, on A4 [mm]
_UNSEEN: Final = {
    "sign:zone",
    "sign:zone-given",
    "sign:counties",
}  # finer than a small picture shows


@dataclass(frozen=True, slots=True)
class LeftOut:
    """
    What a legend leaves out, because it is not seen or for want of room (图例从简).

    Parameters
    ----------
    keys
        Rows that are left out.
    waters_in_one
        True where rivers and lakes share a row.
    members
        True where the members of regions are left out.
    """

    keys: frozenset[str] = frozenset()
    waters_in_one: bool = False
    members: bool = False


_NOTHING: Final = LeftOut()


@dataclass(frozen=True)
class Legend:
    """
    A legend in columns, measured.

    Parameters
    ----------
    columns
        Blocks of each column.
    widths
        Of the columns [mm].
    height
        Of the whole [mm].
    unit
        Size against A4.
    spacing
        How close it is set.
    """

    columns: tuple[tuple[Block, ...], ...]
    widths: tuple[float, ...]
    height: float
    unit: float
    spacing: Spacing = ATLAS

    @property
    def width(self) -> float:
        """Width of the whole."""
        return sum(self.widths) + self.spacing.pad * self.unit * (len(self.widths) + 1)

    def draw(self, canvas: Canvas, box: Box) -> None:
        """Draw the legend."""
        unit, style = self.unit, read_style()
        canvas.rectangle(box, "#FFFFFF", edge=style.quiet, width=0.5 * unit)
        size, pad, title = _TITLE_SIZE * unit, self.spacing.pad, self.spacing.title
        if title:
            canvas.text(
                TITLE,
                box.centre[0],
                box.top - 1.9 * unit - ASCENT * size * POINT,
                size,
                colour=style.ink,
                bold=True,
                align="center",
            )
        x = box.left + pad * unit
        for blocks, width in zip(self.columns, self.widths, strict=True):
            y = box.top - (pad + title) * unit
            for block in blocks:
                y = self._block(canvas, block, x, y)
            x += width + pad * unit
        self._separators(canvas, box)

    def _separators(self, canvas: Canvas, box: Box) -> None:
        unit, pad = self.unit, self.spacing.pad
        x = box.left + pad * unit
        for width in self.widths[:-1]:
            x += width + pad * unit / 2
            low, high = box.bottom + 2.6 * unit, box.top - (pad + self.spacing.title) * unit
            canvas.line((x, low), (x, high), "#DDD9D1", 0.4 * unit)
            x += pad * unit / 2

    def _block(self, canvas: Canvas, block: Block, x: float, top: float) -> float:
        unit, style = self.unit, read_style()
        size = _HEAD * unit
        canvas.text(block.title, x, top - ASCENT * size * POINT, size, colour=style.ink, bold=True)
        for file in block.files:
            y = top - block.heading * unit
            stops = _right_edges_of_cells(file, canvas)
            for row in file:
                self._row(canvas, row, x, y, stops)
                y -= row.height * unit
            x += _file_width(file, canvas) + _FILE_GAP * unit
        return top - (block.height + self.spacing.gap) * unit

    def _row(self, canvas: Canvas, row: Row, x: float, y: float, stops: tuple[float, ...]) -> None:
        unit, style = self.unit, read_style()
        height = (row.height - LINE * len(row.detail)) * unit
        middle = y - height / 2
        row.symbol(canvas, x + SYMBOL * unit * 0.42, middle, unit)
        size = TEXT * unit
        text_x = x + row.room * unit
        baseline = middle - (ASCENT - DESCENT) / 2 * size * POINT
        level = baseline + LINE * unit * len(row.more) / 2
        if row.text:
            canvas.text(row.text, text_x, level, size, colour=style.ink, gid=row.gid)
        for line in row.more:
            level -= LINE * unit
            canvas.text(line, text_x, level, size, colour=style.ink)
        for number, (cell, stop) in enumerate(zip(row.cells, stops, strict=False)):
            gid = row.gid if number == len(row.cells) - 1 else f"range:{row.gid}:{number}"
            right = text_x + stop
            canvas.text(cell, right, baseline, size, colour=style.ink, align="right", gid=gid)
        for line in row.detail:
            baseline -= LINE * unit
            canvas.text(line, text_x, baseline, SMALL * unit, colour=style.quiet)


def arrange_legends(
    figure: PreparedFigure,
    canvas: Canvas,
    *,
    enlarged: bool,
    left_out: LeftOut = _NOTHING,
    narrow: bool = False,
) -> Iterator[Legend]:
    """Arrange the legend in columns, without the keys of what is not seen; also in narrow ones."""
    ways = [
        _column_arrangements(figure, canvas, enlarged=enlarged, left_out=left_out, narrow=way)
        for way in ((False, True) if narrow else (False,))
    ]
    found = sorted(
        itertools.chain(*ways),
        key=lambda legend: (legend.width, legend.height),
    )
    lowest = float("inf")
    for legend in found:
        if legend.height < lowest - 0.5:
            lowest = legend.height
            yield legend


def _column_arrangements(
    figure: PreparedFigure,
    canvas: Canvas,
    *,
    enlarged: bool,
    left_out: LeftOut,
    narrow: bool,
) -> Iterator[Legend]:
    unit, spacing = canvas.paper.type_scale, SIZED if canvas.paper.sized else ATLAS
    spaced = _spaced_blocks(figure, canvas, spacing, enlarged=enlarged)
    first, *others = (_block_without(block, left_out) for block in spaced)
    if narrow:
        others = [replace(block, across=1) for block in others]
    for deep, wide, order in itertools.product((1, 2), (1, 2), itertools.permutations(others)):
        rest = [replace(block, across=wide) if block.title == SIGNS else block for block in order]
        blocks = [first if first.whole else replace(first, across=deep), *rest]
        for count in range(1, len(blocks) + 1):
            ways = (
                tuple(
                    tuple(blocks[low:high])
                    for low, high in itertools.pairwise((0, *cuts, len(blocks)))
                )
                for cuts in itertools.combinations(range(1, len(blocks)), count - 1)
            )
            columns = min(ways, key=lambda way: max(_column_height(one, spacing) for one in way))
            widths = tuple(
                max(_block_width(block, canvas) for block in column) for column in columns
            )
            high = max(_column_height(column, spacing) for column in columns)
            height = (high + 2 * spacing.pad + spacing.title - 0.8) * unit
            yield Legend(columns, widths, height, unit, spacing)


def _block_without(block: Block, left_out: LeftOut) -> Block:
    rows = tuple(row for row in block.rows if row.gid not in left_out.keys)
    if left_out.waters_in_one:
        rows = tuple(
            waters_in_one_row() if row.gid == "sign:river" else row
            for row in rows
            if row.gid != "sign:lake"
        )
    if left_out.members:
        rows = tuple(
            replace(row, detail=(), height=row.height - LINE * len(row.detail))
            if row.gid.startswith("entry:region:")
            else row
            for row in rows
        )
    return replace(block, rows=rows)


def _spaced_blocks(
    figure: PreparedFigure, canvas: Canvas, spacing: Spacing, *, enlarged: bool
) -> Iterator[Block]:
    """The groups as close as the sheet wants them; a small picture says only what is seen on it."""
    for block in legend_blocks(figure, canvas, enlarged=enlarged):
        if spacing is ATLAS:
            yield block
            continue
        rows = tuple(
            replace(
                row,
                detail=() if row.gid.startswith("entry:region:") else row.detail,
                height=_row_height(row, spacing),
            )
            for row in block.rows
            if row.gid not in _UNSEEN
        )
        if rows:
            yield replace(block, rows=rows, heading=spacing.heading)


def _row_height(row: Row, spacing: Spacing) -> float:
    if row.rigid:
        return row.height
    if row.gid.startswith("entry:region:"):
        return (row.height - LINE * len(row.detail)) * spacing.row
    return row.height * spacing.row


def _column_height(column: tuple[Block, ...], spacing: Spacing) -> float:
    return sum(block.height for block in column) + spacing.gap * (len(column) - 1)


def _block_width(block: Block, canvas: Canvas) -> float:
    unit = canvas.paper.type_scale
    heading = canvas.width(block.title, _HEAD * unit, bold=True)
    files = [_file_width(file, canvas) for file in block.files]
    return max(heading, sum(files) + _FILE_GAP * unit * (len(files) - 1))


def _right_edges_of_cells(file: tuple[Row, ...], canvas: Canvas) -> tuple[float, ...]:
    """Right edges of the cells of a file, from the left edge of its texts."""
    unit = canvas.paper.type_scale
    rows = [row for row in file if row.cells]
    if not rows:
        return ()
    edges, right = [], 0.0
    for number, gap in enumerate(_CELL_GAPS):
        wide = max(canvas.width(row.cells[number], TEXT * unit) for row in rows)
        right += wide + gap * unit
        edges.append(right)
    # A class in words, such as that of no data, stands left of its count.
    words = max(canvas.width(row.text, TEXT * unit) for row in rows)
    counts = max(canvas.width(row.cells[-1], TEXT * unit) for row in rows)
    edges[-1] = max(edges[-1], words + _CELL_GAPS[-1] * unit + counts)
    return tuple(edges)


def _file_width(file: tuple[Row, ...], canvas: Canvas) -> float:
    unit, stops = canvas.paper.type_scale, _right_edges_of_cells(file, canvas)
    return max(
        row.room * unit
        + max(
            *(canvas.width(line, TEXT * unit) for line in (row.text, *row.more)),
            *(canvas.width(line, SMALL * unit) for line in row.detail),
            stops[-1] if row.cells else 0.0,
        )
        for row in file
    )
