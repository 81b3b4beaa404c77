"""Rasters of a known kind (产品): what their numbers mean, and what may not be made of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import yaml

from yngis.analysis.zonal.polygon_input import ZonalNotes, gather_polygons
from yngis.analysis.zonal.tabulate import DOUBTFUL_SHARE, make_job, measure_polygons, zonal_table
from yngis.analysis.zonal.wanted import read_stats
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.raster import open_raster
from yngis.catalogue.io.side_files import read_named_rows
from yngis.errors import LayerError, Problem
from yngis.measure.slope import SLOPE_CLASSES

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from pyproj import CRS

    from yngis.analysis.zonal.tabulate import Layer
    from yngis.measure.progress import StepProgress
    from yngis.measure.slope import SlopeClasses

_OF_CLASSES: Final = frozenset({"share", "weight", "valid_share"})
_OF_AMOUNTS: Final = frozenset({"sum", "weight", "valid_share"})
_MOST_CODES: Final = 10_000
_COLUMNS: Final = ("code", "class_zh", "class_en", "year", "source", "accuracy")


@dataclass(frozen=True, slots=True)
class Product:
    """
    A kind of raster (产品).

    Attributes
    ----------
    key, name_zh, name_en
        As it is asked for, and as it is printed.
    kind
        ``"classes"``; ``"amount"`` per cell, which is summed and never averaged; ``"intensity"``.
    year
        Year of the picture; None where it is not told.
    source, accuracy
        Where it comes from, and how far it can be trusted.
    classes
        Code to class, for classes.
    comparable
        Whether two editions may be subtracted.
    least_cells
        Cells that a polygon must cover to get a number.
    """

    key: str
    name_zh: str
    name_en: str
    kind: Literal["classes", "amount", "intensity"]
    year: int | None
    source: str
    accuracy: str
    classes: tuple[tuple[float, str], ...] = ()
    comparable: bool = True
    least_cells: int = 0


@cache
def shipped_products() -> dict[str, Product]:
    """
    Kinds of raster that are known (已知产品), by key.

    Returns
    -------
    products
        Land cover, built-up surface, night light.
    """
    home = files("yngis.analysis.zonal")
    told = yaml.safe_load(home.joinpath("products.yml").read_text("utf-8"))["products"]
    made = {}
    for each in told:
        legend = each.pop("legend", None)
        text = home.joinpath(f"legends/{legend}").read_text("utf-8") if legend else ""
        classes = tuple(
            (float(row["code"]), row["class_zh"]) for row in csv.DictReader(text.splitlines())
        )
        made[each["key"]] = Product(**each, classes=classes)
    return made


def find_product(named: str) -> Product:
    """
    Find a kind of raster by its key, or read a legend from a file (图例).

    Parameters
    ----------
    named
        Key of a shipped kind, or a CSV with ``code``, ``class_zh`` and, once or in every row,
        ``class_en``, ``year``, ``source``, ``accuracy``.

    Returns
    -------
    product
        The kind.

    Raises
    ------
    LayerError
        If there is none of that name, or the file is no legend; names every fault.
    """
    known = shipped_products()
    if named in known:
        return known[named]
    if named.lower().endswith(".csv"):
        return _read_legend(local_path(named))
    raise LayerError(
        Problem(
            f"--legend {named}",
            f"{'、'.join(known)}，或 CSV 图例 / one of these, or a CSV",
            named,
            did_you_mean(named, list(known)),
        )
    )


def _read_legend(path: Path) -> Product:
    rows = read_named_rows(path)
    where, faults = str(path), []
    heads = tuple(rows[0]) if rows else ()
    if missing := [name for name in _COLUMNS[:2] if name not in heads]:
        raise LayerError(
            Problem(
                where,
                "列 / columns: code,class_zh[,class_en,year,source,accuracy]",
                f"缺 / missing: {'、'.join(missing)}",
                "补上列名和各行 / add the header and the rows",
            )
        )
    classes: dict[float, str] = {}
    for number, row in enumerate(rows[:_MOST_CODES], start=2):
        code, name = (row["code"] or "").strip(), (row["class_zh"] or "").strip()
        try:
            value = float(code)
        except ValueError:
            value = np.nan
        if not np.isfinite(value) or not name or value in classes:
            faults.append(
                Problem(
                    f"{where}：{number}",
                    "一个数字代码和一个类名，代码不重复 / a number, once, and a class",
                    f"{code or '空 / empty'}, {name or '空 / empty'}",
                    "改正此行 / mend the row",
                )
            )
        classes[value] = name
    if faults:
        raise LayerError(faults)
    told = {name: next((r[name] for r in rows if r.get(name)), "") for name in _COLUMNS[3:]}
    year = int(told["year"]) if told["year"].isdecimal() else None
    return Product(
        path.name, path.stem, path.stem, "classes", year, told["source"], told["accuracy"],
        tuple(classes.items()),
    )  # fmt: skip


def product_table(
    polygons: Layer,
    raster: str | os.PathLike[str],
    product: Product,
    *,
    stats: Sequence[str] | None = None,
    notes: ZonalNotes | None = None,
    **options: Any,  # noqa: ANN401 - those of zonal_table
) -> pd.DataFrame:
    """
    Statistics of a raster of a known kind (产品统计); what it does not bear is refused.

    Parameters
    ----------
    polygons, raster
        As for :func:`yngis.zonal_table`.
    product
        The kind, from :func:`find_product`.
    stats
        Statistics; what the kind is asked for most if left out.
    notes
        Filled with what was met.
    **options
        Others of :func:`yngis.zonal_table`.

    Returns
    -------
    table
        As :func:`yngis.zonal_table` gives it. Of night light, polygons of too few cells have no
        number but ``valid_share``.

    Raises
    ------
    LayerError
        If a mean of codes or of amounts per cell is asked for, or no polygon is large enough.
    """
    wanted = _allowed_stats(product, stats)
    classes = dict(product.classes) if "share" in wanted else None
    asked = [*wanted, *({"weight"} - {*wanted} if product.least_cells else ())]
    table = zonal_table(
        polygons, raster, stats=asked, classes=classes, notes=notes,
        zero_is_measured=product.kind != "classes", **options,
    )  # fmt: skip
    if not product.least_cells:
        return table
    small = ~(table["weight"] >= product.least_cells)
    if small.all():
        raise LayerError(
            Problem(
                product.name_zh,
                f"每个面至少 {product.least_cells} 个像元 / at least so many cells in a polygon",
                f"最大 / largest: {table['weight'].max():.1f}",
                "只用于开发区、县、州市，不用于宗地 / for zones, counties and prefectures only, "
                "not for parcels",
            )
        )
    kept = [name for name in table.columns if name in {"weight", "valid_share", DOUBTFUL_SHARE}]
    table.loc[small, table.columns.difference(kept)] = np.nan
    return table[[*wanted, *(name for name in table.columns if name == DOUBTFUL_SHARE)]]


def _allowed_stats(product: Product, stats: Sequence[str] | None) -> tuple[str, ...]:
    usual = {"classes": ("share", "valid_share"), "amount": ("sum", "valid_share")}
    told = tuple(stats or usual.get(product.kind, ("mean", "valid_share")))
    read_stats(told)
    bounds = {"classes": _OF_CLASSES, "amount": _OF_AMOUNTS}
    refused = [stat for stat in told if stat not in bounds.get(product.kind, {stat})]
    if not refused:
        return told
    why = (
        "代码的平均没有意义 / a mean of codes means nothing"
        if product.kind == "classes"
        else "每像元的量只能求和 / amounts per cell are summed, never averaged"
    )
    raise LayerError(
        Problem(
            f"{product.name_zh} · stats",
            "、".join(sorted(bounds[product.kind])),
            f"{'、'.join(refused)}：{why}",
            f"用 --stats {','.join(usual[product.kind])} / ask these",
        )
    )


def refuse_change(before: Product, after: Product) -> None:
    """
    Refuse to subtract editions that their producer says cannot be compared (禁止相减).

    Parameters
    ----------
    before, after
        Kinds of the two rasters.

    Raises
    ------
    LayerError
        If one of them may not be subtracted, or they have other classes.
    """
    problems = [
        Problem(
            each.name_zh,
            "各期算法一致的产品 / editions made alike",
            "各期算法不同，差值多为算法之差（生产者声明） / editions differ in their algorithm and "
            "the producer warns against taking the difference for change",
            "用 yngis change 比较两期国土调查，或用影像佐证 / compare two land surveys, or imagery",
        )
        for each in dict.fromkeys((before, after))
        if not each.comparable
    ]
    if {name for _, name in before.classes} != {name for _, name in after.classes}:
        problems.append(
            Problem(
                f"{before.key} → {after.key}",
                "同一套类 / the same classes",
                "类不同 / other classes",
                "先用图例把代码归到同一套类 / bring both to one set of classes by a legend",
            )
        )
    if problems:
        raise LayerError(problems)


def slope_table(
    polygons: Layer,
    dem: str | os.PathLike[str],
    *,
    classes: str | SlopeClasses = "pdjb",
    stats: Sequence[str] = ("mean", "share"),
    shrink_m: float = 0.0,
    layer: str | None = None,
    crs: str | int | None = None,
    raster_crs: CRS | None = None,
    notes: ZonalNotes | None = None,
    progress: StepProgress | None = None,
) -> pd.DataFrame:
    """
    Slope in each polygon (坡度) from an elevation model: Horn, in metres, weighed by area.

    Parameters
    ----------
    polygons
        As for :func:`yngis.zonal_table`.
    dem
        Raster of heights [m].
    classes
        ``"pdjb"`` (三调), ``"suitability"`` (双评价) or ``"cjj83"``, or a set of one's own.
    stats
        Of the slope [%]; ``share`` gives the share of each class, 坡度适宜, which is not 可建.
    shrink_m, layer, crs, raster_crs, notes, progress
        As for :func:`yngis.zonal_table`.

    Returns
    -------
    table
        One row per polygon; ``share_≤2°`` and so on for the classes.

    Raises
    ------
    LayerError
        If a layer or the raster cannot be used, has several bands, or there is no such set.
    """
    chosen = _find_slope_classes(classes)
    told = notes if notes is not None else ZonalNotes()
    wanted = read_stats(stats)
    source = open_raster(dem, crs=raster_crs)
    if source.bands != 1:
        raise LayerError(
            Problem(
                str(dem),
                "一个高程波段 / one band of heights",
                f"{source.bands} 个波段 / bands",
                "用高程模型，不用影像 / use an elevation model, not an image",
            )
        )
    named = {float(number): label for number, label in enumerate(chosen.labels)}
    job = make_job(
        source, wanted, bands=None, classes=named if wanted.shares else None, weight="area"
    )
    job = replace(job, derive="slope", slope_classes=chosen if wanted.shares else None)
    given = gather_polygons(polygons, told, layer=layer, crs=crs)
    return measure_polygons(
        given, job, wanted, shrink_m=shrink_m, client=None, notes=told, progress=progress
    )


def _find_slope_classes(classes: str | SlopeClasses) -> SlopeClasses:
    if not isinstance(classes, str):
        return classes
    if classes in SLOPE_CLASSES:
        return SLOPE_CLASSES[classes]
    raise LayerError(
        Problem(
            f"--slope {classes}",
            "、".join(f"{each.key}（{each.name}）" for each in SLOPE_CLASSES.values()),
            classes,
            did_you_mean(classes, list(SLOPE_CLASSES)),
        )
    )
