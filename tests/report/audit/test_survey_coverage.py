"""Land that the survey shows twice over, or not at all, is told, and nobody is accused by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from shapely import box

from yngis.report.audit import audit

if TYPE_CHECKING:
    from pathlib import Path


def test_an_overlapping_and_a_missing_survey(tmp_path: Path) -> None:
    shapes = [box(102.70 + k * 0.01, 24.9, 102.705 + k * 0.01, 24.905) for k in range(3)]
    supply = gpd.GeoDataFrame(
        {
            "合同编号": ["两层", "缺图", "一层"], "约定动工日期": "2018-01-01",
            "实际动工日期": "2018-01-01", "实际竣工日期": "2019-01-01",
        },
        geometry=shapes, crs=4490,
    )  # fmt: skip
    supply.to_file(tmp_path / "s.gpkg", layer="s")
    survey = gpd.GeoDataFrame(
        {
            "DLBM": ["0301", "0601", "0301"], "DLMC": ["乔木林地", "工业用地", "乔木林地"],
            "BSM": ["1", "2", "3"],
        },
        geometry=[shapes[0], box(102.6995, 24.9, 102.7055, 24.9055), shapes[2]], crs=4490,
    )  # fmt: skip
    survey.to_file(tmp_path / "d.gpkg", layer="d")
    out = tmp_path / "out"
    audit(tmp_path / "s.gpkg", out, parcels=tmp_path / "d.gpkg", as_of="2025-12-31", map_page=False)
    issues = pd.read_csv(out / "issues.csv")
    told = {rule: set(rows["id"]) for rule, rows in issues.groupby("rule")}
    assert told["survey_overlaps"] == {"两层"}
    assert told["survey_missing"] == {"缺图"}
    # Forest alone contradicts 已竣工; forest below a factory does not.
    assert told["built_on_bare"] == {"一层"}
