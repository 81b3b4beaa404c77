"""`yngis change` on the demonstration and on bureau carriers: files, names, planted truth."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from yngis.cli import app
from yngis.errors import LayerError
from yngis.report.change import ChangeInputs, write_change
from yngis.report.change.records import LandRecords
from yngis.report.demo.bureau import make_demo
from yngis.report.demo.files import write_files
from yngis.report.demo.surveys import write_demo_surveys


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    made = make_demo(3, 1_500)
    write_files(made, folder)
    write_demo_surveys(made, folder, 5)
    return folder


@pytest.fixture(scope="module")
def result(demo: Path) -> Path:
    out = demo / "out"
    inputs = ChangeInputs(
        str(demo / "国土调查_2024.gpkg"),
        str(demo / "国土调查_2025.gpkg"),
        records=LandRecords((str(demo / "供应.gpkg"),), (str(demo / "批准.gpkg"),)),
    )
    write_change(out, inputs)
    return out


def _read(path: Path) -> pd.DataFrame:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"before": "str", "after": "str"})


def test_what_was_planted_is_found_all_and_only(demo: Path, result: Path) -> None:
    truth = _read(demo / "change_truth.csv")
    changes, suspects = _read(result / "change.csv"), _read(result / "suspects.csv")
    found = pd.concat([changes[changes["polygons"] > 0], suspects])
    found = found.set_index(["zone", "kind"])["area_m2"]
    wanted = truth.groupby(["zone", "kind"])["area_m2"].sum()
    assert set(found.index) == set(wanted.index)
    # A record may have drifted by half a metre over the field that was built beside it.
    assert (found / wanted - 1.0).abs().max() < 2e-3
    ids = {each for cell in suspects["ids"] for each in cell.split(";")}
    planted = truth[truth["kind"].isin(["supplied_early", "unapproved", "contradiction"])]
    assert ids == set(planted["id"].astype(str))


def test_files_have_the_columns_that_programs_read(result: Path) -> None:
    assert list(_read(result / "transition.csv")) == ["zone", "before", "after", "area_m2"]
    assert list(_read(result / "change.csv")) == ["zone", "kind", "area_m2", "polygons"]
    assert list(_read(result / "suspects.csv")) == ["zone", "kind", "area_m2", "ids"]
    pieces = gpd.read_file(result / "changes.gpkg", layer="changes")
    assert pieces.crs.to_epsg() == 4490
    assert {"before_id", "after_id", "kinds"} <= set(pieces.columns)
    told = json.loads((result / "run.json").read_text(encoding="utf-8"))
    assert told["years"] == [2024, 2025]
    assert told["counts"]["redrawn"] > 0
    assert "report.html" in told["outputs"]
    assert "合成" in (result / "report.html").read_text(encoding="utf-8")


def test_increments_tell_the_same_changes(demo: Path, result: Path, tmp_path: Path) -> None:
    write_change(tmp_path / "out", ChangeInputs(increments=str(demo / "变更过程_2025.gpkg")))
    ours = _read(result / "change.csv").set_index(["zone", "kind"])["area_m2"]
    theirs = _read(tmp_path / "out" / "change.csv").set_index(["zone", "kind"])["area_m2"]
    assert (ours - theirs.reindex(ours.index)).abs().max() < 1.0
    moves = _read(tmp_path / "out" / "border_moves.csv")
    assert set(moves["border"].astype(str)) == {"2", "4"}


def test_the_command_on_carriers_of_a_bureau(demo: Path, tmp_path: Path) -> None:
    before = gpd.read_file(demo / "国土调查_2024.gpkg")
    after = gpd.read_file(demo / "国土调查_2025.gpkg")
    west, south, east, north = before.geometry.iloc[0].bounds
    box = shapely.box(west - 0.01, south - 0.01, east + 0.01, north + 0.01)
    near = before.intersects(box)
    before, after = before[near], after[near]
    zones = gpd.GeoDataFrame({"开发区名称": ["甲园"]}, geometry=[box], crs=4490)
    zones.to_file(tmp_path / "zones.gpkg")
    before.to_crs(4544).to_file(tmp_path / "前期.shp", encoding="GB18030")
    (tmp_path / "前期.cpg").unlink()
    after.to_crs(4544).to_parquet(tmp_path / "后期.parquet")
    told = CliRunner().invoke(
        app,
        [
            "change", "--before", str(tmp_path / "前期.shp"), "--after",
            str(tmp_path / "后期.parquet"), "--zones", str(tmp_path / "zones.gpkg"),
            "--footprint-tolerance", "0.01", "--out", str(tmp_path / "out"),
        ],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "界线重绘" in told.output or "新建" in told.output
    table = _read(tmp_path / "out" / "transition.csv")
    assert set(table["zone"]) == {"甲园"}


def test_a_broken_run_writes_nothing(demo: Path, tmp_path: Path) -> None:
    one = str(demo / "国土调查_2025.gpkg")
    with pytest.raises(LayerError, match="SJNF"):
        write_change(tmp_path / "out", ChangeInputs(one, one))
    assert not (tmp_path / "out").exists()


BOX = shapely.box(102.0, 25.0, 102.001, 25.001)


def _two_years_alike(home: Path, records: LandRecords | None = None) -> ChangeInputs:
    """Two surveys of one parcel, which is the whole of a zone."""
    for year in (2022, 2023):
        survey = gpd.GeoDataFrame({"DLBM": ["0601"], "SJNF": [year]}, geometry=[BOX], crs=4490)
        survey.to_file(home / f"{year}.gpkg")
    gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[BOX], crs=4490).to_file(home / "z.gpkg")
    surveys = (str(home / f"{year}.gpkg") for year in (2022, 2023))
    return ChangeInputs(*surveys, zones=str(home / "z.gpkg"), records=records or LandRecords())


def test_a_year_without_change_is_written_with_zeros(tmp_path: Path) -> None:
    write_change(tmp_path / "out", _two_years_alike(tmp_path))
    assert _read(tmp_path / "out" / "change.csv")["area_m2"].tolist() == [0.0] * 6
    assert len(_read(tmp_path / "out" / "transition.csv")) == 1


def test_every_doubt_about_the_ledgers_is_told_and_listed(tmp_path: Path) -> None:
    # A code that is none touches no day and no area; the datum shows only when all has been read.
    columns = {"合同编号": ["H1"], "合同签订日期": ["2020-01-01"], "地类编码": ["9876"]}
    ledger = gpd.GeoDataFrame(columns | {"坐标系": ["不详"]}, geometry=[BOX], crs=4490)
    ledger.to_file(tmp_path / "供应.gpkg")
    records = LandRecords((str(tmp_path / "供应.gpkg"),))
    found = write_change(tmp_path / "out", _two_years_alike(tmp_path, records))
    issues = _read(tmp_path / "out" / "issues.csv")
    assert {"code_unknown", "datum_unclear"} <= set(issues["rule"])
    told = next(note for note in found.notes if note.startswith("台账存疑"))
    assert set(issues["meaning"]) <= {each for each in issues["meaning"] if each in told}
