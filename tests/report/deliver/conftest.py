"""A small folder of an audit's results, with hostile texts in it, made in a blink."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue.io.output.write import write_geopackage
from yngis.catalogue.io.vectors.shape_table import write_shape_table
from yngis.report.audit.doubts.collect import FINDING_COLUMNS
from yngis.report.csv_writer import CsvWriter, write_csv_rows
from yngis.report.deliver.declared import delivered_programs
from yngis.report.deliver.sources import GEOMETRY, ResultLayer
from yngis.report.deliver.symbols import layer_symbols
from yngis.report.run_record import write_run_record

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = (
    "“甲”&<乙>'丙'\"丁\"",
    "第一行\n第二行\t制表",
    "控制\x01\x0b\x1f字符",
    "表情😀🏭",
    '=HYPERLINK("http://a")',
    "'引号在前",
    "]]><script>alert(1)</script>",
    "长" * 400,
)
_PLACES = (
    ("昆明高新技术产业开发区", "昆明市", 102.62, 25.08),
    ("曲靖经济技术开发区", "曲靖市", 103.78, 25.52),
    ("大理经济技术开发区", "大理白族自治州", 100.25, 25.60),
)


class MadeAudit(NamedTuple):
    """The folder and what was written into it."""

    folder: Path
    findings: pd.DataFrame
    shapes: np.ndarray


def make_audit(folder: Path, rows: int = 40, *, drawn: bool = True) -> MadeAudit:
    """Write a folder as `yngis audit` does, of so many records."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = list(FINDINGS)
    at = np.arange(rows)
    zone, prefecture, lon, lat = (
        np.array([_PLACES[number % 3][part] for number in at], dtype=object) for part in range(4)
    )
    west = lon.astype(float) + 0.002 * (at // 3 % 50)
    south = lat.astype(float) + 0.002 * (at // 150)
    shapes = shapely.box(west, south, west + 0.0015, south + 0.0012)
    frame = pd.DataFrame(
        {
            "source": "供应台账.xlsx：供应台账",
            "row": at + 5,
            "id": [f"演示〔2021〕{number:07d}号" for number in at],
            "holder": [HOSTILE[number % len(HOSTILE)] for number in at],
            "zone": zone,
            "county": "某县",
            "prefecture": prefecture,
            "supply_date": pd.Timestamp("2021-03-01"),
            "area_m2": 20_000.25,
            "finding": [codes[number % len(codes)] for number in at],
            "finding_zh": [FINDINGS[codes[number % len(codes)]] for number in at],
            "days": np.where(at % 4 == 0, np.nan, at - 7.0),
            "start_due": pd.Timestamp("2022-03-01"),
            "evidence": [HOSTILE[(number + 3) % len(HOSTILE)] for number in at],
            "seized": False,
        }
    )
    with CsvWriter(folder / "supply_findings.csv", FINDING_COLUMNS) as writer:
        writer.write(frame)
    if drawn:
        held = shapes.copy()
        held[rows - 1] = None
        held[rows - 2] = shapely.box(102.0, 25.0, 102.01, 25.01).difference(
            shapely.box(102.002, 25.002, 102.004, 25.004)
        )
        ids = frame["id"].to_numpy(dtype=object)
        write_shape_table(folder / "parcels.parquet", [(ids[:7], held[:7]), (ids[7:], held[7:])])
        shapes = held
        pieces = gpd.GeoDataFrame(
            {"approval": HOSTILE[:3], "area_ha": [1.5, 2.5, 3.5]},
            geometry=[*shapely.box([102.5, 102.7, 103.8], 25.3, [102.6, 102.8, 103.9], 25.4)],
            crs="EPSG:4490",
        )
        write_geopackage(folder / "balance.gpkg", {"unsupplied": pieces, "overlaps": pieces})
    sums = pd.DataFrame(
        {"level": ["zone"], "place": ["昆明高新技术产业开发区"], "approved_ha": 1.0}
    )
    write_csv_rows(folder / "zone_summary.csv", sums)
    rates = pd.DataFrame({"level": ["zone"], "place": ["甲"], "ratio": "idle_rate", "value": 0.25})
    write_csv_rows(folder / "ratios.csv", rates)
    write_run_record(
        folder, "yngis audit", options={"as_of": "2025-12-31", "zones": None}, inputs=[],
        counts={}, label="演示数据", as_of="2025-12-31",
    )  # fmt: skip
    return MadeAudit(folder, frame, shapes)


def every_drawn_layer() -> list[ResultLayer]:
    """Each layer of every command that is drawn, once, with one piece of land of every class."""
    found: dict[str, ResultLayer] = {}
    for program in delivered_programs().values():
        for layer in program.layers:
            if layer.geometry is None:
                continue
            looks = layer_symbols(layer, {})
            fields = {name: pa.string() for name in (looks.column, looks.labels) if name}
            values = [each.value or None for each in looks.classes]
            west = 98.0 + 0.5 * np.arange(len(values))
            shapes: Any = shapely.multipolygons(
                shapely.box(west, 22.0, west + 0.4, 22.4), indices=np.arange(len(values))
            )
            if layer.geometry == "MultiLineString":
                line = [[98.0, 22.0], [99.0, 23.0]]
                shapes = [shapely.MultiLineString([line])] * len(values)
            elif layer.geometry == "Point":
                shapes = shapely.points(west, 22.0)
            held = [pa.array(values if name == looks.column else ["名"] * len(values), kind)
                    for name, kind in fields.items()]  # fmt: skip
            held.append(pa.array(shapely.to_wkb(shapes), pa.binary()))
            schema = pa.schema(
                [*fields.items(), pa.field(GEOMETRY, pa.binary(),
                                           metadata={"ARROW:extension:name": "geoarrow.wkb"})]
            )  # fmt: skip
            batch = pa.record_batch(held, schema=schema)
            # Zones and borders look alike beneath all results.
            name = layer.name if layer.ground else f"{program.stem}_{layer.name}"
            declared = layer.model_copy(update={"name": name})
            found[name] = ResultLayer(
                declared, (), schema, lambda batch=batch: iter([batch]), looks
            )
    return list(found.values())


@pytest.fixture(scope="session")
def made_audit(tmp_path_factory: pytest.TempPathFactory) -> MadeAudit:
    """Forty records; the last has no polygon, the one before it a hole."""
    return make_audit(tmp_path_factory.mktemp("made") / "audit")


@pytest.fixture(scope="session")
def audit_maker() -> Callable[..., MadeAudit]:
    return make_audit
