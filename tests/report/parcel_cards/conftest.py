"""A small audit with polygons, whose every number is known, made without running an audit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely

from yngis.catalogue.io.inert import inert_value
from yngis.report.parcel_cards.card_source import _NEEDED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZONE = "昆明经济技术开发区"
HOSTILE = "</script><script>alert(1)</script>&amp;<w:p/>{{7*7}}\x00\u202e\n=1+1"


def ground(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape in metres of the 34th 3° zone, as longitude and latitude."""
    way = pyproj.Transformer.from_crs("EPSG:4522", "EPSG:4490", always_xy=True)
    return shapely.transform(
        shape, lambda points: list(zip(*way.transform(*points.T), strict=True))
    )


@pytest.fixture
def make_audit(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder as an audit does: parcels of 100 m, side by side, one with a hole."""

    def made(count: int = 4, name: str = "audit", day: str = "2025-12-31", **cells: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        shapes = []
        for at in range(count):
            x, y = 34_520_000.0 + at % 20 * 110.0, 2_765_000.0 + at // 20 * 110.0
            hole = [shapely.box(x + 40, y + 40, x + 60, y + 60).exterior] if at == 1 else []
            square = [(x, y), (x, y + 100), (x + 100, y + 100), (x + 100, y)]
            shapes.append(ground(shapely.Polygon(square, hole)))
        rows = pd.DataFrame(
            {
                **dict.fromkeys(_NEEDED, ""),
                "source": "供应.gpkg",
                "row": [str(at + 1) for at in range(count)],
                "id": [f"合同{at:04d}" for at in range(count)],
                "holder": "某公司",
                "zone": ZONE,
                "area_m2": ["9600.0" if at == 1 else "10000.0" for at in range(count)],
                "price_wan": "1234.5",
                "finding": ["suspected_idle" if at % 2 == 0 else "overdue_start"
                            for at in range(count)],
                "finding_zh": ["疑似闲置" if at % 2 == 0 else "逾期未动工" for at in range(count)],
                "idle_class": ">=2",
                "start_due": "2022-01-01",
                "start_basis": "agreed",
                "days": [str(1460.0 - at) for at in range(count)],
                "cause": "holder",
                "fee_wan": "246.9",
                "rule": "第二条第一款",
                "action": "发通知书",
                "evidence": "约定动工日期 2022-01-01，未动工",
                "flags": "no_permit",
                **cells,
            }
        )  # fmt: skip
        written = rows.map(inert_value)
        written.to_csv(folder / "supply_findings.csv", index=False, encoding="utf-8-sig")
        pd.DataFrame({"level": ["zone"], "place": [ZONE]}).to_csv(
            folder / "zone_summary.csv", index=False, encoding="utf-8-sig"
        )
        layer = gpd.GeoDataFrame(
            {
                "id": rows["id"], "holder": rows["holder"], "finding": rows["finding_zh"],
                "area_ha": rows["area_m2"].astype(float) / 1e4,
            },
            geometry=shapes, crs="EPSG:4490",
        )  # fmt: skip
        layer.to_file(folder / "balance.gpkg", layer="findings", driver="GPKG")
        record = {"program": "yngis audit", "as_of": day, "label": "演示数据", "options": {}}
        (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
        return folder

    return made
