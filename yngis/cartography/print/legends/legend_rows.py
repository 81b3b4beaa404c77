"""What a legend explains (图例内容): the figure's entries and the sheet's signs, in rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.cartography.classify import MISSING
from yngis.cartography.print.glyphs import LARGEST_AMOUNT, amount_radius
from yngis.cartography.print.ground import ground_of
from yngis.cartography.print.legends.legend_symbols import (
    BARS,
    GRID,
    amount_sign,
    chain_sign,
    chip_entry_sign,
    chip_sign,
    dot_of_unnamed,
    dot_sign,
    grid_sign,
    histogram_sign,
    lake_sign,
    level_sign,
    line_sign,
    link_sign,
    no_sign,
    other_sign,
    outline_sign,
    patch_sign,
    port_sign,
    prefecture_seat_sign,
    region_sign,
    river_sign,
    road_or_railway_sign,
    sector_sign,
    underline_sign,
    waters_sign,
    window_sign,
)
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.line_styles import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.prepared import AmountKey, Entry, Group, PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.legends.legend_symbols import Sign

TITLE: Final = "图　例"
SIGNS: Final = "界线与符号"

TEXT, SMALL = 6.4, 5.7
"""Sizes of what a row says, and of its further lines, on A4 [pt]."""

LINE: Final = 2.7
"""Height of a further line, on A4 [mm]."""

_ROW: Final = 4.4  # height of a row with a glyph [mm]
SYMBOL: Final = 6.6
"""Room for the symbol, on A4 [mm]."""

_WRAP: Final = 35.0  # longest line of explanation [mm]
_WIDE: Final = 42.0  # longest line about an axis [mm]
_LABEL: Final = 46.0  # longest line of what a sector stands for [mm]


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
    cells
        A range and how many lie in it, each right-aligned below those of the other rows.
    rigid
        True where the sign fills the row, which is as high in whatever legend.
    more
        Further lines of a long text, in the same type.
    """

    symbol: Sign
    text: str
    detail: tuple[str, ...]
    height: float
    gid: str
    room: float = SYMBOL
    cells: tuple[str, ...] = ()
    rigid: bool = False
    more: tuple[str, ...] = ()


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


def legend_blocks(figure: PreparedFigure, canvas: Canvas, *, enlarged: bool) -> Iterator[Block]:
    """List the groups of a legend with their rows."""
    for group in figure.groups:
        cells = len(group.axes[0].labels) * len(group.axes[1].labels) if group.axes else 0
        rows = [*_bivariate_grid(group, canvas)] if group.axes else []
        if group.histogram and not canvas.paper.sized:
            sign = histogram_sign(group, 0.42 * SYMBOL)
            rows.append(Row(sign, "", (), BARS[1], f"histogram:{group.kind}", BARS[0]))
        entries = [entry for entry in group.entries[cells:] if _is_drawn(group, entry, figure)]
        rows += [_legend_row(group, entry, figure, canvas) for entry in entries]
        if group.kind == "sector" and figure.others:
            name, why = figure.others_told
            text = _label_with_count(name, figure.others)
            sign = dot_of_unnamed if figure.quiet else other_sign
            rows.append(Row(sign, text, (why,), _ROW + 0.9 * LINE, "entry:sector:"))
        across = 2 if group.kind in {"level", "focus"} else 1
        if rows:  # a pack without zones has nothing of a kind or level
            whole = bool(group.axes or group.histogram)
            yield Block(_heading_with_unit(group), tuple(rows), across, whole=whole)
    if figure.amounts is not None:
        yield Block(figure.amounts.title, tuple(_amount_rows(figure.amounts)), whole=True)
    yield Block(SIGNS, tuple(_sign_rows(figure, enlarged=enlarged, sized=canvas.paper.sized)))


def _heading_with_unit(group: Group) -> str:
    unit = group.histogram.unit if group.histogram else ""
    return f"{group.title}（{unit}）" if unit else group.title


def _is_drawn(group: Group, entry: Entry, figure: PreparedFigure) -> bool:
    """Whether a key of the plan's figures stands for anything; classes of a scale all stay."""
    used = {key for label in figure.prefectures for key in label.chips}
    counted = figure.number and group.kind in {"sector", "focus", "level"}
    return not counted or entry.count != 0 or entry.key in used


def _amount_rows(key: AmountKey) -> Iterator[Row]:
    """Circles of round amounts, the largest first."""
    for value, text, share in zip(key.values, key.labels, key.shares, strict=True):
        high = max(3.7, 2.0 * amount_radius(share, 1.0) + 0.5)
        room = 2.0 * LARGEST_AMOUNT + 1.4
        yield Row(amount_sign(share), text, (), high, f"amount:{value:g}", room, rigid=True)


def _bivariate_grid(group: Group, canvas: Canvas) -> Iterator[Row]:
    """The cells of two values, and what lies across and up."""
    unit = canvas.paper.type_scale
    yield Row(grid_sign(group, 0.42 * SYMBOL), "", (), GRID[1], "grid", GRID[0], rigid=True)
    for way, axis in zip(("横", "纵"), group.axes or (), strict=False):
        told = f"{way}：{axis.title}", "，".join(axis.labels)
        lines = [
            line for text in told for line in wrap_text(text, canvas, TEXT * unit, _WIDE * unit)
        ]
        for number, line in enumerate(lines):
            yield Row(no_sign, line, (), LINE + 0.3, f"axis:{way}:{number}", 0.0)


def _legend_row(group: Group, entry: Entry, figure: PreparedFigure, canvas: Canvas) -> Row:
    unit = canvas.paper.type_scale
    text, gid = _label_with_count(entry.label, entry.count), f"entry:{group.kind}:{entry.key}"
    if group.histogram:
        return _row_of_class(group, entry, figure, gid)
    if group.kind == "sector":
        first, *more = _wrap_label(text, canvas)
        high = _ROW + LINE * len(more)
        return Row(sector_sign(entry, figure.edge), first, (), high, gid, more=tuple(more))
    if group.kind == "level":
        return Row(level_sign(national=entry.key == "国家级"), text, (), _ROW, gid)
    small = {
        "focus": chip_entry_sign(entry),
        "link": link_sign(group.entries.index(entry)),
        "class": _sign_of_class(entry, figure),
    }
    if group.kind in small:
        return Row(small[group.kind], text, (), 3.9, gid)
    titles = {area.name: area.title for area in figure.areas}
    detail = tuple(wrap_text(titles.get(entry.key, ""), canvas, SMALL * unit, _WRAP * unit))
    tints = {area.name: area.tint for area in figure.areas}
    sign = region_sign(entry.colour, tints.get(entry.key, ""))
    return Row(sign, text, detail, 4.3 + LINE * len(detail), gid)


def _wrap_label(text: str, canvas: Canvas) -> list[str]:
    """Break a long label; its count never stands alone."""
    unit = canvas.paper.type_scale
    lines = list(wrap_text(text, canvas, TEXT * unit, _LABEL * unit))
    if len(lines) > 1 and lines[-1].startswith("（"):
        before, _, word = lines[-2].rstrip().rpartition(" ")
        lines[-2:] = [before, f"{word}{lines[-1]}"] if before else [f"{word}{lines[-1]}"]
    return lines


def _sign_of_class(entry: Entry, figure: PreparedFigure) -> Sign:
    if figure.dotted:
        return dot_sign(entry.colour, figure.edge)
    return patch_sign(entry.colour, hatched=entry.key == MISSING)


def _row_of_class(group: Group, entry: Entry, figure: PreparedFigure, gid: str) -> Row:
    """A class of values: its range in columns, and how many lie in it."""
    glyph = group.kind == "sector"
    sign = sector_sign(entry, figure.edge) if glyph else _sign_of_class(entry, figure)
    count = str(entry.count) if entry.count >= 0 else ""
    height = _ROW if glyph else 3.9
    if entry.key == MISSING:
        return Row(sign, entry.label, (), height, gid, cells=("", "", "", count))
    unit = group.histogram.unit if group.histogram else ""
    cells = (*_cells_of_range(entry.label.removesuffix(f" {unit}")), count)
    return Row(sign, "", (), height, gid, cells=cells)


def _cells_of_range(label: str) -> tuple[str, str, str]:
    """A range in three cells, so that numbers stand below numbers."""
    low, dash, high = label.partition("–")
    if dash:
        return low, dash, high
    sign, _, number = label.rpartition(" ")
    return sign, "", number


def waters_in_one_row() -> Row:
    """Rivers and lakes in one row, where a row more would make the map smaller."""
    return Row(waters_sign, "江河、湖泊", (), 3.5, "sign:waters")


def _base_rows(figure: PreparedFigure) -> Iterator[Row]:
    yield Row(river_sign, "大江大河", (), 3.5, "sign:river")
    yield Row(lake_sign, "湖泊", (), 3.5, "sign:lake")
    for key, rank, label in (("road", "roads", "公路"), ("railway", "railways", "铁路")):
        if rank in figure.base:
            yield Row(road_or_railway_sign(rank), label, (), 3.5, f"sign:{key}")
    if figure.has_seats and not figure.quiet:
        yield Row(prefecture_seat_sign, "州（市）府", (), 3.5, "sign:seat")


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
        yield from _base_rows(figure)
    if figure.ports:
        yield Row(port_sign, f"口岸（{len(figure.ports)}）", (), 3.7, "sign:port")
    if any(not mark.schematic for mark in figure.marks):
        yield Row(outline_sign(dashed=False), "开发区范围", (), 3.7, "sign:zone-given")
    if any(mark.schematic for mark in figure.marks):
        yield Row(outline_sign(dashed=True), "开发区范围（示意）", (), 3.7, "sign:zone")
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
