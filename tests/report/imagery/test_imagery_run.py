"""`yngis imagery evidence` from list to files: what is written, refused, and never said."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from yngis.analysis.imagery.evidence import EVIDENCE_COLUMNS
from yngis.cli import app
from yngis.errors import LayerError
from yngis.report.imagery import run
from yngis.report.imagery.inputs import read_labels, read_ledger_parcels

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.report.demo.scenes import DemoScenes

DAY = dt.date(2025, 12, 31)
HOSTILE = "</td><script>alert(1)</script>"


@pytest.fixture(scope="module")
def demo(
    demo_scenes: tuple[Path, DemoScenes], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    home, made = demo_scenes
    own = shutil.copytree(home, tmp_path_factory.mktemp("demo") / "own")
    files = {kind: own / path.relative_to(home) for kind, path in made.files.items()}
    lots = gpd.read_file(files["scene_parcels"])
    lots["用地单位"] = HOSTILE
    lots.to_file(files["scene_parcels"], driver="GPKG", layer="宗地")
    # Two years of scenes do for the files.
    rows = pd.read_csv(files["scenes"], encoding="utf-8-sig")
    rows.iloc[20:].to_csv(files["scenes"], index=False, encoding="utf-8-sig")
    return files


@pytest.fixture(scope="module")
def few_scenes(demo: dict[str, Path]) -> Path:
    """A list of four of the scenes, where how many there are says nothing."""
    rows = pd.read_csv(demo["scenes"], encoding="utf-8-sig")
    path = demo["scenes"].with_name("few.csv")
    rows.iloc[::10].to_csv(path, index=False, encoding="utf-8-sig")
    return path


@pytest.fixture(scope="module")
def written(demo: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "evidence"
    before, run.INLINE = run.INLINE, 5
    try:
        done = CliRunner().invoke(
            app,
            [
                "imagery", "evidence", "--parcels", str(demo["scene_parcels"]), "--scenes",
                str(demo["scenes"]), "--as-of", "2025-12-31", "--labels",
                str(demo["scene_labels"]), "--out", str(out),
            ],
        )  # fmt: skip
    finally:
        run.INLINE = before
    assert done.exit_code == 0, done.output
    assert "无法判断" in done.output
    return out


def test_the_files_promised_are_there(written: Path) -> None:
    names = {"parcel_evidence.csv", "series.csv", "scenes_used.csv", "calibration.json"}
    names |= {"report.html", "cards.html", "run.json"}
    assert names <= {path.name for path in written.iterdir()}
    table = pd.read_csv(written / "parcel_evidence.csv", encoding="utf-8-sig")
    assert tuple(table.columns) == EVIDENCE_COLUMNS
    assert (
        table["state"]
        .isin(
            ["built", "not_built", "green", "water", "part_green", "non_vegetated", "cannot_tell"]
        )
        .all()
    )
    record = json.loads((written / "run.json").read_text(encoding="utf-8"))
    assert record["label"].startswith("演示数据")
    assert len(record["scenes"]) == 40
    told = json.loads((written / "calibration.json").read_text(encoding="utf-8"))
    assert told["usable"]
    assert list((written / "chips").glob("*_before.jpg"))
    assert list((written / "cards").glob("*.html"))


def test_pages_are_inert_and_ask_for_nothing(written: Path, inert: Callable[[str], bool]) -> None:
    for path in (written / "cards.html", written / "report.html"):
        text = path.read_text(encoding="utf-8")
        assert inert(text) if path.name == "report.html" else "<script" not in text
        assert "default-src 'none'" in text
        assert not re.findall(r'(?:src|href)="https?:', text)
    cards = (written / "cards.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in cards
    assert cards.count("<article ") == 5
    assert "实地核查" in cards
    assert "密级" in cards


def test_the_words_are_suspected_or_to_be_checked(written: Path) -> None:
    table = pd.read_csv(written / "parcel_evidence.csv", encoding="utf-8-sig")
    told = table["contradiction"].dropna()
    assert len(told) > 10
    assert told.str.match("疑似|核实").all()
    sure = table.loc[table["grade"] == "B", "contradiction"].dropna()
    assert sure.str.startswith("核实").all()


def test_labels_of_the_ledger(demo: dict[str, Path], tmp_path: Path) -> None:
    found = run.write_evidence(
        tmp_path / "e", demo["scene_parcels"], demo["scenes"], as_of="2025-12-31", labels="ledger"
    )
    # Completed before 2023 is built, not started and green is not; the planted lies are in it too.
    assert sum(found.calibration.labels) > 40


def test_faults_are_told_and_nothing_is_written(
    demo: dict[str, Path], few_scenes: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "scenes.csv"
    bad.write_text("path,date,sensor\nx.tif,2025-01-01,s2_l2a\n", encoding="utf-8")
    for more, told in [
        ({"scenes": bad}, "掩膜"),
        ({"as_of": "去年"}, "--as-of"),
        ({"key": "没有"}, "没有"),
        ({"rules": str(bad)}, "scenes.csv"),
        ({"land_cover": bad, "legend": "ghs-built-s"}, "--built-class"),
    ]:
        options = {
            "parcels": demo["scene_parcels"],
            "scenes": few_scenes,
            "as_of": "2025-12-31",
        }
        with pytest.raises((LayerError, Exception), match=told):
            run.write_evidence(tmp_path / "out", **(options | more))  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_labels_and_ledgers_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("parcel,label\na,built\na,built\nb,maybe\n,built\n", encoding="utf-8")
    with pytest.raises(LayerError) as caught:
        read_labels(path)
    assert len(caught.value.problems) == 3
    lots = gpd.GeoDataFrame(
        {
            "合同编号": ["1", "1"],
            "实际竣工日期": ["2020年", "见附件"],
            "实际动工日期": ["", "2020.1"],
        },
        geometry=[shapely.box(550_000 + x, 2_700_000, 550_100 + x, 2_700_100) for x in (0, 200)],
        crs=4541,
    )
    lots.to_file(tmp_path / "lots.gpkg")
    with pytest.raises(LayerError, match="不重复"):
        read_ledger_parcels(tmp_path / "lots.gpkg", as_of=DAY, key="合同编号")
    lots.assign(合同编号=["1", "2"]).to_file(tmp_path / "lots.gpkg")
    told = read_ledger_parcels(tmp_path / "lots.gpkg", as_of=DAY)
    # A year is its last day; what is no day says nothing for sure.
    assert told.completed == [dt.date(2020, 12, 31), None]
    assert told.status[0] == "completed"
    assert told.status[1] != "completed"
    assert any("issues.csv" in note for note in told.notes)


def test_a_list_is_checked_alone(few_scenes: Path) -> None:
    done = CliRunner().invoke(app, ["imagery", "check", str(few_scenes)])
    assert done.exit_code == 0
    assert "4 景" in done.output
    assert "不作审查" in done.output
