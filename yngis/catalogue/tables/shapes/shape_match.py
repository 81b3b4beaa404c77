"""Which polygon belongs to which record (图形与台账对号): by the numbers that both bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.catalogue.tables.values.document_numbers import loose_number, plain_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

NUMBERS: Final = {
    "supply": ("supervision_no", "contract_no", "parcel_no"),
    "approvals": ("approval_no", "block_no"),
}
"""Columns by which records and polygons find each other."""

_CONTRACT, _SUPERVISION, _PARCEL = ("contract_no",), ("supervision_no",), ("parcel_no",)
_APPROVAL, _BLOCK = ("approval_no",), ("block_no",)
LEVELS: Final = {
    "supply": (
        ((*_CONTRACT, *_PARCEL), (*_CONTRACT, *_PARCEL)),
        (_SUPERVISION, _SUPERVISION),
        (_CONTRACT, _CONTRACT),
        # One side often heads its column with the name of the other number.
        (_SUPERVISION, _CONTRACT),
        (_CONTRACT, _SUPERVISION),
        (_PARCEL, _PARCEL),
    ),
    "approvals": (
        ((*_APPROVAL, *_BLOCK), (*_APPROVAL, *_BLOCK)),
        (_APPROVAL, _APPROVAL),
        (_BLOCK, _BLOCK),
    ),
}
"""Numbers of records and of polygons that are compared, the most telling first."""

NO_POLYGON: Final = -1
SEVERAL_RECORDS: Final = -2
CONTRADICTED: Final = -3


@dataclass(frozen=True)
class Numbers:
    """
    Numbers as hashes of their plain forms, so that a million take little room (编号).

    A hash of 64 bits is enough: among 10⁶ numbers two different ones collide with 3·10⁻⁸.

    Attributes
    ----------
    strict, loose
        By column, ``(n,)``: equal where numbers differ in spelling only, and where they differ
        besides in leading zeros, or in brackets and dashes between their parts; 0 where there is
        none.
    """

    strict: Mapping[str, Hashes]
    loose: Mapping[str, Hashes]

    def __len__(self) -> int:
        return len(next(iter(self.strict.values()), ()))

    def whole(self) -> Hashes:
        """One hash of all numbers of a record."""
        return _combine_hashes([self.strict[name] for name in sorted(self.strict)], all_of=False)

    def keys(self, names: Sequence[str], *, loose: bool) -> Hashes:
        """Hashes of some of the numbers together."""
        held = self.loose if loose else self.strict
        return _combine_hashes([held[name] for name in names], all_of=True)

    def take(self, places: NDArray[np.int64]) -> Numbers:
        """Some of the records."""
        return Numbers(
            {name: each[places] for name, each in self.strict.items()},
            {name: each[places] for name, each in self.loose.items()},
        )


def read_numbers(columns: Mapping[str, NDArray[np.object_]], names: Sequence[str]) -> Numbers:
    """Hash the numbers of some records (编号归一)."""
    count = len(next(iter(columns.values()), ()))
    strict: dict[str, Hashes] = {}
    loose: dict[str, Hashes] = {}
    for name in names:
        cells = columns.get(name, np.full(count, None, dtype=object))
        strict[name] = _hash_texts([plain_number(cell) for cell in cells])
        loose[name] = _hash_texts([loose_number(cell) for cell in cells])
    return Numbers(strict, loose)


def joined_numbers(parts: Sequence[Numbers], names: Sequence[str]) -> Numbers:
    """Put the numbers of several batches together."""
    none = np.empty(0, dtype=np.uint64)
    return Numbers(
        {name: np.concatenate([none, *(each.strict[name] for each in parts)]) for name in names},
        {name: np.concatenate([none, *(each.loose[name] for each in parts)]) for name in names},
    )


@dataclass(frozen=True)
class Match:
    """
    What belongs together (对号结果).

    Attributes
    ----------
    owner
        For each polygon the record that it belongs to, -1 for none, ``(m,)``.
    state
        For each record 0 with a polygon, else ``NO_POLYGON``, ``SEVERAL_RECORDS`` (of one number)
        or ``CONTRADICTED`` (another of its numbers differs), ``(n,)``.
    padded
        Records found only by leaving out leading zeros, or brackets and dashes between parts, in
        any of their numbers, ``(n,)``.
    """

    owner: NDArray[np.int64]
    state: NDArray[np.int64]
    padded: NDArray[np.bool_]


def match_numbers(
    records: Numbers,
    shapes: Numbers,
    several: NDArray[np.bool_],
    levels: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> Match:
    """
    Match records with polygons (对号).

    A record takes every polygon that bears its number, because a parcel may have several parts. A
    number that stands for several records decides nothing, and where both sides have a further
    number it must agree.
    """
    owner = np.full(len(shapes), -1, dtype=np.int64)
    state = np.full(len(records), NO_POLYGON, dtype=np.int64)
    padded = np.zeros(len(records), dtype=bool)
    for loose in (False, True):
        for left, right in levels:
            mine, theirs = records.keys(left, loose=loose), shapes.keys(right, loose=loose)
            # Parts of one parcel may be written in two ways: a record may take more of them.
            open_records = (((state != 0) | loose) & (mine != 0)).nonzero()[0]
            open_shapes = ((owner < 0) & (theirs != 0)).nonzero()[0]
            keys = mine[open_records]
            single = ~pd.Series(keys).duplicated(keep=False).to_numpy() & ~several[open_records]
            wanted = np.isin(keys, theirs[open_shapes])
            _note_reason(state, open_records[wanted & ~single], SEVERAL_RECORDS)
            place = pd.Index(keys[single]).get_indexer(pd.Index(theirs[open_shapes]))
            found = place >= 0
            one = open_records[single][place[found]]
            other = open_shapes[found]
            against = _contradicting_pairs(records, shapes, one, other, loose=loose)
            _note_reason(state, one[against], CONTRADICTED)
            owner[other[~against]] = one[~against]
            state[one[~against]] = 0
            padded[one[~against]] |= loose | _only_loosely(
                records, shapes, one[~against], other[~against]
            )
    return Match(owner, state, padded)


def _note_reason(state: NDArray[np.int64], places: NDArray[np.int64], code: int) -> None:
    """Keep why a record has no polygon; that it has none at all says least."""
    free = places[state[places] == NO_POLYGON]
    state[free] = code


def _contradicting_pairs(
    records: Numbers,
    shapes: Numbers,
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    *,
    loose: bool,
) -> NDArray[np.bool_]:
    """Pairs of which another number stands on both sides and differs."""
    against = np.zeros(len(one), dtype=bool)
    mine, theirs = (records.loose, shapes.loose) if loose else (records.strict, shapes.strict)
    for name in mine:
        left, right = mine[name][one], theirs[name][other]
        differs = (left != 0) & (right != 0) & (left != right)
        if not loose:
            # Zeros alone are no contradiction.
            differs &= records.loose[name][one] != shapes.loose[name][other]
        against |= differs
    return against


def _only_loosely(
    records: Numbers, shapes: Numbers, one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Pairs of which a number stands on both sides and is not written alike."""
    found = np.zeros(len(one), dtype=bool)
    for name in records.strict:
        left, right = records.strict[name][one], shapes.strict[name][other]
        found |= (left != 0) & (right != 0) & (left != right)
    return found


def _hash_texts(texts: Sequence[str | None]) -> Hashes:
    cells = np.array([text or "" for text in texts], dtype=object)
    present = np.array([bool(text) for text in texts], dtype=bool)
    hashes = np.zeros(len(cells), dtype=np.uint64)
    if present.any():
        hashes[present] = pd.util.hash_array(cells[present], categorize=False)
    return hashes


def _combine_hashes(hashes: Sequence[Hashes], *, all_of: bool) -> Hashes:
    """One hash of several, which depends on their order; 0 where all, or one, is missing."""
    total = np.zeros(len(hashes[0]), dtype=np.uint64) if hashes else np.empty(0, dtype=np.uint64)
    missing = np.zeros(len(total), dtype=bool)
    present = np.zeros(len(total), dtype=bool)
    for each in hashes:
        total = total * np.uint64(0x9E3779B97F4A7C15) + each
        missing |= each == 0
        present |= each != 0
    total[missing if all_of else ~present] = 0
    return total
