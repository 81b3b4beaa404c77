"""
Supply without a polygon beside a balance of polygons (无图形的供应): by number, or open.

A record that nobody drew may lie on land that the balance holds for unsupplied. Where it names its
approval it is subtracted from that one by number; elsewhere its land could be supplied anywhere in
its zone, so that what is unsupplied has an upper and a lower figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.measure.polygons import NOTHING_M2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.places import Placing

FATES: Final = {
    "counted": "按批准文号扣除",
    "open": "可能已供，位置不详",
    "elsewhere": "文号属已撤回、效力不明或未能平衡的批准，不扣除",
}
"""What becomes of a record without a polygon, in the words of the report."""


class Unlocated(NamedTuple):
    """
    Supply records without a polygon, and what they take from the approvals.

    Attributes
    ----------
    records
        Their positions in the supply, ``(m,)``.
    counted_m2
        Area of each that was subtracted by number [m²], ``(m,)``.
    open_m2
        Area of each that could lie on unsupplied land, nobody knows where [m²], ``(m,)``.
    fate
        Key of ``FATES``, ``(m,)``.
    taken_m2
        Area subtracted from what is unsupplied of each approval [m²], on its index.
    stock_m2
        The same from what was unsupplied when the year began.
    """

    records: NDArray[np.int64]
    counted_m2: NDArray[np.float64]
    open_m2: NDArray[np.float64]
    fate: NDArray[np.object_]
    taken_m2: pd.Series
    stock_m2: pd.Series


def count_unlocated(
    approvals: pd.DataFrame,
    balance: pd.DataFrame,
    supply: pd.DataFrame,
    records: NDArray[np.int64],
    as_of: np.datetime64,
) -> Unlocated:
    """
    Subtract supply without a polygon from its approvals, by number (按文号扣除无图形的供应).

    Parameters
    ----------
    approvals
        All approvals, with ``approval_no`` where they have numbers.
    balance
        Areas of those that are balanced: ``unsupplied_m2``, ``sliver_m2``, ``stock_m2``.
    supply
        All supply records, with ``area_m2``, and ``approval_no`` and ``supply_date`` where known.
    records
        Positions of the records without a polygon, ``(m,)``.
    as_of
        Day of the audit, datetime64[D].

    Returns
    -------
    unlocated
        Never more is subtracted from an approval than is unsupplied of it; the rest stays open.
        Blocks of one number share it by what is unsupplied of each.

    Examples
    --------
    >>> approvals = pd.DataFrame({"approval_no": ["甲〔2020〕1号", "甲〔2020〕2号"]})
    >>> balance = pd.DataFrame(
    ...     {"unsupplied_m2": [100.0, 50.0], "sliver_m2": 0.0, "stock_m2": [100.0, 50.0]})
    >>> supply = pd.DataFrame(
    ...     {"area_m2": [30.0, 20.0], "approval_no": ["甲〔2020〕1号", None]})
    >>> found = count_unlocated(
    ...     approvals, balance, supply, np.arange(2), np.datetime64("2025-12-31"))
    >>> found.taken_m2.tolist(), found.open_m2.tolist(), found.fate.tolist()
    ([30.0, 0.0], [0.0, 20.0], ['counted', 'open'])
    """
    held = supply.iloc[records]
    area = np.nan_to_num(held["area_m2"].to_numpy(dtype=np.float64))
    named, known = plain_numbers(held), plain_numbers(approvals)
    numbers = known.reindex(balance.index)
    year_start = as_of.astype("datetime64[Y]").astype("datetime64[D]")
    late = np.zeros(len(held), dtype=bool)
    if "supply_date" in held:
        late = held["supply_date"].to_numpy().astype("datetime64[D]") >= year_start
    room = balance["unsupplied_m2"].clip(lower=0.0)
    taken = share_by_number(room, numbers, named, area)
    before = (balance["stock_m2"] - balance["sliver_m2"]).clip(lower=0.0)
    stock = share_by_number(before, numbers, named, np.where(late, 0.0, area))
    matched = named.isin(set(numbers.dropna())).to_numpy()
    elsewhere = named.isin(set(known.dropna())).to_numpy() & ~matched
    counted = counted_by_record(taken, numbers, named, area)
    left = area - counted
    open_m2 = np.where(elsewhere | (left < NOTHING_M2), 0.0, left)
    fate = np.where(elsewhere, "elsewhere", np.where(open_m2 > 0.0, "open", "counted"))
    return Unlocated(records, counted, open_m2, fate.astype(object), taken, stock)


def plain_numbers(frame: pd.DataFrame) -> pd.Series:
    """
    Write the approval numbers of records alike (规整文号).

    Parameters
    ----------
    frame
        Records, with ``approval_no`` where they have numbers.

    Returns
    -------
    numbers
        On the index of the records; missing where there is none.
    """
    if "approval_no" not in frame:
        return pd.Series(None, index=frame.index, dtype="object")
    return frame["approval_no"].astype("object").map(plain_number)


def share_by_number(
    room: pd.Series, numbers: pd.Series, named: pd.Series, area: NDArray[np.float64]
) -> pd.Series:
    """
    Share supply out to the approvals whose number it bears (按文号分摊).

    Parameters
    ----------
    room
        What each approval can take [m²], ``(m,)``; its index is kept.
    numbers
        Number of each, missing where it has none.
    named, area
        Number that each record names, and its area [m²], ``(n,)``.

    Returns
    -------
    area
        What goes to each approval [m²]: no more than its room, blocks of a number by theirs.

    Examples
    --------
    >>> room, numbers = pd.Series([3.0, 1.0]), pd.Series(["甲", "甲"])
    >>> share_by_number(room, numbers, pd.Series(["甲", "乙"]), np.array([2.0, 9.0])).tolist()
    [1.5, 0.5]
    """
    asked = pd.Series(area).groupby(named.to_numpy(dtype=object)).sum()
    whole = room.groupby(numbers.to_numpy(dtype=object)).transform("sum").fillna(0.0)
    given = np.minimum(numbers.map(asked).fillna(0.0).to_numpy(dtype=np.float64), whole)
    share = np.divide(room, whole, out=np.zeros(len(room)), where=whole.to_numpy() > 0.0)
    return pd.Series(given * share, index=room.index, dtype="float64")


def counted_by_record(
    taken: pd.Series, numbers: pd.Series, named: pd.Series, area: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Share what approvals took by number out to the records that bear it (逐宗计入).

    Parameters
    ----------
    taken, numbers
        What each approval took [m²], as :func:`share_by_number` gives it, and its number, ``(m,)``.
    named, area
        Number that each record names, and its area [m²], ``(n,)``.

    Returns
    -------
    counted
        What of each record was taken [m²], ``(n,)``; records of one number share by their area.

    Examples
    --------
    >>> named = pd.Series(["甲", "甲", None])
    >>> counted_by_record(
    ...     pd.Series([3.0]), pd.Series(["甲"]), named, np.array([4.0, 2.0, 9.0])).tolist()
    [2.0, 1.0, 0.0]
    """
    of_number = taken.groupby(numbers.to_numpy(dtype=object)).sum()
    asked = pd.Series(area).groupby(named.to_numpy(dtype=object)).transform("sum").to_numpy()
    got = named.map(of_number).fillna(0.0).to_numpy(dtype=np.float64)
    share = np.divide(got, asked, out=np.zeros(len(area)), where=asked > 0.0)
    counted: NDArray[np.float64] = area * np.minimum(share, 1.0)
    return counted


def number_doubts(
    area: NDArray[np.float64],
    taken: NDArray[np.float64],
    numbers: NDArray[np.object_],
    placing: Placing,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Tell how far a share by area may miss, where land of one number lies in several places.

    Parameters
    ----------
    area
        Area of each unsupplied piece [m²], ``(n,)``.
    taken
        What was subtracted from it by number [m²], ``(n,)``.
    numbers
        Number of its approval, ``(n,)``.
    placing
        Where the pieces lie.

    Returns
    -------
    more, less
        By how much more, and less, may have been supplied in each place [m²].

    Examples
    --------
    >>> from yngis.analysis.audit.places import Placing
    >>> where = Placing(np.array([0, 1]), np.array([0, 1]), np.ones(2), ("东", "西"))
    >>> more, less = number_doubts(
    ...     np.array([30.0, 10.0]), np.array([15.0, 5.0]), np.array(["甲", "甲"]), where)
    >>> more.tolist(), less.tolist()
    ([5.0, 5.0], [5.0, 5.0])
    """
    pieces = pd.DataFrame({"number": numbers, "area": area, "taken": taken})
    told = pieces.iloc[placing.record].assign(place=placing.place)
    told[["area", "taken"]] = told[["area", "taken"]].mul(placing.share, axis=0)
    parts = told[told["number"].notna()].groupby(["number", "place"])[["area", "taken"]].sum()
    whole = parts.groupby(level="number").transform("sum")
    most = np.minimum(whole["taken"], parts["area"])
    least = (whole["taken"] - (whole["area"] - parts["area"])).clip(lower=0.0)
    places = parts.index.get_level_values("place").to_numpy(dtype=np.int64)
    more, less = (
        np.bincount(places, weights=each.clip(lower=0.0), minlength=len(placing.names))
        for each in (most - parts["taken"], parts["taken"] - least)
    )
    return more.astype(np.float64), less.astype(np.float64)


def open_by_place(open_m2: NDArray[np.float64], placing: Placing, nowhere: str) -> dict[str, float]:
    """
    Sum open supply by place; what names no place could lie in any (各地可能已供).

    Parameters
    ----------
    open_m2
        Open area of every supply record [m²], ``(n,)``.
    placing
        Where the records lie.
    nowhere
        Name of the place of records that name none.

    Returns
    -------
    open_m2
        By place [m²], ``nowhere`` among them.

    Examples
    --------
    >>> from yngis.analysis.audit.places import Placing
    >>> where = Placing(np.array([0, 1]), np.array([0, 2]), np.ones(2), ("东", "西", "（未知）"))
    >>> open_by_place(np.array([3.0, 4.0]), where, "（未知）")
    {'东': 7.0, '西': 4.0, '（未知）': 4.0}
    """
    sums = dict(zip(placing.names, placing.sums(open_m2).tolist(), strict=True))
    lost = sums.get(nowhere, 0.0)
    return {name: area + (0.0 if name == nowhere else lost) for name, area in sums.items()}
