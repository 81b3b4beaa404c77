"""The public face: what hangs from ``yngis``, and results that show and keep themselves."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import yngis
from yngis.errors import LayerError
from yngis.report.demo.zones import write_demo_zones
from yngis.report.notebook import Result


def test_everything_an_explorer_needs_hangs_from_yngis() -> None:
    analyses = {"audit", "intensity", "targets", "clustering", "area_table", "apportion"}
    reports = {"conflict_report", "change_report", "disposal_report", "imagery_report"}
    assert analyses | reports | {"load", "figure", "explore"} <= set(dir(yngis))
    assert [name for name in dir(yngis) if name.startswith("_")] == ["__doc__", "__version__"]
    for name in yngis.__all__:
        assert callable(getattr(yngis, name)), name
        assert getattr(yngis, name).__doc__.strip(), name


@pytest.mark.parametrize(
    "package",
    [
        "analysis.change",
        "analysis.clustering",
        "analysis.conflicts",
        "analysis.overlay",
        "cartography",
        "cartography.print",
        "report.audit",
        "report.clustering",
    ],
)
def test_names_loaded_on_demand_are_listed(package: str) -> None:
    module = importlib.import_module(f"yngis.{package}")
    assert dir(module) == sorted(module.__all__)


def test_importing_loads_nothing_heavy() -> None:
    told = (
        "import sys, yngis; dir(yngis); print({'pandas', 'folium', 'anywidget'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.fixture
def result(tmp_path: Path) -> Result:
    home = tmp_path / "made"
    (home / "maps").mkdir(parents=True)
    hostile = """<title>"'</title><script>alert(1)</script>"""
    (home / "report.html").write_bytes(hostile.encode())
    (home / "maps" / "score.html").write_bytes(b"score")
    found = SimpleNamespace(ranking=pd.DataFrame({"score": [1.0]}), conserved=True)
    return Result("intensity", found, home, "yngis intensity", None)


def test_a_result_shows_its_frames_and_pages(result: Result, tmp_path: Path) -> None:
    assert repr(result) == "intensity(ranking 1)"
    assert result.ranking["score"].tolist() == [1.0]
    assert result.conserved
    assert {"ranking", "map", "report", "to_folder", "tables"} <= set(dir(result))
    with pytest.raises(AttributeError):
        result.nothing  # noqa: B018
    shown = result.report()._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;title')
    assert "<script" not in shown
    assert shown.count('"') == 6  # of three attributes: nothing in the page ends one
    assert repr(result.map("score")) == "ShownPage('score.html', 0.0 MB)"
    result.map().save(tmp_path / "kept.html")
    assert (tmp_path / "kept.html").read_bytes() == b"score"
    with pytest.raises(LayerError, match="score"):
        result.map("scor")


def test_frames_go_in_and_come_out(tmp_path: Path) -> None:
    _, stats, _ = write_demo_zones(tmp_path)
    from_file = yngis.targets(stats, year=2023, maps=())
    frame = pd.read_csv(stats, dtype=str)
    found = yngis.targets(frame, year=2023, maps=())
    pd.testing.assert_frame_equal(found.checks, from_file.checks)
    kept = found.to_folder(tmp_path / "kept")
    assert {"report.html", "targets.xlsx", "run.json"} <= {path.name for path in kept.iterdir()}
    found.to_folder(kept)  # replaces its own
    with pytest.raises(LayerError, match="maps="):
        found.map()


def test_frames_inside_what_was_found_are_attributes_too(tmp_path: Path) -> None:
    found = SimpleNamespace(zones="an assessment")
    tables = {"zones": pd.DataFrame({"name": ["甲"]})}
    result = Result("conflict_report", found, tmp_path, "yngis conflicts", None, frames=tables)
    assert result.zones["name"].tolist() == ["甲"]
    assert result.found is found
    assert "zones" in dir(result)
    assert repr(result) == "conflict_report(zones 1)"


def test_a_conflict_report_takes_frames_or_files() -> None:
    """Both are the numbers of the bare function; the report and the map show themselves."""
    names = ["甲", "乙"]
    shapes = [shapely.box(102 + at, 25, 102.01 + at, 25.01) for at in range(2)]
    zones = gpd.GeoDataFrame({"名称": names}, geometry=shapes, crs=4490)
    farmland = gpd.GeoDataFrame(geometry=[shapely.box(102, 25, 102.003, 25.01)], crs=4490)
    found = yngis.conflict_report(
        zones, {"farmland": farmland}, coverage={"farmland": "all"}, maps=()
    )
    bare = yngis.conflicts(zones, {"farmland": farmland}, coverage={"farmland": "all"})
    columns = ["level", "name", "layer", "share"]
    pd.testing.assert_frame_equal(found.conflicts[columns], bare[columns])
    assert "永久基本农田" in found.report()._repr_html_()


def test_a_survey_as_a_frame_gives_the_changes_of_the_bare_function() -> None:
    shapes = [shapely.box(102 + at / 1e3, 25, 102 + (at + 1) / 1e3, 25.001) for at in range(2)]
    zones = gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[shapely.union_all(shapes)], crs=4490)
    before, after = (
        gpd.GeoDataFrame({"DLBM": codes, "SJNF": year}, geometry=shapes, crs=4490)
        for codes, year in ((["0103", "0601"], 2022), (["0601", "0601"], 2023))
    )
    found = yngis.change_report(before, after, zones, maps=())
    bare = yngis.change(before, after, zones)
    kinds = ["kind", "area_m2", "polygons"]
    told = found.changes[found.changes["zone"] == "甲"].reset_index(drop=True)
    pd.testing.assert_frame_equal(told[kinds], bare.changes[kinds])


def test_made_up_data_of_one_kind(tmp_path: Path) -> None:
    files = yngis.demo_files("zones", tmp_path / "made")
    assert all(path.is_file() for path in files.values())
    with pytest.raises(yngis.YngisError, match="zones"):
        yngis.demo_files("zone", tmp_path)
