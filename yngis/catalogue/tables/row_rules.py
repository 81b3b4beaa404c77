"""Rules between columns and between records: order of days, parts, areas, doubles (逻辑核对)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.input_card import InputCard
    from yngis.catalogue.tables.row_faults import Faults

_TOTAL: Final = re.compile(r"^.{0,12}(?:合\s*计|小\s*计|总\s*计|共\s*计)[:：]?$")
_SEARCHED_CELLS: Final = 4
# Two areas that differ by less are the same number, rounded.
_SAME_AREA_M2: Final = 1.0


def total_rows(batch: RawBatch) -> NDArray[np.bool_]:
    """
    Find rows of totals: 合计, 小计 … among their first cells (合计行).

    Parameters
    ----------
    batch
        Raw rows.

    Returns
    -------
    totals
        Mask, ``(n,)``.
    """
    found = np.zeros(len(batch.rows), dtype=bool)
    told = np.zeros(len(batch.rows), dtype=np.int64)
    for cells in batch.columns:
        texts = [plain(cell) if isinstance(cell, str) else "" for cell in cells]
        present = np.array([cell is not None and plain(cell) != "" for cell in cells], dtype=bool)
        open_ = told < _SEARCHED_CELLS
        said = np.array([bool(_TOTAL.match(text)) for text in texts], dtype=bool)
        found |= open_ & said
        told += present
    return found


def judge_columns(
    columns: dict[str, Any], card: InputCard, as_of: np.datetime64, faults: Faults
) -> None:
    """
    Judge what must hold between the columns of a record (逻辑核对).

    Parameters
    ----------
    columns
        Typed columns.
    card
        Card that says which days and parts belong together.
    as_of
        Day of the audit, datetime64[D].
    faults
        Where doubts are noted.
    """
    for order in card.order:
        if order.before in columns and order.after in columns:
            first, then = columns[order.before], columns[order.after]
            pair = _pairs(first, then)
            faults.flag(
                (first > then).nonzero()[0], f"{order.before};{order.after}", pair, "order_wrong"
            )
    for part in card.parts:
        if part.part in columns and part.whole in columns:
            small, large = columns[part.part], columns[part.whole]
            over = small > large * (1 + 1e-9)
            if part.whole == "area_m2":
                over &= large > 0  # an area that is none has a rule of its own
            pair = _pairs(small, large)
            faults.flag(over.nonzero()[0], f"{part.part};{part.whole}", pair, "part_exceeds_whole")
    for column in card.columns:
        if column.happened and column.name in columns:
            days = columns[column.name]
            faults.flag((days > as_of).nonzero()[0], column.name, days, "date_ahead")


def _pairs(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.object_]:
    pairs = np.empty(len(one), dtype=object)
    pairs[:] = [f"{first}；{second}" for first, second in zip(one, other, strict=True)]
    return pairs


def settle_area(
    recorded: NDArray[np.float64] | None,
    measured: NDArray[np.float64],
    tolerance: float,
    faults: Faults,
) -> NDArray[np.float64]:
    """
    Settle the area of each record: of the polygon where there is one, else as recorded (面积).

    Parameters
    ----------
    recorded
        Recorded area [m²], None where the table has no such column.
    measured
        Ellipsoidal area of the polygons [m²], NaN where there is none.
    tolerance
        Largest relative difference between the two that is not flagged.
    faults
        Where doubts are noted, and rows without any area are left out.

    Returns
    -------
    area
        Area [m²], ``(n,)``; NaN for rows without one.
    """
    written = np.full(len(measured), np.nan) if recorded is None else recorded
    bad = written <= 0
    faults.flag(bad.nonzero()[0], "area_m2", written, "area_not_positive")
    usable = np.where(bad, np.nan, written)
    has_polygon = measured > 0
    difference = np.abs(usable - measured)
    off = has_polygon & (difference > tolerance * measured) & (difference > _SAME_AREA_M2)
    told = np.empty(len(measured), dtype=object)
    told[:] = [f"{mine:.2f}；{theirs:.2f}" for mine, theirs in zip(usable, measured, strict=True)]
    faults.flag(off.nonzero()[0], "area_m2", told, "area_differs")
    area = np.where(has_polygon, measured, usable)
    faults.reject(np.isnan(area).nonzero()[0], "no_area")
    return area


class Seen:
    """
    Records met so far, as hashes, so that doubles are found across batches (查重).

    A hash of 64 bits is enough: among 10⁶ records two different ones collide with 3·10⁻⁸.
    """

    def __init__(self) -> None:
        self._keys = np.empty(0, dtype=np.uint64)
        self._contents = np.empty(0, dtype=np.uint64)

    def judge(
        self,
        keys: NDArray[np.object_],
        frame: pd.DataFrame,
        named: NDArray[np.bool_],
        faults: Faults,
    ) -> None:
        """
        Flag records whose key was met before; leave out those that are the same altogether.

        Parameters
        ----------
        keys
            Key of each record as one text, ``(n,)``.
        frame
            What makes a record the same, ``(n,)`` rows.
        named
            Mask of the records that have a key and are kept.
        faults
            Where doubts are noted.
        """
        places = named.nonzero()[0]
        if len(places) == 0:
            return
        hashes = pd.util.hash_array(keys[places].astype(object), categorize=False)
        contents = pd.util.hash_pandas_object(frame.iloc[places], index=False).to_numpy()
        contents = contents ^ hashes
        again = np.isin(hashes, self._keys) | pd.Series(hashes).duplicated().to_numpy()
        same = np.isin(contents, self._contents) | pd.Series(contents).duplicated().to_numpy()
        faults.reject(places[again & same], "duplicate_record")
        faults.flag(places[again & ~same], "key", keys, "same_contract")
        self._keys = np.concatenate([self._keys, hashes])
        self._contents = np.concatenate([self._contents, contents])
