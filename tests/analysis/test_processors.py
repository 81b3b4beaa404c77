"""Threads are as many as this process may run, not as many as the machine has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yngis.analysis import processors


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight processors, and control groups that a test may set."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    own = tmp_path / "own"
    own.write_text("1:cpu:/elsewhere\n0::/a/b\n", "utf-8")
    monkeypatch.setattr(processors, "_GROUPS", tmp_path)
    monkeypatch.setattr(processors, "_OWN_GROUP", own)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    return tmp_path


def test_all_where_nothing_is_limited(machine: Path) -> None:
    assert processors.thread_count() == 8
    (machine / "a" / "b" / "cpu.max").write_text("max 100000\n")
    assert processors.thread_count() == 8


@pytest.mark.parametrize(
    ("limit", "count"),
    [("250000 100000", 3), ("50000 100000", 1), ("1600000 100000", 8), ("odd", 8)],
)
@pytest.mark.parametrize("group", ["a/b", "a", "."])
def test_a_limit_of_its_group_or_one_above_holds(
    machine: Path, group: str, limit: str, count: int
) -> None:
    (machine / group / "cpu.max").write_text(limit + "\n")
    assert processors.thread_count() == count


def test_a_container_without_a_list_of_groups(machine: Path) -> None:
    (machine / "own").unlink()
    (machine / "cpu.max").write_text("200000 100000\n")
    assert processors.thread_count() == 2
