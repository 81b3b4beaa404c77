"""Odd rasters are refused in words; known kinds of raster are held to what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from rasterio import Affine

import yngis
from yngis.analysis.zonal import (
    find_product,
    product_table,
    refuse_change,
    slope_table,
)
from yngis.errors import LayerError
from yngis.measure.slope import SLOPE_CLASSES

from .conftest import WriteRaster

LOT = gpd.GeoSeries([shapely.box(0.2, 0.2, 2.7, 2.7)], crs=4543)
HAND = np.arange(1.0, 10.0).reshape(3, 3)


@pytest.mark.filterwarnings("ignore:The given matrix is equal to Affine.identity")
@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"crs": None}, "已声明坐标系"),
        ({"crs": "EPSG:2359"}, "1980 西安"),
        ({"transform": Affine(1, 0.1, 0, 0.1, -1, 3)}, "旋转格网"),
        ({"transform": Affine.identity()}, "有地面位置"),
    ],
)
def test_odd_rasters_are_refused(
    write_raster: WriteRaster, made: dict[str, Any], told: str
) -> None:
    with pytest.raises(LayerError, match=told):
        yngis.zonal_table(LOT, write_raster(HAND, **made))


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_all_faults_come_at_once(write_raster: WriteRaster) -> None:
    path = write_raster(HAND.astype(complex), crs=None, transform=Affine(1, 0.1, 0, 0.1, -1, 3))
    with pytest.raises(LayerError) as caught:
        yngis.zonal_table(LOT, path)
    assert len(caught.value.problems) == 3


def test_a_shifted_datum_that_is_declared_is_refused(write_raster: WriteRaster) -> None:
    import rasterio  # noqa: PLC0415

    path = write_raster(HAND)
    with rasterio.open(path, "r+") as made:
        made.update_tags(COORDINATE_SYSTEM="GCJ-02")
    with pytest.raises(LayerError, match="GCJ-02"):
        yngis.zonal_table(LOT, path)


def test_pointers_urls_and_other_files_are_refused(tmp_path: Path) -> None:
    vrt = tmp_path / "a.tif"
    vrt.write_text("<VRTDataset rasterXSize='3' rasterYSize='3'></VRTDataset>", encoding="utf-8")
    wms = tmp_path / "b.xml"
    wms.write_text("<GDAL_WMS><Service name='TMS'/></GDAL_WMS>", encoding="utf-8")
    text = tmp_path / "c.tif"
    text.write_text("ncols 3\nnrows 3\n", encoding="utf-8")
    cut = tmp_path / "d.tif"
    cut.write_bytes(b"II*\0\x08\0\0\0")
    for path, told in [
        (vrt, "指向其他数据"),
        (wms, "指向其他数据"),
        (text, "内容是别的格式"),
        (cut, "栅格"),
        (tmp_path, "文件夹"),
        ("https://example.com/a.tif", "网址"),
        ("/vsicurl/https://example.com/a.tif", "网址"),
        (tmp_path / "none.tif", "不存在"),
    ]:
        with pytest.raises(LayerError, match=told):
            yngis.zonal_table(LOT, path)


def test_a_raster_that_breaks_in_the_middle_is_told(write_raster: WriteRaster) -> None:
    path = write_raster(np.random.default_rng(1).normal(size=(300, 300)), compress="deflate")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    with pytest.raises(LayerError, match=r"完整的栅格|栅格"):
        yngis.zonal_table(gpd.GeoSeries([shapely.box(1, 1, 299, 299)], crs=4543), path)


def test_polygons_without_crs_and_on_an_old_datum_are_refused(write_raster: WriteRaster) -> None:
    path = write_raster(HAND)
    with pytest.raises(LayerError, match="已声明坐标系"):
        yngis.zonal_table(gpd.GeoSeries(LOT.to_numpy()), path)
    with pytest.raises(LayerError, match="1954"):
        yngis.zonal_table(LOT.set_crs(2434, allow_override=True), path)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"stats": ["meen"]}, "mean"),
        ({"stats": ["quantile(2)"]}, "0 至 1"),
        ({"stats": []}, "mean"),
        ({"bands": 2}, "波段"),
        ({"weight": "volume"}, "cell"),
        ({"shrink_m": -1.0}, "不小于 0"),
        ({"classes": {1: "a"}}, "share"),
        ({"stats": "share", "classes": {}}, "代码"),
    ],
)
def test_wrong_options_are_refused(
    write_raster: WriteRaster, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(LayerError, match=told):
        yngis.zonal_table(LOT, write_raster(HAND), **options)


def test_shares_of_a_quantity_are_refused(write_raster: WriteRaster) -> None:
    path = write_raster(np.random.default_rng(1).normal(size=(30, 30)))
    with pytest.raises(LayerError, match="分类栅格"):
        yngis.zonal_table(gpd.GeoSeries([shapely.box(0, 0, 30, 30)], crs=4543), path, stats="share")


def test_land_cover_by_its_legend(write_raster: WriteRaster) -> None:
    path = write_raster(np.array([[10, 10], [50, 77]], dtype=np.uint8))
    whole = gpd.GeoSeries([shapely.box(0, 0, 2, 2)], crs=4543)
    found = product_table(whole, path, find_product("worldcover-2021")).iloc[0]
    assert found["share_林地"] == 0.5
    assert found["share_建成区"] == 0.25
    assert found["share_other"] == 0.25
    with pytest.raises(LayerError, match="代码的平均"):
        product_table(whole, path, find_product("worldcover"), stats=["mean"])


def test_editions_that_cannot_be_compared_are_not_subtracted() -> None:
    with pytest.raises(LayerError, match="算法不同"):
        refuse_change(find_product("worldcover-2020"), find_product("worldcover-2021"))


def test_built_up_surface_is_summed_and_never_averaged(write_raster: WriteRaster) -> None:
    path = write_raster(np.array([[100.0, 50.0], [0.0, 30.0]]))
    half = gpd.GeoSeries([shapely.box(0, 0, 1.5, 2)], crs=4543)
    found = product_table(half, path, find_product("ghs-built-s"))
    assert found["sum"].item() == 100.0 + 25.0 + 15.0
    with pytest.raises(LayerError, match="只能求和"):
        product_table(half, path, find_product("ghs-built-s"), stats=["mean"])


def test_night_light_is_for_large_areas_only(write_raster: WriteRaster) -> None:
    path = write_raster(np.full((5, 5), 7.0))
    lots = gpd.GeoSeries([shapely.box(0, 0, 4, 3), shapely.box(0, 0, 2, 2)], crs=4543)
    found = product_table(lots, path, find_product("night-light"), stats=["mean"])
    assert found["mean"].iloc[0] == 7.0
    assert np.isnan(found["mean"].iloc[1])
    with pytest.raises(LayerError, match="不用于宗地"):
        product_table(lots.iloc[1:], path, find_product("night-light"))


def test_a_legend_of_ones_own_and_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "legend.csv"
    path.write_text("code,class_zh,year,source\n1,水田,2019,三调\n2,水田,,\n", encoding="utf-8-sig")
    own = find_product(str(path))
    assert (own.year, own.source, own.classes) == (2019, "三调", ((1.0, "水田"), (2.0, "水田")))
    path.write_text("code,class_zh\nx,水田\n2,\n1,a\n1,b\n", encoding="utf-8")
    with pytest.raises(LayerError) as caught:
        find_product(str(path))
    assert len(caught.value.problems) == 3
    with pytest.raises(LayerError, match="worldcover"):
        find_product("wordcover")


def test_slope_of_a_plane_per_parcel(write_raster: WriteRaster) -> None:
    y, x = np.mgrid[0:40, 0:40]
    affine = Affine(30, 0, 500_000, 0, -30, 2_800_000)
    heights = 0.3 * (x * 30.0) + 0.4 * (-y * 30.0)
    path = write_raster(heights, transform=affine)
    lots = gpd.GeoSeries([shapely.box(500_100, 2_799_000, 500_400, 2_799_400)], crs=4543)
    found = slope_table(lots, path, classes="pdjb").iloc[0]
    assert found["mean"] == pytest.approx(50.0, rel=1e-4)
    # atan 0.5 = 26.57°
    assert found["share_>25°"] == 1.0
    assert found["share_≤2°"] == 0.0
    flat = slope_table(
        lots, write_raster(heights * 0.28, "flat.tif", transform=affine), classes="cjj83"
    )
    assert flat.iloc[0]["share_<15 %"] == 1.0
    edge = gpd.GeoSeries([shapely.box(500_000, 2_799_970, 500_030, 2_800_000)], crs=4543)
    assert np.isnan(slope_table(edge, path)["mean"].item())
    with pytest.raises(LayerError, match="pdjb"):
        slope_table(lots, path, classes="pdj")
    assert len(SLOPE_CLASSES) == 3


def test_every_number_type_says_the_same(
    write_raster: WriteRaster, parcels: gpd.GeoDataFrame
) -> None:
    # Types that the kernel is compiled for, and one (int32) that becomes float64 first.
    values = np.random.default_rng(3).integers(0, 9, (60, 60))
    stats = ["mean", "sum", "std", "min", "max", "valid_share", "median", "share"]
    tables = [
        yngis.zonal_table(
            parcels, write_raster(values.astype(kind), f"{kind}.tif", nodata=8), stats=stats
        )
        for kind in ("float64", "uint8", "int16", "float32", "int32")
    ]
    assert tables[0]["valid_share"].min() < tables[0]["valid_share"].max() <= 1.0
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0], rtol=1e-12)
    # What is not asked for changes nothing, and a raster without nodata takes the short way.
    whole = write_raster(values.astype(np.uint8), "whole.tif")
    told = yngis.zonal_table(parcels, whole, stats=["mean", "sum", "min"])
    same = yngis.zonal_table(parcels, write_raster(values * 1.0, "nan.tif", nodata=99), stats=stats)
    pd.testing.assert_frame_equal(told, same[["mean", "sum", "min"]], rtol=1e-12)
