"""Lists of enterprises that say a thing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
