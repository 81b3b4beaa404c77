"""The map of findings (判定分布图): every parcel by its colour, with its evidence, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np
import pandas as pd

from yngis.analysis.idle import FINDINGS
from yngis.cartography.web.packed import ShapePacker, pack_labels, pack_numbers, pack_texts
from yngis.cartography.web.parcel_map import (
    NOTHING,
    Circle,
    ParcelClass,
    ParcelColumn,
    ParcelMap,
)
from yngis.catalogue import load
from yngis.report.auditing.page import hectares
from yngis.report.auditing.wording import COLOURS, GRAVITY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.report.auditing.results import Results

MOST_EVIDENCE: Final = 200_000
"""Parcels up to which every popup tells its evidence; beyond, only those that ask for an action."""

_READ: Final = [
    "id", "holder", "zone", "finding", "finding_zh", "idle_class", "evidence", "action", "rule",
]  # fmt: skip
_NUMBERS: Final = ("area_m2", "start_due", "days", "fee_wan")
_PADDING: Final = 0.05  # degrees around what is seen at first


def write_map(results: Results, folder: Path) -> Path:
    """
    Draw ``map.html``.

    Parameters
    ----------
    results
        What was found.
    folder
        Folder that holds ``supply_findings.csv`` and is written to.

    Returns
    -------
    path
        The page.
    """
    packer = ShapePacker()
    for _, batch in results.supplied.store.batches():
        packer.add(batch)
    pieces = _unsupplied(results)
    packer.add(pieces.shapes)
    shapes = packer.pack()
    told = _told(results, folder / "supply_findings.csv", pieces, shapes.order)
    number = {code: at for at, code in enumerate(_CODES)}
    class_of = np.array([number[code] for code in told["finding"]], dtype=np.uint8)
    drawn = int((shapes.order < len(results.supplied.core)).sum())
    page = ParcelMap(
        f"开发区土地审计：{results.options.as_of}",
        "每宗供应土地的判定和批而未供地块；点选看依据",
        shapes=shapes,
        class_of=pack_numbers(class_of, "u8"),
        classes=_classes(results),
        columns=_columns(told),
        layers={"counties": _layer("counties"), "neighbours": _layer("neighbours")},
        zones=results.zones,
        circles=_circles(results),
        extent=_extent(results),
        notes=_notes(results, drawn),
    )
    path = folder / "map.html"
    path.write_text(page.html(), encoding="utf-8", newline="\n")
    return path


def _layer(name: str) -> GeoDataFrame:
    return cast("GeoDataFrame", load(name))


_UNSUPPLIED: Final = "unsupplied"
_CODES: Final = (*FINDINGS, _UNSUPPLIED)
_UNSUPPLIED_COLOUR: Final = "#EE8866"


class _Pieces(NamedTuple):
    """Approved land that is not supplied, with what popups say of it."""

    shapes: NDArray[np.object_]
    told: pd.DataFrame


def _unsupplied(results: Results) -> _Pieces:
    if results.balanced is None or results.approved is None:
        return _Pieces(np.empty(0, dtype=object), pd.DataFrame(columns=[*_READ, *_NUMBERS]))
    frame = results.balanced.unsupplied
    source = results.approved.frame.iloc[frame["approval"].to_numpy(dtype=np.int64)]
    placing = results.gazetteer.place_zones(source.reset_index(drop=True), None)
    zones = placing.main(len(source))
    days = source.get("approval_date", pd.Series(pd.NaT, index=source.index))
    dated = ["" if pd.isna(day) else f"，{day.date()} 批准" for day in days]
    told = pd.DataFrame(
        {
            "id": source["id"].to_numpy(dtype=object),
            "holder": "",
            "zone": zones,
            "finding": _UNSUPPLIED,
            "finding_zh": "批而未供",
            "idle_class": "",
            "evidence": [
                f"{number}{day}，此块未见供应"
                for number, day in zip(source["id"], dated, strict=True)
            ],
            "action": "",
            "rule": "",
            "area_m2": frame["area_m2"].to_numpy(),
        }
    )
    return _Pieces(np.array(frame.geometry.array, dtype=object), told)


def _told(results: Results, path: Path, pieces: _Pieces, order: NDArray[np.int64]) -> pd.DataFrame:
    """Everything that popups say, in the order of the packed shapes."""
    core = results.supplied.core
    texts = _texts(path, len(core)).reset_index(drop=True)
    numbers = core[list(_NUMBERS)].reset_index(drop=True)
    whole = pd.concat([texts, numbers], axis=1)
    return pd.concat([whole, pieces.told], ignore_index=True).iloc[order]


def _classes(results: Results) -> list[ParcelClass]:
    counts = {str(row["finding"]): row for row in results.counts().to_dict("records")}
    classes = []
    for at, (code, label) in enumerate(FINDINGS.items()):
        told = "0"
        if code in counts:
            area = hectares(float(counts[code]["area_m2"]), 1)
            told = f"{int(counts[code]['count']):,} 宗 {area} 公顷"
        # Of equal gravity the rarer one must not vanish under the commoner.
        classes.append(ParcelClass(code, label, COLOURS[code], 100 * GRAVITY[code] - at, told))
    told = "0"
    if results.balanced is not None:
        pieces = results.balanced.unsupplied["area_m2"]
        told = f"{len(pieces):,} 块 {hectares(float(pieces.sum()), 1)} 公顷"
    classes.append(ParcelClass(_UNSUPPLIED, "批而未供", _UNSUPPLIED_COLOUR, -1000, told))
    return classes


def _circles(results: Results) -> list[Circle]:
    """Each zone by what is suspected idle in it."""
    sums = results.totals.sums
    circles = []
    for name in results.zones["name_zh"]:
        key = ("zone", name)
        idle = float(sums.loc[key, "suspected_idle"]) if key in sums.index else 0.0
        supplied = float(sums.loc[key, "supplied"]) if key in sums.index else 0.0
        told = f"供应 {hectares(supplied, 1)} 公顷，疑似闲置 {hectares(idle, 1)} 公顷"
        circles.append(Circle(str(name), told, idle, COLOURS["suspected_idle"]))
    return circles


def _texts(path: Path, count: int) -> pd.DataFrame:
    """Texts of the findings in the order of the records."""
    kept = []
    for chunk in _chunks(path):
        if count > MOST_EVIDENCE:
            quiet = ~chunk["finding"].isin(["suspected_idle", "overdue_start"])
            chunk.loc[quiet, ["evidence", "action", "rule"]] = ""
        kept.append(chunk[_READ])
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=_READ)


def _chunks(path: Path) -> Iterator[pd.DataFrame]:
    yield from pd.read_csv(
        path,
        encoding="utf-8-sig",
        usecols=_READ,
        dtype="str",
        keep_default_na=False,
        chunksize=50_000,
    )


def _columns(told: pd.DataFrame) -> list[ParcelColumn]:
    area = pack_numbers(told["area_m2"].to_numpy(dtype=np.float64) / 1e4, "f32")
    due = told["start_due"].to_numpy().astype("datetime64[D]")
    due_days = np.where(np.isnat(due), NOTHING, due.astype(np.int64))
    days = told["days"].to_numpy(dtype=np.float64)
    whole = np.where(np.isnan(days), NOTHING, np.nan_to_num(days)).astype(np.int64)
    fee = pack_numbers(told["fee_wan"].to_numpy(dtype=np.float64), "f32")
    return [
        ParcelColumn("id", "编号", pack_texts(_plain(told["id"])), search=True),
        ParcelColumn("holder", "用地单位", pack_labels(_plain(told["holder"])), search=True),
        ParcelColumn("zone", "开发区", pack_labels(_plain(told["zone"]))),
        ParcelColumn("finding_zh", "判定", pack_labels(_plain(told["finding_zh"]))),
        ParcelColumn("area", "面积", area, "number", "公顷", 4),
        ParcelColumn("due", "应动工日期", pack_numbers(due_days, "i32"), "day"),
        ParcelColumn("days", "逾期天数", pack_numbers(whole, "i32"), "number", "日"),
        ParcelColumn("idle_class", "闲置年限", pack_labels(_plain(told["idle_class"]))),
        ParcelColumn("fee", "闲置费", fee, "number", "万元", 2),
        ParcelColumn("evidence", "依据", pack_texts(_plain(told["evidence"]))),
        ParcelColumn("rule", "条款", pack_labels(_plain(told["rule"]))),
        ParcelColumn("action", "建议", pack_labels(_plain(told["action"]))),
    ]


def _plain(texts: pd.Series) -> list[str]:
    """Texts without the apostrophe that kept them inert in the CSV."""
    return [text.removeprefix("'") for text in texts]


def _extent(results: Results) -> tuple[float, float, float, float]:
    bounds = results.gazetteer.counties.total_bounds
    west, south, east, north = (float(side) for side in bounds)
    return (west - _PADDING, south - _PADDING, east + _PADDING, north + _PADDING)


def _notes(results: Results, drawn: int) -> list[str]:
    total = len(results.supplied.core)
    notes = ["疑似闲置由记录推定，认定以主管部门的《闲置土地认定书》为准。"]
    if drawn < total:
        notes.append(f"{total - drawn:,} 宗没有可用的图形，未画出，见台账。")
    if any(kind == "示意" for kind in results.boundaries().values()):
        notes.append("虚线为开发区示意范围，不作定界依据。")
    if total > MOST_EVIDENCE:
        notes.append("宗地较多：依据和建议只列疑似闲置与逾期未动工的，其余见 supply_findings.csv。")
    return [*notes, "坐标系：2000 国家大地坐标系。未经地图审核，内部使用。审图号：（待送审）"]
