"""
Cards of parcels: time and size against the goals, each kind in one run.

    python benchmarks/cards.py                 # 3 247 cards as a page, 500 as a document of Word
    python benchmarks/cards.py --pdf 100       # PDF too

The audit is made up: parcels of six corners side by side, every text as long as real ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.report.parcel_cards import CardInputs, write_cards

GOALS: Final = {"html": (5.0, 5.0), "docx": (15.0, None), "pdf": (None, None)}
"""Seconds and megabytes."""

TEXTS: Final = {
    "method": "挂牌", "use_code": "0601", "use_name": "工业用地", "finding": "suspected_idle",
    "finding_zh": "疑似闲置", "idle_class": ">=2", "start_due": "2019-05-20",
    "start_basis": "agreed", "idle_since": "2020-05-21", "cause": "holder",
    "zone": "昆明经济技术开发区", "county": "官渡区", "recovery": "是", "flags": "no_permit",
    "rule": "第二条第一款；第十四条第（二）项", "finding_no": "", "source": "供应.gpkg",
    "action": "发《闲置土地调查通知书》，调查认定后报经批准无偿收回",
    "supply_date": "2018-11-20",
}  # fmt: skip


EVIDENCE: Final = (
    "约定动工日期 2019-05-20，至 2025-12-31 未动工，已逾期 {} 日，已满 2 年（2020-05-21 满 1 年）"
)


def write_audit(folder: Path, count: int) -> Path:
    """Write a folder as an audit does."""
    folder.mkdir()
    at = np.arange(count)
    rows = pd.DataFrame(
        {
            **TEXTS,
            "row": at + 1,
            "id": [f"云（2018）官渡区不动产权第{n:07d}号" for n in at],
            "supervision_no": [f"5301112018B{n:05d}" for n in at],
            "holder": [f"云南某某新材料科技第{n}有限责任公司" for n in at],
            "project": [f"年产{n}万吨项目" for n in at],
            "approval_no": [f"云政地〔2018〕{n // 5}号" for n in at],
            "area_m2": 16_000.0,
            "price_wan": 100.0 + at,
            "fee_wan": 20.0 + at,
            "days": 2000 + at % 500,
            "evidence": [EVIDENCE.format(2000 + n % 500) for n in at],
        }
    )
    rows.to_csv(folder / "supply_findings.csv", index=False, encoding="utf-8-sig")
    x, y = 102.8 + at % 60 * 0.0025, 24.9 + at // 60 * 0.0025
    corners = np.array([(0, 0), (1, 0), (1.1, 0.5), (1, 1), (0.4, 1.1), (0, 1)]) * 0.00125
    shapes = shapely.polygons(np.stack([x, y], axis=1)[:, None, :] + corners)
    layer = gpd.GeoDataFrame(
        {"id": rows["id"], "holder": rows["holder"], "finding": rows["finding_zh"],
         "area_ha": rows["area_m2"] / 1e4},
        geometry=shapes, crs="EPSG:4490",
    )  # fmt: skip
    layer.to_file(folder / "balance.gpkg", layer="findings", driver="GPKG")
    record = {"program": "yngis audit", "as_of": "2025-12-31", "options": {}}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def main() -> None:
    """Write each kind and hold it against its goal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--html", type=int, default=3247)
    parser.add_argument("--docx", type=int, default=500)
    parser.add_argument("--pdf", type=int, default=0)
    counts = vars(parser.parse_args())
    with tempfile.TemporaryDirectory() as scratch:
        for kind, count in counts.items():
            if not count:
                continue
            folder = write_audit(Path(scratch) / kind, count)
            wall, cpu = time.perf_counter(), time.process_time()
            written = write_cards(CardInputs(folder), Path(scratch) / f"cards.{kind}")
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            size = written.path.stat().st_size / 1e6
            goal = " ".join(str(each) for each in GOALS[kind] if each is not None)
            print(
                f"{kind}: {count} cards, {wall:.2f} s ({cpu:.2f} s CPU), {size:.2f} MB; goal {goal}"
            )


if __name__ == "__main__":
    main()
