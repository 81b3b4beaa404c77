"""The layers commands as a planner types them: what is printed, and the code they end with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyogrio
import pytest
from geopandas import GeoDataFrame
from shapely import Polygon, box

import yngis
from yngis.catalogue import cards, load, read_vector
from yngis.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def called(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["yngis", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Ran(int(ended.value.code or 0), shown.out, shown.err)

    return called


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A bureau's file: two zones under their short names, in metres."""
    zones = load("zones").set_index("name_zh")
    chosen = zones.loc[["蒙自经济技术开发区", "云南富民产业园区"]]
    frame = GeoDataFrame(
        {"开发区名称": chosen["short_zh"].tolist()}, geometry=chosen.geometry.tolist(), crs=4490
    )
    path = tmp_path / "mine.gpkg"
    pyogrio.write_dataframe(frame.to_crs(4543), path, layer="边界")
    return path


def test_help_is_in_both_languages_and_names_every_command(run: Callable[..., Ran]) -> None:
    ran = run("layers", "--help")
    assert ran.code == 0
    for word in ("list", "check", "build", "export", "glossary"):
        assert word in ran.out
    for word in ("列出", "检查", "重建", "导出", "术语表"):
        assert word in ran.out


def test_version(run: Callable[..., Ran]) -> None:
    assert run("--version") == Ran(0, f"yngis {yngis.__version__}\n", "")


class TestList:
    def test_every_card_has_a_line_and_the_count_its_caveat(self, run: Callable[..., Ran]) -> None:
        ran = run("layers", "list")
        assert ran.code == 0
        for card in cards():
            assert card.title_zh in ran.out
        assert "63" in ran.out
        assert "不予臆造" in ran.out

    def test_one_card_with_its_columns(self, run: Callable[..., Ran]) -> None:
        out = run("layers", "list", "zones").out
        assert "area_ha" in out
        assert " ha " in out
        assert "许可 / licence" in out

    def test_a_table_that_bureaus_bring_with_its_known_headers(
        self, run: Callable[..., Ran]
    ) -> None:
        assert "approvals, parcels, supply" in run("layers", "list").out
        out = run("layers", "list", "supply").out
        assert "crhth" in out
        assert "万元" in out

    def test_a_misspelt_name(self, run: Callable[..., Ran]) -> None:
        ran = run("layers", "list", "zonse")
        assert ran.code == 1
        assert "“zones”" in ran.err
        assert ran.out == ""


class TestCheck:
    def test_a_good_file_passes_and_says_what_was_taken(
        self, run: Callable[..., Ran], mine: Path
    ) -> None:
        ran = run("layers", "check", mine, "--as", "zones")
        assert ran.code == 0
        assert "通过" in ran.out
        assert "name_zh ← 开发区名称" in ran.out
        assert ran.err == ""

    def test_a_bad_file_fails_with_every_fault(
        self, run: Callable[..., Ran], tmp_path: Path
    ) -> None:
        path = tmp_path / "bad.geojson"
        shapes = [
            box(25, 102, 26, 103),
            Polygon([(102, 25), (103, 26), (103, 25), (102, 26)]),
            box(102.5, 25.2, 102.51, 25.21),
            box(102.5, 25.2, 102.51, 25.21),
        ]
        names = ["富明产业园", "蒙自经开区", "富民产业园", "富民产业园"]
        GeoDataFrame({"name_zh": names}, geometry=shapes, crs=4326).to_file(path)
        ran = run("layers", "check", path, "--as", "zones")
        assert ran.code == 1
        for sign in ("互换", "自相交"):
            assert sign in ran.err
        assert "共 2 个问题" in ran.err
        # What stops no run is told beside them.
        assert "富明产业园；是否为 / did you mean: 云南富民产业园区" in ran.out

    def test_what_stops_no_run_is_told_and_passes(
        self, run: Callable[..., Ran], tmp_path: Path
    ) -> None:
        path = tmp_path / "odd.geojson"
        shapes = [box(102.5 + 0.02 * at, 25.2, 102.51 + 0.02 * at, 25.21) for at in range(4)]
        names = ["富民产业园", "富民产业园（二片区）", "富明产业园", "蒙自经开区"]
        GeoDataFrame({"name_zh": names}, geometry=shapes, crs=4326).to_file(path)
        ran = run("layers", "check", path, "--as", "zones")
        assert ran.code == 0
        assert ran.out.count("疑点 / doubt: 自有范围第") == 3
        for sign in ("已合并为一个单元", "云南富民产业园区", "名录 / registry: 蒙自市"):
            assert sign in ran.out

    def test_crs_and_layer_are_passed_on(self, run: Callable[..., Ran], tmp_path: Path) -> None:
        zones = load("zones")[["name_zh", "geometry"]].to_crs(4543)
        path = tmp_path / "z.shp"
        pyogrio.write_dataframe(zones, path)
        path.with_suffix(".prj").unlink()
        ran = run("layers", "check", path, "--as", "zones")
        assert ran.code == 1
        assert "EPSG:4543" in ran.err
        assert run("layers", "check", path, "--as", "zones", "--crs", "4543").code == 0
        ran = run("layers", "check", path, "--as", "zones", "--crs", "4543", "--layer", "y")
        assert ran.code == 1
        assert "no layer “y”" in ran.err

    def test_repairs_are_written_and_told(self, run: Callable[..., Ran], tmp_path: Path) -> None:
        square = load("zones").set_index("name_zh").geometry["云南富民产业园区"]
        west, south, east, north = square.bounds
        spike = Polygon(
            [
                (west, south),
                (east, south),
                (east, north),
                (east, north + 0.01),
                (east, north),
                (west, north),
            ]
        )
        path = tmp_path / "spike.gpkg"
        pyogrio.write_dataframe(
            GeoDataFrame({"name_zh": ["富民产业园"]}, geometry=[spike], crs=4490), path
        )
        assert run("layers", "check", path, "--as", "zones").code == 1
        ran = run("layers", "check", path, "--as", "zones", "--repair-to", tmp_path / "good.gpkg")
        assert ran.code == 0
        assert "第 1 行 / row 1: 已修复" in ran.out
        assert "0.0000%" in ran.out
        assert read_vector(tmp_path / "good.gpkg").geometry.iloc[0].is_valid
        assert not read_vector(path).geometry.iloc[0].is_valid  # the user's own is left alone

    def test_what_cannot_be_repaired_still_fails(
        self, run: Callable[..., Ran], tmp_path: Path
    ) -> None:
        bow = Polygon([(102.45, 25.2), (102.55, 25.25), (102.55, 25.2), (102.45, 25.25)])
        path = tmp_path / "bow.gpkg"
        pyogrio.write_dataframe(
            GeoDataFrame({"name_zh": ["富民产业园"]}, geometry=[bow], crs=4490), path
        )
        ran = run("layers", "check", path, "--as", "zones", "--repair-to", tmp_path / "out.gpkg")
        assert ran.code == 1
        assert "未修复" in ran.out
        assert "自相交" in ran.err

    @pytest.mark.parametrize("file", ["nothing.gpkg", "https://example.org/z.gpkg", "/vsicurl/x"])
    def test_what_is_no_file(self, run: Callable[..., Ran], file: str) -> None:
        ran = run("layers", "check", file, "--as", "zones")
        assert ran.code == 1
        assert "改法" in ran.err

    def test_a_table_is_checked_too(self, run: Callable[..., Ran], tmp_path: Path) -> None:
        layout = load("industry_layout")
        path = tmp_path / "layout.csv"
        layout.to_csv(path, index=False, encoding="gbk")
        assert run("layers", "check", path, "--as", "industry_layout").code == 0
        layout.loc[2, "zone"] = "蒙自经济开发区"
        layout.to_csv(path, index=False)
        ran = run("layers", "check", path, "--as", "industry_layout")
        assert ran.code == 1
        assert "是否应为“蒙自经济技术开发区”" in ran.err
        assert "layout.csv zone：第 4 行 / row 4" in ran.err  # as the spreadsheet counts

    def test_a_table_with_several_faults_is_told_all_of_them(
        self, run: Callable[..., Ran], tmp_path: Path
    ) -> None:
        path = tmp_path / "口岸.csv"
        ports = load("port_registry").rename(columns={"name_zh": "口岸名称"}).astype("str")
        ports.loc[0, "lon"] = "东经99度"
        ports.loc[1, "lat"] = "2.1"
        ports.loc[3, "county"] = "镇康"
        ports.to_csv(path, index=False)
        ran = run("layers", "check", path, "--as", "port_registry")
        assert ran.code == 1
        for told in ("lon：第 2 行", "lat：第 3 行", "county：第 5 行"):
            assert f"口岸.csv {told}" in ran.err

    def test_values_cannot_steer_the_terminal(
        self, run: Callable[..., Ran], tmp_path: Path
    ) -> None:
        path = tmp_path / "z.geojson"
        nasty = "\x1b]0;owned\x07\x1b[2J[red]富民[/red]"
        GeoDataFrame(
            {"name_zh": [nasty]}, geometry=[box(102.5, 25.2, 102.51, 25.21)], crs=4326
        ).to_file(path)
        out = run("layers", "check", path, "--as", "zones").out
        assert "\x1b" not in out
        assert "\x07" not in out
        assert "\\x1b[2J[red]富民[/red]" in out  # shown as it is, no markup taken


class TestExport:
    def test_written_with_source_and_licence(self, run: Callable[..., Ran], tmp_path: Path) -> None:
        ran = run("layers", "export", "zones", "--to", tmp_path / "z.geojson")
        assert ran.code == 0
        assert "许可" in ran.out
        assert "示意" in ran.out
        assert "63" in ran.out
        assert len(read_vector(tmp_path / "z.geojson")) == 62

    def test_an_existing_file_is_kept(self, run: Callable[..., Ran], tmp_path: Path) -> None:
        (tmp_path / "z.csv").write_text("mine")
        ran = run("layers", "export", "zones", "--to", tmp_path / "z.csv")
        assert ran.code == 1
        assert (tmp_path / "z.csv").read_text() == "mine"
        assert run("layers", "export", "zones", "--to", tmp_path / "z.csv", "--overwrite").code == 0


class TestBuild:
    def test_it_hands_on_where_to_write(
        self, run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[object] = []

        def build(out: Path | None, progress: object) -> Path:
            asked.append(out)
            assert progress is not None
            return out or Path("shipped.gpkg")

        monkeypatch.setattr("yngis.layerbuild.build_layers", build)
        assert str(tmp_path / "x.gpkg") in run("layers", "build", "--out", tmp_path / "x.gpkg").out
        assert "shipped.gpkg" in run("layers", "build").out
        assert asked == [tmp_path / "x.gpkg", None]


class TestEnds:
    def test_ctrl_c_ends_with_130(
        self, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted() -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("yngis.catalogue.tables.cards.card.cards", interrupted)
        assert run("layers", "list").code == 130

    def test_a_missing_option_ends_with_2(self, run: Callable[..., Ran], mine: Path) -> None:
        assert run("layers", "check", mine).code == 2

    def test_a_console_that_lacks_a_sign_does_not_fail(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "yngis", "layers", "list", "zones"],
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
        assert b"area_ha" in done.stdout

    def test_help_loads_nothing_heavy(self) -> None:
        loaded = subprocess.run(
            [sys.executable, "-c", "import sys, yngis.cli; print(*sys.modules)"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        assert not {"pandas", "geopandas", "shapely", "pandera", "folium", "pydantic"} & set(loaded)
        # What a start costs is the modules that it loads; a clock would time the machine's company.
        assert len(loaded) < 250
