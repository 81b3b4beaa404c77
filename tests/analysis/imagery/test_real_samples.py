"""Real samples: scenes and spectra of other packages, fetched by ``python tasks.py samples``."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from exactextract import exact_extract

import yngis
from yngis.analysis.imagery.indices import mndwi, ndvi, pisi
from yngis.analysis.imagery.rules import read_imagery_rules
from yngis.analysis.imagery.scene_files import check_scenes
from yngis.analysis.imagery.scenes import read_scenes
from yngis.analysis.zonal import slope_table

SAMPLES = Path(os.environ.get("YNGIS_SAMPLES", Path(__file__).parents[3] / ".samples"))
HELD = SAMPLES.is_dir()
NEEDED = os.environ.get("CI") == "true" and sys.version_info[:2] == (3, 11)

pytestmark = pytest.mark.skipif(
    not HELD and not NEEDED,
    reason="no sample scenes here: python tasks.py samples fetches 40 MB, on Python 3.11",
)


def sample(pattern: str) -> Path:
    """The one file of the samples that fits."""
    found = sorted(SAMPLES.glob(f"**/{pattern}"))
    assert found, f"python tasks.py samples: no {pattern} in {SAMPLES}"
    return found[0]


def _stack(paths: list[Path], out: Path) -> Path:
    with rasterio.open(paths[0]) as first:
        profile = first.profile | {"driver": "GTiff", "count": len(paths)}
    profile.pop("photometric", None)
    with rasterio.open(out, "w", **profile) as made:
        for number, path in enumerate(paths, start=1):
            with rasterio.open(path) as source:
                made.write(source.read(1), number)
    return out


def _list(folder: Path, row: str) -> Path:
    path = folder / "scenes.csv"
    head = "path,date,sensor,level,offset_applied,mask,mask_kind,scale,offset,bands"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    return path


def test_statistics_of_a_geotiff_that_calls_itself_jp2() -> None:
    path = sample("s2_B04.jp2")
    with rasterio.open(path) as source:
        west, south, _, _ = source.bounds
        crs = source.crs
    random = np.random.default_rng(2)
    corner = random.uniform(500, 15000, (40, 2)) + np.array((west, south))
    lots = gpd.GeoDataFrame(
        geometry=[shapely.Point(*each).buffer(random.uniform(30, 400)) for each in corner], crs=crs
    )
    ours = yngis.zonal_table(lots, path, stats=["mean", "max"])
    # By its suffix GDAL would ask another driver: exactextract gets a copy with the right name.
    theirs = exact_extract(rasterio.open(path), lots, ["mean", "max"], output="pandas")
    assert np.allclose(ours["mean"], theirs["mean"], rtol=1e-6)
    assert (ours["max"].to_numpy() == theirs["max"].to_numpy()).all()


def test_a_raw_scene_is_refused_for_verdicts(tmp_path: Path) -> None:
    names = [sample(f"s2_B0{number}.jp2") for number in (2, 3, 4, 8)]
    stack = _stack(names, tmp_path / "s2.tif")
    row = f"{stack},2019-01-01,s2_l2a,L1C,yes,,none,,,blue=1 green=2 red=3 nir=4"
    told = "\n".join(map(str, check_scenes(*read_scenes(_list(tmp_path, row))).problems))
    assert "L1C" in told


def test_the_old_quality_band_of_landsat_is_refused(tmp_path: Path) -> None:
    stack = _stack([sample(f"l8_B{number}.tif") for number in (2, 3, 4, 5, 6)], tmp_path / "l8.tif")
    mask = sample("l8_BQA.tif")
    row = f"{stack},2016-01-01,landsat_c2_l2,,,{mask},qa_pixel,0.00002,-0.1,"
    told = "\n".join(map(str, check_scenes(*read_scenes(_list(tmp_path, row))).problems))
    assert "BQA" in told


def test_real_urban_samples_are_not_called_vegetated() -> None:
    told = json.loads(sample("spectral.json").read_text(encoding="utf-8"))
    kind = np.array(list(told["class"].values()))
    red, nir = (np.array(list(told[name].values())) for name in ("SR_B4", "SR_B5"))
    green = ndvi(red, nir) >= read_imagery_rules().number("green_ndvi")
    assert (kind == "Urban").sum() >= 30
    assert not green[kind == "Urban"].any()
    assert green[kind == "Vegetation"].mean() > 0.9


def _library() -> tuple[pd.DataFrame, np.ndarray]:
    """Spectra of materials, and their reflectance in the bands of Sentinel-2, ``(5, n)``."""
    table = pd.read_csv(sample("earthlib/data/spectra.csv"))
    head = sample("earthlib/data/spectra.sli.hdr").read_text(encoding="utf-8")
    waves = np.array(re.findall(r"[\d.]+", head.split("wavelength = {")[1].split("}")[0]), float)
    cells = np.fromfile(sample("earthlib/data/spectra.sli"), "<f4").reshape(-1, len(waves))
    assert len(cells) == len(table) == 7261
    bands = ((0.458, 0.523), (0.543, 0.578), (0.650, 0.680), (0.785, 0.900), (1.565, 1.655))
    told = [cells[:, (waves > a - 1e-9) & (waves < b + 1e-9)].mean(axis=1) for a, b in bands]
    return table, np.array(told, dtype=float)


def test_spectra_of_materials_tell_green_and_no_more() -> None:
    table, (blue, green, red, nir, swir) = _library()
    kind, rules = table["LEVEL_2"].to_numpy(), read_imagery_rules()
    leafy = ndvi(red, nir) >= rules.number("green_ndvi")
    assert leafy[kind == "vegetation"].all()
    # Green paint alone; an index of the visible and near infrared cannot know it.
    assert {*table["LEVEL_3"][(kind == "built") & leafy]} == {"paint"}
    assert leafy[kind == "built"].mean() < 0.01
    assert leafy[kind == "bare"].mean() < 0.005
    # Why no fixed cut calls anything built: soil has the higher NDBI, and soils have PISI above 0.
    built_up = (swir - nir) / (swir + nir)
    assert np.median(built_up[kind == "bare"]) > np.median(built_up[kind == "built"])
    assert (pisi(blue, nir)[kind == "bare"] > 0.0).mean() > 0.25
    # Painted and metal roofs look like water to its index alone.
    wet = mndwi(green, swir) > rules.number("water_mndwi")
    dark = wet & (nir < rules.number("water_nir"))
    assert 0.13 < wet[kind == "built"].mean() < 0.15
    assert dark[kind == "built"].mean() < 0.05


def test_slope_of_a_real_model_in_degrees() -> None:
    path = sample("rmnp-dem.tif")
    with rasterio.open(path) as source:
        west, south, east, north = source.bounds
    inner = shapely.box(west + 0.05, south + 0.05, east - 0.05, north - 0.05)
    table = slope_table(gpd.GeoSeries([inner], crs=4326), path, classes="pdjb")
    # Mountains on cells of 230 m: were degrees taken for metres, slopes would be millions.
    assert 10.0 < table["mean"].item() < 60.0
    shares = table.filter(like="share_").iloc[0]
    assert shares.sum() == pytest.approx(1.0)
