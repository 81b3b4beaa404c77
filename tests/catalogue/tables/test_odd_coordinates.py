"""Coordinates that are none of what they are declared to be are told by name, or refused."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from yngis.analysis.conflicts.rules import read_conflict_rules
from yngis.catalogue.tables.shapes.polygons import encrypted_name, refuse_told_datum, settle_crs
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
        ("备注", "GCJ-02", False),
    ],
)  # fmt: skip
def test_a_column_that_names_another_datum(header: str, cell: str, *, odd: bool) -> None:
    cells = np.array([cell, None], dtype=object)
    if odd:
        with pytest.raises(LayerError, match=header):
            refuse_told_datum(header, cells, "红线.gpkg")
    else:
        refuse_told_datum(header, cells, "红线.gpkg")


def test_kinds_that_rules_do_not_know_are_strange() -> None:
    rules = read_conflict_rules()
    hazard, farmland, ecology = (rules.rule_of(key) for key in ("hazard", "farmland", "ecology"))
    assert [hazard.is_strange(each) for each in ("高易发区", "非易发区", "H")] == [
        False, False, True,
    ]  # fmt: skip
    assert not farmland.is_strange("0101")
    assert ecology.is_strange("已调出红线")
    assert not ecology.is_strange("水源涵养")
