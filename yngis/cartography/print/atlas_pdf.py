"""The atlas (图集): cover, contents with links, the plates, and the page of sources, in one PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import shapely
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit, NameObject

from yngis import __version__
from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.furniture import PLAN, PROJECTION
from yngis.cartography.print.ground import View, ground_of
from yngis.cartography.print.legend import wrapped
from yngis.cartography.print.paper import POINT, Box, Imprint, Paper
from yngis.cartography.style import read_style
from yngis.catalogue import cards

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.fonts import Typeface

ATLAS_TITLE: Final = "图集"
ATLAS_TITLE_EN: Final = "Atlas of Yunnan's development zones, 14th Five-Year Plan"
CONTENTS: Final = "目　录"
SOURCES: Final = "资料来源与说明"
FRONT: Final = 2
"""Pages before the first plate."""

_ACCENT: Final = "#0B5C63"
_DRAWN: Final = ("counties", "prefectures", "regions", "neighbours", "zones", "ports", "locator", "maritime_line")


class Atlas:
    """
    An atlas in the making.

    Parameters
    ----------
    paper, face, imprint
        Sheet, type and what it is signed with.
    figures
        The plates to come.
    inputs
        Checksums of the files drawn from.
    """

    def __init__(self, paper: Paper, face: Typeface, imprint: Imprint, figures: list[PreparedFigure],
                 inputs: dict[str, str]) -> None:
        self.paper, self.face, self.imprint = paper, face, imprint
        self.figures, self.inputs = figures, inputs
        self._plates: list[bytes] = []
        self._lines: list[Box] = []

    def page_of(self, number: int) -> int:
        """
        Page of a plate.

        Parameters
        ----------
        number
            Position among the figures, from 0.

        Returns
        -------
        page
            Counted from 1.
        """
        return FRONT + number + 1

    def add(self, plate: bytes) -> None:
        """
        Add the next plate.

        Parameters
        ----------
        plate
            A PDF of one page.
        """
        self._plates.append(plate)

    def write(self, path: Path, render: Callable[[Canvas], bytes]) -> None:
        """
        Bind the pages.

        Parameters
        ----------
        path
            File to write.
        render
            Writes a sheet as PDF.
        """
        front = [render(self._cover()), render(self._contents())]
        back = [render(page) for page in self._sources()]
        writer = PdfWriter()
        for content in (*front, *self._plates, *back):
            writer.append(PdfReader(io.BytesIO(content)), import_outline=False)
        writer.add_outline_item("封面", 0)
        writer.add_outline_item("目录", 1)
        for number, figure in enumerate(self.figures):
            page = self.page_of(number) - 1
            writer.add_outline_item(_caption(figure), page)
            writer.add_annotation(1, Link(rect=self._rectangle(number), target_page_index=page, fit=Fit.fit(),
                                          border=[0, 0, 0]))
        writer.add_outline_item(SOURCES, FRONT + len(self.figures))
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
        writer.add_metadata({"/Title": f"{PLAN}{ATLAS_TITLE}", "/Author": self.imprint.unit,
                             "/Creator": f"yngis {__version__}", "/Producer": "pypdf"})
        writer.page_mode = "/UseOutlines"
        writer.root_object[NameObject("/Lang")] = _text("zh-CN")
        with path.open("wb") as file:
            writer.write(file)

    def _rectangle(self, number: int) -> tuple[float, float, float, float]:
        left, bottom, right, top = (side / POINT for side in self._lines[number])
        return left, bottom, right, top

    def _cover(self) -> Canvas:
        canvas, unit, style = Canvas(self.paper, self.face), self.paper.type_scale, read_style()
        wide, high, middle = self.paper.width, self.paper.height, self.paper.width / 2
        canvas.rectangle(Box(0, 0, wide, high), "#F6F4EE")
        canvas.rectangle(Box(0, high - 9 * unit, wide, high), _ACCENT)
        self._emblem(canvas, Box(24 * unit, high * 0.2, wide - 24 * unit, high * 0.66))
        canvas.text("云南省“十四五”", middle, high * 0.84, 22 * unit, colour=style.ink, align="center")
        canvas.text("产业园区发展规划", middle, high * 0.84 - 13 * unit, 30 * unit, colour=style.ink, bold=True,
                    align="center")
        canvas.text("图　集", middle, high * 0.84 - 27 * unit, 24 * unit, colour=_ACCENT, bold=True,
                    align="center")
        canvas.text(ATLAS_TITLE_EN, middle, high * 0.84 - 35 * unit, 9 * unit, colour=style.quiet, align="center")
        y = 40 * unit
        for line in (self.imprint.unit, self.imprint.date):
            if line:
                canvas.text(line, middle, y, 13 * unit, colour=style.ink, align="center")
                y -= 7.5 * unit
        canvas.text(self.imprint.lines()[0], middle, 17 * unit, 8.5 * unit, colour="#A12B1D", align="center")
        if self.imprint.secrecy:
            canvas.text(self.imprint.secrecy, wide - 14 * unit, high - 18 * unit, 13 * unit, colour=style.ink,
                        bold=True, align="right")
        return canvas

    def _emblem(self, canvas: Canvas, box: Box) -> None:
        """The province in the colours of its regions."""
        figure, style = self.figures[0], read_style()
        ground = ground_of(figure)
        west, south, east, north = shapely.bounds(ground.regions({area.name for area in figure.areas}))
        scale = 1000.0 * max((east - west) / box.width, (north - south) / box.height)
        view = View(box, scale, ((west + east) / 2, (south + north) / 2))
        fills = {area.name: area.fill for area in figure.areas}
        for part in ground.parts:
            fill = fills[part.region]
            canvas.area(shapely.transform(part.shape, view.place), fill, edge=fill, width=0.2)
        for rank, colour, width in (("prefectures", "#FFFFFF", 0.9), ("regions", "#FFFFFF", 1.6),
                                    ("province", style.ink, 1.3), ("nation", style.ink, 1.3)):
            lines = [view.place(line) for line in ground.lines[rank]]
            canvas.lines(lines, colour, width * self.paper.type_scale)

    def _contents(self) -> Canvas:
        canvas, unit, style = Canvas(self.paper, self.face), self.paper.type_scale, read_style()
        left, right, y = 28 * unit, self.paper.width - 28 * unit, self.paper.height - 48 * unit
        canvas.text(CONTENTS, self.paper.width / 2, y, 22 * unit, colour=style.ink, bold=True, align="center")
        y -= 22 * unit
        for number, figure in enumerate(self.figures):
            page = str(self.page_of(number))
            box = canvas.text(_caption(figure), left, y, 12 * unit, colour=style.ink)
            mark = canvas.text(page, right, y, 12 * unit, colour=style.ink, align="right")
            canvas.text(figure.title_en, left + canvas.width("图10　", 12 * unit), y - 4.6 * unit, 7.6 * unit,
                        colour=style.quiet)
            canvas.line(box.right + 2 * unit, y + 0.6 * unit, mark.left - 2 * unit, y + 0.6 * unit, style.quiet,
                        0.7 * unit, dash=(0.7 * unit, 2.6 * unit), cap="butt")
            self._lines.append(Box(left, y - 6 * unit, right, y + 5 * unit))
            y -= 15.5 * unit
        page = str(FRONT + len(self.figures) + 1)
        box = canvas.text(SOURCES, left, y, 12 * unit, colour=style.ink)
        mark = canvas.text(page, right, y, 12 * unit, colour=style.ink, align="right")
        canvas.line(box.right + 2 * unit, y + 0.6 * unit, mark.left - 2 * unit, y + 0.6 * unit, style.quiet,
                    0.7 * unit, dash=(0.7 * unit, 2.6 * unit), cap="butt")
        return canvas

    def _sources(self) -> list[Canvas]:
        """Cards of the layers, notes, type and checksums, on as many pages as they need."""
        unit, style = self.paper.type_scale, read_style()
        left, width = 22 * unit, self.paper.width - 44 * unit
        pages: list[Canvas] = []
        y = 0.0
        for kind, text in self._paragraphs():
            size, line, bold, colour, before = _KINDS[kind]
            if not pages or y < 26 * unit:
                pages.append(Canvas(self.paper, self.face))
                y = self.paper.height - 30 * unit
                number = str(FRONT + len(self.figures) + len(pages))
                pages[-1].text(number, self.paper.width / 2, 9 * unit, 8 * unit, colour=style.quiet, align="center")
            y -= before * unit
            for part in wrapped(text, pages[-1], size * unit, width):
                pages[-1].text(part, left, y, size * unit, colour=colour or style.ink, bold=bold)
                y -= line * unit
        return pages

    def _paragraphs(self) -> list[tuple[str, str]]:
        found = [("title", SOURCES)]
        notes = dict.fromkeys(text for figure in self.figures for text in figure.notes if "示意" in text or "圆内" in text)
        found += [("text", note) for note in notes]
        found.append(("text", f"坐标系：2000国家大地坐标系（CGCS2000）；{PROJECTION}。"))
        found.append(("head", "图层 / layers"))
        known = {card.name: card for card in cards()}
        for name in _DRAWN:
            card = known[name]
            found.append(("strong", f"{card.title_zh}　{card.title_en}"))
            found += [("small", f"来源：{card.source}"), ("small", f"许可：{card.licence}")]
            if card.datum:
                found.append(("small", f"基准：{card.datum}"))
        found.append(("head", "字体 / type"))
        found.append(("small", f"{self.face.source}，转换为 TrueType 轮廓后按图中所用字嵌入 / converted to TrueType outlines, embedded as used"))
        if self.inputs:
            found.append(("head", "输入文件 SHA-256 / inputs"))
            found += [("small", f"{name}：{digest}") for name, digest in sorted(self.inputs.items())]
        return found


_KINDS: Final[dict[str, tuple[float, float, bool, str | None, float]]] = {
    "title": (18.0, 12.0, True, None, 0.0),
    "head": (11.0, 6.2, True, _ACCENT, 3.5),
    "strong": (9.0, 4.6, True, None, 1.6),
    "text": (9.0, 4.8, False, None, 1.0),
    "small": (7.6, 4.0, False, "#4A4F55", 0.0),
}


def _caption(figure: PreparedFigure) -> str:
    return f"图{figure.number}　{figure.title}" if figure.number else figure.title


def _text(value: str) -> NameObject:
    from pypdf.generic import create_string_object  # noqa: PLC0415

    return create_string_object(value)  # type: ignore[return-value]
