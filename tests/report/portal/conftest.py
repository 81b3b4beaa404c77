"""A small archive of three years, made by hand: one rename, one merger, hostile names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from yngis.catalogue import shipped_dir, use_pack_folder
from yngis.layerbuild import copy_pack
from yngis.report.archive import add_runs, create_archive
from yngis.report.csv_writer import write_csv_rows
from yngis.report.portal import PortalWritten, write_portal
from yngis.report.run_record import write_run_record

GAOXIN, JINGKAI, FUMIN = "昆明高新技术产业开发区", "昆明经济技术开发区", "云南富民产业园区"
GREEN = "云南富民绿色产业园区"
HOSTILE = "<script>alert(1)</script>\"'&=cmd|x"
"""What stands in every column that holds free words."""

_NUMBERS = ("id", "supervision_no", "contract_no", "parcel_no")
_WORDS = ("holder", "project", "evidence", "rule", "cause_zh", "action", "source")


def numbers_of_zones() -> dict[str, str]:
    """Number by name, of the shipped plan."""
    lines = (shipped_dir() / "tables" / "zones.csv").read_text(encoding="utf-8").splitlines()
    return {line.split(",")[0]: line.rpartition(",")[2] for line in lines}


def write_audit(
    folder: Path,
    year: int,
    zones: tuple[str, ...],
    idle: float,
    *,
    known: bool = True,
    count: int = 2,
) -> Path:
    """Write a folder as `yngis audit` does: records of each zone have 1 ha, or unknown areas."""
    folder.mkdir()
    rows = [("zone", zone, "示意") for zone in (*zones, "（规划开发区以外）")]
    summary = pd.DataFrame(rows, columns=["level", "place", "boundary"])
    held = [idle if known or place not in zones else None for place in summary["place"]]
    write_csv_rows(folder / "zone_summary.csv", summary.assign(suspected_idle_ha=held))
    rates: list[dict[str, Any]] = []
    for place, zone in enumerate(zones):
        own = {"level": "zone", "place": zone}
        rates += [
            {**own, "ratio": "idle_rate", "value": (idle + place) / 40 if known else None,
             "reason": "" if known else "面积不明", "numerator_ha": idle + place,
             "denominator_ha": 40.0},
            {**own, "ratio": "unsupplied_rate", "value": None, "reason": f"没有批准数据{HOSTILE}",
             "numerator_ha": 0.0, "denominator_ha": 0.0},
        ]  # fmt: skip
    write_csv_rows(folder / "ratios.csv", pd.DataFrame(rates))
    verdict = [
        {"zone": zone, "verdict": "sanction", "why": HOSTILE, "to_leave": "少 3 公顷"}
        for zone in zones
    ]
    write_csv_rows(folder / "consequences.csv", pd.DataFrame(verdict))
    records, shapes = [], []
    for place, zone in enumerate(zones):
        for number in range(count):
            finding = ("suspected_idle", "completed")[number % 2]
            up, across = divmod(number, 50)
            west, south = 102.7 + place / 10 + across / 500, 24.8 + up / 500
            shapes.append(shapely.box(west, south, west + 0.001, south + 0.001))
            records.append(
                dict.fromkeys(_WORDS, HOSTILE)
                | dict.fromkeys(_NUMBERS, f"SECRET-{zone}-{number}")
                | {
                    "zone": zone,
                    "finding": finding,
                    "idle_class": "1",
                    "days": 400 + year,
                    "area_m2": 1e4 if known else None,
                }
            )
    write_csv_rows(folder / "supply_findings.csv", pd.DataFrame(records))
    held = pa.table(
        {
            "id": pa.array([each["id"] for each in records], pa.string()),
            "geometry": pa.array([shape.wkb for shape in shapes], pa.binary()),
        }
    )
    pq.write_table(held, folder / "parcels.parquet")
    write_run_record(
        folder, "yngis audit", options={"rules": "national-2012" if year < 2025 else "own"},
        inputs=[], counts={}, as_of=f"{year}-12-31",
    )  # fmt: skip
    return folder


def write_tables(home: Path, tables: dict[str, str]) -> list[Path]:
    """Write tables below folders of the kinds of results, each with a record of its run."""
    for path, content in tables.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(content + "\n", encoding="utf-8")
    folders = [home / kind for kind in dict.fromkeys(path.split("/")[0] for path in tables)]
    for folder in folders:
        write_run_record(folder, f"yngis {folder.name}", options={}, inputs=[], counts={})
    return folders


@pytest.fixture(scope="session")
def result_folders() -> Callable[[Path, dict[str, str]], list[Path]]:
    """Writes folders of results of any kind."""
    return write_tables


@pytest.fixture(scope="session")
def audit_folder() -> Callable[..., Path]:
    """Writes folders of results."""
    return write_audit


@pytest.fixture(scope="session")
def three_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2023 to 2025: 富民 renamed in 2024; 经开区 merged into 高新区, and other rules, in 2025."""
    home = tmp_path_factory.mktemp("years")
    ids = numbers_of_zones()
    create_archive(home / "archive", first_day="2021-01-01")
    first = write_audit(home / "a23", 2023, (GAOXIN, JINGKAI, FUMIN), 4.0)
    add_runs(home / "archive", [first])
    pack = copy_pack("yunnan-14", home / "pack")
    table = pack / "tables" / "zones.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(f"{FUMIN},富民产业园,", f"{GREEN},富民产业园,"), encoding="utf-8")
    events = home / "沿革.csv"
    events.write_text(
        "类型,编号,对方编号,日期,原名称或级别,新名称或级别,依据\n"
        f"更名,{ids[FUMIN]},,2024-03-01,{FUMIN},{GREEN},云政复〔2024〕1号<b onclick=x>\n"
        f"并入,{ids[JINGKAI]},{ids[GAOXIN]},2025-02-01,,,云政复〔2025〕3号\n",
        encoding="utf-8",
    )
    with use_pack_folder(pack):
        second = write_audit(home / "a24", 2024, (GAOXIN, JINGKAI, GREEN), 6.0)
        third = write_audit(home / "a25", 2025, (GAOXIN, GREEN), 8.0)
        add_runs(home / "archive", [second, third], lineage=events)
    return home / "archive"


@pytest.fixture(scope="session")
def portal(three_years: Path) -> PortalWritten:
    """The portal of it, for the office; its folder is ``three_years / "../site"``."""
    return write_portal(three_years, three_years.parent / "site", figures=False)


@pytest.fixture(scope="session")
def site(portal: PortalWritten, three_years: Path) -> Path:
    assert portal.site.written
    return three_years.parent / "site"


@pytest.fixture
def dropped_page() -> Callable[[Path, str], None]:
    """Take a page out of a portal, as a user might by accident."""

    def drop(home: Path, name: str) -> None:
        (home / name).unlink()

    return drop
