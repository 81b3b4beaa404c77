"""
The same table by the tools of the trade, each in the best form known to us.

Every function takes the GeoParquet files of parcels and zones and returns the area of each zone
[m²]. Zones in pieces of few vertices are made beforehand, off the clock, for those who use them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

THREADS: Final = 2
PIECE: Final = 128
"""Vertices of a piece of a subdivided zone; 64 and 128 are the best of 16 to 256, for all peers."""

CHUNK: Final = 65_536
TESTS: Final = Path(__file__).resolve().parents[1] / "tests" / "analysis"

Areas = dict[str, float]


def pieces_of(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut zones into pieces of few vertices, as ST_Subdivide does."""
    names, made = [], []
    for name, zone in zip(zones.name_zh, zones.geometry, strict=True):
        waiting = [zone]
        while waiting:
            piece = waiting.pop()
            if piece.is_empty:
                continue
            if shapely.get_num_coordinates(piece) <= PIECE:
                parts = [part for part in shapely.get_parts(piece) if part.geom_type == "Polygon"]
                made += parts
                names += [name] * len(parts)
                continue
            west, south, east, north = piece.bounds
            x, y = (west + east) / 2, (south + north) / 2
            wide = east - west > north - south
            one = shapely.box(west, south, x if wide else east, north if wide else y)
            other = shapely.box(x if wide else west, south if wide else y, east, north)
            waiting += [shapely.intersection(piece, one), shapely.intersection(piece, other)]
    return gpd.GeoDataFrame({"name_zh": names}, geometry=made, crs=zones.crs)


def yngis(parcels: Path, zones: Path, _pieces: Path) -> Areas:
    """Ours, planar areas as the others."""
    from yngis.analysis.overlay.tabulate import area_table  # noqa: PLC0415

    table = area_table(parcels, gpd.read_parquet(zones), area="planar")
    return dict(table["area_m2"])


def yngis_zones_only(parcels: Path, zones: Path, _pieces: Path) -> Areas:
    """Ours without land outside, which the others do not account for either."""
    from yngis.analysis.overlay.tabulate import area_table  # noqa: PLC0415

    table = area_table(parcels, gpd.read_parquet(zones), area="planar", outside=False)
    return dict(table["area_m2"])


def yngis_ellipsoidal(parcels: Path, zones: Path, _pieces: Path) -> Areas:
    """Ours, areas on the ellipsoid, on parcels in longitude and latitude."""
    from yngis.analysis.overlay.tabulate import area_table  # noqa: PLC0415

    degrees = parcels.with_suffix(".degrees.parquet")
    table = area_table(degrees, gpd.read_parquet(zones).to_crs(4490))
    return dict(table["area_m2"])


def floor(parcels: Path, _zones: Path, _pieces: Path) -> Areas:
    """Read the geometry and do nothing."""
    with pq.ParquetFile(parcels) as file, ThreadPoolExecutor(THREADS) as pool:
        groups = range(file.num_row_groups)

        def read(group: int) -> None:
            with pq.ParquetFile(parcels, buffer_size=1 << 20, pre_buffer=False) as own:
                for _ in own.iter_batches(16_384, [group], ["geometry"], use_threads=False):
                    pass

        list(pool.map(read, groups))
    return {}


def geopandas_overlay(parcels: Path, zones: Path, _pieces: Path) -> Areas:
    """`geopandas.overlay`."""
    made = gpd.overlay(gpd.read_parquet(parcels), gpd.read_parquet(zones), how="intersection")
    return dict(made.geometry.area.groupby(made["name_zh"]).sum())


def geopandas_sjoin(parcels: Path, zones: Path, _pieces: Path) -> Areas:
    """`geopandas.sjoin`, then the intersection of each pair."""
    lots, areas = gpd.read_parquet(parcels), gpd.read_parquet(zones)
    pairs = gpd.sjoin(lots, areas, predicate="intersects")
    other = areas.geometry.loc[pairs["index_right"]].to_numpy()
    shared = shapely.area(shapely.intersection(pairs.geometry.to_numpy(), other))
    return dict(pairs.assign(shared=shared).groupby("name_zh")["shared"].sum())


def shapely_careful(parcels: Path, zones: Path, _pieces: Path) -> Areas:
    """STRtree and prepared zones; only what crosses a border is intersected; on all threads."""
    areas = gpd.read_parquet(zones)
    names = areas["name_zh"].to_numpy()
    own = threading.local()  # GEOS completes a prepared geometry on first use: one set a thread

    def work(binary: Any) -> NDArray[np.float64]:
        if not hasattr(own, "zones"):
            own.zones = shapely.from_wkb(shapely.to_wkb(areas.geometry.to_numpy()))
            shapely.prepare(own.zones)
            own.tree = shapely.STRtree(own.zones)
        lots = shapely.from_wkb(np.array(binary.to_pylist(), dtype=object))
        lot, zone = own.tree.query(lots)
        meets = shapely.intersects(own.zones[zone], lots[lot])
        lot, zone = lot[meets], zone[meets]
        inside = shapely.contains_properly(own.zones[zone], lots[lot])
        shared = np.empty(len(lot))
        shared[inside] = shapely.area(lots[lot[inside]])
        cut = ~inside
        shared[cut] = shapely.area(shapely.intersection(lots[lot[cut]], own.zones[zone[cut]]))
        return np.bincount(zone, shared, len(names))

    with pq.ParquetFile(parcels) as file, ThreadPoolExecutor(THREADS) as pool:
        batches = (batch.column(0) for batch in file.iter_batches(CHUNK, columns=["geometry"]))
        total = sum(pool.map(work, batches), np.zeros(len(names)))
    return dict(zip(names, total, strict=True))


def duckdb_subdivided(parcels: Path, _zones: Path, pieces: Path) -> Areas:
    """DuckDB spatial: its spatial join against the pieces; within a piece no intersection."""
    import duckdb  # noqa: PLC0415
    import duckdb_extension_spatial  # noqa: PLC0415

    folder = Path(duckdb_extension_spatial.__file__).parent
    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.load_extension(str(next(folder.rglob("spatial.duckdb_extension"))))
    rows = connection.execute(
        "SELECT z.name_zh, sum(CASE WHEN ST_Contains(z.geometry, p.geometry) "  # noqa: S608
        "THEN ST_Area(p.geometry) ELSE ST_Area(ST_Intersection(p.geometry, z.geometry)) END) "
        f"FROM '{parcels}' p JOIN '{pieces}' z ON ST_Intersects(p.geometry, z.geometry) GROUP BY 1"
    ).fetchall()
    connection.close()
    return dict(rows)


def sedona_subdivided(parcels: Path, _zones: Path, pieces: Path) -> Areas:
    """SedonaDB: its spatial join against the pieces; within a piece no intersection."""
    import sedonadb  # noqa: PLC0415

    context = sedonadb.connect()
    context.sql(f"SET datafusion.execution.target_partitions = {THREADS}").execute()
    context.read_parquet(str(parcels)).to_view("p")
    context.read_parquet(str(pieces)).to_view("z")
    found = context.sql(
        "SELECT z.name_zh, sum(CASE WHEN ST_Contains(z.geometry, p.geometry) "
        "THEN ST_Area(p.geometry) ELSE ST_Area(ST_Intersection(p.geometry, z.geometry)) END) "
        "FROM p JOIN z ON ST_Intersects(p.geometry, z.geometry) GROUP BY z.name_zh"
    )
    names, areas = (column.to_pylist() for column in pa.table(found).columns)
    return dict(zip(names, areas, strict=True))


def postgis_server() -> Any:
    """Server of our own with the settings of a machine that does nothing else."""
    sys.path.insert(0, str(TESTS))
    import postgis_server as module  # noqa: PLC0415 - beside the test that uses it too

    programs = module.programs()
    if programs is None:
        raise ModuleNotFoundError("PostGIS: apt-get install postgresql-15-postgis-3")
    return module.running(
        programs,
        shared_buffers="1GB",
        work_mem="256MB",
        max_parallel_workers_per_gather=THREADS,
        jit="off",
    )


def postgis_load(server: Any, parcels: Path, pieces: Path) -> None:
    """Copy parcels and pieces into indexed tables."""

    def shapes(path: Path) -> Any:
        with pq.ParquetFile(path) as file:
            columns = [name for name in ("name_zh", "geometry") if name in file.schema_arrow.names]
            for batch in file.iter_batches(CHUNK, columns=columns):
                names = batch.column(0).to_pylist() if len(columns) > 1 else ["-"] * len(batch)
                yield from zip(names, batch.column("geometry").to_pylist(), strict=True)

    server.load("parcels", shapes(parcels))
    server.load("pieces", shapes(pieces))


def postgis_subdivided(server: Any) -> Areas:
    """PostGIS: indexed tables, zones in pieces; within a piece no intersection."""
    rows = server.run(
        "SELECT z.name, sum(CASE WHEN ST_CoveredBy(p.geom, z.geom) THEN ST_Area(p.geom) "
        "ELSE ST_Area(ST_Intersection(p.geom, z.geom)) END) "
        "FROM pieces z JOIN parcels p ON ST_Intersects(p.geom, z.geom) GROUP BY 1"
    )
    return {name: float(area) for name, area in rows}


ENGINES: Final[dict[str, Callable[[Path, Path, Path], Areas]]] = {
    "yngis": yngis,
    "yngis, zones only": yngis_zones_only,
    "yngis, ellipsoidal": yngis_ellipsoidal,
    "floor: read geometry": floor,
    "DuckDB, subdivided": duckdb_subdivided,
    "SedonaDB, subdivided": sedona_subdivided,
    "shapely, careful": shapely_careful,
    "geopandas sjoin": geopandas_sjoin,
    "geopandas.overlay": geopandas_overlay,
}
