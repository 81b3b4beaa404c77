"""A locale that is not UTF-8: paths with Chinese signs are found all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely


def test_chinese_paths_are_found_in_a_locale_of_gbk(tmp_path: Path) -> None:
    maker = shutil.which("localedef")
    if maker is None:
        pytest.skip("needs localedef")
    made = subprocess.run(
        [maker, "-i", "zh_CN", "-f", "GBK", str(tmp_path / "zh_CN.GBK")],
        capture_output=True,
        check=False,
    )
    if made.returncode > 1:  # 1 where it only warned
        pytest.skip("has no GBK")
    plots = gpd.GeoDataFrame(
        {"用途": ["工业"]}, geometry=[shapely.box(102.9, 25.2, 102.91, 25.21)], crs=4490
    )
    plots.to_file(tmp_path / "宗地.gpkg")
    plots.assign(name="甲").to_parquet(tmp_path / "范围.parquet")
    env = {
        **os.environ,
        "LOCPATH": str(tmp_path),
        "LC_ALL": "zh_CN.GBK",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [sys.executable, "-m", "yngis", "overlay", "宗地.gpkg", "--zones", "范围.parquet"]
    ran = subprocess.run(
        [*command, "--name", "name", "--out", "结果.csv"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=env,
    )
    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode("gb18030", "replace")
    assert (tmp_path / "结果.csv").is_file()
    # What is printed is in the terminal's own encoding.
    missing = subprocess.run(
        [*command[:-3], "没有.gpkg", "--zones", "范围.parquet", "--out", "x.csv"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=env,
    )
    assert "不存在" in (missing.stdout + missing.stderr).decode("gb18030")
