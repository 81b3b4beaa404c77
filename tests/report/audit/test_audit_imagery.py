"""Images beside the audit: what they show stands beside a finding and changes nothing of it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from yngis.analysis.imagery.evidence import EVIDENCE_COLUMNS
from yngis.errors import LayerError
from yngis.report.audit import audit
from yngis.report.demo.bureau import make_demo
from yngis.report.demo.files import write_files

DAY = "2025-12-31"


def _evidence(folder: Path, rows: list[dict[str, str]]) -> Path:
    folder.mkdir(exist_ok=True)
    table = pd.DataFrame([{**dict.fromkeys(EVIDENCE_COLUMNS, ""), **row} for row in rows])
    table.to_csv(folder / "parcel_evidence.csv", index=False, encoding="utf-8-sig")
    return folder


def _row(parcel: str, state: str, cover: str, grade: str, **more: str) -> dict[str, str]:
    return {"parcel": parcel, "as_of": DAY, "state": state, "cover": cover, "grade": grade} | more


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_files(make_demo(6, 150), folder)
    audit(folder / "供应.gpkg", folder / "without", as_of=DAY, map_page=False)
    told = pd.read_csv(folder / "without/supply_findings.csv", encoding="utf-8-sig", dtype="str")
    sole = told[~told["contract_no"].duplicated(keep=False)].set_index("finding")["contract_no"]
    done, idle = list(sole.loc[["completed"]]), list(sole.loc[["suspected_idle"]])
    rows = [
        _row(done[0], "green", "green", "A"),
        _row(done[1], "green", "green", "B"),
        _row(done[2], "built", "bare", "A"),
        _row(idle[0], "built", "bare", "A"),
        _row(idle[1], "not_built", "bare", "A", disturbed_from="2024-01-01"),
        _row(idle[2], "cannot_tell", "", ""),
        _row("没有这一宗", "built", "bare", "A"),
    ]
    _evidence(folder / "影像", rows)
    audit(folder / "供应.gpkg", folder / "with", as_of=DAY, map_page=True, imagery=folder / "影像")
    return folder


def test_no_finding_is_changed(demo: Path) -> None:
    for path in sorted((demo / "without").iterdir()):
        if path.suffix in {".csv", ".gpkg"}:
            assert path.read_bytes() == (demo / "with" / path.name).read_bytes(), path.name
    more = {path.name for path in (demo / "with").iterdir()}
    assert more - {path.name for path in (demo / "without").iterdir()} == {
        "imagery_check.csv",
        "map.html",
    }


def test_the_table_of_ledger_against_image(demo: Path) -> None:
    told = pd.read_csv(demo / "with/imagery_check.csv", encoding="utf-8-sig", keep_default_na=False)
    assert len(told) == 6
    words = told.sort_values(["finding", "state", "grade"])["contradiction"].tolist()
    assert sum(word.startswith("疑似虚报竣工") for word in words) == 1
    assert sum(word.startswith("核实") and "虚报竣工" in word for word in words) == 1
    assert sum(word.startswith("疑似已建") for word in words) == 1
    assert sum("不等于动工" in word for word in words) == 1
    assert words.count("") == 2


def test_report_map_and_record_tell_it(demo: Path) -> None:
    page = (demo / "with/report.html").read_text(encoding="utf-8")
    assert "影像佐证" in page
    assert "台账判定照旧" in page
    assert "影像比对" in (demo / "with/map.html").read_text(encoding="utf-8")
    record = json.loads((demo / "with/run.json").read_text(encoding="utf-8"))
    assert record["options"]["imagery"] == "影像"
    assert next(each["sha256"] for each in record["inputs"] if each["role"] == "imagery")
    before = json.loads((demo / "without/run.json").read_text(encoding="utf-8"))
    assert "imagery" not in before["options"]


def test_what_is_no_evidence_is_refused(demo: Path, tmp_path: Path) -> None:
    later = _evidence(tmp_path / "later", [_row("1", "green", "green", "A", as_of="2026-06-30")])
    (tmp_path / "other").mkdir()
    (tmp_path / "other/parcel_evidence.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for folder, told in [
        (later, "不晚于"),
        (tmp_path / "other", "缺"),
        (tmp_path / "empty", "先运行"),
    ]:
        with pytest.raises(LayerError, match=told):
            audit(demo / "供应.gpkg", tmp_path / "out", as_of=DAY, imagery=folder)
    assert not (tmp_path / "out").exists()
