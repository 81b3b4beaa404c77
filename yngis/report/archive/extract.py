"""Values and records of a folder of results as rows of an archive (取值)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from yngis.catalogue.io.pack import read_pack
from yngis.catalogue.io.text import list_first
from yngis.errors import LayerError, Problem
from yngis.report.result_folder import read_result_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from yngis.report.archive.declared import EditionKind, FindingTable, ValueTable
    from yngis.report.result_folder import ResultFolder

NO_ZONE: Final = ("（", "(", "未归属")
"""What names of places begin with that are no zones, such as land outside of all."""

UNNAMED: Final = "（未写）"

EMPTY: Final = "结果中为空"
"""Reason of a value that the results leave empty and say nothing of."""

_WHOLE: Final = re.compile(r"[+-]?\d+(?:\.0*)?")
_SHOWN: Final = 5

VALUE_COLUMNS: Final = (
    *("level", "place", "zone_id", "measure", "value", "words", "numerator", "denominator"),
    *("unit", "reason"),
)


class Extract(NamedTuple):
    """
    What an archive keeps of a folder of results (所取内容).

    Attributes
    ----------
    measured
        Rows of the table ``value`` without ``zone_id``; a number that is missing has its reason.
    records
        ``place_in_file``, ``record_id``, ``name`` (what it is known by where it has no numbers),
        ``supervision_no``, ``contract_no``, ``parcel_no``, ``zone``, ``finding``, ``class``,
        ``days`` and ``area_m2``.
    shapes
        Polygons of the records in degrees, None where one has none, ``(n,)``.
    by_name
        Whether records are known by their names alone.
    """

    measured: pd.DataFrame
    records: pd.DataFrame
    shapes: NDArray[np.object_]
    by_name: bool


def extract_results(folder: ResultFolder, kind: EditionKind) -> Extract:
    """
    Take the values and the records of a folder of results (取值).

    Parameters
    ----------
    folder
        The folder, whole and unchanged.
    kind
        What is taken of it.

    Returns
    -------
    extract
        Values of zones, prefectures and the province, and records.

    Raises
    ------
    LayerError
        With every fault: tables that are missing or lack columns, texts where numbers should be,
        values that stand twice.
    """
    problems: list[Problem] = []
    values: list[dict[str, object]] = []
    for table in kind.tables:
        try:
            values += _table_values(folder, table)
        except LayerError as error:
            problems += error.problems
    told = pd.DataFrame(values, columns=[c for c in VALUE_COLUMNS if c != "zone_id"])
    silent = told["value"].isna() & (told["words"] == "") & (told["reason"] == "")
    told["reason"] = told["reason"].mask(silent, EMPTY)
    problems += _doubled_values(folder, told)
    records, shapes = _no_records(), np.empty(0, dtype=object)
    for listed in kind.records:
        try:
            records, shapes = _table_records(folder, listed)
        except LayerError as error:
            problems += error.problems
    if problems:
        raise LayerError(problems)
    by_name = any(listed.identity == "name" for listed in kind.records)
    return Extract(told, records, shapes, by_name)


def is_zone_name(place: str) -> bool:
    """
    Tell whether the name of a place at the level of zones is that of a zone (是否开发区名).

    Parameters
    ----------
    place
        Name as the results tell it.

    Returns
    -------
    answer
        False for land outside of all zones and the like.

    Examples
    --------
    >>> is_zone_name("昆明经济技术开发区"), is_zone_name("（未知）")
    (True, False)
    """
    return bool(place) and not place.startswith(NO_ZONE)


def _table_values(folder: ResultFolder, table: ValueTable) -> list[dict[str, object]]:
    """Rows of one table as values."""
    if table.optional and not (folder.path / table.table).is_file():
        return []
    needed = [*filter(None, (table.level, table.place, table.value))]
    frame = read_result_table(folder, table.table, needed)
    faults: list[str] = []
    rows = [
        told
        for number, row in enumerate(frame.to_dict("records"), start=2)
        for told in _row_values(row, table, _number_reader(number, faults))
    ]
    if faults:
        raise LayerError(
            Problem(
                str(folder.path / table.table),
                promised="数 / numbers",
                found=list_first(faults, between="；"),
                mend="重新运行该命令，结果表不要手改 / run it again; do not edit its tables",
            )
        )
    return rows


def _row_values(
    row: Mapping[Any, str], table: ValueTable, number: Callable[[str, str], float | None]
) -> Iterator[dict[str, object]]:
    """Values of one row of a table."""
    if table.province:
        level, place = "province", read_pack().province
    else:
        level = row[table.level] if table.level else "zone"
        place = row[table.place] or UNNAMED
    parts = [table.prefix, *(row.get(each, "") for each in table.key)]
    stem = ".".join(part for part in parts if part)
    last = "".join(f".{row.get(each, '')}" for each in table.key_last)
    unit = row.get(table.unit_column, "") if table.unit_column else table.unit
    base: dict[str, object] = {
        "level": level,
        "place": place,
        "words": "",
        "numerator": None,
        "denominator": None,
        "unit": "",
        "reason": row.get(table.reason, "") if table.reason else "",
    }
    if table.value:
        yield base | {
            "measure": stem + last,
            "value": number(table.value, row[table.value]),
            "numerator": number(table.numerator, row.get(table.numerator, "")),
            "denominator": number(table.denominator, row.get(table.denominator, "")),
            "unit": unit,
        }
    for column, cell in row.items():
        if any(fnmatchcase(column, each) for each in table.columns):
            yield base | {
                "measure": ".".join(part for part in (stem, column) if part) + last,
                "value": number(column, cell),
                "unit": table.units.get(column, unit),
            }
    for name, column in table.words.items():
        if column in row:
            yield base | {
                "measure": ".".join(part for part in (stem, name) if part) + last,
                "value": None,
                "words": row[column],
            }


def _number_reader(row: int, faults: list[str]) -> Callable[[str, str], float | None]:
    """Read cells of a row as numbers; what is none is noted."""

    def read(column: str, cell: str) -> float | None:
        if not cell:
            return None
        try:
            number = float(cell)
        except ValueError:
            number = float("inf")
        if not np.isfinite(number):
            faults.append(f"第 {row} 行 / row {row} {column}：“{cell[:20]}”")
            return None
        return number

    return read


def _doubled_values(folder: ResultFolder, values: pd.DataFrame) -> list[Problem]:
    key = ["level", "place", "measure"]
    doubled = values[values.duplicated(key)][key]
    if doubled.empty:
        return []
    named = "；".join(" · ".join(map(str, row)) for row in doubled.head(_SHOWN).to_numpy())
    return [
        Problem(
            str(folder.path),
            promised="每地每项一个值 / one value of a measure for each place",
            found=f"{len(doubled)} 个重复 / stand twice: {named}",
            mend="重新运行该命令；仍如此请报告 / run it again; report it if it stays so",
        )
    ]


def _no_records() -> pd.DataFrame:
    columns = [
        "place_in_file",
        "record_id",
        "name",
        "supervision_no",
        "contract_no",
        "parcel_no",
        "zone",
    ]
    return pd.DataFrame(columns=[*columns, "finding", "class", "days", "area_m2"])


def _table_records(
    folder: ResultFolder, listed: FindingTable
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    """Records of one table, with their polygons."""
    if listed.optional and not (folder.path / listed.table).is_file():
        return _no_records(), np.empty(0, dtype=object)
    needed = [listed.id, listed.zone, listed.finding, listed.area]
    frame = read_result_table(folder, listed.table, needed)
    zone = frame[listed.zone]
    for column, words in listed.own_zone.items():
        zone = zone.where(~frame[column].isin(words), frame[listed.id])
    name = frame[listed.id]
    for column in listed.more:
        name = name + "|" + frame[column]
    area = pd.to_numeric(frame[listed.area].replace("", None), errors="coerce") * listed.factor
    records = pd.DataFrame(
        {
            "place_in_file": np.arange(len(frame)),
            # What has no number is known by all of its name.
            "record_id": name if listed.identity == "name" else frame[listed.id],
            "name": name,
            **{
                column: frame.get(column, "")
                for column in ("supervision_no", "contract_no", "parcel_no")
            },
            "zone": zone,
            "finding": frame[listed.finding],
            "class": frame.get(listed.klass, ""),
            "days": [_whole_number(cell) for cell in frame[listed.days]] if listed.days else None,
            "area_m2": area.astype("float64"),
        }
    )
    return records, _record_shapes(folder, listed, records)


def _whole_number(cell: str) -> int | None:
    return int(float(cell)) if _WHOLE.fullmatch(cell) else None


def _record_shapes(
    folder: ResultFolder, listed: FindingTable, records: pd.DataFrame
) -> NDArray[np.object_]:
    """Polygons beside the records; a number that differs means that one file was altered."""
    shapes = np.full(len(records), None, dtype=object)
    path = folder.path / listed.shapes
    if not listed.shapes or not path.is_file():
        return shapes
    import pyarrow.parquet as pq  # noqa: PLC0415 - most kinds have no polygons

    held = pq.read_table(path, columns=["id", "geometry"])
    numbers = ["" if each is None else each for each in held.column("id").to_pylist()]
    if numbers != records["record_id"].tolist():
        raise LayerError(
            Problem(
                str(path),
                promised=f"与 {listed.table} 逐行对应 / row by row as in that table",
                found=f"{len(numbers)} 行，编号不一致 / other rows",
                mend="重新运行该命令 / run it again",
            )
        )
    shapes[:] = shapely.from_wkb(held.column("geometry").to_numpy(zero_copy_only=False))
    return shapes
