"""Folders of results made by hand: small, with numbers that can be checked on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yngis.report.archive import create_archive
from yngis.report.csv_writer import write_csv_rows
from yngis.report.run_record import write_run_record

ZONES = ("昆明高新技术产业开发区", "昆明经济技术开发区")
"""YN-001 and YN-002."""

Audit = Callable[..., Path]


def _findings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    numbers = ("id", "supervision_no", "contract_no", "parcel_no")
    columns = [*numbers, "zone", "finding", "idle_class", "days", "area_m2"]
    return pd.DataFrame(rows, columns=columns)


def _rates(zone: str, idle: float) -> list[dict[str, Any]]:
    return [
        {"level": "zone", "place": zone, "ratio": "idle_rate", "value": idle / 40,
         "reason": "", "numerator_ha": idle, "denominator_ha": 40.0},
        {"level": "zone", "place": zone, "ratio": "built_rate", "value": None,
         "reason": "分母为零", "numerator_ha": 0.0, "denominator_ha": 0.0},
    ]  # fmt: skip


@pytest.fixture
def write_audit(tmp_path: Path) -> Audit:
    """Write a folder as `yngis audit` does, with the zones and records asked for."""

    def write(
        name: str,
        as_of: str,
        *,
        zones: tuple[str, ...] = ZONES,
        records: list[dict[str, Any]] | None = None,
        shapes: list[Any] | None = None,
        idle: float = 10.0,
        label: str = "",
        rules: str = "national-2012",
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        places = [("zone", zone) for zone in (*zones, "（规划开发区以外）")]
        summary = pd.DataFrame(places, columns=["level", "place"]).assign(suspected_idle_ha=idle)
        total = {"level": "province", "place": "云南省", "suspected_idle_ha": idle * len(places)}
        write_csv_rows(folder / "zone_summary.csv", pd.concat([summary, pd.DataFrame([total])]))
        rates = [rate for zone in zones for rate in _rates(zone, idle)]
        write_csv_rows(folder / "ratios.csv", pd.DataFrame(rates))
        found = _findings(records or [])
        write_csv_rows(folder / "supply_findings.csv", found)
        drawn = shapes or [None] * len(found)
        held = pa.table(
            {
                "id": pa.array(found["id"].tolist(), pa.string()),
                "geometry": pa.array([None if s is None else s.wkb for s in drawn], pa.binary()),
            }
        )
        pq.write_table(held, folder / "parcels.parquet")
        write_run_record(
            folder,
            "yngis audit",
            options={"rules": rules},
            inputs=[],
            counts={},
            label=label,
            as_of=as_of,
        )
        return folder

    return write


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    create_archive(tmp_path / "archive", first_day="2021-01-01")
    return tmp_path / "archive"
