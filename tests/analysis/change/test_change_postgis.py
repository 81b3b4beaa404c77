"""The same transition as PostGIS finds, and its tables read through the database road."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from yngis.analysis.change import CompareRules, change

if sys.platform == "win32":
    pytest.skip("the server is started the Unix way", allow_module_level=True)

HERE = Path(__file__).parent


def _module(path: Path) -> Any:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def server(postgis_server: Any) -> Any:
    return postgis_server


def test_the_transition_is_that_of_postgis(server: Any) -> None:
    laws = _module(HERE / "test_change_laws.py")
    before, after = (laws.tessellation(seed, 200, "EPSG:4544", 2020 + seed) for seed in (3, 4))
    zones = laws.ragged_zones("EPSG:4544")
    for name, layer in (("old", before), ("new", after)):
        codes = layer["DLBM"].tolist()
        shapes = shapely.to_wkb(layer.geometry.to_numpy(), include_srid=True)
        server.load(name, zip(codes, shapes, strict=True))
    server.load(
        "zone", zip(zones["name_zh"], shapely.to_wkb(zones.geometry.to_numpy()), strict=True)
    )
    rows = server.run(
        "select z.name, a.name, b.name,"
        " sum(st_area(st_intersection(st_intersection(a.geom, b.geom), z.geom)))"
        " from old a join new b on st_intersects(a.geom, b.geom) join zone z on"
        " st_intersects(a.geom, z.geom) and st_intersects(b.geom, z.geom) group by 1, 2, 3"
    )
    found = change(before, after, zones, rules=CompareRules(footprint_tolerance=0.2)).transition
    ours = found.set_index(["zone", "before", "after"])["area_m2"]
    theirs = {(zone, a, b): float(area) for zone, a, b, area in rows if float(area) > 1e-6}
    assert set(ours.index) == set(theirs)
    # PostGIS measures in the plane: its scale is that of the zone of Gauss and Krüger.
    for key, area in theirs.items():
        assert ours[key] == pytest.approx(area, rel=2e-4, abs=1e-3)


def test_tables_of_a_database_are_surveys(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    shapes = [shapely.box(102 + at / 1e3, 25, 102 + (at + 1) / 1e3, 25.001) for at in range(2)]
    for name, codes, year in (("dltb_1", ["0103", "0601"], 2022), ("dltb_2", ["0601"] * 2, 2023)):
        server.run(
            f'create table {name} ("BSM" text, "DLBM" text, "SJNF" int,'
            " geom geometry(Polygon, 4490))"
        )
        for at, code in enumerate(codes):
            wkt = shapes[at].wkt
            server.run(
                f"insert into {name} values ('{at}', '{code}', {year},"  # noqa: S608 - our own
                f" st_geomfromtext('{wkt}', 4490))"
            )
    monkeypatch.setenv("PGPASSWORD", "")
    port = server._psql[server._psql.index("-p") + 1]
    address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    zones = gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[shapely.union_all(shapes)], crs=4490)
    found = change(f"{address}#public.dltb_1", f"{address}#public.dltb_2", zones)
    assert found.transition[["before", "after"]].to_numpy().tolist() == [
        ["0103", "0601"], ["0601", "0601"],
    ]  # fmt: skip
    assert found.years == (2022, 2023)
    assert np.isclose(*found.transition["area_m2"])
