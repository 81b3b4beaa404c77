"""What changed since the edition before: renamed, raised and other roles are told as such."""

from __future__ import annotations

import pandas as pd

from yngis.cartography.manifest import FigureRecord, next_edition
from yngis.plan.registry import Registry


def _record(
    zones: dict[str, list[str]], levels: dict[str, str], role: str, state: str
) -> FigureRecord:
    roles = {zone: {key: [role] for key in keys} for zone, keys in zones.items()}
    return FigureRecord(
        number=5,
        title="图",
        file="fig05.html",
        layers=[],
        zones=zones,
        levels=levels,
        roles=roles,
        inputs={"zones.csv": state},
    )


def _told(old: FigureRecord, new: FigureRecord, registry: Registry | None = None) -> list[str]:
    before = next_edition([old], old.inputs, None)
    return (next_edition([new], new.inputs, before, (), registry).changes() or [])[1:]


def _registry(aliases: str) -> Registry:
    return Registry(pd.DataFrame({"name_zh": ["乙绿色产业园区"], "aliases": [aliases]}))


def test_a_zone_is_renamed_by_a_sure_alias_only() -> None:
    old = _record({"乙产业园区": ["钛"]}, {}, "", "1")
    new = _record({"乙绿色产业园区": ["钛"]}, {}, "", "2")
    assert _told(old, new, _registry("乙产业园区")) == ["图5：乙产业园区 更名为 乙绿色产业园区"]
    lost_and_new = ["图5：减少 乙产业园区（钛）", "图5：新增 乙绿色产业园区（钛）"]
    assert _told(old, new, _registry("乙产业园区(疑似)")) == lost_and_new
    assert _told(old, new) == lost_and_new


def test_two_zones_that_go_on_as_one_are_not_renamed() -> None:
    old = _record({"乙产业园区": ["钛"], "丙产业园区": ["钛"]}, {}, "", "1")
    new = _record({"乙绿色产业园区": ["钛"]}, {}, "", "2")
    told = _told(old, new, _registry("乙产业园区;丙产业园区"))
    assert len(told) == 3
    assert not any("更名" in line for line in told)


def test_changes_of_level_and_role_are_told_under_the_later_name() -> None:
    old = _record({"乙产业园区": ["钛"]}, {"乙产业园区": "省级"}, "上游", "1")
    new = _record({"乙绿色产业园区": ["钛"]}, {"乙绿色产业园区": "国家级"}, "下游", "2")
    assert _told(old, new, _registry("乙产业园区")) == [
        "图5：乙产业园区 更名为 乙绿色产业园区",
        "图5：乙绿色产业园区 级别由 省级 改为 国家级",
        "图5：乙绿色产业园区 在钛的环节由（上游）改为（下游）",
    ]


def test_a_record_without_levels_and_roles_accuses_nobody() -> None:
    old = _record({"乙绿色产业园区": ["钛"]}, {}, "", "1").model_copy(update={"roles": {}})
    new = _record({"乙绿色产业园区": ["钛"]}, {"乙绿色产业园区": "国家级"}, "下游", "2")
    assert _told(old, new) == [
        "各图所画的开发区与行业没有变化 / no zone or sector changed in any figure"
    ]
