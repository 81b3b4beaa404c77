"""Lineage of parcels: by number, by contract, by polygons; areas are conserved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.analysis.disposal import trace_parcels
from yngis.analysis.disposal.lineage import finding_matrix


def _records(rows: list[tuple[str, float, str]], column: str = "supervision_no") -> pd.DataFrame:
    return pd.DataFrame(
        {
            column: [row[0] for row in rows],
            "area_m2": [row[1] for row in rows],
            "finding": [row[2] for row in rows],
        }
    )


def _kinds(links: pd.DataFrame) -> list[tuple[str, int, int]]:
    return list(zip(links["kind"], links["before"], links["after"], strict=True))


def test_number_first_then_contract_then_polygons() -> None:
    before = pd.DataFrame(
        {
            "supervision_no": ["S1", None, None, None], "contract_no": ["C1", "C2", "C3", "C4"],
            "area_m2": [10.0, 20.0, 30.0, 40.0],
        }
    )  # fmt: skip
    after = pd.DataFrame(
        {
            "supervision_no": ["s1", "S9", None, None], "contract_no": ["C2", "C1", "X", "Y"],
            "area_m2": [10.0, 20.0, 30.0, 40.0],
        }
    )  # fmt: skip
    here = [None, None, shapely.box(0, 0, 1, 1), None]
    there = [None, None, shapely.box(0.4, 0, 1.4, 1), None]
    shapes = np.array(here, dtype=object), np.array(there, dtype=object)
    links = trace_parcels(before, after, shapes=shapes).links
    # The supervision number wins: record 0 goes to 0, though its contract stands at 1.
    assert (0, 0) in list(zip(links["before"], links["after"], strict=True))
    told = links.set_index(["before", "after"])["basis"].to_dict()
    assert told[2, 2] == "overlap"
    assert sorted(links["kind"]) == ["gone", "gone", "new", "new", "same", "same"]
    less = trace_parcels(before, after, shapes=shapes, overlap=0.7).links
    assert sorted(less["kind"]) == ["gone", "gone", "gone", "new", "new", "new", "same"]


def test_splits_and_merges_carry_their_areas() -> None:
    before = _records([("1", 100.0, "not_due"), ("2", 30.0, "not_due"), ("3", 70.0, "not_due")])
    after = _records([("1", 55.0, "completed"), ("1", 45.0, "suspected_idle")])
    shapes = (
        np.array([None, shapely.box(0, 0, 3, 1), shapely.box(3, 0, 10, 1)], dtype=object),
        np.array([None, None, shapely.box(0, 0, 10, 1)], dtype=object),
    )
    joined = _records(
        [("1", 55.0, "completed"), ("1", 45.0, "suspected_idle"), ("9", 99.0, "in_progress")]
    )
    links = trace_parcels(before, joined, shapes=shapes).links
    assert _kinds(links) == [("split", 0, 0), ("split", 0, 1), ("merge", 1, 2), ("merge", 2, 2)]
    assert links["area_m2"].tolist() == pytest.approx([55.0, 45.0, 30.0, 70.0])
    assert len(after) == 2


def test_one_contract_with_several_parcels_goes_by_parcel_number() -> None:
    before = _records([("C", 1.0, "not_due"), ("C", 2.0, "not_due")], "contract_no")
    after = _records([("C", 2.0, "completed"), ("C", 1.0, "not_due")], "contract_no")
    told = trace_parcels(before.assign(parcel_no=["a", "b"]), after.assign(parcel_no=["b", "a"]))
    assert _kinds(told.links) == [("same", 0, 1), ("same", 1, 0)]


numbers = st.sampled_from(["1", "2", "3", "4", "5", ""])
findings = st.sampled_from(["not_due", "completed", "suspected_idle"])
rows = st.lists(st.tuples(numbers, st.floats(1.0, 1e6), findings), min_size=1, max_size=8)


@settings(max_examples=60)
@given(rows, rows)
def test_areas_are_conserved(one: list, other: list) -> None:
    before, after = _records(one), _records(other)
    lineage = trace_parcels(before, after)
    links = lineage.links
    held = links[links["before"] >= 0].groupby("before")["area_m2"].sum()
    assert held.to_numpy() == pytest.approx(before["area_m2"].to_numpy())
    matrix = finding_matrix(before, after, lineage)
    rows_sum = matrix.groupby("finding_before")["area_m2"].sum()
    for finding, own in before.groupby("finding")["area_m2"]:
        assert rows_sum[finding] == pytest.approx(own.sum())
    columns = matrix.groupby("finding_after")["area_m2"].sum()
    for finding, own in after.groupby("finding")["area_m2"]:
        assert columns[finding] == pytest.approx(own.sum())


def test_rounding_is_no_growth() -> None:
    before, after = _records([("1", 1.0, "not_due")]), _records([("1", 1.000003, "not_due")])
    matrix = finding_matrix(before, after, trace_parcels(before, after))
    assert matrix["finding_before"].tolist() == ["not_due"]


def test_a_parcel_number_links_records_that_have_nothing_else() -> None:
    before = pd.DataFrame(
        {
            "supervision_no": [None, None, "1", None],
            "parcel_no": ["YS1", "YS2", "YS3", "YS4"],
            "area_m2": [10.0, 20.0, 30.0, 40.0],
        }
    )
    after = pd.DataFrame(
        {
            "supervision_no": [None, "9", "2", None, None],
            "parcel_no": ["YS1", "YS2", "YS3", "YS4", "YS4"],
            "area_m2": [10.0, 20.0, 30.0, 25.0, 15.0],
        }
    )
    links = trace_parcels(before, after).links.set_index(["before", "after"])
    # YS3 was supplied again under another number; YS4 stands twice: neither says anything.
    assert links[links["kind"] == "same"]["basis"].to_dict() == {
        (0, 0): "parcel_no",
        (1, 1): "parcel_no",
    }
    drawn = [np.array([shapely.box(at, 0, at + 1, 1) for at in ends]) for ends in (
        [0, 2, 4, 6], [90, 2, 4, 6, 6],
    )]  # fmt: skip
    links = trace_parcels(before, after, shapes=(drawn[0], drawn[1])).links
    # With polygons a number that lies elsewhere now links nothing.
    assert links.loc[links["before"] == 0, "kind"].tolist() == ["gone"]
