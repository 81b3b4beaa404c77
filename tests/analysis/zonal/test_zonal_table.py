"""Zonal statistics: by hand, by law, and beside exactextract and shapely."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from exactextract import exact_extract
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio import Affine
from shapely import affinity

import yngis
from yngis.analysis.zonal import ZonalNotes, tiles
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.raster_grid import RasterGrid

from .conftest import WriteRaster

HAND = np.arange(1.0, 10.0).reshape(3, 3)
# Cells of the triangle, rows from the top: half of 4, all of 7, half of 8.
TRIANGLE = gpd.GeoSeries([shapely.Polygon([(0, 0), (2, 0), (0, 2)])], index=["t"], crs=4543)
ALL = ("weight", "valid_share", "mean", "sum", "std", "min", "max", "median", "share")


def test_the_triangle_by_hand(write_raster: WriteRaster) -> None:
    found = yngis.zonal_table(TRIANGLE, write_raster(HAND), stats=ALL).loc["t"]
    # mean (4/2 + 7 + 8/2) / 2 = 6.5; std: (0.5·2.5² + 0.5² + 0.5·1.5²) / 2 = 2.25
    assert found.to_dict() == pytest.approx(
        {
            "weight": 2.0,
            "valid_share": 1.0,
            "mean": 6.5,
            "sum": 13.0,
            "std": 1.5,
            "min": 4.0,
            "max": 8.0,
            "median": 7.0,
            "share_4": 0.25,
            "share_7": 0.5,
            "share_8": 0.25,
        },
        abs=1e-12,
    )


@pytest.mark.parametrize(("dtype", "nodata"), [("uint8", 8), ("float32", 8.0), ("int16", 8)])
def test_a_cell_without_value_is_left_out(
    write_raster: WriteRaster, dtype: str, nodata: float
) -> None:
    path = write_raster(HAND.astype(dtype), nodata=nodata)
    found = yngis.zonal_table(TRIANGLE, path, stats=["mean", "valid_share", "weight"]).loc["t"]
    assert found.to_dict() == pytest.approx({"mean": 6.0, "valid_share": 0.75, "weight": 2.0})


def test_nan_is_no_value_whatever_nodata_says(write_raster: WriteRaster) -> None:
    values = HAND.copy()
    values[2, 1] = np.nan
    for nodata in (None, np.nan, -9999.0):
        path = write_raster(values, nodata=nodata)
        assert yngis.zonal_table(TRIANGLE, path)["mean"].item() == pytest.approx(6.0)


def test_nodata_rounded_to_single_precision_is_still_nodata(write_raster: WriteRaster) -> None:
    values = HAND.astype(np.float32)
    values[2, 1] = np.float32(-3.4028234663852886e38)
    path = write_raster(values, nodata=-3.4028234663852886e38)
    assert yngis.zonal_table(TRIANGLE, path)["mean"].item() == pytest.approx(6.0)


def test_outside_partly_outside_and_masked_are_told(write_raster: WriteRaster) -> None:
    lots = gpd.GeoSeries(
        [
            shapely.box(100, 100, 101, 101),
            shapely.box(2, 2, 4, 3),
            shapely.box(0, 0, 1, 1),
            shapely.Polygon(),
            None,
        ],
        index=list("abcde"),
        crs=4543,
    )
    notes = ZonalNotes()
    path = write_raster(HAND, nodata=7)
    found = yngis.zonal_table(lots, path, stats=["valid_share", "mean", "sum"], notes=notes)
    assert found["valid_share"].fillna(-1).to_dict() == {
        "a": 0.0,
        "b": 0.5,
        "c": 0.0,
        "d": -1.0,
        "e": -1.0,
    }
    assert found["mean"].isna().tolist() == [True, False, True, True, True]
    assert found.loc["b", "mean"] == 3.0
    assert (notes.outside, notes.masked, notes.empty) == ([0], [2], [3, 4])


def test_several_bands_and_their_order(write_raster: WriteRaster) -> None:
    path = write_raster(np.stack([HAND, 10 * HAND, 100 * HAND]))
    found = yngis.zonal_table(TRIANGLE, path, stats=["mean", "max"], bands=[3, 1])
    assert found.loc["t"].to_dict() == pytest.approx(
        {"band_3_mean": 650.0, "band_3_max": 800.0, "band_1_mean": 6.5, "band_1_max": 8.0}
    )


def test_a_legend_joins_codes_and_tells_those_it_lacks(write_raster: WriteRaster) -> None:
    notes = ZonalNotes()
    found = yngis.zonal_table(
        TRIANGLE,
        write_raster(HAND.astype(np.uint8)),
        stats="share",
        classes={4: "林地", 7: "林地", 1: "水体"},
        notes=notes,
    )
    assert found.loc["t"].to_dict() == {"share_林地": 0.75, "share_水体": 0.0, "share_other": 0.25}
    assert 8.0 in notes.unknown_codes
    assert not {1.0, 4.0, 7.0} & {*notes.unknown_codes}


def test_declared_scale_and_offset_are_applied(write_raster: WriteRaster) -> None:
    import rasterio  # noqa: PLC0415

    path = write_raster(HAND.astype(np.int16))
    with rasterio.open(path, "r+") as made:
        made.scales, made.offsets = (0.1,), (-1.0,)
    notes = ZonalNotes()
    assert yngis.zonal_table(TRIANGLE, path, notes=notes)["mean"].item() == pytest.approx(-0.35)
    assert notes.scaled


def test_shrinking_leaves_the_core(write_raster: WriteRaster) -> None:
    lots = gpd.GeoSeries([shapely.box(0, 0, 3, 3), shapely.box(0, 0, 0.9, 3)], crs=4543)
    notes = ZonalNotes()
    found = yngis.zonal_table(
        lots, write_raster(HAND), stats=["weight", "mean"], shrink_m=0.5, notes=notes
    )
    # Metres of this corner of the belt, 500 km west of its axis, are 0.3 % shorter on the grid.
    assert found["weight"].iloc[0] == pytest.approx(4.0, rel=0.01)
    assert found["mean"].iloc[0] == pytest.approx(5.0)
    assert notes.empty == [1]


def test_area_weights_in_degrees_are_areas_on_the_ellipsoid(write_raster: WriteRaster) -> None:
    path = write_raster(
        np.array([[1.0], [2.0]]), crs="EPSG:4490", transform=Affine(1, 0, 102, 0, -1, 27)
    )
    whole = gpd.GeoSeries([shapely.box(102, 25, 103, 27)], crs=4490)
    found = yngis.zonal_table(whole, path, stats=["weight", "mean", "sum"], weight="area").iloc[0]
    north, south = ellipsoidal_area(
        gpd.GeoSeries([shapely.box(102, 26, 103, 27), shapely.box(102, 25, 103, 26)], crs=4490)
    )
    assert found["weight"] == pytest.approx(north + south, rel=1e-9)
    assert found["mean"] == pytest.approx((north + 2 * south) / (north + south), rel=1e-9)
    assert found["sum"] == pytest.approx(3.0)


def test_polygons_go_to_the_grid_of_the_raster(write_raster: WriteRaster) -> None:
    affine = Affine(10, 0, 500_000, 0, -10, 2_800_030)
    path = write_raster(HAND, crs="EPSG:4543", transform=affine)
    lots = gpd.GeoSeries([shapely.box(500_000, 2_800_000, 500_010, 2_800_030)], crs=4543)
    for crs in (4543, 4490, 4326, 32648, 3857):
        moved = yngis.zonal_table(lots.to_crs(crs), path, stats=["mean", "weight"])
        assert moved.iloc[0].to_dict() == pytest.approx({"mean": 4.0, "weight": 3.0}, abs=1e-4)


def _exact(path: object, lots: gpd.GeoDataFrame, operations: list[str]) -> pd.DataFrame:
    told = exact_extract(str(path), lots, operations, output="pandas")
    return told.set_index(lots.index)


def test_beside_exactextract(
    write_raster: WriteRaster, parcels: gpd.GeoDataFrame, field: NDArray[np.float32]
) -> None:
    path = write_raster(field, nodata=float(field[30, 30]))
    operations = ["mean", "sum", "stdev", "min", "max", "quantile(q=0.25)", "count"]
    theirs = _exact(path, parcels, operations)
    ours = yngis.zonal_table(
        parcels, path, stats=["mean", "sum", "std", "min", "max", "quantile(0.25)", "valid_share"]
    )
    held = theirs["count"] > 0
    pairs = {"mean": "mean", "sum": "sum", "std": "stdev", "min": "min", "max": "max"}
    for mine, other in pairs.items():
        # Their coverage is single precision: 6e-8 of a cell, on values of about 100.
        assert np.allclose(ours.loc[held, mine], theirs.loc[held, other], rtol=2e-7, atol=2e-5)
    assert np.allclose(ours.loc[held, "quantile(0.25)"], theirs.loc[held, "quantile_25"], atol=1e-4)
    assert (ours.loc[~held, "valid_share"] == 0.0).all()


def test_whole_cells_beside_exactextract_to_1e_8(
    write_raster: WriteRaster, field: NDArray[np.float32]
) -> None:
    """Where no cell is cut their shares are exact too, and both must agree."""
    random = np.random.default_rng(4)
    corners = random.integers(0, 55, (60, 2))
    sizes = random.integers(1, 6, (60, 2))
    halves = shapely.box(*corners.T, *(corners + sizes / 2.0).T)
    lots = gpd.GeoDataFrame(geometry=halves, crs=4543)
    path = write_raster(field.astype(np.float64))
    theirs = _exact(path, lots, ["mean", "sum", "stdev", "quantile(q=0.6)"])
    ours = yngis.zonal_table(lots, path, stats=["mean", "sum", "std", "quantile(0.6)"])
    for mine, other in zip(ours, theirs, strict=True):
        assert np.allclose(ours[mine], theirs[other], rtol=1e-8, atol=1e-8), mine


def test_shares_beside_shapely(parcels: gpd.GeoDataFrame) -> None:
    grid = RasterGrid(0.0, 60.0, 1.0, -1.0, 60, 60, parcels.crs)
    rows = yngis.coverage_rows(parcels, grid)
    row, column = np.divmod(rows.cell, 60)
    cells = shapely.box(column, 59 - row, column + 1, 60 - row)
    shapes = np.repeat(parcels.geometry.to_numpy(), np.diff(rows.start))
    assert np.allclose(rows.share, shapely.area(shapely.intersection(shapes, cells)), atol=1e-10)
    inside = shapely.area(shapely.intersection(parcels.geometry, shapely.box(0, 0, 60, 60)))
    summed = np.add.reduceat(np.append(rows.share, 0.0), rows.start[:-1])
    summed[np.diff(rows.start) == 0] = 0.0
    assert np.allclose(summed, inside, rtol=1e-10, atol=1e-10)
    assert np.allclose(rows.cells, shapely.area(parcels.geometry), rtol=1e-10)


def test_tiles_change_nothing(
    write_raster: WriteRaster,
    parcels: gpd.GeoDataFrame,
    field: NDArray[np.float32],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_raster(field, tiled=True, blockxsize=16, blockysize=16)
    stats = ["weight", "valid_share", "mean", "sum", "std", "min", "max", "quantile(0.3)"]
    whole = yngis.zonal_table(parcels, path, stats=stats)
    monkeypatch.setattr(tiles, "_tile_shape", lambda *_: (16, 16))
    cut = yngis.zonal_table(parcels, path, stats=stats)
    pd.testing.assert_frame_equal(whole, cut, rtol=1e-9, atol=1e-9)
    codes = write_raster((field // 40).astype(np.uint8), "codes.tif")
    small = yngis.zonal_table(parcels, codes, stats="share")
    monkeypatch.undo()
    pd.testing.assert_frame_equal(small, yngis.zonal_table(parcels, codes, stats="share"))


def test_the_direction_of_rings_and_the_form_of_parts_change_nothing(
    write_raster: WriteRaster, parcels: gpd.GeoDataFrame, field: NDArray[np.float32]
) -> None:
    path = write_raster(field)
    told = yngis.zonal_table(parcels, path, stats=["mean", "weight"])
    turned = parcels.set_geometry(parcels.geometry.reverse())
    pd.testing.assert_frame_equal(told, yngis.zonal_table(turned, path, stats=["mean", "weight"]))
    shuffled = parcels.sample(frac=1.0, random_state=1)
    again = yngis.zonal_table(shuffled, path, stats=["mean", "weight"])
    pd.testing.assert_frame_equal(told, again.loc[told.index])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-2, 12), st.floats(-2, 12)), min_size=3, max_size=9),
    st.integers(-3, 3),
    st.floats(0.1, 40),
)
def test_laws_of_the_shares(corners: list[tuple[float, float]], shift: int, scale: float) -> None:
    """Inside area is kept; whole cells of shift and any scale of the plane change no share."""
    shape = shapely.convex_hull(shapely.MultiPoint(corners))
    if shape.geom_type != "Polygon" or shape.area < 1e-3:
        return
    lots = gpd.GeoSeries([shape])
    rows = yngis.coverage_rows(lots, RasterGrid(0, 10, 1, -1, 10, 10))
    inside = shapely.intersection(shape, shapely.box(0, 0, 10, 10)).area
    assert rows.share.sum() == pytest.approx(inside, abs=1e-9)
    moved = yngis.coverage_rows(
        lots.translate(shift, shift), RasterGrid(shift, 10 + shift, 1, -1, 10, 10)
    )
    larger = yngis.coverage_rows(
        gpd.GeoSeries([affinity.scale(shape, scale, scale, origin=(0, 0))]),
        RasterGrid(0, 10 * scale, scale, -scale, 10, 10),
    )
    for other in (moved, larger):
        dense = [np.bincount(each.cell, each.share, 100) for each in (rows, other)]
        assert np.allclose(*dense, atol=1e-8)


def test_a_partition_adds_up_and_scale_commutes(
    write_raster: WriteRaster, parcels: gpd.GeoDataFrame, field: NDArray[np.float32]
) -> None:
    whole = shapely.box(3.3, 4.7, 52.1, 48.9)
    cut = shapely.ops.voronoi_diagram(
        shapely.MultiPoint(np.random.default_rng(1).uniform(5, 50, (40, 2))), envelope=whole
    )
    parts = gpd.GeoSeries([part.intersection(whole) for part in cut.geoms], crs=4543)
    path = write_raster(field.astype(np.float64))
    sums = yngis.zonal_table(parts, path, stats=["sum", "weight"]).sum()
    one = yngis.zonal_table(gpd.GeoSeries([whole], crs=4543), path, stats=["sum", "weight"])
    assert sums.to_dict() == pytest.approx(one.iloc[0].to_dict(), rel=1e-9)
    scaled = yngis.zonal_table(parcels, write_raster(field.astype(np.float64) * 7.0 - 3.0, "s.tif"))
    plain = yngis.zonal_table(parcels, path)
    assert np.allclose(scaled["mean"], plain["mean"] * 7.0 - 3.0, equal_nan=True, rtol=1e-9)


def test_invalid_polygons_are_mended_and_told(write_raster: WriteRaster) -> None:
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    notes = ZonalNotes()
    found = yngis.zonal_table(
        gpd.GeoSeries([bow, TRIANGLE.iloc[0]], crs=4543),
        write_raster(HAND),
        stats=["weight", "mean"],
        notes=notes,
    )
    assert notes.repaired == [0]
    assert found["weight"].tolist() == pytest.approx([2.0, 2.0])
    assert found["mean"].iloc[1] == pytest.approx(6.5)


def test_a_path_is_streamed_and_numbered(
    write_raster: WriteRaster,
    parcels: gpd.GeoDataFrame,
    field: NDArray[np.float32],
    tmp_path: object,
) -> None:
    path = write_raster(field)
    frame = yngis.zonal_table(parcels, path)
    for suffix in ("parquet", "gpkg"):
        target = f"{tmp_path}/lots.{suffix}"
        if suffix == "parquet":
            parcels.to_parquet(target)
        else:
            parcels.to_file(target)
        read = yngis.zonal_table(target, path)
        assert read.index.tolist() == list(range(100))
        assert np.allclose(read["mean"], frame["mean"], equal_nan=True)


def test_progress_ends_with_all_done(
    write_raster: WriteRaster, parcels: gpd.GeoDataFrame, field: NDArray[np.float32]
) -> None:
    seen: list[tuple[int, int]] = []
    yngis.zonal_table(parcels, write_raster(field), progress=lambda *each: seen.append(each))
    assert seen[-1][0] == seen[-1][1] > 0


def test_a_cluster_gives_the_same(
    write_raster: WriteRaster, parcels: gpd.GeoDataFrame, field: NDArray[np.float32]
) -> None:
    from distributed import Client, LocalCluster  # noqa: PLC0415

    path = write_raster(field, tiled=True, blockxsize=16, blockysize=16)
    stats = ["mean", "max", "quantile(0.5)"]
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        there = yngis.zonal_table(parcels, path, stats=stats, client=client)
    pd.testing.assert_frame_equal(there, yngis.zonal_table(parcels, path, stats=stats))
