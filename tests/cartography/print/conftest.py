"""Every plate of the plan, laid out and drawn once per session."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from yngis.cartography.names.english import in_english
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.print.lettering.fonts import Typeface, make_typeface
from yngis.cartography.print.lettering.words import texts_of
from yngis.cartography.print.paper import Imprint, read_paper
from yngis.cartography.print.plate import draw_plate
from yngis.cartography.spec import figure_numbers, read_spec
from yngis.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.paper import Paper
    from yngis.cartography.print.placing.laid_out import Layout
    from yngis.cartography.print.relief import Relief
    from yngis.cartography.sources import Sources


@dataclass(frozen=True)
class Plate:
    figure: PreparedFigure
    canvas: Canvas
    layout: Layout


@pytest.fixture(scope="session")
def figures(sources: Sources) -> dict[int, PreparedFigure]:
    return {number: prepare_figure(read_spec(number), sources) for number in figure_numbers()}


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def face(figures: dict[int, PreparedFigure]) -> Typeface:
    try:
        return make_typeface(texts_of(figures.values()))
    except SetupError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no open Chinese font on this machine; `make test` installs one")


@pytest.fixture(scope="session")
def draw_once() -> Callable[..., tuple[Canvas, Layout]]:
    """Draws a plate as :func:`draw_plate` does, but the same one of the same figure once only."""
    kept: dict[object, tuple[PreparedFigure, tuple[Canvas, Layout]]] = {}

    def plate_of(
        figure: PreparedFigure,
        paper: Paper,
        face: Typeface,
        imprint: Imprint,
        relief: Relief | None = None,
    ) -> tuple[Canvas, Layout]:
        if relief is not None:
            return draw_plate(figure, paper, face, imprint, relief)
        key = id(figure), paper, face, imprint
        if key not in kept:  # the figure is kept too, so that no other has its id
            kept[key] = figure, draw_plate(figure, paper, face, imprint)
        return kept[key][1]

    return plate_of


@pytest.fixture(scope="module")
def plates_drawn_once(draw_once: Callable[..., tuple[Canvas, Layout]]) -> Iterator[None]:
    """Editions of a module take the plates that are drawn already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yngis.cartography.print.write_plates.draw_plate", draw_once)
        yield


@pytest.fixture(scope="session")
def plates(
    figures: dict[int, PreparedFigure],
    face: Typeface,
    draw_once: Callable[..., tuple[Canvas, Layout]],
) -> dict[int, Plate]:
    paper = read_paper("A4")
    return {
        number: Plate(figure, *draw_once(figure, paper, face, Imprint()))
        for number, figure in figures.items()
    }


@pytest.fixture(scope="session")
def english_plate(
    figures: dict[int, PreparedFigure],
    sources: Sources,
    face: Typeface,
    draw_once: Callable[..., tuple[Canvas, Layout]],
) -> Plate:
    """Figure 5 in English."""
    assert face
    figure = in_english(figures[5], sources)
    type_ = make_typeface(texts_of([figure]))
    return Plate(figure, *draw_once(figure, read_paper("A4"), type_, Imprint()))
