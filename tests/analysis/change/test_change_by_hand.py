"""Changes between two surveys whose answers stand in the comments: slices of one strip."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import yngis
from yngis.analysis.change import CompareRules, SuspectRules, change
from yngis.analysis.change.land_classes import ClassRules
from yngis.analysis.change.survey_layer import number_cells, unread_numbers
from yngis.errors import LayerError


def _matrix(found: Any, unit: float) -> dict[tuple[str, ...], float]:
    rows = found.transition.set_index(["zone", "before", "after"])["area_m2"] / unit
    return {key: round(value, 9) for key, value in rows.items()}


def _kinds(found: Any, unit: float, zone: str = "甲") -> dict[str, float]:
    own = found.changes[found.changes["zone"] == zone].set_index("kind")["area_m2"] / unit
    return {kind: round(value, 6) for kind, value in own.items() if value > 0}


def test_the_matrix_of_a_strip(survey: Any, zones: Any, unit: float) -> None:
    #  2022   0103 0103 0601 0601      zone 甲: 0..3, zone 乙: 3..4
    #  2023   0103 0601 0601 0301
    before = survey([(0, 2, "0103"), (2, 4, "0601")], 2022)
    after = survey([(0, 1, "0103"), (1, 3, "0601"), (3, 4, "0301")], 2023)
    found = yngis.change(before, after, zones(甲=(0, 3), 乙=(3, 4)))
    assert _matrix(found, unit) == {
        ("甲", "0103", "0103"): 1.0,
        ("甲", "0103", "0601"): 1.0,
        ("甲", "0601", "0601"): 1.0,
        ("乙", "0601", "0301"): 1.0,
    }
    assert _kinds(found, unit) == {
        "new_construction": 1.0, "newly_built": 1.0, "farmland_taken": 1.0,
    }  # fmt: skip
    assert _kinds(found, unit, "乙") == {"abandoned": 1.0, "construction_lost": 1.0}
    assert found.years == (2022, 2023)
    assert list(found.transition.columns) == ["zone", "before", "after", "area_m2"]
    assert list(found.changes.columns)[:4] == ["zone", "kind", "area_m2", "polygons"]


def test_bare_construction_is_new_construction_and_not_newly_built(
    survey: Any, zones: Any, unit: float
) -> None:
    # 1201 空闲地 and 1004 roads are construction land, and show no building.
    before = survey([(0, 1, "0103"), (1, 2, "1201"), (2, 3, "0301")], 2022)
    after = survey([(0, 1, "1201"), (1, 2, "0601"), (2, 3, "1004")], 2023)
    found = change(before, after, zones(甲=(0, 3)))
    assert _kinds(found, unit) == {
        "new_construction": 2.0, "newly_built": 1.0, "farmland_taken": 1.0,
    }  # fmt: skip


def test_converted_land_is_built_before_and_after(survey: Any, zones: Any, unit: float) -> None:
    before = survey([(0, 1, "0601"), (1, 2, "0201")], 2022)
    after = survey([(0, 1, "0701"), (1, 2, "0201K")], 2023)
    found = change(before, after, zones(甲=(0, 2)))
    # 可调整果园 is an orchard: farm land before and after.
    assert _kinds(found, unit) == {"converted": 1.0}
    farm = found.by_class.set_index(["before", "after"])["area_m2"] / unit
    assert farm["farm", "farm"] == pytest.approx(1.0, rel=1e-9)


def test_farmland_taken_sums_the_parts_of_tbdlmj(survey: Any, zones: Any, unit: float) -> None:
    # Of 2 steps half is taken: half of TBDLMJ counts, half of the ridges stands apart.
    net = 1.8 * unit * 1.001
    before = survey([(0, 2, "0103")], 2022, TBMJ=[net / 0.9], TBDLMJ=[net], KCXS=[0.1])
    after = survey([(0, 1, "0103"), (1, 2, "1003")], 2023)
    row = change(before, after, zones(甲=(0, 2))).changes.set_index("kind").loc["farmland_taken"]
    assert row["area_m2"] == pytest.approx(net / 2.0, rel=1e-9)
    assert row["ridge_m2"] == pytest.approx(net / 18.0, rel=1e-9)
    # Nothing, hectares and the area of a parcel since cut are not that of the polygon.
    for odd in (0.0, net / 1e4, 2.0 * net):
        found = change(before.assign(TBDLMJ=odd), after, zones(甲=(0, 2)))
        row = found.changes.set_index("kind").loc["farmland_taken"]
        assert row["area_m2"] == pytest.approx(0.9 * unit, rel=1e-9)
        assert any("TBDLMJ" in note for note in found.notes)
    # With KCXS alone: 0.9 of the area of record.
    before = survey([(0, 2, "0103")], 2022, KCXS=[0.1])
    row = change(before, after, zones(甲=(0, 2))).changes.set_index("kind").loc["farmland_taken"]
    assert row["area_m2"] == pytest.approx(0.9 * unit, rel=1e-9)
    assert row["ridge_m2"] == pytest.approx(0.1 * unit, rel=1e-9)


def test_a_border_drawn_again_is_no_change(survey: Any, zones: Any) -> None:
    # 0.005 of a step of 101 m is half a metre.
    before = survey([(0, 1, "0103"), (1, 2, "0601")], 2022)
    after = survey([(0, 0.995, "0103"), (0.995, 2, "0601")], 2023)
    found = change(before, after, zones(甲=(0, 2)))
    assert found.changes["area_m2"].sum() == 0.0
    assert found.pieces["redrawn"].tolist() == [True]
    assert found.transition["area_m2"].gt(0).sum() == 3  # it stays in the matrix
    wide = change(before, after, zones(甲=(0, 2)), rules=CompareRules(sliver_width_m=0.2))
    assert wide.changes.set_index("kind").loc["newly_built", "polygons"] == 1


def test_surveys_in_two_planes_differ_by_hairs_that_are_no_changes() -> None:
    # In the plane: 0601 | 1201 | 1003 | 0103, each 900 m long; the second year is kept in degrees,
    # where the same edges lie up to a centimetre aside.
    ends = [(0, 900), (900, 1800), (1800, 2700), (2700, 3600)]
    shapes = [shapely.box(5e5 + a, 2.77e6, 5e5 + b, 2.7709e6) for a, b in ends]
    codes = (["0601", "1201", "1003", "0103"], ["1201", "0602", "1003", "0103"])
    before, after = (
        gpd.GeoDataFrame({"DLBM": own, "SJNF": year}, geometry=shapes, crs=4543)
        for own, year in zip(codes, (2022, 2024), strict=True)
    )
    whole = gpd.GeoDataFrame(
        {"name_zh": ["甲"]}, geometry=[shapely.box(5e5 - 9, 2.77e6 - 9, 5.1e5, 2.78e6)], crs=4543
    )
    turned = after.to_crs(4490).iloc[::-1]
    found = change(before, turned, whole, rules=CompareRules(footprint_tolerance=1e-3))
    told = found.changes.set_index("kind")["polygons"]
    assert told["newly_built"] == told["abandoned"] == 1
    assert told["construction_lost"] == told["converted"] == told["farmland_taken"] == 0


def test_a_narrow_new_parcel_is_a_change(survey: Any, zones: Any) -> None:
    # A path half a metre wide that was not there before has no neighbour that persists.
    before = survey([(0, 2, "0103")], 2022)
    after = survey([(0, 1, "0103"), (1, 1.005, "1004"), (1.005, 2, "0103")], 2023)
    found = change(before, after, zones(甲=(0, 2)))
    assert found.changes.set_index("kind").loc["new_construction", "polygons"] == 1


def test_land_over_other_land_counts_once(survey: Any, zones: Any, unit: float) -> None:
    before = survey([(0, 2, "0103")], 2022)
    after = survey([(0, 2, "0601"), (0, 1, "1301"), (1, 2, "1303")], 2023)
    found = change(before, after, zones(甲=(0, 2)))
    assert _matrix(found, unit) == {("甲", "0103", "0601"): 2.0}
    told = found.overlaid.set_index(["overlay", "kind"])["area_m2"] / unit
    assert told["1301 临时用地", "newly_built"] == pytest.approx(1.0, rel=1e-9)
    assert told["1303 推土区", "newly_built"] == pytest.approx(1.0, rel=1e-9)


def test_undivided_settlements_are_not_converted(survey: Any, zones: Any, unit: float) -> None:
    before = survey([(0, 1, "203"), (1, 2, "0103")], 2022)
    after = survey([(0, 1, "0702"), (1, 2, "203")], 2023)
    found = change(before, after, zones(甲=(0, 2)))
    assert _kinds(found, unit) == {"new_construction": 1.0, "farmland_taken": 1.0}
    assert any("未细分" in note for note in found.notes)


def test_a_parent_code_is_no_conversion(survey: Any, zones: Any) -> None:
    before = survey([(0, 1, "0601"), (1, 2, "07")], 2022)
    after = survey([(0, 1, "06"), (1, 2, "0701")], 2023)
    found = change(before, after, zones(甲=(0, 2)))
    assert found.changes["area_m2"].eq(0.0).all()
    assert any("上级编码" in note for note in found.notes)


def test_codes_nobody_knows_are_no_change(survey: Any, zones: Any) -> None:
    before = survey([(0, 1, "0103"), (1, 2, "0699")], 2022)
    after = survey([(0, 1, "0677"), (1, 2, "0103")], 2023)
    found = change(before, after, zones(甲=(0, 2)))
    assert found.changes["area_m2"].sum() == 0.0
    assert any("0677" in note for note in found.notes)
    assert any("0699" in note for note in found.notes)


def test_the_class_of_0404_and_1208_is_a_choice(survey: Any, zones: Any) -> None:
    before, after = survey([(0, 1, "0404")], 2022), survey([(0, 1, "1208")], 2023)
    place = zones(甲=(0, 1))
    usual = change(before, after, place).by_class
    assert usual[["before", "after"]].to_numpy().tolist() == [["unused", "farm"]]
    rules = CompareRules(classes=ClassRules("farm", "unused"))
    other = change(before, after, place, rules=rules).by_class
    assert other[["before", "after"]].to_numpy().tolist() == [["farm", "unused"]]
    with pytest.raises(LayerError, match="0404"):
        ClassRules("meadow")  # type: ignore[arg-type]


def test_one_year_twice_is_refused(survey: Any, zones: Any) -> None:
    before, after = survey([(0, 1, "0103")], 2023), survey([(0, 1, "0601")], 2023)
    with pytest.raises(LayerError, match="SJNF"):
        change(before, after, zones(甲=(0, 1)))
    told = change(before, after, zones(甲=(0, 1)), rules=CompareRules(before_year=2022))
    assert told.years == (2022, 2023)
    with pytest.raises(LayerError, match="前期晚于后期"):
        change(survey([(0, 1, "0103")], 2024), after, zones(甲=(0, 1)))


def test_codes_that_lost_their_zero_are_told(survey: Any, zones: Any) -> None:
    before, after = survey([(0, 1, "0103")], 2022), survey([(0, 1, "601")], 2023)
    notes = change(before, after, zones(甲=(0, 1))).notes
    assert any("601 → 0601（1）" in note for note in notes)


def test_a_survey_of_two_years_is_no_year_twice(survey: Any, zones: Any) -> None:
    before = survey([(0, 1, "0103"), (1, 2, "0103")], 2022).assign(SJNF=["2022年", "2023年"])
    after = survey([(0, 1, "0601"), (1, 2, "0103")], 2022).assign(SJNF=["2022年度", "二〇二三年"])
    with pytest.raises(LayerError, match="一期之内年份不一") as caught:
        change(before, after, zones(甲=(0, 1)))
    assert "2022（1）、2023（1）" in str(caught.value)


def test_years_stated_against_those_of_the_parcels_are_told(survey: Any, zones: Any) -> None:
    later, earlier = survey([(0, 1, "0601")], 2024), survey([(0, 1, "0103")], 2023)
    swapped = CompareRules(before_year=2023, after_year=2024)
    notes = change(later, earlier, zones(甲=(0, 1)), rules=swapped).notes
    assert sum("SJNF 是" in note for note in notes) == 2
    notes = change(earlier, later, zones(甲=(0, 1)), rules=swapped).notes
    assert not any("SJNF 是" in note for note in notes)


def test_different_footprints_are_refused_with_the_area(
    survey: Any, zones: Any, unit: float
) -> None:
    before, after = survey([(0, 3, "0103")], 2022), survey([(0, 2, "0601")], 2023)
    with pytest.raises(LayerError, match="相差") as refused:
        change(before, after, zones(甲=(0, 3)))
    assert f"{unit:,.2f}" in str(refused.value)
    # Within the zone both cover the same.
    assert len(change(before, after, zones(甲=(0, 2))).transition) == 1
    loose = CompareRules(footprint_tolerance=0.5)
    found = change(before, after, zones(甲=(0, 3)), rules=loose)
    assert _matrix(found, unit)["甲", "0103", "no_data"] == pytest.approx(1.0)


def test_overlapping_parcels_are_refused(survey: Any, zones: Any) -> None:
    before = survey([(0, 2, "0103"), (1, 2, "0601")], 2022)
    after = survey([(0, 2, "0601")], 2023)
    with pytest.raises(LayerError, match="前期重叠"):
        change(before, after, zones(甲=(0, 2)))


def test_overlap_of_the_later_survey_is_taken_back_as_that_of_the_earlier(
    survey: Any, zones: Any, unit: float
) -> None:
    # 0.1 of a step lies twice in the later survey, on 0103 and on 0601: overlap, not a gap.
    before = survey([(0, 2, "0103"), (2, 4, "0601")], 2022)
    after = survey([(0, 2, "0103"), (2, 4, "0601"), (1.9, 2.1, "0701")], 2023)
    loose = CompareRules(footprint_tolerance=0.2)
    found = change(before, after, zones(甲=(0, 4)), rules=loose)
    matrix = _matrix(found, unit)
    assert matrix["甲", "0103", "overlap"] == pytest.approx(-0.1)
    assert matrix["甲", "0601", "overlap"] == pytest.approx(-0.1)
    assert sum(matrix.values()) == pytest.approx(4.0)
    covered = found.zones.iloc[0]
    assert covered["twice_after_m2"] / unit == pytest.approx(0.2)
    assert covered["only_after_m2"] == 0.0


def test_zones_that_share_land_are_each_measured_whole(
    survey: Any, zones: Any, unit: float
) -> None:
    before = survey([(0, 1, "0103"), (1, 4, "0601")], 2022)
    after = survey([(0, 2, "0601"), (2, 4, "0301")], 2023)
    ends = {"外": (0, 4), "内": (0.5, 1.5), "交": (1.25, 3)}
    found = change(before, after, zones(**ends))
    for name, end in ends.items():
        alone = change(before, after, zones(**{name: end}))
        own = found.transition[found.transition["zone"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone.transition, rtol=1e-9)
        assert _kinds(found, unit, name) == _kinds(alone, unit, name)


def test_schemes_are_mapped_by_the_table_or_refused(survey: Any, zones: Any, unit: float) -> None:
    before = survey([(0, 1, "0604"), (1, 2, "0801")], 2022)
    after = survey([(0, 1, "0508"), (1, 2, "08H1")], 2023)
    place = zones(甲=(0, 2))
    with pytest.raises(LayerError, match="before-scheme"):
        change(before, after, place)
    found = change(before, after, place, rules=CompareRules(before_scheme="GB/T 21010-2017"))
    assert _matrix(found, unit) == {("甲", "0508", "0508"): 1.0, ("甲", "08H1", "08H1"): 1.0}
    assert found.scheme == "三调"
    # 1001 is industry in 用地用海 and a railway in the survey.
    planned = survey([(0, 1, "1001"), (1, 2, "0101")], 2023)
    sea = CompareRules(after_scheme="用地用海2023")
    found = change(survey([(0, 1, "0601"), (1, 2, "0101")], 2022), planned, place, rules=sea)
    assert _matrix(found, unit) == {("甲", "0601", "0601"): 1.0, ("甲", "0101", "0101"): 1.0}
    white = survey([(0, 1, "16"), (1, 2, "0101")], 2023)
    with pytest.raises(LayerError, match="留白"):
        change(survey([(0, 2, "0101")], 2022), white, place, rules=sea)


def test_eaten_zeros_are_refused_where_they_may_mean_two_things(survey: Any, zones: Any) -> None:
    before = survey([(0, 1, 201), (1, 2, 601)], 2022)
    with pytest.raises(LayerError, match="补零"):
        change(before, survey([(0, 2, 601)], 2023), zones(甲=(0, 2)))


def _records(spans: list[tuple[float, float]], survey: Any, **columns: Any) -> gpd.GeoDataFrame:
    shapes = survey([(a, b, "0101") for a, b in spans], None).geometry
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4490")


def test_newly_built_land_beside_the_records(survey: Any, zones: Any, unit: float) -> None:
    #          0    1    2    3    4    5    6
    # 2023     built built built built bare bare
    # supply   A(started) C(not st.)      B(started 2020, nothing there)
    # approved 0 .. 3
    before = survey([(0, 6, "0103")], 2022)
    after = survey([(0, 4, "0601"), (4, 6, "0103")], 2023)
    supply = _records(
        [(0, 1), (1, 2), (4, 5), (5, 6)], survey, id=["A", "C", "B", "D"],
        started=[True, False, True, True], not_started=[False, True, False, False],
        start_day=pd.to_datetime(["2022-12-01", None, "2020-05-01", "2022-01-01"]),
    )  # fmt: skip
    approvals = _records([(0, 3)], survey, id=["批1"], state=["in_force"])
    found = change(before, after, zones(甲=(0, 6)), supply=supply, approvals=approvals)
    assert found.suspects is not None
    table = found.suspects.table.set_index("kind")
    # D began two years before the end of 2023 less a day: 2024-01-01 is the day it is full.
    assert table["ids"].to_dict() == {
        "contradiction": "B;C", "supplied_early": "2023-0", "unapproved": "2023-0",
    }  # fmt: skip
    area = (table["area_m2"] / unit).round(6).to_dict()
    assert area == {"contradiction": 2.0, "supplied_early": 1.0, "unapproved": 1.0}
    assert list(found.suspects.table.columns) == ["zone", "kind", "area_m2", "ids"]


def test_nothing_is_suspected_without_supply_or_approvals(survey: Any, zones: Any) -> None:
    before, after = survey([(0, 1, "0103")], 2022), survey([(0, 1, "0601")], 2023)
    supply = _records([(3, 4)], survey, id=["A"], started=[False], not_started=[True])
    found = change(before, after, zones(甲=(0, 1)), supply=supply)
    assert found.suspects is not None
    assert len(found.suspects.table) == 0
    assert any("不判未供先用" in note for note in found.notes)


def test_doubtful_approvals_and_temporary_land_neither_clear_nor_accuse(
    survey: Any, zones: Any, unit: float
) -> None:
    before, after = survey([(0, 3, "0103")], 2022), survey([(0, 3, "0601")], 2023)
    supply = _records([(8, 9)], survey, id=["A"], started=[False], not_started=[False])
    approvals = _records([(0, 1)], survey, id=["批1"], state=["open"])
    temporary = _records([(1, 2)], survey, id=["T"])
    found = change(
        before, after, zones(甲=(0, 3)), supply=supply, approvals=approvals,
        overlays={"temporary": temporary}, suspect_rules=SuspectRules(width_m=0.5),
    )  # fmt: skip
    assert found.suspects is not None
    table = found.suspects.table
    assert table["kind"].tolist() == ["unapproved"]
    assert table["area_m2"].iloc[0] / unit == pytest.approx(1.0, rel=1e-6)


def test_increments_are_read_as_they_are(survey: Any, zones: Any) -> None:
    layer = survey([(0, 1, "x"), (1, 2, "x"), (2, 3, "x"), (3, 4, "x")], None).drop(
        columns=["DLBM"]
    )
    layer = layer.assign(
        BGQTBBSM=["a", "b", "c", "d"], BGHTBBSM=["e", "f", "g", "h"],
        BGQDLBM=["0103", "0103", "0601", "0301"], BGHDLBM=["0601", "0601", "0301", "0301"],
        TBBGMJ=[100.0, 200.0, 300.0, 400.0], BGXW=["1"] * 4, XZQTZLX=["0", "2", "", "4"],
        GXSJ=["20231231"] * 4, BGQKCXS=[0.1, 0.1, 0, 0],
    )  # fmt: skip
    found = change(increments=layer, zones=zones(甲=(0, 0.5), 乙=(0.5, 4)))
    kinds = found.changes.set_index(["zone", "kind"])["area_m2"]
    # The zone's border halves the first row: half of its recorded 100 m² in each.
    assert kinds["甲", "newly_built"] == pytest.approx(50.0, rel=1e-9)
    assert kinds["甲", "farmland_taken"] == pytest.approx(45.0, rel=1e-9)
    assert kinds["乙", "newly_built"] == pytest.approx(50.0, rel=1e-9)
    assert kinds["乙", "abandoned"] == pytest.approx(300.0, rel=1e-9)
    moved = found.border_moves.set_index("border")["area_m2"]
    assert moved.to_dict() == {"2": pytest.approx(200.0), "4": pytest.approx(400.0)}
    assert found.years == (2022, 2023)
    assert any("4 条的 TBBGMJ 与图形面积不符" in note for note in found.notes)
    # A zone that none of the rows touches has changes of zero.
    far = change(increments=layer, zones=zones(远=(50, 51)))
    assert far.changes["area_m2"].eq(0.0).all()
    assert len(far.changes) == 6
    assert len(far.pieces) == len(far.transition) == 0


def test_odd_increments_are_told(survey: Any, zones: Any, unit: float) -> None:
    layer = survey([(0, 1, "x"), (0, 1, "x"), (1, 2, "x")], None).drop(columns=["DLBM"])
    layer = layer.assign(
        BGQDLBM=["0103"] * 3, BGHDLBM=["0601"] * 3, TBBGMJ=[unit, unit, 0.0],
        GXSJ=["20221231", "20231231", "20231231"],
    )  # fmt: skip
    found = change(increments=layer, zones=zones(甲=(0, 2)))
    kinds = found.changes.set_index("kind")["area_m2"]
    # A row without an area has that of its polygon; one of two rows on one land is told.
    assert kinds["newly_built"] / unit == pytest.approx(3.0, rel=1e-6)
    told = " ".join(found.notes)
    assert "1 条的 TBBGMJ 不大于 0" in told
    assert "不同年份：2023（2 条）、2022（1 条）" in told
    assert f"互相重叠 {unit / 1e4:,.4f} 公顷" in told
    assert found.years == (2022, 2023)


def test_sources_are_two_surveys_or_increments(survey: Any, zones: Any) -> None:
    one = survey([(0, 1, "0103")], 2022)
    for given in ({}, {"before": one}, {"before": one, "increments": one}):
        with pytest.raises(LayerError, match="increments"):
            change(**given, zones=zones(甲=(0, 1)))
    with pytest.raises(LayerError, match="DLBM"):
        change(one.drop(columns="DLBM"), one, zones(甲=(0, 1)))
    with pytest.raises(LayerError, match="重名"):
        change(one, one, pd.concat([zones(甲=(0, 1))] * 2))


def test_other_datums_and_years_in_words_are_told(survey: Any, zones: Any) -> None:
    before, after = survey([(0, 1, "0103")], 2022), survey([(0, 1, "0601")], 2023)
    with pytest.raises(LayerError, match="--after"):
        change(before, after.set_crs(4214, allow_override=True), zones(甲=(0, 1)))
    assert change(before, after.assign(SJNF="二〇二三"), zones(甲=(0, 1))).years == (2022, 2023)
    words = change(before, after.assign(SJNF="去年"), zones(甲=(0, 1)))
    assert words.years == (2022, None)
    assert any("读不懂" in note and "SJNF" in note for note in words.notes)


def test_hostile_polygons_are_mended_or_told(survey: Any, zones: Any, unit: float) -> None:
    before = survey([(0, 1, "0103"), (1, 2, "0103")], 2022)
    after = survey([(0, 1, "0601"), (1, 2, "0103"), (1, 2, "0103")], 2023)
    shapes = list(after.geometry)
    shapes[2] = None
    ring = np.array(shapes[0].exterior.coords)
    # A bow tie whose tips are cut off is mended to less land: the footprints then differ.
    shapes[0] = shapely.MultiPolygon([shapely.Polygon(ring), shapely.Polygon(ring)])
    found = change(before, after.set_geometry(shapes, crs="EPSG:4490"), zones(甲=(0, 2)))
    assert _matrix(found, unit)["甲", "0103", "0601"] == pytest.approx(1.0, rel=1e-6)
    assert any("修复" in note for note in found.notes)


def test_land_without_parcels_and_codes_of_two_meanings_are_told(
    survey: Any, zones: Any, unit: float
) -> None:
    before = survey([(0, 1, "0103"), (1, 2, "0601")], 2022)
    after = survey([(0, 1, "0103"), (1, 2, "1001")], 2023)
    found = change(before, after, zones(甲=(0, 3)))
    assert found.zones["uncovered_m2"].iloc[0] / unit == pytest.approx(1.0, rel=1e-6)
    told = " ".join(found.notes)
    assert "两期都没有调查图斑" in told
    assert "--after 的编码" in told
    quiet = " ".join(change(before, before.assign(SJNF=2023), zones(甲=(0, 2))).notes)
    assert "两期都没有调查图斑" not in quiet
    assert "的编码" not in quiet


def test_a_code_that_one_name_contradicts_stays_what_it_is_elsewhere(
    survey: Any, zones: Any, unit: float
) -> None:
    # The second slice says 0601 and 旱地: it alone is unknown.
    before = survey([(0, 3, "0103")], 2022, DLMC=["旱地"])
    after = survey(
        [(0, 1, "0601"), (1, 2, "0601"), (2, 3, "0601")], 2023,
        DLMC=["工业用地", "旱地", "工业用地"],
    )  # fmt: skip
    found = change(before, after, zones(甲=(0, 3)))
    assert _kinds(found, unit) == {
        "new_construction": 2.0, "newly_built": 2.0, "farmland_taken": 2.0,
    }  # fmt: skip
    assert _matrix(found, unit)["甲", "0103", "0601（与地类名称不符）"] == 1.0
    assert any("“0601”（1）" in note for note in found.notes)


def test_a_zone_that_no_survey_covers_has_no_zeros(survey: Any, zones: Any) -> None:
    before = survey([(0, 1, "0103"), (1, 2, "0601")], 2022)
    after = survey([(0, 1, "0601"), (1, 2, "0601")], 2023)
    found = change(before, after, zones(甲=(0, 2), 乙=(5, 6))).changes.set_index("zone")
    assert found.loc["乙", "area_m2"].isna().all()
    assert found.loc["甲", "area_m2"].notna().all()


def test_numbers_that_are_none_are_told_whatever_kind_of_text_holds_them() -> None:
    texts = ["0.1", "约0.1", " ", None, "—"]
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())):
        cells = pa.array(texts, type=pa.string()).cast(kind)
        numbers = number_cells(cells, len(texts))
        assert numbers.tolist() == pytest.approx([0.1, *[np.nan] * 4], nan_ok=True)
        assert unread_numbers(cells, numbers) == 2
    cells = pa.array([0.1, None, np.nan])
    assert unread_numbers(cells, number_cells(cells, 3)) == unread_numbers(None, numbers) == 0


def test_odd_numbers_of_surveys_and_increments_are_told(survey: Any, zones: Any) -> None:
    before = survey([(0, 1, "0103")], 2022).assign(KCXS="约0.1", SJNF=" ")
    found = change(before, survey([(0, 1, "0601")], 2023), zones(甲=(0, 1)))
    assert any("1 个图斑的 KCXS 不是数" in note for note in found.notes)
    # A blank year is none, and not one that was not understood.
    assert not any("读不懂" in note for note in found.notes)
    layer = survey([(0, 1, "x")], None).drop(columns=["DLBM"])
    layer = layer.assign(BGQDLBM="0103", BGHDLBM="0601", TBBGMJ="约1亩", BGQKCXS="0.1")
    found = change(increments=layer, zones=zones(甲=(0, 1)))
    assert any("1 个图斑的 TBBGMJ 不是数" in note for note in found.notes)


def test_what_gave_the_order_of_two_surveys_is_told_where_no_year_proves_it(
    survey: Any, zones: Any
) -> None:
    before, after = survey([(0, 1, "0103")], 2022), survey([(0, 1, "0601")], 2023)
    bare = before.drop(columns="SJNF"), after.drop(columns="SJNF")
    stated = CompareRules(before_year=2022, after_year=2023)
    for given, rules, words in (
        ((before, after), None, ""),
        ((before, after), stated, ""),
        (bare, None, "只按所给的 --before、--after：--before、--after 没有可读的 SJNF"),
        ((before, bare[1]), None, "只按所给的 --before、--after：--after 没有可读的 SJNF"),
        (bare, stated, "只按所给的 --before-year、--after-year：--before、--after 没有可读"),
    ):
        notes = change(*given, zones(甲=(0, 1)), rules=rules).notes
        told = [note for note in notes if note.startswith("先后次序")]
        assert len(told) == bool(words)
        assert all(words in note for note in told)
