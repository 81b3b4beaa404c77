"""What an archive takes, and what it refuses, with every fault at once."""

from __future__ import annotations

import itertools
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from yngis.errors import LayerError
from yngis.report.archive import (
    add_runs,
    create_archive,
    read_edition_folder,
    read_editions,
    read_findings,
    read_values,
    verify_archive,
)
from yngis.report.archive.database import reading_archive, writing_archive
from yngis.report.run_record import write_run_record

ZONES = ("昆明高新技术产业开发区", "昆明经济技术开发区")

# One process imports once, and forks the additions that it kills.
_KILLED = """
import json, os, random, signal, sys, time
from yngis.report.archive import add_runs, read_editions, verify_archive
archive, *runs = sys.argv[1:]
moments = random.Random(0)
for run in runs:
    child = os.fork()
    if child == 0:
        add_runs(archive, [run])
        os._exit(0)
    time.sleep(moments.uniform(0.0, 0.3))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    faults = [each.found for each in verify_archive(archive)]
    print(json.dumps({
        "faults": [found for found in faults if "没有这一版" not in found],
        "years": [int(year) for year in read_editions(archive)["year"]],
    }))
"""


def _record(number: str, finding: str = "built", **more: Any) -> dict[str, Any]:
    return {"id": number, "zone": ZONES[0], "finding": finding, "area_m2": 1e4, **more}


def _problems(told: pytest.ExceptionInfo[LayerError]) -> list[str]:
    return [f"{each.where} {each.found}" for each in told.value.problems]


def test_values_stand_in_the_archive_as_the_results_tell_them(
    archive: Path, write_audit: Any
) -> None:
    (added,) = add_runs(archive, [write_audit("run", "2024-12-31", records=[_record("甲1")])])
    assert (added.kind, added.year, added.new) == ("audit", 2024, True)
    values = read_values(archive, zones=["YN-001"]).set_index("measure")
    # 10 ha of 40 ha by the ratios; the rate without a denominator is missing, with its reason.
    assert values.loc["idle_rate", ["value", "numerator", "denominator"]].tolist() == [0.25, 10, 40]
    assert values["value"].isna()["built_rate"]
    assert values.loc["built_rate", "reason"] == "分母为零"
    assert values.loc["suspected_idle_ha", ["value", "unit"]].tolist() == [10.0, "公顷"]
    everything = read_values(archive)
    outside = everything[everything["place"] == "（规划开发区以外）"]
    assert outside["zone_id"].isna().all()
    whole = everything[everything["level"] == "province"]
    assert whole["value"].tolist() == [30.0]
    finding = read_findings(archive).iloc[0]
    assert (finding["zone_id"], finding["finding"], finding["area_m2"]) == ("YN-001", "built", 1e4)
    folder = read_edition_folder(archive, added.edition)
    assert folder.altered_files(["ratios.csv", "zone_summary.csv"]) == []
    assert not (folder.path / "ratios.csv").stat().st_mode & 0o222


def test_every_fault_of_every_folder_is_told_at_once_and_nothing_is_written(
    archive: Path, write_audit: Any, tmp_path: Path
) -> None:
    import json  # noqa: PLC0415 - this test alone

    bare = write_audit("bare", "2021-12-31")
    told = json.loads((bare / "run.json").read_text(encoding="utf-8"))
    (bare / "run.json").write_text(json.dumps(told | {"outputs": {}}), encoding="utf-8")
    altered = write_audit("altered", "2022-12-31")
    (altered / "ratios.csv").write_text("level,place\n", encoding="utf-8")
    (altered / "zone_summary.csv").unlink()
    made_up = write_audit("made_up", "2023-12-31", label="演示数据")
    outside = write_audit("outside", "2020-12-31")
    (tmp_path / "secret.csv").write_text("x", encoding="utf-8")
    told = json.loads((outside / "run.json").read_text(encoding="utf-8"))
    told["outputs"]["../secret.csv"] = "0" * 64
    (outside / "run.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(LayerError) as caught:
        add_runs(archive, [bare, altered, made_up, outside, tmp_path / "none"])
    found = _problems(caught)
    for word in ("没有或不全", "被改动", "缺少", "演示数据", "文件夹之外", "没有 run.json"):
        assert sum(word in each for each in found) == 1, (word, found)
    assert read_editions(archive).empty
    assert list((archive / "editions").iterdir()) == []


def test_an_archive_of_made_up_data_takes_nothing_else(write_audit: Any, tmp_path: Path) -> None:
    create_archive(tmp_path / "made_up", demonstration=True)
    with pytest.raises(LayerError, match="没有演示标记"):
        add_runs(tmp_path / "made_up", [write_audit("real", "2023-12-31")])
    run = write_audit("run", "2023-12-31", label="演示数据")
    assert add_runs(tmp_path / "made_up", [run])[0].new


def test_zones_that_nobody_knows_are_told_all_at_once(archive: Path, write_audit: Any) -> None:
    run = write_audit("run", "2023-12-31", zones=("昆明高新区", "昆明经开发区", "火星产业园区"))
    with pytest.raises(LayerError) as caught:
        add_runs(archive, [run])
    # The short name is known; the two others are not, and one has a near name.
    assert len(caught.value.problems) == 2
    assert "昆明经济技术开发区" in caught.value.problems[0].mend
    twice = write_audit("twice", "2023-12-31", zones=("昆明高新区", "昆明高新技术产业开发区"))
    with pytest.raises(LayerError, match="都是 YN-001"):
        add_runs(archive, [twice])


def test_a_correction_is_a_new_edition_with_a_reason(archive: Path, write_audit: Any) -> None:
    first = write_audit("first", "2023-12-31", records=[_record("1", supervision_no="53001")])
    better = write_audit(
        "better", "2023-12-31", idle=12.0, records=[_record("1", "idle", supervision_no="53001")]
    )
    add_runs(archive, [first])
    assert not add_runs(archive, [first])[0].new
    with pytest.raises(LayerError, match="--reason"):
        add_runs(archive, [better])
    (added,) = add_runs(archive, [better], reason="台账补录")
    assert added.supersedes == 1
    editions = read_editions(archive)
    assert editions["current"].tolist() == [False, True]
    values = read_values(archive, measures=["suspected_idle_ha"], zones=["YN-001"])
    assert values["value"].tolist() == [12.0]
    assert read_findings(archive)["matched_by"].tolist() == ["supervision_no"]
    assert verify_archive(archive) == []


def test_two_runs_of_one_year_at_once_are_refused(archive: Path, write_audit: Any) -> None:
    runs = [write_audit("one", "2023-12-31"), write_audit("two", "2023-12-31", idle=11.0)]
    with pytest.raises(LayerError, match="也是 2023 年"):
        add_runs(archive, runs)


def test_the_year_is_asked_for_where_results_do_not_tell_it(
    archive: Path, write_audit: Any
) -> None:
    run = write_audit("run", "")
    with pytest.raises(LayerError, match="--year"):
        add_runs(archive, [run])
    assert add_runs(archive, [run], year=2022)[0].year == 2022
    with pytest.raises(LayerError, match="结果自述"):
        add_runs(archive, [write_audit("dated", "2023-12-31")], year=2022)


@pytest.mark.parametrize("table", ["meta", "zone", "zone_name", "edition", "value", "finding"])
def test_nothing_is_changed_or_deleted(archive: Path, write_audit: Any, table: str) -> None:
    add_runs(archive, [write_audit("run", "2023-12-31", records=[_record("1")])])
    with writing_archive(archive) as connection:
        column = connection.execute(f"PRAGMA table_info({table})").fetchone()[1]
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):  # noqa: S608
            with pytest.raises(sqlite3.IntegrityError, match="只增不改"):
                connection.execute(act)
        row = connection.execute(f"SELECT * FROM {table}").fetchone()  # noqa: S608
        marks = ", ".join("?" * len(row))
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608


def test_whoever_reads_cannot_write(archive: Path) -> None:
    with reading_archive(archive) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("INSERT INTO meta VALUES ('a', 'b')")


def test_an_addition_that_fails_leaves_no_trace(
    archive: Path, write_audit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yngis.report.archive.edition_rows.seal_edition", broken)
    with pytest.raises(KeyboardInterrupt):
        add_runs(archive, [write_audit("run", "2023-12-31")])
    monkeypatch.undo()
    assert read_editions(archive).empty
    assert verify_archive(archive) == []


def test_a_copy_that_a_killed_run_left_is_told_and_taken_over(
    archive: Path, write_audit: Any
) -> None:
    run = write_audit("run", "2023-12-31")
    (added,) = add_runs(archive, [run])
    place = archive / "editions" / "audit" / "2022" / "0123456789abcdef"
    place.mkdir(parents=True)
    assert ["没有这一版" in each.found for each in verify_archive(archive)] == [True]
    assert added.folder in set(read_editions(archive)["folder"])


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_additions_that_are_killed_leave_a_valid_archive(archive: Path, write_audit: Any) -> None:
    """Twenty kills at any moment: whole editions or none, and the next run goes on from there."""
    runs = [str(write_audit(f"run{year}", f"{year}-12-31")) for year in range(2001, 2021)]
    told = subprocess.run(
        [sys.executable, "-c", _KILLED, str(archive), *runs],
        capture_output=True,
        text=True,
        check=True,
    )
    states = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(states) == len(runs)
    # A copy that no edition knows is all that may be left.
    assert [state["faults"] for state in states] == [[]] * len(runs)
    held = [state["years"] for state in states]
    assert all(set(before) <= set(after) for before, after in itertools.pairwise(held))
    missing = [run for run in runs if int(run[-4:]) not in held[-1]]
    if missing:
        add_runs(archive, missing)
    assert sorted(read_editions(archive)["year"]) == list(range(2001, 2021))
    assert verify_archive(archive) == []


def test_conflicts_and_targets_tell_zones_goals_and_what_is_missing(
    archive: Path, tmp_path: Path
) -> None:
    conflicts, targets = tmp_path / "conflicts", tmp_path / "targets"
    conflicts.mkdir()
    (targets / "tables").mkdir(parents=True)
    (conflicts / "zones.csv").write_text(
        f"zone,any_ha,no_data_ha,any_share,note\n{ZONES[0]},2.5,,0.1,\n", encoding="utf-8"
    )
    (conflicts / "findings.csv").write_text(
        "level,name,zone,layer,area_ha,effect_zh\n"
        f"开发区,{ZONES[0]},,farmland,2.5,禁止\n宗地,G1,{ZONES[1]},farmland,0.5,禁止\n",
        encoding="utf-8",
    )
    (targets / "tables" / "checks.csv").write_text(
        "id,reading,value,target,unit,verdict\nrd,share,,2.5,%,undefined\n", encoding="utf-8"
    )
    for folder, program in ((conflicts, "yngis conflicts"), (targets, "yngis targets")):
        options = {"year": 2023} if folder == targets else {}
        write_run_record(folder, program, options=options, inputs=[], counts={})
    add_runs(archive, [conflicts, targets], year=2023)
    found = read_findings(archive)[["zone_id", "finding", "class", "area_m2"]]
    assert found.to_numpy().tolist() == [
        ["YN-001", "farmland", "禁止", 25_000.0],
        ["YN-002", "farmland", "禁止", 5_000.0],
    ]
    values = read_values(archive).set_index("measure")
    assert values.loc["no_data_ha", "reason"] == "结果中为空"
    assert values["value"].isna()["no_data_ha"]
    assert values.loc["rd.share.target", ["level", "value", "unit"]].tolist() == [
        "province",
        2.5,
        "%",
    ]
    assert values.loc["rd.share", "reason"] == "结果中为空"
    assert values.loc["rd.share.verdict", "words"] == "undefined"
