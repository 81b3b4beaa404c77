"""The ledger beside the image (台账与影像比对): suspected or to be checked, never a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        told.append(_contradiction(row, said))
    return pd.Series(told, index=evidence.index, dtype="object", name="contradiction")


def _contradiction(row: Mapping[Any, Any], status: str | None) -> str:
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
