"""A ledger and its polygons in two files: joined by number, and what is not joined is told."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.catalogue.tables.cards.input_card import read_input_card
from yngis.catalogue.tables.shapes.shape_join import number_card
from yngis.catalogue.tables.shapes.shape_match import LEVELS, NUMBERS, match_numbers, read_numbers
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2025-12-31"
SIDE = 0.001  # some 1.1 ha near Kunming


def square(place: int) -> shapely.Polygon:
    west = 102.5 + 0.01 * place
    return shapely.box(west, 25.0, west + SIDE, 25.0 + SIDE)


def ledger(path: Path, records: list[dict[str, Any]]) -> Path:
    pd.DataFrame(records).to_csv(path, index=False, encoding="utf-8-sig")
    return path


def layer(path: Path, records: list[dict[str, Any]]) -> Path:
    shapes = [square(place) for place in range(len(records))]
    frame = gpd.GeoDataFrame(pd.DataFrame(records), geometry=shapes, crs=4490)
    more = {"encoding": "gbk"} if path.suffix == ".shp" else {}
    frame.to_file(path, **more)
    return path


def join(named: Any, shapes: Any, card: str = "supply") -> tuple[pd.DataFrame, ...]:
    """Frame with ``geometry``, issues, rejected rows."""
    with ExitStack() as stack:
        tables = stack.enter_context(open_tables(named, card, as_of=DAY))
        polygons = stack.enter_context(
            open_tables(
                shapes, number_card(read_input_card(card)), as_of=DAY, role=f"{card}-shapes"
            )
        )
        joined = tables.with_shapes(polygons)
        got = list(joined.records())
        frame = pd.concat([each.frame for each in got], ignore_index=True)
        parts = [each.geometry for each in got if each.geometry is not None]
        frame["geometry"] = np.concatenate(parts)
        issues = pd.concat([*(each.issues for each in got), joined.closing_issues()])
        rejected = pd.concat([*(each.rejected for each in got), joined.closing_rejected()])
        return frame, issues.reset_index(drop=True), rejected.reset_index(drop=True)


def record(number: str, area: float = 1.1, **more: str) -> dict[str, Any]:
    return {"合同编号": number, "供应面积(公顷)": area, "供应日期": "2019-03-01", **more}


def test_spelling_blanks_case_and_zeros_do_not_part_what_belongs_together(tmp_path: Path) -> None:
    one = ledger(
        tmp_path / "台账.csv",
        [record("CR-2020-001"), record("cr 2020 — 002"), record("０603"), record("CR-9")],
    )
    two = layer(
        tmp_path / "图形.shp",
        [{"合同编号": x} for x in ("cr-2020-001 ", "CR2020-002", "603", "CR-10")],
    )
    frame, issues, rejected = join(one, two)
    held = [shape is not None for shape in frame["geometry"]]
    assert held == [True, True, True, False]
    # Where there is a polygon its ellipsoidal area counts, else the recorded one.
    assert frame["area_m2"].iloc[3] == pytest.approx(11_000)
    assert 11_000 < frame["area_m2"].iloc[0] < 11_300
    told = issues[issues["rule"].isin(["shape_missing", "number_padded"])]
    assert told[["id", "rule"]].to_numpy().tolist() == [
        ["0603", "number_padded"],
        ["CR-9", "shape_missing"],
    ]
    assert rejected[["source", "row", "id", "rule"]].to_numpy().tolist() == [
        ["图形.shp", 4, "CR-10", "shape_without_record"]
    ]
    assert rejected["area_m2"].iloc[0] > 11_000


def test_the_most_telling_number_goes_first_and_none_may_contradict(tmp_path: Path) -> None:
    one = ledger(
        tmp_path / "台账.csv",
        [
            record("A", 宗地编号="1"), record("A", 2.2, 宗地编号="2"), record("B", 宗地编号="3"),
            record("C", 宗地编号="4"),
        ],
    )  # fmt: skip
    two = layer(
        tmp_path / "图形.gpkg",
        [
            {"合同编号": "A", "宗地编号": "2"}, {"合同编号": "A", "宗地编号": "1"},
            {"合同编号": None, "宗地编号": "3"}, {"合同编号": "Z", "宗地编号": "4"},
        ],
    )  # fmt: skip
    frame, issues, rejected = join(one, two)
    west = [None if shape is None else round(shape.bounds[0], 2) for shape in frame["geometry"]]
    assert west == [102.51, 102.50, 102.52, None]
    assert issues.loc[
        issues["rule"].str.startswith("shape_"), ["id", "rule"]
    ].to_numpy().tolist() == [["C/4", "shape_contradicted"]]
    assert rejected["rule"].tolist() == ["shape_without_record"]


def test_a_record_takes_all_its_parts_and_copies_of_it_too(tmp_path: Path) -> None:
    lines = [record("A", 2.2), record("B"), record("B", 3.3), record("A", 2.2)]
    one = ledger(tmp_path / "台账.csv", lines)
    two = layer(tmp_path / "图形.gpkg", [{"合同编号": x} for x in ("A", "A", "B")])
    frame, issues, rejected = join(one, two)
    # A has two parts and stands twice in the ledger: the copy is left out. B is two pieces of land.
    assert frame["id"].tolist() == ["A", "B", "B"]
    assert frame["geometry"].iloc[0].geom_type == "MultiPolygon"
    assert frame["geometry"].iloc[1] is None
    assert issues.loc[issues["rule"] == "shape_ambiguous", "id"].tolist() == ["B", "B"]
    assert sorted(rejected["rule"]) == ["duplicate_record", "shape_without_record"]


def test_a_number_under_the_name_of_the_other_finds_its_polygon(tmp_path: Path) -> None:
    one = ledger(
        tmp_path / "台账.csv",
        [
            {"电子监管号": f"5301{n}", "供应面积(公顷)": 1.1, "供应日期": "2019-03-01"}
            for n in (1, 2)
        ],
    )
    two = layer(tmp_path / "图形.gpkg", [{"合同编号": "53011"}, {"合同编号": "HT-9"}])
    frame, _, rejected = join(one, two)
    assert [shape is not None for shape in frame["geometry"]] == [True, False]
    assert rejected["id"].tolist() == ["HT-9"]


def test_totals_of_a_ledger_with_polygons_are_no_records(tmp_path: Path) -> None:
    one = ledger(tmp_path / "台账.csv", [record("A"), record("合计", 1.1)])
    two = layer(tmp_path / "图形.gpkg", [{"合同编号": "A"}])
    frame, _, rejected = join(one, two)
    assert frame["id"].tolist() == ["A"]
    assert rejected["rule"].tolist() == ["total_row"]


def test_approvals_are_joined_by_number_and_block(tmp_path: Path) -> None:
    lines = [
        {"批准文号": "云政复〔2020〕1号", "地块编号": block, "批准面积(公顷)": 1.1}
        for block in ("1", "2")
    ]
    one = ledger(tmp_path / "批准.csv", lines)
    two = layer(
        tmp_path / "图形.gpkg",
        [{"批准文号": "云政复[2020]第1号", "地块编号": x} for x in ("2", "1", "3")],
    )
    frame, _, rejected = join(one, two, "approvals")
    assert [round(shape.bounds[0], 2) for shape in frame["geometry"]] == [102.51, 102.50]
    assert rejected["rule"].tolist() == ["shape_without_record"]


@pytest.mark.parametrize(
    ("column", "said"),
    [("合同编号", "没有一个对得上"), ("备注", "电子监管号（supervision_no）")],
)
def test_numbers_of_another_kind_stop_the_run(tmp_path: Path, column: str, said: str) -> None:
    one = ledger(tmp_path / "台账.csv", [record("A")])
    two = layer(tmp_path / "图形.gpkg", [{column: "KM-1"}])
    with pytest.raises(LayerError) as error:
        join(one, two)
    assert said in str(error.value)


def test_a_layer_needs_no_other_polygons(tmp_path: Path) -> None:
    two = layer(tmp_path / "图形.gpkg", [record("A")])
    with pytest.raises(LayerError, match="--supply-shapes"):
        join(two, two)


def test_a_crs_is_asked_for_as_it_must_be_typed(tmp_path: Path) -> None:
    one = ledger(tmp_path / "台账.csv", [record("A")])
    two = layer(tmp_path / "图形.shp", [{"合同编号": "A"}])
    two.with_suffix(".prj").unlink()
    with pytest.raises(LayerError, match="--crs supply-shapes=4490"):
        join(one, two)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=12, unique=True),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_order_does_not_matter_and_no_polygon_is_given_twice(
    pairs: list[tuple[int, int]], dice: Any
) -> None:
    """A polygon has one owner at most, and shuffling either side changes nothing."""

    def numbers(told: list[tuple[int, int]]) -> Any:
        cells = {
            "contract_no": np.array([f"C{a}" if a else None for a, _ in told], dtype=object),
            "parcel_no": np.array([f"P{b}" if b else None for _, b in told], dtype=object),
        }
        return read_numbers(cells, NUMBERS["supply"])

    told = [pair for pair in pairs if pair != (0, 0)] or [(1, 1)]
    shuffled = dice.sample(told, len(told))
    several = np.zeros(len(told), dtype=bool)
    levels = LEVELS["supply"]
    plain = match_numbers(numbers(told), numbers(told), several, levels)
    mixed = match_numbers(numbers(told), numbers(shuffled), several, levels)
    assert ((plain.state == 0) == np.isin(np.arange(len(told)), plain.owner)).all()
    first = {told[at]: plain.owner[at] for at in range(len(told))}
    second = {shuffled[at]: mixed.owner[at] for at in range(len(told))}
    assert first == second
    # What bears both numbers finds itself.
    assert all(told[first[pair]] == pair for pair in told if pair[0] and pair[1])
