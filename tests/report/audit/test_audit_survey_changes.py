"""Two surveys beside the audit: their findings stand beside the ledger's, never in its place."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from yngis.errors import SpecError
from yngis.report.audit import audit
from yngis.report.demo.bureau import make_demo
from yngis.report.demo.files import write_files
from yngis.report.demo.surveys import write_demo_surveys


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    made = make_demo(6, 300)
    write_files(made, folder)
    write_demo_surveys(made, folder, 8)
    for name in ("with", "without"):
        surveys = {} if name == "without" else {
            "survey_before": folder / "国土调查_2024.gpkg",
            "survey_after": folder / "国土调查_2025.gpkg",
        }  # fmt: skip
        audit(
            folder / "供应.gpkg", folder / name, as_of="2025-12-31",
            approvals=folder / "批准.gpkg", map_page=False, **surveys,
        )  # fmt: skip
    return folder


def test_the_ledgers_findings_are_what_they_were(demo: Path) -> None:
    for path in sorted((demo / "without").iterdir()):
        if path.suffix in {".csv", ".gpkg"}:
            assert path.read_bytes() == (demo / "with" / path.name).read_bytes(), path.name
    more = {path.name for path in (demo / "with").iterdir()}
    less = {path.name for path in (demo / "without").iterdir()}
    assert more - less == {"survey_changes.csv", "survey_suspects.csv", "survey_records.csv"}


def test_what_was_planted_stands_beside_them(demo: Path) -> None:
    truth = pd.read_csv(demo / "change_truth.csv", encoding="utf-8-sig")
    found = pd.read_csv(demo / "with" / "survey_suspects.csv", encoding="utf-8-sig")
    assert list(found.columns) == ["zone", "kind", "area_m2", "ids"]
    for kind in ("supplied_early", "unapproved", "contradiction"):
        ids = {each for cell in found.loc[found["kind"] == kind, "ids"] for each in cell.split(";")}
        assert ids == set(truth.loc[truth["kind"] == kind, "id"].astype(str)), kind
    records = pd.read_csv(demo / "with" / "survey_records.csv", encoding="utf-8-sig")
    assert set(records["finding"]) <= {"疑似闲置", "已竣工", "在建"}
    assert records["ground"].str.contains("台账记").all()
    page = (demo / "with" / "report.html").read_text(encoding="utf-8")
    assert "两期调查" in page
    assert "台账判定照旧" in page


def test_the_record_of_a_run_without_surveys_does_not_know_of_them(demo: Path) -> None:
    without = (demo / "without" / "run.json").read_text(encoding="utf-8")
    assert "survey" not in without
    told = json.loads((demo / "with" / "run.json").read_text(encoding="utf-8"))
    assert told["options"]["survey_after"] == "国土调查_2025.gpkg"
    assert {each["role"] for each in told["inputs"]} >= {"survey_before", "survey_after"}
    assert "两期调查" not in (demo / "without" / "report.html").read_text(encoding="utf-8")


def test_one_survey_alone_is_refused(demo: Path) -> None:
    with pytest.raises(SpecError, match="survey-after"):
        audit(
            demo / "供应.gpkg", demo / "one", as_of="2025-12-31",
            survey_before=demo / "国土调查_2024.gpkg",
        )  # fmt: skip
