"""The report of an audit in a real browser: on screen, on a small one, on paper, inert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from yngis.report.audit import audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = (
    "合同编号,用地单位,所在开发区,供应面积（公顷）,成交价款（万元）,"
    "约定动工日期,实际动工日期,闲置原因\n"
)
SCRIPT = "<img src=x onerror=document.title=1><script>document.title=1</script>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("report")
    rows = [
        f"H{at},{SCRIPT},昆明高新,{at + 1},1000,20{15 + at % 10}-03-01,,企业原因"
        for at in range(60)
    ]
    (home / "s.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    approvals = "批准文号,所在开发区,批准面积（公顷）,批准日期\nP1,昆明高新,3000,2018-01-01\n"
    (home / "a.csv").write_text(approvals, encoding="utf-8")
    audit(home / "s.csv", home / "o", approvals=home / "a.csv", as_of="2025-12-31", map_page=False)
    return home / "o" / "report.html"


@pytest.mark.parametrize("size", [(1280, 960), (412, 860)])
def test_it_fits_asks_for_nothing_and_runs_only_its_own_script(
    show: Callable[..., Any], report: Path, size: tuple[int, int]
) -> None:
    sheet = show(report, size, ready=False)
    assert sheet.js("document.documentElement.scrollWidth") <= size[0]
    assert sheet.js("document.title") == "开发区土地审计报告"
    assert sheet.js("document.querySelectorAll('img, iframe, a:not([href^=\"#\"])').length") == 0
    # The script that sorts tables, and no other.
    assert sheet.js("document.scripts.length") == 1
    # The payload stands there as text, once a row of the list.
    told = "[...document.querySelectorAll('td')].map(cell => cell.textContent)"
    assert sum(SCRIPT in text for text in sheet.js(told)) == 50
    assert sheet.requests == []
    assert sheet.complaints == []


def test_every_heading_has_something_below_it(show: Callable[..., Any], report: Path) -> None:
    sheet = show(report, ready=False)
    bare = sheet.js(
        "[...document.querySelectorAll('h2')].filter(h => !h.nextElementSibling"
        " || h.nextElementSibling.tagName === 'H2').map(h => h.textContent)"
    )
    assert bare == []


def test_it_prints_on_a4_upright_and_across(show: Callable[..., Any], report: Path) -> None:
    sheet = show(report, ready=False)
    paper = sheet.page.pdf(prefer_css_page_size=True)
    boxes = {bytes(part.split(b"]")[0]) for part in paper.split(b"/MediaBox [")[1:]}
    sizes = {tuple(round(float(side)) for side in box.split()[2:]) for box in boxes}
    assert sizes == {(595, 842), (842, 595)}
    # Nothing is wider than the paper it is printed on.
    sheet.page.emulate_media(media="print")
    sheet.page.set_viewport_size({"width": 1031, "height": 728})
    across = "[...document.querySelectorAll('.across table')].map(t => t.scrollWidth)"
    assert max(sheet.js(across)) <= 1031
