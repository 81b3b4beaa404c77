"""What a conflict check reads (接收图层): zones, layers, coverage, parcels, heights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.conflicts.frames import conflict_layer, parcel_names, usable_planned
from yngis.analysis.conflicts.planned import PLANNED_SCHEME
from yngis.analysis.conflicts.regions import EVERYWHERE, UNSTATED
from yngis.analysis.conflicts.units import parcel_unit_layer
from yngis.catalogue import load
from yngis.catalogue.examine import examine_file
from yngis.catalogue.io.raster_fillings import fillings_told
from yngis.catalogue.io.sources import split_source
from yngis.catalogue.io.vectors.postgis import is_postgis
from yngis.catalogue.tables.cards.input_card import read_input_card
from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.catalogue.tables.shapes.shape_join import number_card
from yngis.catalogue.tables.table_set import no_issues, no_rejected, open_tables
from yngis.errors import LayerError, Problem
from yngis.measure.polygons import CRS, shape_array
from yngis.measure.straight_edges import straighten_edges
from yngis.report.conflicts.options import WHOLE
from yngis.report.no_records import no_records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.conflicts.regions import ConflictLayer
    from yngis.catalogue.tables.table import InputTable, Records
    from yngis.catalogue.tables.table_set import TableSet
    from yngis.measure.progress import StageProgress
    from yngis.report.conflicts.options import ConflictOptions

    Shapes = NDArray[np.object_]

# Nothing here has a day of its own: a record dated ahead is read all the same.
_AS_OF: Final = "2999-12-31"
_COMMON: Final = frozenset({"polygon_id", "mark_no", "feature", "area_m2", "status", "remark", ""})
"""Columns that layers of any kind may have."""
_SHOWN: Final = 10


@dataclass
class Reading:
    """
    What was read, and what of it is in doubt (读取情况).

    Attributes
    ----------
    sources
        ``role``, ``source``, ``described``, ``records``, ``crs`` of every table.
    left_out
        ``role``, ``source`` and ``reason`` of what was not read.
    columns
        How headers were understood.
    issues, rejected
        Rows in doubt, and rows that are not counted.
    unused
        Headers by role that were not used.
    unusable
        How many rows of each role have no polygon that can be used.
    extents
        Hulls of the polygons of each role that are there and cannot be used.
    fillings
        What fills rasters of heights without a declaration, by file.
    """

    sources: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    columns: list[pd.DataFrame] = field(default_factory=list)
    issues: list[pd.DataFrame] = field(default_factory=list)
    rejected: list[pd.DataFrame] = field(default_factory=list)
    unused: dict[str, list[str]] = field(default_factory=dict)
    unusable: dict[str, int] = field(default_factory=dict)
    extents: dict[str, list[Any]] = field(default_factory=dict)
    fillings: dict[str, str] = field(default_factory=dict)

    def note_table(self, role: str, table: InputTable, records: int) -> None:
        """
        Keep what was made of a table.

        Parameters
        ----------
        role
            What it was read as.
        table
            The table.
        records
            How many records of it count.
        """
        settled = table.settled
        self.sources.append(
            {
                "role": role,
                "source": table.source,
                "described": table.carrier.described,
                "records": records,
                "crs": "" if settled is None else settled.crs.name,
                "note": "" if settled is None else settled.told,
            }
        )

    def note_unused(self, role: str, columns: pd.DataFrame) -> None:
        """
        Keep the headers that were not used: one of them may say that a polygon is no longer valid.

        Parameters
        ----------
        role
            What the table was read as.
        columns
            How its headers were understood.
        """
        bare = columns.loc[columns["column"].fillna("") == "", "header"]
        own = self.unused.setdefault(role, [])
        own += [each for each in map(str, bare) if each.strip() and each not in own]

    def note_fillings(self, source: str, values: list[float]) -> None:
        """
        Keep what fills a raster of heights where it has none, without saying so.

        Parameters
        ----------
        source
            Its name.
        values
            The fillings; they are no heights.
        """
        told = fillings_told(values)
        self.fillings[source] = told
        rule = row_rules()["raster_filling"]
        line = ("slope", source, 0, "", "", told, rule.rule, rule.zh, rule.mend_zh, np.nan)
        self.issues.append(pd.DataFrame([line], columns=list(no_issues().columns)))

    def files(self) -> dict[str, list[str]]:
        """
        Tell which files were read, and which layers of each.

        Returns
        -------
        files
            Layers, with how many records of them count, by file.
        """
        told: dict[str, list[str]] = {}
        for each in self.sources:
            file, _, layer = str(each["source"]).partition("：")
            own = told.setdefault(file, [])
            own.append(f"{layer} {each['records']:,}".strip() + " 条")
        return told

    def unread(self) -> list[dict[str, Any]]:
        """
        Tell what was read as nothing at all.

        Returns
        -------
        left_out
            Without the layers of a file that were read as another.
        """
        read = {each["source"] for each in self.sources}
        told = {each["source"]: each for each in self.left_out if each["source"] not in read}
        return list(told.values())

    def joined(self, name: str) -> pd.DataFrame:
        """
        Join what was kept of all tables.

        Parameters
        ----------
        name
            ``columns``, ``issues`` or ``rejected``.

        Returns
        -------
        rows
            All rows; none where nothing was kept.
        """
        held = [each for each in getattr(self, name) if len(each)]
        if held:
            joined: pd.DataFrame = pd.concat(held, ignore_index=True)
            return joined
        if name == "columns":
            return pd.DataFrame()
        return no_issues() if name == "issues" else no_rejected()


def read_zone_frame(options: ConflictOptions, reading: Reading) -> GeoDataFrame:
    """
    Read the zones (读取开发区范围).

    Parameters
    ----------
    options
        What is asked.
    reading
        Told what was read.

    Returns
    -------
    zones
        Under the card's names, with every other column; the shipped ones if none are named.

    Raises
    ------
    LayerError
        With every fault of the file.
    """
    if options.zones is None:
        return load("zones")
    path, layers = split_source(options.zones)
    if is_postgis(path):
        return _zones_of_database(path, options, reading)
    layer = options.zones_layer or next(iter(layers), None)
    look = examine_file(path, "zones", layer=layer, crs=options.crs.get("zones"))
    if look.problems:
        raise LayerError(replace(each, where=f"--zones {each.where}") for each in look.problems)
    frame = look.frame
    assert isinstance(frame, gpd.GeoDataFrame)  # noqa: S101 - the card is one of a layer
    reading.sources.append(
        {
            "role": "zones",
            "source": path.rpartition("/")[2],
            "described": "" if layer is None else layer,
            "records": len(frame),
            "crs": "" if frame.crs is None else frame.crs.name,
            "note": "",
        }
    )
    return frame


def _zones_of_database(path: str, options: ConflictOptions, reading: Reading) -> GeoDataFrame:
    columns, shapes = _read_rows("zones", "zone_outlines", (path,), options, reading)
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS))
    return frame.rename(columns={"part": "片区"})


def read_layer_of(key: str, options: ConflictOptions, reading: Reading) -> ConflictLayer:
    """
    Read one layer and where it was mapped (读取图层及覆盖范围).

    Parameters
    ----------
    key
        Key of the layer.
    options
        What is asked.
    reading
        Told what was read.

    Returns
    -------
    layer
        Ready to be held against units.

    Raises
    ------
    LayerError
        If a file cannot be read or understood.
    """
    columns, shapes = _read_rows(key, key, options.layers[key], options, reading)
    _refuse_unusable(key, shapes, reading)
    coverage = read_coverage(key, options, reading)
    extents = shape_array(reading.extents.get(key, ()))
    return conflict_layer(key, columns, shapes, coverage, extents)


def _refuse_unusable(key: str, shapes: Shapes, reading: Reading) -> None:
    """Refuse a layer whose rows are all of no use; one without rows holds nothing, and may."""
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if reading.unusable.get(key, 0) and not usable.any():
        rejected = reading.joined("rejected")
        reasons = rejected.loc[rejected["table"] == key, "meaning"] if len(rejected) else ()
        raise no_records(f"--layer {key}", read_input_card(key).title_zh, reasons)


def read_coverage(key: str, options: ConflictOptions, reading: Reading) -> Shapes | str:
    """
    Read where a layer was mapped (读取覆盖范围).

    Parameters
    ----------
    key
        Key of the layer.
    options
        What is asked.
    reading
        Told what was read.

    Returns
    -------
    coverage
        Polygons, ``all``, or ``unstated``.
    """
    sources = options.coverage.get(key, ())
    if not sources:
        return UNSTATED
    if all(each.strip().lower() in WHOLE for each in sources):
        return EVERYWHERE
    files = tuple(each for each in sources if each.strip().lower() not in WHOLE)
    _, shapes = _read_rows(f"coverage_{key}", "coverage", files, options, reading)
    kept = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if len(kept) == 0:
        raise LayerError(
            Problem(
                where=f"--coverage {key}",
                promised="覆盖范围的面 / polygons of where it was mapped",
                found="没有可用的面 / none",
                mend="核对文件；全域已调查的写 all / check the file, or write all",
            )
        )
    return kept


def read_planned(options: ConflictOptions, reading: Reading) -> GeoDataFrame:
    """
    Read planned uses (读取规划用途).

    Parameters
    ----------
    options
        What is asked.
    reading
        Told what was read.

    Returns
    -------
    planned
        ``use_code`` (None where it was not understood), ``use_name`` and polygons.

    Raises
    ------
    LayerError
        If there is no column of codes.
    """
    key = "planned_use"
    columns, shapes = _read_rows(key, key, options.layers[key], options, reading)
    if "use_code" not in columns:
        raise LayerError(
            Problem(
                where="--layer planned_use",
                promised="规划用途代码列 / codes: YDYHFLDM、GHYDFLDM、GHDLBM",
                found="没有这一列 / no such column",
                mend="补上代码列，或用 --aliases 给出别名表 / add it, or give an alias map",
            )
        )
    _refuse_unusable(key, shapes, reading)
    # A code that belongs to another classification, or to several, is not taken for a planned use.
    planned = columns["use_scheme"] == PLANNED_SCHEME
    frame = gpd.GeoDataFrame(
        {
            "use_code": columns["use_code"].where(planned, None),
            "use_name": columns["use_name"],
        },
        geometry=gpd.GeoSeries(shapes, crs=CRS),
    )
    return usable_planned(frame, shape_array(reading.extents.get(key, ())))


def read_parcels(
    options: ConflictOptions, reading: Reading, tick: StageProgress
) -> tuple[GeoDataFrame, pd.DataFrame]:
    """
    Read parcels or supply records (读取宗地).

    Parameters
    ----------
    options
        What is asked.
    reading
        Told what was read.
    tick
        Told how far it is.

    Returns
    -------
    units, unlocated
        Parcels with polygons, and ``name`` and ``area_m2`` of records without.
    """
    card, sources = ("supply", options.supply) if options.supply else ("plots", options.parcels)
    columns, shapes = _read_rows(card, card, sources, options, reading, tick=tick)
    numbers = columns["id"].astype("str")
    if card == "plots":
        numbers = parcel_names(columns, numbers.tolist())
    bare = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    unlocated = pd.DataFrame(
        {"name": numbers[bare].to_numpy(), "area_m2": columns["area_m2"][bare].to_numpy()}
    )
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS))
    return parcel_unit_layer(frame, numbers), unlocated


def _read_rows(
    role: str,
    card: str,
    sources: Sequence[str],
    options: ConflictOptions,
    reading: Reading,
    *,
    tick: StageProgress | None = None,
) -> tuple[pd.DataFrame, Shapes]:
    """Rows of all sources under the names of a card, and their polygons."""
    frames: list[pd.DataFrame] = []
    shapes: list[Any] = []
    for source in sources:
        path, layers = split_source(source)
        with open_tables(
            path,
            card,
            as_of=_AS_OF,
            layers=layers,
            crs=options.crs.get(role),
            aliases=options.aliases,
            allow_remote=options.allow_remote,
            role=role,
        ) as opened:
            found = _with_own_polygons(opened, options) if card == "supply" else opened
            if not layers:
                found = _fitting_layers(found, role, path, reading)
            reading.columns.append(found.columns())
            reading.note_unused(role, found.columns())
            planes = _planes_of(found)
            for records in found.records():
                _straighten_records(records, planes)
                _keep_rows(records, frames, shapes, reading)
                reading.unusable[role] = reading.unusable.get(role, 0) + _without_polygon(records)
                reading.extents.setdefault(role, []).extend(records.extents)
                if tick is not None:
                    tick("读取宗地 / reading parcels", sum(map(len, frames)), found.total)
            reading.issues.append(found.closing_issues())
            reading.rejected.append(found.closing_rejected())
            for table in found.tables:
                reading.note_table(role, table, found.counts.get(table.source, 0))
    columns = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"id": []})
    return columns, shape_array(shapes)


def _planes_of(tables: TableSet) -> dict[str, Any]:
    """CRS by source in which its polygons were drawn; those given by number have their file's."""
    held = () if tables.shapes is None else tables.shapes.tables
    lent = {each.settled.crs for each in held if each.settled is not None}
    one = next(iter(lent)) if len(lent) == 1 else None
    return {
        each.source: one if each.settled is None else each.settled.crs for each in tables.tables
    }


def _straighten_records(records: Records, planes: Mapping[str, Any]) -> None:
    """Keep edges as straight as they were drawn in the plane of their table."""
    if records.geometry is None or len(records.frame) == 0:
        return
    crs = planes.get(str(records.frame["source"].iloc[0]))
    records.geometry[:] = straighten_edges(records.geometry, crs)


def _with_own_polygons(opened: TableSet, options: ConflictOptions) -> TableSet:
    """Give a ledger of supply its polygons by number."""
    if not options.supply_shapes:
        return opened
    card = number_card(opened.card)
    with open_tables(
        options.supply_shapes,
        card,
        as_of=_AS_OF,
        crs=options.crs.get("supply_shapes"),
        role="supply-shapes",
        allow_remote=options.allow_remote,
    ) as shapes:
        return opened.with_shapes(shapes)


def _keep_rows(
    records: Records, frames: list[pd.DataFrame], shapes: list[Any], reading: Reading
) -> None:
    frames.append(records.frame)
    held = records.geometry
    shapes += [None] * len(records.frame) if held is None else list(held)
    reading.issues.append(records.issues)
    reading.rejected.append(records.rejected)


def _without_polygon(records: Records) -> int:
    """How many rows have no polygon that can be used, counted or not."""
    held = records.geometry
    bare = len(records.frame) if held is None else int(shapely.is_missing(held).sum())
    doubles = records.rejected["rule"].isin(["duplicate_record", "duplicate_source", "total_row"])
    return bare + int((~doubles).sum())


def _fitting_layers(found: TableSet, role: str, path: str, reading: Reading) -> TableSet:
    """Of a file of many layers, those that are this one by name, or by columns of its own."""
    reading.left_out += [
        {"role": role, "source": each.source, "reason": each.reason} for each in found.left_out
    ]
    if len(found.tables) == 1 or found.card.name in {"supply", "coverage"}:
        return found
    named = tuple(each.casefold() for each in found.card.layer_names)
    kept = [table for table in found.tables if _own_name(table.source).startswith(named or ("\0",))]
    if not kept:
        kept = [t for t in found.tables if set(t.understanding.used()) - _COMMON]
    if not kept:
        raise LayerError(_which_layer(found, role, path))
    reading.left_out += [
        {"role": role, "source": table.source, "reason": "不像该图层 / not this layer"}
        for table in found.tables
        if table not in kept
    ]
    return replace(found, tables=tuple(kept))


def _own_name(source: str) -> str:
    """Name of a layer, or of a file of one layer."""
    return source.rpartition("：")[2].rpartition("/")[2].casefold()


def _which_layer(found: TableSet, role: str, path: str) -> Problem:
    names = [table.source.rpartition("：")[2] for table in found.tables]
    shown = "、".join(names[:_SHOWN])
    card = read_input_card(found.card.name)
    usual = "、".join(card.layer_names) or card.title_zh
    return Problem(
        where=f"--layer {role}={path}",
        promised=f"{card.title_zh}图层，通常名为 / usually named: {usual}",
        found=f"{len(names)} 个图层，认不出是哪一个 / layers, none of which is known: {shown}",
        mend=f"写明图层，如 / name it: --layer {role}={path}#{names[0]}",
    )
