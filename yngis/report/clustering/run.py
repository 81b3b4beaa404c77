"""The cluster analysis from files to files (产业集聚报表): workbook, tables, layers and raster."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd

import yngis
from yngis.analysis.clustering.enterprises import (
    Enterprises,
    degree_notes,
    enterprise_card,
    prepare_enterprises,
)
from yngis.analysis.clustering.pipeline import Clustering, cluster
from yngis.analysis.clustering.settings import Settings
from yngis.analysis.industry_editions import LATEST
from yngis.cartography.layers.plates import cluster_plates
from yngis.cartography.sources import read_sources
from yngis.cartography.thematic import MAPS
from yngis.cartography.write import check_print, write_figures
from yngis.catalogue import load, read_vector, write_geopackage, write_text
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.open import SHEET_SUFFIXES
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.output.write import replacing_file, unreadable_output
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.vector import deleted_lines
from yngis.catalogue.tables.headers.header_faults import with_card_names
from yngis.catalogue.tables.read_frame import read_frame
from yngis.catalogue.tables.values.industry_codes import named_edition
from yngis.errors import LayerError, Problem
from yngis.measure.datum_names import named_datums
from yngis.plan.user_zones import read_user_zones
from yngis.plan.zone_names import plan_registry
from yngis.plan.zones_layer import zones_layer_with
from yngis.report.clustering.maps import cluster_map, prepare_clusters
from yngis.report.clustering.page import report_page, setting_text
from yngis.report.clustering.tables import cluster_output_tables
from yngis.report.map_cards import map_card
from yngis.report.no_records import no_records
from yngis.report.option_bounds import Bounds, refuse_out_of_bounds
from yngis.report.run_record import input_record, write_run_record
from yngis.report.workbook import write_tables, write_tables_workbook
from yngis.report.zone_tables.read_columns import column_notes, dropped_notes, used_headers

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from markupsafe import Markup
    from numpy.typing import NDArray
    from rich.progress import Progress

    from yngis.cartography.prepared import PreparedFigure
    from yngis.measure.datum import Datum
    from yngis.measure.surface import Density

PROGRAM: Final = "yngis cluster"

_MOST_SIMULATIONS: Final = 100_000
_MOST_SEED: Final = 2**32 - 1

_UNDERSTOOD: Final = (
    "table", "header", "column", "meaning", "unit", "unit_basis", "system", "note",
)  # fmt: skip
_LONG: Final = "k_density_curves"  # Too long for the workbook; the CSV has it.


def read_enterprises(
    path: str | os.PathLike[str],
    *,
    datum: Datum | None = None,
    zones: gpd.GeoDataFrame | str | os.PathLike[str] | None = None,
    mapping: pd.DataFrame | None = None,
    sheet: str | None = None,
    crs: str | int | None = None,
    keep_stacked: bool = False,
) -> Enterprises:
    """
    Read a list of enterprises and make it ready (读取企业名单).

    Parameters
    ----------
    path
        CSV, workbook, or a layer of points of any OGR format.
    datum
        Datum of the coordinates where no column says it.
    zones
        The user's own zone boundaries in place of the schematic ones: a file, or all zones.
    mapping
        Industry codes to industries; the shipped table if None.
    sheet
        Sheet of a workbook, or layer of a file, where there are several.
    crs
        CRS of a layer that declares none.
    keep_stacked
        Use points on which many enterprises lie.

    Returns
    -------
    enterprises
        All rows, and everything suspicious.

    Raises
    ------
    LayerError
        With every fault of the file.
    """
    if Path(path).suffix.lower() in SHEET_SUFFIXES:
        read = read_frame(path, enterprise_card(), sheet=sheet)
        table, columns, dropped = read.frame, read.columns, read.dropped
        described, left_out, note = read.described, read.left_out, read.note
    else:
        table = read_vector(path, sheet, crs=crs)
        columns, dropped = _layer_columns(table), pd.DataFrame(columns=["row", "text"])
        described, left_out, note = f"图层 / layer {Path(path).name}", (), ""
    table, columns, counted = _without_row_count(table, columns)
    _refuse_other_datum(columns, datum, note)
    if len(table) == 0:
        raise no_records(str(path), "企业", [f"合计行 {len(dropped)} 行"] if len(dropped) else ())
    ready = prepare_enterprises(
        table,
        counties=load("counties"),
        zones=zones if isinstance(zones, pd.DataFrame) else _drawn_zones(zones, crs)[0],
        registry=plan_registry(),
        mapping=load("gbt4754_industries") if mapping is None else mapping,
        datum=datum,
        keep_stacked=keep_stacked,
        edition=_edition_of(columns, described),
    )
    reading = (
        *dropped_notes(dropped), *deleted_lines(table), *counted, *degree_notes(table),
        *left_out, *column_notes(columns),
    )  # fmt: skip
    return ready.with_file(columns, dropped, described, reading)


def _edition_of(columns: pd.DataFrame, described: str) -> str:
    """Edition of the industry codes that their header or the title names; the latest if none."""
    headers = columns.loc[columns["column"] == "code", "header"].tolist()
    named = [each for text in (*headers, described) if (each := named_edition(str(text)))]
    return named[0] if named else LATEST


def _without_row_count(
    table: pd.DataFrame, columns: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Leave out 序号 where it counts groups of rows, merged or begun anew: it identifies none."""
    own = columns["column"] == "id"
    named = columns.loc[own, "header"].astype("str").str.contains("序号").any()
    if not named or "id" not in table or (table["id"].notna().all() and table["id"].is_unique):
        return table, columns, ()
    note = "“序号”有空缺或重复，不作企业编号，改用行号 / blank or repeated: rows go by number"
    return table.drop(columns="id"), columns.assign(column=columns["column"].mask(own, "")), (note,)


def _refuse_other_datum(columns: pd.DataFrame, datum: str | None, note: str) -> None:
    """Refuse a datum that headers of coordinates or lines above contradict: 经度（GCJ-02）."""
    own = columns["column"].isin(["lon", "lat"])
    lines = list(zip(columns["column"][own], columns["header"][own], strict=True))
    lines += [("datum", line) for line in note.splitlines()]
    for column, text in lines:
        named = named_datums(str(text))
        if datum is not None and named and datum not in named:
            raise LayerError(
                Problem(
                    where=f"enterprises.{column}",
                    promised="表头、标题与所声明的基准一致 / a header or title that agrees with "
                    f"--datum {datum}",
                    found=f"“{text}”：{named[0]}",
                    mend=f"核实后用 --datum {named[0]}，或改表头、标题 / find out which holds, "
                    "then change --datum or the header",
                )
            )


def _layer_columns(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """How each field of a layer was understood."""
    card = enterprise_card()
    fields = layer.drop(columns=layer.geometry.name)
    lines = []
    for header, name in zip(fields, with_card_names(fields, card), strict=True):
        known = name in card.names
        column = card.column(str(name)) if known else None
        unit = column.unit if column is not None and column.name == "size" else None
        lines.append(
            {
                "table": card.name,
                "header": str(header),
                "column": str(name) if known else "",
                "meaning": "" if column is None else column.zh,
                "unit": unit or "",
                "unit_basis": "default" if unit else "",
                "system": "card" if known else "",
                "note": "",
            }
        )
    return pd.DataFrame(lines, columns=list(_UNDERSTOOD))


def cluster_files(
    out: str | os.PathLike[str],
    path: str | os.PathLike[str] | None = None,
    *,
    zones: str | os.PathLike[str] | None = None,
    crs: str | int | None = None,
    datum: Datum | None = None,
    sheet: str | None = None,
    inner_first: bool = False,
    **more: Any,  # noqa: ANN401 - those of cluster_report
) -> Clustering:
    """
    Read a list of enterprises, run the cluster analysis and write all it gives (由名单到结果).

    Parameters
    ----------
    out
        Folder to write to.
    path
        List of enterprises; None for what the plan's text alone can tell.
    zones, crs, datum, sheet
        As for :func:`read_enterprises`.
    inner_first
        Whether a zone inside a zone (园中园) takes its land from the outer one.
    **more
        Other options of :func:`cluster_report`.

    Returns
    -------
    clustering
        The result.

    Raises
    ------
    LayerError
        If a file cannot be read or changes meanwhile, or the folder cannot be written to.
    """
    named = {"enterprises": path, "zones": zones}
    files = {role: local_path(each) for role, each in named.items() if each is not None}
    with unchanged_files(files) as checksums:
        own, told = _drawn_zones(zones, crs, inner_first=inner_first)
        ready = None
        if path is not None:
            ready = read_enterprises(path, datum=datum, zones=own, sheet=sheet, crs=crs)
    inputs: list[dict[str, Any]] = [
        dict(input_record(role, files[role], digest)) for role, digest in checksums.items()
    ]
    for each in inputs:
        if each["role"] == "enterprises" and ready is not None:
            each |= {"described": ready.described, **used_headers(ready.columns)}
    return cluster_report(out, ready, zones=own, inputs=inputs, zone_notes=told, **more)


def cluster_report(
    out: str | os.PathLike[str],
    enterprises: Enterprises | None = None,
    *,
    zones: gpd.GeoDataFrame | str | os.PathLike[str] | None = None,
    crs: str | int | None = None,
    settings: Settings | None = None,
    label: str | None = None,
    formats: Sequence[str] = (),
    progress: Progress | None = None,
    inputs: Sequence[Mapping[str, Any]] = (),
    beside: Sequence[tuple[str, bytes]] = (),
    zone_notes: Sequence[str] = (),
    **on_paper: Any,  # noqa: ANN401 - those of draw_plates
) -> Clustering:
    """
    Run the cluster analysis on the shipped plan and write all it gives (产业集聚分析并写出).

    Parameters
    ----------
    out
        Folder to write to; it is put in its place whole, and an interrupted run leaves the old one
        alone.
    enterprises
        As :func:`read_enterprises` gives them; None for what the plan's text alone can tell.
    zones
        The user's own zone boundaries in place of the schematic ones: a file, or all zones.
    crs
        Their CRS if the file declares none.
    settings
        Choices of the run.
    label
        What stands above everything that is written, for example that the data are made up.
    formats, progress, **on_paper
        Of the maps for print, as for :func:`write_plates`; none are drawn without a format.
    inputs
        ``role``, ``name`` and ``sha256`` of the files that were read, for ``run.json``.
    beside
        Name and content of files that are written beside the results.
    zone_notes
        What is odd of the user's zones.

    Returns
    -------
    clustering
        The result, for maps and pages of one's own.

    Raises
    ------
    LayerError
        If the folder holds something else or cannot be written to.
    """
    check_print(formats or ("html",), **on_paper)
    _check_cluster_settings(settings or Settings())
    drawn, told = (zones, ()) if isinstance(zones, pd.DataFrame) else _drawn_zones(zones, crs)
    with replacing_folder(out, PROGRAM) as home:
        result = cluster(
            enterprises,
            zones=drawn,
            counties=load("counties"),
            layout=load("industry_layout"),
            stages=load("chain_stages"),
            settings=settings,
        )
        first = () if label is None else (label,)
        result = replace(result, notes=(*first, *zone_notes, *told, *result.notes))
        for name, content in beside:
            (home / name).write_bytes(content)
        write_clustering(result, home)
        cards: tuple[Markup, ...] = ()
        if formats:
            plates = prepare_plates(result, zones=drawn, label=label)
            write_figures(plates, home / MAPS, formats, progress=progress, **on_paper)
            cards = tuple(map_card(plate, {}, formats, home) for plate in plates)
        write_pages(result, home, zones=drawn, label=label, cards=cards)
        write_run_record(
            home,
            PROGRAM,
            options=result.settings,
            inputs=inputs,
            counts={name: len(table) for name, table in sorted(result.tables.items())},
            notes=result.notes,
            label=label or "",
        )
    return result


def _check_cluster_settings(settings: Settings) -> None:
    """Refuse what would run for days, before anything is read."""
    long = "更多次数不会改变结论，只会更久 / more change nothing but the time it takes"
    refuse_out_of_bounds(
        {
            "--seed": Bounds(settings.seed, 0, _MOST_SEED),
            "--simulations": Bounds(settings.simulations, 19, _MOST_SIMULATIONS, long),
            "permutations": Bounds(settings.permutations, 19, _MOST_SIMULATIONS, long),
        }
    )


def write_pages(
    result: Clustering,
    folder: str | os.PathLike[str],
    *,
    zones: gpd.GeoDataFrame | None = None,
    label: str | None = None,
    cards: tuple[Markup, ...] = (),
) -> list[Path]:
    """Write the report and the map of a cluster analysis as pages that open offline."""
    home = Path(folder)
    drawn = cluster_map(result, zones=zones, label=label, report="report.html")
    return [
        write_text(home / "report.html", report_page(result, label=label, cards=cards)),
        write_text(home / "map.html", drawn.html()),
    ]


def write_plates(
    result: Clustering,
    folder: str | os.PathLike[str],
    formats: Sequence[str] = ("png", "pdf"),
    *,
    zones: gpd.GeoDataFrame | None = None,
    label: str | None = None,
    progress: Progress | None = None,
    **on_paper: Any,  # noqa: ANN401 - those of draw_plates
) -> list[Path]:
    """Write the layers of the map one by one for print (产业集聚图版)."""
    plates = prepare_plates(result, zones=zones, label=label)
    return write_figures(plates, Path(folder) / MAPS, formats, progress=progress, **on_paper)


def prepare_plates(
    result: Clustering,
    *,
    zones: gpd.GeoDataFrame | None = None,
    label: str | None = None,
) -> tuple[PreparedFigure, ...]:
    """Lay the layers of the map out as plates, one by one (产业集聚分图)."""
    sources = read_sources()
    if zones is not None:
        sources = replace(sources, zones=zones)
    figure = prepare_clusters(
        result,
        zones=sources.zones,
        counties=sources.layers["counties"],
        prefectures=sources.layers["prefectures"],
        neighbours=sources.layers["neighbours"],
        label=label,
    )
    return tuple(cluster_plates(figure, sources))


def write_clustering(result: Clustering, folder: str | os.PathLike[str]) -> list[Path]:
    """
    Write the result of a cluster analysis (写出结果).

    Parameters
    ----------
    result
        What :func:`yngis.analysis.clustering.pipeline.cluster` gave.
    folder
        Folder to write to; made if need be.

    Returns
    -------
    files
        ``clustering.xlsx``, ``tables/*.csv``, ``clustering.gpkg`` and ``density.tif``, as far as
        there is something to write. The same result gives the same bytes.
    """
    home = Path(folder)
    tables = {"recommendations": result.recommendations, **result.tables}
    written = write_tables(home / "tables", cluster_output_tables(), tables)
    written.append(_write_cluster_workbook(home / "clustering.xlsx", tables, result))
    layers = {name: layer for name, layer in result.layers.items() if len(layer)}
    if layers:
        written.append(write_geopackage(home / "clustering.gpkg", layers))
    if result.surface is not None:
        written.append(write_density(home / "density.tif", result.surface))
    return written


def write_density(path: str | os.PathLike[str], density: Density) -> Path:
    """Write a density surface as GeoTIFF (写出核密度栅格)."""
    import rasterio  # noqa: PLC0415 - tables are written without it

    rows, columns = density.per_km2.shape
    values = density.per_km2.astype(np.float32)
    with replacing_file(path) as temporary:
        with rasterio.open(
            temporary,
            "w",
            driver="GTiff",
            width=columns,
            height=rows,
            count=1,
            dtype="float32",
            crs=density.crs.to_wkt(),
            transform=density.transform,
            nodata=np.nan,
            compress="deflate",
        ) as raster:
            raster.write(values, 1)
            raster.set_band_description(1, "企业核密度 / density of plants")
            raster.set_band_unit(1, "1/km2")
            raster.update_tags(
                bandwidth_m=f"{density.bandwidth_m:g}",
                cell_m=f"{density.cell_m:g}",
                total=f"{density.total:g}",
                kernel="Gaussian, Diggle's edge correction",
            )
        if not _holds_values(temporary, values):
            raise unreadable_output(Path(path))
    return Path(path)


def _holds_values(path: Path, values: NDArray[np.float32]) -> bool:
    """Tell whether a raster gives back what was written: GDAL is silent about a full disk."""
    import rasterio  # noqa: PLC0415

    try:
        with rasterio.open(path) as raster:
            return bool(np.array_equal(raster.read(1), values, equal_nan=True))
    except rasterio.errors.RasterioError:
        return False


def _drawn_zones(
    path: str | os.PathLike[str] | None, crs: str | int | None, *, inner_first: bool = False
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Zones to draw and to count in, and what is odd of the user's."""
    shipped = cast("gpd.GeoDataFrame", load("zones"))
    if path is None:
        return shipped, ()
    own = read_user_zones(path, shipped, crs=crs, inner_first=inner_first)
    return zones_layer_with(shipped, own), own.told()


def _write_cluster_workbook(
    path: Path, tables: Mapping[str, pd.DataFrame], result: Clustering
) -> Path:
    """One sheet per table under Chinese headers, behind a sheet that says how it was made."""
    given = [table for table in cluster_output_tables() if table.name in tables]
    cover = [("yngis", yngis.__version__)]
    cover += [("说明 / note", note) for note in result.notes]
    cover += [
        (f"参数 / setting {name}", setting_text(value))
        for name, value in asdict(result.settings).items()
    ]
    empty = [declared.zh for declared in given if tables[declared.name].empty]
    if empty:
        cover.append(("没有记录的表 / empty tables", "、".join(empty)))
    cover += [
        (f"{declared.zh} / {declared.en}", f"{column.header} / {column.en}")
        for declared in given
        for column in declared.columns
    ]
    short = {name: table for name, table in tables.items() if name != _LONG}
    return write_tables_workbook(path, given, short, cover, PROGRAM)
