"""Clusters, density surface, nearest neighbour and Ripley's L: by hand, laws, planted patterns."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.analysis.clustering.point_patterns.clusters import cluster_hulls, dbscan, hdbscan
from yngis.analysis.clustering.point_patterns.density import kernel_density
from yngis.analysis.clustering.point_patterns.point_pattern import nearest_neighbour, ripley_l
from yngis.analysis.clustering.point_patterns.second_moment import Pairs, k_function
from yngis.analysis.clustering.point_patterns.study_window import Overlap, Window, longest_usable
from yngis.catalogue.io.pack import province_albers
from yngis.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

METRES = "EPSG:4543"


def series(coordinates: object, index: object = None) -> gpd.GeoSeries:
    xy = np.asarray(coordinates, dtype=float)
    return gpd.GeoSeries(shapely.points(xy), index=index, crs=METRES)


def area(*shapes: shapely.Geometry) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=METRES)


SQUARE = area(shapely.box(0, 0, 1000, 1000))
# An L of three squares: half of a circle round its inner corner lies outside its bounding box's
# emptier quarter, which is what a hull or a box as window gets wrong.
ELBOW = area(
    shapely.Polygon([(0, 0), (2000, 0), (2000, 1000), (1000, 1000), (1000, 2000), (0, 2000)])
)
TOWNS = np.array(
    [[100.0, 100.0], [120, 100], [110, 115], [105, 110], [800, 800], [820, 805], [810, 790]]
)


class TestClusters:
    def test_two_towns_and_a_lone_plant(self) -> None:
        places = series([*TOWNS, [500, 500]], index=list("abcdefgh"))
        found = dbscan(places, 30, 3)
        assert found.index.tolist() == list("abcdefgh")
        assert found.tolist() == [0, 0, 0, 0, 1, 1, 1, -1]

    def test_towns_of_different_density_in_the_country(self) -> None:
        # What one distance cannot do: a dense town, a loose one, and plants between.
        random = np.random.default_rng(2)
        dense, loose = random.normal(0, 200, (60, 2)), random.normal((30_000, 0), 2000, (40, 2))
        country = random.uniform(-50_000, 80_000, (40, 2))
        found = hdbscan(series(np.vstack((dense, loose, country))), 15)
        assert (found[:60] == 0).mean() > 0.9
        assert (found[60:100] == 1).mean() > 0.8
        assert (found[100:] == -1).mean() > 0.7
        assert (dbscan(series(np.vstack((dense, loose, country))), 200, 5)[60:] == -1).mean() > 0.9

    @settings(max_examples=25)
    @given(st.integers(0, 10**6))
    def test_order_of_rows_does_not_matter(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        xy = np.vstack(
            (
                random.normal(0, 40, (25, 2)),
                random.normal(300, 40, (25, 2)),
                random.uniform(-500, 800, (20, 2)),
            )
        )
        places = series(xy)
        moved = places.sample(frac=1, random_state=seed)
        for method in (lambda some: dbscan(some, 45, 4), lambda some: hdbscan(some, 5)):
            pd.testing.assert_series_equal(method(moved).loc[places.index], method(places))

    def test_metres_not_degrees(self) -> None:
        # Plants 300 m apart near the 102nd meridian: one cluster in metres. In degrees the same
        # numbers would join everything within 400°.
        degrees = gpd.GeoSeries.from_xy([102.0, 102.003, 102.2], [25.0] * 3, crs="EPSG:4490")
        with pytest.raises(LayerError, match="to_crs"):
            dbscan(degrees, 400, 2)
        assert dbscan(degrees.to_crs(METRES), 400, 2).tolist() == [0, 0, -1]

    def test_hulls_by_hand(self) -> None:
        # A cluster in a line of 300 m with 100 m of ground around: 300*200 + π 100² m².
        places = series([[0, 0], [100, 0], [300, 0], [9000, 0]])
        labels = pd.Series([0, 0, 0, -1])
        hulls = cluster_hulls(
            places,
            labels,
            industry=pd.Series(["茶", "铝", "铝", "茶"]),
            size=pd.Series([90.0, 30.0, 20.0, 5.0]),
            margin_m=100,
        )
        only = hulls.iloc[0]
        assert (only["plants"], only["size"]) == (3, 140.0)
        # By size tea leads, with 90 of 140; by plants aluminium does, with 2 of 3.
        assert (only["leading_industry"], only["leading_share"]) == ("茶", pytest.approx(90 / 140))
        by_count = cluster_hulls(places, labels, industry=pd.Series(["茶", "铝", "铝", "茶"]))
        assert by_count.loc[0, "leading_industry"] == "铝"
        assert by_count.loc[0, "leading_share"] == pytest.approx(2 / 3)
        assert only.geometry.area == pytest.approx(300 * 200 + np.pi * 100**2, rel=0.02)
        # The ellipsoid's area differs from the plane's by the scale of the projection here: the
        # points lie 4° west of the central meridian's false origin.
        assert only["area_km2"] == pytest.approx(0.0914, rel=0.02)
        assert only["plants_per_km2"] == pytest.approx(3 / only["area_km2"])

    def test_no_clusters_give_an_empty_layer_with_its_columns(self) -> None:
        hulls = cluster_hulls(series([[0, 0], [900, 0]]), pd.Series([-1, -1]))
        assert len(hulls) == 0
        assert hulls.crs == METRES
        assert "area_km2" in hulls.columns

    def test_refusals(self) -> None:
        with pytest.raises(LayerError, match="同索引"):
            cluster_hulls(series(TOWNS), pd.Series([0, 0]))
        with pytest.raises(LayerError, match="5 个点"):
            hdbscan(series(TOWNS[:3]), 5)
        with pytest.raises(LayerError, match="不是点"):
            dbscan(SQUARE, 10, 2)


class TestDensity:
    def test_one_plant_in_the_middle(self) -> None:
        # Far from any edge the peak is 1 / (2 π h²) per m².
        found = kernel_density(series([[500, 500]]), SQUARE, bandwidth_m=60, cell_m=8)
        assert np.nanmax(found.per_km2) == pytest.approx(1e6 / (2 * np.pi * 60**2), rel=0.01)
        row, column = np.unravel_index(np.nanargmax(found.per_km2), found.per_km2.shape)
        east, north = found.transform @ (column + 0.5, row + 0.5)
        assert (east, north) == pytest.approx((500, 500), abs=8)

    def test_rows_run_from_north_to_south(self) -> None:
        found = kernel_density(series([[500, 900]]), SQUARE, bandwidth_m=60, cell_m=20)
        assert found.per_km2[:10].sum() > 0.95 * found.per_km2.sum()

    @settings(max_examples=25)
    @given(st.integers(0, 10**6), st.booleans())
    def test_nothing_is_lost_over_the_edge(self, seed: int, weighted: bool) -> None:  # noqa: FBT001
        random = np.random.default_rng(seed)
        xy = random.uniform(0, 1000, (30, 2)) + [0, 1000] * random.integers(0, 2, (30, 1))
        weights = random.uniform(1, 9, 30) if weighted else None
        found = kernel_density(series(xy), ELBOW, bandwidth_m=150, cell_m=20, weights=weights)
        total = np.nansum(found.per_km2) * (found.cell_m / 1000) ** 2
        assert total == pytest.approx(30 if weights is None else weights.sum(), rel=1e-9)
        assert found.total == pytest.approx(total)
        assert np.isnan(found.per_km2[:49, 51:]).all()
        assert np.isfinite(found.per_km2[:, :49]).all()

    def test_even_spread_is_even_up_to_the_edge(self) -> None:
        grid = np.arange(10, 1000, 20.0)
        xy = np.array(np.meshgrid(grid, grid)).reshape(2, -1).T
        found = kernel_density(series(xy), SQUARE, bandwidth_m=100, cell_m=20)
        # 2500 plants on 1 km². Uncorrected, a quarter of that would show in a corner and half at
        # a side; what is given back goes to all cells inside, so they do not reach 2500 again.
        assert found.per_km2[25, 25] == pytest.approx(2500, rel=0.01)
        assert 2 * 625 < found.per_km2[0, 0] < 2500
        assert 1.4 * 1250 < found.per_km2[0, 25] < 2500

    def test_a_plant_on_an_islet_without_a_cell_centre(self) -> None:
        # Cells of 100 m, an islet of 20 m two kilometres off: the whole surface was NaN.
        place = shapely.box(3010, 10, 3030, 30)
        both = area(shapely.box(0, 0, 1000, 1000), place)
        found = kernel_density(series([[500, 500], [3020, 20]]), both, bandwidth_m=150, cell_m=100)
        assert np.nansum(found.per_km2) * 0.1**2 == pytest.approx(2)
        # The plant stays on its islet, in one cell of 0.01 km².
        assert found.per_km2[9, 30] == pytest.approx(1 / 0.01, rel=1e-6)
        alone = kernel_density(series([[3020, 20]]), area(place), bandwidth_m=150, cell_m=100)
        assert np.nansum(alone.per_km2) * 0.1**2 == pytest.approx(1)

    def test_default_bandwidth_is_scotts(self) -> None:
        xy = np.random.default_rng(0).normal(500, 80, (100, 2)).clip(0, 1000)
        found = kernel_density(series(xy), SQUARE)
        assert found.bandwidth_m == pytest.approx(
            np.sqrt(xy.var(axis=0).mean()) * 100 ** (-1 / 6), rel=1e-9
        )
        assert found.cell_m == pytest.approx(found.bandwidth_m / 5)

    def test_refusals(self) -> None:
        inside = series([[500, 500], [400, 400]])
        with pytest.raises(LayerError, match="1 个在外"):
            kernel_density(series([[500, 500], [2000, 500]]), SQUARE, bandwidth_m=100)
        with pytest.raises(LayerError, match=r"area\.to_crs"):
            kernel_density(inside.to_crs(province_albers()), SQUARE, bandwidth_m=100)
        with pytest.raises(LayerError, match="4000000"):
            kernel_density(inside, SQUARE, bandwidth_m=1, cell_m=0.1)
        with pytest.raises(LayerError, match="cells at most"):
            kernel_density(inside, SQUARE, bandwidth_m=10, cell_m=50)
        with pytest.raises(LayerError, match="coincide"):
            kernel_density(series([[5, 5], [5, 5]]), SQUARE)


class TestWindow:
    def test_overlap_of_a_rectangle_is_known(self) -> None:
        overlap = Overlap.of(Window.of(area(shapely.box(0, 0, 3000, 2000))))
        shift = np.array([[0.0, 0], [500, 0], [-500, 300], [1234, -777], [2999, 1999]])
        expected = (3000 - np.abs(shift[:, 0])) * (2000 - np.abs(shift[:, 1]))
        np.testing.assert_allclose(overlap.area(shift), expected, atol=0.005 * 6e6)

    def test_small_and_distant_parts_by_shapely(self) -> None:
        # 60 zones of half a kilometre over 800 km: none holds the centre of a cell of 1.6 km. The
        # raster gave K = -2e23 m² there.
        random = np.random.default_rng(8)
        corners = random.uniform(0, 8e5, (60, 2))
        zones = area(*(shapely.box(x, y, x + 500, y + 300) for x, y in corners))
        window = Window.of(zones)
        overlap, outline = Overlap.of(window), window.outline
        far = corners[3] - corners[9] + [40.0, -20.0]
        for shift in ([0.0, 0.0], [120.0, -80.0], far, [9e5, 0.0]):
            moved = shapely.affinity.translate(outline, *shift)
            expected = outline.intersection(moved).area
            assert overlap.area(np.array([shift]))[0] == pytest.approx(expected, abs=1.0)
        # Of one 500 x 300 m in every direction: |x| |y| shrink, and the table between them does.
        table = overlap.tabulated(200.0)
        shift = random.uniform(-140, 140, (50, 2))
        exact = 60 * (500 - np.abs(shift[:, 0])) * (300 - np.abs(shift[:, 1]))
        np.testing.assert_allclose(table.area(shift), exact, rtol=1e-3)

    def test_usable_distance_of_a_strip(self) -> None:
        # 10 km x 100 m: across it, 99 m leave a hundredth of it. In steps of 3000/64 m: 93.75.
        window = Window.of(area(shapely.box(0, 0, 10_000, 100)))
        assert longest_usable(Overlap.of(window), window, 3000.0) == pytest.approx(93.75)
        assert longest_usable(Overlap.of(window), window, 90.0) == 90.0
        land = Window.of(SQUARE)
        assert longest_usable(Overlap.of(land), land, 500.0) == 500.0

    def test_overlap_of_the_elbow_by_shapely(self) -> None:
        overlap, shape = Overlap.of(Window.of(ELBOW)), ELBOW.iloc[0]
        for shift in ((300.0, 0.0), (-400.0, 900.0), (700.0, -200.0)):
            moved = shapely.affinity.translate(shape, *shift)
            found = overlap.area(np.array([shift]))[0]
            assert found == pytest.approx(shape.intersection(moved).area, abs=0.01 * shape.area)

    def test_random_points_are_even_over_the_polygon(self) -> None:
        drawn = next(Window.of(ELBOW).random_points(6000, 1, seed=3))
        assert shapely.intersects_xy(ELBOW.iloc[0], drawn).all()
        # A third in each of the three squares: σ is 36.
        corner = ((drawn < 1000).all(axis=1)).sum()
        assert corner == pytest.approx(2000, abs=150)
        again = next(Window.of(ELBOW).random_points(6000, 1, seed=3))
        assert np.array_equal(drawn, again)


class TestNearestNeighbour:
    def test_by_hand(self) -> None:
        # Two pairs 10 m apart: mean 10; Clark-Evans expects ½ / sqrt(4 / 10⁶) = 250.
        found = nearest_neighbour(series([[0, 0], [10, 0], [900, 900], [900, 910]]), SQUARE)
        assert found.mean_m == 10.0
        assert found.clark_evans == pytest.approx(10 / 250)
        assert found.ratio < 0.1
        assert found.p == pytest.approx(2 / 1000)

    def test_donnelly_in_a_rectangle_and_nowhere_else(self) -> None:
        # ½ sqrt(10⁶/4) = 250, and (.0514 + .0412/2) * 4000/4 = 72.
        places = [[10, 10], [20, 10], [900, 900], [900, 910]]
        found = nearest_neighbour(series(places), SQUARE, simulations=19)
        assert found.donnelly == pytest.approx(10 / 322)
        turned = SQUARE.rotate(30, origin=(0, 0))
        moved = nearest_neighbour(series(places).rotate(30, origin=(0, 0)), turned, simulations=19)
        assert moved.donnelly == pytest.approx(found.donnelly)
        assert np.isnan(nearest_neighbour(series(places), ELBOW, simulations=19).donnelly)
        # Over many random patterns it is 1 where Clark and Evans's is not.
        drawn = Window.of(SQUARE).random_points(30, 100, seed=1)
        ratios = [nearest_neighbour(series(xy), SQUARE, simulations=1) for xy in drawn]
        assert np.mean([one.donnelly for one in ratios]) == pytest.approx(1.0, abs=0.03)
        assert np.mean([one.clark_evans for one in ratios]) > 1.05

    def test_chance_is_that_of_the_polygon(self) -> None:
        # In the elbow, 60 plants: the ratio of random patterns centres on 1, Clark-Evans's above.
        window = Window.of(ELBOW)
        found = [
            nearest_neighbour(series(drawn), ELBOW, simulations=99, seed=99)
            for drawn in window.random_points(60, 40, seed=1)
        ]
        assert np.mean([one.ratio for one in found]) == pytest.approx(1.0, abs=0.04)
        assert np.mean([one.clark_evans for one in found]) > 1.03
        assert np.mean([one.p <= 0.05 for one in found]) < 0.15

    def test_a_lattice_is_regular(self) -> None:
        lattice = np.array(np.meshgrid(np.arange(50, 1000, 100.0), np.arange(50, 1000, 100.0)))
        found = nearest_neighbour(series(lattice.reshape(2, -1).T), SQUARE, simulations=199)
        assert found.ratio > 1.5
        assert found.p == pytest.approx(2 / 200)


class TestRipley:
    def test_two_plants_by_hand(self) -> None:
        # One pair 100 m apart on 1 km²: K = 10⁶ / (2 * 1) * 2 from 100 m on, 0 before.
        pair = series([[450, 500], [550, 500]])
        plain = ripley_l(pair, SQUARE, [50, 100, 200], correction="none", simulations=19).curve
        assert plain["k"].tolist() == pytest.approx([0, 1e6, 1e6])
        # Translated by (100, 0) the square overlaps itself on 900 x 1000.
        moved = ripley_l(pair, SQUARE, [50, 100, 200], simulations=19).curve
        assert moved["k"].tolist() == pytest.approx([0, 1e6 / 0.9, 1e6 / 0.9], rel=0.01)
        # Both lie 450 m or more from the edge: at 100 m the border correction counts both.
        border = ripley_l(pair, SQUARE, [100, 600], correction="border", simulations=19).curve
        assert border["k"].iloc[0] == pytest.approx(1e6)
        assert np.isnan(border["k"].iloc[1])
        assert plain["l"].tolist() == pytest.approx([0, np.sqrt(1e6 / np.pi), np.sqrt(1e6 / np.pi)])

    def test_border_correction_against_its_definition(self) -> None:
        drawn = next(Window.of(ELBOW).random_points(80, 1, seed=5))
        grid = np.array([50.0, 120, 200, 300])
        found = ripley_l(series(drawn), ELBOW, grid, correction="border", simulations=19).curve["k"]
        edge = shapely.distance(ELBOW.iloc[0].boundary, shapely.points(drawn))
        distance = np.hypot(*(drawn[:, None] - drawn[None]).transpose(2, 0, 1))
        for r in grid:
            inner = edge >= r
            near = (distance[inner] <= r).sum() - inner.sum()
            assert found[r] == pytest.approx(3e6 / 79 * near / inner.sum())

    def test_corrections_have_no_bias_in_a_polygon_with_a_corner(self) -> None:
        grid = np.array([100.0, 300.0])
        means, window = {}, Window.of(ELBOW)
        for correction in ("translation", "border", "none"):
            overlap = Overlap.of(window) if correction == "translation" else None
            curves = [
                k_function(Pairs.within(drawn, 300.0), window, grid, correction, overlap)
                for drawn in window.random_points(100, 150, seed=2)
            ]
            means[correction] = np.mean(curves, axis=0) / (np.pi * grid**2)
        assert means["translation"] == pytest.approx([1, 1], abs=0.05)
        assert means["border"] == pytest.approx([1, 1], abs=0.06)
        assert means["none"][1] < 0.85

    def test_patterns(self) -> None:
        grid = np.linspace(20, 90, 8)
        random = np.random.default_rng(7)
        town = series(random.normal(500, 60, (60, 2)))
        clustered = ripley_l(town, SQUARE, grid)
        assert clustered.pattern == "clustered"
        assert clustered.p_clustered == pytest.approx(1 / 200)
        lattice = np.array(np.meshgrid(np.arange(50, 1000, 100.0), np.arange(50, 1000, 100.0)))
        regular = ripley_l(series(lattice.reshape(2, -1).T), SQUARE, grid)
        assert regular.pattern == "regular"
        # p and bounds agree, and the false alarms are as many as the level says.
        calls = [
            ripley_l(series(drawn), SQUARE, grid, correction="border", simulations=39, seed=50)
            for drawn in Window.of(SQUARE).random_points(40, 60, seed=6)
        ]
        for call in calls:
            assert (call.pattern == "clustered") == (call.p_clustered <= 0.05)
        assert np.mean([call.p_clustered <= 0.05 for call in calls]) < 0.15

    def test_a_strip_has_its_k_and_no_verdict_of_nothing(self) -> None:
        strip = area(shapely.box(0, 0, 10_000, 100))
        drawn = next(Window.of(strip).random_points(400, 1, seed=4))
        found = ripley_l(series(drawn), strip, [30, 60, 90], simulations=39)
        # K of a random pattern is π r², within a few σ; it was NaN, and 'random' by that.
        ratio = found.curve["k"] / (np.pi * found.curve.index.to_numpy() ** 2)
        assert ratio.to_numpy() == pytest.approx([1, 1, 1], abs=0.2)
        with pytest.raises(LayerError, match="usable up to"):
            ripley_l(series(drawn), strip, [30, 200])
        # No plant is 60 m from the edge of a strip of 100 m.
        unknown = ripley_l(series(drawn), strip, [60, 90], correction="border", simulations=39)
        assert unknown.pattern == "undetermined"
        assert np.isnan([unknown.p_clustered, unknown.p_regular]).all()
        # Without correction K is too small, and so are the random ones.
        plain = ripley_l(series(drawn), strip, [60, 500], correction="none", simulations=39)
        assert plain.pattern == "random"
        assert plain.curve["k"].iloc[1] < 0.5 * np.pi * 500**2

    def test_refusals(self) -> None:
        pair = series([[450, 500], [550, 500]])
        for grid in ([], [np.nan, 100], [50, np.inf], "abc", [[50, 100]], 5.0):
            with pytest.raises(LayerError, match="increasing"):
                ripley_l(pair, SQUARE, grid)
        with pytest.raises(LayerError, match="without an area"):
            ripley_l(pair, area(shapely.LineString([(0, 0), (900, 900)])), [50])
        with pytest.raises(LayerError, match="without an area"):
            nearest_neighbour(pair, SQUARE.iloc[:0])
        bare: Any = [[1.0, 2.0]]
        with pytest.raises(LayerError, match="none"):
            ripley_l(bare, SQUARE, [5])
        with pytest.raises(LayerError, match="none"):
            kernel_density(bare, SQUARE)
        with pytest.raises(LayerError, match="increasing"):
            ripley_l(pair, SQUARE, [100, 50])
        with pytest.raises(LayerError, match="translation"):
            ripley_l(pair, SQUARE, [100], correction="translate")  # type: ignore[arg-type]
        with pytest.raises(LayerError, match="1 个在外"):
            nearest_neighbour(series([[450, 500], [5500, 500]]), SQUARE)
        with pytest.raises(LayerError, match="CRS differ"):
            nearest_neighbour(pair, SQUARE.to_crs("EPSG:4544"))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not ask lscpu")
def test_a_container_that_hides_its_cores_is_no_matter(tmp_path: Path) -> None:
    silent = tmp_path / "lscpu"
    silent.write_text("#!/bin/sh\n", encoding="utf-8")
    silent.chmod(0o755)
    code = (
        "import geopandas as gpd\n"
        "from yngis.analysis.clustering.point_patterns.clusters import dbscan\n"
        "points = gpd.GeoSeries.from_xy([0, 1, 2], [0, 1, 2], crs=4545)\n"
        "assert dbscan(points, 10.0, 2).tolist() == [0, 0, 0]\n"
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        env={**os.environ, "PATH": path},
        check=True,
    )
