"""The map of findings (判定分布图): every parcel by its colour, with its evidence, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.imagery.contradictions import unsupplied_names
from yngis.cartography.layers.kinds import ParcelClass, ParcelColumn, ParcelLayer, ZoneMark
from yngis.cartography.layers.packed import (
    NOTHING,
    Array,
    ShapePacker,
    pack_labels,
    pack_numbers,
    pack_texts,
    pack_whole_numbers,
)
from yngis.cartography.prepared import PreparedFigure
from yngis.cartography.web.figure_map import FigureMap
from yngis.catalogue import load
from yngis.catalogue.shipped import SCHEMATIC
from yngis.report.audit.page import hectares_text
from yngis.report.audit.wording import CHARACTERS, COLOURS, GRAVITY, IDLE_CLASSES, UNSUPPLIED_COLOUR
from yngis.report.audit.write import DEMONSTRATION, is_demonstration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.report.audit.results import Results

MOST_EVIDENCE: Final = 200_000
"""Parcels up to which every popup tells its evidence; beyond, only those that ask for an action."""

_READ: Final = [
    "id", "holder", "zone", "finding", "finding_zh", "idle_class", "idle_since", "evidence",
    "action", "rule",
]  # fmt: skip
_NUMBERS: Final = ("area_m2", "supply_date", "start_due", "days", "fee_wan")


def write_map(results: Results, folder: Path) -> Path:
    """Draw ``map.html``."""
    packer = ShapePacker()
    for _, batch in results.supplied.store.batches():
        packer.add(batch)
    pieces = _unsupplied_pieces(results)
    packer.add(pieces.shapes)
    shapes = packer.pack()
    told = _popup_texts(results, folder / "supply_findings.csv", pieces, shapes.order)
    if results.imagery is not None:
        told = told.assign(**_imagery_texts(results.imagery, told))
    number = {code: at for at, code in enumerate(_CODES)}
    class_of = np.array([number[code] for code in told["finding"]], dtype=np.uint8)
    drawn = int((shapes.order < len(results.supplied.core)).sum())
    made_up = f"〔{DEMONSTRATION}〕" if is_demonstration(results) else ""
    zones = _drawn_zones(results)
    layer = ParcelLayer(
        shapes=shapes,
        class_of=pack_numbers(class_of, "u8"),
        classes=tuple(_finding_classes(results)),
        columns=tuple(_parcel_columns(told)),
        zones=tuple(_zone_marks_of_idle(results, zones)),
        zones_told="圆圈为开发区，越大疑似闲置面积越大，灰圈为没有；点击放大到该区。",
        zone_colour=COLOURS["suspected_idle"],
    )
    below = {name: _read_map_layer(name) for name in ("counties", "prefectures", "neighbours")}
    figure = PreparedFigure(
        title=f"{made_up}开发区土地审计：{results.options.as_of}",
        subtitle="供应土地逐宗判定和批而未供地块，点选看依据",
        extent=_findings_extent(results),
        base={**below, "zones": zones},
        layers=(layer,),
        notes=tuple(_map_notes(results, drawn)),
    )
    path = folder / "map.html"
    path.write_text(FigureMap(figure).html(), encoding="utf-8", newline="\n")
    return path


def _imagery_texts(seen: pd.DataFrame, told: pd.DataFrame) -> dict[str, list[str]]:
    """What images say of each shape, and where its card stands."""
    records = seen[seen["piece"] == ""].set_index("id")
    # A number that several records bear says of none of them which land is meant.
    records = records[~records.index.duplicated(keep=False)]
    pieces = seen[seen["piece"] != ""].set_index("piece")
    texts: dict[str, list[str]] = {}
    for name, column in (("imagery", "contradiction"), ("card", "card")):
        by_record, by_piece = records[column].to_dict(), pieces[column].to_dict()
        texts[name] = [
            str(by_piece.get(piece, "") if isinstance(piece, str) else by_record.get(number, ""))
            for number, piece in zip(_without_apostrophes(told["id"]), told["piece"], strict=True)
        ]
    return texts


def _read_map_layer(name: str) -> GeoDataFrame:
    return cast("GeoDataFrame", load(name))


_UNSUPPLIED: Final = "unsupplied"
_CODES: Final = (*FINDINGS, _UNSUPPLIED)


class _Pieces(NamedTuple):
    """Approved land that is not supplied, with what popups say of it."""

    shapes: NDArray[np.object_]
    told: pd.DataFrame


def _unsupplied_pieces(results: Results) -> _Pieces:
    if results.balanced is None or results.approved is None:
        told = pd.DataFrame(columns=[*_READ, *_NUMBERS, "piece"])
        return _Pieces(np.empty(0, dtype=object), told)
    frame = results.balanced.unsupplied
    source = results.approved.frame.iloc[frame["approval"].to_numpy(dtype=np.int64)]
    placing = results.gazetteer.place_zones(source.reset_index(drop=True), None)
    zones = results.gazetteer.main_zones(placing, len(source))
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
            "piece": unsupplied_names(map(str, source["id"]), frame.geometry.array),
        }
    )
    return _Pieces(np.array(frame.geometry.array, dtype=object), told)


def _popup_texts(
    results: Results, path: Path, pieces: _Pieces, order: NDArray[np.int64]
) -> pd.DataFrame:
    """Everything that popups say, in the order of the packed shapes."""
    core = results.supplied.core
    texts = _finding_texts(path, len(core)).reset_index(drop=True)
    numbers = core[list(_NUMBERS)].reset_index(drop=True)
    whole = pd.concat([texts, numbers], axis=1)
    return pd.concat([whole, pieces.told], ignore_index=True).iloc[order]


def finding_class(code: str, count: int, area_m2: float) -> ParcelClass:
    """
    Look of a finding on a map of parcels (判定图例).

    Parameters
    ----------
    code
        A key of ``FINDINGS``.
    count
        Number of its parcels.
    area_m2
        Their area [m²].

    Returns
    -------
    look
        The gravest are drawn last.
    """
    # Of equal gravity the rarer one must not vanish under the commoner.
    priority = 100 * GRAVITY[code] - list(FINDINGS).index(code)
    numbers = (f"{count:,}", hectares_text(area_m2, 1))
    return ParcelClass(code, FINDINGS[code], CHARACTERS[code], COLOURS[code], priority, *numbers)


def _finding_classes(results: Results) -> list[ParcelClass]:
    counts = {str(row["finding"]): row for row in results.counts().to_dict("records")}
    none = {"count": 0, "area_m2": 0.0}
    classes = [
        finding_class(code, int(row["count"]), float(row["area_m2"]))
        for code in FINDINGS
        for row in [counts.get(code, none)]
    ]
    pieces = np.empty(0)
    if results.balanced is not None:
        pieces = results.balanced.unsupplied["area_m2"].to_numpy(dtype=np.float64)
    count, area = f"{len(pieces):,}", hectares_text(float(pieces.sum()), 1)
    found = results.totals.unlocated
    # The map shows land as drawn; what was subtracted by number has no place on it.
    bare = found is not None and len(found.records) > 0
    told = ["未扣无图形的供应"] if bare else []
    told += ["不含无图形的批准"] if results.totals.undrawn is not None else []
    name = f"批而未供（按图形，{'，'.join(told)}）" if told else "批而未供"
    unsupplied = (_UNSUPPLIED, name, "批", UNSUPPLIED_COLOUR, -1000, count, area)
    return [*classes, ParcelClass(*unsupplied, hatched=True)]


def _drawn_zones(results: Results) -> GeoDataFrame:
    """The plan's zones, and units of the bureau that the plan does not know."""
    columns = ["name_zh", "short_zh", "boundary", "geometry"]
    units = results.gazetteer.zones
    if "whole" not in units:
        return results.zones[columns]
    others = units[~units["whole"].isin(results.zones["name_zh"])]
    if len(others) == 0:
        return results.zones[columns]
    # Parts of one unit are one outline.
    told = others.dissolve(by="whole", as_index=False, sort=False, aggfunc={"boundary": "first"})
    told = told.assign(name_zh=told["whole"], short_zh=told["whole"])
    joined = pd.concat([results.zones[columns], told[columns]], ignore_index=True)
    return gpd.GeoDataFrame(joined, crs=results.zones.crs)


def _zone_marks_of_idle(results: Results, zones: GeoDataFrame) -> list[ZoneMark]:
    """Each zone by what is suspected idle in it."""
    sums = results.totals.sums
    marks = []
    for name, short in zip(zones["name_zh"], zones["short_zh"], strict=True):
        key = ("zone", name)
        idle = float(sums.loc[key, "suspected_idle"]) if key in sums.index else 0.0
        supplied = float(sums.loc[key, "supplied"]) if key in sums.index else 0.0
        told = f"供应 {hectares_text(supplied, 1)} 公顷，疑似闲置 {hectares_text(idle, 1)} 公顷"
        marks.append(ZoneMark(str(name), str(short), told, idle))
    return marks


def _finding_texts(path: Path, count: int) -> pd.DataFrame:
    """Texts of the findings in the order of the records."""
    kept = []
    for chunk in _finding_chunks(path):
        if count > MOST_EVIDENCE:
            quiet = ~chunk["finding"].isin(["suspected_idle", "overdue_start"])
            chunk.loc[quiet, ["evidence", "action", "rule"]] = ""
        kept.append(chunk[_READ])
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=_READ)


def _finding_chunks(path: Path) -> Iterator[pd.DataFrame]:
    yield from pd.read_csv(
        path,
        encoding="utf-8-sig",
        usecols=_READ,
        dtype="str",
        keep_default_na=False,
        chunksize=50_000,
    )


def _parcel_columns(told: pd.DataFrame) -> list[ParcelColumn]:
    area = pack_numbers(told["area_m2"].to_numpy(dtype=np.float64), "f32")
    fee = pack_numbers(told["fee_wan"].to_numpy(dtype=np.float64), "f32")
    idle_class = told["idle_class"].map(lambda code: IDLE_CLASSES.get(code, code))
    return [
        ParcelColumn(
            "id", "编号", pack_texts(_without_apostrophes(told["id"])), search=True, listed=True
        ),
        ParcelColumn(
            "holder",
            "用地单位",
            pack_labels(_without_apostrophes(told["holder"])),
            search=True,
            listed=True,
        ),
        ParcelColumn(
            "zone", "开发区", pack_labels(_without_apostrophes(told["zone"])), listed=True
        ),
        ParcelColumn(
            "finding", "判定", pack_labels(_without_apostrophes(told["finding_zh"])), listed=True
        ),
        ParcelColumn("area", "面积", area, "area", listed=True),
        ParcelColumn("supply_date", "供应日期", _pack_days(told["supply_date"]), "day"),
        ParcelColumn("due", "应动工日期", _pack_days(told["start_due"]), "day"),
        ParcelColumn("idle_since", "满期日期", _pack_days(told["idle_since"]), "day"),
        ParcelColumn("days", "逾期天数", pack_whole_numbers(told["days"]), "overdue", listed=True),
        ParcelColumn("idle_class", "闲置年限", pack_labels(_without_apostrophes(idle_class))),
        ParcelColumn("evidence", "依据", pack_texts(_without_apostrophes(told["evidence"]))),
        ParcelColumn("rule", "条款", pack_labels(_without_apostrophes(told["rule"]))),
        ParcelColumn("action", "建议", pack_texts(_without_apostrophes(told["action"]))),
        ParcelColumn("fee", "闲置费", fee, "number", "万元", 2),
        *(
            [
                ParcelColumn("imagery", "影像比对", pack_labels(list(told["imagery"]))),
                ParcelColumn("card", "图斑核查卡", pack_texts(list(told["card"])), "link"),
            ]
            if "imagery" in told
            else []
        ),
    ]


def _pack_days(values: pd.Series) -> Array:
    """Pack days since 1970."""
    dates = pd.to_datetime(values, errors="coerce").to_numpy().astype("datetime64[D]")
    return pack_numbers(np.where(np.isnat(dates), NOTHING, dates.astype(np.int64)), "i32")


def _without_apostrophes(texts: pd.Series) -> list[str]:
    """Texts without the apostrophe that kept them inert in the CSV."""
    return [text.removeprefix("'") for text in texts]


def _findings_extent(results: Results) -> tuple[float, float, float, float]:
    west, south, east, north = (float(side) for side in results.gazetteer.counties.total_bounds)
    return west, south, east, north


def _map_notes(results: Results, drawn: int) -> list[str]:
    total = len(results.supplied.core)
    notes = ["疑似闲置由记录推定，认定以主管部门的《闲置土地认定书》为准。"]
    if drawn < total:
        notes.append(f"{total - drawn:,} 宗没有可用的图形，未画出，见台账。")
    undrawn = results.totals.undrawn
    if undrawn is not None:
        pieces = f"{int((undrawn.land['open_m2'] > 0.0).sum()):,} 宗供应因此批准不详"
        count = f"{len(undrawn.rooms_m2):,} 件批准没有可用的图形"
        notes.append(f"{count}，未画出；{pieces}，不作未批先供。")
    if any(kind == SCHEMATIC for kind in results.boundaries().values()):
        notes.append("虚线为开发区示意范围，不作定界依据。")
    if total > MOST_EVIDENCE:
        notes.append("宗地较多：依据和建议只列疑似闲置与逾期未动工的，其余见 supply_findings.csv。")
    return [*notes, "坐标系：2000 国家大地坐标系。未经地图审核，内部使用。审图号：（待送审）"]
