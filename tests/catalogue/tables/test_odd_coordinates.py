"""Coordinates that are none of what they are declared to be are told by name, or refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from yngis.analysis.conflicts.rules import read_conflict_rules
from yngis.catalogue.io.stream import open_stream
from yngis.catalogue.io.vectors.told_datums import judge_told_datums
from yngis.catalogue.io.vectors.vector import read_vector
from yngis.catalogue.tables.shapes.polygons import encrypted_name, settle_crs
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError

_DEGREES = pyproj.CRS.from_epsg(4490)


def test_metres_that_are_declared_as_degrees_are_refused() -> None:
    box = shapely.box(595_000.0, 2_760_000.0, 596_000.0, 2_761_000.0)
    with pytest.raises(LayerError, match="是平面坐标"):
        settle_crs(_DEGREES, None, np.array([box]), "红线.geojson")


@pytest.mark.parametrize("code", [3857, 4543, 4522, 32647])
def test_projections_without_zones_need_no_prefix(code: int) -> None:
    crs = pyproj.CRS.from_epsg(code)
    to = pyproj.Transformer.from_crs(4490, crs, always_xy=True)
    west, south = to.transform(102.9, 24.9)
    box = shapely.box(west, south, west + 1000.0, south + 1000.0)
    assert settle_crs(crs, None, np.array([box]), "红线.gpkg").crs == crs


def test_a_name_that_speaks_of_shifted_coordinates_is_told() -> None:
    shapes = np.array([shapely.box(102.9, 24.9, 103.0, 25.0)])
    assert "GCJ02" in settle_crs(_DEGREES, None, shapes, "数据/红线_GCJ02.geojson").told
    assert not settle_crs(_DEGREES, None, shapes, "高德/红线.geojson").told
    assert encrypted_name("百度红线.shp")
    assert not encrypted_name("bd0912.shp")


@pytest.mark.parametrize(
    ("header", "cell", "odd"),
    [
        ("坐标系", "GCJ-02", True), ("坐标基准", "西安80", True), ("坐标系", "CGCS2000", False),
        ("备注", "GCJ-02", False), ("坐标系", "BJ54", True), ("坐标系", "EPSG:2359", True),
        ("坐标系名称", "腾讯", True), ("所用坐标系", "昆明87地方坐标系", True),
        ("数据坐标系", "1980西安坐标系", True), ("坐标系", "原西安80已转换为CGCS2000", False),
        ("坐标系", "CGCS2000（由1980西安坐标系转换）", False), ("坐标系", "EPSG:4543", False),
        ("坐标系", "EPSG: 2359", True), ("坐标系", "urn:ogc:def:crs:EPSG::4490", False),
    ],
)  # fmt: skip
def test_a_column_that_names_another_datum(header: str, cell: str, *, odd: bool) -> None:
    cells = np.array([cell, None], dtype=object)
    assert judge_told_datums(header, cells).foreign == ((cell,) if odd else ())


@pytest.mark.parametrize("suffix", ["gpkg", "parquet"])
def test_layers_read_whole_and_streams_refuse_another_datum(tmp_path: Path, suffix: str) -> None:
    frame = gpd.GeoDataFrame(
        {"编号": ["1", "2"], "坐标系": ["CGCS2000", "西安80"]},
        geometry=[shapely.box(102.0, 25.0, 102.1, 25.1)] * 2,
        crs=4490,
    )
    path = tmp_path / f"图斑.{suffix}"
    if suffix == "gpkg":
        frame.to_file(path)
    else:
        frame.to_parquet(path)
    with pytest.raises(LayerError, match="西安80"):
        read_vector(path)
    with pytest.raises(LayerError, match="西安80"), open_stream(path):
        pass


@pytest.mark.parametrize(
    ("cell", "unclear"), [("已转换为CGCS2000，原西安80", True), ("不详", True), ("2000", False)]
)
def test_a_datum_that_is_not_understood_is_told(cell: str, *, unclear: bool) -> None:
    cells = np.array([cell, " ", None], dtype=object)
    assert judge_told_datums("坐标系", cells).unclear == ((cell,) if unclear else ())


def _approvals(folder: Path, header: str, told: list[str]) -> Path:
    columns = {
        "批准文号": [f"甲〔2019〕{at}号" for at in range(3)],
        "批准日期": ["2019-03-01"] * 3,
        header: told,
    }
    boxes = [shapely.box(102.7 + at, 25.0, 102.71 + at, 25.01) for at in (0.0, 0.1, 0.2)]
    gpd.GeoDataFrame(columns, geometry=boxes, crs=4490).to_file(folder / "批准.gpkg")
    return folder / "批准.gpkg"


def test_a_table_says_once_what_its_column_of_datums_leaves_open(tmp_path: Path) -> None:
    told = ["CGCS2000", "原西安80已转换为CGCS2000", "CGCS2000"]
    path = _approvals(tmp_path, "所用坐标系", told)
    with open_tables(str(path), "approvals", as_of=dt.date(2023, 12, 31)) as tables:
        held = next(iter(tables.records()))
        closing = tables.closing_issues()
    assert len(held.frame) == 3
    assert closing.loc[closing["rule"] == "datum_unclear", "value"].tolist() == [told[1]]


def test_a_datum_far_down_the_table_is_met_too(tmp_path: Path) -> None:
    path = _approvals(tmp_path, "坐标系", ["CGCS2000", "CGCS2000", "BJ54"])
    with (
        pytest.raises(LayerError, match="BJ54"),
        open_tables(str(path), "approvals", as_of=dt.date(2023, 12, 31)) as tables,
    ):
        list(tables.records(2))


def test_kinds_that_rules_do_not_know_are_strange() -> None:
    rules = read_conflict_rules()
    hazard, farmland, ecology = (rules.rule_of(key) for key in ("hazard", "farmland", "ecology"))
    assert [hazard.is_strange(each) for each in ("高易发区", "非易发区", "H")] == [
        False, False, True,
    ]  # fmt: skip
    assert not farmland.is_strange("0101")
    assert ecology.is_strange("已调出红线")
    assert not ecology.is_strange("水源涵养")
