"""The balance by hand on a grid of fields, and its laws on random ones."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from yngis.analysis.audit.balancing.balance import CONSERVED, Balance, balance_approvals
from yngis.analysis.audit.balancing.polygon_store import ShapeStore
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.slivers import part_slivers

METRE = 1 / 111_320  # of latitude [°], near enough at the equator of the grid
STEP = 0.001  # fields of some 100 m
WEST, SOUTH = 102.0, 25.0
DAY = np.datetime64("2025-12-31")


def field(x: float, y: float, width: float = 1, height: float = 1) -> Polygon:
    return box(
        WEST + x * STEP, SOUTH + y * STEP, WEST + (x + width) * STEP, SOUTH + (y + height) * STEP
    )


def area(*shapes: Any) -> float:
    return float(ellipsoidal_area(gpd.GeoSeries(list(shapes), crs=4490)).sum())


def found(
    approvals: list[Any], supply: list[Any], *, supply_days: list[str] | None = None, **columns: Any
) -> Balance:
    store = ShapeStore()
    for first in range(0, len(supply), 2):  # several batches
        store.add(supply[first : first + 2])
    names = [f"云政〔{k}〕" for k in range(len(approvals))]
    frame = gpd.GeoDataFrame(columns, geometry=approvals, crs=4490, index=names)
    for column in columns:
        frame[column] = pd.to_datetime(frame[column])
    days = None if supply_days is None else np.array(supply_days, "datetime64[D]")
    return balance_approvals(frame, store, as_of=DAY, supply_days=days)


def test_half_supplied() -> None:
    got = found([field(0, 0, 2)], [field(0, 0)])
    row = got.approvals.loc["云政〔0〕"]
    assert row["own_m2"] == pytest.approx(area(field(0, 0, 2)), rel=1e-11)
    assert row["supplied_m2"] == pytest.approx(area(field(0, 0)), rel=1e-9)
    assert row["unsupplied_m2"] == pytest.approx(area(field(1, 0)), rel=1e-9)
    assert (row["sliver_m2"], row["overlap_m2"], row["supplied_twice_m2"]) == (0.0, 0.0, 0.0)
    assert got.unsupplied["approval"].tolist() == ["云政〔0〕"]
    assert shapely.equals(
        shapely.normalize(got.unsupplied.geometry[0].geoms[0]), shapely.normalize(field(1, 0))
    )
    assert (len(got.outside), len(got.slivers), len(got.overlaps), len(got.withdrawn)) == (
        0,
        0,
        0,
        0,
    )
    assert got.conserved


def test_land_approved_twice_counts_once_for_the_earlier() -> None:
    # The second batch covers [1, 3], the first [0, 2]; dates turn the order round.
    got = found(
        [field(1, 0, 2), field(0, 0, 2)], [field(1, 0)], approval_date=["2020-06-01", "2019-06-01"]
    )
    assert got.approvals["own_m2"].tolist() == pytest.approx(
        [area(field(2, 0)), area(field(0, 0, 2))], rel=1e-9
    )
    assert got.approvals["overlap_m2"].tolist() == pytest.approx([area(field(1, 0)), 0.0], abs=1e-6)
    assert got.overlaps[["approval", "earlier"]].to_numpy().tolist() == [["云政〔0〕", "云政〔1〕"]]
    assert got.overlaps["area_m2"].tolist() == pytest.approx([area(field(1, 0))], rel=1e-9)
    # The land supplied lies in the earlier one.
    assert got.approvals["supplied_m2"].tolist() == pytest.approx(
        [0.0, area(field(1, 0))], abs=1e-4
    )


def test_three_approvals_of_the_same_land() -> None:
    got = found([field(0, 0)] * 3, [], approval_date=["2020-01-01", "2019-01-01", None])
    assert got.approvals["own_m2"].tolist() == pytest.approx(
        [0.0, area(field(0, 0)), 0.0], abs=1e-6
    )
    assert len(got.overlaps) == 3
    assert got.conserved


def test_withdrawn_land_is_not_unsupplied() -> None:
    got = found(
        [field(0, 0, 2), field(1, 0, 2), field(5, 5)],
        [],
        approval_date=["2018-01-01", "2020-01-01", "2018-01-01"],
        withdrawn_date=["2021-01-01", None, "2026-01-01"],
    )
    assert got.approvals.index.tolist() == ["云政〔1〕", "云政〔2〕"]  # the last is withdrawn later
    # Of the withdrawn batch [0, 2] only [0, 1] is not approved again.
    assert got.withdrawn["approval"].tolist() == ["云政〔0〕"]
    assert got.withdrawn["area_m2"].tolist() == pytest.approx([area(field(0, 0))], rel=1e-9)


def test_supply_outside_any_approval() -> None:
    got = found([field(0, 0)], [field(0, 0), field(0.5, 0), field(9, 9), None])
    assert got.outside["record"].tolist() == [1, 2]
    assert got.outside["area_m2"].tolist() == pytest.approx(
        [area(field(1, 0, 0.5)), area(field(9, 9))], rel=1e-9
    )


def test_supply_in_a_withdrawn_approval_is_outside_unless_it_came_before() -> None:
    # Withdrawn on 2021-01-01: supplied before it, on the day, after it, and on no day known.
    got = found(
        [field(0, 0, 4)],
        [field(0, 0), field(1, 0), field(2, 0), field(3, 0)],
        supply_days=["2020-12-31", "2021-01-01", "2022-05-01", "NaT"],
        approval_date=["2019-01-01"],
        withdrawn_date=["2021-01-01"],
    )
    assert got.outside["record"].tolist() == [1, 2]
    assert got.withdrawn_later["record"].tolist() == [0, 3]
    assert got.withdrawn_later["known"].tolist() == [True, False]
    assert got.withdrawn_later["approval"].tolist() == ["云政〔0〕"] * 2
    assert got.withdrawn_later["area_m2"].sum() == pytest.approx(area(field(0, 0)) * 2, rel=1e-9)
    # The land is withdrawn all the same, and was no stock: it went in 2021.
    assert got.withdrawn["area_m2"].tolist() == pytest.approx([area(field(0, 0, 4))], rel=1e-9)
    assert len(got.stock) == 0


def test_land_withdrawn_this_year_was_stock_where_nothing_was_supplied() -> None:
    got = found(
        [field(0, 0, 3)],
        [field(0, 0), field(1, 0)],
        supply_days=["2024-01-01", "2025-02-01"],
        approval_date=["2019-01-01"],
        withdrawn_date=["2025-06-01"],
    )
    assert got.stock["area_m2"].tolist() == pytest.approx([area(field(1, 0, 2))], rel=1e-9)


def test_land_withdrawn_twice_counts_once() -> None:
    got = found(
        [field(0, 0, 2), field(1, 0, 2)],
        [],
        approval_date=["2019-01-01", "2018-01-01"],
        withdrawn_date=["2021-01-01", "2021-01-01"],
    )
    assert got.withdrawn["area_m2"].sum() == pytest.approx(area(field(0, 0, 3)), rel=1e-9)


def test_supply_before_its_approval() -> None:
    # [0, 1] supplied a day before, [1, 2] on the day, and a strip of drift from the neighbour.
    drift = 0.3 * METRE / STEP
    got = found(
        [field(0, 0, 3)],
        [field(0, 0), field(1, 0), field(0, 1 - drift)],
        supply_days=["2020-02-29", "2020-03-01", "2019-01-01"],
        approval_date=["2020-03-01"],
    )
    assert got.before_approval["record"].tolist() == [0]
    assert got.before_approval["approval"].tolist() == ["云政〔0〕"]
    assert got.before_approval["area_m2"].tolist() == pytest.approx([area(field(0, 0))], rel=1e-9)


def test_supply_under_an_approval_that_was_given_again_is_not_too_early() -> None:
    got = found(
        [field(0, 0), field(0, 0)],
        [field(0, 0)],
        supply_days=["2019-06-01"],
        approval_date=["2019-01-01", "2021-06-01"],
        withdrawn_date=["2021-01-01", None],
    )
    assert len(got.before_approval) == 0
    assert len(got.outside) == 0


def test_survey_drift_becomes_slivers_on_both_sides() -> None:
    drift = 0.3 * METRE / STEP  # the supply lies 0.3 m to the north of the approval
    got = found([field(0, 0)], [field(0, drift)])
    assert len(got.unsupplied) == 0
    assert len(got.outside) == 0
    assert got.slivers["kind"].tolist() == ["unsupplied", "outside"]
    assert got.slivers["record"].tolist() == [-1, 0]
    row = got.approvals.iloc[0]
    assert row["sliver_m2"] == pytest.approx(area(field(0, 0, 1, drift)), rel=1e-6)
    assert row["own_m2"] == pytest.approx(row["supplied_m2"] + row["sliver_m2"], rel=1e-9)


def test_a_strip_wide_enough_is_land() -> None:
    got = found([field(0, 0)], [field(0, 1.5 * METRE / STEP)])
    assert len(got.unsupplied) == 1
    assert len(got.outside) == 1


def test_a_fringe_is_parted_from_the_land_it_hangs_on() -> None:
    # Half the approval is supplied, and along the rest the supply's neighbour is 0.4 m off.
    strip = 0.4 * METRE / STEP
    got = found([field(0, 0, 2)], [field(0, strip, 1, 1 - strip)])
    row = got.approvals.iloc[0]
    assert row["unsupplied_m2"] == pytest.approx(area(field(1, 0)), rel=1e-3)
    assert row["sliver_m2"] == pytest.approx(area(field(0, 0, 1, strip)), rel=2e-2)
    assert got.conserved


def test_land_supplied_twice_is_told() -> None:
    got = found([field(0, 0, 2)], [field(0, 0), field(0.5, 0)])
    assert got.approvals["supplied_twice_m2"].tolist() == pytest.approx(
        [area(field(0.5, 0, 0.5))], rel=1e-6
    )


def test_the_stock_when_the_year_began() -> None:
    # One field supplied before 2025, one within it, one not; a batch of 2025 was no stock.
    got = found(
        [field(0, 0, 3), field(0, 5)],
        [field(0, 0), field(1, 0)],
        supply_days=["2024-12-31", "2025-01-01"],
        approval_date=["2020-01-01", "2025-01-01"],
    )
    assert got.approvals["stock_m2"].tolist() == pytest.approx(
        [area(field(1, 0, 2)), 0.0], rel=1e-9
    )
    assert got.approvals["unsupplied_m2"].tolist() == pytest.approx(
        [area(field(2, 0)), area(field(0, 5))], rel=1e-9
    )


def test_parts_of_a_large_slanting_approval_add_up() -> None:
    """Ten kilometres of slanting edges: the rule's sum alone is off by 1e-6 to 1e-5 when cut."""
    big = Polygon([(102.0, 25.0), (102.13, 25.02), (102.1, 25.11), (101.97, 25.07)])
    cuts = [shapely.box(102.02 + k * 0.02, 24.9, 102.03 + k * 0.02, 25.2) for k in range(4)]
    got = found([big], cuts)
    row = got.approvals.iloc[0]
    assert row["error"] < 1e-9
    parts = row["supplied_m2"] + row["unsupplied_m2"] + row["sliver_m2"]
    assert parts == pytest.approx(row["own_m2"], rel=1e-9)
    # Far from the rule's own sum it is not.
    assert row["own_m2"] == pytest.approx(area(big), rel=1e-4)


def test_nothing_approved_and_nothing_supplied() -> None:
    got = found([], [])
    assert len(got.approvals) == 0
    assert got.conserved
    got = found([None, Polygon()], [field(0, 0)])
    assert len(got.approvals) == 0
    assert got.outside["record"].tolist() == [0]


BOXES = st.tuples(*[st.integers(0, 8)] * 2, *[st.integers(1, 5)] * 2).map(lambda t: field(*t))


@settings(max_examples=60)
@given(st.lists(BOXES, max_size=5), st.lists(BOXES, max_size=8), st.randoms(use_true_random=False))
def test_the_whole_is_the_union_less_the_union(
    approvals: list[Any], supply: list[Any], random: Any
) -> None:
    got = found(approvals, supply)
    assert got.conserved
    assert (got.approvals["error"] <= CONSERVED).all()
    approved, supplied = shapely.union_all(approvals), shapely.union_all(supply)
    tolerance = 1e-9 * area(field(0, 0, 9, 9))
    sums = got.approvals.sum()
    assert sums["own_m2"] == pytest.approx(area(approved), abs=tolerance)
    left = sums["unsupplied_m2"] + sums["sliver_m2"]
    assert left == pytest.approx(area(shapely.difference(approved, supplied)), abs=tolerance)
    free = shapely.difference(supplied, approved)
    pieces = list(got.outside.geometry) + list(got.slivers.query("kind == 'outside'").geometry)
    assert area(shapely.union_all(pieces)) == pytest.approx(area(free), abs=tolerance)
    shuffled = list(supply)
    random.shuffle(shuffled)
    again = found(approvals, shuffled)
    assert again.approvals.to_numpy() == pytest.approx(got.approvals.to_numpy(), abs=tolerance)


@settings(max_examples=60)
@given(st.lists(BOXES, min_size=1, max_size=6), st.floats(0.1, 30.0))
def test_parting_slivers_drops_nothing(boxes: list[Any], width: float) -> None:
    shape = shapely.union_all(boxes)
    parted = part_slivers(shape, width)
    assert area(parted.body) + area(parted.slivers) == pytest.approx(area(shape), rel=1e-9)
    assert area(shapely.intersection(parted.body, parted.slivers)) <= 1e-9 * area(shape)
    if width < 90:  # every box is a hundred metres wide
        assert parted.slivers.is_empty
