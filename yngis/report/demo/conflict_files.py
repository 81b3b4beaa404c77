"""The demonstration's red lines in the carriers of bureaus (写出演示红线)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyogrio

from yngis.catalogue import write_geopackage, write_text
from yngis.report.csv_writer import DIGITS, write_csv_rows
from yngis.report.demo.conflict_layers import CELL_M, LAKES, demo_heights, make_conflict_land

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.report.demo.conflict_layers import DemoLand

LAYER_NAMES: Final = {
    "farmland": "YJJBNTBHTB",
    "ecology": "STBHHX",
    "water_source": "YYSSYBHQ",
    "lake": "HPBHX",
    "river": "CJGZLAX",
    "boundary": "CZKFBJ",
    "planned_use": "GHYDYH",
}
"""Names of the layers in the planning database."""
COVERAGE: Final = "覆盖范围"

_README: Final = """红线演示数据 / red lines of the demonstration
================================================

全部为程序合成，不是任何单位的真实记录；湖泊、江河只借其名。
Synthetic throughout; the names of lakes and rivers are borrowed.

开发区边界_演示数据.gpkg    演示边界（不是随附的示意范围）
红线图层_演示数据.gpkg      各红线、规划用途（按规划数据库命名），以及永久基本农田的覆盖范围
核查宗地_演示数据.shp       宗地，拼音表头，GBK 编码，无 .cpg
高程_演示数据.tif           一个开发区的高程，西缓东陡
truth_conflicts.csv         每个开发区、每宗地应有的面积
truth_industrial.csv        工业用地占比应有的值

yngis conflicts --zones 开发区边界_演示数据.gpkg --parcels 核查宗地_演示数据.shp
  --layer all=红线图层_演示数据.gpkg --coverage all=all
  --coverage farmland=红线图层_演示数据.gpkg#覆盖范围 --out conflicts
"""


def write_demo_conflicts(folder: Path, seed: int = 0) -> dict[str, Path]:
    """
    Write red lines with planted conflicts (写出演示红线).

    Parameters
    ----------
    folder
        Folder to write to.
    seed
        The same seed gives the same files.

    Returns
    -------
    files
        ``conflict_zones``, ``conflict_layers``, ``conflict_parcels``, ``conflict_heights``,
        ``conflict_truth``, ``industrial_truth``, ``conflict_readme``.
    """
    land = make_conflict_land(seed)
    layers = {name: land.layers[key] for key, name in LAYER_NAMES.items()}
    plots = folder / "核查宗地_演示数据.shp"
    pyogrio.write_dataframe(land.plots, plots, driver="ESRI Shapefile", encoding="GB18030")
    plots.with_suffix(".cpg").unlink(missing_ok=True)
    return {
        "conflict_zones": write_geopackage(
            folder / "开发区边界_演示数据.gpkg", {"开发区边界": land.zones}
        ),
        "conflict_layers": write_geopackage(
            folder / "红线图层_演示数据.gpkg", {**layers, COVERAGE: land.coverage}
        ),
        "conflict_parcels": plots,
        "conflict_heights": _write_heights(land, folder / "高程_演示数据.tif"),
        "conflict_truth": write_csv_rows(folder / "truth_conflicts.csv", land.truth, digits=DIGITS),
        "industrial_truth": write_csv_rows(folder / "truth_industrial.csv", land.industry),
        "conflict_readme": write_text(folder / "红线演示说明.txt", _README),
    }


def _write_heights(land: DemoLand, path: Path) -> Path:
    """Heights over the first zone at a lake, or the first of all."""
    import rasterio  # noqa: PLC0415 - everything else is written without it

    names = land.zones["名称"].tolist()
    place = next((names.index(name) for name in LAKES if name in names), 0)
    heights, (left, top), crs = demo_heights(land.zones.geometry.iloc[place])
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=heights.shape[1],
        height=heights.shape[0],
        count=1,
        dtype="float32",
        crs=crs,
        transform=rasterio.Affine(CELL_M, 0.0, left, 0.0, -CELL_M, top),
        nodata=-9999.0,
        compress="deflate",
    ) as raster:
        raster.write(heights, 1)
    return path


def demo_conflict_options(files: dict[str, Path]) -> dict[str, object]:
    """
    Options by which the demonstration is checked (演示所用选项).

    Parameters
    ----------
    files
        As :func:`write_demo_conflicts` gives them.

    Returns
    -------
    options
        ``zones``, ``parcels``, ``layers`` and ``coverage``.
    """
    layers = str(files["conflict_layers"])
    return {
        "zones": str(files["conflict_zones"]),
        "parcels": str(files["conflict_parcels"]),
        "layers": {"all": layers},
        "coverage": {"farmland": f"{layers}#{COVERAGE}", "all": "all"},
    }
