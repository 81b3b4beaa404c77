"""A zone's table from layers, on squares that can be counted."""

from __future__ import annotations

import warnings

import pytest
from geopandas import GeoDataFrame
from shapely import Polygon, box
from shapely.affinity import translate

from yngis.analysis.intensity import indicators
from yngis.analysis.intensity.parcels.from_parcels import ZoneLand, fill_from_layers, zone_land
from yngis.analysis.overlay import area_table
from yngis.analysis.quantities import canonical, sum_faults
from yngis.errors import LayerError

CRS = 4543
EAST, NORTH = 570_000, 2_770_000


def _layer(
    squares: list[tuple[float, float, float, float]], **columns: list[object]
) -> GeoDataFrame:
    shapes = [translate(box(*square), EAST, NORTH) for square in squares]
    return GeoDataFrame(columns, geometry=shapes, crs=CRS)


@pytest.fixture(scope="module")
def layers() -> dict[str, GeoDataFrame]:
    """One zone of a square kilometre (100 ha) and parcels that tile it, one reaching beyond."""
    return {
        "zones": _layer([(0, 0, 1000, 1000), (5000, 0, 6000, 1000)], name_zh=["甲", "乙"]),
        "parcels": _layer(
            [
                (0, 0, 500, 1000),  # industry, 50 ha
                (500, 0, 600, 1000),  # homes, 10 ha
                (600, 0, 1000, 500),  # fields, 20 ha
                (600, 500, 700, 1000),  # river, 5 ha
                (700, 500, 1200, 1000),  # a village factory, 15 of 25 ha inside
            ],
            DLBM=["0601", "0701", "0103", "1101", "0601"],
            CZCSXM=["201", "201", None, None, "203"],
            BSM=["p1", "p2", "p3", "p4", "p5"],
        ),
        "approvals": _layer([(600, 0, 800, 400), (600, 300, 800, 500), (0, 0, 100, 100)]),
        "supply": _layer([(0, 0, 400, 1000), (300, 0, 500, 1000)]),  # 40 + 20, together 50 ha
        "idle": _layer([(0, 0, 100, 100)]),
        "buildings": _layer(
            [(10, 10, 110, 110), (510, 10, 560, 60), (950, 600, 1050, 700)], floors=[3, 10, 2]
        ),
    }


@pytest.fixture(scope="module")
def land(layers: dict[str, GeoDataFrame]) -> ZoneLand:
    return zone_land(**layers, scheme="三调", key="BSM", area="planar")


def test_every_quantity_by_hand(land: ZoneLand) -> None:
    expected = {
        "A1": 10.0,
        "A2": 50.0,
        "A3": 0.0,
        "A4": 0.0,
        "A5": 0.0,
        "A6": 0.0,
        "B1": 15.0,
        "B2": 20.0,
        "C": 5.0,
        "B21": 10.0,  # fields within the union of the approvals: 200 m × 500 m
        "D": 50.0,  # overlapping records count once
        "G": 1.0,
        "footprint_m2": 10_000 + 2_500 + 5_000,  # the last building lies half outside
        "floor_area_m2": 30_000 + 25_000 + 10_000,
        "a2_footprint_m2": 10_000.0,
        "a2_floor_area_m2": 30_000.0,
    }
    assert land.amounts.loc["甲"].to_dict() == pytest.approx(expected)
    assert land.amounts.loc["乙"].isna().all()  # the survey does not reach it: unknown, not zero
    assert any("图斑未覆盖 1 个开发区" in note and "乙" in note for note in land.notes)


def test_indicators_come_out_of_the_layers(land: ZoneLand) -> None:
    found = indicators(land.amounts).loc["甲"]
    assert found["industrial_share"] == pytest.approx(50 / 60)
    assert found["development_rate"] == pytest.approx(70 / (60 + 35))
    assert found["supply_rate"] == pytest.approx(50 / 70)
    assert found["build_out_rate"] == pytest.approx(60 / 50)  # more built than supplied
    assert found["industrial_far"] == pytest.approx(3 / 50)
    assert sum_faults(canonical(land.amounts)).empty


def test_every_figure_names_what_contributed(land: ZoneLand) -> None:
    rows = land.contributions
    industry = rows[(rows["quantity"] == "A2") & (rows["zone"] == "甲")]
    assert industry[["id", "amount"]].to_numpy().tolist() == [["p1", pytest.approx(50.0)]]
    village = rows[rows["quantity"] == "B1"]
    assert village[["id", "amount"]].to_numpy().tolist() == [["p5", pytest.approx(15.0)]]
    single = rows[~rows["quantity"].isin(["D", "G"])]
    summed = single.groupby("quantity")["amount"].sum()
    for quantity, amount in summed.items():
        assert amount == pytest.approx(land.amounts[quantity].sum())
    # Of overlapping records the contributions show the overlap: 40 + 20 for 50 ha.
    assert rows.loc[rows["quantity"] == "D", "amount"].tolist() == pytest.approx([40.0, 20.0])


def test_without_settings_a_village_counts_as_urban_and_that_is_told(
    layers: dict[str, GeoDataFrame],
) -> None:
    found = zone_land(
        layers["parcels"].drop(columns="CZCSXM"), layers["zones"], scheme="三调", area="planar"
    )
    assert found.amounts.loc["甲", ["A2", "B1"]].tolist() == pytest.approx([65.0, 0.0])
    assert any("没有 CZCSXM" in note for note in found.notes)
    assert "D" not in found.amounts


def test_a_bare_code_stops_the_run(layers: dict[str, GeoDataFrame]) -> None:
    with pytest.raises(LayerError, match="1101"):
        zone_land(layers["parcels"], layers["zones"])


def test_missing_columns_and_storeys_are_told(layers: dict[str, GeoDataFrame]) -> None:
    with pytest.raises(LayerError, match=r"parcels\.YDDM"):
        zone_land(layers["parcels"], layers["zones"], code="YDDM")
    some = layers["buildings"].assign(floors=[3, None, 0])
    with pytest.raises(LayerError, match="2 栋"):
        zone_land(layers["parcels"], layers["zones"], scheme="三调", buildings=some)


def test_the_tables_own_figures_are_kept(land: ZoneLand) -> None:
    table = canonical(
        land.amounts.loc[["甲"], ["A2"]].assign(A2=[48.0], tax_wan=[100.0], D=[float("nan")])
    )
    whole, origin = fill_from_layers(table, land)
    assert whole.loc["甲", ["A2", "D", "tax_wan"]].tolist() == [48.0, pytest.approx(50.0), 100.0]
    assert origin.loc["甲", ["A2", "D", "tax_wan"]].tolist() == ["table", "layers", "table"]
    assert origin.loc["乙", "tax_wan"] == ""


def test_ellipsoidal_areas_are_those_of_the_area_table(layers: dict[str, GeoDataFrame]) -> None:
    found = zone_land(layers["parcels"], layers["zones"], scheme="三调").amounts
    wanted = area_table(layers["parcels"], layers["zones"], by="DLBM")["area_m2"] / 10_000
    assert found.loc["甲", "A1"] == pytest.approx(wanted["甲", "0701"], rel=1e-12)
    assert found.loc["甲", "A2"] + found.loc["甲", "B1"] == pytest.approx(
        wanted["甲", "0601"], rel=1e-12
    )
    assert found.loc["甲", "A1"] != pytest.approx(10.0, rel=1e-6)  # not the plane's


def test_a_city_is_built_up_and_its_classes_are_unknown() -> None:
    zones = _layer([(0, 0, 1000, 1000), (5000, 0, 6000, 1000)], name_zh=["甲", "乙"])
    parcels = _layer(
        [(0, 0, 500, 1000), (500, 0, 700, 1000), (700, 0, 1000, 1000), (5000, 0, 6000, 1000)],
        DLBM=["201", "0601", "0103", "0601"],
    )
    found = zone_land(parcels, zones, scheme="三调", area="planar")
    # 50 ha of city and 20 ha of industry: built up is 70, industry at least 20 and at most 70.
    assert found.amounts.loc["甲", ["A", "B2", "C"]].tolist() == pytest.approx([70.0, 30.0, 0.0])
    assert found.amounts.loc["甲", ["A1", "A2"]].isna().all()
    assert found.amounts.loc["乙", ["A", "A2"]].tolist() == pytest.approx([100.0, 100.0])
    values = indicators(found.amounts.assign(B21=0.0, D=70.0))
    assert values.loc["甲", "development_rate"] == pytest.approx(0.7)
    assert values.loc["甲", "build_out_rate"] == pytest.approx(1.0)
    assert values["industrial_share"].isna().tolist() == [True, False]
    assert found.undecided[["zone", "code", "lands", "parcels"]].to_numpy().tolist() == [
        ["甲", "201", "A", 1]
    ]
    assert any("甲（A1、A2" in note for note in found.notes)


def test_planning_layers_have_codes_of_all_levels() -> None:
    zones = _layer([(0, 0, 1000, 1000), (5000, 0, 6000, 1000)], name_zh=["甲", "乙"])
    parcels = _layer(
        [
            (0, 0, 400, 1000),
            (400, 0, 700, 1000),
            (700, 0, 900, 1000),
            (900, 0, 1000, 1000),
            (5000, 0, 6000, 1000),
        ],
        YDYHFLDM=["07", "100102", "17", "1701", "0701"],
    )
    found = zone_land(parcels, zones, code="YDYHFLDM", area="planar")
    first = found.amounts.loc["甲"]
    assert first[["A1", "A2"]].tolist() == pytest.approx([40.0, 30.0])
    assert first[["B2", "C"]].isna().all()  # 20 ha of water may be a river or a pond
    assert found.amounts.loc["乙", ["B2", "C"]].tolist() == [0.0, 0.0]
    assert found.undecided["area_ha"].tolist() == pytest.approx([20.0])
    assert any("07 居住用地计入 A1" in note and "B1" in note for note in found.notes)
    assert any("YDYHFLDM" in note for note in found.notes)
    own = zone_land(parcels, zones, code="YDYHFLDM", area="planar", decided={"17": "C"})
    assert own.amounts.loc["甲", ["B2", "C"]].tolist() == pytest.approx([0.0, 30.0])
    assert own.undecided.empty


def test_overlays_do_not_count_twice_and_slivers_of_open_land_change_nothing() -> None:
    zones = _layer([(0, 0, 1000, 1000)], name_zh=["甲"])
    parcels = _layer(
        [(0, 0, 999.5, 1000), (0, 0, 500, 1000), (999.5, 0, 1000, 1000)],
        DLBM=["0103", "1302", "11"],
    )
    found = zone_land(parcels, zones, scheme="三调", area="planar")
    assert found.amounts.loc["甲", "B2"] == pytest.approx(99.95)
    assert found.amounts.drop(columns="C").notna().all(axis=None)
    assert found.amounts["C"].isna().all()  # of 0.05 ha all may be water
    assert any("光伏板区是叠加图层" in note for note in found.notes)


def test_contradictions_are_listed_with_both_readings() -> None:
    zones = _layer([(0, 0, 1000, 1000)], name_zh=["甲"])
    parcels = _layer(
        [(0, 0, 600, 1000), (600, 0, 1000, 1000)], DLBM=["0601", "0601"], DLMC=["工业用地", "旱地"]
    )
    found = zone_land(parcels, zones, scheme="三调", area="planar")
    assert found.amounts[["A2", "B2"]].isna().all(axis=None)
    row = found.undecided.iloc[0]
    assert (row["code"], row["name"], row["lands"]) == ("0601", "旱地", "A2|B2")
    assert "不符" in row["note"]


def test_attributes_are_found_in_any_case_and_as_numbers() -> None:
    zones = _layer([(0, 0, 1000, 1000)], name_zh=["甲"])
    parcels = _layer(
        [(0, 0, 600, 1000), (600, 0, 1000, 1000)],
        dlbm=["0601", "0601"],
        czcsxm=["203A", "201A"],
        qsxz=[20.0, 20.0],
    )
    plain = zone_land(parcels, zones, code="dlbm", scheme="三调", area="planar")
    assert plain.amounts.loc["甲", ["A2", "B1"]].tolist() == pytest.approx([40.0, 60.0])
    assert any("60.00 公顷计入 B1" in note and "--state-industry" in note for note in plain.notes)
    state = zone_land(
        parcels, zones, code="dlbm", scheme="三调", area="planar", state_industry=True
    )
    assert state.amounts.loc["甲", ["A2", "B1"]].tolist() == pytest.approx([100.0, 0.0])
    assert any("60.00 公顷计入 A2" in note for note in state.notes)


ZONE = (0, 0, 1000, 1000)


def _found(squares: list[tuple[float, float, float, float]], **columns: list[object]) -> ZoneLand:
    zones = _layer([ZONE], name_zh=["甲"])
    return zone_land(_layer(squares, **columns), zones, scheme="三调", key="BSM", area="planar")


def test_a_parcel_that_is_there_twice_counts_once_and_is_told() -> None:
    found = _found(
        [(0, 0, 500, 1000), (0, 0, 500, 1000), (500, 0, 1000, 1000)],
        DLBM=["0601", "0601", "0103"],
        BSM=["1", "1", "2"],
    )
    assert found.amounts.loc["甲", ["A2", "B2"]].tolist() == pytest.approx([50.0, 50.0])
    assert found.contributions["id"].tolist() == ["1", "2"]
    assert found.doubts[["row", "id", "what"]].to_numpy().tolist() == [[2, "1", "重复 copy"]]
    assert any("重复 1 处" in note for note in found.notes)


def test_copies_of_different_classes_stay_open() -> None:
    found = _found(
        [(0, 0, 500, 1000), (0, 0, 500, 1000), (500, 0, 1000, 1000)],
        DLBM=["0601", "0701", "0103"],
        BSM=["1", "2", "3"],
    )
    assert found.amounts.loc["甲", ["A1", "A2"]].isna().all()
    assert found.amounts.loc["甲", ["A", "B2"]].tolist() == pytest.approx([50.0, 50.0])
    assert found.undecided["lands"].tolist() == ["A2|A1"]
    assert "地类不同" in found.doubts["note"].iloc[0]


def test_overlaps_and_repeated_identifiers_are_told_with_the_land() -> None:
    found = _found([(0, 0, 500, 1000), (400, 0, 1000, 1000)], DLBM=["0601", "0103"], BSM=["1", "1"])
    kinds = found.doubts.groupby("what")["area_ha"].agg(["size", "sum"])
    assert kinds.loc["重叠 overlap"].tolist() == pytest.approx([1, 10.0])  # 100 m × 1000 m
    assert kinds.loc["标识重复 repeated key", "size"] == 2


def test_mended_parcels_are_told_with_the_change() -> None:
    zones = _layer([ZONE], name_zh=["甲"])
    # Two triangles of 100 m × 50 m / 2 that cancel as drawn: 0.5 ha once mended, 0 before.
    bow = translate(Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]), EAST, NORTH)
    parcels = GeoDataFrame({"DLBM": ["0601"], "BSM": ["9"]}, geometry=[bow], crs=CRS)
    supply = GeoDataFrame(geometry=[bow], crs=CRS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = zone_land(
            parcels, zones, scheme="三调", key="BSM", area="planar", supply=supply, approvals=supply
        )
    assert found.amounts.loc["甲", ["A2", "D"]].tolist() == pytest.approx([0.5, 0.5])
    assert found.doubts[["layer", "id", "what", "area_ha", "change_ha"]].to_numpy().tolist() == [
        ["parcels", "9", "已修复 mended", pytest.approx(0.5), pytest.approx(0.5)],
        ["supply", "0", "已修复 mended", pytest.approx(0.5), pytest.approx(0.5)],
        ["approvals", "0", "已修复 mended", pytest.approx(0.5), pytest.approx(0.5)],
    ]
    assert any("面积变化 0.5000 公顷（9）" in note for note in found.notes)
    assert any("只覆盖" in note and "甲（0.5%）" in note for note in found.notes)


def test_a_ring_around_the_world_takes_no_zone_with_it() -> None:
    """An approval drawn from 179.9° to -179.9° lies over every zone as it stands."""
    degrees = 4490
    zones = GeoDataFrame({"name_zh": ["甲"]}, geometry=[box(102, 25, 102.1, 25.1)], crs=degrees)
    parcels = GeoDataFrame({"DLBM": ["0301"]}, geometry=[box(102, 25, 102.1, 25.1)], crs=degrees)
    ring = Polygon([(179.9, 24.0), (-179.9, 24.0), (-179.9, 26.0), (179.9, 26.0)])
    around = GeoDataFrame(geometry=[ring, box(102, 25, 102.01, 25.01)], crs=degrees)
    found = zone_land(parcels, zones, scheme="三调", supply=around, approvals=around)
    told = found.doubts[found.doubts["what"] == "跨180°经线 across 180°"]
    assert told["layer"].tolist() == ["supply", "approvals"]
    assert told["row"].tolist() == [1, 1]
    assert found.amounts.loc["甲", "D"] == pytest.approx(111.7, abs=1.0)


def test_parcels_that_touch_no_zone_stop_the_run_with_a_hint_at_the_belt() -> None:
    zones = _layer([ZONE], name_zh=["甲"])
    parcels = _layer([(0, 0, 500, 1000)], DLBM=["0601"]).set_crs(4544, allow_override=True)
    with pytest.raises(LayerError, match="no parcel touches any zone") as told:
        zone_land(parcels, zones, scheme="三调")
    assert "central meridian 3° further west" in str(told.value)
