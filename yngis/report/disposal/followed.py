"""Approvals followed from one audit to the next (批准跨年对应): which no number can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.approval_force import IN_FORCE, OPEN, STATES_ZH
from yngis.catalogue.tables.rows.row_faults import MAY_BE_RECORDS
from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

IN_FORCE_ZH: Final = STATES_ZH[IN_FORCE]
IN_DOUBT_ZH: Final = STATES_ZH[OPEN]
_LEFT_OUT: Final = MAY_BE_RECORDS | {"sum_row"}

_SHOWN: Final = 6


class Followed(NamedTuple):
    """
    Approvals of two audits, by number (两次审计的批准).

    Attributes
    ----------
    gone
        In force in the earlier audit, and not in the later one.
    unsettled
        Approvals that came or went only as far as anybody can tell: one of the audits could not
        read them, could not tell whether they are in force, or has no number of them. Columns
        ``id``, ``zone``, ``approval_date``, ``own_m2``.
    fresh
        In force in the later audit, and not even listed in the earlier one.
    late
        Those of ``fresh`` that are dated before the earlier audit.
    dropped
        In force in the earlier audit, and not even listed in the later one.
    """

    gone: pd.DataFrame
    unsettled: pd.DataFrame
    fresh: pd.DataFrame
    late: pd.DataFrame
    dropped: pd.DataFrame


def in_force(approvals: pd.DataFrame) -> pd.DataFrame:
    """
    Approvals in force, with their land in square metres (有效批准).

    Parameters
    ----------
    approvals
        ``approvals_balance.csv`` of an audit.

    Returns
    -------
    own
        With ``own_m2``, land that is no earlier approval's, ``open_m2``, and ``number``, the plain
        form of the id, missing where the approval has no number.
    """
    own = approvals[approvals["status"] == IN_FORCE_ZH].copy()
    columns = {"own_m2": "own_ha", "open_m2": "unsupplied_ha"}
    for name, source in columns.items():
        own[name] = own[source] * HECTARE_M2 if source in own else np.nan
    own["own_m2"] = own["own_m2"].fillna(own["area_ha"] * HECTARE_M2)
    own["number"] = _numbers_of(own)
    return own


def follow_approvals(
    before: pd.DataFrame,
    after: pd.DataFrame,
    unread: tuple[pd.DataFrame, pd.DataFrame],
    day: dt.date,
) -> Followed:
    """
    Tell which approvals came and went between two audits, and of which nobody can tell.

    Parameters
    ----------
    before, after
        ``approvals_balance.csv`` of both audits.
    unread
        Approvals that either audit could not read, as :func:`unread_approvals` tells them.
    day
        Day of the earlier audit.

    Returns
    -------
    followed
        Numbers match in their plain form, whatever their brackets, blanks and width.
    """
    now, then = in_force(after), in_force(before)
    known, listed = set(_numbers_of(before).dropna()), set(_numbers_of(after).dropna())
    lost_then, lost_now = (set(each["number"].dropna()) for each in unread)
    doubted = [
        set(_numbers_of(table[table["status"] == IN_DOUBT_ZH]).dropna())
        for table in (before, after)
    ]
    new = now[~now["number"].isin(set(then["number"].dropna()))]
    gone = then[~then["number"].isin(set(now["number"].dropna()))]
    earlier = pd.to_datetime(new["approval_date"], errors="coerce") <= pd.Timestamp(day)
    fresh = ~new["number"].isin(known)
    # A row that was lost with its number may be any approval that the other audit has and this
    # one lacks; so may an approval without a number.
    blank_then = bool(then["number"].isna().any()) or bool(unread[0]["number"].isna().any())
    blank_now = bool(now["number"].isna().any()) or bool(unread[1]["number"].isna().any())
    came = new["number"].isin(lost_then | doubted[0])
    came |= fresh & blank_then & (earlier | new["approval_date"].isna())
    came |= new["number"].isna()
    went = gone["number"].isin(lost_now | doubted[1]) | gone["number"].isna()
    went |= ~gone["number"].isin(listed) & blank_now
    columns = ["id", "zone", "approval_date", "own_m2"]
    return Followed(
        gone,
        pd.concat([new.loc[came, columns], gone.loc[went, columns]], ignore_index=True),
        new[fresh & ~came],
        new[fresh & earlier & ~came],
        gone[~gone["number"].isin(listed) & ~went],
    )


def unread_approvals(rejected: pd.DataFrame) -> pd.DataFrame:
    """
    Approvals that an audit could not read (未能读入的批准).

    Parameters
    ----------
    rejected
        ``rejected.csv`` of an audit; ``table``, ``id`` and ``rule``, or no columns at all.

    Returns
    -------
    rows
        With ``id`` and ``number``, which is missing where the row has none.
    """
    if "table" not in rejected:
        return pd.DataFrame({"id": [], "number": []}, dtype="object")
    rows = rejected[(rejected["table"] == "approvals") & rejected["rule"].isin(_LEFT_OUT)]
    return rows[["id"]].assign(number=_numbers_of(rows))


def followed_notes(
    followed: Followed, unread: pd.DataFrame, days: tuple[dt.date, dt.date]
) -> list[str]:
    """
    Say what of the flow between two audits is not known, and what is no flow (跨年存疑).

    Parameters
    ----------
    followed
        Approvals of both audits.
    unread
        Those that the earlier audit could not read.
    days
        Days of both audits.

    Returns
    -------
    notes
        Bilingual lines.
    """
    then, now = days
    between = f"{then} 至 {now}："
    notes = []
    if len(unread):
        notes.append(
            f"{then} 审计有 {len(unread)} 行批准未能读入（{_some_ids(unread)}），不在当年存量内，"
            "存量只是下限；补正后重新审计 / rows of approvals that the audit could not read are in "
            "no stock, which is a lower figure: mend them and audit again"
        )
    if len(held := followed.unsettled):
        notes.append(
            f"{between}{len(held)} 件批准（{_hectares(held)}，{_some_ids(held)}）有一次审计"
            "未能读入、是否有效不明或没有文号，不能断定是新增、是处置还是原有：所在开发区、州（市）"
            "和全省的新增、处置、处置率空着，增存挂钩不据以作结论 / approvals that one audit could "
            "not read or judge, or that have no number: added and disposed land is unknown there"
        )
    if len(held := followed.late):
        notes.append(
            f"{between}{len(held)} 件批准（{_hectares(held)}，{_some_ids(held)}）批准日期"
            f"不晚于 {then}，当次台账没有：按新增计，实为补录，请核对 / "
            "approvals dated before the earlier audit that only the later one has count as added"
        )
    if len(held := followed.dropped):
        notes.append(
            f"{between}{len(held)} 件批准（{_hectares(held)}，{_some_ids(held)}）后一次台账"
            "没有，也没有撤回记录：未供部分按处置计，请核对 / "
            "approvals that the later ledger no longer lists, without a withdrawal, "
            "count as disposed of"
        )
    return notes


def _numbers_of(rows: pd.DataFrame) -> pd.Series:
    """Plain form of ids; a row that is named by its place in the file has no number."""
    ids = rows["id"].astype("object")
    plain = ids.map(plain_number)
    return plain.mask(ids.astype("str").str.fullmatch(r"第\d+行"), None).astype("object")


def _some_ids(rows: pd.DataFrame) -> str:
    """Show a few ids of many."""
    ids: Sequence[Any] = list(dict.fromkeys(rows["id"].dropna()))
    return "、".join(map(str, ids[:_SHOWN])) + ("等" if len(ids) > _SHOWN else "")


def _hectares(rows: pd.DataFrame) -> str:
    return f"{float(rows['own_m2'].sum()) / HECTARE_M2:,.2f} 公顷"
