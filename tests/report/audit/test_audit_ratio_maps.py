"""Maps of an audit say what its tables say, and are files of the audit like all others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from yngis.errors import SpecError
from yngis.report.audit import audit
from yngis.report.audit.maps import audit_map_names
from yngis.report.maps import MapOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAPS = MapOptions(names=("verdict", "idle_rate"), formats=("html",))
NAMES = ["idle_rate_prefectures.html", "idle_rate_zones.html", "verdict_zones.html"]


@pytest.fixture(scope="module")
def mapped(bureau: dict[str, Path], run: Callable[..., Any]) -> Any:
    return run(bureau["supply"], maps=MAPS)


def test_the_maps_asked_for_are_written_and_recorded(mapped: Any) -> None:
    assert sorted(path.name for path in (mapped.folder / "maps").iterdir()) == NAMES
    told = json.loads((mapped.folder / "run.json").read_text(encoding="utf-8"))
    assert {f"maps/{name}" for name in NAMES} <= set(told["outputs"])
    report = (mapped.folder / "report.html").read_text(encoding="utf-8")
    assert all(f'href="maps/{name}"' in report for name in NAMES)


def test_a_map_counts_as_the_table_does(mapped: Any) -> None:
    page = (mapped.folder / "maps" / "verdict_zones.html").read_text(encoding="utf-8")
    counts = mapped.table("consequences")["verdict_zh"].value_counts()
    assert len(counts) > 1
    report = (mapped.folder / "report.html").read_text(encoding="utf-8")
    for verdict, count in counts.items():
        assert verdict in page
        assert f"{verdict}（{count}）" in report
    assert "演示数据" in page


def test_an_audit_with_maps_may_be_repeated_in_its_folder(
    mapped: Any, bureau: dict[str, Path]
) -> None:
    before = {path.name: path.read_bytes() for path in (mapped.folder / "maps").iterdir()}
    (mapped.folder / "mine.txt").write_text("mine", encoding="utf-8")
    again: dict[str, Any] = {"approvals": bureau["approvals"], "as_of": "2025-12-31"}
    audit(bureau["supply"], mapped.folder, **again, map_page=False, maps=MAPS)
    after = {path.name: path.read_bytes() for path in (mapped.folder / "maps").iterdir()}
    assert after == before
    audit(bureau["supply"], mapped.folder, **again, map_page=False)
    assert not (mapped.folder / "maps").exists()
    assert (mapped.folder / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_misspelt_map_is_told_before_the_work(bureau: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="idle_rate"):
        audit(bureau["supply"], tmp_path / "o", as_of="2025-12-31", maps=MapOptions(("idel_rate",)))
    assert not (tmp_path / "o").exists()
    assert "idle_rate_zones" in audit_map_names()
