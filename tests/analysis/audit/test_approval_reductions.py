"""What was taken out of approvals: subtracted where the record says it plainly, else open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.audit.balancing.approval_force import approval_states
from yngis.analysis.audit.balancing.approval_reductions import reduce_approvals

DAY = np.datetime64("2025-12-31")
AREAS = ("withdrawn_area_m2", "reduced_m2", "left_m2")


def approvals(*rows: dict[str, Any]) -> pd.DataFrame:
    plain = {"approval_no": "云政地〔2020〕7号", "recorded_m2": 9e4, "measured_m2": np.nan}
    frame = pd.DataFrame([plain | row for row in rows])
    frame["area_m2"] = frame["measured_m2"].fillna(frame["recorded_m2"].where(lambda a: a > 0))
    for name in ("withdrawn_date", "valid_until"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    return frame


# 9 公顷 approved; what is left by hand, and whether it is in force.
@pytest.mark.parametrize(
    ("row", "left", "state"),
    [
        ({}, 9e4, "in_force"),
        ({"withdrawn_area_m2": 2e4}, 7e4, "in_force"),
        ({"reduced_m2": 3e4}, 6e4, "in_force"),
        ({"withdrawn_area_m2": 2e4, "reduced_m2": 3e4}, 4e4, "in_force"),
        ({"withdrawn_area_m2": 0.0}, 9e4, "in_force"),
        ({"left_m2": 5e4}, 5e4, "in_force"),
        ({"left_m2": 9e4}, 9e4, "in_force"),
        ({"reduced_m2": 4e4, "left_m2": 5e4}, 5e4, "in_force"),
        # The same 2 公顷 said twice: only with what is left can it be told.
        ({"withdrawn_area_m2": 2e4, "reduced_m2": 2e4, "left_m2": 7e4}, 7e4, "in_force"),
        ({"withdrawn_area_m2": 2e4, "reduced_m2": 2e4}, 9e4, "open"),
        ({"reduced_m2": 4e4, "left_m2": 6e4}, 9e4, "open"),
        ({"withdrawn_area_m2": 9e4}, 9e4, "open"),
        ({"withdrawn_area_m2": 12e4}, 9e4, "open"),
        ({"left_m2": 12e4}, 9e4, "open"),
        ({"withdrawn_area_m2": np.nan, "withdrawn_area_m2_unread": "约一半"}, 9e4, "open"),
        # The part was withdrawn on a day; the rest is in force. All of it: withdrawn.
        ({"withdrawn_area_m2": 2e4, "withdrawn_date": "2021-05-01"}, 7e4, "in_force"),
        ({"withdrawn_area_m2": 9e4, "withdrawn_date": "2021-05-01"}, 9e4, "withdrawn"),
        ({"withdrawn_area_m2": 2e4, "withdrawn_date": "2026-05-01"}, 9e4, "in_force"),
        # A polygon of all that was approved does not show which part is gone; one of what is left
        # was drawn afterwards.
        ({"withdrawn_area_m2": 2e4, "measured_m2": 9e4}, 9e4, "open"),
        ({"withdrawn_area_m2": 2e4, "measured_m2": 7e4}, 7e4, "in_force"),
        ({"valid_until": "2022-06-30"}, 9e4, "open"),
        ({"valid_until": "2026-06-30"}, 9e4, "in_force"),
        ({"valid_until": None, "valid_until_unread": "见批文"}, 9e4, "open"),
    ],
)
def test_what_is_left_of_an_approval(row: dict[str, Any], left: float, state: str) -> None:
    found = reduce_approvals(approvals(row), DAY)
    assert found.frame["area_m2"].tolist() == [left]
    states = approval_states(found.frame, DAY)
    assert states["state"].tolist() == [state]
    assert (states["doubt"] != "").tolist() == [state == "open"]
    changed = left != 9e4 and "measured_m2" not in row
    assert bool(found.told) == (changed or state == "open" or row.get("measured_m2") == 7e4)


def test_a_row_of_negative_area_takes_from_its_number() -> None:
    found = reduce_approvals(
        approvals(
            {},
            {"approval_no": "云政地(2020)7 号", "recorded_m2": -1e4},
            {"approval_no": "云政地〔2020〕8号", "recorded_m2": 5e4},
            {"approval_no": "云政地〔2020〕9号", "recorded_m2": -1e4},
        ),
        DAY,
    )
    # Brackets and blanks do not matter; nothing bears the number 9: that row is left out.
    assert found.frame["area_m2"].tolist() == [8e4, 5e4]
    assert found.kept.tolist() == [0, 2]
    assert found.unmatched == [3]


def test_several_blocks_of_a_number_leave_open_which_was_reduced() -> None:
    found = reduce_approvals(approvals({}, {}, {"recorded_m2": -1e4}), DAY)
    assert found.frame["area_m2"].tolist() == [9e4, 9e4]
    assert approval_states(found.frame, DAY)["state"].tolist() == ["open", "open"]
