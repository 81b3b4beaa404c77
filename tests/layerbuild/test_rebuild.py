"""Building again gives the shipped file; a build that fails leaves it alone."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from yngis.errors import SetupError
from yngis.layerbuild import boundaries, build_layers

if TYPE_CHECKING:
    from rich.progress import Progress

Layers = dict[str, gpd.GeoDataFrame]
# SQLite writes its version number here [byte]; another version may lay pages out otherwise.
SQLITE_VERSION = slice(96, 100)


@pytest.mark.parametrize(
    "name", ["counties", "prefectures", "regions", "zones", "ports", "neighbours"]
)
def test_every_layer_comes_out_again(shipped: Layers, rebuilt: Layers, name: str) -> None:
    before, after = shipped[name], rebuilt[name]
    pd.testing.assert_frame_equal(
        before.drop(columns="geometry"), after.drop(columns="geometry"), rtol=1e-9
    )
    # One step of the 1e-7° grid: what another machine's sine may round the other way.
    same = shapely.equals_exact(before.geometry.to_numpy(), after.geometry.to_numpy(), 1.01e-7)
    assert same.all(), before["name_zh"][~same].tolist()


def test_the_file_comes_out_byte_for_byte(shipped_file: Path, rebuilt_file: Path) -> None:
    before, after = shipped_file.read_bytes(), rebuilt_file.read_bytes()
    at_home = platform.system() == "Linux" and platform.machine() == "x86_64"
    if at_home and before[SQLITE_VERSION] == after[SQLITE_VERSION]:
        assert before == after
    assert len(after) == pytest.approx(len(before), rel=0.01)
    assert len(before) < 8_000_000


def test_a_failed_build_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "yunnan.gpkg"
    old.write_bytes(b"old")

    def break_down(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("yngis.layerbuild.assemble.dissolve_prefectures", break_down)
    with pytest.raises(RuntimeError, match="power cut"):
        build_layers(old)
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


def test_every_layer_is_a_step(rebuilt_file: Path, steps: Progress) -> None:
    assert rebuilt_file.exists()
    (task,) = steps.tasks
    assert task.completed == task.total == 6


@pytest.mark.parametrize("case", ["missing", "other release"])
def test_the_boundary_package_is_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    if case == "missing":
        monkeypatch.setattr(boundaries, "find_spec", lambda _: None)
    else:
        monkeypatch.setattr(boundaries.metadata, "version", lambda _: "9.9.9")
    with pytest.raises(SetupError, match=r"pip install") as caught:
        build_layers(Path("never.gpkg"))
    (problem,) = caught.value.problems
    assert problem.promised == "1.1.2"
    assert not Path("never.gpkg").exists()
