"""Whether approvals are in force (批准效力): in force, withdrawn, or open where nobody can tell."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.approval_reductions import DOUBT, expiry_doubts
from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.cards.input_card import read_input_card
from yngis.catalogue.tables.rows.typed import NOTE, UNREAD

IN_FORCE: Final = "in_force"
WITHDRAWN: Final = "withdrawn"
OPEN: Final = "open"
"""Whether it is in force cannot be told: it counts neither as approved nor as withdrawn."""
STATES_ZH: Final = {IN_FORCE: "有效", WITHDRAWN: "已撤回或失效", OPEN: "是否有效不明"}
"""States as tables say them."""


def approval_states(approvals: pd.DataFrame, as_of: np.datetime64) -> pd.DataFrame:
    """
    Tell which approvals are in force as of a day, and why that is open (批准是否有效).

    Parameters
    ----------
    approvals
        Approvals read by their card: ``withdrawn_date`` with what was not read beside it,
        ``withdrawal``, ``valid_until``, the notes beside ``approval_no`` and others, and why what
        is left of them is not known; any may be missing.
    as_of
        Day of the audit, datetime64[D].

    Returns
    -------
    states
        On the index of the approvals: ``state``, one of ``in_force``, ``withdrawn`` and ``open``;
        ``doubt``, what the record says where the state is open, empty elsewhere.

    Examples
    --------
    >>> approvals = pd.DataFrame({
    ...     "withdrawn_date": pd.to_datetime(["2020-05-01", None, None]),
    ...     "withdrawn_date_unread": [None, "2020年X月", None]})
    >>> approval_states(approvals, np.datetime64("2025-12-31"))["state"].tolist()
    ['withdrawn', 'open', 'in_force']
    """
    days = np.full(len(approvals), np.datetime64("NaT", "D"))
    if "withdrawn_date" in approvals:
        days = approvals["withdrawn_date"].to_numpy().astype("datetime64[D]")
    said: list[list[str]] = [[] for _ in range(len(approvals))]
    noted = np.zeros(len(approvals), dtype=bool)
    for column, title in _SIGNS.items():
        for at, text in enumerate(_texts_of(approvals, column)):
            if text is not None and (column.endswith((NOTE, DOUBT)) or _says_withdrawn(text)):
                # An answer quotes its own column, and so does what was taken out.
                own = not title or text.startswith("“")
                said[at].append(text if own else f"{title}“{text}”")
                noted[at] |= column == f"approval_no{NOTE}"
    for at, text in enumerate(expiry_doubts(approvals, as_of)):
        if text is not None:
            said[at].append(text)
    undated = np.isnat(days)
    doubted = np.array([bool(each) for each in said], dtype=bool) & ~(days <= as_of)
    # A withdrawal that is dated later has not happened, whatever else says that it will.
    doubted &= undated | noted
    state = np.select([days <= as_of, doubted], [WITHDRAWN, OPEN], default=IN_FORCE)
    return pd.DataFrame(
        {
            "state": state,
            "doubt": [
                "；".join(each) if open_ else "" for each, open_ in zip(said, doubted, strict=True)
            ],
        },
        index=approvals.index,
    )


_SIGNS: Final = {
    f"withdrawn_date{UNREAD}": "撤回或失效日期栏记",
    "withdrawal": "撤回或失效原因栏记",
    "withdrawal_no": "撤回文号栏记",
    f"approval_no{NOTE}": "批准文号旁注",
    f"status{NOTE}": "状态栏记",
    f"validity{NOTE}": "是否有效栏记",
    f"acquisition{NOTE}": "征地情况栏记",
    f"progress{NOTE}": "实施情况栏记",
    f"remarks{NOTE}": "备注栏记",
    f"notes{NOTE}": "说明栏记",
    f"replaced_by{NOTE}": "替代批文栏记",
    f"successor{NOTE}": "新批文号栏记",
    f"adjusted{NOTE}": "是否调整栏记",
    DOUBT: "",
}
"""Columns of which a text says that an approval may not be in force, and their names."""


def _says_withdrawn(text: str) -> bool:
    """Tell whether a text says, or may say, that it was withdrawn: 未撤回 and 拟撤回 do not."""
    denied = next(each.denied for each in read_input_card("approvals").undated)
    return not plain_text(text).startswith(denied)


def _texts_of(frame: pd.DataFrame, column: str) -> list[str | None]:
    if column not in frame.columns:
        return [None] * len(frame)
    return [None if pd.isna(text) else str(text) for text in frame[column]]
