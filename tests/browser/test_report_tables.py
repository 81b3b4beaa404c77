"""Tables of a report in a real browser: they sort, are filtered, and fit the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from yngis.report.bars import Bar, bar_chart
from yngis.report.page import PageTable, Section, render_page

if TYPE_CHECKING:
    from collections.abc import Callable

EVIL = "<img src=x onerror=document.title=1>"
NAMES = ("昆明", "安宁", "曲靖", EVIL)
SIZES = ((1280, 960), (960, 640), (412, 860))
ROWS = [
    *(
        (f"{NAMES[at % 4]}{at}", f"{at * 1000 + 0.5:,.1f}", f"20{10 + at}-01-02")
        for at in range(14)
    ),
    ("缺", "—", "—"),
    ("负", "−3.0", "2009-12-31"),
    ("合计", "105,007.0", "—"),
]
COLUMN = (
    "[...document.querySelectorAll('tbody tr')].filter(row => !row.hidden)"
    ".map(row => row.cells[%d].textContent)"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = PageTable(
        "表",
        ("名称", "面积（公顷）", "日期"),
        tuple(ROWS),
        (False, True, False),
        classes=(*[""] * (len(ROWS) - 1), "total"),
    )
    bars = bar_chart("条", [Bar("云南省某某经济技术开发区", 3.0, "3,077.30 公顷", "#882255")])
    path = tmp_path_factory.mktemp("tables") / "report.html"
    text = render_page("报告", "", [], [Section("章", drawings=(bars,), tables=(table,))])
    path.write_text(text, encoding="utf-8")
    return path


def _press(sheet: Any, column: int) -> None:
    sheet.page.locator("thead button").nth(column).press("Enter")


def test_numbers_sort_as_numbers_and_the_sum_stays_last(
    show: Callable[..., Any], page: Path
) -> None:
    sheet = show(page, ready=False)
    _press(sheet, 1)
    shown = sheet.js(COLUMN % 1)
    assert shown[:3] == ["−3.0", "0.5", "1,000.5"]
    assert shown[-3:] == ["13,000.5", "—", "105,007.0"]
    _press(sheet, 1)
    shown = sheet.js(COLUMN % 1)
    # What has no value stands behind the others both ways.
    assert shown[0] == "13,000.5"
    assert shown[-3:] == ["−3.0", "—", "105,007.0"]
    assert sheet.js("document.querySelectorAll('th[aria-sort=descending]').length") == 1
    assert sheet.complaints == []


def test_words_sort_by_their_sound_and_days_by_time(show: Callable[..., Any], page: Path) -> None:
    sheet = show(page, ready=False)
    _press(sheet, 0)
    names = [name.rstrip("0123456789") for name in sheet.js(COLUMN % 0)]
    assert [name for name in dict.fromkeys(names) if name in {"安宁", "昆明", "曲靖"}] == [
        "安宁",
        "昆明",
        "曲靖",
    ]
    _press(sheet, 2)
    assert sheet.js(COLUMN % 2)[:2] == ["2009-12-31", "2010-01-02"]


def test_rows_are_filtered_by_all_words_and_counted(show: Callable[..., Any], page: Path) -> None:
    sheet = show(page, ready=False)
    sheet.page.locator(".filter input").fill("昆明 2014")
    assert sheet.js(COLUMN % 0) == ["昆明4"]
    assert sheet.js("document.querySelector('.filter [role=status]').textContent") == "1 / 16 行"
    sheet.page.locator(".filter input").fill(EVIL)
    assert sheet.js("document.title") == "报告"
    assert {name.rstrip("0123456789") for name in sheet.js(COLUMN % 0)} == {EVIL}
    assert sheet.complaints == []


@pytest.mark.parametrize("size", SIZES)
def test_bars_and_targets_are_large_enough_at_every_size(
    show: Callable[..., Any], page: Path, size: tuple[int, int]
) -> None:
    sheet = show(page, size, ready=False)
    assert sheet.js("document.documentElement.scrollWidth") <= size[0]
    heights = (
        "[...document.querySelectorAll('thead button, .filter input')].map(e => e.offsetHeight)"
    )
    assert min(sheet.js(heights)) >= 24
    right = "document.querySelector('.bars .bar').getBoundingClientRect().right"
    assert sheet.js(right) <= size[0]
    assert sheet.js("parseFloat(getComputedStyle(document.querySelector('.bars')).fontSize)") >= 11


def test_headers_say_what_they_sort(show: Callable[..., Any], page: Path) -> None:
    sheet = show(page, ready=False)
    heads = sheet.js("[...document.querySelectorAll('thead button')].map(b => b.textContent)")
    assert heads == ["名称", "面积（公顷）", "日期"]
