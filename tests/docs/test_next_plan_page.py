"""The page on the next plan is run as it stands: made, edited, checked, drawn, compared."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "next-plan.md"
LEDGER = {
    "电子监管号": ["A1"],
    "土地面积(公顷)": [2.0],
    "合同签订日期": ["2020-01-01"],
    "约定开工时间": ["2020-06-01"],
    "约定竣工时间": ["2022-06-01"],
    "行政区": ["沾益区"],
}


def page_script(*, figure: int) -> str:
    """The fenced commands of the page as one script; a page of one figure stands for all."""
    text = PAGE.read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    whole = re.compile(r"^(yngis maps --plan next --format html,png)", re.MULTILINE)
    assert len(whole.findall(script)) == 1
    return whole.sub(rf"\1 --figures {figure}", script)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which all commands of the page were run, one after the other."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash to run the page with")
    folder = tmp_path_factory.mktemp("walk")
    pd.DataFrame(LEDGER).to_excel(folder / "台账.xlsx", index=False)
    head = f'set -euo pipefail\nyngis() {{ "{sys.executable}" -m yngis "$@"; }}\n'
    run = subprocess.run(
        [bash, "-c", head + page_script(figure=12)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def test_the_page_of_the_next_plan_runs_as_one_script(walked: Path) -> None:
    assert (walked / "guizhou" / "pack.yml").is_file()
    page = (walked / "next_maps" / "fig12.html").read_text(encoding="utf-8")
    assert "曲靖市主导产业图" in page
    assert "低空经济" in page
    assert (walked / "next_maps" / "print" / "fig12.png").is_file()
    assert {path.suffix for path in (walked / "slides" / "print").glob("fig01*")} == {
        ".png",
        ".svg",
    }
    # The environment named the pack of the audit, the option that of the maps.
    audit = json.loads((walked / "audit" / "run.json").read_text(encoding="utf-8"))
    assert audit["plan"]["id"] == "next"


def test_the_comparison_of_the_page_tells_its_edits_and_no_other(walked: Path) -> None:
    record = json.loads((walked / "changes" / "run.json").read_text(encoding="utf-8"))
    counts = {topic: count for topic, count in record["counts"].items() if count}
    assert counts == {"industries": 1, "segments": 2, "layout": 2, "figures": 1}
    told = (walked / "changes" / "sentences.txt").read_text(encoding="utf-8")
    assert "“曲靖经济技术开发区”增加低空经济·低空物流" in told
