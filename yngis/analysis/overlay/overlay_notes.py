"""What an overlay tells besides its areas (叠加记录), and the names of its two extra rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

OUTSIDE: Final = "outside"
"""Name of the row for land in no zone (区外)."""

OVERLAP: Final = "overlap"
"""Name of the row, negative, for land counted once more for every zone beyond the first (重叠)."""

Place = tuple[str, int]
"""File, and row in it."""


@dataclass(slots=True)
class OverlayNotes:
    """
    What an overlay met on its way (叠加记录); hand one in and it is filled.

    Attributes
    ----------
    rows
        Parcels read.
    repaired
        Invalid polygons that were mended before they were measured: file and row (from 0); for a
        frame the file is empty and the row a position.
    empty
        Parcels that are missing, empty or without area.
    unreadable
        Parcels whose coordinates are broken; they are in no row of the table.
    across
        Parcels with a ring in degrees that is wider than half the earth, as one drawn across the
        180° meridian is; they are in no row of the table.
    deleted
        Records that a Shapefile marks as deleted; they were not read.
    identical
        Parcels drawn like an earlier one, the first thousand of them; they are counted.
    identical_count, identical_m2
        How many of these there are, and their area [m²]; None where they were not looked for: on a
        cluster, and beyond 20 million parcels.
    far
        Whether there are parcels and none has a part in any zone: their CRS may be a wrong one.
    work
        Pairs of edges integrated, zone edges held against parcels, cells visited, parcels divided.
    """

    rows: int = 0
    repaired: list[Place] = field(default_factory=list)
    empty: list[Place] = field(default_factory=list)
    unreadable: list[Place] = field(default_factory=list)
    across: list[Place] = field(default_factory=list)
    deleted: list[Place] = field(default_factory=list)
    identical: list[Place] = field(default_factory=list)
    identical_count: int | None = None
    identical_m2: float | None = None
    far: bool = False
    work: dict[str, int] = field(default_factory=dict)
