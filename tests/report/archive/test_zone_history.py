"""A rename, a rise and a merger followed by hand through three years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yngis.catalogue import shipped_dir, use_pack_folder
from yngis.errors import LayerError
from yngis.layerbuild import copy_pack
from yngis.report.archive import (
    add_runs,
    compare_years,
    read_values,
    read_zone_lineage,
    read_zone_names,
    verify_archive,
)

OLD, OTHER, RAISED = "云南富民产业园区", "昆明经济技术开发区", "云南官渡经济技术开发区"
NEW = "云南富民绿色产业园区"


def _later_pack(folder: Path) -> Path:
    """The plan of a later year: one zone renamed, one raised, under the same numbers."""
    pack = copy_pack("yunnan-14", folder)
    table = pack / "tables" / "zones.csv"
    text = table.read_text(encoding="utf-8").replace(f"{OLD},富民产业园,", f"{NEW},富民产业园,")
    line = next(each for each in text.splitlines() if each.startswith(RAISED))
    text = text.replace(line, line.replace(",省级,", ",国家级,"))
    table.write_text(text, encoding="utf-8")
    return pack


def _numbers() -> dict[str, str]:
    lines = (shipped_dir() / "tables" / "zones.csv").read_text(encoding="utf-8").splitlines()
    return {line.split(",")[0]: line.rpartition(",")[2] for line in lines}


def test_zones_keep_their_history(archive: Path, write_audit: Any, tmp_path: Path) -> None:
    ids = _numbers()
    add_runs(archive, [write_audit("y2023", "2023-12-31", zones=(OLD, OTHER, RAISED), idle=4.0)])
    pack = _later_pack(tmp_path / "later")
    renamed = write_audit("y2024", "2024-12-31", zones=(NEW, OTHER, RAISED), idle=6.0, rules="own")
    with use_pack_folder(pack), pytest.raises(LayerError) as caught:
        add_runs(archive, [renamed])
    # Without a table of what happened nothing is guessed: a name and a level have changed.
    assert {each.found for each in caught.value.problems} == {"“国家级”", f"“{NEW}”"}
    table = tmp_path / "沿革.csv"
    table.write_text(
        "类型,编号,对方编号,日期,原名称或级别,新名称或级别,依据\n"
        f"更名,{ids[OLD]},,2024-03-01,{OLD},{NEW},云政复〔2024〕1号\n"
        f"升级,{ids[RAISED]},,2024-06-01,省级,国家级,国函〔2024〕2号\n"
        f"并入,{ids[OTHER]},YN-001,2025-02-01,,,云政复〔2025〕3号\n",
        encoding="utf-8",
    )
    with use_pack_folder(pack):
        add_runs(archive, [renamed], lineage=table)
        # The merged zone is known until the day of the merger, and refused from then on.
        gone = write_audit("gone", "2025-12-31", zones=(NEW, OTHER))
        with pytest.raises(LayerError, match="已并入他区"):
            add_runs(archive, [gone])
        # The old name is still known; the table may be given again.
        last = write_audit("y2025", "2025-12-31", zones=(OLD, "昆明高新区"), idle=9.0)
        add_runs(archive, [last], lineage=table)
    values = read_values(archive, zones=[ids[OLD]], measures=["suspected_idle_ha"])
    assert values[["year", "place", "value"]].to_numpy().tolist() == [
        [2023, OLD, 4.0], [2024, NEW, 6.0], [2025, OLD, 9.0],
    ]  # fmt: skip
    names = read_zone_names(archive).set_index("zone_id")
    spans = ["name_zh", "valid_from", "valid_to"]
    assert names.loc[ids[OLD], spans].to_numpy().tolist() == [
        [OLD, "2021-01-01", "2024-03-01"], [NEW, "2024-03-01", ""],
    ]  # fmt: skip
    assert names.loc[ids[RAISED], "level"].tolist() == ["省级", "国家级"]
    assert names.loc[ids[OTHER], "valid_to"] == "2025-02-01"
    assert read_zone_lineage(archive)["kind"].tolist() == ["renamed", "raised", "merged"]
    assert verify_archive(archive) == []
    compared = compare_years(archive, 2023, 2024)
    moved = compared.values.set_index(["zone_id", "measure"])
    # 4 ha to 6 ha, under another name.
    assert moved.loc[(ids[OLD], "suspected_idle_ha"), "difference"] == 2.0
    assert compared.lineage["kind"].tolist() == ["renamed", "raised"]
    assert compared.breaks["what"].tolist() == ["规则 / rules"]


def test_a_zone_that_is_split_off_begins_then_and_a_name_may_come_back(
    archive: Path, write_audit: Any, tmp_path: Path
) -> None:
    ids, east = _numbers(), "昆明高新东区"
    pack = copy_pack("yunnan-14", tmp_path / "later")
    table = pack / "tables" / "zones.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    named = lines[1].split(",")
    names = lines[0].split(",")
    told = {"name_zh": east, "short_zh": "高新东区", "aliases": "", "zone_id": "YN-063"}
    row = [told.get(name, cell) for name, cell in zip(names, named, strict=True)]
    table.write_text("\n".join([*lines, ",".join(row), ""]), encoding="utf-8")
    events = tmp_path / "沿革.csv"
    events.write_text(
        "类型,编号,对方编号,日期,原名称或级别,新名称或级别,依据\n"
        f"更名,{ids[OLD]},,2022-03-01,{OLD},{NEW},x\n更名,{ids[OLD]},,2023-03-01,{NEW},{OLD},x\n"
        "分立,YN-001,YN-063,2023-02-01,,,云政复〔2023〕4号\n",
        encoding="utf-8",
    )
    with use_pack_folder(pack):
        run = write_audit("y2023", "2023-12-31", zones=("昆明高新区", east, OLD))
        add_runs(archive, [run], lineage=events)
    held = read_zone_names(archive).set_index("zone_id")
    assert held.loc["YN-063", ["name_zh", "valid_from"]].tolist() == [east, "2023-02-01"]
    assert held.loc[ids[OLD], "name_zh"].tolist() == [OLD, NEW, OLD]
    assert read_zone_lineage(archive)["kind"].tolist() == ["renamed", "split", "renamed"]
    assert verify_archive(archive) == []


def test_faults_of_the_table_are_told_all_at_once(archive: Path, tmp_path: Path) -> None:
    table = tmp_path / "沿革.csv"
    table.write_text(
        "kind,zone_id,other_id,day,before,after,source\n"
        "更好,YN-001,,2024-03-01,,,x\n"
        "merged,YN-002,,2024年,,,\n"
        "renamed,YN-003,,2024-03-01,甲,,x\n",
        encoding="gbk",
    )
    with pytest.raises(LayerError) as caught:
        add_runs(archive, [], lineage=table)
    rows = [each.where.split("row ")[1] for each in caught.value.problems]
    assert rows == ["2", "3", "3", "3", "4"]
    table.write_text(
        "kind,zone_id,day,before,after,source\n"
        "renamed,YN-003,2024-03-01,甲,乙,x\nraised,YN-999,2024-03-01,省级,国家级,x\n",
        encoding="utf-8",
    )
    with pytest.raises(LayerError) as caught:
        add_runs(archive, [], lineage=table)
    assert ["存档所记" in each.promised for each in caught.value.problems] == [True, False]
    assert "YN-999" in caught.value.problems[1].found
