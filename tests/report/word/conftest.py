"""Folders of results with known numbers, as the commands write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from yngis.catalogue.io.inert import inert_value

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZONES = ("昆明经济技术开发区", "云南禄丰产业园区")


def write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    """A table as the house writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(rows).map(inert_value)
    frame.to_csv(path, index=False, encoding="utf-8-sig")


def _sums(level: str, place: str, factor: float) -> dict[str, Any]:
    told: dict[str, Any] = {"level": level, "place": place, "boundary": "示意"}
    for at, name in enumerate(
        ("approved", "supplied_of_approved", "unsupplied", "supplied", "not_used",
         "suspected_idle", "outside_approval")
    ):  # fmt: skip
        told[f"{name}_ha"] = round(factor * (1234.567 + 17.3 * at), 6)
        told[f"{name}_mu"] = round(told[f"{name}_ha"] * 15, 6)
    told |= {"unsupplied_least_ha": factor * 1000.5, "unsupplied_most_ha": factor * 1300.25}
    rates = ("supply_rate", "supply_rate_5y", "unsupplied_rate", "not_used_rate", "idle_rate",
             "built_rate", "unsupplied_disposal_rate", "idle_disposal_rate")  # fmt: skip
    return told | {name: 0.0123 + 0.1 * at for at, name in enumerate(rates)}


@pytest.fixture
def make_results(tmp_path: Path) -> Callable[..., Path]:
    """Write the folder of an audit; ``hostile`` stands in every cell of a text."""

    def made(hostile: str = "", name: str = "audit", *, plates: bool = False) -> Path:
        folder = tmp_path / name
        rows = [_sums("zone", zone, 1.0 + at) for at, zone in enumerate(ZONES)]
        rows += [_sums("province", "云南省", 3.0), _sums("province", "（省外）", 0.01)]
        write_table(folder / "zone_summary.csv", rows)
        write_table(
            folder / "supply_findings.csv",
            [
                {"zone": ZONES[at % 2], "finding": code, "area_m2": area}
                for at, (code, area) in enumerate(
                    [("suspected_idle", 10000.0), ("suspected_idle", 25432.1),
                     ("overdue_start", 7000.0), ("completed", "")]
                )
            ],
        )  # fmt: skip
        write_table(
            folder / "consequences.csv",
            [
                {"zone": zone, "verdict": "sanction", "verdict_zh": "扣减指标、暂停受理",
                 "why": hostile or "符合：批而未供处置率低", "to_leave": hostile or "再处置 3.25"}
                for zone in ZONES
            ],
        )  # fmt: skip
        write_table(
            folder / "criteria.csv",
            [
                {"zone": zone, "side": "sanction", "zh": hostile or "批而未供处置率低", "sign": "<",
                 "threshold": 0.25, "basis": hostile or "缺省值；规划未给数值"}
                for zone in ZONES
            ],
        )  # fmt: skip
        write_table(
            folder / "doubts.csv",
            [{"table": "supply", "outcome": "rejected", "meaning": hostile or "面积不大于零",
              "remedy": hostile or "核对面积", "rows": 7, "area_ha": 9.36}],
        )  # fmt: skip
        if plates:
            (folder / "maps" / "print").mkdir(parents=True)
            about = PngInfo()
            about.add_itxt("Title", "供地率分布图")
            Image.new("RGB", (3000, 2000), "#88aacc").save(
                folder / "maps" / "print" / "supply_rate_zones.png", pnginfo=about
            )
        record = {
            "program": "yngis audit", "as_of": "2025-12-31", "label": hostile, "basis": "polygons",
            "rules": {"title": hostile or "《闲置土地处置办法》"},
            "plan_rule": {"title": hostile or "规划奖惩"}, "options": {},
            "inputs": [{"source": hostile or "供应.gpkg", "records": 20000, "sha256": "a" * 64}],
        }  # fmt: skip
        (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
        return folder

    return made
