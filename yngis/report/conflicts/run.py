"""The conflict check from files to a folder of results (冲突核查)."""

from __future__ import annotations

from functools import partial
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.conflicts.assess import assess_units
from yngis.analysis.conflicts.planned import industrial_share, use_mismatch
from yngis.analysis.conflicts.rules import PLANNED_USE
from yngis.analysis.conflicts.steep import SLOPE, slope_ground, slope_table, steep_layer
from yngis.analysis.conflicts.units import PARCEL, ZONE, refuse_schematic, zone_unit_layer
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.sources import source_names
from yngis.measure.units import HECTARE_M2
from yngis.plan.zone_notes import zone_note_lines
from yngis.report.conflicts.heights import height_tiles
from yngis.report.conflicts.inputs import (
    Reading,
    read_layer_of,
    read_parcels,
    read_planned,
    read_zone_frame,
)
from yngis.report.conflicts.options import ConflictOptions, with_whole_databases
from yngis.report.conflicts.results import COUNTED, ConflictResult
from yngis.report.conflicts.tables import Checked
from yngis.report.conflicts.write import PROGRAM, write_conflict_run, write_conflicts
from yngis.report.no_records import no_records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame

    from yngis.analysis.conflicts.regions import ConflictLayer
    from yngis.analysis.conflicts.rules import ConflictRules
    from yngis.analysis.conflicts.steep import SlopeGround
    from yngis.measure.progress import StageProgress, StepProgress
    from yngis.plan.zone_notes import ZoneNote
    from yngis.report.maps import MapOptions

    Source = str | PathLike[str]
    Sources = Source | Sequence[Source]

_SHOWN: Final = 8


class _Read(NamedTuple):
    """Everything that was read."""

    zones: GeoDataFrame
    units: GeoDataFrame
    zone_notes: tuple[ZoneNote, ...]
    layers: list[ConflictLayer]
    parcels: GeoDataFrame | None
    unlocated: pd.DataFrame
    planned: GeoDataFrame | None
    ground: SlopeGround | None
    reading: Reading


def check_conflicts(
    out: Source,
    *,
    zones: Source | None,
    layers: Mapping[str, Sources],
    coverage: Mapping[str, Sources] | None = None,
    parcels: Sources | None = None,
    supply: Sources | None = None,
    supply_shapes: Sources | None = None,
    maps: MapOptions | None = None,
    progress: StageProgress | None = None,
    **more: Any,  # noqa: ANN401 - the other fields of ConflictOptions
) -> ConflictResult:
    """
    Hold zones and parcels against layers and write everything (冲突核查并写出).

    Parameters
    ----------
    out
        Folder of the results; an earlier check in it is replaced whole.
    zones
        File of zones; None for the shipped ones, which are schematic and refused unless
        ``even_schematic``.
    layers
        Sources of each layer by key, a raster of heights for ``slope``; ``FILE#LAYER`` names one
        layer of several, and under ``all`` every layer of a planning database is taken.
    coverage
        By key, sources of where the layer was mapped, or ``all``.
    parcels, supply, supply_shapes
        Parcels, or supply records and their polygons.
    maps
        Maps to draw; none if None.
    progress
        Called with what is being done, how much is done and how much there is.
    **more
        Other fields of :class:`yngis.report.conflicts.options.ConflictOptions`.

    Returns
    -------
    result
        What was found; everything is in the folder.

    Raises
    ------
    LayerError
        If a file cannot be read or understood, or zones are schematic.
    SpecError
        If an option or the rules are faulty.
    """
    given, said = with_whole_databases(
        {key: source_names(each) for key, each in layers.items()},
        {key: source_names(each) for key, each in (coverage or {}).items()},
    )
    options = ConflictOptions(
        zones=None if zones is None else fspath(zones),
        layers=given,
        coverage=said,
        parcels=source_names(parcels),
        supply=source_names(supply),
        supply_shapes=source_names(supply_shapes),
        **more,
    )
    rules = options.chosen_rules()
    if maps is not None:
        from yngis.report.conflicts.maps import conflict_map_names  # noqa: PLC0415 - heavy
        from yngis.report.maps import choose_maps  # noqa: PLC0415

        choose_maps((), maps.names, conflict_map_names(rules))
    tick = progress or (lambda _stage, _done, _total: None)
    with replacing_folder(out, PROGRAM) as folder:
        with unchanged_files(options.files()) as checksums:
            read = _read_all(options, rules, tick)
        found = _assess_all_units(read, rules, tick)
        result = ConflictResult(found, read.zone_notes)
        write_conflicts(result, read.zones, folder, tick, maps)
        write_conflict_run(result, options, folder, checksums)
    return result


def _read_all(options: ConflictOptions, rules: ConflictRules, tick: StageProgress) -> _Read:
    """Read everything; the zones first, whose faults are the quickest to tell."""
    reading = Reading()
    tick("读取开发区 / reading zones", 0, None)
    zones = read_zone_frame(options, reading)
    if len(zones) == 0:
        raise no_records("--zones", "开发区")
    units, notes = zone_unit_layer(zones, parts=options.zone_parts, inner_first=options.inner_first)
    refuse_schematic(units, even_schematic=options.even_schematic)
    layers: list[ConflictLayer] = []
    for key in options.layers:
        if key not in {PLANNED_USE, SLOPE}:
            tick(f"读取图层 / reading layer {key}", 0, None)
            layers.append(read_layer_of(key, options, reading))
    planned = read_planned(options, reading) if PLANNED_USE in options.layers else None
    parcels, unlocated = None, pd.DataFrame({"name": [], "area_m2": []})
    if options.parcels or options.supply:
        parcels, unlocated = read_parcels(options, reading, tick)
        if len(parcels) == 0 and len(unlocated) == 0:
            raise no_records("--parcels / --supply", "宗地")
    ground = None
    if SLOPE in options.layers:
        tick("计算坡度 / reckoning slope", 0, None)
        ground = _read_ground(options, units, parcels, reading)
        layers.append(steep_layer(ground, rules.slope))
    return _Read(zones, units, notes, layers, parcels, unlocated, planned, ground, reading)


def _read_ground(
    options: ConflictOptions, units: GeoDataFrame, parcels: GeoDataFrame | None, reading: Reading
) -> SlopeGround:
    """Slope round all units, from one raster of heights or several."""
    shapes = [np.array(units.geometry.array, dtype=object)]
    if parcels is not None:
        shapes.append(np.array(parcels.geometry.array, dtype=object))
    near = np.concatenate(shapes)
    sources, crs = options.layers[SLOPE], options.crs.get(SLOPE)
    names = {source: source.replace("\\", "/").rpartition("/")[2] for source in sources}
    for name in names.values():
        reading.sources.append(
            {"role": SLOPE, "source": name, "described": "高程栅格", "records": 1, "crs": "",
             "note": ""}
        )  # fmt: skip
    return slope_ground(
        tile
        for source in sources
        for tile in height_tiles(source, near, crs, partial(reading.note_fillings, names[source]))
    )


def _assess_all_units(read: _Read, rules: ConflictRules, tick: StageProgress) -> Checked:
    def told(stage: str) -> StepProgress:
        return lambda done, total: tick(stage, done, total)

    zones = assess_units(ZONE, read.units, read.layers, rules, told("核查开发区 / zones"))
    parcels = None
    if read.parcels is not None:
        parcels = assess_units(PARCEL, read.parcels, read.layers, rules, told("核查宗地 / parcels"))
    planned = mismatch = None
    if read.planned is not None:
        planned = industrial_share(read.units, read.planned, rules.industrial_share)
        if read.parcels is not None and "use_code" in read.parcels.columns:
            mismatch = use_mismatch(read.parcels, read.planned, rules.use_pairs)
    slope = None if read.ground is None else slope_table(read.units, read.ground)
    return Checked(
        rules, read.layers, zones, parcels, read.unlocated, planned, mismatch, slope, read.reading
    )


def conflict_summary_lines(result: ConflictResult, out: Source) -> list[str]:
    """
    Say what a check found, line by line (结果摘要).

    Parameters
    ----------
    result
        What was found.
    out
        Folder of the results.

    Returns
    -------
    lines
        For the terminal.
    """
    found = result.found
    lines = [
        f"读了 / read: {each['role']} {each['source']}：{each['records']:,} 条 / records"
        for each in found.reading.sources
    ]
    lines += [
        f"未读 / not read: {each['role']} {each['source']}（{each['reason']}）"
        for each in found.reading.unread()[:_SHOWN]
    ]
    lines += [*result.warnings(), *zone_note_lines(result.zone_notes)]
    for level in found.levels:
        for key, rows in level.details.groupby("layer", sort=False):
            rule = found.rules.rule_of(str(key))
            area = float(rows["area_m2"].sum()) / HECTARE_M2
            lines.append(
                f"{rule.zh.split('（')[0]} / {key}: {len(rows):,} {COUNTED[level.level]}，"
                f"逐个相加 / summed {area:,.2f} 公顷 / ha"
            )
    flagged, rejected = (len(found.reading.joined(name)) for name in ("issues", "rejected"))
    lines.append(
        f"未计入 / not counted: {rejected:,} 行，见 rejected.csv；存疑 / doubtful: {flagged:,} 处，"
        "见 issues.csv"
    )
    return [*lines, f"从这里看起 / start here: {fspath(out)}/report.html"]
