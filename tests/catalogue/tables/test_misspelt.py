"""No header is taken for a slip of one that means something else."""

from __future__ import annotations

import pytest

from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers


@pytest.mark.parametrize("table", ["supply", "approvals"])
@pytest.mark.parametrize(
    "header",
    [
        "退供日期", "终止合同日期", "剩余建筑面积", "代征面积", "停供日期",
        "解除日期", "转让日期", "复工日期", "未批准日期", "抵押面积", "验收面积", "非批准面积",
    ],
)  # fmt: skip
def test_no_harmful_suggestion(table: str, header: str) -> None:
    finder = Headers(read_input_card(table), read_aliases(table))
    assert "是否应为" not in finder.find(0, [header]).note


# 退批日期 is a column of approvals; land given back is none of supply.
@pytest.mark.parametrize(
    ("header", "other"),
    [
        ("退地日期", "供地日期"),
        ("终止日期", "中止日期"),
        ("剩余面积", "面积"),
        ("核减面积", "面积"),
    ],
)
def test_the_column_of_another_event_is_not_suggested(header: str, other: str) -> None:
    finder = Headers(read_input_card("supply"), read_aliases("supply"))
    assert f"“{other}”" not in finder.find(0, [header]).note


@pytest.mark.parametrize(
    ("table", "header", "meant"),
    [("approvals", "批准曰期", "批准日期"), ("supply", "约定动工曰期", "约定动工日期")],
)
def test_a_slip_is_still_asked_about(table: str, header: str, meant: str) -> None:
    finder = Headers(read_input_card(table), read_aliases(table))
    assert meant in finder.find(0, [header]).note
