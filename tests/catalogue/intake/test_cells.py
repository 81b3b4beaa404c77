from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.catalogue.tables.cards.input_card import input_names, read_input_card
from yngis.catalogue.tables.values.cells import (
    Amount,
    Fault,
    read_amount,
    read_code,
    read_each,
    read_truth,
)


@pytest.mark.parametrize(
    ("cell", "number", "unit"),
    [
        (12, 12.0, ""),
        (12.5, 12.5, ""),
        ("12.5", 12.5, ""),
        ("1,234.5", 1234.5, ""),
        ("1，234", 1234.0, ""),
        ("1 234.5", 1234.5, ""),
        ("１２．５", 12.5, ""),
        ("12.5亩", 12.5, "亩"),
        ("3.2 公顷", 3.2, "公顷"),
        ("500m2", 500.0, "m2"),
        ("500㎡", 500.0, "m2"),
        ("1,000万元", 1000.0, "万元"),
        ("-3", -3.0, ""),
        ("+3", 3.0, ""),
        (".5", 0.5, ""),
        ("5.", 5.0, ""),
        ("1e3", 1000.0, ""),
        ("2.5hm2", 2.5, "hm2"),
        ("1234567.89", 1234567.89, ""),
        ("0", 0.0, ""),
        ("800万元/亩", 800.0, "万元/亩"),
    ],
)
def test_numbers_as_bureaus_write_them(cell: Any, number: float, unit: str) -> None:
    assert read_amount(cell) == Amount(number, unit)


@pytest.mark.parametrize(
    "cell",
    [
        "约3",
        "3-5",
        "1.2.3",
        "1,23",
        "=1+2",
        "inf",
        float("inf"),
        "三亩",
        "1e999",
        "0x10",
        "12..5",
        1e300,
        10**400,
        -(10**15),
    ],
)
def test_what_is_no_number(cell: Any) -> None:
    assert read_amount(cell) == Fault("number_unreadable")


@pytest.mark.parametrize("cell", [None, "", "-", "—", "N/A", float("nan")])
def test_no_number_is_no_fault(cell: Any) -> None:
    assert read_amount(cell) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (601, "601"),
        (601.0, "601"),
        ("0601", "0601"),
        ("05H1 ", "05H1"),
        (None, None),
        ("Ｍ１", "M1"),
        (1.5, "1.5"),
    ],
)
def test_codes(cell: Any, code: str | None) -> None:
    assert read_code(cell) == code


@pytest.mark.parametrize(
    ("cell", "truth"),
    [
        ("是", True),
        ("否", False),
        (1, True),
        (0, False),
        (1.0, True),
        ("√", True),
        (True, True),
        ("无", False),
        ("", None),
        (None, None),
        ("Y", True),
    ],
)
def test_truth(cell: Any, *, truth: bool | None) -> None:
    assert read_truth(cell) is truth


# Each column of yes and no knows its own words, and what it does not know is neither.
@pytest.mark.parametrize("table", input_names())
def test_every_column_of_yes_and_no_knows_its_words(table: str) -> None:
    for column in read_input_card(table).columns:
        if column.kind == "truth":
            assert column.says_yes
            assert column.says_no
            for words, truth in ((column.says_yes, True), (column.says_no, False)):
                for word in words:
                    assert read_truth(word, column.says_yes, column.says_no) is truth
            for word in ("部分", "基本", "待核", "?", "未完全动工", "2022执3号"):
                told = read_truth(word, column.says_yes, column.says_no)
                assert told == Fault("truth_unclear"), word


def test_a_column_keeps_its_order_and_tells_1_from_true() -> None:
    assert read_each(
        ["1", 1, True, None, "1"], lambda cell: (type(cell).__name__, cell)
    ).tolist() == [
        ("str", "1"),
        ("int", 1),
        ("bool", True),
        ("NoneType", None),
        ("str", "1"),
    ]


@given(
    st.one_of(
        st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.dates(), st.datetimes()
    )
)
def test_no_cell_raises(cell: Any) -> None:
    for read in (read_amount, read_code, read_truth):
        read(cell)
