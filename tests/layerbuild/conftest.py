"""The shipped layers, and the same layers built again, each once per session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from rich.console import Console
from rich.progress import Progress

from yngis.catalogue import layers_dir
from yngis.layerbuild import build_layers

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = ("counties", "prefectures", "regions", "zones", "ports", "neighbours")


def read_all(path: Path) -> dict[str, gpd.GeoDataFrame]:
    return {name: gpd.read_file(path, layer=name) for name in LAYERS}


@pytest.fixture(scope="session")
def shipped_file() -> Path:
    return layers_dir() / "yunnan.gpkg"


@pytest.fixture(scope="session")
def shipped(shipped_file: Path) -> dict[str, gpd.GeoDataFrame]:
    return read_all(shipped_file)


@pytest.fixture(scope="session")
def steps() -> Progress:
    return Progress(console=Console(quiet=True))


@pytest.fixture(scope="session")
def rebuilt_file(tmp_path_factory: pytest.TempPathFactory, steps: Progress) -> Path:
    return build_layers(tmp_path_factory.mktemp("layers") / "again.gpkg", progress=steps)


@pytest.fixture(scope="session")
def rebuilt(rebuilt_file: Path) -> dict[str, gpd.GeoDataFrame]:
    return read_all(rebuilt_file)
