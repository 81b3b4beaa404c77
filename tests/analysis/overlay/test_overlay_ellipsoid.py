"""Areas on the ellipsoid: against the survey's rule, against geodesics, and across projections."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod
from shapely import Polygon, box

from yngis.analysis.overlay import apportion, area_table
from yngis.analysis.overlay.area_scale import density_of
from yngis.catalogue.io.pack import province_albers
from yngis.errors import LayerError
from yngis.measure import densify_edges, ellipsoidal_area

GRS80 = Geod(a=6_378_137.0, rf=298.257222101)
longitudes = st.floats(97.6, 106.0)
latitudes = st.floats(21.2, 29.2)


def degrees(*geometries: shapely.Geometry, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs="EPSG:4490")


def blob(x: float, y: float, radii: list[float], size: float) -> Polygon:
    angle = np.linspace(0.0, 2.0 * np.pi, len(radii), endpoint=False)
    reach = size * np.array(radii)
    return Polygon(np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle))))


radii = st.lists(st.floats(0.4, 1.0), min_size=4, max_size=12)


@given(longitudes, latitudes, radii, st.floats(1e-4, 0.5))
def test_the_rows_of_a_parcel_add_up_to_the_area_of_record(
    x: float, y: float, shape: list[float], size: float
) -> None:
    parcel = degrees(blob(x, y, shape, size))
    zones = degrees(box(x, y - 1, x + 1, y + 1), box(x - 1, y, x, y + 1))
    parts = apportion(parcel, zones)
    assert parts["area_m2"].sum() == pytest.approx(ellipsoidal_area(parcel)[0], rel=1e-9)


def geodesic_area(polygon: shapely.Geometry, step: float) -> float:
    """Geodesic area of a figure whose edges are straight in longitude and latitude."""
    finer = shapely.orient_polygons(shapely.segmentize(polygon, step))
    return float(GRS80.geometry_area_perimeter(finer)[0])


@given(
    st.tuples(longitudes, latitudes),
    radii,
    radii,
    st.floats(-0.8, 0.8),
    st.sampled_from([1e-3, 1e-2, 0.1]),
)
def test_shares_are_those_of_geodesic_areas(
    place: tuple[float, float], one: list[float], other: list[float], shift: float, size: float
) -> None:
    x, y = place
    parcel, zone = blob(x, y, one, size), blob(x + shift * size, y, other, size)
    found = apportion(degrees(parcel), degrees(zone).set_index([["z"]]))["share"]
    # Chords of size / 200 between points of a straight edge leave (1 / 200)² of the 1e-4 (at a
    # size of 0.1°) by which an edge and its geodesic differ; geodesic sums round at 1e-3 m².
    step = size / 200.0
    whole = geodesic_area(parcel, step)
    expected = geodesic_area(parcel.intersection(zone), step) / whole
    share = {key[1]: value for key, value in found.items()}.get("z", 0.0)
    assert share == pytest.approx(expected, abs=2e-8 + 2e-3 / whole)


def test_a_parcel_of_the_size_of_the_province() -> None:
    # One cubic would not do over 8°: the cell of a degree within it is known in closed form.
    province = box(97.0, 21.0, 107.0, 29.5)
    cells = degrees(*(box(x, y, x + 1, y + 1) for x in (98, 102) for y in (22, 25, 28)))
    parts = apportion(degrees(province), cells)["area_m2"][0]
    assert parts.drop("outside").to_numpy() == pytest.approx(
        ellipsoidal_area(cells).to_numpy(), rel=1e-10
    )
    # 1° cell 102-103E, 25-26N, closed form (DOMAIN 5.5).
    assert parts[4] == pytest.approx(11_137_467_459.3520, rel=1e-11)


@pytest.mark.parametrize(
    "crs", ["EPSG:4543", "EPSG:4522", "EPSG:4507", "EPSG:32648", "EPSG:3857", province_albers()]
)
@pytest.mark.parametrize("side", [200.0, 4_000.0, 60_000.0])
def test_projected_parcels_have_the_area_that_densifying_comes_to(crs: str, side: float) -> None:
    place = gpd.GeoSeries(shapely.points([102.7, 103.2], [25.0, 27.0]), crs="EPSG:4490").to_crs(crs)
    turned = [shapely.affinity.rotate(box(0, 0, side, 0.7 * side), angle) for angle in (0.0, 23.0)]
    parcels = gpd.GeoDataFrame(
        geometry=[
            shapely.affinity.translate(square, point.x, point.y)
            for square, point in zip(turned, place, strict=True)
        ],
        crs=crs,
    )
    zone = gpd.GeoDataFrame(
        geometry=[shapely.affinity.scale(parcels.geometry[0], 0.5, 2.0)], crs=crs
    )
    parts = apportion(parcels, zone)
    # 25 m chords leave (25 / 70)² of the 0.1 ppm that DOMAIN 5.5 gives for 70 m.
    expected = ellipsoidal_area(densify_edges(parcels, max(25.0, side / 400.0)))
    assert parts["area_m2"].groupby(level=0).sum().to_numpy() == pytest.approx(
        expected.to_numpy(), rel=3e-8
    )
    inner = gpd.GeoSeries(parcels.geometry[:1].intersection(zone.geometry[0]), crs=crs)
    piece = ellipsoidal_area(densify_edges(inner, max(25.0, side / 400.0)))
    assert parts["area_m2"][0, 0] == pytest.approx(piece[0], rel=3e-8)


def test_gauss_krueger_and_degrees_agree_on_short_edges() -> None:
    circle = shapely.Point(102.75, 25.05).buffer(0.004, quad_segs=64)  # edges of some 11 m
    parcels = degrees(circle)
    zones = degrees(shapely.Point(102.753, 25.051).buffer(0.003, quad_segs=64))
    plane = apportion(parcels.to_crs(4543), zones)["area_m2"].to_numpy()
    # Edges of 11 m are bent by 1e-6 m against one another: 4e-9 of the width of the parcel.
    assert plane == pytest.approx(apportion(parcels, zones)["area_m2"].to_numpy(), rel=5e-8)


def test_the_density_of_a_gauss_krueger_plane_is_that_of_the_projection() -> None:
    crs = CRS("EPSG:4543")
    density = density_of(crs, "ellipsoidal", np.array([4e5, 2.5e6, 6e5, 2.9e6]))
    assert density.swapped
    # k = 1 on the central meridian; 150 km east of it the plane overstates by 559 ppm (DOMAIN 5.5
    # rounds to its zone; here k² = 1 + x²/R² with R² = MN).
    table = density.table
    row = round((2.77e6 - table.across) / table.across_step)
    middle, east = (round((x - table.first) / table.step) for x in (5e5, 6.5e5))
    assert table.cubics[row, middle, 1] == pytest.approx(1.0, abs=2e-9)
    assert 1.0 / table.cubics[row, east, 1] - 1.0 == pytest.approx(5.55e-4, abs=5e-6)


def test_wgs84_is_taken_as_cgcs2000() -> None:
    parcel, zone = box(102, 25, 102.01, 25.01), box(102.005, 25, 102.02, 25.02)
    one = area_table(degrees(parcel), degrees(zone))
    other = area_table(degrees(parcel).set_crs(4326, allow_override=True), degrees(zone))
    assert one["area_m2"].to_list() == other["area_m2"].to_list()


@pytest.mark.parametrize(
    ("parcels_crs", "zones_crs", "area", "told"),
    [
        ("EPSG:4490", "EPSG:4490", "planar", "area='ellipsoidal'"),
        (None, None, "ellipsoidal", "area='planar'"),
        ("EPSG:4543", None, "planar", "zones"),
        (None, "EPSG:4543", "planar", "parcels"),
        ("EPSG:2359", "EPSG:4490", "ellipsoidal", "CGCS2000"),
        ("EPSG:4490", "EPSG:4610", "ellipsoidal", "CGCS2000"),
    ],
)
def test_a_crs_that_does_not_serve_is_refused_with_its_remedy(
    parcels_crs: str | None, zones_crs: str | None, area: str, told: str
) -> None:
    square = box(102, 25, 102.01, 25.01)
    with pytest.raises(LayerError, match=told):
        area_table(
            gpd.GeoDataFrame(geometry=[square], crs=parcels_crs),
            gpd.GeoDataFrame(geometry=[square], crs=zones_crs),
            area=area,
        )


def test_latitude_before_longitude_is_noticed() -> None:
    with pytest.raises(LayerError, match="longitude comes before latitude"):
        area_table(degrees(box(25, 102, 25.01, 102.01)), degrees(box(102, 25, 103, 26)))


def test_far_from_the_zones_in_a_projected_plane_is_refused() -> None:
    zone = gpd.GeoDataFrame(geometry=[box(5e5, 2.7e6, 5.1e5, 2.8e6)], crs=4543)
    with pytest.raises(LayerError, match="zone prefix"):
        area_table(gpd.GeoDataFrame(geometry=[box(34.5e6, 2.7e6, 34.51e6, 2.71e6)], crs=4543), zone)
