"""The ledger beside the image (台账与影像比对): suspected or to be checked, never a finding."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STATES: Final = {
    "built": "已建（疑似）", "not_built": "未建（疑似）", "green": "植被", "water": "水面",
    "part_green": "部分植被", "non_vegetated": "非植被", "cannot_tell": "无法判断",
}  # fmt: skip
"""States as they are printed; 疑似 because no image is a finding."""

COMPLETED: Final = "completed"
BUILDING: Final = "under_construction"
NOT_STARTED: Final = "not_started"
UNSUPPLIED: Final = "unsupplied"
STATUSES: Final = (COMPLETED, BUILDING, NOT_STARTED, UNSUPPLIED)
"""What a ledger may say of a parcel: 已竣工, 在建, 未动工 or 疑似闲置, 批而未供."""


class Contradiction(NamedTuple):
    """A rule: what the ledger says, what the image shows, and what that is called."""

    status: str
    shown: tuple[str, ...]
    kind: str
    words: str


RULES: Final = (
    Contradiction(
        COMPLETED, ("green",), "false_completion",
        "疑似虚报竣工 / suspected false completion",
    ),
    Contradiction(BUILDING, ("green",), "not_started", "疑似未动工 / suspected not started"),
    Contradiction(NOT_STARTED, ("built",), "built", "疑似已建 / suspected built"),
    Contradiction(
        UNSUPPLIED, ("built",), "early_supply",
        "疑似未供先用 / suspected use before supply",
    ),
)  # fmt: skip
"""The table of ledger against image; grade B says 核实 only."""

CHECK: Final = "核实 / to be checked"
DISTURBED: Final = "核实：有扰动，不等于动工 / to be checked: disturbed, which is no 动工"


def contradict_ledger(
    evidence: pd.DataFrame, status: pd.Series[str] | Sequence[str | None]
) -> pd.Series[str]:
    """
    Hold the ledger against the images (台账与影像比对).

    Parameters
    ----------
    evidence
        ``state``, ``cover``, ``grade`` and ``disturbed_from`` of parcels, ``(n,)`` rows.
    status
        One of :data:`STATUSES` for each parcel, or nothing, ``(n,)``.

    Returns
    -------
    contradiction
        What is suspected or to be checked, on the index of the evidence; empty where ledger and
        image agree or nothing can be told.
    """
    told = []
    for row, said in zip(evidence.to_dict("records"), list(status), strict=True):
        told.append(_contradiction_of_row(row, said))
    return pd.Series(told, index=evidence.index, dtype="object", name="contradiction")


def ledger_statuses(
    completed: Iterable[Any], begun: Iterable[Any], waiting: Iterable[Any]
) -> list[str | None]:
    """
    Say what a ledger says of each parcel (台账所写).

    Parameters
    ----------
    completed, begun, waiting
        Whether it is found completed, whether work has begun, whether the land is surely not used,
        ``(n,)`` each.

    Returns
    -------
    status
        One of :data:`STATUSES`; None where the ledger does not say it for sure.
    """
    told: list[str | None] = []
    for done, started, waits in zip(completed, begun, waiting, strict=True):
        if done:
            told.append(COMPLETED)
        elif started and not waits:
            told.append(BUILDING)
        else:
            told.append(NOT_STARTED if waits and not started else None)
    return told


def unsupplied_names(approvals: Iterable[str], shapes: Iterable[Any]) -> list[str]:
    """
    Name pieces of approved land that is not supplied (批而未供地块名).

    Parameters
    ----------
    approvals
        Number of the approval of each piece, ``(n,)``.
    shapes
        The pieces in CGCS2000 degrees, ``(n,)``.

    Returns
    -------
    names
        The number and a checksum of where the piece lies, to a metre, so that another run of the
        same audit knows it again; a piece that has changed has another name.
    """
    told = []
    for number, shape in zip(approvals, shapes, strict=True):
        west, south, east, north = shape.bounds
        place = ",".join(f"{side:.5f}" for side in (west, south, east, north))
        mark = hashlib.sha256(place.encode()).hexdigest()[:8]
        told.append(f"批而未供 {number} #{mark}")
    return told


def _contradiction_of_row(row: Mapping[Any, Any], status: str | None) -> str:
    grade, state = row["grade"], row["state"]
    if grade not in {"A", "B"}:
        return ""
    for rule in RULES:
        if rule.status != status or state not in rule.shown:
            continue
        return rule.words if grade == "A" else f"{CHECK}：{rule.words}"
    bare = row["cover"] == "bare" and state != "built"
    if status == NOT_STARTED and bare and row["disturbed_from"]:
        return DISTURBED
    return ""
