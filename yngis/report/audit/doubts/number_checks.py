"""Supply and approvals by their numbers (按文号核对): unknown, withdrawn, too early, too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.approval_force import IN_FORCE, OPEN, approval_states
from yngis.analysis.audit.balancing.approval_numbers import AND, meant_numbers
from yngis.analysis.audit.balancing.unlocated_supply import plain_numbers
from yngis.analysis.audit.idle_land.periods import days_of
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.rows.row_rules import SAME_AREA_M2
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.report.audit.doubts.collect import Approved, Supplied


def number_issues(
    approved: Approved | None,
    supplied: Supplied,
    as_of: np.datetime64,
    *,
    tolerance: float,
    by_number: bool,
) -> pd.DataFrame:
    """Doubts about the approval numbers that supply records name (文号核对)."""
    none = pd.DataFrame(columns=list(ISSUE_COLUMNS))
    if (
        approved is None
        or "approval_no" not in approved.frame
        or "approval_no" not in supplied.core
    ):
        return none
    core = supplied.core[~supplied.core["approval_no"].astype("str").str.contains(AND)]
    named = plain_numbers(core)
    if not named.notna().any():
        return none
    known = _approval_periods(approved.frame, as_of)
    held = known.reindex(named)
    day = days_of(core, "supply_date")
    gone = _day_column(held, "gone")
    unknown = (named.notna() & ~named.isin(known.index)).to_numpy()
    within = ~np.isnat(gone) & (day < gone) & ~(day < _day_column(held, "given"))
    broken = {
        "approval_unknown": unknown,
        "supply_before_approval": day < _day_column(held, "given"),
        "supply_before_withdrawal": within,
        "withdrawn_day_unknown": ~np.isnat(gone) & np.isnat(day),
        "approval_withdrawn": ~np.isnat(gone) & (day >= gone),
    }
    states = approval_states(approved.frame, as_of)["state"]
    numbers = plain_numbers(approved.frame)
    sure = set(numbers[states == IN_FORCE])
    open_ = set(numbers[states == OPEN].dropna()) - sure
    broken["approval_doubtful"] = named.isin(open_).to_numpy()
    if by_number:
        broken["approval_missing"] = named.isna().to_numpy()
    lines: list[tuple[Any, ...]] = []
    for rule, where in broken.items():
        lines += _number_issue_lines("supply", core[where], rule, core["approval_no"][where])
    lines += _too_much(approved.frame, named, core, tolerance)
    lines += _told_otherwise(approved.frame, named, core, tolerance)
    return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))


def recognise_numbers(approved: Approved, supplied: Supplied) -> pd.DataFrame:
    """
    Write the approval numbers of the supply as the approvals write them, and tell which (文号识别).

    The findings keep what is written; only the balance by number reads what is meant.
    """
    none = pd.DataFrame(columns=list(ISSUE_COLUMNS))
    core = supplied.core
    if "approval_no" not in approved.frame or "approval_no" not in core:
        return none
    # What stands between numbers that were read must not stand in one that was not.
    written = core["approval_no"].astype("object").map(_without_sign, na_action="ignore")
    core["approval_no"] = written.astype("category")
    frame = approved.frame
    frame["approval_no"] = frame["approval_no"].map(_without_sign, na_action="ignore")
    known = approved.frame["approval_no"].dropna().astype("str").unique()
    meant = meant_numbers(known, written.dropna().unique())
    if not meant:
        return none
    read = written.map({text: each.number for text, each in meant.items()})
    core["approval_no"] = read.where(read.notna(), written).astype("category")
    told = [f"{text} → {number}" for text, number in zip(written, read, strict=True)]
    lines: list[tuple[Any, ...]] = []
    for code in ("approval_ref_read", "approval_ref_several"):
        texts = [text for text, each in meant.items() if each.rule == code]
        where = written.isin(texts)
        values = pd.Series(told, index=core.index)[where]
        lines += _number_issue_lines("supply", core[where], code, values)
    return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))


def _without_sign(text: object) -> object:
    return text.replace(AND, "、") if isinstance(text, str) else text


def _approval_periods(frame: pd.DataFrame, as_of: np.datetime64) -> pd.DataFrame:
    """First day on which a number approves anything, and last on which it still does."""
    gone = days_of(frame, "withdrawn_date")
    gone[gone > as_of] = np.datetime64("NaT")
    table = pd.DataFrame(
        {
            "number": plain_numbers(frame).to_numpy(),
            "given": days_of(frame, "approval_date").astype("M8[s]"),
            "gone": gone.astype("M8[s]"),
        }
    ).dropna(subset=["number"])
    blocks = table.groupby("number")
    told = blocks.agg({"given": "min", "gone": "max"})
    # A block in force keeps the number in force; one without a day may be the first.
    for name, column in (("given", "given"), ("gone", "gone")):
        told.loc[table[column].isna().groupby(table["number"]).any(), name] = pd.NaT
    return told


def _too_much(
    frame: pd.DataFrame, named: pd.Series, core: pd.DataFrame, tolerance: float
) -> list[tuple[Any, ...]]:
    numbers = plain_numbers(frame)
    given = frame["area_m2"].groupby(numbers).sum(min_count=1)
    taken = core["area_m2"].groupby(named.to_numpy(dtype=object)).sum()
    both = pd.DataFrame({"given": given, "taken": taken}).dropna()
    over = both[both["taken"] > both["given"] * (1.0 + tolerance)]
    first = frame[numbers.isin(over.index) & ~numbers.duplicated()]
    told = [
        f"供应 {over.loc[number, 'taken'] / HECTARE_M2:.4f} 公顷，"
        f"批准 {over.loc[number, 'given'] / HECTARE_M2:.4f} 公顷 / ha"
        for number in numbers[first.index]
    ]
    excess = [float(over.loc[n, "taken"] - over.loc[n, "given"]) for n in numbers[first.index]]
    lines = _number_issue_lines("approvals", first, "supply_exceeds_approval", pd.Series(told))
    return [(*line[:-1], area) for line, area in zip(lines, excess, strict=True)]


def _told_otherwise(
    frame: pd.DataFrame, named: pd.Series, core: pd.DataFrame, tolerance: float
) -> list[tuple[Any, ...]]:
    """Approvals whose own list says that more or less was supplied than the records of supply."""
    numbers = plain_numbers(frame)
    told = pd.Series(np.nan, index=frame.index)
    if "supplied_told_m2" in frame:
        told = frame["supplied_told_m2"].astype("float64")
    if "unsupplied_told_m2" in frame:
        told = told.fillna(frame["area_m2"] - frame["unsupplied_told_m2"])
    said = told.groupby(numbers).sum(min_count=1).dropna()
    taken = core["area_m2"].groupby(named.to_numpy(dtype=object)).sum()
    taken = taken.reindex(said.index).fillna(0.0)
    gap = (said - taken).abs()
    off = gap[(gap > tolerance * said) & (gap > SAME_AREA_M2)]
    first = frame[numbers.isin(off.index) & ~numbers.duplicated()]
    texts = [
        f"台账 {said[number] / HECTARE_M2:.4f} 公顷，"
        f"供应宗地 {taken[number] / HECTARE_M2:.4f} 公顷 / ha"
        for number in numbers[first.index]
    ]
    lines = _number_issue_lines("approvals", first, "approval_supply_differs", pd.Series(texts))
    areas = [float(off[number]) for number in numbers[first.index]]
    return [(*line[:-1], area) for line, area in zip(lines, areas, strict=True)]


def _number_issue_lines(
    table: str, frame: pd.DataFrame, code: str, values: pd.Series
) -> list[tuple[Any, ...]]:
    rule = row_rules()[code]
    return [
        (table, row, name, "approval_no", "" if pd.isna(value) else value, code, rule.zh,
         rule.mend_zh, area)
        for row, name, value, area in zip(
            frame["row"], frame["id"], values, frame["area_m2"], strict=True
        )
    ]  # fmt: skip


def _day_column(held: pd.DataFrame, name: str) -> NDArray[np.datetime64]:
    return held[name].to_numpy().astype("datetime64[D]")
