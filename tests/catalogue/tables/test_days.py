"""Days in every form that offices write, and what is made of each: read, bounded, or not read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.catalogue.tables.table_set import open_table
from yngis.catalogue.tables.values.cells import Fault
from yngis.catalogue.tables.values.days import read_day

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2020, 3, 1)
FIRST = dt.date(1980, 1, 1)


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
        "20200301000000",
        "２０２０年３月１日",
        " 2020-03-01 ",
        "2020-03-01 00:00:00",
        "2020-03-01T00:00:00Z",
        "2020/3/1 8:30",
        "2020/3/1 上午 8:30:00",
        "2020年3月1日 星期日",
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
        "2020年3月1日。",
        "二〇二〇年三月一日",
        "二○二○年三月一日",
        "二零二零年三月一日",
        "二O二O年三月一号",
        "二0二0年3月1日",
        "二〇二〇·三·一",
        "贰零贰零年叁月零壹日",
        "2020·03·01",
    ],
)
def test_days_as_bureaus_write_them(cell: Any) -> None:
    assert read_day(cell) == DAY


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2 Jun 2020", dt.date(2020, 6, 2)),
        ("June 2, 2020", dt.date(2020, 6, 2)),
        ("02-Sept-2020", dt.date(2020, 9, 2)),
        ("二〇一九年十二月三十一日", dt.date(2019, 12, 31)),
        ("二〇二一年十月二十日", dt.date(2021, 10, 20)),
        ("二〇二一年十一月十日", dt.date(2021, 11, 10)),
        ("2021年十一月三日", dt.date(2021, 11, 3)),
        ("2099-12-31", dt.date(2099, 12, 31)),
        ("1980-01-01", FIRST),
    ],
)
def test_other_days(cell: str, day: dt.date) -> None:
    assert read_day(cell) == day


@pytest.mark.parametrize(
    "cell", [None, "", "  ", "无", "/", "——", float("nan"), pd.NaT, "暂无", "0000-00-00"]
)
def test_nothing_is_no_day(cell: Any) -> None:
    assert read_day(cell) is None


# What is there but says no day is neither a day nor the absence of one.
@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("Jun-20", "date_unread"),
        ("12-May-21", "date_unread"),
        ("31 Jun 2020", "date_impossible"),
        ("2020-02-30", "date_impossible"),
        ("2021-02-29", "date_impossible"),
        ("2020-13-01", "date_impossible"),
        ("2020-00-10", "date_impossible"),
        ("2020年13月", "date_impossible"),
        ("202013", "date_impossible"),
        ("1899-12-31", "date_impossible"),
        ("0201-03-01", "date_impossible"),
        ("2100-01-01", "date_impossible"),
        ("1979-12-31", "date_impossible"),
        ("1979年", "date_impossible"),
        (dt.date(1900, 1, 1), "date_impossible"),
        ("二〇二〇年二月三十日", "date_impossible"),
        ("3月1日", "date_unread"),
        ("待定", "date_unread"),
        ("已动工", "date_unread"),
        ("在建", "date_unread"),
        ("不详", "date_unread"),
        ("#N/A", "date_unread"),
        ("一期2020.9.1，二期未动工", "date_unread"),
        ("2020-03-01至2021-03-01", "date_range"),
        ("2020年3月—2021年3月", "date_range"),
        ("2020.3.1-2020.9.1", "date_range"),
        ("2020年3月至9月", "date_range"),
        ("自2020年3月1日起至2021年3月1日止", "date_range"),
        ("2020.3.1、2021.3.1", "date_unread"),
        ("2020年6月30日后", "date_unread"),
        ("2020年6月30日起", "date_unread"),
        ("约2020年6月", "date_unread"),
        ("交地后一年内", "date_unread"),
        ("2020.9.1（计划）", "date_unread"),
        ("12.9.1", "date_unread"),
        ("19年3月", "date_unread"),
        ("03/01/2020", "date_two_ways"),
        (-5, "date_unread"),
        ("1e999", "date_unread"),
        ("二〇二〇年某月", "date_unread"),
        ("2" * 100, "date_unread"),
        ("05/06/2021", "date_two_ways"),
        (2020.1, "date_two_ways"),  # January, or October without its zero
        ("2020.1", "date_two_ways"),
        (200901, "date_two_ways"),  # 2009-01, or 20-09-01
    ],
)
def test_what_is_there_but_not_read(cell: Any, rule: str) -> None:
    assert read_day(cell) == Fault(rule)
    assert row_rules()[rule].outcome == "flagged"


@pytest.mark.parametrize(
    ("cell", "rule", "last", "first"),
    [
        ("Jun 2020", "date_without_day", dt.date(2020, 6, 30), dt.date(2020, 6, 1)),
        ("2020年2月", "date_without_day", dt.date(2020, 2, 29), dt.date(2020, 2, 1)),
        ("2020-12", "date_without_day", dt.date(2020, 12, 31), dt.date(2020, 12, 1)),
        ("2020.10", "date_without_day", dt.date(2020, 10, 31), dt.date(2020, 10, 1)),
        ("2020.01", "date_without_day", dt.date(2020, 1, 31), dt.date(2020, 1, 1)),
        (2020.9, "date_without_day", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        (202009, "date_without_day", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        ("2020年9月份", "date_without_day", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        ("二〇二〇年九月", "date_without_day", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        (2020, "date_without_month", dt.date(2020, 12, 31), dt.date(2020, 1, 1)),
        (2020.0, "date_without_month", dt.date(2020, 12, 31), dt.date(2020, 1, 1)),
        ("2020年", "date_without_month", dt.date(2020, 12, 31), dt.date(2020, 1, 1)),
        ("2020年度", "date_without_month", dt.date(2020, 12, 31), dt.date(2020, 1, 1)),
        ("2020年9月上旬", "date_within", dt.date(2020, 9, 10), dt.date(2020, 9, 1)),
        ("2020年9月中旬", "date_within", dt.date(2020, 9, 20), dt.date(2020, 9, 11)),
        ("2020年2月下旬", "date_within", dt.date(2020, 2, 29), dt.date(2020, 2, 21)),
        ("2020年9月底", "date_within", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        ("2020年9月末", "date_within", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        ("2020年9月初", "date_within", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        ("二〇二〇年九月底", "date_within", dt.date(2020, 9, 30), dt.date(2020, 9, 1)),
        ("2020年底", "date_within", dt.date(2020, 12, 31), dt.date(2020, 1, 1)),
        ("2020年年底", "date_within", dt.date(2020, 12, 31), dt.date(2020, 1, 1)),
        ("2020年上半年", "date_within", dt.date(2020, 6, 30), dt.date(2020, 1, 1)),
        ("2020年下半年", "date_within", dt.date(2020, 12, 31), dt.date(2020, 7, 1)),
        ("2020年第二季度", "date_within", dt.date(2020, 6, 30), dt.date(2020, 4, 1)),
        ("2020年3季度", "date_within", dt.date(2020, 9, 30), dt.date(2020, 7, 1)),
        ("2025年Q2", "date_within", dt.date(2025, 6, 30), dt.date(2025, 4, 1)),
        ("2025q3", "date_within", dt.date(2025, 9, 30), dt.date(2025, 7, 1)),
        ("2020年6月30日前", "date_limit", dt.date(2020, 6, 30), FIRST),
        ("2020-06-30之前", "date_limit", dt.date(2020, 6, 30), FIRST),
        ("2020年6月底前", "date_limit", dt.date(2020, 6, 30), FIRST),
        ("不迟于2020年6月30日", "date_limit", dt.date(2020, 6, 30), FIRST),
        ("二〇二〇年六月三十日前", "date_limit", dt.date(2020, 6, 30), FIRST),
        ("2020.09.01(补)", "date_with_note", dt.date(2020, 9, 1), dt.date(2020, 9, 1)),
        ("2020年9月1日（补录）", "date_with_note", dt.date(2020, 9, 1), dt.date(2020, 9, 1)),
    ],
)
def test_a_stretch_or_a_limit_is_read_as_its_last_day(
    cell: Any, rule: str, last: dt.date, first: dt.date
) -> None:
    assert read_day(cell) == Fault(rule, last, first)
    assert row_rules()[rule].outcome == "flagged"


@given(st.dates(FIRST, dt.date(2099, 12, 31)))
def test_every_day_is_read_back_from_every_writing(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    writings = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        day.strftime("%Y%m%d"),
        int(day.strftime("%Y%m%d")),
        in_chinese(day),
        serial,
        float(serial),
        day,
    ]
    assert [read_day(each) for each in writings] == [day] * len(writings)


def in_chinese(day: dt.date) -> str:
    def count(number: int) -> str:
        tens, units = divmod(number, 10)
        ten = "" if tens == 0 else ("十" if tens == 1 else "〇一二三"[tens] + "十")
        return ten + (("〇一二三四五六七八九"[units]) if units else "")

    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return f"{year}年{count(day.month)}月{count(day.day)}日"


@given(
    st.one_of(
        st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.dates(), st.datetimes()
    )
)
def test_no_cell_raises(cell: Any) -> None:
    found = read_day(cell)
    assert found is None or isinstance(found, dt.date | Fault)


HEADER = ["合同编号", "面积(平方米)", "约定动工日期", "实际动工日期"]


def read(path: Path, *rows: list[str], as_of: str = "2025-12-31") -> tuple[Any, Any]:
    pd.DataFrame(rows, columns=HEADER).to_csv(path, index=False)
    with open_table(path, "supply", as_of=as_of) as table:
        found = list(table.records())
    return (
        pd.concat([each.frame for each in found], ignore_index=True),
        pd.concat([each.issues for each in found], ignore_index=True),
    )


def test_what_was_not_read_travels_with_the_record(tmp_path: Path) -> None:
    frame, issues = read(
        tmp_path / "s.csv",
        ["A1", "1000", "2020-03-01", " 已动工 "],
        ["A2", "1000", "2020年6月30日前", ""],
        ["A3", "1000", "2020.1", "2020-09-01"],
    )
    assert frame["actual_start_unread"].fillna("").tolist() == ["已动工", "", ""]
    assert frame["agreed_start_unread"].fillna("").tolist() == ["", "", "2020.1"]
    assert frame["actual_start"].isna().tolist() == [True, True, False]
    assert frame["agreed_start"].iloc[1] == pd.Timestamp("2020-06-30")
    assert issues[["row", "field", "rule"]].to_numpy().tolist() == [
        [2, "actual_start", "date_unread"],
        [3, "agreed_start", "date_limit"],
        [4, "agreed_start", "date_two_ways"],
    ]


# 2025年 may be before or after 2025-06-30: it is open whether work had started. A date agreed for
# that year stands, because it does not claim that anything has happened.
@pytest.mark.parametrize(
    ("cell", "as_of", "unread"),
    [
        ("2025年", "2025-06-30", True),
        ("2025年6月", "2025-06-15", True),
        ("2025年底前", "2025-06-15", True),
        ("2025年6月", "2025-06-30", False),
        ("2025年6月15日", "2025-06-15", False),
        ("2025年7月", "2025-06-30", False),
    ],
)
def test_a_stretch_around_the_day_of_the_audit_decides_nothing(
    tmp_path: Path, cell: str, as_of: str, *, unread: bool
) -> None:
    frame, issues = read(tmp_path / "s.csv", ["A1", "1000", cell, cell], as_of=as_of)
    assert frame["actual_start_unread"].fillna("").tolist() == [cell if unread else ""]
    assert pd.isna(frame["actual_start"].iloc[0]) == unread
    assert frame["agreed_start_unread"].isna().all()
    assert ("date_undecided" in set(issues["rule"])) == unread


def test_records_that_differ_in_an_unread_day_only_are_two(tmp_path: Path) -> None:
    frame, _ = read(
        tmp_path / "s.csv",
        ["A1", "1000", "", "在建"],
        ["A1", "1000", "", "停建"],
        ["A1", "1000", "", "在建"],
    )
    assert frame["row"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2021年元月廿一日", (2021, 1, 21)), ("13/05/2021", (2021, 5, 13)),
        ("05-13-2021", (2021, 5, 13)), ("31.12.2020", (2020, 12, 31)),
        ("二〇二一.五.十一", (2021, 5, 11)), ("05/05/2021", (2021, 5, 5)),
        ("贰零贰壹年壹拾贰月卅日", (2021, 12, 30)),
    ],
)  # fmt: skip
def test_days_in_old_numerals_and_with_the_year_last(cell: str, day: tuple[int, int, int]) -> None:
    assert read_day(cell) == dt.date(*day)
