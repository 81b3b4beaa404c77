"""Yearly figures that no zone can have are told; a number is used as it stands."""

from __future__ import annotations

import pandas as pd
import pytest

from yngis.analysis.targets.doubts import doubtful_amounts
from yngis.analysis.targets.panel import Panel

_NONE = pd.DataFrame()


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ([1e7, 1.5e7], []),
        ([1e7, 1.5e11], ["大得不像", "逐年相差"]),
        ([1e11, 1.5e11], ["大得不像"]),
        ([0.1, 0.15], ["小得不像"]),
        ([0.0, 1e7], []),
    ],
)
def test_figures_that_cannot_be(figures: list[float], words: list[str]) -> None:
    index = pd.MultiIndex.from_product([["甲区"], [2020, 2023]], names=["zone", "year"])
    panel = Panel(pd.DataFrame({"revenue_wan": figures}, index=index), _NONE, _NONE, _NONE)
    told = doubtful_amounts(panel)
    assert len(told) == len(words)
    assert all(word in line for word, line in zip(words, told, strict=True))
