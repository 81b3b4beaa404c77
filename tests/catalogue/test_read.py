from __future__ import annotations

import io
import sqlite3
import struct
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st

from yngis.catalogue import load, read_vector
from yngis.catalogue.io.vectors.shapefile import shapefile_encoding
from yngis.catalogue.io.vectors.vector import open_vector
from yngis.errors import LayerError, SetupError, SpecError

if TYPE_CHECKING:
    import os
    from pathlib import Path

UTM = [
    (
        pyproj.Transformer.from_crs(4326, utm, always_xy=True),
        pyproj.Transformer.from_crs(utm, 4490, always_xy=True),
    )
    for utm in (32647, 32648)
]


def write_shapefile(frame: GeoDataFrame, path: Path, encoding: str, *, cpg: bool) -> Path:
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding=encoding)
    if not cpg:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def set_language_driver(path: Path, mark: int) -> None:
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29] = mark
    dbf.write_bytes(content)


def refusal(path: str | os.PathLike[str], **options: object) -> str:
    with pytest.raises(LayerError) as caught:
        read_vector(path, **options)  # type: ignore[arg-type]
    return str(caught.value)


class TestFormats:
    @pytest.mark.parametrize(
        ("name", "driver"),
        [
            ("zones.gpkg", "GPKG"),
            ("zones.geojson", "GeoJSON"),
            ("zones.shp", "ESRI Shapefile"),
            ("zones.gdb", "OpenFileGDB"),
            ("zones.fgb", "FlatGeobuf"),
            ("zones.gml", "GML"),
            ("zones.tab", "MapInfo File"),
        ],
    )
    def test_names_and_squares_come_back(
        self, user_zones: GeoDataFrame, tmp_path: Path, name: str, driver: str
    ) -> None:
        path = tmp_path / name
        # MapInfo has no CGCS2000 in its list of datums, and GeoJSON none but WGS84.
        source = user_zones.to_crs(4326) if driver in {"MapInfo File", "GeoJSON"} else user_zones
        pyogrio.write_dataframe(source, path, driver=driver, encoding="UTF-8")
        frame = read_vector(path)
        assert frame.crs.to_epsg() == 4490
        # FlatGeobuf sorts its rows by place.
        frame = frame.set_index("name_zh").loc[user_zones["name_zh"]]
        assert frame.geometry.bounds.to_numpy() == pytest.approx(
            user_zones.geometry.bounds.to_numpy(), abs=1e-7
        )

    def test_geoparquet_comes_back_too(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        path = tmp_path / "zones.parquet"
        user_zones.rename_geometry("shape").to_crs(4543).to_parquet(path)
        read = read_vector(path)
        assert read.crs is not None
        assert read.crs.to_epsg() == 4490
        assert read["name_zh"].tolist() == user_zones["name_zh"].tolist()
        assert read.geometry.geom_equals_exact(user_zones.geometry, 1e-9).all()

    @pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 cut off", b"SQLite format 3"])
    def test_a_parquet_that_is_none_is_told(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "zones.parquet"
        path.write_bytes(content)
        with pytest.raises(LayerError, match=r"zones\.parquet"):
            read_vector(path)

    def test_heights_are_dropped(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        raised = user_zones.set_geometry(shapely.force_3d(user_zones.geometry.array, 1890.0))
        pyogrio.write_dataframe(raised, tmp_path / "z.gpkg")
        assert not read_vector(tmp_path / "z.gpkg").geometry.has_z.any()

    def test_a_layer_among_several_must_be_named(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        path = tmp_path / "two.gpkg"
        pyogrio.write_dataframe(user_zones, path, layer="现状")
        pyogrio.write_dataframe(user_zones[:1], path, layer="规划", append=True)
        said = refusal(path)
        assert "现状, 规划" in said
        assert "--layer" in said
        assert len(read_vector(path, "规划")) == 1
        assert "是否应为“规划”" in refusal(path, layer="规划图")

    def test_tables_beside_a_layer_are_no_choice(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        path = tmp_path / "styled.gpkg"
        pyogrio.write_dataframe(user_zones, path, layer="zones")
        pyogrio.write_dataframe(
            user_zones.drop(columns="geometry"), path, layer="layer_styles", append=True
        )
        assert len(read_vector(path)) == 3

    def test_a_table_alone_is_no_layer(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        path = tmp_path / "table.gpkg"
        pyogrio.write_dataframe(user_zones.drop(columns="geometry"), path)
        assert "tables only" in refusal(path)


class TestText:
    """The chain: .cpg, the DBF's own mark, strict UTF-8, GB18030."""

    @pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
    @pytest.mark.parametrize("cpg", [True, False])
    def test_chinese_is_read_with_and_without_cpg(
        self, user_zones: GeoDataFrame, tmp_path: Path, encoding: str, *, cpg: bool
    ) -> None:
        header = "开发区名" if encoding == "GBK" else "园区名"  # 10 bytes hold five or three
        frame = user_zones.rename(columns={"name_zh": header})
        path = write_shapefile(frame, tmp_path / "z.shp", encoding, cpg=cpg)
        assert read_vector(path)[header].tolist() == user_zones["name_zh"].tolist()

    @pytest.mark.parametrize("claim", ["ISO-8859-1", "UTF-8", "1252", "nonsense", ""])
    def test_a_cpg_that_lies_is_not_believed(
        self, user_zones: GeoDataFrame, tmp_path: Path, claim: str
    ) -> None:
        path = write_shapefile(user_zones, tmp_path / "z.shp", "GBK", cpg=False)
        path.with_suffix(".cpg").write_text(claim)
        assert read_vector(path)["name_zh"].tolist() == user_zones["name_zh"].tolist()

    def test_a_cpg_that_tells_the_truth_goes_before_the_guess(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        # These two GBK characters are also valid UTF-8: only the declaration can tell.
        ambiguous = "䔻"
        raw = b"\xc4\xa3\xc4\xa3"
        assert raw.decode("utf-8") != raw.decode("gbk")
        user_zones["name_zh"] = raw.decode("gbk")
        path = write_shapefile(user_zones, tmp_path / "z.shp", "GBK", cpg=True)
        assert read_vector(path)["name_zh"].tolist() == [raw.decode("gbk")] * 3
        path.with_suffix(".cpg").unlink()
        assert shapefile_encoding(path) == "UTF-8"
        set_language_driver(path, 0x4D)
        assert shapefile_encoding(path) == "GB18030"
        assert ambiguous not in read_vector(path)["name_zh"].tolist()

    def test_a_western_mark_proves_nothing(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        path = write_shapefile(user_zones, tmp_path / "z.shp", "GBK", cpg=False)
        set_language_driver(path, 0x57)
        assert read_vector(path)["name_zh"].tolist() == user_zones["name_zh"].tolist()

    def test_a_character_cut_off_by_the_field_does_not_decide(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        user_zones["note"] = "园" * 84 + "ab"  # 254 bytes, all that the field holds
        path = write_shapefile(user_zones, tmp_path / "z.shp", "UTF-8", cpg=False)
        dbf = path.with_suffix(".dbf")
        # GDAL cuts at a whole character; other programs leave two bytes of 区.
        content = dbf.read_bytes()
        assert content.count(b"ab") == 3
        dbf.write_bytes(content.replace(b"ab", "区".encode()[:2]))
        assert shapefile_encoding(path) == "UTF-8"

    @given(
        st.lists(
            st.text(
                st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=8, max_size=20
            ),
            min_size=3,
            max_size=3,
        )
    )
    def test_any_longer_chinese_text_in_gbk_is_told_from_utf8(
        self, tmp_path_factory: pytest.TempPathFactory, names: list[str]
    ) -> None:
        path = tmp_path_factory.mktemp("text") / "z.shp"
        squares = [shapely.box(102, 25, 102.1, 25.1)] * 3
        frame = GeoDataFrame({"name_zh": names}, geometry=squares, crs=4490)
        write_shapefile(frame, path, "UTF-8", cpg=False)
        assert shapefile_encoding(path) == "UTF-8"
        try:
            encoded = [name.encode("gbk") for name in names]
        except UnicodeEncodeError:  # a few ideographs of this block are in GB18030 only
            return
        write_shapefile(frame, path, "GBK", cpg=False)
        readable = all(_is_utf8(text) for text in encoded)
        assert (shapefile_encoding(path) == "UTF-8") == readable


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class TestCrs:
    def test_none_is_refused_unless_given(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        path = tmp_path / "z.shp"
        pyogrio.write_dataframe(user_zones.to_crs(4543), path)
        path.with_suffix(".prj").unlink()
        assert "--crs" in refusal(path)
        frame = read_vector(path, crs=4543)
        assert frame.geometry.bounds.to_numpy() == pytest.approx(
            user_zones.geometry.bounds.to_numpy(), abs=1e-9
        )

    @pytest.mark.parametrize("code", [4521, 4522, 4542, 4543, 4495, 32647, 32648, 3857, 4326])
    def test_any_crs_on_an_accepted_datum_comes_to_storage(
        self, user_zones: GeoDataFrame, tmp_path: Path, code: int
    ) -> None:
        pyogrio.write_dataframe(user_zones.to_crs(code), tmp_path / "z.gpkg")
        frame = read_vector(tmp_path / "z.gpkg")
        assert frame.crs.to_epsg() == 4490
        assert frame.geometry.bounds.to_numpy() == pytest.approx(
            user_zones.geometry.bounds.to_numpy(),
            abs=2e-8,  # 2 mm: projections and back
        )

    def test_degrees_of_wgs84_are_kept_bit_by_bit(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        wgs84 = user_zones.set_crs(4326, allow_override=True)
        pyogrio.write_dataframe(wgs84, tmp_path / "z.gpkg")
        assert (read_vector(tmp_path / "z.gpkg").geometry.array == user_zones.geometry.array).all()

    @given(st.floats(97.5, 106.2), st.floats(21.1, 29.3))
    def test_the_way_from_wgs84_is_the_null_transformation(self, x: float, y: float) -> None:
        for to_utm, back in UTM:
            # 1 mm: the ellipsoids of WGS84 and CGCS2000 differ by 0.1 mm in their minor axes.
            assert back.transform(*to_utm.transform(x, y)) == pytest.approx((x, y), abs=1e-8)

    @pytest.mark.parametrize("code", [4610, 2358, 2379, 4214, 2410, 2431, 4555])
    def test_legacy_datums_are_refused_with_the_reason(
        self, user_zones: GeoDataFrame, tmp_path: Path, code: int
    ) -> None:
        legacy = user_zones.set_crs(code, allow_override=True)
        pyogrio.write_dataframe(legacy, tmp_path / "z.gpkg")
        said = refusal(tmp_path / "z.gpkg")
        assert "西安" in said or "北京" in said
        assert "towgs84" in said

    @pytest.mark.parametrize(
        "text",
        [
            "+proj=longlat +ellps=krass +no_defs",
            "+proj=tmerc +lon_0=102 +x_0=500000 +a=6378140 +b=6356755.288157528 +units=m",
            "+proj=tmerc +lon_0=102 +x_0=500000 +ellps=IAU76 +units=m",
        ],
    )
    def test_legacy_datums_are_known_by_their_ellipsoid_too(
        self, user_zones: GeoDataFrame, tmp_path: Path, text: str
    ) -> None:
        pyogrio.write_dataframe(user_zones.set_crs(text, allow_override=True), tmp_path / "z.shp")
        said = refusal(tmp_path / "z.shp")
        assert "西安" in said or "北京" in said

    def test_esri_writes_the_datum_of_xian_in_its_own_way(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        path = tmp_path / "z.shp"
        pyogrio.write_dataframe(user_zones, path)
        for name, ellipsoid, said in (
            ("Xian_1980", '"Xian_1980",6378140.0,298.257', "西安"),
            ("Beijing_1954", '"Krasovsky_1940",6378245.0,298.3', "北京"),
        ):
            path.with_suffix(".prj").write_text(
                f'GEOGCS["GCS_{name}",DATUM["D_{name}",SPHEROID[{ellipsoid}]],'
                'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
            )
            assert said in refusal(path)
        path.with_suffix(".prj").write_text(
            'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
            'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
            'UNIT["Degree",0.0174532925199433]]'
        )
        assert read_vector(path).crs.to_epsg() == 4490

    def test_legacy_data_is_read_with_the_users_own_parameters(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        pyogrio.write_dataframe(user_zones.set_crs(4610, allow_override=True), tmp_path / "z.gpkg")
        own = "+proj=longlat +ellps=IAU76 +towgs84=20,-30,10,0,0,0,0"
        frame = read_vector(tmp_path / "z.gpkg", crs=own)
        moved = frame.geometry.bounds["minx"] - user_zones.geometry.bounds["minx"]
        # At 102°E a shift of (20, -30) m in X and Y moves a point by about -13 m in longitude.
        x, y = np.cos(np.radians(102.5)), np.sin(np.radians(102.5))
        expected = (-20.0 * y - 30.0 * x) / (111_320.0 * np.cos(np.radians(25.2)))
        assert moved.iloc[0] == pytest.approx(expected, rel=0.02)

    def test_parameters_of_all_zeros_are_none(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        pyogrio.write_dataframe(user_zones.set_crs(4610, allow_override=True), tmp_path / "z.gpkg")
        assert "西安" in refusal(
            tmp_path / "z.gpkg", crs="+proj=longlat +ellps=IAU76 +towgs84=0,0,0,0,0,0,0"
        ) or "declares" in refusal(tmp_path / "z.gpkg", crs=4490)

    @pytest.mark.parametrize("code", [4269, 4258, 3415])
    def test_other_datums_are_refused(
        self, user_zones: GeoDataFrame, tmp_path: Path, code: int
    ) -> None:
        pyogrio.write_dataframe(user_zones.set_crs(code, allow_override=True), tmp_path / "z.gpkg")
        assert "CGCS2000" in refusal(tmp_path / "z.gpkg")

    def test_a_crs_that_contradicts_the_file_is_refused(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        pyogrio.write_dataframe(user_zones.to_crs(4543), tmp_path / "z.gpkg")
        assert "declares" in refusal(tmp_path / "z.gpkg", crs=4544)
        assert len(read_vector(tmp_path / "z.gpkg", crs="EPSG:4543")) == 3

    def test_xian_cannot_be_relabelled(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        pyogrio.write_dataframe(user_zones.set_crs(4610, allow_override=True), tmp_path / "z.gpkg")
        assert "西安" in refusal(tmp_path / "z.gpkg", crs=4490)

    @pytest.mark.parametrize("crs", ["abc", "99999999", 17, "EPSG:"])
    def test_a_crs_that_is_none_is_told(
        self, user_zones: GeoDataFrame, tmp_path: Path, crs: str | int
    ) -> None:
        pyogrio.write_dataframe(user_zones, tmp_path / "z.gpkg")
        assert "4543" in refusal(tmp_path / "z.gpkg", crs=crs)


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        [
            "https://example.org/zones.geojson",
            "/vsicurl/https://example.org/zones.gpkg",
            "/vsizip/zones.zip",
            "\\vsimem\\zones.gpkg",
            "/VSICURL/http://example.org/a.shp",
            "zip://zones.zip",
            "file:///etc/passwd",
            "PG:dbname=zones",
            "WFS:https://example.org/wfs",
            "MYSQL:zones",
        ],
    )
    def test_what_is_not_a_local_file_is_refused(self, path: str) -> None:
        assert "GDAL" in refusal(path)
        assert "on this machine" in refusal(path)

    def test_a_missing_file_names_its_likely_sibling(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        pyogrio.write_dataframe(user_zones, tmp_path / "zones.gpkg")
        assert "zones.gpkg" in refusal(tmp_path / "zone.gpkg")

    @pytest.mark.parametrize(
        "content",
        [
            "<OGRVRTDataSource><SrcDataSource>/vsicurl/http://localhost:9/z</SrcDataSource>",
            "<OGRWFSDataSource><URL>http://localhost:9/wfs</URL></OGRWFSDataSource>",
            '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read z.gpkg"}',
        ],
    )
    @pytest.mark.parametrize("suffix", [".vrt", ".gpkg", ".xml", ".json"])
    def test_a_file_that_points_elsewhere_is_refused_whatever_its_suffix(
        self, tmp_path: Path, content: str, suffix: str
    ) -> None:
        path = tmp_path / f"z{suffix}"
        path.write_text(content)
        assert "points to other data" in refusal(path)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("empty.gpkg", b""),
            ("empty.geojson", b""),
            ("text.shp", b"hello"),
            ("noise.gpkg", bytes(range(256)) * 16),
            ("image.geojson", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
            ("page.json", b"<!doctype html><html>not found</html>"),
            ("list.json", b"[1, 2, 3]"),
            ("cut.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feat'),
        ],
    )
    def test_a_file_that_is_no_layer_is_told(
        self, tmp_path: Path, name: str, content: bytes
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        said = refusal(path)
        assert name in said

    def test_a_cut_geopackage_is_told(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        whole, cut = tmp_path / "whole.gpkg", tmp_path / "cut.gpkg"
        pyogrio.write_dataframe(user_zones, whole)
        content = whole.read_bytes()
        for share in (0.05, 0.5, 0.95):
            cut.write_bytes(content[: int(len(content) * share)])
            assert "cut.gpkg" in refusal(cut)

    def test_a_cut_shapefile_is_told_and_not_half_read(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        path = tmp_path / "z.shp"
        pyogrio.write_dataframe(user_zones, path)
        path.write_bytes(path.read_bytes()[:300])
        assert "cut off" in refusal(path)

    @pytest.mark.parametrize("part", [".shx", ".dbf"])
    def test_a_shapefile_without_its_parts_is_told(
        self, user_zones: GeoDataFrame, tmp_path: Path, part: str
    ) -> None:
        path = tmp_path / "z.shp"
        pyogrio.write_dataframe(user_zones, path)
        path.with_suffix(part).unlink()
        assert part in refusal(path)

    def test_a_spelling_with_capitals_is_the_same_shapefile(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        pyogrio.write_dataframe(user_zones, tmp_path / "z.shp", encoding="GBK")
        (tmp_path / "z.cpg").unlink()
        for path in list(tmp_path.iterdir()):
            path.rename(path.with_suffix(path.suffix.upper()))
        assert read_vector(tmp_path / "z.SHP")["name_zh"].tolist() == user_zones["name_zh"].tolist()


class TestZip:
    def zipped(self, folder: Path, to: Path, inside: str = "") -> Path:
        with zipfile.ZipFile(to, "w") as archive:
            for path in folder.rglob("*"):
                archive.write(path, inside + str(path.relative_to(folder)))
        return to

    def test_a_gbk_shapefile_in_a_zip(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        write_shapefile(user_zones, tmp_path / "in" / "z.shp", "GBK", cpg=False)
        path = self.zipped(tmp_path / "in", tmp_path / "z.zip", "成果/2024/")
        assert read_vector(path)["name_zh"].tolist() == user_zones["name_zh"].tolist()

    def test_a_geodatabase_in_a_zip(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        pyogrio.write_dataframe(user_zones, tmp_path / "in" / "库.gdb", driver="OpenFileGDB")
        path = self.zipped(tmp_path / "in", tmp_path / "z.zip")
        assert len(read_vector(path)) == 3

    def test_names_in_gbk_as_chinese_windows_packs_them(
        self, user_zones: GeoDataFrame, tmp_path: Path
    ) -> None:
        pyogrio.write_dataframe(user_zones, tmp_path / "z.gpkg")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("xxxx.gpkg", (tmp_path / "z.gpkg").read_bytes())
            archive.writestr("yyyy.gpkg", (tmp_path / "z.gpkg").read_bytes())
        raw = buffer.getvalue().replace(b"xxxx.gpkg", "现状".encode("gbk") + b".gpkg")
        (tmp_path / "w.zip").write_bytes(raw.replace(b"yyyy.gpkg", "规划".encode("gbk") + b".gpkg"))
        said = refusal(tmp_path / "w.zip")
        assert "现状.gpkg" in said
        assert "规划.gpkg" in said
        assert len(read_vector(tmp_path / "w.zip", "现状")) == 3

    def test_no_dataset_and_several(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "readme.txt").write_text("nothing")
        assert "none" in refusal(self.zipped(tmp_path / "in", tmp_path / "none.zip"))
        assert "none" in refusal(tmp_path / "in")
        for name in ("a.gpkg", "b.gpkg"):
            pyogrio.write_dataframe(user_zones, tmp_path / "in" / name)
        assert "a.gpkg, b.gpkg" in refusal(self.zipped(tmp_path / "in", tmp_path / "two.zip"))
        assert len(read_vector(tmp_path / "in", "b")) == 3

    def test_what_a_mac_adds_is_passed_over(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        (tmp_path / "in" / "__MACOSX").mkdir(parents=True)
        pyogrio.write_dataframe(user_zones, tmp_path / "in" / "z.gpkg")
        (tmp_path / "in" / "__MACOSX" / "._z.gpkg").write_bytes(b"junk")
        assert len(read_vector(self.zipped(tmp_path / "in", tmp_path / "z.zip"))) == 3

    def test_a_broken_zip_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "z.zip").write_bytes(b"PK\x03\x04 and no more")
        assert "zip" in refusal(tmp_path / "z.zip")

    def test_a_bomb_is_not_unpacked(
        self, user_zones: GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pyogrio.write_dataframe(user_zones, tmp_path / "z.gpkg")
        with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(tmp_path / "z.gpkg", "z.gpkg")
        monkeypatch.setattr("yngis.catalogue.io.paths._MOST_UNPACKED", 1000)
        assert "GiB" in refusal(tmp_path / "z.zip")

    def test_names_that_climb_stay_inside(self, user_zones: GeoDataFrame, tmp_path: Path) -> None:
        pyogrio.write_dataframe(user_zones, tmp_path / "z.gpkg")
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            archive.write(tmp_path / "z.gpkg", "../../climbed.gpkg")
        assert len(read_vector(tmp_path / "z.zip")) == 3
        assert not list(tmp_path.parent.glob("climbed.gpkg"))

    def test_a_pointer_in_a_zip_is_refused(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            archive.writestr("z.gml", "<OGRVRTDataSource></OGRVRTDataSource>")
        assert "points to other data" in refusal(tmp_path / "z.zip")


class TestBrokenGeometry:
    @pytest.fixture
    def broken(self, user_zones: GeoDataFrame, tmp_path: Path) -> Path:
        """Row 1 has a ring that does not close, row 2 no geometry that can be read."""
        path = tmp_path / "broken.gpkg"
        pyogrio.write_dataframe(user_zones, path, layer="zones")
        ring = bytearray(shapely.to_wkb(user_zones.geometry.iloc[0]))
        ring[-16:] = struct.pack("<2d", 102.5, 25.21)
        head = b"GP\x00\x01" + struct.pack("<i", 4490)
        with sqlite3.connect(path) as database:
            for (name,) in database.execute(
                "select name from sqlite_master where type = 'trigger'"
            ):
                database.execute(f'drop trigger "{name}"')
            database.execute("update zones set geom = ? where fid = 1", (head + bytes(ring),))
            database.execute("update zones set geom = ? where fid = 2", (b"GP??",))
        database.close()
        return path

    def test_rings_that_do_not_close_are_named_not_swallowed(self, broken: Path) -> None:
        reading = open_vector(broken)
        (problem,) = reading.problems
        assert "第 1 行" in problem.where
        assert "does not close" in problem.found
        assert reading.frame.geometry.isna().tolist() == [False, True, False]
        assert "does not close" in refusal(broken)


class TestLoad:
    def test_layers_and_tables(self) -> None:
        zones = load("zones")
        assert isinstance(zones, GeoDataFrame)
        assert zones.crs.to_epsg() == 4490
        assert len(zones) == 62
        assert len(load("region_members")) == 129

    def test_codes_keep_their_text_and_years_their_number(self) -> None:
        assert load("counties")["code"].str.len().eq(6).all()
        targets = load("targets")
        assert targets["year"].dtype == "Int64"
        assert targets["value"].dtype == "float64"

    def test_a_frame_may_be_changed_without_harm(self) -> None:
        zones = load("zones")
        zones["name_zh"] = "x"
        assert load("zones")["name_zh"].nunique() == 62

    def test_unknown_names_are_told(self) -> None:
        with pytest.raises(SpecError, match="zones"):
            load("zonse")

    def test_a_layer_not_built_says_how(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("yngis.catalogue.shipped.file_in_pack", lambda name: tmp_path / name)
        with pytest.raises(SetupError, match="layers build"):
            load("zones")
