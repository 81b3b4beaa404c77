"""What stands beside a unit in brackets and changes no amount does not lose the column."""

from __future__ import annotations

import pytest

from yngis.analysis.quantities import understand


@pytest.mark.parametrize(
    ("header", "quantity", "unit"),
    [
        ("营业收入（亿元，现价）", "revenue_wan", "亿元"),
        ("营业收入（现价，万元）", "revenue_wan", "万元"),
        ("营业收入（当年价）（亿元）", "revenue_wan", "亿元"),
        ("营业收入（亿元/年）", "revenue_wan", "亿元"),
        ("税收总额（万元/年）", "tax_wan", "万元"),
        ("建成区面积（公顷）", "A", "ha"),
        ("已供国有建设用地（亩）", "D", "mu"),
        ("固投总额（亿元）", "a2_investment_wan", "亿元"),
    ],
)
def test_brackets(header: str, quantity: str, unit: str) -> None:
    readings, problems = understand([header])
    assert not problems
    assert [(each.quantity, each.unit) for each in readings] == [(quantity, unit)]


@pytest.mark.parametrize(
    "header", ["营业收入（亿元，可比价）", "营业收入（万元/亩）", "营业收入（同比）"]
)
def test_what_changes_the_amount_is_no_such_column(header: str) -> None:
    readings, _ = understand([header])
    assert not readings
