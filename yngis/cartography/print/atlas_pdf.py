"""Binding the atlas (图集装订): cover, contents with links, plates and sources in one PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit, NameObject, TextStringObject

from yngis import __version__
from yngis.cartography.print.facing_pages import draw_facing_page
from yngis.cartography.print.pages import (
    HEADINGS,
    draw_contents,
    draw_cover,
    draw_page_number,
    draw_reading_page,
    draw_sources,
    figure_caption,
)
from yngis.cartography.print.paper import POINT
from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pypdf import PageObject

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.paper import Imprint, Paper

FRONT: Final = 3
"""Pages before the first pair: cover, how to read it, contents; so plates lie on the right."""


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

    def __init__(
        self,
        paper: Paper,
        face: Typeface,
        imprint: Imprint,
        figures: Sequence[PreparedFigure],
        inputs: Mapping[str, str],
    ) -> None:
        self.paper, self.face, self.imprint = paper, face, imprint
        self.figures, self.inputs = figures, inputs
        self._plates: list[tuple[bytes, Paper]] = []

    def page_of(self, number: int) -> int:
        """First page of the pair with a plate, which lies beside its words."""
        return FRONT + 2 * number + 1

    def add(self, plate: bytes, paper: Paper) -> None:
        """Add the next plate, on a sheet that may lie on its side."""
        self._plates.append((plate, paper))

    def write(self, path: Path, render: Callable[[Canvas], bytes]) -> None:
        """Bind the pages."""
        count = len(self.figures)
        pages = [self.page_of(number) for number in range(count + 1)]
        cover = draw_cover(self.paper, self.face, self.imprint, self.figures[0])
        reading = draw_reading_page(self.paper, self.face, self.figures)
        contents, lines = draw_contents(self.paper, self.face, self.figures, pages)
        back = draw_sources(self.paper, self.face, self.figures, self.inputs, pages[-1])
        writer = PdfWriter()
        for page in (cover, reading, contents):
            writer.add_page(_only_page(render(page)))
        for figure, (plate, paper) in zip(self.figures, self._plates, strict=True):
            words = render(draw_facing_page(figure, paper, self.face, self.figures))
            for sheet in (words, plate):
                bound = writer.add_page(_only_page(sheet))
                stamp = draw_page_number(paper, self.face, len(writer.pages))
                bound.merge_page(_only_page(render(stamp)))
                bound.compress_content_streams()
        for page in back:
            writer.add_page(_only_page(render(page)))
        said = HEADINGS[self.figures[0].lang]
        front = [said["cover"], said["reading"], said["contents"].replace("　", "")]
        titles = [*front, *map(figure_caption, self.figures), said["sources"]]
        for name, first in zip(titles, [*range(1, FRONT + 1), *pages], strict=True):
            writer.add_outline_item(title=name, page_number=first - 1)
        for line, first in zip(lines, pages, strict=True):
            left, bottom, right, top = (side / POINT for side in line)
            link = Link(
                rect=(left, bottom, right, top),
                target_page_index=first - 1,
                fit=Fit.fit(),
                border=[0, 0, 0],
            )
            writer.add_annotation(FRONT - 1, link)
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
        english = self.figures[0].lang == "en"
        title = read_pack().atlas_en if english else f"{read_pack().title_zh}图集"
        described = {"/Title": title, "/Creator": f"yngis {__version__}"}
        if self.imprint.unit:
            described["/Author"] = self.imprint.unit
        writer.add_metadata(described)
        writer.page_mode = "/UseOutlines"
        writer.page_layout = "/TwoPageRight"  # the cover alone, then pairs
        language = TextStringObject("en" if english else "zh-CN")
        writer.root_object[NameObject("/Lang")] = language
        with path.open("wb") as file:
            writer.write(file)


def _only_page(sheet: bytes) -> PageObject:
    return PdfReader(io.BytesIO(sheet)).pages[0]
