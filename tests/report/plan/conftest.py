"""Packs for the tests: two made-up provinces on a grid of squares, and an edited copy of ours."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from yngis.catalogue import read_pack, use_pack_folder
from yngis.layerbuild import copy_pack, draw_layers

TESTS = Path(__file__).parents[2]
SIDE_LON, SIDE_LAT = 0.7, 0.6  # of a county [degrees]
GRIDS = {  # counties from the south-west corner, row by row from the south
    "guangxi-15": ((107.0, 23.0), ["甲一县", "甲二县", "甲三县"], ["乙一县", "乙二县", "乙三县"]),
    "jiangxi-15": ((115.0, 27.0), ["丙一县", "丙二县"], ["丁一县", "戊一县"]),
}


def make_pack(name: str, folder: Path) -> Path:
    """Copy a made-up pack and draw its layers on squares."""
    shutil.copytree(TESTS / "packs" / name, folder)
    shared = TESTS.parent / "layers" / "tables"
    for table in ("category_defaults.csv", "chain_stages.csv"):
        shutil.copyfile(shared / table, folder / "tables" / table)
    head = (shared / "gbt4754_industries.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "tables" / "gbt4754_industries.csv").write_text(head + "\n", encoding="utf-8")
    with use_pack_folder(folder):
        counties = square_counties(name)
        draw_layers(counties, lands_around(counties))
    return folder


def square_counties(name: str) -> gpd.GeoDataFrame:
    """Counties as squares that share their corners."""
    (west, south), *rows = GRIDS[name]
    names, shapes = [], []
    for up, row in enumerate(rows):
        for along, county in enumerate(row):
            left, low = west + along * SIDE_LON, south + up * SIDE_LAT
            names.append(county)
            shapes.append(
                shapely.box(
                    *(round(side, 7) for side in (left, low, left + SIDE_LON, low + SIDE_LAT))
                )
            )
    prefectures = [f"{county[0]}市" for county in names]
    codes = [
        f"99{'甲乙丙丁戊'.index(county[0]) + 1:02d}{at:02d}" for at, county in enumerate(names)
    ]
    table = {"name_zh": names, "code": codes, "prefecture": prefectures}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4490")


def lands_around(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One land east and one west of the province, within its frame."""
    west, south, east, north = read_pack().frame
    home = shapely.union_all(counties.geometry.to_numpy())
    middle = home.centroid.x
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    shapes = [shapely.difference(half, home) for half in halves]
    foreign = bool(read_pack().countries)
    return gpd.GeoDataFrame(
        {
            "name_zh": [read_pack().countries[0] if foreign else "湖南省", "广东省"],
            "kind": ["country" if foreign else "province", "province"],
            "adjoins": [True, True],
        },
        geometry=[shapely.MultiPolygon([each]) for each in shapes],
        crs="EPSG:4490",
    )


def edit_file(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name}: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="session")
def border_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up province with a port, two regions, another grid and another 3° zone."""
    return make_pack("guangxi-15", tmp_path_factory.mktemp("packs") / "guangxi-15")


@pytest.fixture(scope="session")
def inland_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up province with a single region and no ports."""
    return make_pack("jiangxi-15", tmp_path_factory.mktemp("packs") / "jiangxi-15")


@pytest.fixture
def own_pack(border_pack: Path, tmp_path: Path) -> Path:
    """The first one, to be edited."""
    return Path(shutil.copytree(border_pack, tmp_path / "own"))


@pytest.fixture(scope="session")
def sample_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up 十五五 edition of the shipped plan, labelled 示例: a copy with few edits."""
    folder = copy_pack("yunnan-14", tmp_path_factory.mktemp("editions") / "yunnan-15-sample")
    edit_file(folder / "pack.yml", "edition: 十四五", "edition: 十五五\nlabel: 示例")
    edit_file(folder / "pack.yml", "years: [2021, 2025]", "years: [2026, 2030]")
    edit_file(
        folder / "tables" / "zones.csv",
        "云南富民产业园区,富民产业园,",
        "云南富民绿色产业园区,富民产业园,云南富民产业园区;",
    )
    edit_file(folder / "tables" / "industry_layout.csv", "云南富民产业园区", "云南富民绿色产业园区")
    return folder


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replace a text that must be there."""
    return edit_file
