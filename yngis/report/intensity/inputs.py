"""What the evaluation stands on (评价输入): a table of zones, layers, or both."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from yngis.analysis.intensity.parcels.from_parcels import ZoneLand, fill_from_layers, zone_land
from yngis.analysis.intensity.potential import supply_history
from yngis.analysis.quantities.amounts import amounts_as_given, with_sums
from yngis.catalogue import load, read_vector
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.vector import deleted_lines
from yngis.catalogue.shipped import SCHEMATIC
from yngis.errors import LayerError, Problem
from yngis.plan.user_zones import read_user_zones
from yngis.plan.zones_layer import zones_layer_with
from yngis.report.demo.zones import write_demo_zones
from yngis.report.no_records import no_records
from yngis.report.run_record import input_record
from yngis.report.zone_tables.zone_table import ZoneTable, read_zone_table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from yngis.plan.user_zones import UserZones

    Name = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """
    Layers from which a zone's table is computed where it is silent (图层).

    Attributes
    ----------
    parcels
        Survey parcels (DLTB).
    code, code_name, land_scheme, key
        Column of the land-use codes, of the names of the classes, their classification, and the
        column that names parcels.
    supply, approvals, idle
        Land supplied, approved, idle.
    buildings, floors
        Footprints, and their column of storeys.
    zones
        The user's zone boundaries; the schematic ones if None.
    crs
        CRS of files that declare none.
    state_industry
        Whether industry in villages on land of the state counts as A2.
    decided
        Class by code for codes that leave it open.
    inner_first
        Whether a zone inside a zone (园中园) takes its land from the outer one.
    """

    parcels: Name | None = None
    code: str = "DLBM"
    land_scheme: str | None = None
    key: str | None = None
    supply: Name | None = None
    approvals: Name | None = None
    idle: Name | None = None
    buildings: Name | None = None
    floors: str = "floors"
    zones: Name | None = None
    crs: str | int | None = None
    code_name: str | None = None
    state_industry: bool = False
    decided: tuple[tuple[str, str], ...] = ()
    inner_first: bool = False

    def files(self) -> dict[str, Name]:
        """
        Files by what they hold.

        Returns
        -------
        files
            Those that were named.
        """
        names = ("parcels", "supply", "approvals", "idle", "buildings", "zones")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def options(self) -> tuple[tuple[str, object], ...]:
        """
        Options that say how the codes of the parcels are read (图斑读法).

        Returns
        -------
        options
            Name and value of each.
        """
        names = ("code", "code_name", "land_scheme", "state_industry")
        given: dict[str, object] = {name: getattr(self, name) for name in names}
        return tuple((given | {"decided": dict(self.decided)}).items())


@dataclass(frozen=True, slots=True)
class IntensityInputs:
    """
    What the evaluation stands on (评价输入).

    Attributes
    ----------
    table, attributes, history
        Quantities, attributes and yearly supply of every zone.
    frames
        Tables on how the inputs were read.
    notes
        What was assumed.
    files
        ``role``, ``name``, ``sha256`` and ``described`` of every file.
    label
        What has to stand above everything made from them: that they are made up, if they say so.
    beside
        Name and content of files that are written beside the results.
    options
        Name and value of the options by which the parcels were read; empty without parcels.
    """

    table: pd.DataFrame
    attributes: pd.DataFrame
    history: pd.DataFrame
    frames: dict[str, pd.DataFrame]
    notes: tuple[str, ...]
    files: tuple[dict[str, str], ...]
    label: str = ""
    beside: tuple[tuple[str, bytes], ...] = ()
    options: tuple[tuple[str, object], ...] = ()


def read_intensity_inputs(
    zones_table: Name | None = None,
    *,
    sheet: str | None = None,
    layers: LayerFiles | None = None,
    year: int | None = None,
) -> IntensityInputs:
    """
    Read a zone's table, layers, or both (读取评价输入).

    Parameters
    ----------
    zones_table
        CSV or workbook; what it says stands before what layers say.
    sheet
        Sheet of a workbook.
    layers
        Layers to compute from.
    year
        Year of the rows that are taken, where the table has a column of years.

    Returns
    -------
    inputs
        Ready for :func:`yngis.analysis.intensity.assessment.assess_zones`.

    Raises
    ------
    LayerError
        If neither a table nor parcels are given, or one of them cannot be read or changes
        meanwhile.
    """
    files = layers or LayerFiles()
    if zones_table is None and files.parcels is None:
        raise LayerError(
            Problem(
                "yngis intensity",
                promised="--zones-table 或 --parcels / one of them at least",
                found="都没有 / neither",
                mend="给出数据表或图斑 / name a table or parcels",
            )
        )
    if files.parcels is None and (files.decided or files.state_industry):
        raise LayerError(
            Problem(
                "--decide、--state-industry",
                promised="--parcels 地类图斑 / land-survey parcels",
                found="没有图斑 / none",
                mend="给出 --parcels，或去掉这些选项 / name parcels, or leave these options out",
            )
        )
    named = {} if zones_table is None else {"zones_table": zones_table}
    named |= files.files()
    with unchanged_files({role: local_path(path) for role, path in named.items()}) as checksums:
        own = _read_own_zones(files)
        names = () if own is None else own.not_in_plan()
        read = None
        if zones_table is not None:
            read = read_zone_table(zones_table, sheet, year=year, own=names)
        land = None if files.parcels is None else _read_zone_land(files, own)
    if read is not None and not len(read.table):
        raise no_records(str(read.read.path), "开发区")
    described = {"zones_table": "" if read is None else read.read.described}
    told = [
        input_record(role, path, checksums[role], described=described.get(role, ""))
        for role, path in named.items()
    ]
    if land is None:
        assert read is not None  # noqa: S101 - one of the two is there
        found = _from_table(read, told)
        return found if own is None else replace(found, notes=(*own.told(), *found.notes))
    found = _with_land(read, land, told)
    return replace(found, options=files.options())


def demo_intensity_inputs() -> IntensityInputs:
    """
    Inputs from made-up figures of all zones (演示输入).

    Returns
    -------
    inputs
        Marked as made up; the table and what was planted in it are written beside the results.
    """
    with tempfile.TemporaryDirectory() as folder:
        table, _, truth = write_demo_zones(folder)
        beside = tuple((path.name, path.read_bytes()) for path in (table, truth))
        return replace(read_intensity_inputs(table), beside=beside)


def _from_table(read: ZoneTable, files: list[dict[str, str]]) -> IntensityInputs:
    return IntensityInputs(
        read.table,
        read.attributes,
        supply_history(read.table),
        {"columns": read.read.columns},
        read.read.notes(),
        tuple(files),
        read.read.label,
    )


def _with_land(
    read: ZoneTable | None, land: ZoneLand, files: list[dict[str, str]]
) -> IntensityInputs:
    registry = load("zone_registry").set_index("name_zh")
    known = registry[["category", "level", "prefecture", "region", "short_zh"]]
    notes = land.notes
    frames = {
        "contributions": land.contributions,
        "undecided": land.undecided,
        "parcel_doubts": land.doubts,
    }
    if read is None:
        table = land.amounts
        origin = land.amounts.notna().map(lambda known: "layers" if known else "")
        attributes = known.reindex(table.index)
        history = pd.DataFrame(index=table.index)
    else:
        if "part" in read.table.index.names:
            raise LayerError(
                Problem(
                    str(read.read.path),
                    promised="有图斑时数据表不分区 / with parcels, a table without parts",
                    found="part",
                    mend="去掉分区列，或不给图斑 / leave out the parts, or the parcels",
                )
            )
        table, origin = fill_from_layers(with_sums(amounts_as_given(read.table)), land)
        attributes = known.reindex(table.index)
        attributes.update(read.attributes)
        for name in ("zone_type", "best_grade"):
            if name in read.attributes:
                attributes[name] = read.attributes[name].reindex(table.index)
        history = supply_history(read.table).reindex(table.index)
        frames["columns"] = read.read.columns
        notes = (*read.read.notes(), *notes)
    frames["origins"] = _value_origins(table, origin)
    label = "" if read is None else read.read.label
    return IntensityInputs(table, attributes, history, frames, notes, tuple(files), label)


def _value_origins(table: pd.DataFrame, origin: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"zone": zone, "quantity": name, "value": table.loc[zone, name], "origin": source}
        for zone in table.index
        for name, source in origin.loc[zone].items()
        if source
    ]
    return pd.DataFrame(rows, columns=["zone", "quantity", "value", "origin"])


def _read_own_zones(files: LayerFiles) -> UserZones | None:
    """The user's zones, where there are any."""
    if files.zones is None:
        return None
    return read_user_zones(files.zones, crs=files.crs, inner_first=files.inner_first)


def _read_zone_land(files: LayerFiles, own: UserZones | None) -> ZoneLand:
    shipped = load("zones")
    zones = shipped if own is None else zones_layer_with(shipped, own)
    layers: Mapping[str, GeoDataFrame] = {
        name: read_vector(path, crs=files.crs)
        for name, path in files.files().items()
        if name != "zones"
    }
    land = zone_land(
        zones=zones,
        code=files.code,
        scheme=files.land_scheme,
        names=files.code_name,
        key=files.key,
        floors=files.floors,
        state_industry=files.state_industry,
        decided=dict(files.decided),
        **layers,
    )
    gone = [f"{name}：{line}" for name, frame in layers.items() for line in deleted_lines(frame)]
    land = replace(land, notes=(*gone, *land.notes))
    if own is not None:
        land = replace(land, notes=(*own.told(), *land.notes))
    drawn = int((zones["boundary"] == SCHEMATIC).sum())
    if drawn:
        note = (
            f"{drawn} 个开发区的范围为示意，由此算出的面积不能作依据；请用 --zones 给出实际边界 / "
            "areas within schematic boundaries prove nothing: give your own with --zones"
        )
        return replace(land, notes=(note, *land.notes))
    return land
