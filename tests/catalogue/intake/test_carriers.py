"""The same five records through every carrier a bureau may bring them in."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from shapely import box

from yngis.catalogue.tables.table_set import open_table
from yngis.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Five squares of 100 m in the 3° zone 34, near Kunming.
SQUARES = [box(580_000 + 200 * k, 2_770_000, 580_100 + 200 * k, 2_770_100) for k in range(5)]


@pytest.fixture
def records() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "crhth": [f"5301-2020-{k:03}" for k in range(5)],
            "yddwmc": ["昆明甲有限公司", "乙厂", "丙", "丁（集团）", "戊"],
            "ydkgsj": ["2020-03-01", "2020年3月1日", "2020/3/1", "20200301", "2020.3.1"],
            "gdmj": [0.9992, 0.9992, 0.9992, 0.9992, 0.9992],
            "tdyt": ["0601"] * 5,
        },
        geometry=SQUARES,
        crs="EPSG:4543",
    )


def read(path: Any, **options: Any) -> tuple[pd.DataFrame, Any, pd.DataFrame]:
    with open_table(path, options.pop("card", "supply"), as_of="2025-12-31", **options) as table:
        found = list(table.records(2))
        frame = pd.concat([each.frame for each in found], ignore_index=True)
        rejected = pd.concat([each.rejected for each in found], ignore_index=True)
        return frame, table, rejected


def check(frame: pd.DataFrame) -> None:
    assert frame["contract_no"].tolist() == [f"5301-2020-{k:03}" for k in range(5)]
    assert frame["holder"].tolist() == ["昆明甲有限公司", "乙厂", "丙", "丁（集团）", "戊"]
    assert (frame["agreed_start"] == pd.Timestamp("2020-03-01")).all()
    assert frame["recorded_m2"].tolist() == pytest.approx([9_992.0] * 5)
    assert frame["use_code"].tolist() == ["0601"] * 5


def layer(path: Path, frame: gpd.GeoDataFrame, driver: str, **options: Any) -> Path:
    pyogrio.write_dataframe(frame, path, driver=driver, **options)
    return path


WRITERS: dict[str, Callable[[Path, gpd.GeoDataFrame], Path]] = {
    "gpkg": lambda d, f: layer(d / "s.gpkg", f, "GPKG"),
    "gdb": lambda d, f: layer(d / "s.gdb", f, "OpenFileGDB"),
    "geojson": lambda d, f: layer(d / "s.geojson", f.to_crs(4326), "GeoJSON"),
    "fgb": lambda d, f: layer(d / "s.fgb", f, "FlatGeobuf", SPATIAL_INDEX="NO"),
}


@pytest.mark.parametrize("carrier", list(WRITERS))
def test_layers(records: gpd.GeoDataFrame, tmp_path: Path, carrier: str) -> None:
    frame, table, _ = read(WRITERS[carrier](tmp_path, records))
    check(frame)
    # No header tells the unit of gdmj: the polygons do.
    assert table.understanding.used()["area_m2"].unit_basis == "polygons"
    assert frame["area_m2"].tolist() == pytest.approx([9_997.0] * 5, rel=1e-3)
    assert frame["row"].tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_shapefile_without_cpg(records: gpd.GeoDataFrame, tmp_path: Path, encoding: str) -> None:
    path = layer(tmp_path / "供应.shp", records, "ESRI Shapefile", encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    frame, table, _ = read(path)
    check(frame)
    assert encoding in table.carrier.described


def test_shapefile_with_chinese_headers_in_gbk(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    # Ten bytes hold five Chinese characters.
    named = records.rename(columns={"crhth": "合同编号", "yddwmc": "用地单位", "gdmj": "供地面积"})
    path = layer(tmp_path / "s.shp", named, "ESRI Shapefile", encoding="GB18030")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    check(read(path)[0])


def test_zip_and_folder(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    layer(tmp_path / "d" / "s.shp", records, "ESRI Shapefile", encoding="GB18030")
    check(read(tmp_path / "d")[0])
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        for part in (tmp_path / "d").iterdir():
            archive.write(part, part.name)
    check(read(tmp_path / "s.zip")[0])


def test_geoparquet(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    records.to_parquet(tmp_path / "s.parquet", row_group_size=2)
    frame, table, _ = read(tmp_path / "s.parquet")
    check(frame)
    assert table.has_geometry


def test_parquet_without_geometry(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    pd.DataFrame(records.drop(columns="geometry")).to_parquet(tmp_path / "s.parquet")
    frame, table, _ = read(tmp_path / "s.parquet", units={"area_m2": "公顷"})
    check(frame)
    assert not table.has_geometry


def test_the_layer_that_fits_best_is_taken(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "all.gpkg"
    layer(path, records[["geometry"]].assign(pzwh="1", pzrq="2020-01-01"), "GPKG", layer="pidi")
    layer(path, records, "GPKG", layer="yongdi", append=True)
    assert "yongdi" in read(path)[1].carrier.described
    assert "pidi" in read(path, card="approvals")[1].carrier.described
    with pytest.raises(LayerError, match="yongdi"):
        read(path, layer="yongdl")


@pytest.mark.parametrize(
    ("encoding", "sign"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ","),
        ("gb18030", ","),
        ("utf-16", "\t"),
        ("utf-16-le", "\t"),
        ("utf-16-be", ";"),
        ("gb18030", ";"),
        ("utf-8", "\t"),
    ],
)
def test_csv(records: gpd.GeoDataFrame, tmp_path: Path, encoding: str, sign: str) -> None:
    table = pd.DataFrame(records.drop(columns="geometry")).rename(columns={"gdmj": "面积(公顷)"})
    path = tmp_path / "s.csv"
    path.write_text(table.to_csv(index=False, sep=sign), encoding=encoding)
    frame, opened, _ = read(path)
    check(frame)
    assert frame["row"].tolist() == [2, 3, 4, 5, 6]
    assert not opened.has_geometry


def test_excel_as_bureaus_keep_it(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "填表说明"
    book.active["A1"] = "一、本表由各县（市、区）填报"
    sheet = book.create_sheet("台账")
    sheet.append(["××市供应土地台账"])
    sheet.append(["填报单位：", None, None, "单位：公顷、万元"])
    sheet.append(
        ["序号", "合同编号", "用地单位", "动工日期", None, "供应面积", "用途代码", "总投资"]
    )
    sheet.append([None, None, None, "约定", "实际", None, None, None])
    sheet.append([1, 2, 3, 4, 5, 6, 7, 8])
    for merged in ("A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "G3:G4", "H3:H4"):
        sheet.merge_cells(merged)
    starts = ["2020-03-01", dt.date(2020, 3, 1), 43891, "2020年3月1日", "２０２０．３．１"]
    for k, (number, holder) in enumerate(zip(records["crhth"], records["yddwmc"], strict=True)):
        # 0601 as the number that Excel makes of it; an area as text.
        area: Any = 0.9992 if k % 2 else "0.9992"
        sheet.append([k + 1, number, holder, starts[k], None, area, 601, None])
        if k == 2:
            sheet.append([None] * 8)
            sheet.append(["小计", None, None, None, None, 2.9976])
    sheet.append(["合计", None, None, None, None, 4.996])
    sheet.append(["填表人：张三", None, "审核人：李四"])
    book.save(tmp_path / "s.xlsx")
    frame, table, rejected = read(tmp_path / "s.xlsx")
    check(frame)
    assert "台账" in table.carrier.described
    assert "第 3–4 行" in table.carrier.described
    assert frame["row"].tolist() == [6, 7, 8, 11, 12]
    assert rejected[["row", "rule"]].to_numpy().tolist() == [
        [10, "total_row"],
        [13, "total_row"],
        [14, "note_row"],
    ]
    assert rejected["area_m2"].tolist() == pytest.approx([29_976.0, 49_960.0, 0.0])
    assert len(table.closing_issues()) == 0


def test_a_total_that_does_not_add_up(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("合同编号,面积(亩)\nA,15\nB,30\n合计,60\n", encoding="utf-8")
    frame, table, _ = read(path)
    assert frame["area_m2"].tolist() == pytest.approx([10_000.0, 20_000.0])
    issue = table.closing_issues().iloc[0]
    assert (issue["row"], issue["rule"]) == (4, "total_differs")
    assert issue["area_m2"] == pytest.approx(10_000.0)  # 15 mu


def test_areas_without_unit_are_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("合同编号,面积\nA,1.5\n", encoding="utf-8")
    with pytest.raises(LayerError, match=r"--unit supply\.area_m2"):
        read(path)
    assert read(path, units={"area_m2": "亩"})[0]["area_m2"].tolist() == [1_000.0]


def test_money_without_unit_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("合同编号,面积(亩),成交价款\nA,1.5,100\n", encoding="utf-8")
    frame, table, _ = read(path)
    assert "price_wan" not in frame
    assert "--unit supply.price_wan" in table.understanding.columns[2].note


@pytest.mark.parametrize(
    ("declared", "written", "told"),
    [
        ("EPSG:4543", 0, False),
        ("EPSG:4522", 34_000_000, False),
        ("EPSG:4543", 34_000_000, True),  # declared without prefix, written with it
        ("EPSG:4522", 0, True),
    ],
)
def test_zone_prefixes(
    records: gpd.GeoDataFrame, tmp_path: Path, declared: str, written: int, *, told: bool
) -> None:
    moved = records.set_geometry(records.geometry.translate(xoff=written))
    moved = moved.set_crs(declared, allow_override=True)
    frame, table, _ = read(layer(tmp_path / "s.gpkg", moved, "GPKG"))
    assert bool(table.settled and table.settled.told) is told
    assert frame["area_m2"].tolist() == pytest.approx([9_997.0] * 5, rel=1e-3)
    with open_table(tmp_path / "s.gpkg", "supply", as_of="2025-12-31") as again:
        batch = next(again.records())
    west = np.array([shape.bounds[0] for shape in batch.geometry])
    assert west == pytest.approx(records.to_crs(4490).geometry.bounds["minx"].to_numpy(), abs=1e-9)


def test_a_prefix_of_another_zone_is_refused(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    moved = records.set_geometry(records.geometry.translate(xoff=35_000_000))
    with pytest.raises(LayerError, match="zone 35"):
        read(layer(tmp_path / "s.gpkg", moved, "GPKG"))


@pytest.mark.parametrize(
    ("code", "said"), [(2359, "西安"), (2411, "北京"), (4610, "西安"), (4214, "北京")]
)
def test_legacy_datums_are_refused(
    records: gpd.GeoDataFrame, tmp_path: Path, code: int, said: str
) -> None:
    old = records.set_crs(code, allow_override=True)
    with pytest.raises(LayerError, match=said):
        read(layer(tmp_path / "s.gpkg", old, "GPKG"))


def test_a_missing_crs_is_asked_for(records: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = layer(tmp_path / "s.shp", records, "ESRI Shapefile", encoding="UTF-8")
    path.with_suffix(".prj").unlink()
    with pytest.raises(LayerError, match="4543"):
        read(path)
    check(read(path, crs=4543)[0])


@pytest.mark.parametrize(
    "named",
    [
        "/vsicurl/http://127.0.0.1:9/s.gpkg",
        "http://127.0.0.1:9/s.gpkg",
        "/vsizip/s.zip",
        "PG:dbname=land",
    ],
)
def test_nothing_remote_unless_asked_for(named: str) -> None:
    with pytest.raises(LayerError, match="本机"):
        read(named)


@pytest.mark.parametrize("suffix", [".xls", ".mdb", ".et", ".vct"])
def test_old_formats_name_their_way_out(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"s{suffix}"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(LayerError, match="另存为"):
        read(path)
