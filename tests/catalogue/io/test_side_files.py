"""A .prj in GBK or with a mark of byte order, and fillings that no raster declares."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from yngis.catalogue.io.paths import dataset_in
from yngis.catalogue.io.raster import open_raster
from yngis.catalogue.io.raster_fillings import undeclared_fillings
from yngis.catalogue.io.vectors.vector import read_vector


@pytest.mark.parametrize(
    ("way", "suffix"), [("gbk", ".prj"), ("utf-8-sig", ".prj"), ("gbk", ".PRJ")]
)
def test_a_projection_that_is_not_plain_utf_8(tmp_path: Path, way: str, suffix: str) -> None:
    box = shapely.box(595_000, 2_760_000, 596_000, 2_761_000)
    gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[box], crs=4543).to_file(
        tmp_path / "甲.shp", encoding="GBK"
    )
    prj = tmp_path / "甲.prj"
    text = prj.read_text(encoding="utf-8").replace("CGCS2000_3_Degree_GK_CM_102E", "昆明2000")
    prj.unlink()
    prj.with_suffix(suffix).write_bytes(text.encode(way))
    frame = read_vector(tmp_path / "甲.shp")
    assert frame["名称"].tolist() == ["甲"]
    assert frame.total_bounds[0] == pytest.approx(102.94, abs=0.02)


def test_nothing_large_is_copied_for_it(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4543)
    frame.to_file(tmp_path / "甲.shp")
    (tmp_path / "甲.prj").write_bytes('LOCAL_CS["昆明"]'.encode("gbk"))
    for suffix in (".sbn", ".sbx", ".mdb", ".tif"):
        (tmp_path / f"甲{suffix}").write_bytes(b"0" * 100)
    with dataset_in(tmp_path / "甲.shp", None) as path:
        parts = {each.suffix: each for each in path.parent.iterdir() if each.suffix}
        assert set(parts) == {".shp", ".shx", ".dbf", ".cpg", ".prj"}
        for suffix in (".shp", ".dbf"):
            assert parts[suffix].samefile(tmp_path / f"甲{suffix}")
        assert parts[".prj"].read_text(encoding="utf-8") == 'LOCAL_CS["昆明"]'
    assert (tmp_path / "甲.shp").is_file()


@pytest.mark.parametrize(
    ("kind", "filling", "declared", "found"),
    [
        ("float32", -9999.0, None, [-9999.0]), ("float32", -9999.0, -9999.0, []),
        ("int16", -32768, None, [-32768.0]), ("uint16", 65535, None, [65535.0]),
        ("uint8", 0, None, []), ("float32", -3.4e38, None, [-3.4e38]),
        ("float32", 1e20, None, [1e20]), ("float64", np.inf, None, [np.inf]),
        ("float32", np.nan, None, []),
    ],
)  # fmt: skip
def test_fillings_that_are_not_declared(
    tmp_path: Path, kind: str, filling: float, declared: float | None, found: list[float]
) -> None:
    cells = np.full((40, 40), 10, dtype=kind)
    cells[:10] = filling
    path = tmp_path / "r.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=40, width=40, count=1, dtype=kind, crs="EPSG:4543",
        transform=Affine(10.0, 0.0, 595_000.0, 0.0, -10.0, 2_760_000.0), nodata=declared,
    ) as target:  # fmt: skip
        target.write(cells, 1)
    assert undeclared_fillings(open_raster(path)) == pytest.approx(found)


def test_amounts_that_all_are_large_are_no_fillings(tmp_path: Path) -> None:
    cells = np.geomspace(1e14, 1e17, 1600).reshape(40, 40)
    path = tmp_path / "r.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=40, width=40, count=1, dtype="float64", crs="EPSG:4543",
        transform=Affine(10.0, 0.0, 595_000.0, 0.0, -10.0, 2_760_000.0),
    ) as target:  # fmt: skip
        target.write(cells, 1)
    assert undeclared_fillings(open_raster(path)) == []


def test_fillings_of_bands_that_are_measured_only_and_beside_cells_that_are_nan(
    tmp_path: Path,
) -> None:
    cells = np.full((2, 8, 8), 10, dtype=np.float32)
    cells[0, 0], cells[1, 0], cells[1, 1] = -9999.0, np.nan, -3.4e38
    path = tmp_path / "r.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=8, width=8, count=2, dtype="float32", crs="EPSG:4543",
        transform=Affine(10.0, 0.0, 595_000.0, 0.0, -10.0, 2_760_000.0),
    ) as target:  # fmt: skip
        target.write(cells)
    raster = open_raster(path)
    assert undeclared_fillings(raster) == pytest.approx([-3.4e38, -9999.0])
    assert undeclared_fillings(raster, [2]) == pytest.approx([-3.4e38])


@pytest.mark.parametrize(
    ("kind", "filling", "measured", "found"),
    [
        ("int16", 0, (1800, 1), [0.0]), ("int16", -999, (800, 1), [-999.0]),
        ("uint8", 255, (3, 1), [255.0]), ("int16", 0, (1, 1), [0.0]), ("int16", 0, (5, 9), [0.0]),
        ("int32", 65535, (800, 1), [65535.0]), ("int16", 255, (800, 1), [255.0]),
        ("uint8", 0, (10, 0), []),
    ],
)  # fmt: skip
def test_a_filling_that_could_be_a_value_is_told_far_off_the_values(
    tmp_path: Path, kind: str, filling: int, measured: tuple[int, int], found: list[float]
) -> None:
    lowest, step = measured
    cells = (lowest + step * (np.arange(1600).reshape(40, 40) % 50)).astype(kind)
    cells[:10] = filling
    path = tmp_path / "r.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=40, width=40, count=1, dtype=kind, crs="EPSG:4543",
        transform=Affine(10.0, 0.0, 595_000.0, 0.0, -10.0, 2_760_000.0),
    ) as target:  # fmt: skip
        target.write(cells, 1)
    assert undeclared_fillings(open_raster(path)) == pytest.approx(found)
