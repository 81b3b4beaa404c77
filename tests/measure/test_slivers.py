"""Slivers parted from what GEOS could not part, and from what rounding made of good polygons."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import shapely

from yngis.measure.polygons import CONSERVED, measure_areas
from yngis.measure.slivers import may_have_slivers, part_slivers

# What one approval of a synthetic bureau (seed 0, 4,000 parcels) left open: GEOS 3.14 raises
# "unable to assign free hole to a shell" when its fringe is cut off, also on a grid of 1e-9.
RAGGED = shapely.from_wkb(
    base64.b64decode(
        "AQYAAAADAAAAAQMAAAABAAAABQAAALsNAFTMGVpA2yQX5RCgPEALbBZp1hlaQNskF+UQoDxAmxsIVO8ZWkDh/EFV"
        "EaA8QEN8EFTMGVpAOqi0txCgPEC7DQBUzBlaQNskF+UQoDxAAQMAAAABAAAAEQAAAE2nmScSGlpAMzjYeI2gPEBY"
        "brwnNRpaQMl9RxWOoDxAVaL6UzUaWkBj4qqOEqA8QLKH9VNYGlpAHXOGKhOgPEBTrgmAWBpaQOF35KOXnzxA/L83"
        "gDUaWkBoAgwIl588QFTHc6w1GlpA3t1qgRufPEBL5cusEhpaQKvyBOUanzxAVcsv2RIaWkCsp2Ren548QJH1sdnv"
        "GVpAjUxxwZ6ePEAWODXazBlaQH1j7SOenjxAImh/rcwZWkCwaYeqGZ88QJAaJa3vGVpAlnYOSBqfPEA/J5eA7xla"
        "QAlcqc6VnzxAmxsIVO8ZWkDh/EFVEaA8QJ73dyfvGVpAFVnY24ygPEBNp5knEhpaQDM42HiNoDxAAQMAAAABAAAA"
        "BQAAALG7LthYGlpA37OZlqCePEBguK7YNRpaQM10x/qfnjxAVMdzrDUaWkDe3WqBG588QKa/HKxYGlpAIThAHRyf"
        "PECxuy7YWBpaQN+zmZagnjxA"
    )
)


def test_the_polygon_on_which_geos_raised() -> None:
    parted = part_slivers(RAGGED)
    whole, body, slivers = measure_areas([RAGGED, parted.body, parted.slivers])
    assert abs(whole - body - slivers) <= CONSERVED * whole
    assert shapely.is_valid([parted.body, parted.slivers]).all()


@pytest.mark.parametrize("width", [0.2, 1.0, 5.0])
def test_ragged_borders_from_a_nanometre_to_a_millimetre(width: float) -> None:
    """Fields less their neighbours, drawn again a hair off: nothing raises, nothing is lost."""
    random = np.random.default_rng(int(width * 10))
    for hair in (1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8):
        x, y = np.meshgrid(np.arange(6) * 1e-3 + 102.8, np.arange(6) * 1e-3 + 24.7)
        fields = shapely.box(x, y, x + 1e-3, y + 1e-3).ravel()
        block = shapely.union_all(fields)
        corners = shapely.get_coordinates(fields).reshape(-1, 5, 2)[:, :4]
        drawn = shapely.polygons(corners + random.normal(0.0, hair, corners.shape))
        chosen = drawn[random.random(len(drawn)) < 0.6]
        rest = shapely.difference(block, shapely.union_all(shapely.make_valid(chosen)))
        parted = part_slivers(rest, width)
        whole, body, slivers = measure_areas([rest, parted.body, parted.slivers])
        assert abs(whole - body - slivers) <= max(CONSERVED * whole, 1e-3)
        # Whole fields are never taken for strips.
        assert slivers < 0.01 * whole


def test_polygons_without_strips_are_told_at_once() -> None:
    """What is passed over has no slivers; what has some is never passed over."""
    random = np.random.default_rng(3)
    metre = 1 / 111_320
    fields, widths = [], random.choice([0.0, 0.3, 0.6, 3.0], 60)
    for width in widths:
        west, south = 102 + random.random(), 25 + random.random()
        field = shapely.box(west, south, west + 1e-3, south + 1e-3)
        strip = shapely.box(west + 1e-3, south, west + 3e-3, south + width * metre)
        fields.append(shapely.union(field, strip) if width else field)
    suspects = may_have_slivers(np.array(fields, dtype=object))
    assert suspects.tolist() == [0.0 < width < 1.0 for width in widths]
    apart = [not part_slivers(field).slivers.is_empty for field in fields]
    assert suspects.tolist() == apart
    assert may_have_slivers(np.array([RAGGED, *fields], dtype=object))[0]
