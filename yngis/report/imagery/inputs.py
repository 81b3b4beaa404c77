"""Parcels, labels and what the ledger says of them, read for evidence from images."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.imagery.contradictions import BUILDING, COMPLETED, NOT_STARTED, STATUSES
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.side_files import read_side_text
from yngis.catalogue.io.vectors.vector import read_vector
from yngis.catalogue.tables.values.days import read_day
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    Name = str | os.PathLike[str]

_KEYS: Final = (
    "电子监管号", "合同编号", "合同编号或划拨决定书编号", "合同号", "宗地编号", "宗地号",
    "supervision_no", "contract_no", "parcel_no", "parcel",
)  # fmt: skip
_COMPLETED: Final = ("实际竣工日期", "实际竣工时间", "竣工日期", "竣工时间", "actual_completion")
_STARTED: Final = ("实际动工日期", "实际开工日期", "实际动工时间", "actual_start")
_STATUS: Final = ("影像比对状态", "imagery_status")
_BUILT: Final = {
    "built": True,
    "已建": True,
    "1": True,
    "not_built": False,
    "未建": False,
    "0": False,
}


@dataclass(frozen=True, slots=True, eq=False)
class LedgerParcels:
    """
    Parcels with what their table says (宗地及台账).

    Attributes
    ----------
    frame
        Polygons on a unique index of names.
    key
        Column of the names; empty where rows are numbered.
    status
        What the ledger says, None where it says nothing, ``(n,)``.
    completed
        Day of completion, None where there is none that can be read, ``(n,)``.
    rows
        The ledger's own cells as texts, for the cards.
    notes
        What was assumed.
    """

    frame: GeoDataFrame
    key: str
    status: list[str | None]
    completed: list[dt.date | None]
    rows: list[dict[str, str]]
    notes: tuple[str, ...]


def read_ledger_parcels(
    path: Name, *, key: str | None = None, layer: str | None = None, crs: str | None = None
) -> LedgerParcels:
    """
    Read parcels and what their table says (读取宗地).

    Parameters
    ----------
    path
        Layer of polygons with the columns of a supply ledger.
    key
        Column that names them; a usual one if left out, else the row.
    layer, crs
        Layer in the file, and CRS if it declares none.

    Returns
    -------
    parcels
        Polygons, status and days.

    Raises
    ------
    LayerError
        If the file cannot be used, or names are missing or stand twice.
    """
    frame = read_vector(path, layer, crs=crs)
    columns = [str(name) for name in frame.columns]
    if key is not None and key not in columns:
        raise LayerError(
            Problem(
                f"--key {key}",
                "有这一列 / such a column",
                "没有 / none",
                did_you_mean(key, columns),
            )
        )
    chosen = key or next((name for name in _KEYS if name in columns), "")
    notes = [] if chosen else ["没有识别出宗地标识列，以行号标识 / parcels are named by their row"]
    names = frame[chosen].astype("string").str.strip() if chosen else None
    if names is not None and (
        names.isna().any() or (names == "").any() or names.duplicated().any()
    ):
        raise LayerError(
            Problem(
                f"{path} · {chosen}",
                "每行一个不重复的标识 / a name of its own in every row",
                f"空或重复 / empty or twice: {int((names.isna() | names.duplicated()).sum())}",
                "用 --key 指明另一列 / name another column with --key",
            )
        )
    index = (
        names.astype(str) if names is not None else [str(row) for row in range(1, len(frame) + 1)]
    )
    told = frame.set_axis(pd.Index(index, name="parcel"), axis="index")
    completed = _days(frame, _COMPLETED, notes)
    started = _days(frame, _STARTED, notes)
    cells = frame.drop(columns=frame.active_geometry_name).astype("string").fillna("")
    return LedgerParcels(
        told, chosen, _statuses(frame, started, completed), [_day(each) for each in completed],
        cells.to_dict("records"), tuple(notes),
    )  # fmt: skip


def _days(frame: GeoDataFrame, names: Sequence[str], notes: list[str]) -> list[object]:
    """Days of a column: a day, None where blank, or a text that is none."""
    column = next((name for name in names if name in frame), None)
    if column is None:
        notes.append(
            f"没有识别出“{names[0]}”列，这一日期不与台账比对 / no column of it, not compared"
        )
        return [_NO_COLUMN] * len(frame)
    read = [read_day(None if pd.isna(cell) else cell) for cell in frame[column]]
    if unread := sum(not (each is None or isinstance(each, dt.date)) for each in read):
        notes.append(f"{column}：{unread} 格不是完整日期，不据以比对 / no whole day, not compared")
    return list(read)


_NO_COLUMN: Final = object()


def _day(read: object) -> dt.date | None:
    return read if isinstance(read, dt.date) else None


def _statuses(
    frame: GeoDataFrame, started: list[object], completed: list[object]
) -> list[str | None]:
    """What the ledger says; where a column is missing or a cell is no day, nothing is said."""
    own = next((name for name in _STATUS if name in frame), None)
    if own is not None:
        return [str(cell) if cell in STATUSES else None for cell in frame[own]]
    told: list[str | None] = []
    for start, end in zip(started, completed, strict=True):
        if isinstance(end, dt.date):
            told.append(COMPLETED)
        elif isinstance(start, dt.date) and end in {None, _NO_COLUMN}:
            told.append(BUILDING)
        elif start is None and end in {None, _NO_COLUMN}:
            told.append(NOT_STARTED)
        else:
            told.append(None)
    return told


def read_labels(path: Name) -> dict[str, bool]:
    """
    Read labels of parcels (读取标注).

    Parameters
    ----------
    path
        CSV of ``parcel`` and ``label``: ``built`` (已建) or ``not_built`` (未建).

    Returns
    -------
    labels
        By parcel.

    Raises
    ------
    LayerError
        If it is no such table; names every row.
    """
    rows = list(csv.DictReader(read_side_text(local_path(path)).lstrip("\ufeff").splitlines()))
    labels: dict[str, bool] = {}
    faults = []
    for number, row in enumerate(rows, start=2):
        name, label = (str(row.get(each) or "").strip() for each in ("parcel", "label"))
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
