"""Every plate of the plan, laid out and drawn once per session."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from yngis.cartography.prepare import prepare_figure
from yngis.cartography.print.lettering.fonts import Typeface, make_typeface
from yngis.cartography.print.lettering.words import texts_of
from yngis.cartography.print.paper import Imprint, read_paper
from yngis.cartography.print.plate import draw_plate
from yngis.cartography.spec import figure_numbers, read_spec
from yngis.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.placing.laid_out import Layout
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
def plates(figures: dict[int, PreparedFigure], face: Typeface) -> dict[int, Plate]:
    paper = read_paper("A4")
    return {
        number: Plate(figure, *draw_plate(figure, paper, face, Imprint()))
        for number, figure in figures.items()
    }
