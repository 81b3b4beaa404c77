"""Laws of the comparison: sums are areas of record, years swap to the transpose, tiles agree."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from yngis.analysis.change import CompareRules, change, tiles
from yngis.analysis.overlay import area_table

CODES = ("0103", "0301", "0601", "0701", "1003", "1201", "1101")
LOOSE = CompareRules(footprint_tolerance=0.2)


def tessellation(seed: int, count: int, crs: str, year: int) -> gpd.GeoDataFrame:
    """Cells about random points: a coverage of a square whose borders agree with no other's."""
    rng = np.random.default_rng(seed)
    points = shapely.MultiPoint(rng.random((count, 2)))
    square = shapely.box(0, 0, 1, 1)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=square))
    shapes = shapely.intersection(cells, square)
    plane = shapely.transform(shapes, lambda xy: xy * 3000.0 + (500_000.0, 2_770_000.0))
    frame = gpd.GeoDataFrame(
        {
            "BSM": [f"{year}-{at}" for at in range(len(plane))],
            "DLBM": rng.choice(CODES, len(plane)),
            "SJNF": year,
        },
        geometry=plane,
        crs="EPSG:4544",
    )
    return frame.to_crs(crs)


def ragged_zones(crs: str) -> gpd.GeoDataFrame:
    """Two zones, one a star, within the square."""
    turn = np.linspace(0.0, 2.0 * np.pi, 40, endpoint=False)
    reach = 700.0 + 300.0 * np.cos(5.0 * turn)
    star = np.column_stack((501_000.0 + reach * np.cos(turn), 2_771_200.0 + reach * np.sin(turn)))
    shapes = [shapely.Polygon(star), shapely.box(502_100.0, 2_770_300.0, 502_800.0, 2_772_500.0)]
    return gpd.GeoDataFrame({"name_zh": ["星", "条"]}, geometry=shapes, crs="EPSG:4544").to_crs(crs)


@pytest.fixture(scope="module", params=["EPSG:4544", "EPSG:4490"])
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any, Any, Any]:
    crs = str(request.param)
    before, after = (tessellation(seed, 260, crs, 2020 + seed) for seed in (1, 2))
    zones = ragged_zones(crs)
    return before, after, zones, change(before, after, zones, rules=LOOSE)


def test_rows_and_columns_are_the_areas_of_record(pair: Any) -> None:
    before, after, zones, found = pair
    for layer, side in ((before, "before"), (after, "after")):
        record = area_table(layer, zones, by="DLBM", outside=False)["area_m2"]
        sums = found.transition.groupby(["zone", side])["area_m2"].sum()
        own = sums[~sums.index.get_level_values(side).isin(["no_data", "overlap"])]
        wanted = record.reindex(own.index)
        assert own.to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-9)


def test_swapping_the_years_transposes_the_matrix(pair: Any) -> None:
    before, after, zones, found = pair
    back = change(after.assign(SJNF=2030), before.assign(SJNF=2031), zones, rules=LOOSE).transition
    one = found.transition.set_index(["zone", "before", "after"])["area_m2"]
    other = back.set_index(["zone", "after", "before"])["area_m2"]
    other.index.names = one.index.names
    big = one[one > 1.0]
    assert big.to_numpy() == pytest.approx(other.reindex(big.index).to_numpy(), rel=1e-7, abs=0.01)


def test_slicing_parcels_changes_nothing(pair: Any) -> None:
    before, after, zones, found = pair
    west, south, east, north = before.total_bounds
    middle = (west + east) / 2.0
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    sliced = pd.concat(
        [before.assign(geometry=before.intersection(half)) for half in halves], ignore_index=True
    )
    sliced = sliced[~sliced.is_empty & (sliced.geom_type == "Polygon")]
    one = found.transition.set_index(["zone", "before", "after"])["area_m2"]
    other = change(sliced, after, zones, rules=LOOSE).transition
    told = other.set_index(["zone", "before", "after"])["area_m2"]
    big = one[one > 1.0]
    assert told.reindex(big.index).to_numpy() == pytest.approx(big.to_numpy(), rel=1e-6, abs=1e-2)


def test_tiles_change_nothing(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, zones, found = pair
    monkeypatch.setattr(tiles, "TILE_ROWS", 20)
    monkeypatch.setattr(tiles, "_HELD_ROWS", 50)  # so that tiles go through files
    halved = tiles.halved_boxes
    monkeypatch.setattr(
        "yngis.analysis.change.compare.halved_boxes", lambda box, rows: halved(box, rows, 20)
    )
    many = change(before, after, zones, rules=LOOSE)
    keys = ["zone", "before", "after"]
    one, other = (each.transition.set_index(keys)["area_m2"] for each in (found, many))
    big = one[one > 1.0]
    assert other.reindex(big.index).to_numpy() == pytest.approx(big.to_numpy(), rel=1e-6, abs=0.01)
    for table, told in ((found, many),):
        assert told.changes["polygons"].tolist() == table.changes["polygons"].tolist()
        assert told.changes["area_m2"].to_numpy() == pytest.approx(
            table.changes["area_m2"].to_numpy(), rel=1e-6
        )


def test_pieces_add_up_to_the_kinds_and_have_their_areas(pair: Any) -> None:
    _, _, _, found = pair
    newly = found.pieces[
        (found.pieces["built_before"] == "not_built") & (found.pieces["built_after"] == "built")
    ]
    real = newly[~newly["redrawn"].astype(bool)]
    kinds = found.changes[found.changes["kind"] == "newly_built"].set_index("zone")
    sums = real.groupby("zone")["area_m2"].sum()
    assert kinds["area_m2"].to_dict() == pytest.approx(sums.to_dict())
    drawn = found.pieces.to_crs("+proj=aea +lat_1=23 +lat_2=27 +lon_0=102 +ellps=GRS80").area
    assert drawn.to_numpy() == pytest.approx(
        found.pieces["area_m2"].to_numpy(dtype=float), rel=2e-5, abs=0.05
    )


def test_surveys_in_different_crs_agree(pair: Any) -> None:
    before, after, zones, found = pair
    other = "EPSG:4490" if before.crs.to_epsg() == 4544 else "EPSG:4544"
    told = change(before, after.to_crs(other), zones.to_crs(other), rules=LOOSE).transition
    keys = ["zone", "before", "after"]
    one, two = (each.set_index(keys)["area_m2"] for each in (found.transition, told))
    big = one[one > 100.0]
    # Edges of a kilometre are not straight in both planes: some square metres.
    assert two.reindex(big.index).to_numpy() == pytest.approx(big.to_numpy(), rel=1e-3, abs=5.0)
