"""A credit code is who an enterprise is, before its place in a list; doubles are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.analysis.clustering.enterprises import enterprise_card, prepare_enterprises
from yngis.catalogue import load
from yngis.catalogue.tables.read_frame import read_frame
from yngis.plan.zone_names import plan_registry

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.analysis.clustering.enterprises import Enterprises


def _prepared(tmp_path: Path, codes: list[str | None], *, numbers: bool) -> Enterprises:
    path = tmp_path / "企业.xlsx"
    table = pd.DataFrame(
        {
            "统一社会信用代码": codes,
            "企业名称": [f"{at}公司" for at in range(len(codes))],
            "行业代码": ["3216"] * len(codes),
            "所在开发区": ["云南安宁产业园区"] * len(codes),
        }
    )
    if numbers:
        table.insert(0, "序号", range(1, len(codes) + 1))
    table.to_excel(path, index=False)
    return prepare_enterprises(
        read_frame(path, enterprise_card()).frame,
        counties=load("counties"),
        zones=load("zones"),
        registry=plan_registry(),
        mapping=load("gbt4754_industries"),
    )


@pytest.mark.parametrize("numbers", [True, False])
def test_codes_that_differ_are_the_ids(tmp_path: Path, *, numbers: bool) -> None:
    found = _prepared(tmp_path, ["91530100MA6K00001X", "91530100MA6K00002X"], numbers=numbers)
    assert found.frame["id"].tolist() == ["91530100MA6K00001X", "91530100MA6K00002X"]
    assert "credit_code_twice" not in set(found.suspects["reason"])


@pytest.mark.parametrize("numbers", [True, False])
def test_a_code_that_comes_twice_is_told_in_both_rows(tmp_path: Path, *, numbers: bool) -> None:
    codes = ["91530100MA6K00001X", "91530100ma6k00001x", "91530100MA6K00002X"]
    found = _prepared(tmp_path, codes, numbers=numbers)
    assert found.frame["id"].tolist() == ["1", "2", "3"]
    told = found.suspects.query("reason == 'credit_code_twice'")
    assert told.index.tolist() == [2, 3]


def test_a_blank_code_leaves_the_numbers(tmp_path: Path) -> None:
    found = _prepared(tmp_path, ["91530100MA6K00001X", None], numbers=True)
    assert found.frame["id"].tolist() == ["1", "2"]
