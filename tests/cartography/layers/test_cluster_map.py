"""The map of a cluster analysis: what it decides, where its picture lies, the same bytes twice."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread
from pyproj import Transformer
from rasterio import Affine

from yngis.analysis.clustering.pipeline import Clustering, cluster
from yngis.analysis.clustering.settings import Settings
from yngis.cartography.classify import class_breaks, classify_density
from yngis.cartography.layers.kinds import HotSpotLayer, LinkLayer
from yngis.cartography.web.density_image import density_image
from yngis.cartography.web.point_map import point_payload
from yngis.catalogue import load
from yngis.catalogue.io.pack import province_albers
from yngis.measure.surface import Density
from yngis.report.clustering.maps import cluster_map, prepare_clusters

if TYPE_CHECKING:
    from yngis.cartography.prepared import PreparedFigure

LAYERS = ("zones", "counties", "prefectures", "neighbours")


@pytest.fixture(scope="module")
def plan() -> Clustering:
    return cluster(
        None,
        zones=load("zones"),
        counties=load("counties"),
        layout=load("industry_layout"),
        stages=load("chain_stages"),
        settings=Settings(permutations=99),
    )


def prepared(result: Clustering) -> PreparedFigure:
    return prepare_clusters(result, **{name: load(name) for name in LAYERS})


def spot(row: int, column: int) -> Density:
    """A grid over the province, 3 km cells, with 3 x 3 cells of plants round one place."""
    west, south, east, north = load("counties").to_crs(province_albers()).total_bounds
    shape = (int((north - south) // 3000) + 1, int((east - west) // 3000) + 1)
    values = np.zeros(shape)
    values[row - 1 : row + 2, column - 1 : column + 2] = 1.0
    where = Affine(3000.0, 0.0, west, 0.0, -3000.0, north)
    return Density(values, where, province_albers(), 15_000.0, 3_000.0, 81.0)


@pytest.mark.parametrize(("row", "column"), [(15, 40), (290, 150), (120, 280)])
def test_picture_lies_where_the_plants_are(row: int, column: int) -> None:
    surface = spot(row, column)
    image = density_image(classify_density(surface))
    pixels = imread(io.BytesIO(base64.b64decode(image.uri.split(",")[1])), format="png")
    down, across = (part.mean() for part in np.nonzero(pixels[:, :, 3]))
    # Leaflet stretches the picture evenly between its corners in Web Mercator.
    flat = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    west, south = flat.transform(*image.bounds[:2])
    east, north = flat.transform(*image.bounds[2:])
    x = west + (across + 0.5) / pixels.shape[1] * (east - west)
    y = north - (down + 0.5) / pixels.shape[0] * (north - south)
    lonlat = flat.transform(x, y, direction="INVERSE")
    metres = Transformer.from_crs("EPSG:4326", province_albers(), always_xy=True).transform(*lonlat)
    expected = surface.transform @ (column + 0.5, row + 0.5)
    # Half a cell: the picture has two pixels to a cell.
    assert np.hypot(*np.subtract(metres, expected)) < 1_500


def test_nothing_is_drawn_outside_and_below_the_lowest_class() -> None:
    surface = spot(100, 100)
    surface.per_km2[:50] = np.nan
    layer = classify_density(surface)
    image = density_image(layer)
    pixels = imread(io.BytesIO(base64.b64decode(image.uri.split(",")[1])), format="png")
    drawn = np.count_nonzero(pixels[:, :, 3]) / 4  # pixels per cell
    assert 9 <= drawn <= 30
    assert layer.highest == 100.0


@given(st.floats(1e-6, 1e6), st.integers(1, 8))
def test_classes_climb_and_end_below_the_highest(highest: float, count: int) -> None:
    breaks = class_breaks(highest, count)
    assert len(breaks) == count
    assert (np.diff(breaks) > 0).all()
    assert highest / 2.5 <= breaks[-1] < highest
    assert all(f"{value:.0e}"[0] in "125" for value in breaks)


def test_the_plan_alone_gives_its_overlaps_and_nothing_else(plan: Clustering) -> None:
    figure = prepared(plan)
    (network,) = figure.layers
    assert isinstance(network, LinkLayer)
    assert network.key == "overlap"
    table = plan.tables["plan_overlap"]
    assert len(network.links) == len(table)
    names = [mark.name for mark in figure.marks]
    drawn = {(names[one], names[other]): value for one, other, value, _, _ in network.links}
    for row in table.itertuples():
        assert drawn[row.zone, row.other] == pytest.approx(row.overlap, abs=1e-4)
    # What the map shows at first are the doubled pairs of the report.
    first = [
        link
        for link in network.links
        if link[2] >= network.threshold and link[3] <= network.within_km
    ]
    assert len(first) == len(plan.tables["plan_pairs"])


def test_all_overlaps_are_those_counted_by_hand(plan: Clustering) -> None:
    layout = load("industry_layout")
    held = layout.groupby("zone")["segment"].agg(set)
    pairs = {
        frozenset((one, other)): len(held[one] & held[other]) / len(held[one] | held[other])
        for one in held.index
        for other in held.index
        if one < other and held[one] & held[other]
    }
    table = plan.tables["plan_overlap"]
    found = {frozenset((row.zone, row.other)): row.overlap for row in table.itertuples()}
    assert found == pytest.approx(pairs)


def test_hot_spots_are_those_that_pass(plan: Clustering) -> None:
    row = {
        "industry": "化工",
        "amount": 9.0,
        "gi_star": 3.0,
        "kind": "hot",
        "gi_q": 0.01,
        "local_moran": 1.0,
        "quadrant": "HH",
        "moran_q": 0.2,
    }
    rows = [
        {**row, "county": "呈贡区", "gi_significant": True, "moran_significant": True},
        {**row, "county": "官渡区", "gi_significant": False, "moran_significant": True},
        {**row, "county": "西山区", "gi_significant": False, "moran_significant": False},
    ]
    tables = {**plan.tables, "hot_spots": pd.DataFrame(rows)}
    figure = prepared(replace(plan, tables=tables))
    (layer,) = figure.layers_of(HotSpotLayer)
    assert [(one.county, one.kind) for one in layer.spots] == [
        ("呈贡区", "hot"),
        ("官渡区", "moran"),
    ]
    hot = point_payload(figure)["hot"]
    assert [county["name"] for county in hot["counties"]] == ["呈贡区", "官渡区"]
    assert all(county["rings"] for county in hot["counties"])


def test_same_result_same_page_and_it_shows_itself(plan: Clustering) -> None:
    page = cluster_map(plan).html()
    assert cluster_map(plan).html() == page
    assert "<title>开发区规划布局的重合</title>" in page
    assert "演示" not in page
    assert "演示数据" in cluster_map(plan, label="演示数据").html()
    assert "srcdoc=" in cluster_map(plan)._repr_html_()
