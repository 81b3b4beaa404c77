"""Shares whose answers stand on paper: slices of a box in longitude."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import yngis
from yngis.analysis.conflicts.units import MARK
from yngis.catalogue import load
from yngis.errors import LayerError, SpecError
from yngis.measure import ellipsoidal_area

Sliced = Callable[..., gpd.GeoDataFrame]


def shares(table: pd.DataFrame, column: str = "share", name: str = "甲区") -> dict[str, float]:
    rows = table[table["name"] == name].set_index("layer")[column]
    return {str(key): round(float(value), 9) for key, value in rows.items()}


def test_a_layer_counts_once_however_often_it_is_drawn(zone: Any, sliced: Sliced) -> None:
    # 0–0.3, 0.2–0.4 and the first once more: 0.4 of the box.
    farmland = sliced((0.0, 0.3), (0.2, 0.4), (0.0, 0.3))
    found = yngis.conflicts(zone, {"farmland": farmland})
    assert list(found.columns) == [
        "level", "name", "layer", "area_m2", "share", "exclusive_m2", "exclusive_share",
    ]  # fmt: skip
    assert shares(found) == {"farmland": 0.4, "any": 0.4, "clean": 0.6, "no_data": 0.0}
    whole = float(ellipsoidal_area(zone.geometry).iloc[0])
    area = found.set_index("layer")["area_m2"]
    assert area["farmland"] == pytest.approx(0.4 * whole, rel=1e-9)
    assert area["farmland"] + area["clean"] == pytest.approx(whole, rel=1e-11)


def test_classes_go_by_rank_and_the_union_is_no_sum(zone: Any, sliced: Sliced) -> None:
    # ecology (rank 1) 0.3–0.5, farmland (rank 2) 0–0.4, lake (rank 4) 0.45–0.6.
    layers = {
        "lake": sliced((0.45, 0.6)),
        "farmland": sliced((0.0, 0.4)),
        "ecology": sliced((0.3, 0.5)),
    }
    found = yngis.conflicts(zone, layers)
    assert found["layer"].tolist()[:3] == ["ecology", "farmland", "lake"]
    assert shares(found) == {
        "ecology": 0.2, "farmland": 0.4, "lake": 0.15, "any": 0.6, "clean": 0.4, "no_data": 0.0,
    }  # fmt: skip
    own = shares(found, "exclusive_share")
    assert own == {
        "ecology": 0.2, "farmland": 0.3, "lake": 0.1, "any": 0.0, "clean": 0.4, "no_data": 0.0,
    }  # fmt: skip


def test_of_a_boundary_the_conflict_is_what_lies_outside(zone: Any, sliced: Sliced) -> None:
    boundary = sliced((-5.0, 0.5), (0.5, 0.8), GHFQDM=["01", "03"])
    found = yngis.conflicts(zone, {"boundary": boundary, "farmland": sliced((0.7, 0.9))})
    assert shares(found) == {
        "farmland": 0.2, "boundary": 0.2, "any": 0.3, "clean": 0.7, "no_data": 0.0,
    }  # fmt: skip
    assert shares(found, "exclusive_share")["boundary"] == 0.1


def test_what_a_layer_says_is_not_there_is_clean(zone: Any, sliced: Sliced) -> None:
    hazard = sliced((0.0, 0.3), (0.3, 0.5), (0.5, 1.0), 易发程度=["高易发区", "低", "不易发区"])
    found = yngis.conflicts(zone, {"hazard": hazard})
    assert shares(found) == {"hazard": 0.5, "any": 0.5, "clean": 0.5, "no_data": 0.0}
    mapped = yngis.conflicts(zone, {"hazard": hazard}, coverage={"hazard": sliced((0.0, 0.6))})
    # A polygon that says so was mapped, wherever the coverage ends.
    assert shares(mapped)["no_data"] == 0.0


def test_no_data_is_not_no_conflict(zone: Any, sliced: Sliced) -> None:
    # Farmland mapped over 0–0.8 and drawn over 0.7–0.9: what is drawn is known.
    layers = {"farmland": sliced((0.7, 0.9)), "boundary": sliced((0.0, 0.6))}
    coverage = {"farmland": sliced((-1.0, 0.8)), "boundary": sliced((0.0, 0.95))}
    found = yngis.conflicts(zone, layers, coverage=coverage)
    # Nobody mapped farmland on 0.9–1, nor the boundary on 0.95–1.
    assert shares(found) == {
        "farmland": 0.2, "boundary": 0.35, "any": 0.35, "clean": 0.6, "no_data": 0.1,
    }  # fmt: skip
    own = shares(found, "exclusive_share")
    assert own["no_data"] == 0.05
    assert sum(own.values()) == pytest.approx(1.0, abs=1e-9)


def test_a_layer_of_another_place_says_nothing_until_the_user_does(zone: Any) -> None:
    far = gpd.GeoDataFrame(geometry=[shapely.box(98.0, 24.0, 98.1, 24.1)], crs=4490)
    for key in ("farmland", "boundary"):
        found = yngis.conflicts(zone, {key: far})
        assert shares(found) == {key: 0.0, "any": 0.0, "clean": 0.0, "no_data": 1.0}
    told = yngis.conflicts(zone, {"farmland": far}, coverage={"farmland": "all"})
    assert shares(told)["clean"] == 1.0
    told = yngis.conflicts(zone, {"boundary": far}, coverage={"boundary": "all"})
    assert shares(told)["boundary"] == 1.0


def test_an_empty_layer_says_nothing_until_the_user_does(zone: Any, sliced: Sliced) -> None:
    empty = sliced()
    assert shares(yngis.conflicts(zone, {"ecology": empty}))["no_data"] == 1.0
    told = yngis.conflicts(zone, {"ecology": empty}, coverage={"ecology": "all"})
    assert shares(told) == {"ecology": 0.0, "any": 0.0, "clean": 1.0, "no_data": 0.0}


def test_layers_may_come_in_another_crs_and_broken(zone: Any, sliced: Sliced) -> None:
    plane = sliced((0.0, 0.4)).to_crs(4543)
    found = yngis.conflicts(zone.to_crs(4522), {"farmland": plane})
    assert shares(found)["farmland"] == pytest.approx(0.4, abs=1e-5)
    bow = shapely.Polygon(
        [(102.0, 25.0), (102.01, 25.01), (102.01, 25.0), (102.0, 25.01), (102.0, 25.0)]
    )
    broken = gpd.GeoDataFrame(geometry=[bow, None, shapely.Point(102, 25)], crs=4490)
    # Mending it would change its area: which of its hull it means nobody knows.
    found = yngis.conflicts(zone, {"ecology": broken}, coverage={"ecology": "all"})
    assert shares(found)["ecology"] == 0.0
    assert shares(found)["no_data"] == pytest.approx(1.0, abs=1e-9)


def test_several_rows_of_a_zone_are_its_parts_and_zones_may_overlap(sliced: Sliced) -> None:
    zones = sliced((0.0, 0.2), (0.8, 1.0), (0.1, 0.6), 开发区名称=["甲区", "甲区", "乙区"])
    found = yngis.conflicts(zones, {"farmland": sliced((0.0, 0.15), (0.9, 1.0))})
    assert shares(found)["farmland"] == 0.625
    assert shares(found, name="乙区")["farmland"] == 0.1


def test_parcels_stand_beside_the_zones(zone: Any, sliced: Sliced) -> None:
    parcels = sliced((0.0, 0.1), (0.3, 0.5), (0.3, 0.5)).set_index(pd.Index(["p1", "p2", "p2"]))
    found = yngis.conflicts(zone, {"farmland": sliced((0.0, 0.4))}, parcels=parcels)
    told = found[found["level"] == "parcel"]
    assert told["name"].unique().tolist() == ["p1", "p2", "p2（第3行）"]
    assert shares(told, name="p1")["farmland"] == 1.0
    assert shares(told, name="p2")["farmland"] == 0.5


def test_parcels_are_named_by_their_numbers(zone: Any, sliced: Sliced) -> None:
    for header in ("宗地编号", "ZDDM", "parcel_id", "名称"):
        parcels = sliced((0.0, 0.1), (0.3, 0.5), **{header: ["p1", "p2"]})
        found = yngis.conflicts(zone, {"farmland": sliced((0.0, 0.4))}, parcels=parcels)
        assert found.loc[found["level"] == "parcel", "name"].unique().tolist() == ["p1", "p2"]


def test_schematic_zones_get_no_verdict(sliced: Sliced) -> None:
    with pytest.raises(LayerError, match="--even-schematic"):
        yngis.conflicts(load("zones"), {"farmland": sliced((0.0, 0.4))})
    drawn = sliced((0.0, 1.0), (1.0, 2.0), name_zh=["甲区", "乙区"], boundary=["示意", "勘界"])
    with pytest.raises(LayerError, match="甲区"):
        yngis.conflicts(drawn, {"farmland": sliced((0.0, 0.4))})
    found = yngis.conflicts(drawn, {"farmland": sliced((0.0, 0.4))}, even_schematic=True)
    assert set(found.loc[found["name"] == "甲区", "note"]) == {MARK}
    assert set(found.loc[found["name"] == "乙区", "note"]) == {""}


def test_a_shipped_outline_is_schematic_under_any_label(sliced: Sliced) -> None:
    copied = load("zones").iloc[:3][["name_zh", "geometry"]].rename(columns={"name_zh": "NAME"})
    with pytest.raises(LayerError, match="3 个为示意范围"):
        yngis.conflicts(copied, {"farmland": sliced((0.0, 0.4))})


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ({"farmlnad": None}, "farmland"),
        ({"planned_use": None}, "industrial_share"),
        ({}, "至少一个图层"),
    ],
)
def test_wrong_keys_are_told(zone: Any, layers: dict[str, Any], told: str) -> None:
    with pytest.raises(LayerError, match=told):
        yngis.conflicts(zone, layers)


def test_what_cannot_be_used_is_told(zone: Any, sliced: Sliced) -> None:
    farmland = sliced((0.0, 0.4))
    with pytest.raises(LayerError, match="坐标系"):
        yngis.conflicts(zone, {"farmland": farmland.set_crs(None, allow_override=True)})
    with pytest.raises(LayerError, match="名称"):
        yngis.conflicts(zone.rename(columns={"名称": "x"}), {"farmland": farmland})
    with pytest.raises(LayerError, match="覆盖范围"):
        yngis.conflicts(zone, {"farmland": farmland}, coverage={"farmland": "somewhere"})
    with pytest.raises(SpecError):
        yngis.conflicts(zone, {"farmland": farmland}, rules="nowhere.yml")


def test_nothing_is_lost_to_rounding(zone: Any, sliced: Sliced) -> None:
    cut = np.linspace(0.0, 1.0, 30)
    tiles = sliced(*itertools.pairwise(cut))
    found = yngis.conflicts(zone, {"farmland": tiles})
    assert shares(found) == {"farmland": 1.0, "any": 1.0, "clean": 0.0, "no_data": 0.0}
    assert found.set_index("layer")["area_m2"]["clean"] == 0.0
