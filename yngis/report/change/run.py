"""Change between two land surveys, from files to a folder of results (国土变化成果)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

import yngis
from yngis.analysis.change import KINDS, SUSPECTS, CompareRules, LandChange, SuspectRules, change
from yngis.analysis.change.kinds import change_masks
from yngis.analysis.change.land_classes import BUILT_NAMES, CLASS_NAMES
from yngis.analysis.change.suspects import REASONS
from yngis.catalogue import load, read_vector
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.output.write import write_geopackage, write_text
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.postgis import is_postgis, without_password
from yngis.catalogue.io.vectors.vector import deleted_lines
from yngis.catalogue.shipped import SCHEMATIC
from yngis.measure.units import HECTARE_M2
from yngis.plan.user_zones import read_user_zones, zone_units
from yngis.plan.zone_notes import overlap_lines
from yngis.report.change.maps import change_map_names, change_maps
from yngis.report.change.page import change_sections
from yngis.report.change.records import LandRecords
from yngis.report.csv_writer import DIGITS, write_csv_rows
from yngis.report.maps import choose_maps, draw_report_maps
from yngis.report.output_tables import declared_columns, read_output_tables
from yngis.report.page import render_page
from yngis.report.run_record import input_record, write_run_record
from yngis.report.workbook import write_tables_workbook

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from markupsafe import Markup

    from yngis.measure.progress import StageProgress
    from yngis.plan.user_zones import UserZones
    from yngis.report.maps import MapOptions


PROGRAM: Final = "yngis change"
_TITLE: Final = "开发区国土变化"
_DEMONSTRATION: Final = "演示数据"
_LABEL: Final = "演示数据，合成，不是任何单位的真实记录 / synthetic, no record of anybody"


@dataclass(frozen=True)
class ChangeInputs:
    """
    What a comparison reads (比对输入).

    Attributes
    ----------
    before, after
        Surveys of two years.
    increments
        The survey's own record of changes in their place.
    zones
        The user's zone boundaries; the schematic ones if None.
    zones_layer, zones_crs
        Their layer, and their CRS if the file declares none.
    inner_first
        Whether a zone inside a zone takes its land from the outer one.
    overlays
        Files of land over other land, by kind.
    records
        Ledgers to hold the changes against.
    """

    before: str | None = None
    after: str | None = None
    increments: str | None = None
    zones: str | None = None
    zones_layer: str | None = None
    zones_crs: str | None = None
    inner_first: bool = False
    overlays: Mapping[str, str] = field(default_factory=dict)
    records: LandRecords = field(default_factory=LandRecords)

    def files(self) -> dict[str, str]:
        """
        Files by what they are read as.

        Returns
        -------
        files
            Those that were named; tables of a database are not among them.
        """
        named = {name: getattr(self, name) for name in ("before", "after", "increments", "zones")}
        named |= {f"overlay {kind}": path for kind, path in self.overlays.items()}
        for name in ("supply", "approvals", "supply_shapes", "approvals_shapes"):
            named |= {f"{name} {at}": each for at, each in enumerate(getattr(self.records, name))}
        return {
            name: str(path)
            for name, path in named.items()
            if path is not None and not is_postgis(str(path)) and Path(path).exists()
        }


def write_change(
    out: str | os.PathLike[str],
    inputs: ChangeInputs,
    *,
    rules: CompareRules | None = None,
    suspect_rules: SuspectRules | None = None,
    maps: MapOptions | None = None,
    tick: StageProgress | None = None,
) -> LandChange:
    """
    Compare two surveys and write everything (比对并写出).

    Parameters
    ----------
    out
        Folder to write to: ``report.html``, ``change.xlsx``, ``changes.gpkg``, CSV and
        ``run.json``.
    inputs
        What is read.
    rules, suspect_rules
        Choices.
    maps
        Maps to draw into ``maps``; none if None.
    tick
        Told how far it is.

    Returns
    -------
    found
        What was found; the same inputs give the same files.

    Raises
    ------
    LayerError
        If a layer cannot be used or the surveys cannot be compared; names every fault.
    """
    step = tick or (lambda _stage, _done, _total: None)
    chosen = rules or CompareRules()
    if maps is not None:
        choose_maps((), maps.names, change_map_names())
    files = {role: local_path(path) for role, path in inputs.files().items()}
    with unchanged_files(files) as checksums, replacing_folder(out, PROGRAM) as home:
        units, own = _read_change_zones(inputs)
        overlays = {kind: read_vector(path) for kind, path in inputs.overlays.items()}
        found = change(
            inputs.before,
            inputs.after,
            units,
            increments=inputs.increments,
            supply=inputs.records.read_supply if inputs.records.supply else None,
            approvals=inputs.records.read_approvals if inputs.records.approvals else None,
            overlays=overlays,
            rules=chosen,
            suspect_rules=suspect_rules,
            tick=step,
        )
        gone = [f"{kind}：{line}" for kind in overlays for line in deleted_lines(overlays[kind])]
        found = replace(found, notes=(*gone, *_all_notes(found, inputs, units, own)))
        step("写出 / writing", 0, None)
        label = _LABEL if _is_demonstration(inputs) else ""
        frames = change_frames(found, inputs.records)
        cards = _draw_change_maps(found, units, home, maps, label)
        _write_change_files(home, found, inputs, frames, (label, cards))
        write_run_record(
            home,
            PROGRAM,
            options=chosen,
            inputs=[
                input_record(role.split(" ")[0], files[role], digest)
                for role, digest in checksums.items()
            ],
            counts=_counts_of_change(found),
            notes=found.notes,
            label=label,
            years=list(found.years),
            scheme=found.scheme,
        )
    return found


def _read_change_zones(inputs: ChangeInputs) -> tuple[GeoDataFrame, UserZones | None]:
    """The zones that are compared: the user's alone where there are any, else the plan's."""
    shipped = load("zones")
    if inputs.zones is None:
        return zone_units(shipped), None
    own = read_user_zones(
        inputs.zones, shipped, layer=inputs.zones_layer, crs=inputs.zones_crs,
        inner_first=inputs.inner_first,
    )  # fmt: skip
    units = own.units[own.units["boundary"] != SCHEMATIC]
    return units.reset_index(drop=True), own


def _all_notes(
    found: LandChange, inputs: ChangeInputs, units: GeoDataFrame, own: UserZones | None
) -> tuple[str, ...]:
    drawn = int((units["boundary"] == SCHEMATIC).sum())
    told = list(own.told()) if own is not None else []
    if drawn:
        told.append(
            f"{drawn} 个开发区的范围为示意，由此算出的面积不能作依据；请用 --zones 给出实际边界 / "
            "areas within schematic boundaries prove nothing: give your own with --zones"
        )
    told += overlap_lines(np.array(units.geometry.array, dtype=object))
    return (*told, *found.notes, *inputs.records.notes)


def _is_demonstration(inputs: ChangeInputs) -> bool:
    """Tell whether the surveys are made up: they lie in a folder that says so."""
    named = [inputs.before, inputs.after, inputs.increments]
    paths = [Path(path) for path in named if path is not None and not is_postgis(path)]
    return any(
        _DEMONSTRATION in path.name or _says_demonstration(path.parent / "README.txt")
        for path in paths
    )


def _says_demonstration(readme: Path) -> bool:
    try:
        return readme.read_text(encoding="utf-8").startswith(_DEMONSTRATION)
    except (OSError, ValueError):
        return False


def change_frames(found: LandChange, records: LandRecords | None = None) -> dict[str, pd.DataFrame]:
    """
    Tables of a comparison, as they are written (结果表).

    Parameters
    ----------
    found
        What was found.
    records
        Ledgers that were read.

    Returns
    -------
    frames
        By the name of their file.
    """
    masks = change_masks(found.pieces)
    names = np.array(list(masks), dtype=object)
    held = np.array(list(masks.values()), dtype=bool).reshape(len(names), len(found.pieces))
    pieces = pd.DataFrame(found.pieces.drop(columns="geometry"))
    pieces["kinds"] = [";".join(names[column]) for column in held.T]
    taken = found.changes[found.changes["kind"] == "farmland_taken"]
    frames = {
        "transition": found.transition,
        "transition_classes": found.by_class,
        "transition_built": found.by_built,
        "change": found.changes[["zone", "kind", "area_m2", "polygons"]],
        "ridges": taken[["zone", "ridge_m2"]],
        "pieces": pieces[
            [
                "zone", "kinds", "before", "after", "before_id", "after_id", "area_m2", "net_m2",
                "ridge_m2", "redrawn",
            ]
        ],
        "codes": found.classes,
    }  # fmt: skip
    if found.suspects is not None:
        frames["suspects"] = found.suspects.table
        frames["suspect_parts"] = pd.DataFrame(found.suspects.parts.drop(columns="geometry"))
    if len(found.overlaid):
        frames["overlaid"] = found.overlaid
    if len(found.border_moves):
        frames["border_moves"] = found.border_moves
    if len(found.zones):
        frames["coverage"] = found.zones
    if records is not None and records.columns:
        frames["columns"] = pd.concat(records.columns, ignore_index=True)
    if records is not None and records.issues:
        frames["issues"] = pd.concat(records.issues, ignore_index=True)
    if records is not None and records.rejected:
        frames["rejected"] = pd.concat(records.rejected, ignore_index=True)
    return frames


def shown_frames(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """
    Tables with the Chinese names of kinds and classes, for people (给人看的表).

    Parameters
    ----------
    frames
        Tables as programs read them.

    Returns
    -------
    frames
        The same tables.
    """
    shown = dict(frames)
    words: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
        "transition_classes": (("before", "after"), CLASS_NAMES),
        "transition_built": (("before", "after"), BUILT_NAMES),
        "change": (("kind",), KINDS),
        "overlaid": (("kind",), KINDS),
        "suspects": (("kind",), SUSPECTS),
        "suspect_parts": (("kind", "reason"), {**SUSPECTS, **REASONS}),
    }
    for name, (columns, known) in words.items():
        if name in shown:
            shown[name] = shown[name].assign(
                **{each: shown[name][each].map(lambda v, k=known: k.get(v, v)) for each in columns}
            )
    if "codes" in shown:
        codes = shown["codes"]
        shown["codes"] = codes.assign(
            **{"class": codes["class"].map(CLASS_NAMES), "built": codes["built"].map(BUILT_NAMES)}
        )
    if "pieces" in shown:
        kinds = [str(held).split(";") for held in shown["pieces"]["kinds"]]
        shown["pieces"] = shown["pieces"].assign(
            kinds=["、".join(KINDS.get(each, each) for each in held) for held in kinds]
        )
    return shown


def _write_change_files(
    home: Path,
    found: LandChange,
    inputs: ChangeInputs,
    frames: Mapping[str, pd.DataFrame],
    shown: tuple[str, tuple[Markup, ...]],
) -> None:
    label, cards = shown
    tables = read_output_tables(Path(__file__).with_name("change.yml"))
    by_name = {table.name: table for table in tables}
    for name, frame in frames.items():
        columns = [column.name for column in declared_columns(by_name[name], frame)]
        write_csv_rows(home / f"{name}.csv", frame[columns], digits=DIGITS)
    _write_change_layers(home, found, frames)
    people = shown_frames(frames)
    facts = _change_facts(found, inputs, label)
    write_tables_workbook(home / "change.xlsx", tables, people, [("标题", _TITLE), *facts], PROGRAM)
    page = render_page(
        f"{_TITLE}报告",
        "两期国土调查比对",
        facts,
        change_sections(found, people, by_name, cards),
        {
            "工作簿 change.xlsx": "change.xlsx",
            "图层 changes.gpkg": "changes.gpkg",
            "运行记录 run.json": "run.json",
        },
        label=label,
    )
    write_text(home / "report.html", page)


def _write_change_layers(home: Path, found: LandChange, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write ``changes.gpkg``: every changed piece, and every suspect."""
    layers: dict[str, GeoDataFrame] = {}
    pieces = found.pieces
    if len(pieces):
        layers["changes"] = pieces.assign(kinds=frames["pieces"]["kinds"].to_numpy())
    if found.suspects is not None and len(found.suspects.parts):
        layers["suspects"] = found.suspects.parts
    if layers:
        titles = {"changes": "变化图斑", "suspects": "疑点"}
        write_geopackage(
            home / "changes.gpkg", layers, titles={name: titles[name] for name in layers}
        )


def _change_facts(found: LandChange, inputs: ChangeInputs, label: str) -> list[tuple[str, str]]:
    named = [inputs.before, inputs.after] if inputs.increments is None else [inputs.increments]
    files = " → ".join(
        without_password(name) if is_postgis(name) else Path(name).name
        for name in named
        if name is not None
    )
    years = " → ".join("不详" if year is None else str(year) for year in found.years)
    return [
        *([("数据说明", label)] if label else []),
        ("调查", files),
        ("年份", years),
        ("分类", found.scheme),
        ("开发区", f"{found.changes['zone'].nunique()} 个"),
        ("面积", "CGCS2000 椭球面积；1 公顷 = 15 亩"),
        ("程序", f"yngis {yngis.__version__}"),
    ]


def _draw_change_maps(
    found: LandChange, units: GeoDataFrame, home: Path, maps: MapOptions | None, label: str
) -> tuple[Markup, ...]:
    if maps is None:
        return ()
    drawn = choose_maps(change_maps(found, units, label), maps.names, change_map_names())
    return draw_report_maps(drawn, home, maps)


def _counts_of_change(found: LandChange) -> dict[str, Any]:
    told = {"zones": int(found.changes["zone"].nunique()), "pieces": len(found.pieces)}
    told["redrawn"] = int(found.pieces["redrawn"].sum()) if len(found.pieces) else 0
    for kind in KINDS:
        own = found.changes[found.changes["kind"] == kind]
        told[kind] = int(own["polygons"].sum())
    if found.suspects is not None:
        for kind in SUSPECTS:
            told[kind] = int((found.suspects.parts["kind"] == kind).sum())
    return told


def change_lines(found: LandChange) -> list[str]:
    """
    Say what changed, line by line (结果摘要).

    Parameters
    ----------
    found
        What was found.

    Returns
    -------
    lines
        For the terminal.
    """
    sums = found.changes.groupby("kind", sort=False)[["area_m2", "polygons"]].sum()
    lines = [
        f"{KINDS[str(kind)]} / {kind}: {int(row['polygons']):,} 个图斑，"
        f"{row['area_m2'] / HECTARE_M2:,.2f} 公顷 / ha"
        for kind, row in sums.iterrows()
    ]
    redrawn = found.pieces["redrawn"].to_numpy(dtype=bool)
    if redrawn.any():
        area = float(found.pieces["area_m2"].to_numpy()[redrawn].sum())
        lines.append(
            f"界线重绘 {int(redrawn.sum()):,} 处，{area / HECTARE_M2:,.2f} 公顷，不计入 / borders "
            "drawn again, not counted"
        )
    if found.suspects is not None:
        sizes = found.suspects.table.groupby("kind")["area_m2"].sum() / HECTARE_M2
        lines += [
            f"{name} / {kind}: {float(sizes.get(kind, 0.0)):,.2f} 公顷 / ha"
            for kind, name in SUSPECTS.items()
        ]
    return [*lines, *(f"· {note}" for note in found.notes)]
