"""
Supply of unknown area (面积不详的供应): what it may hold of what the sums call unsupplied.

A record whose area nobody can read (约3公顷, a polygon that was refused) is in no sum. It may hold
all that is left of the approval that it names, or of its zone where it names none; and a ratio of
areas supplied may be anything between what it is without the record and with that record alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yngis.analysis.audit.balancing.unlocated_supply import plain_numbers
from yngis.analysis.audit.ratios import RATIOS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.places import Placing


class Left(NamedTuple):
    """
    What is left of approvals in force.

    Attributes
    ----------
    area_m2
        Unsupplied area of each piece [m²], ``(n,)``.
    numbers
        Plain number of its approval, None where it has none, ``(n,)``.
    placings
        Where the pieces lie, by level.
    """

    area_m2: NDArray[np.float64]
    numbers: NDArray[np.object_]
    placings: Mapping[str, Placing]


def unsized_records(supply: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell the supply records whose area is not known (面积不详)."""
    found: NDArray[np.bool_] = np.isnan(supply["area_m2"].to_numpy(dtype=np.float64))
    return found


def could_take_unsized(
    approvals: pd.DataFrame,
    supply: pd.DataFrame,
    placings: Mapping[str, Placing],
    left: list[Left],
    *,
    unsupplied: pd.Series,
    nowhere: str,
) -> dict[str, dict[str, float]]:
    """
    Tell how much supply of unknown area may take of what is unsupplied (面积不详的供应至多占多少).

    Parameters
    ----------
    approvals, supply
        All records, with ``approval_no`` where they have it and ``area_m2``.
    placings
        Where the supply lies, by level.
    left
        What is left of the approvals in force.
    unsupplied
        What is unsupplied [m²] by ``level`` and ``place``.
    nowhere
        Name of the place of records that name none: they may lie in any.

    Returns
    -------
    areas
        By level and place [m²]. What bears the number of an approval that is not in force takes
        nothing from the others.

    Examples
    --------
    >>> import pandas as pd
    >>> from yngis.analysis.audit.places import Placing
    >>> approvals = pd.DataFrame({"approval_no": ["甲1号"]})
    >>> supply = pd.DataFrame({"approval_no": ["甲1号"], "area_m2": [np.nan]})
    >>> one = {"zone": Placing(np.array([0]), np.array([0]), np.ones(1), ("东",))}
    >>> left = [Left(np.array([7.0]), np.array(["甲1"], dtype=object), one)]
    >>> index = pd.MultiIndex.from_tuples([("zone", "东")])
    >>> could_take_unsized(
    ...     approvals, supply, one, left, unsupplied=pd.Series([9.0], index), nowhere="（未知）")
    {'zone': {'东': 7.0}}
    """
    lost = unsized_records(supply)
    if not lost.any():
        return {}
    named = plain_numbers(supply).to_numpy(dtype=object)
    known = set(plain_numbers(approvals).dropna())
    force = {number for each in left for number in each.numbers if number is not None}
    of_number = {number for number in named[lost] if number in force}
    loose = lost & ~np.isin(named.astype(str), [str(number) for number in known])
    found: dict[str, dict[str, float]] = {}
    for level, placing in placings.items():
        areas: dict[str, float] = {}
        for each in left:
            held = each.placings[level]
            bears = np.array([number in of_number for number in each.numbers], dtype=bool)
            sums = held.sums(np.where(bears, each.area_m2, 0.0))
            for name, area in zip(held.names, sums.tolist(), strict=True):
                areas[name] = areas.get(name, 0.0) + area
        homes = set(np.array(placing.names, dtype=object)[placing.place[loose[placing.record]]])
        for place, area in _of_level(unsupplied, level).items():
            if place in homes or nowhere in homes:
                areas[place] = max(areas.get(place, 0.0), area)
        found[level] = {name: area for name, area in areas.items() if area > 0.0}
    return found


def _of_level(values: pd.Series, level: str) -> dict[str, float]:
    held = values[values.index.get_level_values(0) == level].fillna(0.0)
    places = held.index.get_level_values(1).astype("str")
    return dict(zip(places.tolist(), held.to_numpy(dtype=np.float64).tolist(), strict=True))


def unsized_bounds(
    masks: pd.DataFrame, lost: NDArray[np.bool_], placings: Mapping[str, Placing]
) -> dict[tuple[str, str, str], tuple[bool, bool]]:
    """
    Tell which ratios of supply a record of unknown area may push to 0 or 1 (比率的上下限).

    Parameters
    ----------
    masks
        In which quantities each record counts.
    lost
        Whether its area is unknown, ``(n,)``.
    placings
        Where the supply lies, by level.

    Returns
    -------
    bounds
        By level, place and ratio: whether it may be as low as 0, and as high as 1.
    """
    found: dict[tuple[str, str, str], tuple[bool, bool]] = {}
    for name, ratio in RATIOS.items():
        if ratio.denominator not in masks or ratio.numerator not in masks:
            continue
        whole = lost & masks[ratio.denominator].to_numpy(dtype=bool)
        part = masks[ratio.numerator].to_numpy(dtype=bool)
        for level, placing in placings.items():
            low, high = (
                placing.sums(np.where(each, 1.0, 0.0)) for each in (whole & ~part, whole & part)
            )
            for place, down, up in zip(placing.names, low > 0.0, high > 0.0, strict=True):
                if down or up:
                    found[level, place, name] = bool(down), bool(up)
    return found
