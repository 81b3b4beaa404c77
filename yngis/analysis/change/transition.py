"""The transition matrix of a zone (转移矩阵): its sums are the areas of record of both years."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from yngis.analysis.change.pairs import Margin, Measured

    Floats = NDArray[np.float64]

NO_DATA: Final = "no_data"
"""Stands for the code where one survey does not cover what the other does (无调查)."""
OVERLAP: Final = "overlap"
"""Stands for the code where parcels of one survey overlap: a negative area takes it back (重叠)."""

# What the integrals of two layers may differ in; beyond it land is covered by one survey only.
_NOISE: Final = 2e-6
_NOISE_M2: Final = 1e-3
_ROUNDS: Final = 60
_CLOSE: Final = 1e-13
_TOLD: Final = 1e-9
_MOST_NAMED: Final = 12


@dataclass(slots=True)
class ZoneLand:
    """
    Land of one zone in both surveys, by number of the code.

    Parameters
    ----------
    count
        Number of codes.
    """

    count: int
    before: Floats = field(init=False)
    after: Floats = field(init=False)
    table: Floats = field(init=False)
    only_before: Floats = field(init=False)
    only_after: Floats = field(init=False)
    twice_before: Floats = field(init=False)
    twice_after: Floats = field(init=False)

    def __post_init__(self) -> None:
        for name in ("before", "after", "only_before", "only_after", "twice_before", "twice_after"):
            setattr(self, name, np.zeros(self.count))
        self.table = np.zeros((self.count, self.count))

    def add(
        self,
        measured: Measured,
        zone: int,
        before: NDArray[np.int64],
        after: NDArray[np.int64],
    ) -> None:
        """Add what a tile holds of a zone, told by its place; codes by place of the parcels."""
        shared, own = measured.shared, measured.shared.zone == zone
        first, second, area = shared.before[own], shared.after[own], shared.area[own]
        cells = before[first] * self.count + after[second]
        self.table += np.bincount(cells, area, self.count**2).reshape(self.table.shape)
        one = (self.before, self.only_before, self.twice_after)
        other = (self.after, self.only_after, self.twice_before)
        self._add_margin(measured.before, zone, before, (first, area), one)
        self._add_margin(measured.after, zone, after, (second, area), other)

    def _add_margin(
        self,
        margin: Margin,
        zone: int,
        codes: NDArray[np.int64],
        shared: tuple[NDArray[np.int64], Floats],
        sides: tuple[Floats, Floats, Floats],
    ) -> None:
        """Add one survey's land: all of it, what it alone covers, what the other covers twice."""
        whole, only, twice = sides
        own = margin.zone == zone
        place, area = margin.parcel[own], margin.plain[own]
        whole += np.bincount(codes[place], margin.area[own], self.count)
        left = area - np.bincount(shared[0], shared[1], len(codes))[place]
        noise = np.maximum(_NOISE * area, _NOISE_M2)
        bare, double = left > noise, left < -noise
        only += np.bincount(codes[place[bare]], left[bare], self.count)
        # A parcel that the other survey covers twice is counted twice; this takes it back.
        twice += np.bincount(codes[place[double]], -left[double], self.count)

    @property
    def differing_m2(self) -> float:
        """Area that one survey covers and the other does not, or covers twice [m²]."""
        parts = (self.only_before, self.only_after, self.twice_before, self.twice_after)
        return float(sum(part.sum() for part in parts))


def footprint_problems(land: Mapping[str, ZoneLand], tolerance: float) -> list[Problem]:
    """Say which zones the two surveys do not cover alike (范围不一致)."""
    wrong = []
    for zone, held in land.items():
        covered = max(float(held.before.sum()), float(held.after.sum()))
        if covered > 0.0 and held.differing_m2 > tolerance * covered:
            wrong.append((zone, held, held.differing_m2 / covered))
    if not wrong:
        return []
    wrong.sort(key=lambda each: -each[1].differing_m2)
    lines = []
    for zone, held, share in wrong[:_MOST_NAMED]:
        only = (float(held.only_before.sum()), float(held.only_after.sum()))
        twice = (float(held.twice_before.sum()), float(held.twice_after.sum()))
        lines.append(
            f"{zone} {held.differing_m2:,.2f} m²（{share:.2%}）：仅前期 {only[0]:,.2f}，"
            f"仅后期 {only[1]:,.2f}，前期重叠 {twice[0]:,.2f}，后期重叠 {twice[1]:,.2f}"
        )
    total = sum(held.differing_m2 for _, held, _ in wrong)
    more = "" if len(wrong) <= _MOST_NAMED else f"；另有 {len(wrong) - _MOST_NAMED} 个 / more"
    return [
        Problem(
            where="--before ↔ --after",
            promised=f"两期覆盖同一范围、互不重叠，相差不超过开发区内图斑的 {tolerance:.2%} / "
            "both surveys cover the same land once",
            found=f"相差 {total:,.2f} m² / they differ by: {'；'.join(lines)}{more}",
            mend="补全缺的图斑或去掉重叠，或把 --zones 裁到两期都有调查的范围；确需放宽用 "
            "--footprint-tolerance / complete the surveys, cut the zones to what both cover, or "
            "allow more",
        )
    ]


def balanced_transition(
    land: Mapping[str, ZoneLand], codes: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Floats]]:
    """
    Lay out the matrices of all zones, and what each survey covers (转移矩阵).

    Parameters
    ----------
    land
        Land by zone.
    codes
        Codes by number.

    Returns
    -------
    transition
        ``zone``, ``before``, ``after``, ``area_m2``: the rows of a code add up to its area before,
        its columns to that after, to 1e-9.
    zones
        ``zone``, ``before_m2``, ``after_m2``, ``only_before_m2``, ``only_after_m2``,
        ``twice_before_m2``, ``twice_after_m2``.
    factors
        By zone, what the adjustment multiplied each cell by, ``(codes, codes)``.

    Notes
    -----
    Edges of both layers are straight in the plane of the earlier one, while the area of record of
    a parcel in degrees is that of the rule of the survey; the shares of a parcel are therefore
    adjusted (平差) to both margins, by some 1e-7 at most.
    """
    rows: list[tuple[str, str, str, float]] = []
    zones, factors = [], {}
    for zone, held in land.items():
        table, loose = _fitted_table(held)
        factors[zone] = _balancing_factors(table, held.table)
        first, second = (each.tolist() for each in np.nonzero(table > 0.0))
        rows += [
            (zone, codes[i], codes[j], float(table[i, j]))
            for i, j in zip(first, second, strict=True)
        ]
        for amounts, name, side in (
            (held.only_before, NO_DATA, 1),
            (held.only_after + loose, NO_DATA, 0),
            (-held.twice_after, OVERLAP, 1),
            (-held.twice_before, OVERLAP, 0),
        ):
            for at in np.flatnonzero(amounts).tolist():
                pair = (codes[at], name) if side else (name, codes[at])
                rows.append((zone, *pair, float(amounts[at])))
        names = ("before", "after", "only_before", "only_after", "twice_before", "twice_after")
        zones.append((zone, *(float(getattr(held, name).sum()) for name in names)))
    transition = pd.DataFrame(rows, columns=["zone", "before", "after", "area_m2"])
    order = {zone: at for at, zone in enumerate(land)}
    transition = transition.sort_values(
        ["zone", "before", "after"],
        key=lambda column: column.map(order) if column.name == "zone" else column,
        ignore_index=True,
    )
    columns = [f"{name}_m2" for name in names] if land else []
    return transition, pd.DataFrame(zones, columns=["zone", *columns]), factors


def _fitted_table(held: ZoneLand) -> tuple[Floats, Floats]:
    """Matrix fitted to both margins, and what then is left of the columns."""
    rows = held.before - held.only_before + held.twice_after
    columns = held.after - held.only_after + held.twice_before
    table = np.array(held.table)
    for _ in range(_ROUNDS):
        table *= _balancing_factors(columns, table.sum(axis=0))
        table *= _balancing_factors(rows, table.sum(axis=1))[:, None]
        off = np.abs(table.sum(axis=0) - columns)
        if (off <= _CLOSE * np.maximum(columns, 1.0)).all():
            break
    loose = columns - table.sum(axis=0)
    loose[np.abs(loose) <= 0.5 * _TOLD * held.after] = 0.0
    return table, loose


def _balancing_factors(wanted: Floats, found: Floats) -> Any:  # noqa: ANN401 - an array
    """Factors that bring sums to what is wanted; 1 where there is nothing."""
    there = (found > 0.0) & (wanted > 0.0)
    return np.divide(wanted, found, out=np.ones_like(found), where=there)
