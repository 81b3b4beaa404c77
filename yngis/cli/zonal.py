"""The command `yngis zonal` (分区统计)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from yngis.analysis.zonal.products import Product

SHIPPED = ("zones", "counties", "prefectures", "regions")
"""Layers of the plan that can be measured by their name."""


def zonal(
    parcels: Annotated[
        str,
        typer.Argument(
            help="面图层文件，或 zones counties prefectures regions / a layer, or one of these"
        ),
    ],
    raster: Annotated[str, typer.Argument(help="GeoTIFF、JPEG 2000 或 .hgt / raster")],
    out: Annotated[Path, typer.Option(help="结果：.csv .xlsx .parquet / table to write")],
    *,
    stats: Annotated[
        str | None,
        typer.Option(
            help="mean,sum,std,min,max,median,quantile(0.9),share,weight,valid_share，逗号分隔 / "
            "statistics, with commas"
        ),
    ] = None,
    legend: Annotated[
        str | None,
        typer.Option(
            help="worldcover、worldcover-2021、ghs-built-s、night-light 或图例 CSV / kind of raster"
        ),
    ] = None,
    slope: Annotated[
        str | None,
        typer.Option(
            help="由高程算坡度，分级 pdjb | suitability | cjj83 / slope of a DEM, classes"
        ),
    ] = None,
    before: Annotated[
        str | None, typer.Option(help="较早一期分类栅格，求份额之差 / earlier raster of classes")
    ] = None,
    before_legend: Annotated[
        str | None, typer.Option(help="较早一期的图例 / kind of the earlier raster")
    ] = None,
    bands: Annotated[str | None, typer.Option(help="波段号，逗号分隔 / bands, with commas")] = None,
    shrink: Annotated[float, typer.Option(help="边界内缩，米 / rim left out [m]", min=0)] = 0.0,
    weight: Annotated[
        str, typer.Option(help="cell 每像元相同 | area 按椭球面积 / weight of cells")
    ] = "cell",
    key: Annotated[str | None, typer.Option(help="面的标识列 / column that names them")] = None,
    layer: Annotated[str | None, typer.Option(help="图层 / layer in the file")] = None,
    crs: Annotated[
        str | None, typer.Option(help="面未声明坐标系时的 EPSG 代码 / EPSG code of the polygons")
    ] = None,
    raster_crs: Annotated[
        str | None, typer.Option(help="栅格未声明坐标系时的 EPSG 代码 / EPSG code of the raster")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Dask 调度器，如 tcp://host:8786 / Dask scheduler")
    ] = None,
) -> None:
    """每个面内的栅格统计：精确到像元被覆盖的份额 / raster statistics in each polygon."""
    from yngis.analysis.overlay import connected
    from yngis.analysis.zonal import ZonalNotes
    from yngis.measure.storage import read_crs
    from yngis.report.table_file import check_table_path, shown_progress
    from yngis.report.zonal import write_zonal_table, zonal_summary_lines

    target = check_table_path(out)
    _refuse_mixed(legend, slope, before, scheduler)
    notes = ZonalNotes()
    common: dict[str, Any] = {
        "shrink_m": shrink,
        "layer": layer,
        "crs": crs,
        "raster_crs": None if raster_crs is None else read_crs(raster_crs),
        "notes": notes,
    }
    words = None if stats is None else _split_words(stats)
    told: list[str] = []
    with connected(scheduler) as client, shown_progress() as progress:
        given, common = _polygons(parcels, key, common, told)
        common |= {"progress": progress}
        if slope is not None:
            table = _slope(
                given=given, raster=raster, slope=slope, words=words, common=common, told=told
            )
        else:
            common |= {"bands": _numbers(bands), "weight": weight, "client": client}
            table = _statistics(
                given=given, raster=raster, legend=legend, words=words, common=common, told=told
            )
            if before is not None:
                table = _minus(
                    table=table,
                    given=given,
                    before=before,
                    legend=legend,
                    before_legend=before_legend,
                    words=words,
                    common=common,
                )
    written = write_zonal_table(target, table, notes, told)
    for line in zonal_summary_lines(written, notes, told):
        typer.echo(line)


def _polygons(
    parcels: str, key: str | None, common: dict[str, Any], told: list[str]
) -> tuple[Any, dict[str, Any]]:
    """Read the polygons where they need names; a file without them is streamed."""
    from yngis.catalogue import load
    from yngis.catalogue.io.part import require_columns
    from yngis.catalogue.io.vectors.vector import DELETED, read_vector

    if parcels in SHIPPED:
        frame = load(parcels)
        if parcels == "zones":
            told.append("随附的开发区范围是示意 / the shipped zones are schematic (示意)")
        return cast("Any", frame).set_index("name_zh").geometry, common
    if key is None:
        return parcels, common
    frame = read_vector(parcels, common["layer"], crs=common["crs"])
    require_columns(parcels, [key], [str(name) for name in frame.columns])
    common["notes"].deleted += frame.attrs.get(DELETED, [])
    return frame.set_index(key).geometry, common | {"layer": None, "crs": None}


def _statistics(
    *,
    given: Any,  # noqa: ANN401 - a frame or a path
    raster: str,
    legend: str | None,
    words: list[str] | None,
    common: dict[str, Any],
    told: list[str],
) -> Any:  # noqa: ANN401 - a frame
    from yngis.analysis.zonal import find_product, product_table, zonal_table

    if legend is None:
        return zonal_table(given, raster, stats=words or ("mean", "valid_share"), **common)
    product = find_product(legend)
    told.append(_about(product))
    return product_table(given, raster, product, stats=words, **common)


def _about(product: Product) -> str:
    year = product.year or "未注明 / not told"
    return (
        f"{product.name_zh}；年份 / year: {year}；来源 / source: {product.source or '—'}；"
        f"精度 / accuracy: {product.accuracy or '—'}"
    )


def _slope(
    *,
    given: Any,  # noqa: ANN401 - a frame or a path
    raster: str,
    slope: str,
    words: list[str] | None,
    common: dict[str, Any],
    told: list[str],
) -> Any:  # noqa: ANN401 - a frame
    from yngis.analysis.zonal import slope_table
    from yngis.measure.slope import SLOPE_CLASSES

    table = slope_table(given, raster, classes=slope, stats=words or ("mean", "share"), **common)
    chosen = SLOPE_CLASSES[slope]
    told.append(f"坡度适宜（不等于可建），{chosen.name}；{chosen.source} / slope by Horn [%]")
    return table


def _minus(
    *,
    table: Any,  # noqa: ANN401 - a frame
    given: Any,  # noqa: ANN401 - a frame or a path
    before: str,
    legend: str | None,
    before_legend: str | None,
    words: list[str] | None,
    common: dict[str, Any],
) -> Any:  # noqa: ANN401 - a frame
    """Add the change of each share between two rasters of classes."""
    from yngis.analysis.zonal import ZonalNotes, find_product, product_table, refuse_change
    from yngis.analysis.zonal.tabulate import DOUBTFUL_SHARE

    after = find_product(str(legend))
    earlier = find_product(before_legend or str(legend))
    refuse_change(earlier, after)
    notes, met = common["notes"], ZonalNotes()
    past = product_table(given, before, earlier, stats=words, **common | {"notes": met})
    # What is doubtful before is doubtful in the change.
    notes.fillings += [each for each in met.fillings if each not in notes.fillings]
    notes.doubtful = sorted({*notes.doubtful, *met.doubtful})
    notes.masked = sorted({*notes.masked, *met.masked})
    notes.outside = sorted({*notes.outside, *met.outside})
    notes.unknown_codes += [each for each in met.unknown_codes if each not in notes.unknown_codes]
    shares = [name for name in table.columns if name.startswith("share_") and name in past]
    change = (table[shares] - past[shares]).rename(columns=lambda name: f"change_{name[6:]}")
    if DOUBTFUL_SHARE in past:
        change[f"before_{DOUBTFUL_SHARE}"] = past[DOUBTFUL_SHARE]
    return table.join(change)


def _refuse_mixed(
    legend: str | None, slope: str | None, before: str | None, scheduler: str | None
) -> None:
    from yngis.errors import LayerError, Problem

    wrong = []
    if legend is not None and slope is not None:
        wrong.append(("--legend --slope", "两者之一 / one of the two"))
    if before is not None and legend is None:
        wrong.append(("--before", "与 --legend 同用 / with --legend"))
    if slope is not None and scheduler is not None:
        wrong.append(("--slope --scheduler", "坡度只在本机算 / slope is reckoned on this machine"))
    if wrong:
        raise LayerError(
            Problem(where, promised, "同时给出或缺一 / both, or one missing", "去掉或补上 / mend")
            for where, promised in wrong
        )


def _split_words(text: str) -> list[str]:
    """Split at commas, but not within brackets."""
    import re

    return [word.strip() for word in re.split(r",(?![^(]*\))", text) if word.strip()]


def _numbers(text: str | None) -> list[int] | None:
    from yngis.errors import LayerError, Problem

    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if all(word.isdecimal() for word in words):
        return [int(word) for word in words]
    raise LayerError(
        Problem("--bands", "波段号，逗号分隔 / numbers with commas", text, "例如 / such as 1,2,3")
    )
