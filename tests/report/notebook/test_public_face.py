"""The public face: what hangs from ``yngis``, and results that show and keep themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import yngis
from yngis.errors import LayerError
from yngis.report.demo.zones import write_demo_zones
from yngis.report.notebook import Result


def test_everything_an_explorer_needs_hangs_from_yngis() -> None:
    analyses = {"audit", "intensity", "targets", "clustering", "area_table", "apportion"}
    assert analyses | {"load", "figure", "explore"} <= set(dir(yngis))
    assert [name for name in dir(yngis) if name.startswith("_")] == ["__doc__", "__version__"]
    for name in yngis.__all__:
        assert callable(getattr(yngis, name)), name
        assert getattr(yngis, name).__doc__.strip(), name


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
