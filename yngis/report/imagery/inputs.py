"""Parcels, labels and what the ledger says of them, read for evidence from images."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.analysis.audit.quantities import supply_masks
from yngis.analysis.imagery.contradictions import (
    COMPLETED,
    NOT_STARTED,
    UNSUPPLIED,
    ledger_statuses,
    unsupplied_names,
)
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.side_files import read_named_rows
from yngis.catalogue.io.vectors.vector import deleted_lines, read_vector
from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.catalogue.tables.rows.typed import UNREAD
from yngis.catalogue.tables.shapes.shape_join import number_card
from yngis.catalogue.tables.table_set import no_issues, no_rejected, open_tables
from yngis.errors import LayerError, Problem
from yngis.measure.crs import to_cgcs2000

if TYPE_CHECKING:
    import os

    from geopandas import GeoDataFrame

    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.table_set import TableSet

    Name = str | os.PathLike[str]

_KEYS: Final = ("contract_no", "supervision_no", "parcel_no", "id")
_START: Final = ("actual_start", "permit_no", "actual_completion", "suspended_since",
                 "area_developed_m2")  # fmt: skip
_BALANCE: Final = "balance.gpkg"
_UNSUPPLIED_LAYER: Final = "unsupplied"
_LABEL_HEADS: Final = (
    ("parcel", "宗地", "宗地编号", "合同编号", "电子监管号", "编号"), ("label", "标注"),
)  # fmt: skip
_BUILT: Final = {
    "built": True, "已建": True, "已建成": True, "1": True,
    "not_built": False, "未建": False, "未建成": False, "0": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class LedgerParcels:
    """
    Parcels with what their table says (宗地及台账).

    Attributes
    ----------
    frame
        Polygons in CGCS2000 on a unique index of names.
    key
        What names them; empty where rows are numbered.
    status
        What the ledger says, None where it says nothing, ``(n,)``.
    completed
        Day of completion, None where there is none that can be read, ``(n,)``.
    rows
        The ledger's own cells as texts, for the cards.
    notes
        What was assumed.
    issues, rejected, columns
        Doubts about rows, rows left out, and how each header was understood.
    """

    frame: GeoDataFrame
    key: str
    status: list[str | None]
    completed: list[dt.date | None]
    rows: list[dict[str, str]]
    notes: tuple[str, ...]
    issues: pd.DataFrame = field(default_factory=no_issues)
    rejected: pd.DataFrame = field(default_factory=no_rejected)
    columns: pd.DataFrame = field(default_factory=pd.DataFrame)


def read_ledger_parcels(
    path: Name,
    *,
    as_of: dt.date,
    shapes: Name | None = None,
    key: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    aliases: Name | None = None,
    unsupplied: Name | None = None,
) -> LedgerParcels:
    """
    Read parcels and what their table says (读取宗地), by the card of supply ledgers.

    Parameters
    ----------
    path
        Supply ledger: layer, workbook, CSV, zip or folder, as for ``yngis audit``.
    as_of
        Day of the evidence.
    shapes
        Polygons of a ledger that has none, found by number.
    key
        Column that names the parcels; a number of their own if left out. In a layer that is no
        ledger it alone makes parcels of the polygons, and nothing is held against a ledger.
    layer, crs
        Layer or sheet in the file, and CRS if it declares none.
    aliases
        The bureau's own map of headers.
    unsupplied
        Folder of an audit: its approved land that is not supplied (批而未供) is looked at too.

    Returns
    -------
    parcels
        Polygons, status and days.

    Raises
    ------
    LayerError
        If the file cannot be used, or names are missing or stand twice.
    """
    with ExitStack() as stack:
        try:
            tables = stack.enter_context(
                open_tables(
                    [path], "supply", as_of=as_of, layers=[layer] if layer else (), crs=crs,
                    aliases=aliases,
                )
            )  # fmt: skip
        except LayerError:
            if key is None or shapes is not None:
                raise
            return _plain_parcels(path, key, layer, crs)
        if shapes is not None:
            opened = open_tables(
                [shapes], number_card(tables.card), as_of=as_of, role="supply-shapes"
            )
            tables = tables.with_shapes(stack.enter_context(opened))
        found = _read_tables(tables, path, key, as_of)
    return found if unsupplied is None else _with_unsupplied(found, unsupplied)


def _read_tables(tables: TableSet, path: Name, key: str | None, as_of: dt.date) -> LedgerParcels:
    frames, shapes, issues, rejected = [], [], [], []
    for records in tables.records():
        frames.append(records.frame)
        bare = np.full(len(records.frame), None, dtype=object)
        shapes.append(bare if records.geometry is None else records.geometry)
        issues.append(records.issues)
        rejected.append(records.rejected)
    issues.append(tables.closing_issues())
    rejected.append(tables.closing_rejected())
    geometry = np.concatenate(shapes)
    drawn = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    if not drawn.any():
        raise LayerError(
            Problem(
                str(path),
                "有图形的宗地 / parcels with polygons",
                f"{len(drawn)} 条记录，没有一宗有图形 / records, none of them drawn",
                "给出面图层，或用 --shapes 给出图形 / give a layer, or polygons with --shapes",
            )
        )
    frame = pd.concat(frames, ignore_index=True)[drawn].reset_index(drop=True)
    chosen = _name_column(tables, frame, key, path)
    names = (
        frame[chosen].astype(str)
        if chosen
        else frame["id"].astype(str) + "#" + frame["source"].astype(str) + ":"
        + frame["row"].astype(str)
    )  # fmt: skip
    told = gpd.GeoDataFrame(
        {"source": frame["source"].to_numpy(), "row": frame["row"].to_numpy()},
        geometry=geometry[drawn],
        index=pd.Index(names, name="parcel"),
        crs=4490,
    )
    found = judge_supply(
        frame, np.datetime64(as_of, "D"), texts=False,
        start_told=any(name in frame for name in _START),
    )  # fmt: skip
    masks = supply_masks(found)
    doubts, gone = (_joined(each) for each in (issues, rejected))
    return LedgerParcels(
        told, "" if not chosen else _shown_name(tables.card, chosen),
        ledger_statuses(found["finding"] == "completed", masks["started"], masks["not_used"]),
        _completion_days(frame), _shown_rows(tables.card, frame),
        tuple(_reading_notes(tables, frame, ~drawn, doubts, gone, chosen)),
        doubts, gone, tables.columns(),
    )  # fmt: skip


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    held = [each for each in parts if len(each)]
    return pd.concat(held, ignore_index=True) if held else parts[0]


def _shown_name(card: InputCard, name: str) -> str:
    return "合同编号" if name == "id" else card.column(name).zh


def _name_column(tables: TableSet, frame: pd.DataFrame, key: str | None, path: Name) -> str:
    """Column that names every parcel and none twice; empty where there is none."""
    if key is not None:
        asked = {
            found.header: name
            for table in tables.tables
            for name, found in table.understanding.used().items()
        }
        name = asked.get(key, key)
        if name not in frame:
            raise LayerError(
                Problem(
                    f"--key {key}",
                    "台账卡片认得的列 / a column that the card of ledgers knows",
                    "没有，或没有认出 / none, or not understood",
                    did_you_mean(key, [*asked]),
                )
            )
        if not _names_all(frame[name]):
            gone = frame[name].isna() | frame[name].duplicated()
            raise LayerError(
                Problem(
                    f"{path} · {key}",
                    "每行一个不重复的标识 / a name of its own in every row",
                    f"空或重复 / empty or twice: {int(gone.sum())}",
                    "用 --key 指明另一列，或不写 / name another column with --key, or none",
                )
            )
        return name
    return next((name for name in _KEYS if name in frame and _names_all(frame[name])), "")


def _names_all(names: pd.Series[Any]) -> bool:
    return bool(names.notna().all() and not names.duplicated().any())


def _completion_days(frame: pd.DataFrame) -> list[dt.date | None]:
    if "actual_completion" not in frame:
        return [None] * len(frame)
    days = pd.to_datetime(frame["actual_completion"])
    return [None if pd.isna(day) else day.date() for day in days]


def _shown_rows(card: InputCard, frame: pd.DataFrame) -> list[dict[str, str]]:
    """Cells of the ledger under the names of the card; a day that was not read as it stands."""
    columns = [each for each in card.columns if each.name in frame]
    texts = {}
    for column in columns:
        cells = frame[column.name]
        if pd.api.types.is_datetime64_any_dtype(cells.dtype):
            told = cells.dt.strftime("%Y-%m-%d").astype(object)
            unread = frame.get(column.name + UNREAD, pd.Series(None, frame.index, dtype=object))
            told = told.where(cells.notna(), unread)
        elif column.name == "area_m2":
            told = cells.map("{:,.0f} m²".format)
        else:
            told = cells.astype(object)
        texts[column.zh] = ["" if pd.isna(cell) else str(cell) for cell in told]
    rows = zip(*texts.values(), strict=True) if texts else iter([()] * len(frame))
    return [{name: cell for name, cell in zip(texts, cells, strict=True) if cell} for cells in rows]


def _reading_notes(  # noqa: PLR0917 - what one reading gave
    tables: TableSet,
    frame: pd.DataFrame,
    bare: np.ndarray[Any, Any],
    issues: pd.DataFrame,
    rejected: pd.DataFrame,
    chosen: str,
) -> list[str]:
    """Say how the ledger was read: what is missing, what was not understood, what was left out."""
    notes = []
    if not chosen:
        notes.append("编号空缺或重复，以编号加行号标识 / numbers missing or twice: rows are added")
    if bare.any():
        notes.append(f"{int(bare.sum())} 条记录没有图形，未看 / records without a polygon")
    notes += [
        f"没有识别出“{_shown_name(tables.card, name)}”列，这一日期不与台账比对 / no such column, "
        "not compared"
        for name in ("actual_start", "actual_completion")
        if name not in frame
    ]
    rules = row_rules()
    for table, words, file in (
        (issues, "处存疑 / doubts", "issues.csv"),
        (rejected, "行未计入 / rows left out", "rejected.csv"),
    ):
        for rule, count in table["rule"].value_counts().sort_index().items():
            notes.append(f"{rules[str(rule)].zh}：{count} {words}（见 {file}）")
    notes += [f"未读 / not read: {each.source}（{each.reason}）" for each in tables.left_out]
    return notes


def _plain_parcels(path: Name, key: str, layer: str | None, crs: str | None) -> LedgerParcels:
    """Polygons that are no ledger: named by a column, held against nothing."""
    frame = read_vector(path, layer, crs=crs)
    columns = [str(name) for name in frame.columns]
    if key not in columns:
        raise LayerError(
            Problem(
                f"--key {key}",
                "有这一列 / such a column",
                "没有 / none",
                did_you_mean(key, columns),
            )
        )
    names = frame[key].astype("string").str.strip()
    names = names.mask(names == "")
    if not _names_all(names):
        raise LayerError(
            Problem(
                f"{path} · {key}",
                "每行一个不重复的标识 / a name of its own in every row",
                f"空或重复 / empty or twice: {int((names.isna() | names.duplicated()).sum())}",
                "用 --key 指明另一列 / name another column with --key",
            )
        )
    told = gpd.GeoDataFrame(
        {"source": str(path), "row": np.arange(1, len(frame) + 1)},
        geometry=to_cgcs2000(frame, str(path)).to_numpy(),
        index=pd.Index(names.astype(str), name="parcel"),
        crs=4490,
    )
    cells = frame.drop(columns=frame.active_geometry_name).astype("string").fillna("")
    note = "图层不是供应台账：只看影像，不与台账比对 / no supply ledger: images only, not compared"
    return LedgerParcels(
        told,
        key,
        [None] * len(told),
        [None] * len(told),
        cells.to_dict("records"),
        (note, *deleted_lines(frame)),
    )


def _with_unsupplied(found: LedgerParcels, folder: Name) -> LedgerParcels:
    """Add the approved land of an audit that is not supplied, piece by piece."""
    path = local_path(folder) / _BALANCE
    if not path.is_file():
        raise LayerError(
            Problem(
                f"--unsupplied {folder}",
                f"yngis audit 的结果文件夹，含 {_BALANCE} / folder of an audit with approvals",
                "没有该文件 / no such file",
                "先用 --approvals 和 --supply 做审计 / audit approvals and supply first",
            )
        )
    land = read_vector(path, _UNSUPPLIED_LAYER)
    land = land.set_geometry(to_cgcs2000(land, str(path)))
    names = unsupplied_names(land["approval"].astype(str), land.geometry.array)
    added = gpd.GeoDataFrame(
        {"source": _BALANCE, "row": np.arange(1, len(land) + 1)},
        geometry=land.geometry.to_numpy(), index=pd.Index(names, name="parcel"), crs=4490,
    )  # fmt: skip
    rows = [
        {"批准文号": str(name), "批而未供面积": f"{area:.2f} 公顷"}
        for name, area in zip(land["approval"], land["area_ha"], strict=True)
    ]
    return LedgerParcels(
        gpd.GeoDataFrame(pd.concat([found.frame, added]), crs=4490), found.key,
        [*found.status, *[UNSUPPLIED] * len(land)], [*found.completed, *[None] * len(land)],
        [*found.rows, *rows],
        (*found.notes, f"另看批而未供 {len(land)} 块 / pieces of approved land not supplied"),
        found.issues, found.rejected, found.columns,
    )  # fmt: skip


def read_labels(path: Name) -> dict[str, bool]:
    """
    Read labels of parcels (读取标注).

    Parameters
    ----------
    path
        CSV of ``parcel`` (宗地) and ``label`` (标注): ``built`` (已建) or ``not_built`` (未建).

    Returns
    -------
    labels
        By parcel.

    Raises
    ------
    LayerError
        If it is no such table; names every row.
    """
    rows = read_named_rows(local_path(path))
    labels: dict[str, bool] = {}
    faults = []
    for number, row in enumerate(rows, start=2):
        told = {str(head).strip(): str(cell or "").strip() for head, cell in row.items() if head}
        name, label = (
            next((told[head] for head in heads if head in told), "") for heads in _LABEL_HEADS
        )
        if not name or label not in _BUILT or name in labels:
            faults.append(
                Problem(
                    f"{path}：{number}",
                    "parcel,label：built（已建）或 not_built（未建），每宗一次 / once for a parcel",
                    f"{name or '空 / empty'}, {label or '空 / empty'}",
                    "改正此行 / mend the row",
                )
            )
            continue
        labels[name] = _BUILT[label]
    if not rows:
        faults.append(
            Problem(str(path), "parcel,label", "空 / empty", "至少每类 10 宗 / ten a class")
        )
    if faults:
        raise LayerError(faults)
    return labels


def labels_of_ledger(
    parcels: LedgerParcels, green: pd.Series[bool], as_of: dt.date, years: float
) -> dict[str, bool]:
    """
    Take labels from the ledger (台账标注).

    Parameters
    ----------
    parcels
        The ledger.
    green
        Whether a parcel stayed green all the time, on the index.
    as_of, years
        Completed longer ago than so many years counts as built.

    Returns
    -------
    labels
        Completed long ago: built; not started and green all the time: not built.
    """
    last = as_of - dt.timedelta(days=round(365.25 * years))
    labels = {}
    told = zip(parcels.frame.index, parcels.status, parcels.completed, strict=True)
    for name, status, day in told:
        if status == COMPLETED and day is not None and day < last:
            labels[str(name)] = True
        elif status == NOT_STARTED and bool(green.get(name, False)):
            labels[str(name)] = False
    return labels
