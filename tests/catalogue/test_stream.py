"""Layers read in batches: every carrier gives the same rows, and only what is asked for is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely import box

from yngis.catalogue.io.stream import Batch, Stream, open_stream, read_part
from yngis.errors import LayerError

ROWS = 1_000


@pytest.fixture(scope="module")
def layer() -> gpd.GeoDataFrame:
    """A thousand unit squares in a row, 40 to the hundred metres, with Chinese names."""
    x = np.arange(ROWS) * 2.5
    return gpd.GeoDataFrame(
        {
            "bsm": np.arange(ROWS, dtype=np.int32),
            "地类": np.where(np.arange(ROWS) % 3 == 0, "工业用地", "采矿用地"),
        },
        geometry=shapely.box(5e5 + x, 2.7e6, 5e5 + x + 1.0, 2.7e6 + 1.0),
        crs="EPSG:4543",
    )


def batches(stream: Stream, rows: int = 300) -> list[Batch]:
    parts = [replace(part, batch_rows=rows) for part in stream.parts]
    return [batch for part in parts for batch in read_part(part)]


def geometries(read: list[Batch]) -> np.ndarray:
    told = [value for batch in read for value in batch.geometry.to_pylist()]
    return shapely.from_wkb(told)


def write(layer: gpd.GeoDataFrame, folder: Path, form: str) -> Path:
    path = folder / form
    if form == "rows.parquet":
        layer.to_parquet(path, row_group_size=150, write_covering_bbox=True)
    elif form == "native.parquet":
        layer.to_parquet(path, row_group_size=150, geometry_encoding="geoarrow")
    elif form.endswith(".gdb"):
        layer.to_file(path, driver="OpenFileGDB")
    elif form.endswith(".shp"):
        layer.to_file(path, encoding="gb18030")
        path.with_suffix(".cpg").unlink()  # as Chinese software leaves it
    elif form.endswith(".fgb"):
        layer.to_file(path, SPATIAL_INDEX="NO")  # with one, features are sorted by place
    else:
        layer.to_file(path)
    return path


FORMS = ["rows.parquet", "native.parquet", "a.gpkg", "a.shp", "a.gdb", "a.fgb"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part_rows", [None, 170])
def test_every_carrier_gives_all_rows_in_order(
    layer: gpd.GeoDataFrame, tmp_path: Path, form: str, part_rows: int | None
) -> None:
    path = write(layer, tmp_path, form)
    with open_stream(path, ["地类", "bsm"], part_rows=part_rows) as stream:
        read = batches(stream)
        assert stream.rows == ROWS
        assert stream.crs is not None
        assert stream.crs.to_epsg() == 4543
    assert [value for batch in read for value in batch.columns[1].to_pylist()] == list(range(ROWS))
    assert [value for batch in read for value in batch.columns[0].to_pylist()] == list(
        layer["地类"]
    )
    firsts = np.cumsum([0, *(len(batch.geometry) for batch in read)])[:-1]
    assert [batch.first for batch in read] == firsts.tolist()
    # Some carriers turn rings round or make multipolygons; FileGDB has a grid of 0.1 mm.
    squares = geometries(read)
    assert shapely.bounds(squares) == pytest.approx(shapely.bounds(layer.geometry.values), abs=1e-3)
    assert shapely.area(squares) == pytest.approx(np.ones(ROWS), abs=1e-2)


@pytest.mark.parametrize(("form", "most"), [("rows.parquet", 300), ("a.gpkg", 41), ("a.shp", 41)])
def test_only_what_may_touch_a_box_is_read(
    layer: gpd.GeoDataFrame, tmp_path: Path, form: str, most: int
) -> None:
    # 100 m hold 41 squares at most; of GeoParquet whole row groups of 150 are read.
    path = write(layer, tmp_path, form)
    with open_stream(path) as stream:
        near = stream.within([5e5 + 400, 2.6e6, 5e5 + 500, 2.8e6])
        found = geometries(batches(near))
    wanted = layer.cx[5e5 + 400 : 5e5 + 500, :].geometry
    assert 0 < len(found) <= most
    assert set(shapely.to_wkb(shapely.normalize(wanted.values))) <= set(
        shapely.to_wkb(shapely.normalize(found))
    )


def test_no_more_than_a_batch_is_held(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "one_group.parquet"
    layer.to_parquet(path)
    with open_stream(path) as stream:
        assert len(stream.parts) == 1
        assert max(len(batch.geometry) for batch in batches(stream, 64)) == 64


def test_a_pattern_and_a_folder_of_files(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for number in range(3):
        layer.iloc[number * 300 : number * 300 + 300].to_parquet(tmp_path / f"p{number}.parquet")
    for path in (tmp_path / "p*.parquet", tmp_path):
        with open_stream(path, ["bsm"]) as stream:
            values = [v for batch in batches(stream) for v in batch.columns[0].to_pylist()]
        assert values == list(range(900))


def test_all_faults_of_all_files_at_once(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    layer.to_parquet(tmp_path / "a.parquet")
    layer.to_crs(4544).to_parquet(tmp_path / "b.parquet")
    layer.drop(columns="bsm").to_parquet(tmp_path / "c.parquet")
    pq.write_table(pa.table({"bsm": [1]}), tmp_path / "d.parquet")
    (tmp_path / "e.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(LayerError) as caught, open_stream(tmp_path / "*.parquet", ["bsm"]):
        pass
    where = [problem.where for problem in caught.value.problems]
    assert [Path(each.split(" · ")[0]).name for each in where] == [
        "c.parquet",
        "d.parquet",
        "e.parquet",
        "b.parquet",
    ]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("nothing.parquet", "no such file"),
        ("*.nothing", "nothing matches"),
        ("/vsicurl/https://example.org/a.gpkg", "virtual path"),
        ("https://example.org/a.parquet", "URL"),
    ],
)
def test_paths_that_are_not_local_files(tmp_path: Path, path: str, told: str) -> None:
    named = path if path.startswith(("/", "https")) else tmp_path / path
    with pytest.raises(LayerError, match=told), open_stream(named):
        pass


def test_a_misspelt_column_is_told_with_the_nearest(
    layer: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    for form in ("rows.parquet", "a.gpkg"):
        path = write(layer, tmp_path, form)
        with pytest.raises(LayerError, match="did you mean “bsm”"), open_stream(path, ["bms"]):
            pass


def test_a_file_that_goes_away_is_told(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write(layer, tmp_path, "rows.parquet")
    with open_stream(path) as stream:
        path.unlink()
        with pytest.raises(LayerError, match="can be seen from this machine"):
            batches(stream)


def test_without_a_declared_crs(tmp_path: Path) -> None:
    gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]).to_parquet(tmp_path / "a.parquet")
    with open_stream(tmp_path / "a.parquet") as stream:
        assert stream.crs is None
