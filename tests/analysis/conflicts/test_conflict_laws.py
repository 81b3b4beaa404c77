"""What holds of every set of layers: classes add up, unions are no sums, cuts change nothing."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import yngis

KEYS = ("ecology", "farmland", "water_source", "lake", "boundary", "river", "hazard")


def ragged(seed: int, count: int, size: float = 0.01, spread: float = 0.01) -> gpd.GeoDataFrame:
    """Ragged polygons strewn around a place, overlapping one another."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        angle = np.linspace(0.0, 2.0 * np.pi, int(rng.integers(5, 40)), endpoint=False)
        reach = size * rng.uniform(0.3, 1.0, angle.size)
        x, y = rng.normal((102.0, 25.0), spread)
        made.append(
            shapely.Polygon(np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle))))
        )
    return gpd.GeoDataFrame(geometry=made, crs=4490)


def zones_of(seed: int, count: int = 4) -> gpd.GeoDataFrame:
    frame = ragged(seed, count)
    return frame.assign(名称=[f"区{at}" for at in range(count)])


def layers_of(seed: int, keys: tuple[str, ...] = KEYS) -> dict[str, gpd.GeoDataFrame]:
    return {key: ragged(100 * seed + at, 6, 0.006) for at, key in enumerate(keys)}


def wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.pivot_table(index=["level", "name"], columns="layer", values=column, sort=False)


@pytest.mark.parametrize("seed", range(3))
def test_classes_add_up_and_the_union_is_bounded(seed: int) -> None:
    coverage = {"farmland": ragged(seed + 50, 3, 0.03), "boundary": ragged(seed + 60, 3, 0.03)}
    found = yngis.conflicts(
        zones_of(seed), layers_of(seed), parcels=ragged(seed + 9, 12, 0.002), coverage=coverage
    )
    own = wide(found, "exclusive_share")
    assert np.abs(own.sum(axis=1) - 1.0).max() < 1e-9
    assert (own >= 0.0).to_numpy().all()
    area, size = wide(found, "area_m2"), wide(found, "exclusive_m2").sum(axis=1)
    held = area[list(KEYS)]
    slack = 1e-9 * size
    assert (area["any"] <= held.sum(axis=1) + slack).all()
    assert (area["any"] >= held.max(axis=1) - slack).all()
    assert (own[list(KEYS)].sum(axis=1) * size - area["any"]).abs().max() < 1e-3
    assert (area["no_data"] >= wide(found, "exclusive_m2")["no_data"] - slack).all()


@pytest.mark.parametrize("seed", range(2))
def test_more_layers_never_clear(seed: int) -> None:
    zones, layers = zones_of(seed), layers_of(seed)
    before: pd.DataFrame | None = None
    for count in (1, 4, 7):
        keys = KEYS[:count]
        area = wide(yngis.conflicts(zones, {key: layers[key] for key in keys}), "area_m2")
        if before is not None:
            assert (area["any"] >= before["any"] - 1e-3).all()
            assert (area["clean"] <= before["clean"] + 1e-3).all()
            shared = [key for key in keys if key in before.columns]
            assert (area[shared] - before[shared]).abs().to_numpy().max() < 1e-3
        before = area


def test_the_order_in_which_layers_are_given_changes_nothing() -> None:
    layers = layers_of(7)
    backwards = dict(reversed(layers.items()))
    one, other = (yngis.conflicts(zones_of(7), each) for each in (layers, backwards))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("seed", range(2))
def test_slicing_a_parcel_changes_nothing(seed: int) -> None:
    parcel = ragged(seed + 3, 1, 0.01, 0.001)
    west, south, east, north = parcel.total_bounds
    cuts = np.linspace(west, east, 6)
    slices = [shapely.box(a, south, b, north) for a, b in itertools.pairwise(cuts)]
    pieces = gpd.GeoDataFrame(
        geometry=[
            each for each in parcel.geometry.iloc[0].intersection(slices) if not each.is_empty
        ],
        crs=4490,
    )
    layers = layers_of(seed)
    zones = zones_of(seed)
    whole = yngis.conflicts(zones, layers, parcels=parcel)
    parts = yngis.conflicts(zones, layers, parcels=pieces)
    for column in ("area_m2", "exclusive_m2"):
        one = whole[whole["level"] == "parcel"].groupby("layer")[column].sum()
        other = parts[parts["level"] == "parcel"].groupby("layer")[column].sum()
        # The area of record joins corners in another plane than the cut: 1e-6 of the parcel.
        assert (one - other).abs().max() < 3e-6 * one["clean"] + 3e-6 * one["any"] + 1e-2


def test_shares_agree_with_geos() -> None:
    zones, layers = zones_of(5), layers_of(5, ("ecology", "farmland", "lake"))
    found = wide(yngis.conflicts(zones, layers), "share")
    union = shapely.union_all([each for layer in layers.values() for each in layer.geometry])
    for zone, name in zip(zones.geometry, zones["名称"], strict=True):
        # Degrees squared: the scale of the ellipsoid hardly changes over a zone of two kilometres.
        expected = zone.intersection(union).area / zone.area
        assert found["any"]["zone", name] == pytest.approx(expected, abs=2e-5)
