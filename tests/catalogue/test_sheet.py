"""A CSV as its spreadsheet shows it: rows by their own numbers, and the same judge as a layer's."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.catalogue import Card, check
from yngis.catalogue.check import check_sheet
from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.catalogue.tables.headers.header_faults import with_card_names

CARD = """
name: parcels
title_zh: 宗地
title_en: Parcels
kind: table
file: parcels.csv
key: [id]
columns:
  - {name: id, dtype: str, zh: 号, en: number, pattern: '[a-z]+'}
  - {name: use, dtype: str, zh: 用途, en: use, allowed: [工业, 仓储], separator: ;}
  - {name: price, dtype: float, zh: 价, en: price, min: 0, nullable: true, also: [价格]}
  - {name: plot, dtype: int, zh: 地块, en: plot, unique: true, min: 1, max: 99}
  - {name: near, dtype: str, zh: 邻宗, en: neighbour, nullable: true, references: parcels.id}
source: 手工 / by hand
licence: MIT
retrieved: '2024'
"""


@pytest.fixture(scope="module")
def card(card_of: Callable[[str], Card]) -> Card:
    return card_of(CARD)


def _saved(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _read(text: str) -> tuple[pd.DataFrame | None, list[tuple[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parcels.csv"
        path.write_text(text, encoding="utf-8", newline="")
        sheet, problems = read_sheet(path)
    return sheet, [(problem.where, problem.found) for problem in problems]


def test_semicolons_and_tabs_part_cells_as_commas_do() -> None:
    for sign in ",;\t":
        sheet, problems = _read(sign.join(("id", "use")) + "\n" + sign.join(("a", "工业、商业")))
        assert problems == []
        assert sheet is not None
        assert sheet.to_dict("list") == {"id": ["a"], "use": ["工业、商业"]}
    sheet, _ = _read("id,use\na,工业;商业;仓储\n")
    assert sheet is not None
    assert sheet["use"].tolist() == ["工业;商业;仓储"]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    sheet, problems = _read('id,use,\n\n a ,工业,\n,,\n"b\nc", ,\n')
    assert problems == []
    assert sheet is not None
    assert sheet.columns.tolist() == ["id", "use"]
    assert sheet.index.tolist() == [3, 5]  # rows 2 and 4 are blank; a line end in a cell is no row
    assert sheet["id"].tolist() == ["a", "b\nc"]
    assert sheet["use"].isna().tolist() == [False, True]


@given(blank=st.lists(st.booleans(), max_size=30))
def test_whatever_rows_are_blank_a_row_is_found_where_it_stands(blank: list[bool]) -> None:
    rows = [["", "  "] if empty else [f"r{n}", "x"] for n, empty in enumerate(blank, start=2)]
    sheet, problems = _read(_saved([["id", "use"], *rows]))
    assert problems == []
    assert sheet is not None
    assert [f"r{number}" for number in sheet.index] == sheet["id"].tolist()
    assert len(sheet) == blank.count(False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "id,use\n\na,工业,x\nb,仓储,\n",
            ("parcels.csv：第 3 行 / row 3", "表头之外还有内容 / cells beyond the header"),
        ),
        ("id,use\na\n\nb\n", ("parcels.csv：第 2、4 行 / rows 2, 4", "列数不足 / fewer columns")),
        ("id,id\na,b\n", ("parcels.csv", "id")),
        ("id,,use\na,b,c\n", ("parcels.csv", "空 / empty")),
        (",,\na,b,c\n", ("parcels.csv", "空 / empty")),
        ('id\n"' + "a" * 200_000, ("parcels.csv", "单元格过长 / a cell that does not end")),
    ],
)
def test_what_is_wrong_with_the_file_itself(text: str, told: tuple[str, str]) -> None:
    assert _read(text)[1] == [told]


def test_every_fault_of_every_column_comes_at_once(card: Card) -> None:
    sheet, _ = _read(
        "id,use,price,plot,near\n"
        "a,工业;商业,3万,1,b\n"  # row 2
        "b,,-5,1.5,\n"
        "\n"
        "A,仓储,,x,z\n"  # row 5
        "a,住宅;商业,1e1,100,a\n"
    )
    assert sheet is not None
    table, problems = check_sheet(sheet, card, "parcels.csv")
    assert {(problem.where, problem.found) for problem in problems} == {
        ("parcels.csv id：第 2、6 行 / rows 2, 6", "“a” × 2"),
        ("parcels.csv id：第 5 行 / row 5", "“A”"),
        ("parcels.csv use：第 2、6 行 / rows 2, 6", "“商业”"),
        ("parcels.csv use：第 3 行 / row 3", "空 / empty"),
        ("parcels.csv use：第 6 行 / row 6", "“住宅”"),
        ("parcels.csv price：第 2 行 / row 2", "“3万”"),
        ("parcels.csv price：第 3 行 / row 3", "“-5”"),  # quoted as it is written
        # Two cells that are no whole numbers are told once: neither as missing nor as doubled.
        ("parcels.csv plot：第 3、5 行 / rows 3, 5", "“1.5”, “x”"),
        ("parcels.csv plot：第 6 行 / row 6", "“100”"),
        ("parcels.csv near：第 5 行 / row 5", "“z”"),
    }
    assert table.index.tolist() == [0, 1, 2, 3]
    assert table["price"].fillna(-1).tolist() == [-1, -5, -1, 10]
    (bound,) = [each for each in problems if each.found == "“100”"]
    assert bound.promised == "≤ 99"


def test_a_header_in_another_spelling_is_typed_too(card: Card) -> None:
    sheet, _ = _read("id,use,价格,plot\na,工业,7,1\n")
    assert sheet is not None
    table, problems = check_sheet(with_card_names(sheet, card), card, "parcels.csv")
    assert table["price"].tolist() == [7.0]
    assert [problem.where for problem in problems] == ["parcels.near"]  # a column that is missing


def test_a_table_without_rows_is_told(card: Card) -> None:
    sheet, _ = _read("id,use,price,plot,near\n")
    assert sheet is not None
    (problem,) = check_sheet(sheet, card, "parcels.csv").problems
    assert problem.where == "parcels.csv"
    assert "no rows" in problem.found


def test_a_reference_into_a_missing_column_is_told_of_the_column_only(card: Card) -> None:
    frame = pd.DataFrame({"use": ["工业"], "price": [1.0], "plot": [1], "near": ["b"]})
    assert [problem.where for problem in check(frame, card)] == ["parcels.id"]


PARCEL = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c", "A1"]),
        "use": st.sampled_from(["工业", "仓储", "农业", "工业;商业"]),
        "price": st.sampled_from([-2.5, 0.0, 3.25, None]),
        "plot": st.integers(min_value=0, max_value=101),
        "near": st.sampled_from(["a", "z", None]),
    }
)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(PARCEL, min_size=1, max_size=6))
def test_one_judge_a_sheet_and_a_frame_of_the_same_values_have_the_same_faults(
    card: Card, rows: list[dict[str, object]]
) -> None:
    frame = pd.DataFrame(rows).astype({"price": "float64"})
    sheet, _ = _read(frame.to_csv(index=False))
    assert sheet is not None
    # Rows 1, 2 … of the frame are rows 2, 3 … of the sheet.
    told = [(each.promised, each.found, each.mend) for each in check(frame, card)]
    of_sheet = check_sheet(sheet, card, "parcels.csv").problems
    assert [(each.promised, each.found, each.mend) for each in of_sheet] == told
    for each, other in zip(check(frame, card), of_sheet, strict=True):
        numbers = [int(n) for n in each.where.split("第 ")[1].split(" 行")[0].split("、")]
        shifted = "、".join(str(number + 1) for number in numbers)
        assert f"第 {shifted} 行" in other.where
