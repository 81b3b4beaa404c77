"""`yngis intensity` and `yngis targets` from the shell: what they write and what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import box

from yngis.cli import main
from yngis.report.demo.zones import write_demo_zones


def _run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yngis", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    write_demo_zones(folder)
    return folder


def test_intensity_writes_workbook_report_run_and_maps(
    tables: Path, tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    words = ["intensity", "--zones-table", str(tables / "zones_table.xlsx"), "--year", "2023"]
    words += ["--draws", "50", "--maps", "score,idle_rate_prefectures,score_idle"]
    run = run_command(*words, "--format", "html,png", "--dpi", "72", "--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "62 个开发区，61 个有分值" in run.stdout
    assert "a2_investment_wan 元 → 万元" in run.stdout
    out = tmp_path / "out"
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    pages = {"score_zones", "score_prefectures", "idle_rate_prefectures", "score_idle"}
    assert {f"maps/{name}.html" for name in pages} <= written
    assert {f"maps/print/{name}.png" for name in {*pages, "score_regions"}} <= written
    assert "maps/score_regions.html" not in written
    assert {"report.html", "run.json", "intensity.xlsx", "tables/league.csv"} <= written
    told = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert told["program"] == "yngis intensity"
    assert told["options"]["year"] == 2023
    assert set(told["outputs"]) == written - {"run.json"}
    report = (out / "report.html").read_text(encoding="utf-8")
    assert 'href="maps/score_zones.html"' in report
    # The table says that it is made up: so does everything made from it.
    for path in out.rglob("*.html"):
        assert "演示数据" in path.read_text(encoding="utf-8")
    cover = openpyxl.load_workbook(out / "intensity.xlsx", read_only=True)["说明"]
    assert any("演示数据" in str(row) for row in cover.iter_rows(values_only=True))


def test_intensity_demo_keeps_its_table_and_takes_a_users_scheme(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    from yngis.analysis.intensity.scheme import read_scheme  # noqa: PLC0415

    shipped = Path(read_scheme.__code__.co_filename).parents[1] / "schemes" / "tdt1029-2010.yml"
    (tmp_path / "ours.yml").write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    words = ["intensity", "--demo", "--scheme", "ours.yml", "--maps", "none", "--draws", "50"]
    run = run_command(*words, "--league", "none", "--method", "jenks", "--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "62 个有分值" in run.stdout
    assert (tmp_path / "out" / "zones_table.xlsx").exists()
    assert (tmp_path / "out" / "zones_truth.csv").exists()
    assert not (tmp_path / "out" / "maps").exists()
    assert not (tmp_path / "out" / "tables" / "league.csv").exists()
    told = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert told["scheme"]["name"] == "ours.yml"
    assert len(told["scheme"]["sha256"]) == 64


def test_targets_from_the_shell(
    tables: Path, tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    words = ["targets", "--stats", str(tables / "zone_stats.csv"), "--maps", "revenue"]
    run = run_command(*words, "--year", "2025", "--format", "html", "--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "40 项指标" in run.stdout
    assert "进度正常 0" in run.stdout  # in the target year nothing is on its way any more
    assert (tmp_path / "out" / "maps" / "revenue_zones.html").exists()
    summary = pd.read_csv(tmp_path / "out" / "tables" / "summary.csv")
    assert len(summary) == 40
    last = run_command(*words[:3], "--maps", "none", "--out", "last", cwd=tmp_path)
    assert last.returncode == 0, last.stderr
    told = json.loads((tmp_path / "last" / "run.json").read_text(encoding="utf-8"))
    assert told["options"]["year"] == 2025  # the last year of the file


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["intensity"], "--zones-table"),
        (["intensity", "--demo", "--zones-table", "t.csv"], "--zones-table"),
        (["intensity", "--demo", "--maps", "idle_rat"], "idle_rate"),
        (["intensity", "--demo", "--format", "jpg"], "--format"),
        (["intensity", "--demo", "--scheme", "2014"], "2014-trial"),
        (["intensity", "--demo", "--league", "zones"], "zones-sample"),
        (["intensity", "--demo", "--method", "kmeans"], "quantile"),
        (["intensity", "--zones-table", "none.xlsx"], "none.xlsx"),
        (["targets"], "--stats"),
        (["targets", "--demo", "--stats", "s.csv"], "--stats"),
        (["targets", "--demo", "--year", "2019"], "2020"),
    ],
)
def test_faults_are_told_in_both_languages_and_nothing_is_written(
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    quick = ["--draws", "10"] if words[0] == "intensity" else []
    monkeypatch.setattr(sys, "argv", ["yngis", *words, *quick, "--out", "out"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert told in said
    assert "改法 mend" in said
    assert not (tmp_path / "out").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("mine", encoding="utf-8")
    run = _run("targets", "--demo", "--maps", "none", "--out", "out", cwd=tmp_path)
    assert run.returncode == 1
    assert "--out" in run.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.docx"]


def test_the_terminal_tells_what_was_assumed_of_codes(
    tmp_path: Path, run_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    square = box(102.90, 24.90, 102.92, 24.92)
    zones = gpd.GeoDataFrame({"name_zh": ["昆明经济技术开发区"]}, geometry=[square], crs=4490)
    zones.to_file(tmp_path / "zones.gpkg")
    parcels = gpd.GeoDataFrame({"DLBM": [601.0]}, geometry=[square], crs=4490)
    parcels.to_file(tmp_path / "dltb.gpkg")
    words = ["intensity", "--parcels", "dltb.gpkg", "--zones", "zones.gpkg", "--maps", "none"]
    words += ["--land-scheme", "三调", "--draws", "10", "--out", "out"]
    run = run_command(*words, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "代码前的零丢失" in run.stdout
    refused = run_command(*words[:-2], "--decide", "0601=A9", "--out", "no", cwd=tmp_path)
    assert refused.returncode == 1
    assert "--decide 0601=A9" in refused.stderr
