"""Red lines of the demonstration, checked once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from yngis.report.conflicts.results import ConflictResult
from yngis.report.conflicts.run import check_conflicts
from yngis.report.demo.conflict_files import demo_conflict_options, write_demo_conflicts

WEST, SOUTH, SIDE = 102.0, 25.0, 0.01


@pytest.fixture(scope="session")
def red_lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_demo_conflicts(tmp_path_factory.mktemp("红线"), seed=4)


@pytest.fixture(scope="session")
def checked(
    red_lines: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[ConflictResult, Path]:
    out = tmp_path_factory.mktemp("核查") / "out"
    options: dict[str, Any] = demo_conflict_options(red_lines)
    return check_conflicts(out, **options), out


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values=[""])


@pytest.fixture(scope="session")
def sliced() -> Callable[..., gpd.GeoDataFrame]:
    """Make a layer of slices of a box in longitude: pairs of shares, and columns."""

    def make(*slices: tuple[float, float], **columns: list[str]) -> gpd.GeoDataFrame:
        shapes = [
            shapely.box(WEST + first * SIDE, SOUTH, WEST + last * SIDE, SOUTH + SIDE)
            for first, last in slices
        ]
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)

    return make
