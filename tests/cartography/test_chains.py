"""Chains on the map are those of the plan's words, and of nothing else."""

from __future__ import annotations

import pandas as pd

from yngis.cartography.chains import chains_of
from yngis.cartography.prepared import Mark


def _marks(*names: str) -> tuple[Mark, ...]:
    return tuple(Mark(name, f"{name}园", 0.0, 0.0, "省级") for name in names)


def _layout(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["segment", "zone", "role"])


def test_stages_lead_from_one_to_the_next_and_all_to_the_whole_chain() -> None:
    layout = _layout(
        ("硅", "丙", "硅光伏全产业链（不含工业硅）"),
        ("硅", "丙", "硅电子产业链"),
        ("硅", "乙", "中游（单晶硅棒到电池片）"),
        ("硅", "甲", "上游硅材料"),
        ("硅", "丁", "上游单晶硅棒"),
    )
    (chain,) = chains_of(layout, _marks("甲", "乙", "丙", "丁"))
    assert set(chain.arrows) == {("甲", "乙"), ("丁", "乙"), ("乙", "丙")}
    assert chain.told.endswith("→ 乙园（中游） → 丙园（全产业链）")


def test_a_stage_that_is_missing_is_stepped_over() -> None:
    layout = _layout(("钛", "甲", "前端钛产业链"), ("钛", "乙", "后端钛产业链"))
    (chain,) = chains_of(layout, _marks("甲", "乙"))
    assert chain.arrows == (("甲", "乙"),)


def test_a_longer_word_is_not_read_as_the_shorter_one_in_it() -> None:
    layout = _layout(("钛", "甲", "前端钛产业链"), ("钛", "乙", "中后端钛产业链"))
    (chain,) = chains_of(layout, _marks("甲", "乙"))
    assert chain.told == "钛：甲园（上游） → 乙园（中游、下游）"


def test_products_alone_are_no_stage_and_one_stage_is_no_chain() -> None:
    layout = _layout(
        ("铜", "甲", "电池铜箔"), ("铜", "乙", ""), ("铝", "甲", "上游氧化铝"), ("铝", "乙", "上游")
    )
    assert list(chains_of(layout, _marks("甲", "乙"))) == []


def test_a_zone_that_the_figure_does_not_show_has_no_arrow() -> None:
    layout = _layout(("钛", "甲", "前端"), ("钛", "乙", "后端"))
    assert list(chains_of(layout, _marks("甲"))) == []
