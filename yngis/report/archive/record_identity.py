"""Which record of earlier years a record is (记录认同): by its numbers, else by its polygon."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from yngis.analysis.disposal.lineage import pairs_by_overlap, places_by_number
from yngis.catalogue.tables.values.document_numbers import is_pending
from yngis.measure.polygons import intersect_pairs, measure_areas

if TYPE_CHECKING:
    from numpy.typing import NDArray

OVERLAP: Final = 0.9
"""Share of both polygons that must be common for two records to be one."""

_DIGITS: Final = 12  # of a key: one of 2⁴⁸, so that 100,000 records meet by chance in 1 of 50,000


def identify_records(
    records: pd.DataFrame,
    shapes: NDArray[np.object_],
    known: pd.DataFrame,
    known_shapes: NDArray[np.object_],
    *,
    digest: str,
    by_name: bool = False,
) -> pd.DataFrame:
    """
    Tell which known record each record is (记录认同).

    Parameters
    ----------
    records
        New records: ``supervision_no``, ``contract_no``, ``parcel_no``, ``name``, ``(n,)`` rows.
    shapes
        Their polygons in degrees, None where one has none, ``(n,)``.
    known
        Records known so far, each once: the same columns, ``record_key`` and ``edition_id``.
    known_shapes
        Their polygons.
    digest
        Checksum of the edition, from which new keys are made.
    by_name
        Whether names are all that is known of records.

    Returns
    -------
    told
        ``record_key``, ``matched_by`` (``supervision_no``, ``contract_parcel``, ``overlap``,
        ``name`` or ``new``), ``matched_edition`` and ``overlap`` (the share of the larger polygon
        that both have, 0 … 1; missing where one has no polygon), ``(n,)`` rows.
        A number decides only where it stands once on either side; a known record is met once.

    Examples
    --------
    >>> records = pd.DataFrame({"supervision_no": ["1", "2"], "contract_no": "", "parcel_no": "",
    ...     "name": ""})
    >>> known = records.iloc[:1].assign(record_key="R1", edition_id=7)
    >>> nothing = np.full(2, None, dtype=object)
    >>> told = identify_records(records, nothing, known, nothing[:1], digest="ab")
    >>> told["matched_by"].tolist(), told["record_key"][0]
    (['supervision_no', 'new'], 'R1')
    """
    free_new, free_old = np.ones(len(records), dtype=bool), np.ones(len(known), dtype=bool)
    matched: dict[int, tuple[int, str, float | None]] = {}

    def take(pairs: list[tuple[int, int, float | None]], basis: str) -> None:
        for new, old, share in pairs:
            matched[new] = (old, basis, share)
            free_new[new] = free_old[old] = False

    for basis in ("name",) if by_name else ("supervision_no", "contract_parcel"):
        sides = [_with_plain_numbers(frame) for frame in (records, known)]
        take(_single_pairs(sides[0], sides[1], basis, free_new, free_old), basis)
    if not by_name:
        shared = pairs_by_overlap(
            (shapes, known_shapes), free_new, free_old, OVERLAP, both_ways=True
        )
        take(_mutual_pairs(shared), "overlap")
    _measure_matches(matched, shapes, known_shapes)
    keys = known["record_key"].to_numpy(dtype=object) if len(known) else np.empty(0, dtype=object)
    editions = known["edition_id"].tolist() if len(known) else []
    rows = []
    for place in range(len(records)):
        if place in matched:
            old, basis, share = matched[place]
            rows.append((keys[old], basis, editions[old], share))
        else:
            told = hashlib.sha256(f"{digest}:{place}".encode()).hexdigest()[:_DIGITS]
            rows.append((f"R{told}", "new", None, None))
    names = ["record_key", "matched_by", "matched_edition", "overlap"]
    return pd.DataFrame(rows, columns=names, index=records.index, dtype="object")


def _measure_matches(
    matched: dict[int, tuple[int, str, float | None]],
    shapes: NDArray[np.object_],
    known_shapes: NDArray[np.object_],
) -> None:
    """Say of matches by number how far the polygons agree: a number may have been mistaken."""
    bare = shapely.is_missing(shapes), shapely.is_missing(known_shapes)
    pairs = [
        (new, old)
        for new, (old, _, share) in matched.items()
        if share is None and not bare[0][new] and not bare[1][old]
    ]
    if not pairs:
        return
    ones = shapes[[new for new, _ in pairs]]
    others = known_shapes[[old for _, old in pairs]]
    whole = np.maximum(measure_areas(ones), measure_areas(others))
    shared = measure_areas(intersect_pairs(ones, others))
    for (new, old), both, area in zip(pairs, shared.tolist(), whole.tolist(), strict=True):
        matched[new] = (old, matched[new][1], both / area if area > 0.0 else None)


def _with_plain_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers that are some (待定 is none), and contract and parcel number as one."""
    told = {
        name: frame[name].where(~frame[name].map(is_pending).astype(bool), "")
        for name in ("supervision_no", "contract_no", "parcel_no")
    }
    both = (told["contract_no"] != "") & (told["parcel_no"] != "")
    joined = (told["contract_no"] + "#" + told["parcel_no"]).where(both, "")
    return frame.assign(**told, contract_parcel=joined)


def _single_pairs(
    new: pd.DataFrame,
    old: pd.DataFrame,
    column: str,
    free_new: NDArray[np.bool_],
    free_old: NDArray[np.bool_],
) -> list[tuple[int, int, float | None]]:
    """Pairs whose number agrees and stands once on either side, whatever was met before."""
    everything = np.ones(len(new), dtype=bool), np.ones(len(old), dtype=bool)
    sides = (
        places_by_number(new, column, everything[0]),
        places_by_number(old, column, everything[1]),
    )
    return [
        (places[0], there[0], None)
        for number, places in sides[0].items()
        if len(places) == len(there := sides[1].get(number, [])) == 1
        and free_new[places[0]]
        and free_old[there[0]]
    ]


def _mutual_pairs(
    pairs: list[tuple[int, int, float]],
) -> list[tuple[int, int, float | None]]:
    """Pairs of which neither polygon has another partner; doubled polygons decide nothing."""
    counts: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for new, old, _ in pairs:
        counts[0][new] = counts[0].get(new, 0) + 1
        counts[1][old] = counts[1].get(old, 0) + 1
    return [(new, old, share) for new, old, share in pairs if counts[0][new] == counts[1][old] == 1]
