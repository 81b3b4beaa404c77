"""Overlays that neither raise nor lose land where borders nearly coincide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from yngis.measure import polygons
from yngis.measure.polygons import (
    CONSERVED,
    OverlayError,
    intersect_pairs,
    split_polygon,
    union_shapes,
    valid_part,
)

RAISED = shapely.errors.GEOSException("TopologyException: side location conflict")


def ring(seed: int, hair: float) -> Any:
    """A star of thirty corners, drawn again with every corner a hair off."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0.0, 2.0 * np.pi, 30, endpoint=False)
    reach = 0.01 * random.uniform(0.4, 1.0, 30)
    corners = np.column_stack((102.8 + reach * np.cos(angle), 24.7 + reach * np.sin(angle)))
    return valid_part(
        shapely.Polygon(corners + np.random.default_rng(seed + 1).normal(0, hair, (30, 2)))
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.floats(-14.0, -8.0), st.floats(-14.0, -8.0))
def test_parts_add_up_from_a_nanometre_to_a_millimetre(
    seed: int, fine: float, coarse: float
) -> None:
    one, other = ring(seed, 10.0**fine), ring(seed, 10.0**coarse)
    parted = split_polygon(one, other)
    assert abs(one.area - parted.inside.area - parted.outside.area) <= CONSERVED * one.area
    assert shapely.is_valid([parted.inside, parted.outside]).all()
    # Corners a hair off: nearly all is shared.
    assert parted.inside.area == pytest.approx(one.area, rel=1e-4)
    whole = union_shapes(np.array([one, other], dtype=object))
    assert whole.area >= max(one.area, other.area) * (1 - CONSERVED)
    assert whole.area == pytest.approx(one.area + other.area - parted.inside.area, rel=2e-6)


def test_by_hand() -> None:
    # Two of four squares in, two out; a line that is shared has no area.
    parted = split_polygon(
        box(0, 0, 4, 1), shapely.union(box(0, 0, 2, 1), box(4, 0, 5, 1)), metres=1.0
    )
    assert (parted.inside.area, parted.outside.area) == (2.0, 2.0)
    assert split_polygon(box(0, 0, 1, 1), box(1, 0, 2, 1)).inside.is_empty
    assert split_polygon(box(0, 0, 1, 1), shapely.MultiPolygon()).outside.area == 1.0
    assert union_shapes(np.empty(0, dtype=object)).is_empty


def test_an_overlay_that_raises_is_tried_on_grids(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float | None] = []
    real = shapely.difference

    def difference(one: Any, other: Any, grid_size: float | None = None) -> Any:
        tried.append(grid_size)
        if grid_size is None:
            raise RAISED
        return real(one, other, grid_size=grid_size)

    monkeypatch.setattr(polygons.shapely, "difference", difference)
    parted = split_polygon(box(102, 25, 102.02, 25.01), box(102.01, 25, 102.02, 25.01))
    assert tried[:2] == [None, None]
    assert tried[2] == pytest.approx(1e-7 / 111_320)
    assert parted.outside.area == pytest.approx(1e-4, rel=1e-9)


def test_an_overlay_that_loses_land_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    real_difference, real_union = shapely.difference, shapely.union_all

    def difference(one: Any, other: Any, grid_size: float | None = None) -> Any:
        empty = shapely.Polygon()
        return empty if grid_size is None else real_difference(one, other, grid_size=grid_size)

    def union_all(shapes: Any, grid_size: float | None = None) -> Any:
        return shapes[0] if grid_size is None else real_union(shapes, grid_size=grid_size)

    monkeypatch.setattr(polygons.shapely, "difference", difference)
    monkeypatch.setattr(polygons.shapely, "union_all", union_all)
    parted = split_polygon(box(0, 0, 2, 1), box(1, 0, 2, 1))
    assert parted.outside.area == pytest.approx(1.0)
    joined = union_shapes(np.array([box(0, 0, 1, 1), box(1, 0, 3, 1)], dtype=object))
    assert joined.area == pytest.approx(3.0)


def test_what_no_grid_can_part_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*_: Any, **__: Any) -> Any:
        raise RAISED

    for name in ("difference", "intersection", "union_all"):
        monkeypatch.setattr(polygons.shapely, name, raises)
    one, other = box(102, 25, 103, 26), box(102.5, 25, 103, 26)
    with pytest.raises(OverlayError, match=r"102\.000000, 25\.000000"):
        split_polygon(one, other)
    with pytest.raises(OverlayError):
        union_shapes(np.array([one, other], dtype=object))
    with pytest.raises(OverlayError):
        intersect_pairs(np.array([one], dtype=object), other)


def test_invalid_polygons_are_mended_between_the_steps() -> None:
    bow = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    parted = split_polygon(valid_part(bow), box(0, 0, 1, 2), metres=1.0)
    assert parted.inside.area == pytest.approx(1.0)
    assert shapely.is_valid(parted.inside)
