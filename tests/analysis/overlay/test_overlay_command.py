"""`yngis overlay` as a planner types it: what it writes, and what is left when it is stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
import typer
from shapely import Polygon, box
from typer.testing import CliRunner

from yngis.cli.overlay import overlay
from yngis.errors import LayerError

app = typer.Typer()
app.command()(overlay)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Four lots of 0.001°, one of them a bow-tie and one with a name that is a formula."""
    x, y = 102.7, 25.0
    lots = [box(x + k * 0.001, y, x + (k + 1) * 0.001, y + 0.001) for k in range(3)]
    bow_tie = Polygon(
        [(x, y + 0.002), (x + 0.001, y + 0.003), (x + 0.001, y + 0.002), (x, y + 0.003)]
    )
    parcels = gpd.GeoDataFrame(
        {"dlbm": ["0601", "=1+1", None, "0601"], "year": [2020, 2021, 2021, 2021]},
        geometry=[*lots, bow_tie],
        crs="EPSG:4490",
    )
    zones = gpd.GeoDataFrame(
        {"name_zh": ["甲", "@乙"]},
        geometry=[box(x - 1, y - 1, x + 0.0015, y + 1), box(x + 0.0015, y - 1, x + 0.0018, y + 1)],
        crs="EPSG:4490",
    )
    parcels.to_parquet(tmp_path / "lots.parquet")
    zones.to_file(tmp_path / "zones.gpkg", layer="边界")
    return tmp_path / "lots.parquet", tmp_path / "zones.gpkg"


def run(files: tuple[Path, Path], out: Path, *more: str) -> str:
    told = [str(files[0]), "--zones", str(files[1]), "--out", str(out), *more]
    result = CliRunner().invoke(app, told, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_same_table_in_every_form(files: tuple[Path, Path], tmp_path: Path, form: str) -> None:
    out = tmp_path / f"table.{form}"
    said = run(files, out, "--by", "dlbm", "--by", "year")
    assert "mended before measuring: 1" in said
    if form == "csv":
        table = pd.read_csv(out, dtype={"dlbm": str})
        listed = pd.read_csv(tmp_path / "table.mended.csv")
    elif form == "xlsx":
        table = pd.read_excel(out, sheet_name=0, dtype={"dlbm": str})
        listed = pd.read_excel(out, sheet_name=1)
    else:
        table = pd.read_parquet(out)
        listed = pd.read_csv(tmp_path / "table.mended.csv")
    assert list(table.columns) == ["zone", "dlbm", "year", "area_m2", "parcels"]
    assert table["parcels"].sum() == 6
    # Of a degree at 25.5°N, 11,137 km² (DOMAIN 5.5), a lot of 0.001° at 25.0°N has 1e-6 and
    # cos 25.0° / cos 25.5° times as much: 1.1184 ha; the bow-tie is half of one.
    assert table["area_m2"].sum() / 1e4 == pytest.approx(3.5 * 1.1184, rel=1e-3)
    # The file is named without the folders of this machine.
    assert listed.to_numpy().tolist()[0] == [files[0].name, 4, "已修复 mended"]
    # Zones that have nothing to do with the plan are told as such, once.
    assert len(listed) == 2
    assert "2 个名称都不是" in listed["what"].iloc[1]
    assert "2 个名称都不是" in said


def test_text_from_files_never_runs_as_a_formula(files: tuple[Path, Path], tmp_path: Path) -> None:
    run(files, tmp_path / "t.xlsx", "--by", "dlbm")
    cells = [
        cell for row in openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0] for cell in row
    ]
    texts = {cell.value: cell.data_type for cell in cells if isinstance(cell.value, str)}
    assert texts["=1+1"] == texts["@乙"] == "s"
    run(files, tmp_path / "t.csv", "--by", "dlbm")
    raw = (tmp_path / "t.csv").read_text("utf-8-sig")
    assert "'=1+1" in raw
    assert "'@乙" in raw


def test_a_clean_run_leaves_no_list_of_an_earlier_one(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    zones = gpd.read_file(files[1]).assign(name_zh=["昆明经开区", "富民产业园"])
    zones.to_file(files[1], layer="边界")
    run(files, tmp_path / "t.csv")
    assert (tmp_path / "t.mended.csv").exists()
    gpd.read_parquet(files[0]).iloc[:3].to_parquet(files[0])
    run(files, tmp_path / "t.csv")
    assert not (tmp_path / "t.mended.csv").exists()


def test_options_reach_the_analysis(files: tuple[Path, Path], tmp_path: Path) -> None:
    run(files, tmp_path / "t.csv", "--no-outside", "--zones-layer", "边界", "--name", "name_zh")
    assert pd.read_csv(tmp_path / "t.csv")["zone"].tolist() == ["甲", "'@乙"]


def test_the_form_is_judged_before_the_work(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"did you mean “\.xlsx”"):
        run(files, tmp_path / "t.xls")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT is sent the Unix way")
def test_stopped_half_way_it_leaves_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    shapes = shapely.box(102.7, 25.0, 102.7 + 1e-4 * pd.Series(range(1, 2001)), 25.001)
    frame = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4490")
    frame.to_parquet(files[0], row_group_size=10)
    out = tmp_path / "out" / "table.csv"
    out.parent.mkdir()
    code = """
import signal, time, typer
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell ignores it
import yngis.analysis.overlay.parcel_input as analysis
from yngis.cli.overlay import overlay
whole = analysis.read_part
def slowly(part):
    for batch in whole(part):
        print("reading", flush=True)
        time.sleep(0.2)
        yield batch
analysis.read_part = slowly
typer.run(overlay)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code, files[0], "--zones", files[1], "--out", out],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("reading")
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate()
    assert process.returncode != 0
    assert told.count("reading") < 50  # of 200 row groups
    assert list(out.parent.iterdir()) == []


def test_parcels_one_belt_off_are_told_in_summary_and_list(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    parcels = gpd.read_parquet(files[0]).to_crs(4543).set_crs(4544, allow_override=True)
    parcels.to_parquet(files[0])
    for more in ((), ("--no-outside",)):
        said = run(files, tmp_path / "t.csv", *more)
        assert "no parcel touches any zone" in said
        listed = pd.read_csv(tmp_path / "t.mended.csv")
        assert listed["what"].str.contains("no parcel touches any zone").sum() == 1


def test_both_files_can_be_given_the_crs_that_they_do_not_declare(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    gpd.read_parquet(files[0]).to_crs(4543).to_file(tmp_path / "lots.shp")
    gpd.read_file(files[1]).to_crs(4543).to_file(tmp_path / "zones.shp")
    bare = (tmp_path / "lots.shp", tmp_path / "zones.shp")
    run(bare, tmp_path / "whole.csv")
    for layer in ("lots", "zones"):
        (tmp_path / f"{layer}.prj").unlink()
    with pytest.raises(LayerError, match="--zones-crs 4543"):
        run(bare, tmp_path / "t.csv")
    with pytest.raises(LayerError, match="--crs of parcels"):
        run(bare, tmp_path / "t.csv", "--zones-crs", "4543")
    run(bare, tmp_path / "t.csv", "--zones-crs", "4543", "--crs", "4543")
    given, whole = (pd.read_csv(tmp_path / name) for name in ("t.csv", "whole.csv"))
    assert given["area_m2"].tolist() == pytest.approx(whole["area_m2"].tolist(), rel=1e-9)
    with pytest.raises(LayerError, match="leave --crs out"):
        run(files, tmp_path / "t.csv", "--crs", "4543")


class TestOwnZones:
    """The command makes units of zones as the audit does."""

    X, Y = 103.07, 25.26  # 嵩明县

    def square(self, east: float, width: float = 1.0) -> Polygon:
        west = self.X + 0.01 * east
        return box(west, self.Y, west + 0.01 * width, self.Y + 0.01)

    def table(self, tmp_path: Path, *more: str) -> tuple[pd.Series, str]:
        """Three parts of one zone by three spellings, a zone in the last of them, and a typo."""
        names = [
            "杨林经开区",
            "杨林经开区（二片区）",
            "嵩明杨林经济技术开发区",
            "园中园",
            "富明产业园",
        ]
        shapes = [
            self.square(0), self.square(2), self.square(4), self.square(4.5, 0.5), self.square(6),
        ]  # fmt: skip
        zones = gpd.GeoDataFrame({"开发区名称": names}, geometry=shapes, crs=4490)
        zones.to_file(tmp_path / "z.gpkg")
        lots = gpd.GeoDataFrame(geometry=[self.square(at) for at in (0, 2, 4)], crs=4490)
        lots.to_parquet(tmp_path / "lots.parquet")
        files = (tmp_path / "lots.parquet", tmp_path / "z.gpkg")
        said = run(files, tmp_path / "t.csv", *more)
        return pd.read_csv(tmp_path / "t.csv").set_index("zone")["area_m2"], said

    def test_parts_are_united_and_oddities_told(self, tmp_path: Path) -> None:
        area, said = self.table(tmp_path)
        whole = area["嵩明杨林经济技术开发区"]
        assert area["园中园"] == pytest.approx(whole / 6, rel=1e-6)
        assert area["overlap"] == pytest.approx(-whole / 6, rel=1e-6)
        assert area["富明产业园"] == 0.0  # no parcel lies there
        for sign in ("一园多片区", "云南富民产业园区", "园中园"):
            assert sign in said
        listed = pd.read_csv(tmp_path / "t.mended.csv")
        assert set(listed["file"]) == {"z.gpkg"}
        assert len(listed) == 4  # united, inside another, and two that the plan lacks

    def test_parts_and_inner_zones_by_option(self, tmp_path: Path) -> None:
        area, _ = self.table(tmp_path, "--zone-parts", "--inner-first")
        zone = "嵩明杨林经济技术开发区"
        parts = [area[f"{zone}（{part}）"] for part in ("1", "二片区", "3")]
        assert parts == pytest.approx([parts[0], parts[0], parts[0] / 2], rel=1e-6)
        assert area["园中园"] == pytest.approx(parts[2], rel=1e-6)
        assert "overlap" not in area

    def test_zones_without_a_column_of_names_are_told(self, tmp_path: Path) -> None:
        shapes = [self.square(0), self.square(2)]
        gpd.GeoDataFrame({"XMMC": ["a", "b"]}, geometry=shapes, crs=4490).to_file(
            tmp_path / "z.gpkg"
        )
        lots = gpd.GeoDataFrame(geometry=[self.square(0)], crs=4490)
        lots.to_parquet(tmp_path / "lots.parquet")
        files = (tmp_path / "lots.parquet", tmp_path / "z.gpkg")
        assert "没有名称列" in run(files, tmp_path / "t.csv")
        assert "没有名称列" not in run(files, tmp_path / "t.csv", "--name", "XMMC")
        assert pd.read_csv(tmp_path / "t.csv")["zone"].tolist() == ["a", "b", "outside"]
        with pytest.raises(LayerError, match="XMMC"):
            run(files, tmp_path / "t.csv", "--name", "XMNC")
