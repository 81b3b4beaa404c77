"""What every test may need: the shipped sources, read once, and a folder with all figures drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from yngis.cartography.plan_figures import draw_maps
from yngis.cartography.sources import Sources, read_sources

if TYPE_CHECKING:
    from pathlib import Path


# Machines differ in speed; a property is true or false, not fast or slow.
settings.register_profile("yngis", deadline=None)
settings.load_profile("yngis")


@pytest.fixture(scope="session")
def sources() -> Sources:
    return read_sources()


@pytest.fixture(scope="session")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All eleven figures, drawn once."""
    folder = tmp_path_factory.mktemp("maps")
    draw_maps(out=folder)
    return folder
