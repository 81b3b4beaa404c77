"""Words that a trial with ledgers of strangers brought up accuse and clear nobody wrongly."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.idle import judge_supply

DUE = {
    "handover_date": "2019-04-01",
    "agreed_start": "2020-03-01",
    "idle_cause": "企业原因",
    "price_wan": 1_000.0,
}


def finding(**record: Any) -> str:
    records = pd.DataFrame([{**DUE, **record}])
    return str(judge_supply(records, "2025-12-31")["finding"].iloc[0])


@pytest.mark.parametrize(
    "text", ["未动工（已收回）", "详见备注", "部分动工", "一期已动工，二期未动工"]
)
def test_starts_that_are_open(text: str) -> None:
    assert finding(actual_start_unread=text) == "indeterminate"


@pytest.mark.parametrize(
    "words", ["闲置已消除", "排除闲置", "不属于闲置", "已撤销认定", "收回决定书已下达，未执行"]
)
def test_disposals_that_do_not_end_the_case(words: str) -> None:
    assert finding(disposal=words) in {"indeterminate", "suspected_idle"}


def test_idleness_said_to_be_over_stays_open() -> None:
    assert finding(disposal="闲置已消除") == "indeterminate"


@pytest.mark.parametrize(
    "words", ["督促开工", "约谈企业", "拟收回", "正在收回", "企业申请退地", "未处置"]
)
def test_what_is_only_intended_clears_nothing(words: str) -> None:
    assert finding(disposal=words) not in {"disposed", "completed", "in_progress"}


@pytest.mark.parametrize("words", ["预验收", "正在竣工验收"])
def test_an_acceptance_ahead_is_no_completion(words: str) -> None:
    begun = {"actual_start": "2020-03-01", "agreed_completion": "2022-01-01"}
    assert finding(**begun, actual_completion_unread=words) != "completed"
