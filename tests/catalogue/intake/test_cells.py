from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.catalogue.tables.cells import (
    Amount,
    Fault,
    read_amount,
    read_code,
    read_day,
    read_each,
    read_truth,
)

DAY = dt.date(2020, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2020-03-01",
        "2020-3-1",
        "2020/3/1",
        "2020.3.1",
        "2020年3月1日",
        "2020年03月01号",
        "20200301",
        "２０２０年３月１日",
        " 2020-03-01 ",
        "2020-03-01 00:00:00",
        "2020-03-01T00:00:00Z",
        "2020/3/1 8:30",
        "2020-03-01T00:00:00.000+08:00",
        20200301,
        20200301.0,
        43891,
        43891.0,
        "43891",
        dt.date(2020, 3, 1),
        dt.datetime(2020, 3, 1, 12, 30, tzinfo=dt.UTC),
        "2020 年 3 月 1 日",
        "\ufeff2020-03-01\u200b",
    ],
)
def test_days_as_bureaus_write_them(cell: Any) -> None:
    assert read_day(cell) == DAY


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("无", None),
        ("/", None),
        ("——", None),
        (float("nan"), None),
        ("2020-02-30", Fault("date_impossible")),
        ("2021-02-29", Fault("date_impossible")),
        ("2020-13-01", Fault("date_impossible")),
        ("2020-00-10", Fault("date_impossible")),
        ("1899-12-31", Fault("date_impossible")),
        ("0201-03-01", Fault("date_impossible")),
        ("2100-01-01", Fault("date_impossible")),
        ("2099-12-31", dt.date(2099, 12, 31)),
        ("1980-01-01", dt.date(1980, 1, 1)),
        ("1979-12-31", Fault("date_impossible")),
        ("3月1日", Fault("date_impossible")),
        ("待定", Fault("date_impossible")),
        ("2020-03-01至2021-03-01", Fault("date_impossible")),
        ("03/01/2020", Fault("date_impossible")),
        (2020, Fault("date_impossible")),
        (-5, Fault("date_impossible")),
        ("1e999", Fault("date_impossible")),
        ("2020年2月", Fault("date_without_day", dt.date(2020, 2, 29))),
        ("2020-12", Fault("date_without_day", dt.date(2020, 12, 31))),
        (dt.date(1900, 1, 1), Fault("date_impossible")),
    ],
)
def test_days_at_the_limits(cell: Any, expected: Any) -> None:
    assert read_day(cell) == expected


@given(st.dates(dt.date(1980, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_is_read_back_from_every_writing(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    writings = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        day.strftime("%Y%m%d"),
        int(day.strftime("%Y%m%d")),
        serial,
        float(serial),
        day,
    ]
    assert [read_day(each) for each in writings] == [day] * len(writings)


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
    ["约3", "3-5", "1.2.3", "1,23", "=1+2", "inf", float("inf"), "三亩", "1e999", "0x10", "12..5"],
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
        ("已解封", False),
        ("Y", True),
    ],
)
def test_truth(cell: Any, *, truth: bool | None) -> None:
    assert read_truth(cell) is truth


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
    for read in (read_day, read_amount, read_code, read_truth):
        read(cell)
