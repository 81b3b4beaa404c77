"""What was taken out of approvals (撤回、失效、核减面积): subtracted where plain, else open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.tables.rows.row_rules import SAME_AREA_M2
from yngis.catalogue.tables.rows.typed import UNREAD
from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOUBT: Final = "reduction_doubt"
"""Column that says why nobody can tell how much of an approval is left; missing where one can."""
_TITLES: Final = {
    "withdrawn_area_m2": "撤回或失效面积",
    "reduced_m2": "核减面积",
    "left_m2": "核减后面积",
}
_TOLERANCE: Final = 0.01  # of recorded and measured area


class Reduced(NamedTuple):
    """
    Approvals less what was taken out of them.

    Attributes
    ----------
    frame
        The approvals, with the area that is left and :data:`DOUBT`; rows of negative area that
        were netted are gone.
    kept
        Positions in the frame given of the rows that are left.
    told
        Position in the frame given, column, value, code of the rule and area [m²] of each doubt.
    unmatched
        Positions of rows of negative area that no approval can take.
    """

    frame: pd.DataFrame
    kept: NDArray[np.int64]
    told: list[tuple[int, str, str, str, float]]
    unmatched: list[int]


def reduce_approvals(approvals: pd.DataFrame, as_of: np.datetime64) -> Reduced:
    """
    Subtract from approvals what was withdrawn or taken out of them (核减批准面积).

    Parameters
    ----------
    approvals
        Approvals as read by their card, a range as index: ``area_m2``, ``recorded_m2``,
        ``measured_m2`` and what was taken out.
    as_of
        Day of the audit, datetime64[D]; a withdrawal of a later day has taken nothing out.

    Returns
    -------
    reduced
        What is left of each. Where the record does not add up, or a polygon does not show which
        part is gone, nothing is subtracted and the doubt is said.

    Examples
    --------
    >>> approvals = pd.DataFrame({
    ...     "approval_no": ["甲〔2020〕1号", "甲〔2020〕2号"], "area_m2": [9e4, 8e4],
    ...     "recorded_m2": [9e4, 8e4], "measured_m2": np.nan, "withdrawn_area_m2": [2e4, 9e4]})
    >>> found = reduce_approvals(approvals, np.datetime64("2025-12-31"))
    >>> found.frame["area_m2"].tolist(), [each[3] for each in found.told]
    ([70000.0, 80000.0], ['approval_reduced', 'approval_reduction_unclear'])
    """
    cuts = _Cuts(approvals)
    _subtract_recorded(approvals, as_of, cuts)
    gone, unmatched = _net_negative(approvals, cuts)
    frame = cuts.applied(approvals)
    for at, text in enumerate(expiry_doubts(frame, as_of)):
        if text is not None:
            area = float(frame["area_m2"].iloc[at])
            cuts.told.append((at, "valid_until", text, "approval_expired", area))
    kept = np.setdiff1d(np.arange(len(frame)), [*gone, *unmatched])
    return Reduced(frame.iloc[kept].reset_index(drop=True), kept, cuts.told, unmatched)


class _Cuts:
    """What is taken out of each approval, and what is said of it."""

    def __init__(self, approvals: pd.DataFrame) -> None:
        rows = len(approvals)
        self.area, self.recorded = np.zeros(rows), np.zeros(rows)
        self.doubts = np.full(rows, None, dtype=object)
        self.parted = np.zeros(rows, dtype=bool)
        self.told: list[tuple[int, str, str, str, float]] = []

    def take(self, approvals: pd.DataFrame, at: int, taken: float) -> None:
        """Take an area from an approval whose polygon does not show it."""
        if np.isnan(approvals["measured_m2"].iloc[at]):
            self.area[at] += taken

    def applied(self, approvals: pd.DataFrame) -> pd.DataFrame:
        """Approvals less what was taken; day, reason and number of a part are not of the whole."""
        frame = approvals.copy()
        frame["area_m2"] = frame["area_m2"] - self.area
        frame["recorded_m2"] = frame["recorded_m2"] - self.recorded
        frame[DOUBT] = self.doubts
        for name in ("withdrawn_date", "withdrawal", "withdrawal_no"):
            if name in frame:
                frame[name] = frame[name].mask(self.parted)
        return frame


def _subtract_recorded(frame: pd.DataFrame, as_of: np.datetime64, cuts: _Cuts) -> None:
    columns = [name for name in _TITLES if name in frame]
    if not columns:
        return
    told, days = cuts.told, _days_of_column(frame, "withdrawn_date")
    unread = [name + UNREAD for name in columns if name + UNREAD in frame]
    present = frame[[*columns, *unread]].notna().any(axis=1).to_numpy()
    for at in present.nonzero()[0].tolist():
        taken, whole = _taken_area(frame, columns, at), float(frame["area_m2"].iloc[at])
        all_of_it = taken is not None and abs(taken - whole) <= SAME_AREA_M2
        if taken == 0.0 or days[at] > as_of or (all_of_it and not np.isnat(days[at])):
            continue
        said = _said_of(frame, columns, at)
        if taken is None or not _can_be_subtracted(frame, at, taken):
            cuts.doubts[at] = said
            told.append(
                (
                    at,
                    _columns_that_speak(frame, columns, at),
                    said,
                    "approval_reduction_unclear",
                    whole,
                )
            )
            continue
        cuts.take(frame, at, taken)
        # Of a part that is gone the rest is in force.
        cuts.parted[at] = not np.isnat(days[at])
        told.append((at, _columns_that_speak(frame, columns, at), said, "approval_reduced", taken))


def _columns_that_speak(frame: pd.DataFrame, columns: list[str], at: int) -> str:
    """Columns in which a record says something, for the list of doubts."""
    said = [
        name
        for name in columns
        if _unread_text_of(frame, name, at) or pd.notna(frame[name].iloc[at])
    ]
    return ";".join(said)


def _said_of(frame: pd.DataFrame, columns: list[str], at: int) -> str:
    return "；".join(
        f"{_TITLES[name]}“"
        f"{_unread_text_of(frame, name, at) or _text_in_hectares(frame[name].iloc[at])}”"
        for name in _columns_that_speak(frame, columns, at).split(";")
    )


def _taken_area(frame: pd.DataFrame, columns: list[str], at: int) -> float | None:
    """Area taken out of an approval [m²]; None where the record does not say it plainly."""
    if any(_unread_text_of(frame, name, at) for name in columns):
        return None
    cells = {name: float(frame[name].iloc[at]) for name in columns}
    parts = [value for name, value in cells.items() if name != "left_m2" and value > 0.0]
    # 撤回面积 and 核减面积 of one size may be one thing said twice.
    twice = len(parts) > 1 and parts[0] == parts[-1]
    could = {sum(parts), parts[0]} if twice else {sum(parts)}
    left = cells.get("left_m2", np.nan)
    if not np.isnan(left):
        rest = _whole_area(frame, at) - left
        if not parts and rest > SAME_AREA_M2:
            return rest
        could = {each for each in could if abs(each - rest) <= SAME_AREA_M2}
    return could.pop() if len(could) == 1 else None


def _whole_area(frame: pd.DataFrame, at: int) -> float:
    """Area of an approval as recorded, as measured where none is [m²]."""
    recorded = float(frame["recorded_m2"].iloc[at])
    return float(frame["area_m2"].iloc[at]) if np.isnan(recorded) else recorded


def _can_be_subtracted(frame: pd.DataFrame, at: int, taken: float) -> bool:
    """Tell whether an area can be taken out, and where it lies in a polygon does not matter."""
    left = _whole_area(frame, at) - taken
    measured = float(frame["measured_m2"].iloc[at])
    if not left > SAME_AREA_M2:
        return False
    # A polygon of what is left was drawn after the reduction.
    return bool(np.isnan(measured) or abs(measured - left) <= _TOLERANCE * left)


def _net_negative(frame: pd.DataFrame, cuts: _Cuts) -> tuple[list[int], list[int]]:
    """Take rows of negative area from the approval of their number; which went, which could not."""
    gone: list[int] = []
    unmatched: list[int] = []
    negative = (frame["recorded_m2"].to_numpy(dtype=np.float64) < 0.0).nonzero()[0].tolist()
    if not negative or "approval_no" not in frame:
        return gone, unmatched
    numbers = [plain_number(text) for text in frame["approval_no"]]
    for at in negative:
        of_number = [
            each
            for each, number in enumerate(numbers)
            if number == numbers[at] and number is not None and each not in negative
        ]
        taken = -float(frame["recorded_m2"].iloc[at])
        if not of_number:
            unmatched.append(at)
            continue
        gone.append(at)
        value = f"{frame['approval_no'].iloc[at]}：{_text_in_hectares(-taken)}"
        cuts.told.append((at, "area_m2", value, "approval_netted", taken))
        plain = len(of_number) == 1 and _can_be_subtracted(frame, of_number[0], taken)
        for block in of_number:
            if plain:
                cuts.take(frame, block, taken)
                cuts.recorded[block] += taken
            else:
                cuts.doubts[block] = f"同号另有一行面积为 {_text_in_hectares(-taken)}"
                line = (block, "area_m2", value, "approval_reduction_unclear", taken)
                cuts.told.append(line)
    return gone, unmatched


def expiry_doubts(approvals: pd.DataFrame, as_of: np.datetime64) -> list[str | None]:
    """
    Say which approvals are past their last valid day, or have one that cannot be read (有效期).

    Parameters
    ----------
    approvals
        Approvals, with ``valid_until`` where they have it.
    as_of
        Day of the audit, datetime64[D].

    Returns
    -------
    texts
        What the record says, ``(n,)``; None where it puts nothing in doubt.

    Examples
    --------
    >>> approvals = pd.DataFrame({"valid_until": pd.to_datetime(["2022-06-30", None])})
    >>> expiry_doubts(approvals, np.datetime64("2025-12-31"))
    ['有效期至 2022-06-30', None]
    """
    return [
        f"有效期至 {day}" if day < as_of else _unread_text_of(approvals, "valid_until", at)
        for at, day in enumerate(_days_of_column(approvals, "valid_until"))
    ]


def _unread_text_of(frame: pd.DataFrame, name: str, at: int) -> str | None:
    if name + UNREAD not in frame:
        return None
    text: Any = frame[name + UNREAD].iloc[at]
    return None if pd.isna(text) else str(text)


def _text_in_hectares(area_m2: float) -> str:
    return f"{area_m2 / HECTARE_M2:g} 公顷"


def _days_of_column(frame: pd.DataFrame, column: str) -> NDArray[np.datetime64]:
    if column not in frame.columns:
        return np.full(len(frame), np.datetime64("NaT", "D"))
    return frame[column].to_numpy().astype("datetime64[D]")
