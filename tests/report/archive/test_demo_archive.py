"""The demonstration's years in an archive: what was planted is found by the analyses themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from docx import Document

from yngis.analysis.intensity.assessment import Choices, assess_zones
from yngis.analysis.intensity.scheme import read_scheme
from yngis.errors import LayerError
from yngis.report.archive import (
    compare_years,
    read_archive_facts,
    read_editions,
    read_findings,
    read_values,
    read_zone_lineage,
    read_zone_names,
    verify_archive,
)
from yngis.report.archive.demonstration import make_demo_archive
from yngis.report.archive.lines import comparison_lines
from yngis.report.demo.yearly_events import plant_zones, shown_years
from yngis.report.demo.years import write_demo_years
from yngis.report.intensity.inputs import read_intensity_inputs
from yngis.report.intensity.run import DEFAULT_SCHEME
from yngis.report.portal import read_archive_view
from yngis.report.portal.zone_pages.zone_documents import make_zone_documents, zone_documents

YEARS = (2022, 2023)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years")
    write_demo_years(folder)
    return folder


@pytest.fixture(scope="module")
def archive(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "archive"
    return make_demo_archive(home, tables=tables, years=YEARS, kinds=["audit"])


def test_idle_land_is_what_the_days_say_of_every_zone_and_year(archive: Path, tables: Path) -> None:
    truth = pd.read_csv(tables / "truth_years.csv")
    truth = truth[truth["year"].isin(YEARS)]
    names = read_zone_names(archive)
    truth["zone_id"] = truth["zone"].map(dict(zip(names["name_zh"], names["zone_id"], strict=True)))
    found = read_values(archive, measures=["suspected_idle_ha"]).dropna(subset=["zone_id"])
    joined = truth.merge(found, on=["zone_id", "year"], how="outer")
    assert len(joined) == len(truth) == len(found) == 62 + 61
    # Recorded areas are whole square metres, and hectares are written to six digits.
    assert (joined["idle_ha"] - joined["value"]).abs().max() < 2e-4
    records = read_findings(archive)
    idle = records[records["finding"] == "suspected_idle"].groupby(["zone_id", "year"]).size()
    for row in truth.to_dict("records"):
        assert idle.get((row["zone_id"], row["year"]), 0) == row["parcels"], row
    planted = plant_zones()
    up = truth[truth["zone"] == planted.idle_up]["parcels"].tolist()
    down = truth[truth["zone"] == planted.idle_down]["parcels"].tolist()
    assert (up, down) == ([2, 3], [4, 3])


def test_planted_yields_and_the_silent_zone_are_found_by_the_evaluation(tables: Path) -> None:
    first, silent, last = (shown_years()[place] for place in (0, 2, -1))
    found = {}
    for year in (first, silent, last):
        given = read_intensity_inputs(tables / str(year) / "评价数据_演示数据.xlsx")
        choices = Choices(year=year, draws=10)
        found[year] = assess_zones(
            given.table, read_scheme(DEFAULT_SCHEME), choices, attributes=given.attributes
        )
    planted = plant_zones()
    pace = found[last].indicators["output_intensity"] / found[first].indicators["output_intensity"]
    # As truth_trends.csv says of four years: a quarter more, a seventh less, all others 6 % more.
    wanted = {planted.yield_up: 1.25**4, planted.yield_down: (6 / 7) ** 4}
    others = pace.drop([*wanted, planted.into, planted.renamed])
    assert pace[list(wanted)].to_dict() == pytest.approx(wanted, rel=1e-3)
    assert others.dropna().to_numpy() == pytest.approx(1.06**4, rel=1e-3)
    assert len(others.dropna()) > 50
    told = found[silent].evidence.set_index(["zone", "indicator"])["reason"]
    assert told[planted.silent, "idle_rate"].endswith("G")


def test_names_and_merger_are_followed(archive: Path) -> None:
    planted, names = plant_zones(), read_zone_names(archive)
    events = read_zone_lineage(archive).set_index("kind")
    renamed = names[names["zone_id"] == events.loc["renamed", "zone_id"]]
    assert renamed["name_zh"].tolist() == [planted.former, planted.renamed]
    assert renamed["valid_to"].tolist() == ["2022-03-01", ""]
    gone, into = events.loc["merged", ["zone_id", "other_id"]]
    by_year = read_values(archive, zones=[gone], measures=["suspected_idle_ha"])["year"].tolist()
    assert by_year == [2022]
    # The parcels of the merged zone are the same ones, in the zone that it went into.
    records = read_findings(archive)
    keys = set(records.loc[records["zone_id"] == gone, "record_key"])
    later = records[(records["year"] == YEARS[1]) & (records["zone_id"] == into)]
    assert keys
    assert keys < set(later["record_key"])


def test_what_breaks_the_comparison_is_told_and_no_more(archive: Path) -> None:
    compared = compare_years(archive, *YEARS)
    assert [word.split(" ")[0] for word in compared.breaks["what"]] == ["规划包", "边界"]
    lines = list(comparison_lines(compared, *YEARS))
    assert any("YN-031 并入 YN-030" in line for line in lines)
    assert read_archive_facts(archive).demonstration
    assert read_editions(archive)["kind"].tolist() == ["audit", "audit"]
    assert verify_archive(archive) == []


def test_documents_of_a_zone_hold_its_parcels_of_the_last_audit(
    archive: Path, tmp_path: Path
) -> None:
    view = read_archive_view(archive, figures=False)
    zone = view.zone_of(plant_zones().idle_up)
    held = read_findings(archive, years=[YEARS[1]], zones=[zone.zone_id])
    grave = held[held["finding"].isin(["suspected_idle", "overdue_start"])]
    files = dict(make_zone_documents(view, [zone]))
    listed, fault = zone_documents(view, zone)
    assert (list(files), fault) == ([each.path for each in listed], "")
    assert {Path(name).suffix for name in files} == {".docx", ".html", ".gpkg"}
    (tmp_path / "zone.gpkg").write_bytes(bytes(files[f"zones/{zone.zone_id}.gpkg"]))
    parcels = pyogrio.read_dataframe(tmp_path / "zone.gpkg", layer="findings")
    assert len(parcels) == len(held)
    assert set(parcels["zone"]) == {zone.name}
    data = re.search(r'id="cards">(.*?)</script>', str(files[f"zones/{zone.zone_id}-cards.html"]))
    assert data is not None
    assert len(json.loads(data[1])["cards"]) == len(grave) > 0
    (tmp_path / "zone.docx").write_bytes(bytes(files[f"zones/{zone.zone_id}.docx"]))
    words = "".join(each.text for each in Document(str(tmp_path / "zone.docx")).paragraphs)
    assert zone.name in words
    # Nobody who may not see single records gets them by another door.
    shared = read_archive_view(archive, audience="shared")
    assert zone_documents(shared, zone) == ([], "")
    assert list(make_zone_documents(shared, [zone])) == []


def test_an_edited_table_of_a_plan_is_another_plan() -> None:
    from yngis.report.archive.run_folders import _plan_text  # noqa: PLC0415 - one test

    told = {"id": "p", "sha256": "a" * 64, "tables_sha256": "b" * 64}
    assert _plan_text({"plan": told}) != _plan_text({"plan": {**told, "tables_sha256": "c" * 64}})


def test_a_place_in_use_and_missing_tables_are_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "x").write_text("", encoding="utf-8")
    with pytest.raises(LayerError, match="空的文件夹"):
        make_demo_archive(tmp_path / "used")
    with pytest.raises(LayerError, match="五年演示") as caught:
        make_demo_archive(tmp_path / "new", tables=tmp_path / "used")
    assert len(caught.value.problems) == 2 + 5 * 3 + 3
    assert not (tmp_path / "new").exists()
