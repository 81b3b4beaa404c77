from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyogrio
import pytest

from yngis.catalogue import cards, file_checksum, library_versions, load, read_vector
from yngis.catalogue.export import _dbf_names, export_layer
from yngis.catalogue.io.output.write import replacing_file, write_csv, write_geopackage, write_text
from yngis.errors import LayerError, SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame


class TestAtomic:
    def test_a_failure_leaves_the_old_file_and_nothing_beside_it(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        write_text(path, "old")

        def half() -> None:
            with replacing_file(path) as temporary:
                temporary.write_text("new")
                raise RuntimeError("half way")

        with pytest.raises(RuntimeError, match="half way"):
            half()
        assert path.read_text() == "old"
        assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]

    def test_folders_are_made_and_line_ends_are_one(self, tmp_path: Path) -> None:
        path = write_text(tmp_path / "图" / "a.txt", "甲\n乙\n")
        assert path.read_bytes() == "甲\n乙\n".encode()
        assert [each.name for each in path.parent.iterdir()] == ["a.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file size")
def test_what_the_disk_cuts_off_is_never_put_in_place(tmp_path: Path) -> None:
    # A limit on the size of files fails in the middle of a write, as a full disk does.
    code = """
import resource, signal, sys
from pathlib import Path
from types import SimpleNamespace
import numpy as np, pyproj, rasterio
from yngis.catalogue.io.output.write import write_text
from yngis.errors import LayerError
from yngis.report.book import new_book
from yngis.report.clustering.run import write_density
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
noise = np.random.default_rng(0).random((300, 400))
surface = SimpleNamespace(
    per_km2=noise, crs=pyproj.CRS(4543), transform=rasterio.Affine(100, 0, 0, 0, -100, 0),
    bandwidth_m=1.0, cell_m=1.0, total=1.0,
)
def book(path):
    with new_book(path) as made:
        sheet = made.add_worksheet()
        for row in range(300):
            sheet.write_row(row, 0, noise[row])
home = Path(sys.argv[1])
for name, write in {
    "a.txt": lambda path: write_text(path, "x" * 300_000),
    "d.tif": lambda path: write_density(path, surface),
    "b.xlsx": book,
}.items():
    try:
        write(home / name)
    except LayerError as error:
        assert error.problems[0].where == str(home / name), error
    else:
        raise AssertionError(name)
"""
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, text=True,
                         capture_output=True)  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == []


class TestGeoPackage:
    def test_rebuilt_bytes_are_the_same_though_time_has_passed(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        titled = {"zones": "开发区"}
        first = tmp_path / "one" / "z.gpkg"
        second = tmp_path / "two" / "w.gpkg"
        write_geopackage(first, {"zones": user_zones, "part": user_zones[:1]}, titles=titled)
        time.sleep(1.1)  # GDAL's own stamp has a resolution of milliseconds, SQLite's of seconds
        write_geopackage(second, {"zones": user_zones, "part": user_zones[:1]}, titles=titled)
        assert first.read_bytes() == second.read_bytes()
        # and the clock was held only while writing
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None

    def test_one_changed_row_changes_the_bytes(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        write_geopackage(tmp_path / "a.gpkg", {"zones": user_zones})
        write_geopackage(tmp_path / "b.gpkg", {"zones": user_zones[::-1]})
        assert file_checksum(tmp_path / "a.gpkg") != file_checksum(tmp_path / "b.gpkg")

    def test_what_is_written_comes_back(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        user_zones["count"] = [1, 2, 3]
        user_zones["open"] = [True, False, True]
        user_zones["note"] = ["甲", None, ""]
        path = write_geopackage(tmp_path / "a.gpkg", {"zones": user_zones, "two": user_zones[:2]})
        back = read_vector(path, "zones")
        assert back.geometry.geom_equals_exact(user_zones.geometry, 0.0).all()
        for column in ("name_zh", "count", "open"):
            assert back[column].tolist() == user_zones[column].tolist()
        assert back["note"].isna().tolist() == [False, True, False]
        assert back.crs.to_epsg() == 4490


class TestCsv:
    def test_plain_bytes(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", pd.DataFrame({"名": ["=1+1", None], "n": [1, 2]}))
        assert path.read_bytes() == "名,n\n=1+1,1\n,2\n".encode()

    def test_formulas_are_disarmed_for_a_spreadsheet(self, tmp_path: Path) -> None:
        nasty = ["=cmd|'/C calc'!A0", "+1", "-1", "@x", "\tx", "\r=x", "园区", "a=b"]
        path = write_csv(
            tmp_path / "a.csv", pd.DataFrame({"v": nasty, "n": -1.5}), for_spreadsheet=True
        )
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["v"][0] for row in rows[:6]] == ["'"] * 6
        assert [row["v"] for row in rows[6:]] == ["园区", "a=b"]
        assert rows[0]["n"] == "-1.5"  # a number is no formula


class TestExport:
    @pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp"])
    def test_zones_come_back_from_every_format(self, tmp_path: Path, suffix: str) -> None:
        zones = load("zones")
        path = export_layer("zones", tmp_path / f"zones{suffix}")
        back = read_vector(path)
        assert back["name_zh"].tolist() == zones["name_zh"].tolist()
        assert np.abs(back.geometry.bounds - zones.geometry.bounds).to_numpy().max() < 1e-8

    def test_geojson_is_what_the_standard_says(self, tmp_path: Path) -> None:
        content = json.loads(
            export_layer("ports", tmp_path / "p.geojson").read_text(encoding="utf-8")
        )
        assert "crs" not in content
        assert len(content["features"]) == 12

    @pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
    def test_everything_can_be_exported_as_csv(self, tmp_path: Path, card: object) -> None:
        name = card.name  # type: ignore[attr-defined]
        path = export_layer(name, tmp_path / "a.csv")
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        assert len(table) == len(load(name))
        assert table.columns.tolist() == [c for c in load(name).columns if c != "geometry"]

    def test_short_names_of_a_shapefile_are_all_different(self) -> None:
        columns = ["location_basis", "location_bias", "location_b", "name_zh"]
        short = _dbf_names(columns)
        assert short["name_zh"] == "name_zh"
        assert len(set(short.values())) == 4
        assert all(len(name) <= 10 for name in short.values())

    def test_a_shapefile_is_not_given_texts_it_would_cut(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        zones = load("zones")
        zones.loc[0, "aliases"] = "园" * 85
        monkeypatch.setattr("yngis.catalogue.export.load", lambda _: zones)
        with pytest.raises(LayerError, match="255 字节"):
            export_layer("zones", tmp_path / "z.shp")
        assert list(tmp_path.iterdir()) == []

    def test_a_file_is_replaced_only_when_asked(self, tmp_path: Path) -> None:
        path = export_layer("ports", tmp_path / "p.gpkg")
        with pytest.raises(LayerError, match="--overwrite"):
            export_layer("ports", path)
        assert export_layer("ports", path, overwrite=True) == path

    @pytest.mark.parametrize(
        ("name", "to"), [("zones", "z.xyz"), ("figures", "f.gpkg"), ("zones", "z")]
    )
    def test_a_format_that_is_not_offered_is_told(self, tmp_path: Path, name: str, to: str) -> None:
        with pytest.raises(LayerError, match=r"\.csv"):
            export_layer(name, tmp_path / to)

    def test_an_unknown_layer_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(SpecError, match="zones"):
            export_layer("zone", tmp_path / "z.gpkg")


class TestChecksum:
    def test_a_file_by_the_book(self, tmp_path: Path) -> None:
        path = tmp_path / "a.bin"
        path.write_bytes(os.urandom(3_000_000))
        assert file_checksum(path) == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_a_shapefile_counts_with_its_parts(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        path = tmp_path / "z.shp"
        pyogrio.write_dataframe(user_zones, path)
        before = file_checksum(path)
        (tmp_path / "other.dbf").write_bytes(b"not a part")
        assert file_checksum(path) == before
        path.with_suffix(".dbf").write_bytes(path.with_suffix(".dbf").read_bytes()[:-1] + b"x")
        assert file_checksum(path) != before

    def test_a_folder_counts_wherever_it_lies(self, tmp_path: Path) -> None:
        for place in ("one", "two"):
            (tmp_path / place / "a.gdb").mkdir(parents=True)
            (tmp_path / place / "a.gdb" / "x").write_bytes(b"1")
            (tmp_path / place / "a.gdb" / "y").write_bytes(b"2")
        first, second = tmp_path / "one" / "a.gdb", tmp_path / "two" / "a.gdb"
        assert file_checksum(first) == file_checksum(second)
        (second / "reader.lock").write_bytes(b"")
        assert file_checksum(first) == file_checksum(second)
        (second / "y").rename(second / "z")
        assert file_checksum(first) != file_checksum(second)


def test_versions_name_what_a_coordinate_depends_on() -> None:
    found = library_versions()
    assert list(found) == sorted(found)
    assert {"gdal", "geos", "proj", "shapely", "pyproj", "geopandas"} <= set(found)
    assert found["gdal"] == pyogrio.__gdal_version_string__
