"""Areas by zone and group, added up so exactly that the order of the parts does not show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yngis.analysis.overlay.kernels.edge_areas import SLOTS
from yngis.analysis.overlay.overlay_notes import OUTSIDE, OVERLAP, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.analysis.overlay.batch import Divided

MOST_COMPARED: Final = 20_000_000
"""Parcels up to which those drawn alike are looked for."""

_MOST_LISTED: Final = 1_000


class Drawn(NamedTuple):
    """Marks and areas [m²] of the parcels of a batch, with its file and first row."""

    where: str
    first: int
    mark: NDArray[np.uint64]
    area: NDArray[np.float32]


class Copies(NamedTuple):
    """
    Parcels drawn like an earlier one (重复图形).

    Attributes
    ----------
    number
        How many there are.
    area_m2
        Their area [m²], which the table counts again.
    places
        Where the first thousand lie.
    """

    number: int
    area_m2: float
    places: list[Place]


def find_copies(drawn: Sequence[Drawn]) -> Copies:
    """
    Find parcels drawn like an earlier one, in the order of files and rows (查重复图形).

    Parameters
    ----------
    drawn
        Marks of all batches.

    Returns
    -------
    copies
        Nothing where no two marks are the same.
    """
    mark = np.concatenate([np.empty(0, dtype=np.uint64), *(each.mark for each in drawn)])
    ranked = np.sort(mark)
    double = np.unique(ranked[1:][(ranked[1:] == ranked[:-1]) & (ranked[1:] != 0)])
    if double.size == 0:
        return Copies(0, 0.0, [])
    near = np.minimum(np.searchsorted(double, mark), double.size - 1)
    at = np.flatnonzero(double[near] == mark)
    # Batches come in any order: files by name, then rows.
    files = sorted({each.where for each in drawn})
    of_file = {where: number for number, where in enumerate(files)}
    sizes = [len(each.mark) for each in drawn]
    starts = np.cumsum([0, *sizes])[:-1]
    batch = np.repeat(np.arange(len(drawn)), sizes)[at]
    file = np.array([of_file[each.where] for each in drawn], dtype=np.int64)[batch]
    row = at - starts[batch] + np.array([each.first for each in drawn], dtype=np.int64)[batch]
    order = np.lexsort((row, file, near[at]))
    later = order[np.flatnonzero(np.diff(near[at][order], prepend=-1) == 0)]
    area = np.concatenate([each.area for each in drawn])[at]
    listed = later[np.lexsort((row[later], file[later]))][:_MOST_LISTED]
    places = [(files[int(file[k])], int(row[k])) for k in listed]
    return Copies(len(later), float(area[later].sum(dtype=np.float64)), places)


@dataclass(slots=True)
class Tally:
    """
    Partial table of areas; partial tables of parts add up to that of the whole.

    Parameters
    ----------
    zones
        How many zones there are; outside and overlap come behind them.
    groups
        Row of the sums for each combination of the attributes.
    area, carry
        Sums [m²] and what their rounding left out, ``(groups, zones + 2)``.
    parcels
        Parcels with a part there, same shape.
    rows
        Parcels seen.
    repaired, empty, unreadable, across
        Where they lie.
    work
        Counted work.
    drawn
        Marks and areas of the parcels, by file and first row; None where they are not kept.
    """

    zones: int
    groups: dict[tuple[Any, ...], int] = field(default_factory=dict)
    area: NDArray[np.float64] = field(init=False)
    carry: NDArray[np.float64] = field(init=False)
    parcels: NDArray[np.int64] = field(init=False)
    rows: int = 0
    repaired: list[Place] = field(default_factory=list)
    empty: list[Place] = field(default_factory=list)
    unreadable: list[Place] = field(default_factory=list)
    across: list[Place] = field(default_factory=list)
    work: NDArray[np.int64] = field(default_factory=lambda: np.zeros(SLOTS, dtype=np.int64))
    drawn: list[Drawn] | None = field(default_factory=list)

    def __post_init__(self) -> None:
        none = np.zeros((0, self.zones + 2))
        self.area, self.carry, self.parcels = none, none, none.astype(np.int64)

    def add(
        self, divided: Divided, columns: Sequence[pa.Array], where: str = "", first: int = 0
    ) -> None:
        """Add a batch."""
        codes, keys = _number_groups(columns, len(divided.area))
        width = self.zones + 2
        cell = codes[divided.parcel] * width + divided.zone
        shape = (len(keys), width)
        area = np.bincount(cell, divided.part, len(keys) * width).astype(np.float64).reshape(shape)
        real = cell[divided.zone <= self.zones]  # an overlap is no further parcel
        parcels = np.bincount(real, minlength=len(keys) * width).reshape(shape)
        self._put(keys, area, np.zeros_like(area), parcels)
        self.rows += len(divided.area)
        self.repaired += [(where, first + int(row)) for row in divided.repaired]
        self.empty += [(where, first + int(row)) for row in divided.empty]
        self.unreadable += [(where, first + int(row)) for row in divided.unreadable]
        self.across += [(where, first + int(row)) for row in divided.across]
        if self.drawn is not None:
            self.drawn.append(Drawn(where, first, divided.mark, divided.area.astype(np.float32)))
        self.work = self.work + divided.work

    def merge(self, other: Tally) -> None:
        """Add the table of another part."""
        self._put(list(other.groups), other.area, other.carry, other.parcels)
        self.rows += other.rows
        self.repaired += other.repaired
        self.empty += other.empty
        self.unreadable += other.unreadable
        self.across += other.across
        # Twelve bytes a parcel: what is beyond the bound would not fit small machines.
        if self.drawn is None or other.drawn is None or self.rows > MOST_COMPARED:
            self.drawn = None
        else:
            self.drawn += other.drawn
        self.work = self.work + other.work

    def _put(
        self,
        keys: list[tuple[Any, ...]],
        area: NDArray[np.float64],
        carry: NDArray[np.float64],
        parcels: NDArray[np.int64],
    ) -> None:
        """Add sums to their groups, carrying on what rounding leaves out."""
        rows = np.array([self.groups.setdefault(key, len(self.groups)) for key in keys], dtype=int)
        missing = len(self.groups) - len(self.area)
        if missing:
            none = np.zeros((missing, self.zones + 2))
            self.area = np.concatenate((self.area, none))
            self.carry = np.concatenate((self.carry, none))
            self.parcels = np.concatenate((self.parcels, none.astype(np.int64)))
        before = self.area[rows]
        total = before + area
        seen = total - before
        self.carry[rows] += (before - (total - seen)) + (area - seen) + carry
        self.area[rows] = total
        self.parcels[rows] += parcels

    def table(self, names: Sequence[object], by: Sequence[str]) -> pd.DataFrame:
        """Lay out the sums as a table."""
        labels = [*names, OUTSIDE, OVERLAP]
        keys = sorted(self.groups, key=lambda key: [(value is None, value) for value in key])
        order = [self.groups[key] for key in keys]
        area = (self.area + self.carry)[order]
        parcels = self.parcels[order]
        if not by:
            area = area if len(area) else np.zeros((1, len(labels)))
            parcels = parcels if len(parcels) else np.zeros((1, len(labels)), dtype=np.int64)
            last = len(labels) if area[0, -1] else len(labels) - 1
            index = pd.Index(labels[:last], name="zone")
            return pd.DataFrame({"area_m2": area[0, :last], "parcels": parcels[0, :last]}, index)
        zone, group = np.nonzero(((parcels > 0) | (area != 0.0)).T)
        levels = {"zone": [labels[z] for z in zone]}
        levels |= {name: [keys[g][k] for g in group] for k, name in enumerate(by)}
        index = pd.MultiIndex.from_frame(pd.DataFrame(levels, columns=list(levels)))
        return pd.DataFrame(
            {"area_m2": area[group, zone], "parcels": parcels[group, zone]}, index=index
        )


def _number_groups(
    columns: Sequence[pa.Array], n: int
) -> tuple[NDArray[np.int64], list[tuple[Any, ...]]]:
    """Number the combinations of the columns; null is a value of its own."""
    codes = np.zeros(n, dtype=np.int64)
    if not columns:
        return codes, [()]
    values: list[list[Any]] = []
    for column in columns:
        encoded = _plain_column(column).dictionary_encode()
        there = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
        values.append([*encoded.dictionary.to_pylist(), None])
        codes = codes * len(values[-1]) + there
    present, numbers = np.unique(codes, return_inverse=True)
    keys = []
    for code in present.tolist():
        key: list[Any] = []
        rest = code
        for options in reversed(values):
            rest, place = divmod(rest, len(options))
            key.insert(0, options[place])
        keys.append(tuple(key))
    return numbers, keys


def _plain_column(column: pa.Array) -> pa.Array:
    """Make equal values look equal: no dictionary of the file's own, not-a-number as null."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column
