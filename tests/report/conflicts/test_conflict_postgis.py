"""Zones, layers and parcels from a real PostGIS server, and its own areas beside ours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.vector import read_vector
from yngis.errors import LayerError
from yngis.plan.user_zones import read_user_zones
from yngis.report.conflicts.results import ConflictResult
from yngis.report.conflicts.run import check_conflicts

if sys.platform == "win32":
    pytest.skip("the server is started the Unix way", allow_module_level=True)

LAYERS = {"farmland": "YJJBNTBHTB", "ecology": "STBHHX", "lake": "HPBHX", "boundary": "CZKFBJ"}


def load(server: Any, table: str, layer: gpd.GeoDataFrame) -> None:
    """Copy a layer into the database under its own headers."""
    names = [name for name in layer.columns if name != "geometry"]
    fields = ", ".join(f'"{name}" text' for name in names)
    server.run(f"CREATE TABLE {table} ({fields}, geom geometry)")
    blobs = shapely.to_wkb(shapely.set_srid(layer.geometry.to_numpy(), 4490), include_srid=True)
    rows = zip(*(layer[name].astype("str") for name in names), blobs, strict=True)
    lines = ["\t".join([*cells, blob.hex()]) for *cells, blob in rows]
    server.run(f"COPY {table} FROM STDIN", "\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def server(postgis_server: Any, red_lines: dict[str, Path]) -> Any:
    postgis_server.run("CREATE SCHEMA land")
    for key, name in LAYERS.items():
        load(postgis_server, f"land.{key}", gpd.read_file(red_lines["conflict_layers"], layer=name))
    load(postgis_server, "land.zones", gpd.read_file(red_lines["conflict_zones"]))
    plots = gpd.read_file(red_lines["conflict_parcels"], encoding="GB18030")
    load(postgis_server, "land.plots", plots)
    return postgis_server


def test_the_database_gives_what_the_files_give(
    server: Any, checked: tuple[ConflictResult, Path], tmp_path: Path
) -> None:
    port = server._psql[server._psql.index("-p") + 1]
    address = f"postgresql://postgres:geheim@127.0.0.1:{port}/postgres"
    check_conflicts(
        tmp_path / "out",
        zones=f"{address}#land.zones",
        layers={key: f"{address}#land.{key}" for key in LAYERS},
        coverage=dict.fromkeys(LAYERS, "all"),
        parcels=f"{address}#land.plots",
    )
    keys = ["level", "name", "layer"]
    one, other = (
        pd.read_csv(out / "conflicts.csv", encoding="utf-8-sig").set_index(keys)["area_m2"]
        for out in (checked[1], tmp_path / "out")
    )
    own = other[other.index.get_level_values("layer").isin(LAYERS)]
    assert len(own) == len(one) // 9 * len(LAYERS)
    assert (own - one.reindex(own.index)).abs().max() < 1e-3
    for path in (tmp_path / "out").glob("*.*"):
        assert b"geheim" not in path.read_bytes()


@pytest.mark.parametrize("key", ["farmland", "lake"])
def test_areas_are_those_of_postgis(
    server: Any, checked: tuple[ConflictResult, Path], key: str
) -> None:
    rows = server.run(
        f"WITH u AS (SELECT ST_Union(geom) AS g FROM land.{key}) "  # noqa: S608 - our own names
        'SELECT z."名称", ST_Area(ST_Segmentize(ST_Intersection(z.geom, u.g), 0.0005)::geography) '
        "FROM land.zones z, u WHERE ST_Intersects(z.geom, u.g)"
    )
    table = pd.read_csv(checked[1] / "conflicts.csv", encoding="utf-8-sig")
    table = table[(table["level"] == "zone") & (table["layer"] == key)].set_index("name")["area_m2"]
    assert len(rows) == (table > 0).sum()
    for name, area in rows:
        # Geodesics beside straight lines in degrees, half a thousandth of a degree at a time.
        assert table[name] == pytest.approx(float(area), rel=2e-6, abs=0.5)


def address(server: Any) -> str:
    """Address of the database, with a password that nobody may see."""
    port = server._psql[server._psql.index("-p") + 1]
    return f"postgresql://postgres:geheim@127.0.0.1:{port}/postgres"


def test_zones_of_every_command_may_stand_in_the_database(
    server: Any, red_lines: dict[str, Path]
) -> None:
    one = read_user_zones(f"{address(server)}#land.zones").units
    other = read_user_zones(red_lines["conflict_zones"]).units
    assert list(one["name_zh"]) == list(other["name_zh"])
    assert shapely.equals(one.geometry.array, other.geometry.array).all()


def test_a_table_with_two_geometry_columns_is_refused(server: Any) -> None:
    server.run("CREATE VIEW land.two AS SELECT *, ST_Buffer(geom, 0.01) AS wide FROM land.zones")
    with pytest.raises(LayerError, match="wide") as refused:
        read_vector(f"{address(server)}#land.two")
    assert "geheim" not in str(refused.value)


def test_the_password_of_a_place_that_is_not_read_is_not_shown() -> None:
    with pytest.raises(LayerError) as refused:
        local_path("mysql://li:ge:heim@host/land")
    assert "heim" not in str(refused.value)
