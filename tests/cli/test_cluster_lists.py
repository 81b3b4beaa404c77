"""Lists of enterprises that say a thing twice, or two things at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yngis.errors import LayerError
from yngis.report.clustering.run import read_enterprises

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plant_that_stands_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "企业名称,行业代码,开发区\n甲,3216,昆明高新区\n甲,3216,昆明高新区\n乙,3216,昆明高新区\n",
        encoding="utf-8",
    )
    found = read_enterprises(path).suspects
    assert found[found["reason"] == "listed_twice"].index.tolist() == [3]


def test_a_datum_that_the_header_contradicts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "企业名称,行业代码,经度（GCJ-02）,纬度（GCJ-02）\n甲,3216,102.712312,25.040645\n",
        encoding="utf-8",
    )
    with pytest.raises(LayerError, match="GCJ-02"):
        read_enterprises(path, datum="WGS84")
    assert read_enterprises(path, datum="GCJ-02").frame["located"].tolist() == [True]
