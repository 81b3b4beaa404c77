"""The page of two editions in a real browser: the maps swipe, nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from yngis.catalogue import shipped_dir
from yngis.layerbuild import copy_pack
from yngis.report.plan import write_comparison

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Sheet


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped plan beside a copy in which one zone was raised."""
    home = tmp_path_factory.mktemp("editions")
    later = copy_pack("yunnan-14", home / "later")
    table = later / "tables" / "zones.csv"
    text = table.read_text(encoding="utf-8")
    old = "云南富民产业园区,富民产业园,富民产业园区;富民工业园区,省级"
    assert old in text
    table.write_text(text.replace(old, old.replace("省级", "国家级")), encoding="utf-8")
    write_comparison(shipped_dir(), later, home / "changes", ())
    return home / "changes" / "report.html"


def _shown_of_the_later(sheet: Sheet) -> float:
    """Share of the width that the later edition is shown on, from the line on."""
    at: str = sheet.js("getComputedStyle(document.documentElement).getPropertyValue('--at')")
    return 1 - float(at.strip().removesuffix("%")) / 100


@pytest.mark.parametrize("size", [(412, 860), (1280, 960)])
def test_the_maps_swipe_offline_without_complaints(
    compared: Path, show: Callable[..., Sheet], size: tuple[int, int]
) -> None:
    sheet = show(compared, size, ready=False)
    box = sheet.js(
        "(() => { const b = document.getElementById('maps').getBoundingClientRect();"
        " return [b.left, b.top, b.width, b.height]; })()"
    )
    left, top, width, height = box
    assert _shown_of_the_later(sheet) == pytest.approx(0.5)
    sheet.page.mouse.move(left + width / 2, top + height / 3)
    sheet.page.mouse.down()
    sheet.page.mouse.move(left + width / 4, top + height / 3)
    sheet.page.mouse.up()
    assert _shown_of_the_later(sheet) == pytest.approx(0.75, abs=0.02)
    sheet.page.locator("#divide").fill("90")
    assert _shown_of_the_later(sheet) == pytest.approx(0.1)
    sheet.page.get_by_role("button", name="并列").click()
    assert sheet.js("document.getElementById('maps').className") == "beside"
    assert sheet.js("document.documentElement.scrollWidth <= innerWidth")
    assert (
        sheet.js("[...document.querySelectorAll('#maps .name')].map(e => e.textContent)")
        == ["富民产业园"] * 2
    )
    assert sheet.requests == []
    assert sheet.complaints == []
