"""Enterprises made ready (企业名单整理): columns named, codes mapped, coordinates judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.clustering.amount_checks import check_choice
from yngis.analysis.clustering.industries import map_industries
from yngis.analysis.clustering.locate import locate_enterprises, place_enterprises
from yngis.analysis.clustering.operating_states import states_to_doubt
from yngis.analysis.industry_editions import EDITIONS, LATEST, to_latest
from yngis.catalogue import Card, check
from yngis.catalogue.io.row_numbers import FILE_ROWS, row_numbers_text
from yngis.catalogue.io.text import plain_text
from yngis.catalogue.io.yaml import read_yaml
from yngis.catalogue.tables.headers.header_faults import with_card_names
from yngis.catalogue.tables.read_frame import FILE_RATIOS
from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.catalogue.tables.values.industry_codes import (
    clean_code,
    is_gone_group,
    zeros_may_be_lost,
)
from yngis.errors import LayerError, Problem
from yngis.measure.datum import Datum
from yngis.measure.datum_names import named_datums
from yngis.measure.degrees import read_degrees

if TYPE_CHECKING:
    from yngis.plan.registry import Registry

REASONS: Final = {
    "no_coordinates": "没有坐标",
    "null_island": "坐标为零（地理编码失败）",
    "swapped": "经纬度疑似互换",
    "outside": "在省外",
    "stacked": "多家企业坐标完全相同",
    "coarse": "坐标只到百分之一度（约 1 公里）",
    "unknown_zone": "开发区名称不在名录",
    "zone_differs": "坐标不在所填开发区内",
    "county_differs": "坐标不在所填县内",
    "unknown_county": "县名不在图层中",
    "no_size": "没有规模",
    "not_operating": "注销、吊销、迁出、停业、在建等，仍计入",
    "status_unread": "状态未识别，仍计入",
    "code_missing": "没有行业代码，未对应到产业",
    "code_unread": "行业代码不是 2 至 4 位数字，未对应到产业",
    "code_edition": "行业代码是旧版分类的，在 2017 年版中可能另有所指，未对应到产业",
    "code_gone": "行业代码的中类 2017 年版已取消，疑为旧版代码，未对应到产业",
    "code_zero_lost": "行业代码三位，名单中另有四位的，首位的 0 可能丢失，未对应到产业",
    "only_named": "没有行业，也没有地点，疑为分组行或说明",
    "credit_code_twice": "统一社会信用代码与另一行相同，各计一次",
    "listed_twice": "与另一行名称、代码和地点都相同，各计一次",
    "total_row": "合计、小计、平均行，未计入",
}
"""Why a row is suspicious, in the order of the report."""


_AXES: Final = {"lon": "经度", "lat": "纬度"}


@dataclass(frozen=True, slots=True)
class Enterprises:
    """
    Enterprises ready for measuring (可用的企业名单).

    Attributes
    ----------
    frame
        All rows in EPSG:4490, on the caller's index: ``id``, ``name``, ``code``, ``industry`` and
        ``segment`` (missing outside the plan's seven), ``size`` (NaN where unknown), ``zone`` and
        ``county`` (missing where unknown), ``located`` (its point may be used), geometry.
    suspects
        What is wrong with rows, one line per row and reason: ``id``, ``name``, ``reason``,
        ``reason_zh``, ``lon`` and ``lat`` as given, ``located``, ``detail``.
    codes
        How codes were mapped: ``matched``, ``industry``, ``segment``, ``judgement``,
        ``enterprises``; the codes that belong to none of the seven at the end.
    sized
        Whether sizes are known; if not, every plant counts once.
    columns
        How each header of the file was understood, and which were not; empty for a table in memory.
    described
        What the file is: format, sheet, header rows, sheets not read; empty where not known.
    reading
        What was read of the file and what was not, in words.
    """

    frame: gpd.GeoDataFrame
    suspects: pd.DataFrame
    codes: pd.DataFrame
    sized: bool
    columns: pd.DataFrame = field(default_factory=pd.DataFrame)
    described: str = ""
    reading: tuple[str, ...] = ()

    def with_file(
        self,
        columns: pd.DataFrame,
        dropped: pd.DataFrame,
        described: str = "",
        reading: tuple[str, ...] = (),
    ) -> Enterprises:
        """
        Add what reading the file told (读取情况).

        Parameters
        ----------
        columns
            How each header was understood.
        dropped
            Rows of totals that were left out: ``row`` and ``text``.
        described
            What the file is: format, sheet, header rows, and sheets that were not read.
        reading
            What was read of it and what was not, in words.

        Returns
        -------
        enterprises
            With the rows left out among the suspects, so that nothing is lost without a word.
        """
        told = pd.DataFrame(
            {
                "id": None,
                "name": dropped["text"].to_numpy(),
                "reason": "total_row",
                "reason_zh": REASONS["total_row"],
                "lon": np.nan,
                "lat": np.nan,
                "located": False,
                "detail": "",
            },
            index=pd.Index(dropped["row"], name="row"),
        )
        suspects = pd.concat([self.suspects, told]) if len(told) else self.suspects
        return replace(
            self, suspects=suspects, columns=columns, described=described, reading=reading
        )


def prepare_enterprises(
    table: pd.DataFrame,
    *,
    counties: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    registry: Registry,
    mapping: pd.DataFrame,
    datum: Datum | None = None,
    keep_stacked: bool = False,
    edition: str = LATEST,
) -> Enterprises:
    """
    Make a user's list of enterprises ready for measuring (企业名单整理).

    Parameters
    ----------
    table
        The list, as text or numbers, with the columns of ``enterprises.yml`` under any of their
        names; or a layer of points. Either coordinates or zones are needed.
    counties, zones
        The layers ``counties`` and ``zones``, EPSG:4490, with ``name_zh``.
    registry
        The plan's zones by name and alias.
    mapping
        Industry codes to the plan's industries, as ``load("gbt4754_industries")``.
    datum
        Datum of the coordinates where no column says it: ``CGCS2000``, ``WGS84``, ``GCJ-02``
        (高德, 腾讯) or ``BD-09`` (百度). It has to be declared; numbers cannot tell.
    keep_stacked
        Use points on which five or more enterprises lie; they are reported all the same.
    edition
        Edition of GB/T 4754 that the codes are of. Of an earlier one a code is mapped only where
        its whole division belongs to one industry; the others are no one's, and told.

    Returns
    -------
    enterprises
        All rows, which of them may be used as points, and everything suspicious.

    Raises
    ------
    LayerError
        With every fault at once: missing columns, values that are no numbers, coordinates without
        a datum, industries that the plan does not have.
    """
    check_choice(edition, EDITIONS, "enterprises：edition")
    given = with_card_names(table, enterprise_card())
    rows = _typed_rows(given)
    declared = _datum_of_rows(rows, datum)
    points, suspects = locate_enterprises(rows, declared, counties, keep_stacked=keep_stacked)
    placed, named = place_enterprises(rows, points, counties, zones, registry)
    own = rows["industry"].notna()
    mapped, unsure = _mapped_surely(rows["code"], mapping, own, edition)
    industry = rows["industry"].where(own, mapped["industry"]).astype("object")
    frame = gpd.GeoDataFrame(
        {
            "id": rows["id"],
            "name": rows["name"],
            "code": rows["code"],
            "industry": industry,
            "segment": mapped["segment"].where(~own).astype("object"),
            "size": rows["size"],
            "zone": placed["zone"],
            "county": placed["county"],
            "located": points.notna(),
        },
        geometry=points,
        crs="EPSG:4490",
    )
    sized = bool(rows["size"].notna().any())
    unsized = rows.index[rows["size"].isna()] if sized else rows.index[:0]
    every = [*suspects, *named, *((label, "no_size", "") for label in unsized)]
    every += [(label, "listed_twice", "") for label in _listed_twice(rows)]
    every += _codes_that_come_twice(rows["credit_code"])
    no_code = rows["code"].map(clean_code).isna() & ~own
    told = rows["code"].notna() & no_code
    every += [(label, "code_unread", f"“{rows['code'][label]}”") for label in rows.index[told]]
    every += unsure
    nowhere = points.isna() & rows[["zone", "county", "lon", "lat"]].isna().all(axis=1)
    alone = rows["code"].isna() & no_code & nowhere
    every += [(label, "only_named", "") for label in rows.index[alone]]
    # A list of industries without codes leaves the industry blank outside the plan's seven.
    blank = rows["code"].isna() & ~own & ~alone & rows["code"].notna().any()
    every += [(label, "code_missing", "") for label in rows.index[blank]]
    every += states_to_doubt(rows["status"], rows["name"])
    return Enterprises(
        frame, _suspect_table(every, rows, frame["located"]), _code_table(mapped, rows), sized
    )


def _mapped_surely(
    codes: pd.Series, mapping: pd.DataFrame, own: pd.Series, edition: str
) -> tuple[pd.DataFrame, list[tuple[object, str, str]]]:
    """Map codes to industries; a code that may mean another one is no one's, and told."""
    read = codes.map(clean_code)
    if edition != LATEST:
        sure = read.map(lambda code: _division_code(code, edition, mapping))
        lost = codes.index[read.notna() & sure.isna() & ~own]
        told = [(label, "code_edition", f"“{codes[label]}”，{edition} 年版") for label in lost]
        return map_industries(sure, mapping), told
    gone = read.map(lambda code: isinstance(code, str) and is_gone_group(code)) & ~own
    doubtful = pd.Series(zeros_may_be_lost(codes), codes.index) & ~own
    mapped = map_industries(codes.mask(gone), mapping)
    told = [(label, "code_gone", f"“{codes[label]}”") for label in codes.index[gone]]
    zeroed = map_industries("0" + codes.where(doubtful), mapping)
    differ = doubtful & (mapped["industry"].fillna("") != zeroed["industry"].fillna(""))
    told += [
        (
            label,
            "code_zero_lost",
            f"“{code}”：可为 0{code}，也可为 {code}（{industry}） / either of the two",
        )
        for label, code, industry in zip(
            codes.index[differ], codes[differ], mapped["industry"][differ], strict=True
        )
    ]
    return (map_industries(codes.mask(gone | differ), mapping) if differ.any() else mapped), told


def _division_code(code: object, edition: str, mapping: pd.DataFrame) -> str | None:
    """Code of 2017 for one of an earlier edition, where the mapping decides by the division."""
    if not isinstance(code, str):
        return None
    found = to_latest(code[:2], edition)
    deeper = mapping["code"].str.startswith(found) if found else None
    if deeper is None or len(found) > 1:
        return None
    own = mapping.loc[deeper, "code"]
    # Not named at all: of none of the industries in any edition.
    return found[0] if len(own) == 0 or own.tolist() == [found[0]] else None


@lru_cache(maxsize=1)
def enterprise_card() -> Card:
    """
    Card of the list of enterprises (企业名单卡片): columns, other headers for them, units, bounds.

    Returns
    -------
    card
        The card; it belongs to no shipped file.
    """
    return read_yaml(Path(__file__).with_name("enterprises.yml"), Card)


def _typed_rows(given: pd.DataFrame) -> pd.DataFrame:
    """Give every declared column its type; all faults at once."""
    card, problems = enterprise_card(), []
    rows = pd.DataFrame(index=given.index)
    for column in card.columns:
        values = given.get(column.name)
        if values is not None:
            values = _as_usual(column.name, values)
        if values is None:
            empty = np.nan if column.dtype == "float" else None
            rows[column.name] = pd.Series([empty] * len(given), given.index, dtype="object")
        elif column.dtype == "float":
            numbers = pd.to_numeric(values, errors="coerce")
            bad = (numbers.isna() & values.notna()).to_numpy()
            if bad.any():
                problems.append(_no_number_problem(column.name, values, bad))
            rows[column.name] = numbers
        else:
            rows[column.name] = _enterprise_texts(values)
    rows[["lon", "lat", "size"]] = rows[["lon", "lat", "size"]].astype("float64")
    rows["id"] = _choose_row_identifiers(rows, given)
    judged = rows.drop(columns=[name for name in rows if name != "id" and name not in given])
    if "lat" in judged:
        # Of a latitude that may be a longitude the row is told, and the list is read.
        judged["lat"] = judged["lat"].where(~judged["lat"].abs().between(90, 180, "right"))
    for name, ratio in given.attrs.get(FILE_RATIOS, {}).items():
        judged[name] = judged[name] / ratio
    problems += check(judged, card.for_user())
    if isinstance(given, gpd.GeoDataFrame):
        rows = _with_points(rows, given)
    problems += _lacking_columns(rows)
    if problems:
        raise LayerError(problems)
    return rows


def _as_usual(name: str, values: pd.Series) -> pd.Series:
    """Datums under their usual names, angles in decimal degrees; other columns as they are."""
    if name == "datum":
        return values.map(_usual_datum, na_action="ignore").astype("object")
    if name in _AXES and not pd.api.types.is_numeric_dtype(values):
        return values.map(lambda cell: _degrees_or_same(cell, name)).astype("object")
    return values


def _usual_datum(cell: object) -> object:
    """Name of the one datum that a cell names; what names none or two is left to be refused."""
    named = named_datums(str(cell))
    return named[0] if len(named) == 1 else cell


def _degrees_or_same(cell: object, axis: str) -> object:
    degrees = read_degrees(plain_text(cell), axis) if isinstance(cell, str) else None
    return cell if degrees is None else degrees


def degree_notes(table: pd.DataFrame) -> tuple[str, ...]:
    """
    Say how many coordinates were written in degrees, minutes and seconds (度分秒).

    Parameters
    ----------
    table
        A list of enterprises, as :func:`prepare_enterprises` takes it.

    Returns
    -------
    notes
        Bilingual, at most one for each axis.
    """
    given, notes = with_card_names(table, enterprise_card()), []
    for axis, zh in _AXES.items():
        cells = [] if axis not in given else [cell for cell in given[axis] if isinstance(cell, str)]
        read = sum(read_degrees(plain_text(cell), axis) is not None for cell in cells)
        if read:
            notes.append(
                f"{zh}有 {read} 格按度分秒读 / cells in degrees, minutes and seconds: {read}"
            )
    return tuple(notes)


def _enterprise_texts(values: pd.Series) -> pd.Series:
    """Texts without blanks around them; numbers as Excel shows them, blanks missing."""

    def text(value: object) -> str | None:
        if value is None or (isinstance(value, float) and np.isnan(value)):
            return None
        whole = isinstance(value, float | np.floating) and float(value).is_integer()
        return str(int(cast("float", value)) if whole else value).strip() or None

    return pd.Series([text(value) for value in values], values.index, dtype="object")


def _with_points(rows: pd.DataFrame, given: gpd.GeoDataFrame) -> pd.DataFrame:
    """Take the coordinates of a layer from its geometry, in degrees of its own datum."""
    geometry = given.geometry
    if given.crs is not None and given.crs.is_projected:
        geometry = geometry.to_crs(given.crs.geodetic_crs)
    point = geometry.to_numpy()
    held = shapely.get_type_id(point) == shapely.GeometryType.POINT
    return rows.assign(
        lon=np.where(held, shapely.get_x(point), np.nan),
        lat=np.where(held, shapely.get_y(point), np.nan),
    )


def _lacking_columns(rows: pd.DataFrame) -> list[Problem]:
    """Say what no measure could do without."""
    problems = []
    if rows["code"].isna().all() and rows["industry"].isna().all():
        problems.append(
            Problem(
                where="enterprises",
                promised="行业代码或规划产业 / an industry code, or the plan's industry",
                found="两列都没有 / neither column",
                mend="补上“行业代码”（GB/T 4754-2017）或“规划产业” / add code or industry",
            )
        )
    if rows[["lon", "lat"]].isna().any(axis=1).all() and rows["zone"].isna().all():
        problems.append(
            Problem(
                where="enterprises",
                promised="经纬度或所在开发区 / coordinates, or the zone",
                found="都没有 / neither",
                mend="补上“经度”“纬度”，或“开发区” / add lon and lat, or zone",
            )
        )
    return problems


def _datum_of_rows(rows: pd.DataFrame, datum: Datum | None) -> pd.Series:
    """Datum of each row with coordinates; it is declared or refused, never guessed."""
    if datum is not None:
        check_choice(datum, get_args(Datum), "enterprises：datum")
    declared = rows["datum"].where(rows["datum"].notna(), datum)
    silent = (rows["lon"].notna() & rows["lat"].notna() & declared.isna()).to_numpy()
    if silent.any():
        raise LayerError(
            Problem(
                where=f"enterprises.datum：{_name_file_rows(rows.index, silent)}",
                promised="声明坐标基准：CGCS2000、WGS84、GCJ-02 或 BD-09 / the declared datum",
                found="未声明 / none",
                mend="高德、腾讯地理编码为 GCJ-02，百度为 BD-09，天地图、GPS 为 CGCS2000 或 WGS84；"
                "用 datum 参数或“坐标基准”列声明 / Amap and Tencent geocode in GCJ-02, Baidu in "
                "BD-09, Tianditu and GPS in CGCS2000 or WGS84: declare it by datum or in a column",
            )
        )
    return declared


def _no_number_problem(name: str, values: pd.Series, bad: np.ndarray) -> Problem:
    shown = ", ".join(f"“{value}”" for value in values[bad].iloc[:5])
    return Problem(
        where=f"enterprises.{name}：{_name_file_rows(values.index, bad)}",
        promised="数字 / a number",
        found=shown,
        mend="改为数值，单位写在表头里；经纬度用十进制度 / write bare numbers, degrees as decimals",
    )


def _name_file_rows(index: pd.Index, marked: np.ndarray) -> str:
    """Name rows as the file numbers them where the index holds that, else by their place."""
    places = marked.nonzero()[0]
    return row_numbers_text(index[places] if index.name == FILE_ROWS else places + 1)


def _plain_credit_code(code: object) -> str | None:
    """Fold width, case and blanks of a credit code."""
    return plain_number(code) if isinstance(code, str) else None


def _choose_row_identifiers(rows: pd.DataFrame, given: pd.DataFrame) -> pd.Series:
    """Who each row is: its credit code where all differ, else the list's own or the row number."""
    codes = rows["credit_code"].map(_plain_credit_code)
    if len(rows) and codes.notna().all() and not codes.duplicated().any():
        return rows["credit_code"]
    if "id" in given:
        return rows["id"]
    numbers = [str(number) for number in range(1, len(rows) + 1)]
    return pd.Series(numbers, rows.index, dtype="object")


def _codes_that_come_twice(codes: pd.Series) -> list[tuple[object, str, str]]:
    """Tell the rows whose credit code stands in another row too: one enterprise, or a slip."""
    plain = codes.map(_plain_credit_code)
    twice = plain.notna() & plain.duplicated(keep=False)
    return [(label, "credit_code_twice", f"“{codes[label]}”") for label in codes.index[twice]]


def _listed_twice(rows: pd.DataFrame) -> pd.Index:
    """Rows that say the same as an earlier one of who and where, and are counted all the same."""
    named = rows[rows["name"].notna()]
    traits = named[["name", "code", "industry", "lon", "lat", "zone", "county"]]
    return traits.index[traits.duplicated()]


def _suspect_table(
    found: list[tuple[object, str, str]], rows: pd.DataFrame, located: pd.Series
) -> pd.DataFrame:
    labels = [label for label, _, _ in found]
    at = rows.index.get_indexer(pd.Index(labels, dtype=rows.index.dtype))
    own = rows.iloc[at]
    table = pd.DataFrame(
        {
            "id": own["id"].to_numpy(),
            "name": own["name"].to_numpy(),
            "reason": [reason for _, reason, _ in found],
            "reason_zh": [REASONS[reason] for _, reason, _ in found],
            "lon": own["lon"].to_numpy(),
            "lat": own["lat"].to_numpy(),
            "located": located.iloc[at].to_numpy(),
            "detail": [detail for _, _, detail in found],
        },
        index=pd.Index(labels, name="row"),
    )
    order = list(REASONS)
    return table.sort_values("reason", key=lambda names: names.map(order.index), kind="stable")


def _code_table(mapped: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Count the enterprises by the row of the mapping that decided."""
    keyed = mapped.assign(
        matched=mapped["matched"].where(mapped["matched"].notna(), rows["code"]).fillna("无代码")
    )[rows["industry"].isna()]
    columns = ["matched", "industry", "segment", "judgement"]
    counted = keyed.groupby(columns, dropna=False, sort=True).size().rename("enterprises")
    table = counted.reset_index()
    return table.sort_values("industry", na_position="last", kind="stable").reset_index(drop=True)
