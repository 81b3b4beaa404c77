"""The legend of a plate (图例): the prepared figure's entries, in columns that fit the sheet."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.cartography.print.canvas import ASCENT, DESCENT
from yngis.cartography.print.ground import ground_of
from yngis.cartography.print.legend_symbols import (
    GRID,
    chain_sign,
    chip_entry_sign,
    chip_sign,
    dot_of_unnamed,
    dot_sign,
    grid_sign,
    lake_sign,
    level_sign,
    line_sign,
    link_sign,
    no_sign,
    other_sign,
    outline_sign,
    patch_sign,
    port_sign,
    region_sign,
    river_sign,
    sector_sign,
    underline_sign,
    window_sign,
)
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.line_styles import LINES
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.prepared import Entry, Group, PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.legend_symbols import Sign

TITLE: Final = "图　例"
SIGNS: Final = "界线与符号"

_TEXT, _SMALL, _HEAD = 6.4, 5.7, 7.0  # pt on A4
_TITLE_SIZE: Final = 9.0  # pt
_ROW, _LINE = 4.4, 2.7  # height of a glyph row, of a further line [mm]
_SYMBOL: Final = 6.6  # room for the symbol [mm]
_FILE_GAP: Final = 2.4
_UNSEEN: Final = {"sign:zone", "sign:counties"}  # finer than a small picture shows
_WRAP: Final = 35.0  # longest line of explanation [mm]
_WIDE: Final = 42.0  # longest line about an axis [mm]


class Spacing(NamedTuple):
    """
    How close a legend is set, in millimetres of A4.

    Attributes
    ----------
    row
        Height of the rows against that of an atlas.
    heading, title
        Height of a group's title, and of the legend's own, 0 where it has none.
    pad
        Inside the box, and between columns.
    gap
        Between groups.
    """

    row: float
    heading: float
    title: float
    pad: float
    gap: float


ATLAS: Final = Spacing(1.0, 4.1, 4.2, 3.0, 1.6)
"""On a sheet of an atlas."""

SIZED: Final = Spacing(0.84, 3.6, 0.0, 1.8, 1.0)
"""On a picture for a page or a slide."""


@dataclass(frozen=True)
class Row:
    """
    A line of the legend.

    Parameters
    ----------
    symbol
        Draws the sign about its middle.
    text
        What it stands for.
    detail
        Further lines in smaller type.
    height
        [mm] on A4.
    gid
        Name of the text, for the tests.
    room
        For the symbol, left of the text, on A4 [mm].
    """

    symbol: Sign
    text: str
    detail: tuple[str, ...]
    height: float
    gid: str
    room: float = _SYMBOL


@dataclass(frozen=True)
class Block:
    """
    A titled group of lines.

    Parameters
    ----------
    title
        Heading.
    rows
        Its lines.
    across
        How many stand side by side.
    whole
        True where they have to stay below one another.
    heading
        Height of the title [mm].
    """

    title: str
    rows: tuple[Row, ...]
    across: int = 1
    whole: bool = False
    heading: float = ATLAS.heading

    @property
    def files(self) -> list[tuple[Row, ...]]:
        """The lines as they stand below one another."""
        deep = max(1, -(-len(self.rows) // self.across))  # a small picture may leave no line
        return [self.rows[first : first + deep] for first in range(0, len(self.rows), deep)]

    @property
    def height(self) -> float:
        """Height with the heading."""
        return self.heading + max(
            (sum(row.height for row in file) for file in self.files), default=0.0
        )


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
            for row in file:
                self._row(canvas, row, x, y)
                y -= row.height * unit
            x += _file_width(file, canvas) + _FILE_GAP * unit
        return top - (block.height + self.spacing.gap) * unit

    def _row(self, canvas: Canvas, row: Row, x: float, y: float) -> None:
        unit, style = self.unit, read_style()
        height = (row.height - _LINE * len(row.detail)) * unit
        middle = y - height / 2
        row.symbol(canvas, x + _SYMBOL * unit * 0.42, middle, unit)
        size = _TEXT * unit
        text_x = x + row.room * unit
        baseline = middle - (ASCENT - DESCENT) / 2 * size * POINT
        if row.text:
            canvas.text(row.text, text_x, baseline, size, colour=style.ink, gid=row.gid)
        for line in row.detail:
            baseline -= _LINE * unit
            canvas.text(line, text_x, baseline, _SMALL * unit, colour=style.quiet)


def arrange_legends(
    figure: PreparedFigure,
    canvas: Canvas,
    *,
    enlarged: bool,
    unseen: frozenset[str] = frozenset(),
) -> Iterator[Legend]:
    """Arrange the legend in columns, without the keys of what is not seen."""
    found = sorted(
        _column_arrangements(figure, canvas, enlarged=enlarged, unseen=unseen),
        key=lambda legend: (legend.width, legend.height),
    )
    lowest = float("inf")
    for legend in found:
        if legend.height < lowest - 0.5:
            lowest = legend.height
            yield legend


def _column_arrangements(
    figure: PreparedFigure, canvas: Canvas, *, enlarged: bool, unseen: frozenset[str]
) -> Iterator[Legend]:
    unit, spacing = canvas.paper.type_scale, SIZED if canvas.paper.sized else ATLAS
    spaced = _spaced_blocks(figure, canvas, spacing, enlarged=enlarged)
    first, *others = (_block_without(block, unseen) for block in spaced)
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


def _block_without(block: Block, unseen: frozenset[str]) -> Block:
    return replace(block, rows=tuple(row for row in block.rows if row.gid not in unseen))


def _spaced_blocks(
    figure: PreparedFigure, canvas: Canvas, spacing: Spacing, *, enlarged: bool
) -> Iterator[Block]:
    """The groups as close as the sheet wants them; a small picture says only what is seen on it."""
    for block in _legend_blocks(figure, canvas, enlarged=enlarged):
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
    if row.gid == "grid":
        return row.height
    if row.gid.startswith("entry:region:"):
        return (row.height - _LINE * len(row.detail)) * spacing.row
    return row.height * spacing.row


def _column_height(column: tuple[Block, ...], spacing: Spacing) -> float:
    return sum(block.height for block in column) + spacing.gap * (len(column) - 1)


def _block_width(block: Block, canvas: Canvas) -> float:
    unit = canvas.paper.type_scale
    heading = canvas.width(block.title, _HEAD * unit, bold=True)
    files = [_file_width(file, canvas) for file in block.files]
    return max(heading, sum(files) + _FILE_GAP * unit * (len(files) - 1))


def _file_width(file: tuple[Row, ...], canvas: Canvas) -> float:
    unit = canvas.paper.type_scale
    return max(
        row.room * unit
        + max(
            canvas.width(row.text, _TEXT * unit),
            *(canvas.width(line, _SMALL * unit) for line in row.detail),
            0.0,
        )
        for row in file
    )


def _legend_blocks(figure: PreparedFigure, canvas: Canvas, *, enlarged: bool) -> Iterator[Block]:
    for group in figure.groups:
        cells = len(group.axes[0].labels) * len(group.axes[1].labels) if group.axes else 0
        rows = [*_bivariate_grid(group, canvas)] if group.axes else []
        entries = [entry for entry in group.entries[cells:] if _is_drawn(group, entry, figure)]
        rows += [_legend_row(group, entry, figure, canvas) for entry in entries]
        if group.kind == "sector" and figure.others:
            name, why = figure.others_told
            text = _label_with_count(name, figure.others)
            sign = dot_of_unnamed if figure.quiet else other_sign
            rows.append(Row(sign, text, (why,), _ROW + 0.9 * _LINE, "entry:sector:"))
        across = 2 if group.kind in {"level", "focus"} else 1
        if rows:  # a pack without zones has nothing of a kind or level
            yield Block(group.title, tuple(rows), across, whole=bool(group.axes))
    yield Block(SIGNS, tuple(_sign_rows(figure, enlarged=enlarged, sized=canvas.paper.sized)))


def _is_drawn(group: Group, entry: Entry, figure: PreparedFigure) -> bool:
    """Whether a key of the plan's figures stands for anything; classes of a scale all stay."""
    used = {key for label in figure.prefectures for key in label.chips}
    counted = figure.number and group.kind in {"sector", "focus", "level"}
    return not counted or entry.count != 0 or entry.key in used


def _bivariate_grid(group: Group, canvas: Canvas) -> Iterator[Row]:
    """The cells of two values, and what lies across and up."""
    unit = canvas.paper.type_scale
    yield Row(grid_sign(group, 0.42 * _SYMBOL), "", (), GRID[1], "grid", GRID[0])
    for way, axis in zip(("横", "纵"), group.axes or (), strict=False):
        told = f"{way}：{axis.title}", "，".join(axis.labels)
        lines = [
            line for text in told for line in wrap_text(text, canvas, _TEXT * unit, _WIDE * unit)
        ]
        for number, line in enumerate(lines):
            yield Row(no_sign, line, (), _LINE + 0.3, f"axis:{way}:{number}", 0.0)


def _legend_row(group: Group, entry: Entry, figure: PreparedFigure, canvas: Canvas) -> Row:
    unit = canvas.paper.type_scale
    text, gid = _label_with_count(entry.label, entry.count), f"entry:{group.kind}:{entry.key}"
    if group.kind == "sector":
        return Row(sector_sign(entry, figure.edge), text, (), _ROW, gid)
    if group.kind == "level":
        return Row(level_sign(national=entry.key == "国家级"), text, (), _ROW, gid)
    small = {
        "focus": chip_entry_sign(entry),
        "link": link_sign(group.entries.index(entry)),
        "class": dot_sign(entry.colour, figure.edge) if figure.dotted else patch_sign(entry.colour),
    }
    if group.kind in small:
        return Row(small[group.kind], text, (), 3.9, gid)
    titles = {area.name: area.title for area in figure.areas}
    detail = tuple(wrap_text(titles.get(entry.key, ""), canvas, _SMALL * unit, _WRAP * unit))
    tints = {area.name: area.tint for area in figure.areas}
    sign = region_sign(entry.colour, tints.get(entry.key, ""))
    return Row(sign, text, detail, 4.3 + _LINE * len(detail), gid)


def _water_rows() -> Iterator[Row]:
    yield Row(river_sign, "大江大河", (), 3.5, "sign:river")
    yield Row(lake_sign, "湖泊", (), 3.5, "sign:lake")


def _border_rows(figure: PreparedFigure) -> Iterator[Row]:
    """Borders, in the order of their ranks."""
    regions = bool(figure.group("region").entries or figure.panels)
    drawn = ground_of(figure).lines
    for rank, label in LINES.items():
        if rank in {"nation", "province", "coast", "maritime"} and not drawn.get(rank):
            continue
        if rank == "regions" and not regions:
            continue
        plain = figure.quiet or not regions
        look = "counties_plain" if rank == "counties" and plain else rank
        yield Row(line_sign(look), label, (), 3.5, f"sign:{rank}")


def _sign_rows(figure: PreparedFigure, *, enlarged: bool, sized: bool) -> Iterator[Row]:
    yield from _border_rows(figure)
    if not sized:
        yield from _water_rows()
    if figure.ports:
        yield Row(port_sign, f"口岸（{len(figure.ports)}）", (), 3.7, "sign:port")
    if figure.marks:
        schematic = any(mark.schematic for mark in figure.marks)
        yield Row(
            outline_sign, "开发区范围（示意）" if schematic else "开发区范围", (), 3.7, "sign:zone"
        )
    if figure.chains:
        yield Row(chain_sign, "产业链分工，指向后一环节", (), 3.7, "sign:chain")
    if enlarged:
        yield Row(window_sign, "见放大图的开发区", (), 3.7, "sign:inset")
    if any(label.named for label in figure.prefectures):
        yield Row(underline_sign, "本图点名布局的州（市）", (), 3.7, "sign:named")
    if figure.has_focus:
        yield Row(chip_sign, "专栏所列州（市）重点产业", (), 3.9, "sign:focus")


def _label_with_count(label: str, count: int) -> str:
    return f"{label}（{count}）" if count >= 0 else label
