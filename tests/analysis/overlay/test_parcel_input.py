"""What an overlay takes for parcels and for columns, and what it refuses by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from geopandas import GeoDataFrame
from shapely import box

from yngis.analysis.overlay import apportion, area_table
from yngis.errors import LayerError

ZONES = GeoDataFrame({"name_zh": ["甲"]}, geometry=[box(0, 0, 9, 9)], crs=4543)


def _parcels(**columns: Any) -> GeoDataFrame:
    return GeoDataFrame(columns, geometry=[box(0, 0, 1, 1), box(1, 0, 3, 1)], crs=4543)


@pytest.mark.parametrize("name", ["zone", "area_m2", "parcels"])
def test_a_column_of_the_table_is_not_overwritten_by_one_of_the_parcels(name: str) -> None:
    parcels = _parcels(**{name: ["a", "b"]})
    with pytest.raises(LayerError, match=f"by={name}") as told:
        area_table(parcels, ZONES, by=name, area="planar")
    (problem,) = told.value.problems
    assert problem.where == f"by={name}"
    assert f"parcel_{name}" in problem.mend
    renamed = area_table(
        parcels.rename(columns={name: f"parcel_{name}"}), ZONES, by=f"parcel_{name}", area="planar"
    )
    assert renamed["area_m2"].to_dict() == {("甲", "a"): 1.0, ("甲", "b"): 2.0}


@pytest.mark.parametrize("name", ["zone", "area_m2", "share"])
def test_a_key_does_not_double_a_name_of_the_parts(name: str) -> None:
    with pytest.raises(LayerError, match=f"key={name}"):
        apportion(_parcels(**{name: ["a", "b"]}), ZONES, key=name, area="planar")


def test_the_same_column_twice_is_told() -> None:
    with pytest.raises(LayerError, match="every column once"):
        area_table(_parcels(code=["a", "b"]), ZONES, by=["code", "code"], area="planar")


def test_a_table_without_geometry_is_refused_as_parcels_and_as_zones() -> None:
    table = pd.DataFrame({"code": ["a"]})
    with pytest.raises(LayerError, match="DataFrame，没有几何列"):
        area_table(table, ZONES)  # type: ignore[arg-type]
    with pytest.raises(LayerError, match="开发区 / zones"):
        area_table(_parcels(code=["a", "b"]), table)  # type: ignore[arg-type]


def test_lists_are_no_groups_in_a_frame_or_a_file(tmp_path: Path) -> None:
    parcels = _parcels(code=[["a"], ["b", "c"]])
    with pytest.raises(LayerError, match="lists or records"):
        area_table(parcels, ZONES, by="code", area="planar")
    parcels.to_parquet(tmp_path / "lots.parquet")
    with pytest.raises(LayerError, match=r"lots\.parquet · code"):
        area_table(tmp_path / "lots.parquet", ZONES, by="code", area="planar")


def test_a_column_of_two_kinds_is_told_by_name() -> None:
    with pytest.raises(LayerError, match="parcels · code"):
        area_table(_parcels(code=["a", 1]), ZONES, by="code", area="planar")
