"""The share of industry in three readings, and uses as supplied beside uses as planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
import shapely

from yngis.analysis.conflicts import conflicts, industrial_share, read_conflict_rules, use_mismatch
from yngis.analysis.conflicts.frames import planned_frame
from yngis.analysis.conflicts.planned import use_agreement
from yngis.analysis.conflicts.units import zone_unit_layer
from yngis.errors import LayerError

Sliced = Callable[..., gpd.GeoDataFrame]
RULES = read_conflict_rules()


def share_of(zone: Any, planned: gpd.GeoDataFrame) -> Any:
    units = zone_unit_layer(zone).frame
    return industrial_share(units, planned_frame(planned), RULES.industrial_share)


def told(found: Any) -> dict[str, tuple[float, str]]:
    rows = found.shares.set_index("reading")
    return {name: (round(float(row["share"]), 9), row["verdict"]) for name, row in rows.iterrows()}


def test_three_readings_of_one_plan(zone: Any, sliced: Sliced) -> None:
    # 1001 0.5 · 1002 0.1 · 1101 0.1 · 0701 0.2 · 16 0.05 · 0301 (no construction) 0.05.
    planned = sliced(
        (0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.9), (0.9, 0.95), (0.95, 1.0),
        YDYHFLDM=["100102", "1002", "1101", "070101", "16", "0301"],
    )  # fmt: skip
    found = share_of(zone, planned)
    assert list(found.shares.columns) == [
        "zone", "reading", "numerator_m2", "denominator_m2", "share", "verdict",
    ]  # fmt: skip
    assert told(found) == {
        "1001": (round(5 / 9, 9), "not_met"),
        "1001+11": (round(6 / 9, 9), "not_met"),
        "10+11": (round(7 / 9, 9), "met"),
    }
    land = found.land.iloc[0]
    assert land["reserve_m2"] / land["size_m2"] == pytest.approx(0.05, abs=1e-9)
    assert land["other_m2"] / land["size_m2"] == pytest.approx(0.05, abs=1e-9)
    assert land["unplanned_m2"] == pytest.approx(0.0, abs=1e-3)


def test_exactly_seventy_per_cent_is_enough(zone: Any, sliced: Sliced) -> None:
    planned = sliced((0.0, 0.7), (0.7, 1.0), GHDLBM=["1001", "0901"])
    assert told(share_of(zone, planned))["1001"] == (0.7, "met")
    planned = sliced((0.0, 0.6999), (0.6999, 1.0), GHYDFLDM=["1001", "0901"])
    assert told(share_of(zone, planned))["1001"][1] == "not_met"


def test_exactly_seventy_per_cent_in_a_plane_however_its_edges_are_divided() -> None:
    # A chord of 1 km in longitude and latitude strays by millimetres from the edge of the plane.
    east, north = 500_000, 2_770_000
    boxes = [
        shapely.box(east + first, north, east + last, north + 500)
        for first, last in ((0, 1000), (0, 400), (400, 700), (700, 1000))
    ]
    zone = gpd.GeoDataFrame({"name": ["小"]}, geometry=boxes[:1], crs=4543)
    planned = gpd.GeoDataFrame({"YDYHFLDM": ["1001", "1001", "0701"]}, geometry=boxes[1:], crs=4543)
    found = share_of(zone, planned).shares.set_index("reading").loc["1001"]
    assert found["share"] == pytest.approx(0.7, abs=1e-7)
    assert found["verdict"] == "met"


def test_a_boundary_with_more_vertices_leaves_nothing_outside() -> None:
    box = shapely.box(500_000, 2_770_000, 512_000, 2_782_000)
    zone = gpd.GeoDataFrame({"name": ["大区"]}, geometry=[box], crs=4543)
    boundary = gpd.GeoDataFrame(geometry=[shapely.segmentize(box, 501.0)], crs=4543)
    found = conflicts(zone, {"boundary": boundary}, coverage={"boundary": "all"})
    assert found.set_index("layer").loc["boundary", "area_m2"] < 0.02


def test_land_drawn_twice_counts_once(zone: Any, sliced: Sliced) -> None:
    planned = sliced((0.0, 0.6), (0.2, 0.7), (0.7, 1.0), YDYHFLDM=["1001", "1001", "1401"])
    assert told(share_of(zone, planned))["1001"] == (0.7, "met")


def test_an_undivided_code_decides_nothing(zone: Any, sliced: Sliced) -> None:
    planned = sliced((0.0, 0.5), (0.5, 0.75), (0.75, 1.0), YDYHFLDM=["1001", "10", "0701"])
    assert told(share_of(zone, planned)) == {
        "1001": (0.5, "undefined"),
        "1001+11": (0.5, "undefined"),
        "10+11": (0.75, "met"),
    }


def test_codes_that_are_not_understood_neither_clear_nor_accuse(zone: Any, sliced: Sliced) -> None:
    planned = sliced((0.0, 0.72), (0.72, 0.9), (0.9, 1.0), YDYHFLDM=["1001", "0701", "M1?"])
    found = share_of(zone, planned)
    assert told(found)["1001"] == (0.8, "met")
    planned = sliced((0.0, 0.6), (0.6, 0.8), (0.8, 1.0), YDYHFLDM=["1001", "0701", None])
    assert told(share_of(zone, planned))["1001"] == (0.75, "undefined")
    planned = sliced((0.0, 0.6), (0.6, 1.0), YDYHFLDM=["0301", "0101"])
    found = share_of(zone, planned)
    assert found.shares["verdict"].unique().tolist() == ["no_data"]
    assert found.shares["share"].isna().all()


def test_a_layer_without_codes_is_refused(zone: Any, sliced: Sliced) -> None:
    with pytest.raises(LayerError, match="YDYHFLDM"):
        share_of(zone, sliced((0.0, 1.0), 备注=["x"]))


@pytest.mark.parametrize(
    ("supplied", "scheme", "planned", "match"),
    [
        ("0601", "GB/T 21010-2017", "100101", "same"),
        ("0601", "", "1002", "differs"),
        ("0602", "三调", "1002", "same"),
        ("0604", "GB/T 21010-2017", "110101", "same"),
        ("0508", "三调", "1101", "same"),
        ("0508", "三调", "0901", "differs"),
        ("05H1", "三调", "0901", "same"),
        ("0701", "三调", "070102", "same"),
        ("0702", "三调", "0703", "same"),
        ("0702", "三调", "0701", "differs"),
        ("0809", "三调", "1301", "differs"),
        ("0601", "三调", "10", "unknown"),
        ("0601", "三调", "", "unknown"),
        ("", "", "1001", "unknown"),
        ("1001", "用地用海 2023", "100102", "same"),
        ("100102", "用地用海 2023", "1001", "unknown"),
        ("1001", "用地用海 2023", "1101", "differs"),
    ],
)
def test_uses_agree_by_the_table(supplied: str, scheme: str, planned: str, match: str) -> None:
    assert use_agreement(supplied, scheme, planned, RULES.use_pairs) == match


def test_use_of_parcels_beside_the_plan(sliced: Sliced) -> None:
    parcels = sliced(
        (0.0, 0.2), (0.2, 0.4), name=["a", "b"], use_code=["0601", "0604"], use_scheme=["", ""]
    )
    planned = planned_frame(sliced((0.0, 0.1), (0.1, 0.3), YDYHFLDM=["1001", "0901"]))
    rows = use_mismatch(parcels, planned, RULES.use_pairs)
    rows = rows.sort_values(["name", "verdict", "planned"], ascending=[True, True, False])
    assert rows[["name", "planned", "verdict"]].to_numpy().tolist() == [
        ["a", "0901", "differs"],
        ["a", "1001", "same"],
        ["b", "0901", "differs"],
        ["b", "", "no_data"],
    ]
    assert rows["share"].round(9).tolist() == [0.5, 0.5, 0.5, 0.5]


def test_land_of_two_planned_uses_is_unknown_and_shares_add_up(zone: Any, sliced: Sliced) -> None:
    # 1001 on 0–0.7, drawn again on 0–0.3; 0701 on 0.6–1: the tenth between is of both.
    planned = sliced((0.0, 0.7), (0.6, 1.0), (0.0, 0.3), YDYHFLDM=["1001", "0701", "1001"])
    found = share_of(zone, planned)
    assert found.shares.set_index("reading")["verdict"]["1001"] == "undefined"
    land = found.land.iloc[0]
    assert land["contested_m2"] / land["size_m2"] == pytest.approx(0.1, abs=1e-9)
    parcels = zone.assign(name=["P1"], use_code=["0601"], use_scheme=["三调"])
    rows = use_mismatch(parcels, planned_frame(planned), RULES.use_pairs)
    told_rows = {
        row["planned"]: (round(row["share"], 9), row["verdict"]) for _, row in rows.iterrows()
    }
    assert told_rows == {
        "1001": (0.6, "same"),
        "0701": (0.3, "differs"),
        "0701、1001": (0.1, "unknown"),
    }
