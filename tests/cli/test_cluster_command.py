"""`yngis cluster` from the shell: what it writes and what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd

from yngis.report.clustering.run import read_enterprises


def _run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yngis", "cluster", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_plans_text_alone_gives_tables_and_sentences(tmp_path: Path) -> None:
    run = _run("--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "重合度" in run.stdout
    assert (tmp_path / "out" / "clustering.xlsx").exists()
    assert (tmp_path / "out" / "tables" / "recommendations.csv").exists()
    for name in ("report.html", "map.html"):
        page = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "Content-Security-Policy" in page
        assert "演示数据" not in page


def test_demo_writes_its_enterprises_and_their_truth_and_finds_it(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    run = run_command("cluster", "--demo", "--simulations", "99", "--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "演示数据" in run.stdout
    out = tmp_path / "out"
    listed = pd.read_csv(out / "demo_enterprises.csv")
    assert len(listed) == 1434
    assert (listed["数据说明"] == "演示数据").all()
    truth = pd.read_csv(out / "demo_truth.csv").set_index("产业")
    found = pd.read_csv(out / "tables" / "k_density.csv").set_index("industry")["pattern"]
    assert found[truth.index].to_dict() == truth["植入的格局"].to_dict()
    assert sorted(truth["植入的格局"]) == ["分散", "随机", "集聚"]
    for name in ("report.html", "map.html"):
        assert "演示数据" in (out / name).read_text(encoding="utf-8")
    about = openpyxl.load_workbook(out / "clustering.xlsx", read_only=True)["说明"]
    assert any("演示数据" in str(row) for row in about.iter_rows(values_only=True))


def test_maps_for_print_come_when_asked_for(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    run = run_command(
        "cluster", "--out", "out", "--format", "png,html", "--dpi", "72", cwd=tmp_path
    )
    assert run.returncode == 0, run.stderr
    maps = tmp_path / "out" / "maps"
    # The plan's text alone has links, but no enterprises to draw.
    assert [path.name for path in maps.glob("*.html")] == ["network_overlap.html"]
    assert [path.name for path in (maps / "print").iterdir()] == ["network_overlap.png"]
    assert (maps / "print" / "network_overlap.png").read_bytes().startswith(b"\x89PNG")


def test_a_wrong_format_is_told_before_anything_is_done(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    run = run_command("cluster", "--demo", "--out", "out", "--format", "png,pgn", cwd=tmp_path)
    assert run.returncode == 1
    assert "pgn" in run.stdout + run.stderr
    assert not (tmp_path / "out").exists()


def test_demo_and_own_data_are_refused_together(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    run = run_command(
        "cluster",
        "--demo",
        "--enterprises",
        "e.csv",
        "--datum",
        "WGS84",
        "--out",
        "o",
        cwd=tmp_path,
    )
    assert run.returncode == 1
    assert "--enterprises、--datum" in run.stdout + run.stderr
    assert not (tmp_path / "o").exists()


def test_a_missing_file_is_told_in_both_languages_and_writes_nothing(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    run = run_command("cluster", "--enterprises", "none.csv", "--out", "out", cwd=tmp_path)
    assert run.returncode == 1
    assert "none.csv" in run.stdout + run.stderr
    assert "mend" in run.stdout + run.stderr
    assert not (tmp_path / "out").exists()


def test_what_of_a_list_was_read_and_what_was_not_is_told_everywhere(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    text = (
        "企业名称,行业代码,经度,纬度,从业人数（万人）,税收\n甲厂,3216,102.712312,25.040645,0.12,7\n"
        "合计,,,,0.12,7\n注：规上企业,,,,,\n"
    )
    (tmp_path / "e.csv").write_text(text, encoding="gb18030")
    more = ("--datum", "CGCS2000", "--simulations", "19", "--out", "out")
    run = run_command("cluster", "--enterprises", "e.csv", *more, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for told in (
        "从业人数（万人） → size［万人，表头］",
        "未采用的列（1） / columns not used: 税收",
        "注:规上企业",
        "第 3 行 / rows of totals left out: 3",
        "1 家企业，1 家的坐标可用",
    ):
        assert told in run.stdout
        assert any(told in note for note in record["notes"])
        assert told.split("→")[0] in report
    assert record["inputs"][0]["unused"] == ["税收"]
    plants = gpd.read_file(tmp_path / "out" / "clustering.gpkg", layer="enterprises")
    assert plants["size"].tolist() == [1200.0]


def test_fields_of_a_layer_are_told_too(tmp_path: Path) -> None:
    plant = {"企业名称": ["甲"], "行业代码": ["3216"], "税收": [7]}
    points = gpd.GeoDataFrame(
        plant, geometry=gpd.points_from_xy([102.712312], [25.040645]), crs="EPSG:4490"
    )
    points.to_file(tmp_path / "e.gpkg")
    ready = read_enterprises(tmp_path / "e.gpkg", datum="CGCS2000")
    assert any("columns not used: 税收" in note for note in ready.reading)
