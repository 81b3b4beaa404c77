"""Results handed over (交付): one folder of files that QGIS and ArcGIS open as they are."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.cartography.print.placing.viewports import has_viewport
from yngis.catalogue.io.folder import RUN, replacing_folder
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.catalogue.io.output.write import write_text
from yngis.errors import Problem, SpecError
from yngis.measure.progress import report_no_progress
from yngis.report.deliver.declared import delivered_programs
from yngis.report.deliver.gdb import ArcGIS, write_file_geodatabase
from yngis.report.deliver.gpkg import write_styled_geopackage
from yngis.report.deliver.places import By, file_names, gather_place_notes, part_by_place
from yngis.report.deliver.qgs import write_qgis_project
from yngis.report.deliver.shp import write_shapefiles
from yngis.report.deliver.source_notes import source_notes
from yngis.report.deliver.sources import layers_of_results, zone_outlines
from yngis.report.deliver.symbols import layer_symbols
from yngis.report.deliver.txt import write_survey_texts
from yngis.report.deliver.zipped import pack_files
from yngis.report.result_folder import read_result_folder
from yngis.report.run_record import input_record, write_run_record

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from yngis.catalogue.io.vectors.survey_txt_writer import Columns
    from yngis.measure.progress import StageProgress
    from yngis.report.deliver.declared import ProgramDeclaration
    from yngis.report.deliver.sources import ResultLayer
    from yngis.report.result_folder import ResultFolder


PROGRAM: Final = "yngis deliver"
NOTE_FILE: Final = "说明.txt"
_LABEL_LENGTH: Final = 60


@dataclass(frozen=True)
class Delivery:
    """
    What was handed over, in short (交付结果).

    Attributes
    ----------
    folder
        Where everything is.
    files
        Names of the files within it.
    rows
        How many rows each layer has, by its name.
    notes
        What a reader must know: what is left out, cut short, or schematic.
    """

    folder: Path
    files: tuple[str, ...]
    rows: dict[str, int]
    notes: tuple[str, ...]


class Package(NamedTuple):
    """
    What is written together: all results, or those of one place.

    Attributes
    ----------
    stem
        Name of its files.
    title
        Title, with the place.
    label
        That the data are made up, where they are.
    day
        Day of the results; may be empty.
    layers
        What it holds.
    plates
        Plates of the results as PDF.
    arcgis, txt_columns
        As for :func:`deliver`.
    """

    stem: str
    title: str
    label: str
    day: str
    layers: Sequence[ResultLayer]
    plates: Sequence[Path] = ()
    arcgis: ArcGIS = "10"
    txt_columns: Columns = 9


@dataclass
class Written:
    """
    What the writers of the formats tell.

    Attributes
    ----------
    rows
        How many rows each layer has.
    notes
        What a reader must know of a format.
    """

    rows: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def deliver(
    results: str | os.PathLike[str],
    to: str | os.PathLike[str],
    *,
    formats: Sequence[str] = ("gpkg", "qgs"),
    by: By = "all",
    only: Sequence[str] = (),
    zipped: bool = False,
    arcgis: ArcGIS = "10",
    txt_columns: Columns = 9,
    zones: str | os.PathLike[str] | None = None,
    progress: StageProgress | None = None,
) -> Delivery:
    """
    Hand over a folder of results in the forms that other programs open (交付成果).

    Parameters
    ----------
    results
        Folder of ``yngis audit``, ``conflicts``, ``change``, ``intensity`` or ``cluster``.
    to
        Folder to write; an earlier delivery in it is replaced whole.
    formats
        Of ``gpkg``, ``qgs``, ``gdb``, ``shp``, ``txt`` and ``geopdf``.
    by
        ``all``, or a folder for each ``prefecture`` or ``zone``.
    only
        Names of layers, or classes of them such as ``suspected_idle``; everything if empty.
    zipped
        Whether each folder becomes a zip file.
    arcgis
        ``10`` for File GDBs that every version reads, ``pro`` for 64-bit integers.
    txt_columns
        Form of the plots' lines in survey texts, 9 or 14 entries.
    zones
        The user's own outlines of the zones, as the command was given; the plan's if None.
    progress
        Called with what is being done.

    Returns
    -------
    delivery
        What was written.

    Raises
    ------
    LayerError
        If the folder is none of these commands', or a table of it was altered.
    SpecError
        If a format or a layer is not known; names the nearest.
    """
    chosen = _known_formats(formats)
    _refuse_options(by, arcgis, txt_columns)
    tick = progress or report_no_progress
    source = read_result_folder(results, tuple(delivered_programs()))
    own = None if zones is None else Path(zones)
    program, options, found = layers_of_results(source, own)
    layers = _only_layers(found, only, options)
    written = Written(notes=source_notes(source, program, layers, own))
    label = source.label.split(" / ")[0][:_LABEL_LENGTH]
    package = Package(
        program.stem, _package_title(source, program), label, source.as_of, layers,
        sorted(source.path.rglob("*.pdf")), arcgis, txt_columns,
    )  # fmt: skip
    with replacing_folder(to, PROGRAM) as fresh, temporary_folder(fresh.parent) as kept:
        if by == "all":
            written.notes += _write_package(package, fresh, chosen, written, tick)
            packed = {program.stem: sorted(fresh.iterdir())}
        else:
            written.notes.append(
                "分区交付的表只含该地的行，不含全省和各分区的合计 / "
                "tables hold the rows of the place, not the sums of more than one"
            )
            places = part_by_place(layers, by, zone_outlines(own), kept)
            homes = file_names(list(places))
            packed = {}
            notes: dict[str, list[str]] = {}
            for place, held in places.items():
                part = package._replace(
                    stem=homes[place], title=f"{package.title}　{place}", layers=held, plates=()
                )
                (fresh / homes[place]).mkdir()
                notes[place] = _write_package(part, fresh / homes[place], chosen, written, tick)
                packed[homes[place]] = [fresh / homes[place]]
            written.notes += gather_place_notes(notes)
            if "geopdf" in chosen:
                _copy_plates(package, fresh, written)
        if zipped:
            for stem, paths in packed.items():
                tick(f"打包 {stem} / packing", 0, None)
                pack_files(fresh / f"{stem}.zip", fresh, paths)
        files = sorted(
            path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file()
        )
        write_run_record(
            fresh,
            PROGRAM,
            options={
                "formats": chosen,
                "by": by,
                "only": list(only),
                "zipped": zipped,
                "arcgis": arcgis,
                "txt_columns": txt_columns,
            },
            inputs=[input_record(program.program, RUN, file_checksum(source.path / RUN))],
            counts=written.rows,
            notes=written.notes,
            label=source.label,
        )
    return Delivery(Path(to), tuple(files), written.rows, tuple(written.notes))


def _write_package(
    package: Package, home: Path, chosen: Sequence[str], written: Written, tick: StageProgress
) -> list[str]:
    """Write it, and a note of what holds for all and for it alone; tells the latter."""
    told = Written()
    for name in chosen:
        tick(f"写出 {package.stem} {name} / writing", 0, None)
        FORMATS[name](package, home, told)
    for name, rows in told.rows.items():
        written.rows[name] = written.rows.get(name, 0) + rows
    notes = list(dict.fromkeys([*written.notes, *told.notes]))
    write_text(home / NOTE_FILE, _note_text(package, told, notes))
    return told.notes


def _refuse_options(by: str, arcgis: str, txt_columns: int) -> None:
    """Tell every option that is none of what there is."""
    problems = [
        Problem(option, " | ".join(known), str(given), did_you_mean(str(given), known))
        for option, given, known in (
            ("--by", by, ("all", "prefecture", "zone")),
            ("--arcgis", arcgis, ("10", "pro")),
            ("--txt-columns", txt_columns, ("9", "14")),
        )
        if str(given) not in known
    ]
    if problems:
        raise SpecError(problems)


def _known_formats(formats: Sequence[str]) -> list[str]:
    problems = [
        Problem("--format", ", ".join(FORMATS), name, did_you_mean(name, FORMATS))
        for name in formats
        if name not in FORMATS
    ]
    if problems or not formats:
        raise SpecError(problems or Problem("--format", ", ".join(FORMATS), "—", "gpkg,qgs"))
    # A project opens the GeoPackage beside it.
    wanted = [*formats, *(["gpkg"] if "qgs" in formats else [])]
    return [name for name in FORMATS if name in wanted]


def _only_layers(
    layers: Sequence[ResultLayer], only: Sequence[str], options: Mapping[str, Any]
) -> list[ResultLayer]:
    """Layers asked for; of a layer of which classes are named, those classes."""
    if not only:
        return list(layers)
    names = {layer.declared.name for layer in layers}
    # A ledger without polygons has the same classes; only nothing is drawn of them.
    looks = {
        layer.declared.name: layer_symbols(layer.declared, options)
        for layer in layers
        if layer.declared.look and not layer.declared.ground
    }
    classes = {each.value for held in looks.values() for each in held.classes if each.value}
    known = sorted(names | classes)
    unknown = [name for name in only if name not in names | classes]
    if unknown:
        raise SpecError(
            Problem("--only", ", ".join(known), name, did_you_mean(name, known)) for name in unknown
        )
    kept = []
    for layer in layers:
        held = looks.get(layer.declared.name)
        column = held.column if held is not None else ""
        values = {each.value for each in held.classes} if held is not None else set()
        wanted = frozenset(values & set(only) - {""})
        if layer.declared.name in only:
            kept.append(layer)
        elif column and wanted:
            kept.append(layer.selected(column, wanted))
        elif layer.declared.ground:
            kept.append(layer)
    return kept


def _package_title(source: ResultFolder, program: ProgramDeclaration) -> str:
    titles = {
        "audit": "开发区土地审计", "conflicts": "红线与图层冲突核查", "change": "国土变化",
        "intensity": "集约利用评价", "clusters": "产业集聚",
    }  # fmt: skip
    day = f"（截至 {source.as_of}）" if source.as_of else ""
    return f"{titles[program.stem]}{day}"


def _note_text(package: Package, written: Written, notes: Sequence[str]) -> str:
    """Tell a clerk what the files hold."""
    lines = [package.title, *([package.label] if package.label else []), ""]
    lines += ["图层（名称、行数）："]
    lines += [
        f"  {layer.declared.zh}（{layer.declared.name}）"
        f"  {written.rows.get(layer.declared.name, 0):,}"
        for layer in package.layers
    ]
    lines += [
        "",
        "坐标系：2000 国家大地坐标系（EPSG:4490）。疑似不是认定。未经地图审核，内部使用。",
    ]
    lines += [re.sub(r"\s+", " ", note) for note in notes]
    return "\n".join(lines) + "\n"


def _write_geopackage(package: Package, home: Path, written: Written) -> None:
    path = home / f"{package.stem}.gpkg"
    written.rows |= write_styled_geopackage(path, package.layers, about=package.label)


def _write_project(package: Package, home: Path, _written: Written) -> None:
    title = f"{package.title}　{package.label}".strip("　")
    stored = home / f"{package.stem}.gpkg"
    write_qgis_project(home / f"{package.stem}.qgs", stored, package.layers, title=title)


def _write_geodatabase(package: Package, home: Path, written: Written) -> None:
    rows = write_file_geodatabase(
        home / f"{package.stem}.gdb", package.layers, arcgis=package.arcgis
    )
    written.rows |= rows


def _write_shapes(package: Package, home: Path, written: Written) -> None:
    rows, notes = write_shapefiles(home / "shp", package.layers)
    written.rows |= rows
    written.notes += notes


def _write_texts(package: Package, home: Path, written: Written) -> None:
    rows, notes = write_survey_texts(
        home / "txt",
        package.layers,
        columns=package.txt_columns,
        unit=package.label,
        day=package.day,
    )
    written.rows |= {name: count for name, count in rows.items() if name not in written.rows}
    written.notes += notes


def _copy_plates(package: Package, home: Path, written: Written) -> None:
    """Hand over the plates, which say themselves where on earth they lie."""
    if not package.plates:
        written.notes.append(
            "结果文件夹中没有 PDF 图版：用 --maps all --format html,pdf 重新运行该命令 / no plates "
            "as PDF: run the command again with --maps and --format pdf"
        )
        return
    (home / "pdf").mkdir()
    for path in package.plates:
        shutil.copyfile(path, home / "pdf" / path.name)
        if not has_viewport(path):
            written.notes.append(
                f"{path.name} 没有坐标，由旧版本画出，请重画 / a plate without coordinates"
            )


def _write_plates(package: Package, home: Path, written: Written) -> None:
    """Write them with the whole; they are of no single place."""
    if home.name != package.stem:
        _copy_plates(package, home, written)


FORMATS: Final[dict[str, Callable[[Package, Path, Written], None]]] = {
    "gpkg": _write_geopackage,
    "qgs": _write_project,
    "gdb": _write_geodatabase,
    "shp": _write_shapes,
    "txt": _write_texts,
    "geopdf": _write_plates,
}
"""Writers by the name of their format, in the order in which they run."""


def delivery_lines(result: Delivery) -> list[str]:
    """
    Say what was handed over, line by line (交付摘要).

    Parameters
    ----------
    result
        The delivery.

    Returns
    -------
    lines
        For the terminal.
    """
    told = [f"{name}: {count:,} 行 / rows" for name, count in result.rows.items()]
    tops: dict[str, int] = {}
    for name in result.files:
        top = name.partition("/")[0]
        tops[top] = tops.get(top, 0) + 1
    files = [
        f"已写出 / written: {result.folder / top}"
        + (f"（{count:,} 个文件 / files）" if (result.folder / top).is_dir() else "")
        for top, count in tops.items()
    ]
    return [*told, *(f"· {note}" for note in result.notes), *files]
