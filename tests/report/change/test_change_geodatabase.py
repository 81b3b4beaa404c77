"""`yngis change` and `yngis conflicts` on a File Geodatabase that holds many layers."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from typer.testing import CliRunner

from yngis.cli import app

_WEST, _SOUTH = 102.0, 25.0


def _parcels(codes: list[str], year: int) -> gpd.GeoDataFrame:
    """Draw slices of one box beside each other, one a code."""
    places = [_WEST + 0.01 * at for at in range(len(codes))]
    return gpd.GeoDataFrame(
        {
            "BSM": [f"{year}{at}" for at in range(len(codes))], "DLBM": codes, "SJNF": year,
        },
        geometry=[shapely.box(west, _SOUTH, west + 0.01, _SOUTH + 0.01) for west in places],
        crs=4490,
    )  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One bureau database: two surveys, zones, farmland, and layers without a record."""
    path = tmp_path_factory.mktemp("bureau") / "国土.gdb"
    before = _parcels(["0103", "0601", "0103", "1201"], 2023)
    zones = before.dissolve()[["geometry"]].assign(开发区名称="甲园")
    layers = {
        "DLTB_2023": before,
        "DLTB_2024": _parcels(["0601", "0601", "0103", "1201"], 2024),
        "DLTB_KONG": before.iloc[:0],
        "KONG": before.iloc[:0][["geometry"]],
        "KFQ": zones,
        "YJJBNTBHTB": before.iloc[:1][["BSM", "geometry"]].rename(columns={"BSM": "YJJBNTTBBH"}),
    }
    for name, frame in layers.items():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Field SJNF of type Integer64")
            pyogrio.write_dataframe(
                frame, path, layer=name, driver="OpenFileGDB", append=path.exists(),
                geometry_type="MultiPolygon", promote_to_multi=True,
            )  # fmt: skip
    return path


def _change(database: Path, out: Path, *more: str) -> tuple[int, str]:
    told = CliRunner().invoke(
        app,
        [
            "change", "--before", str(database), "--after", str(database), "--zones",
            str(database), "--zones-layer", "KFQ", "--out", str(out), *more,
        ],
    )  # fmt: skip
    return told.exit_code, told.output + str(told.exception or "")


def test_two_surveys_of_one_database(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    layers = ("--before-layer", "DLTB_2023", "--after-layer", "DLTB_2024")
    code, told = _change(database, out, *layers)
    assert code == 0, told
    table = pd.read_csv(out / "change.csv", encoding="utf-8-sig").set_index("kind")["area_m2"]
    # The first of four equal slices was farmland and is built.
    quarter = pd.read_csv(out / "transition.csv", encoding="utf-8-sig")["area_m2"].sum() / 4.0
    assert table["new_construction"] == pytest.approx(quarter, rel=1e-6)
    assert table["farmland_taken"] == pytest.approx(quarter, rel=1e-6)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((), ("6 个图层", "用 --before-layer 指明图层")),
        (("--before-layer", "DLTB_2023"), ("6 个图层", "用 --after-layer 指明图层")),
        (
            ("--before-layer", "DLTB_2023", "--after-layer", "DLTB_KONG"),
            ("--after", "DLTB_KONG", "图层是空的"),
        ),
        (
            ("--before-layer", "KONG", "--after-layer", "DLTB_2024"),
            ("--before", "KONG", "图层是空的"),
        ),
        (("--before-layer", "DLTB_2022", "--after-layer", "DLTB_2024"), ("DLTB_2022",)),
    ],
)
def test_layers_that_cannot_be_compared_are_named(
    database: Path, tmp_path: Path, layers: tuple[str, ...], words: tuple[str, ...]
) -> None:
    code, told = _change(database, tmp_path / "out", *layers)
    assert code != 0
    for word in words:
        assert word in told
    assert not (tmp_path / "out").exists()


def test_a_conflict_check_of_one_database(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["conflicts", "--zones", f"{database}#KFQ", "--out", str(out), "--coverage"]
    command += ["farmland=all", "--maps", "none", "--layer"]
    told = CliRunner().invoke(app, [*command, f"farmland={database}#YJJBNTBHTB"])
    assert told.exit_code == 0, told.output + str(told.exception)
    table = pd.read_csv(out / "conflicts.csv", encoding="utf-8-sig")
    own = table[table["level"] == "zone"].set_index("layer")["share"]
    assert own["farmland"] == pytest.approx(0.25, abs=1e-6)
