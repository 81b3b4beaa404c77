"""Machine code on disk: kept, thrown away when a source has changed, and done without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import pytest

from yngis.analysis.overlay.kernels import jit as _jit


def test_machine_code_of_other_sources_is_thrown_away(tmp_path: Path) -> None:
    index, code = (
        tmp_path / "module.function-1.py311.nbi",
        tmp_path / "module.function-1.py311.1.nbc",
    )
    for file in (index, code):
        file.write_bytes(b"")
    _jit.discard_stale(tmp_path, "one")
    assert not index.exists()
    index.write_bytes(b"")
    _jit.discard_stale(tmp_path, "one")
    assert index.exists()
    _jit.discard_stale(tmp_path, "other")
    assert not index.exists()


def test_without_a_folder_to_write_to_it_compiles_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    njit = numba.njit

    def nowhere(*functions: Any, **options: Any) -> Any:
        if options.pop("cache", False):

            def refuse(_function: Any) -> Any:
                raise RuntimeError("cannot cache function: no locator available")

            return refuse
        return njit(*functions, **options)

    monkeypatch.setattr(numba, "njit", nowhere)

    def twice(x: float) -> float:
        return 2.0 * x

    assert _jit.compile_function(twice)(4.0) == 8.0


def test_the_second_process_loads_what_the_first_compiled() -> None:
    code = """
import time, geopandas, shapely
from yngis.analysis.overlay.kernels import first_pass as _survey
from yngis.analysis.overlay.kernels import split_pass as _partition
from yngis.analysis.overlay import area_table
lots = geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 3, 1)], crs="EPSG:4543")
zones = geopandas.GeoDataFrame(geometry=[shapely.box(1, 0, 2, 1)], crs="EPSG:4543")
area_table(lots, zones, area="planar")
stats = [kernel.stats for kernel in (_survey.survey_parcels, _partition.partition_parcels)]
print(sum(sum(each.cache_hits.values()) for each in stats))
print(sum(sum(each.cache_misses.values()) for each in stats))
"""

    def run() -> list[int]:
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        return [int(each) for each in ran.stdout.split()]

    assert sum(run()) == 2
    assert run() == [2, 0]


def test_the_k_density_does_without_a_folder_to_write_to(tmp_path: Path) -> None:
    """Neither sources nor HOME can be written: numba finds no place for machine code."""
    code = """
import numba.core.caching as caching
caching.CacheImpl._locator_classes = []
import numpy as np
from yngis.analysis.clustering.point_patterns import pair_distances
print(pair_distances._box_distance(np.zeros(4, "f4"), np.ones(4, "f4")))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ran.returncode == 0, ran.stderr
    assert float(ran.stdout) == 2.0
