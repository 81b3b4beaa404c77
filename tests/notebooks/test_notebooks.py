"""Every notebook runs from top to bottom, shows its maps in JupyterLab, and defines nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page

if TYPE_CHECKING:
    import nbformat

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
MAPS = {
    "01_figures": 2, "02_audit": 1, "03_intensity": 1, "04_clustering": 2, "05_evidence": 1,
    "06_imagery": 0, "explore": 2,
}  # fmt: skip
_WAIT = 90_000  # milliseconds


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path, executed: Callable[[Path], nbformat.NotebookNode]) -> None:
    notebook = executed(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell["execution_count"] for cell in code)
    text = [str(output) for cell in code for output in cell.outputs]
    pages = MAPS[path.stem] or 1
    assert sum("srcdoc=" in part for part in text) == pages
    if path.stem == "01_figures":
        assert any("宣威经开区" in part and "五华产业园" in part for part in text)
        assert any("云南华坪产业园区" in part and "mend" in part for part in text)
    if path.stem == "02_audit":
        assert any("ledger.xlsx" in part and "map.html" in part for part in text)
        assert any("已逾期" in part and "疑似闲置" not in part for part in text)
        assert any("扣减指标" in part and "公顷" in part for part in text)
    if path.stem == "03_intensity":
        assert any("a2_investment_wan" in part and "元" in part for part in text)
        assert any("rank_low" in part for part in text)
        assert "'23.8%'" in text[-2]
        assert "intensity/report.html" in text[-1]
        assert "targets/targets.xlsx" in text[-1]
    if path.stem == "04_clustering":
        assert any("集聚" in part and "分散" in part and "随机" in part for part in text)
        assert any("report.html" in part and "demo_truth.csv" in part for part in text)
    if path.stem == "05_evidence":
        assert any("--even-schematic" in part for part in text)
        assert any("最大相差 0.0" in part for part in text)
        assert any("抚仙湖" in part and "磷化工" in part for part in text)
        assert any("没有多余： True" in part for part in text)
        assert any("前期晚于后期" in part or "同一年份" in part for part in text)
        assert any("disposal/report.html" in part for part in text)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_clean_and_defines_nothing(path: Path) -> None:
    import nbformat  # noqa: PLC0415 - slow to import, see conftest.py

    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        assert not cell.outputs
        assert cell.execution_count is None
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not any(isinstance(node, kinds) for node in ast.walk(ast.parse(cell.source)))
        # What an explorer needs hangs from yngis itself.
        assert "from yngis" not in cell.source
        assert "import yngis." not in cell.source


@pytest.mark.browser
def test_maps_are_drawn_in_jupyterlab(jupyterlab: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name, maps in MAPS.items():
        page.goto(f"{jupyterlab}/lab/tree/{name}.ipynb?reset")
        shown = page.locator(".jp-OutputArea iframe")
        shown.nth(max(maps, 1) - 1).wait_for(state="attached", timeout=_WAIT)
        assert shown.count() == max(maps, 1), name
        for at in range(maps):
            _assert_map_is_drawn(page, at, name)
    page.close()
    near = (jupyterlab, "data:", "blob:", "about:", "ws:")
    afar = [url for url in asked if not url.startswith(near)]
    assert afar == []


def _assert_map_is_drawn(page: Page, at: int, name: str) -> None:
    frame = page.locator(".jp-OutputArea iframe").nth(at).element_handle(timeout=_WAIT)
    inside = frame.content_frame()
    assert inside is not None
    inside.wait_for_selector("html[data-ready=true]", state="attached", timeout=_WAIT)
    assert inside.query_selector("#panel h1"), name
    assert inside.query_selector(".leaflet-container canvas, .leaflet-container path"), name
