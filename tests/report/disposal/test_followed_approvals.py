"""Approvals that one of two audits could not read are neither added nor disposed of."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from yngis.report.disposal.followed import (
    follow_approvals,
    followed_notes,
    unread_approvals,
)

_THEN, _NOW = dt.date(2023, 12, 31), dt.date(2024, 12, 31)
_ROWS = {
    "甲〔2019〕1号": ("2019-03-01", 10.0),
    "甲〔2020〕2号": ("2020-03-01", 20.0),
    "甲〔2024〕3号": ("2024-03-01", 5.0),
}
_FIRST, _SECOND, _THIRD = _ROWS


def _balance(*ids: str, status: dict[str, str] | None = None) -> pd.DataFrame:
    known = {"".join(key.split()): value for key, value in _ROWS.items()}
    cells = [known.get(each, ("2020-03-01", 20.0)) for each in ids]
    return pd.DataFrame(
        {
            "id": list(ids),
            "zone": "某开发区",
            "status": [(status or {}).get(each, "有效") for each in ids],
            "approval_date": [day for day, _ in cells],
            "area_ha": [area for _, area in cells],
        }
    )


def _lost(*ids: str, rule: str = "no_area", table: str = "approvals") -> pd.DataFrame:
    return unread_approvals(
        pd.DataFrame({"table": table, "id": list(ids), "rule": rule}, index=range(len(ids)))
    )


_NOTHING = unread_approvals(pd.DataFrame())


@pytest.mark.parametrize(
    ("before", "after", "unread", "unsettled"),
    [
        # Both audits read everything: one came.
        (_balance(_FIRST, _SECOND), _balance(*_ROWS), (_NOTHING, _NOTHING), []),
        # The earlier one could not read an area; nor the later one.
        (_balance(_FIRST), _balance(*_ROWS), (_lost(_SECOND), _NOTHING), [_SECOND]),
        (_balance(_FIRST, _SECOND), _balance(_FIRST), (_NOTHING, _lost(_SECOND)), [_SECOND]),
        # A row without a number may be any that is missing, of those that were approved by then.
        (_balance(_FIRST), _balance(*_ROWS), (_lost("第3行"), _NOTHING), [_SECOND]),
        (_balance(_FIRST, "第3行"), _balance(*_ROWS), (_NOTHING, _NOTHING), [_SECOND, "第3行"]),
        # Whether it was in force nobody could tell.
        (
            _balance(_FIRST, _SECOND, status={_SECOND: "是否有效不明"}),
            _balance(*_ROWS), (_NOTHING, _NOTHING), [_SECOND],
        ),
        # Brackets, width and blanks make no other number; totals and doubles are no approvals.
        (_balance(_FIRST, "甲[2020]第２号"), _balance(*_ROWS), (_NOTHING, _NOTHING), []),
        (_balance(_FIRST, _SECOND), _balance(*_ROWS), (_lost("x", rule="total_row"), _NOTHING), []),
        (_balance(_FIRST, _SECOND), _balance(*_ROWS), (_lost("甲", table="supply"), _NOTHING), []),
    ],
)  # fmt: skip
def test_what_one_audit_could_not_read_is_no_flow(
    before: pd.DataFrame,
    after: pd.DataFrame,
    unread: tuple[pd.DataFrame, pd.DataFrame],
    unsettled: list[str],
) -> None:
    followed = follow_approvals(before, after, unread, _THEN)
    assert sorted(followed.unsettled["id"]) == sorted(unsettled)
    assert list(followed.fresh["id"]) == [_THIRD] or not after["id"].isin([_THIRD]).any()


def test_late_records_and_dropped_ones_are_told() -> None:
    followed = follow_approvals(
        _balance(_FIRST), _balance(_SECOND, _THIRD), (_NOTHING, _NOTHING), _THEN
    )
    assert list(followed.late["id"]) == [_SECOND]
    assert list(followed.dropped["id"]) == [_FIRST]
    told = "".join(followed_notes(followed, _lost(_FIRST), (_THEN, _NOW)))
    for words in ("补录", "没有撤回记录", "1 行批准未能读入", "20.00 公顷"):
        assert words in told
