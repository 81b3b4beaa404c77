"""Pictures of a given size: laid out for it, readable, or refused with the smallest that fits."""

from __future__ import annotations

import itertools
import re
import struct
from pathlib import Path

import pytest
from matplotlib.text import Text

from yngis.cartography.prepare import prepare_figure
from yngis.cartography.prepared import PreparedFigure
from yngis.cartography.print import draw_plates
from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.lettering.fonts import Typeface
from yngis.cartography.print.paper import Box, Imprint, read_paper
from yngis.cartography.print.placing.laid_out import Layout
from yngis.cartography.print.plate import draw_plate
from yngis.cartography.sources import Sources
from yngis.cartography.spec import FigureFrame, read_spec
from yngis.errors import SpecError

Drawn = tuple[PreparedFigure, Canvas, Layout]
CASES = [("16x9cm", 3), ("16x9cm", 5), ("12x12cm", 6), ("10x14cm", 3), ("24x13.5cm", 0)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def drawn(request: pytest.FixtureRequest, sources: Sources, face: Typeface) -> Drawn:
    """A figure on a picture; 0 is one that a prefecture frames."""
    size, number = request.param
    spec = read_spec(number or 5)
    if not number:
        spec = spec.model_copy(update={"frame": FigureFrame(prefecture="曲靖市")})
    figure = prepare_figure(spec, sources)
    return figure, *draw_plate(figure, read_paper(size), face, Imprint())


def test_legend_and_inset_lie_beside_the_map_and_all_on_the_sheet(drawn: Drawn) -> None:
    _, canvas, layout = drawn
    paper, frame = canvas.paper, layout.view.window
    sheet = Box(0.0, 0.0, paper.width, paper.height)
    for box in (frame, *layout.boxes.values()):
        assert sheet.left < box.left < box.right < sheet.right
        assert sheet.bottom < box.bottom < box.top < sheet.top
    assert not layout.boxes["legend"].meets(frame)
    for one, other in itertools.combinations(layout.boxes.values(), 2):
        assert not one.meets(other)


def test_no_name_overlaps_another_or_leaves_its_window(drawn: Drawn) -> None:
    _, _, layout = drawn
    for one, other in itertools.combinations(layout.names.boxes.values(), 2):
        assert not one.meets(other)
    for box in layout.names.boxes.values():
        windows = [layout.view.window, *([layout.inset.window] if layout.inset else [])]
        assert any(
            window.left <= box.left and box.right <= window.right
            and window.bottom <= box.bottom and box.top <= window.top
            for window in windows
        )  # fmt: skip


def test_every_line_can_be_read(drawn: Drawn) -> None:
    _, canvas, _ = drawn
    lines = [item for item in canvas.figure.findobj(Text) if len(item.get_text()) > 1]
    assert lines
    assert min(item.get_fontsize() for item in lines) >= 5.0  # 1.75 mm


def test_nothing_is_written_beyond_the_edge(drawn: Drawn) -> None:
    _, canvas, _ = drawn
    for item in canvas.figure.findobj(Text):
        x, y = item.get_position()
        wide = canvas.width(item.get_text(), item.get_fontsize())
        if item.get_text() and item.get_horizontalalignment() == "left":
            assert x >= 0.0
            assert x + 0.9 * wide <= canvas.paper.width
        assert 0.0 <= y <= canvas.paper.height


def test_what_is_left_out_is_told(drawn: Drawn) -> None:
    _, canvas, layout = drawn
    lost = sum(key.startswith(("zone:", "feature:")) for key in layout.names.omitted)
    text = "".join(item.get_text() for item in canvas.figure.findobj(Text))
    assert (f"另有 {lost} 个名称" in text) == bool(lost)
    assert "未经地图审核" in text


def test_files_have_the_size_in_centimetres(sources: Sources, tmp_path: Path) -> None:
    figure = prepare_figure(read_spec(4), sources)
    png, svg = draw_plates([figure], tmp_path, ["png", "svg"], paper="16x9cm", dpi=100)
    wide, high = struct.unpack(">II", png.read_bytes()[16:24])
    assert abs(wide - 16 / 2.54 * 100) < 1
    assert abs(high - 9 / 2.54 * 100) < 1
    size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg.read_text(encoding="utf-8"))
    if size is None:
        size = re.search(r'height="([\d.]+)pt"', svg.read_text(encoding="utf-8"))
    assert size is not None
    assert any(abs(float(side) - 9 / 2.54 * 72) < 0.01 for side in size.groups())


def test_what_is_too_small_is_refused_with_a_size_that_fits(
    sources: Sources, face: Typeface
) -> None:
    figure = prepare_figure(read_spec(3), sources)
    with pytest.raises(SpecError) as told:
        draw_plate(figure, read_paper("8x6cm"), face, Imprint())
    (problem,) = told.value.problems
    least = re.search(r"--size (\S+)", problem.mend)
    assert least is not None
    paper = read_paper(least[1])
    assert paper.width / paper.height == pytest.approx(8 / 6, rel=0.02)
    draw_plate(figure, paper, face, Imprint())
    smaller = read_paper(f"{paper.width / 10.6:.1f}x{paper.height / 10.6:.1f}cm")
    with pytest.raises(SpecError):
        draw_plate(figure, smaller, face, Imprint())


@pytest.mark.parametrize("size", ["16", "axb", "16x9in", "1x1cm", "16x900cm", "-3x4cm"])
def test_no_size_is_told(size: str) -> None:
    with pytest.raises(SpecError):
        read_paper(size)


@pytest.mark.parametrize("size", ["16x9", "16 × 9 cm", "160x90mm", "16X9厘米", "16*9CM".lower()])
def test_a_size_may_be_typed_in_many_ways(size: str) -> None:
    paper = read_paper(size)
    assert (paper.width, paper.height, paper.sized) == (160.0, 90.0, True)


def test_an_atlas_has_no_size(sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        draw_plates(
            [prepare_figure(read_spec(3), sources)], tmp_path, ["png"], paper="16x9cm", atlas=True
        )
