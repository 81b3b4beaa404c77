"""`yngis zonal` from file to table, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio import Affine
from typer.testing import CliRunner

from yngis.cli import app
from yngis.errors import LayerError


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    lots = gpd.GeoDataFrame(
        {"宗地": ["甲", "=乙"]},
        geometry=[shapely.box(0.5, 0, 2, 2), shapely.box(50, 50, 51, 51)],
        crs=4543,
    )
    lots.to_file(tmp_path / "lots.gpkg")
    path = tmp_path / "codes.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=1, height=2, width=2, dtype="uint8",
        crs="EPSG:4543", transform=Affine(1, 0, 0, 0, -1, 2),
    ) as made:  # fmt: skip
        made.write(np.array([[[10, 50], [10, 80]]], dtype=np.uint8))
    return tmp_path / "lots.gpkg", path


def _run(*words: object) -> str:
    done = CliRunner().invoke(app, ["zonal", *map(str, words)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_shares_by_a_legend_with_names_of_parcels(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    told = _run(*files, "--legend", "worldcover-2021", "--key", "宗地", "--out", out)
    table = pd.read_csv(out, encoding="utf-8-sig", index_col=0)
    assert table.loc["甲", "share_林地"] == pytest.approx(1 / 3)
    assert table.index.tolist() == ["甲", "'=乙"]
    assert "76.7 %" in told
    assert "栅格范围外" in told
    notes = (tmp_path / "t.notes.csv").read_text(encoding="utf-8-sig")
    assert "栅格范围外" in notes
    assert "ESA WorldCover" in notes


def test_statistics_as_a_workbook_and_parquet(files: tuple[Path, Path], tmp_path: Path) -> None:
    for suffix in ("xlsx", "parquet"):
        _run(*files, "--stats", "mean,quantile(0.9),max", "--out", tmp_path / f"t.{suffix}")
    table = pd.read_parquet(tmp_path / "t.parquet")
    assert list(table) == ["index", "mean", "quantile(0.9)", "max"]


def test_wrong_combinations_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    for words, told in [
        (("--legend", "worldcover", "--slope", "pdjb"), "--slope"),
        (("--before", files[1]), "--legend"),
        (("--legend", "worldcover-2021", "--before", files[1]), "算法不同"),
        (("--bands", "a"), "--bands"),
        (("--key", "没有"), "没有"),
    ]:
        with pytest.raises(LayerError, match=told):
            _run(*files, *words, "--out", out)
    assert not out.exists()


def test_a_shipped_layer_by_its_name(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(LayerError):
        _run("zonez", files[1], "--out", tmp_path / "t.csv")
    told = _run("regions", files[1], "--out", tmp_path / "t.csv")
    assert "栅格范围外" in told


def test_what_looks_like_no_value_is_told_of_the_measured_band_only(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    path = tmp_path / "two.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=2, height=2, width=2, dtype="float32",
        crs="EPSG:4543", transform=Affine(1, 0, 0, 0, -1, 2),
    ) as made:  # fmt: skip
        made.write(np.array([[[-9999, 5], [1, 8]], [[2, 5], [1, 8]]], dtype=np.float32))
    for band, told in (("1", True), ("2", False)):
        said = _run(files[0], path, "--bands", band, "--stats", "max", "--out", tmp_path / "b.csv")
        assert ("-9999" in said) == told
