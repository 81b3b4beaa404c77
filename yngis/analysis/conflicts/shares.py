"""
Areas in conflict (冲突面积): of each layer, of all together, and of exclusive classes by rank.

One layer is added after the other, the first rank first: what a layer adds to the area of the
union is its own class, so that the classes of a unit add up to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.conflicts.cover import drop_rounding, measure_cover, measure_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.conflicts.regions import Region
    from yngis.measure.progress import StepProgress

    Shapes = NDArray[np.object_]
    Areas = NDArray[np.float64]

ANY: Final = "any"
"""What lies in one of the layers at least."""
CLEAN: Final = "clean"
"""What lies in none, and every layer was mapped there."""
NO_DATA: Final = "no_data"
"""What one of the layers at least says nothing of."""


class Shares(NamedTuple):
    """
    Areas of all layers (冲突面积).

    Attributes
    ----------
    size_m2
        Area of each unit [m²], ``(n,)``.
    area_m2
        By layer, then ``any``, ``clean`` and ``no_data``: area in it [m²], ``(n,)``.
    exclusive_m2
        The same of the exclusive classes; those of a unit add up to it. ``any`` is no class and
        has none.
    unmapped_m2
        By layer: area that it says nothing of [m²], ``(n,)``.
    parts
        By layer, as :class:`Cover` has them, with positions among the layer's own polygons.
    """

    size_m2: Areas
    area_m2: dict[str, Areas]
    exclusive_m2: dict[str, Areas]
    unmapped_m2: dict[str, Areas]
    parts: dict[str, pd.DataFrame]


def measure_shares(
    units: Shapes,
    regions: Sequence[Region],
    progress: StepProgress | None = None,
) -> Shares:
    """
    Measure what of the units lies in conflict (量算冲突).

    Parameters
    ----------
    units
        Zones or parcels in EPSG:4490, valid, ``(n,)``.
    regions
        What every layer says, by rank.
    progress
        Called with steps done and steps in all.

    Returns
    -------
    shares
        Areas by layer and class.
    """
    steps = 2 * len(regions) + 1
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    size = measure_units(units)
    area: dict[str, Areas] = {}
    own: dict[str, Areas] = {}
    unmapped_m2: dict[str, Areas] = {}
    parts: dict[str, pd.DataFrame] = {}
    before = np.zeros(len(units))
    joined: list[Shapes] = []
    for region in regions:
        cover = measure_cover(units, region.held)
        area[region.key] = drop_rounding(cover.covered_m2, size)
        parts[region.key] = _own_parts(cover.parts, region)
        unmapped_m2[region.key] = drop_rounding(
            measure_cover(units, region.unmapped).covered_m2, size
        )
        tick()
        joined.append(region.held)
        union = _union_so_far(units, joined, before, area[region.key], size)
        own[region.key] = union - before
        before = union
        tick()
    unmapped = _joined_shapes([each.unmapped for each in regions])
    unknown = drop_rounding(measure_cover(units, unmapped).covered_m2, size)
    known = _union_so_far(units, [*joined, unmapped], before, unknown, size)
    tick()
    zero = np.zeros(len(units))
    area |= {ANY: before, CLEAN: size - known, NO_DATA: unknown}
    own |= {ANY: zero, CLEAN: size - known, NO_DATA: known - before}
    return Shares(size, area, own, unmapped_m2, parts)


def _union_so_far(
    units: Shapes, joined: list[Shapes], before: Areas, last: Areas, size: Areas
) -> Areas:
    """Area of the union of all shapes [m²]; a sum where only one of both sides is there."""
    union = before + last
    touched = np.flatnonzero((before > 0.0) & (last > 0.0))
    if len(touched):
        cover = measure_cover(units[touched], _joined_shapes(joined))
        union[touched] = cover.covered_m2
    return np.maximum(np.maximum(before, last), drop_rounding(union, size))


def _joined_shapes(shapes: Sequence[Shapes]) -> Shapes:
    return np.concatenate([np.empty(0, dtype=object), *shapes])


def _own_parts(parts: pd.DataFrame, region: Region) -> pd.DataFrame:
    """Parts by position among the layer's polygons; pieces that are none of them have no row."""
    source = region.source[parts["polygon"].to_numpy(dtype=np.int64)]
    kept = np.flatnonzero(source >= 0)
    return parts.assign(polygon=source).iloc[kept].reset_index(drop=True)
