"""Every notebook runs from top to bottom, is committed without output, and defines nothing."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _run(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    environment = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    here = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=180, kernel_name="python3", resources=here)
    client.execute(env=environment)
    return notebook


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path) -> None:
    notebook = _run(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell["execution_count"] for cell in code)
    text = [str(output) for cell in code for output in cell.outputs]
    if path.stem == "01_figures":
        assert sum("srcdoc=" in part for part in text) == 2
        assert any("宣威经开区" in part and "五华产业园" in part for part in text)
        assert any("云南华坪产业园区" in part and "mend" in part for part in text)
    if path.stem == "02_audit":
        assert sum("srcdoc=" in part for part in text) == 1
        assert any("ledger.xlsx" in part and "map.html" in part for part in text)
        assert any("已逾期" in part and "疑似闲置" not in part for part in text)
        assert any("扣减指标" in part and "公顷" in part for part in text)
    if path.stem == "03_intensity":
        assert sum("srcdoc=" in part for part in text) == 1
        assert any("a2_investment_wan" in part and "元" in part for part in text)
        assert any("rank_low" in part for part in text)
        assert "'23.8%'" in text[-2]
        assert "intensity/report.html" in text[-1]
        assert "targets/targets.xlsx" in text[-1]
    if path.stem == "04_clustering":
        assert sum("srcdoc=" in part for part in text) == 2
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
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        assert not cell.outputs
        assert cell.execution_count is None
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not any(isinstance(node, kinds) for node in ast.walk(ast.parse(cell.source)))
