"""
Zonal statistics (分区统计): what a raster says of each polygon, by the exact share of every cell.

Polygons go to the raster's grid and rasters are never warped, so that no number is an interpolated
one; docs/zonal.md tells how it is done, how exact it is and what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yngis.analysis.overlay.dask import work_on_cluster
from yngis.analysis.zonal.coverage import list_coverage, locate_polygons
from yngis.analysis.zonal.moments import (
    HEAVY,
    INSIDE,
    join_moments,
    no_moments,
    weighted_quantiles,
)
from yngis.analysis.zonal.polygon_input import (
    ZonalNotes,
    bring_to_grid,
    gather_polygons,
    shrink_polygons,
)
from yngis.analysis.zonal.tiles import (
    ZonalJob,
    cut_tiles,
    measure_in_threads,
    measure_on_worker,
)
from yngis.analysis.zonal.wanted import column_of_moments, read_bands, read_classes, read_stats
from yngis.catalogue.io.raster import open_raster
from yngis.catalogue.io.raster_fillings import undeclared_fillings
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from pyproj import CRS

    from yngis.analysis.zonal.flat_polygons import FlatPolygons
    from yngis.analysis.zonal.polygon_input import PolygonSet
    from yngis.analysis.zonal.tiles import Measured
    from yngis.analysis.zonal.wanted import Wanted
    from yngis.catalogue.io.raster import RasterFile
    from yngis.measure.progress import StepProgress
    from yngis.measure.raster_grid import RasterGrid

    Layer: TypeAlias = GeoDataFrame | GeoSeries | str | os.PathLike[str]

OTHER = "other"
"""Class of the codes that a legend does not list."""

DOUBTFUL_SHARE = "doubtful_share"
"""Share of a polygon whose cells may hold no value; a column only where a raster has such cells."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverageRows:
    """
    Which cells each polygon covers, and which share of each (像元覆盖表).

    Made once, it serves all bands and dates of a grid.

    Attributes
    ----------
    index
        The caller's, ``(n,)``.
    start
        First row of each polygon, ``(n + 1,)``.
    cell
        Number of the cell in the grid, row by row, ``(rows,)``.
    share
        Share of the cell that is covered, in 0..1, ``(rows,)``.
    cells
        Area of each polygon in cells, also where it lies beyond the grid, ``(n,)``.
    grid
        The grid.
    """

    index: pd.Index[Any]
    start: NDArray[np.int64]
    cell: NDArray[np.int64]
    share: NDArray[np.float64]
    cells: NDArray[np.float64]
    grid: RasterGrid

    def frame(self) -> pd.DataFrame:
        """
        Show the rows as a table (转为表).

        Returns
        -------
        table
            ``row``, ``column`` and ``share``, on the polygon's index, once for every cell.
        """
        return pd.DataFrame(
            {
                "row": self.cell // self.grid.columns,
                "column": self.cell % self.grid.columns,
                "share": self.share,
            },
            index=self.index.repeat(np.diff(self.start)),
        )


def coverage_rows(
    polygons: Layer,
    grid: RasterGrid,
    *,
    shrink_m: float = 0.0,
    notes: ZonalNotes | None = None,
) -> CoverageRows:
    """
    Share of every cell that each polygon covers (像元覆盖率), exactly.

    Parameters
    ----------
    polygons
        Polygons, ``(n,)``, or a path; in any CRS on CGCS2000 or WGS84.
    grid
        The cells; polygons are brought to its CRS corner by corner.
    shrink_m
        Width of the rim of each polygon that is left out [m].
    notes
        Filled with what was mended or left out.

    Returns
    -------
    rows
        The shares of a polygon add up to its area inside the grid, in cells.

    Raises
    ------
    LayerError
        If a layer cannot be used; names every fault.

    Examples
    --------
    >>> import geopandas, shapely
    >>> from yngis.measure.raster_grid import RasterGrid
    >>> triangle = geopandas.GeoSeries([shapely.Polygon([(0, 0), (2, 0), (0, 2)])])
    >>> coverage_rows(triangle, RasterGrid(0, 3, 1, -1, 3, 3)).frame().values.tolist()
    [[1.0, 0.0, 0.5], [2.0, 0.0, 1.0], [2.0, 1.0, 0.5]]
    """
    told = notes if notes is not None else ZonalNotes()
    given = gather_polygons(polygons, told)
    flat, boxes, size = _place_polygons(given, grid, shrink_m, told)
    start, cell, share = list_coverage(
        flat.points, flat.ring_first, flat.ring_role, flat.polygon_first,
        np.arange(len(flat)), grid.plane_at(0, 0),
        (grid.rows, grid.columns),
    )  # fmt: skip
    _tell_outside(boxes, size, told)
    return CoverageRows(given.index, start, cell, share, size, grid)


def zonal_table(
    polygons: Layer,
    raster: str | os.PathLike[str],
    *,
    stats: str | Sequence[str] = ("mean",),
    bands: int | Sequence[int] | None = None,
    shrink_m: float = 0.0,
    classes: Mapping[float, str] | Sequence[float] | None = None,
    weight: Literal["cell", "area"] = "cell",
    layer: str | None = None,
    crs: str | int | None = None,
    raster_crs: CRS | None = None,
    client: Any = None,  # noqa: ANN401 - distributed.Client; dask is an extra
    notes: ZonalNotes | None = None,
    progress: StepProgress | None = None,
    zero_is_measured: bool = False,
) -> pd.DataFrame:
    """
    Statistics of a raster in each polygon (分区统计), each cell by the share that is covered.

    Parameters
    ----------
    polygons
        Polygons, ``(n,)``, or a path to a layer, which is streamed; in any CRS on CGCS2000 or
        WGS84.
    raster
        Local GeoTIFF, JPEG 2000 or ``.hgt``.
    stats
        Of ``weight`` (covered inside the raster, cells or m²), ``valid_share`` (of the polygon,
        covered by cells with a value, 0..1), ``mean``, ``sum`` (values times covered cells: for
        amounts per cell, such as built-up m²), ``std`` (of the whole, not of a sample), ``min``,
        ``max``, ``median``, ``quantile(0.9)``, ``share`` (of each class in what is valid, 0..1).
    bands
        Numbers of bands, from 1; all if left out.
    shrink_m
        Width of the rim of each polygon that is left out [m], such as half a cell.
    classes
        For ``share``: code to class, several codes may be one class; or the codes. If left out,
        the codes that are met. Codes that are not listed count as ``share_other``.
    weight
        ``"cell"``: every cell alike; ``"area"``: by its area on the ellipsoid, which in degrees
        differs from row to row. ``sum`` is the same for both.
    layer
        Layer in a file that has several.
    crs
        CRS of polygons that declare none.
    raster_crs
        CRS of a raster that declares none.
    client
        A ``distributed.Client`` whose workers see the raster under the same path.
    notes
        Filled with what was mended, lies outside or has no value.
    progress
        Called with pieces of work done and in all.
    zero_is_measured
        Whether 0 is a value of this kind of raster, as no built-up land is; else cells of 0 that
        stand apart from all the rest are told.

    Returns
    -------
    table
        One row per polygon on the caller's index, the number of the feature for a path; one column
        per statistic, ``band_2_mean`` where there are several bands, ``share_…`` per class. A
        polygon outside the raster, or on cells without value, has ``valid_share`` 0 and no other
        number (NaN); one without area has NaN there too. ``doubtful_share`` stands last where the
        raster holds values that usually mean none and that it does not declare as nodata: the
        share of the polygon whose cells they are. They count in all other columns.

    Raises
    ------
    LayerError
        If a layer or the raster cannot be used; names every fault.

    See Also
    --------
    coverage_rows : The covered cells themselves, for many dates on one grid.

    Notes
    -----
    Cells without value (nodata, mask, alpha band, NaN) are left out, never filled. Least and most
    are over cells that are covered by more than 1e-8.
    """
    told = notes if notes is not None else ZonalNotes()
    wanted = read_stats(stats)
    source = open_raster(raster, crs=raster_crs)
    job = make_job(source, wanted, bands=bands, classes=classes, weight=weight)
    given = gather_polygons(polygons, told, layer=layer, crs=crs)
    return measure_polygons(
        given, job, wanted, shrink_m=shrink_m, client=client, notes=told, progress=progress,
        measured=[0.0] if zero_is_measured else [],
    )  # fmt: skip


def make_job(
    source: RasterFile,
    wanted: Wanted,
    *,
    bands: int | Sequence[int] | None,
    classes: Mapping[float, str] | Sequence[float] | None,
    weight: str,
    derive: Literal["", "slope"] = "",
) -> ZonalJob:
    """Settle what is measured on every tile."""
    chosen = read_bands(bands, source.bands, str(source.path))
    problems = []
    if weight not in {"cell", "area"}:
        problems.append(
            Problem(f"weight={weight!r}", "cell 或 area / cell or area", str(weight), "改写 / mend")
        )
    if wanted.shares and len(chosen) > 1:
        problems.append(
            Problem(
                f"{source.path} · stats=share",
                "一个波段 / one band",
                f"{len(chosen)} 个波段 / bands",
                "用 bands 指明分类所在的波段 / name the band of the classes with `bands`",
            )
        )
    if classes is not None and not wanted.shares:
        problems.append(
            Problem(
                "classes", "与 stats=share 同用 / with stats=share", "没有 share / none", "+ share"
            )
        )
    if problems:
        raise LayerError(problems)
    heavy = source.grid.cell_areas_m2() if weight == "area" else np.ones(source.grid.rows)
    return ZonalJob(
        source, chosen, heavy, wanted.shares, read_classes(classes), wanted.levels,
        (not {"min", "max"}.isdisjoint(wanted.stats), "std" in wanted.stats), derive,
    )  # fmt: skip


def measure_polygons(
    given: PolygonSet,
    job: ZonalJob,
    wanted: Wanted,
    *,
    shrink_m: float,
    client: Any,  # noqa: ANN401 - distributed.Client; dask is an extra
    notes: ZonalNotes,
    progress: StepProgress | None,
    measured: Sequence[float] = (),
) -> pd.DataFrame:
    """Measure polygons that were read, and lay the statistics on their index."""
    flat, boxes, size = _place_polygons(given, job.raster.grid, shrink_m, notes)
    total = _measure_tiles(job, flat, boxes, client, progress)
    _tell_outside(boxes, size, notes)
    inside = total.moments[:, 0, INSIDE] > 0.0
    valid = total.moments[:, :, HEAVY].max(axis=1) > 0.0
    notes.masked += np.flatnonzero(inside & ~valid).tolist()
    notes.scaled = job.raster.scaled
    table = total.table(given.index, wanted, size, notes)
    listed = [] if job.classes is None or job.derive else job.classes.codes.tolist()
    known = {*listed, *measured}
    found = [each for each in undeclared_fillings(job.raster, job.bands) if each not in known]
    if found:
        notes.fillings = found
        table[DOUBTFUL_SHARE] = _share_of_fillings(
            replace(job, fillings=tuple(found)), flat, boxes, client, size
        )
        notes.doubtful += np.flatnonzero(table[DOUBTFUL_SHARE].to_numpy() > 0.0).tolist()
    return table


def _measure_tiles(
    job: ZonalJob,
    flat: FlatPolygons,
    boxes: NDArray[np.int64],
    client: Any,  # noqa: ANN401 - distributed.Client; dask is an extra
    progress: StepProgress | None,
) -> _Total:
    """Measure all tiles, here or on the workers of a cluster."""
    tiles = cut_tiles(job.raster, boxes, len(job.bands))
    total = _Total(len(flat), job)
    whole = sum(len(tile.chosen) for tile in tiles)
    done = 0

    def collect(measured: Measured) -> None:
        nonlocal done
        total.add(measured)
        done += len(measured.tile.chosen)
        if progress is not None:
            progress(done, whole)

    if client is None:
        measure_in_threads(job, flat, tiles, collect)
    else:
        items = [(flat.take(tile.chosen), tile) for tile in tiles]
        work_on_cluster(client, measure_on_worker, job, items, lambda found: collect(found[0]))
    return total


def _share_of_fillings(
    job: ZonalJob,
    flat: FlatPolygons,
    boxes: NDArray[np.int64],
    client: Any,  # noqa: ANN401 - distributed.Client; dask is an extra
    size: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Share of each polygon whose cells hold a filling, or are reckoned from one."""
    asked = replace(
        job, shares=False, classes=None, levels=(), asked=(False, False), slope_classes=None,
        derive="slope_filled" if job.derive else "filled",
    )  # fmt: skip
    total = _measure_tiles(asked, flat, boxes, client, None)
    return column_of_moments("mean", total.moments[:, 0], size)


def _place_polygons(
    given: PolygonSet, grid: RasterGrid, shrink_m: float, notes: ZonalNotes
) -> tuple[FlatPolygons, NDArray[np.int64], NDArray[np.float64]]:
    """Bring polygons to the grid; tell the boxes of cells they lie in, and their area in cells."""
    flat = bring_to_grid(given, grid)
    flat = _without_infinite(flat, notes)
    flat = shrink_polygons(flat, grid, shrink_m)
    boxes, size = locate_polygons(
        flat.points, flat.ring_first, flat.ring_role, flat.polygon_first,
        grid.plane_at(0, 0), (grid.rows, grid.columns),
    )  # fmt: skip
    lost = {*notes.unreadable}
    notes.empty += [int(row) for row in np.flatnonzero(size <= 0.0) if int(row) not in lost]
    return flat, boxes, size


def _without_infinite(flat: FlatPolygons, notes: ZonalNotes) -> FlatPolygons:
    """Leave out polygons that the CRS of the raster cannot place, and tell them."""
    if np.isfinite(flat.points.sum()):
        return flat
    broken = ~np.isfinite(flat.points).all(axis=1)
    if not broken.any():
        return flat
    ring = np.searchsorted(flat.ring_first, np.flatnonzero(broken), side="right") - 1
    rows = np.unique(np.searchsorted(flat.polygon_first, ring, side="right") - 1)
    notes.unreadable += rows.tolist()
    sizes = np.diff(flat.polygon_first)
    kept_rings = np.ones(len(flat.ring_role), dtype=bool)
    for row in rows:
        kept_rings[flat.polygon_first[row] : flat.polygon_first[row + 1]] = False
    sizes[rows] = 0
    corners = np.repeat(kept_rings, np.diff(flat.ring_first))
    return replace(
        flat,
        points=flat.points[corners],
        ring_first=np.append(0, np.cumsum(np.diff(flat.ring_first)[kept_rings])),
        ring_role=flat.ring_role[kept_rings],
        polygon_first=np.append(0, np.cumsum(sizes)),
    )


def _tell_outside(boxes: NDArray[np.int64], size: NDArray[np.float64], notes: ZonalNotes) -> None:
    away = (boxes[:, 1] <= boxes[:, 0]) | (boxes[:, 3] <= boxes[:, 2])
    notes.outside += np.flatnonzero(away & (size > 0.0)).tolist()


class _Total:
    """What the tiles add up to, polygon by polygon."""

    def __init__(self, polygons: int, job: ZonalJob) -> None:
        self.job = job
        self.moments = no_moments(polygons, len(job.bands))
        self.shares: dict[str, NDArray[np.float64]] = {}
        self.strangers: set[float] = set()
        for name in job.classes.names if job.classes else ():
            self.shares[name] = np.zeros(polygons)
        self.quantiles = np.full((polygons, len(job.bands), len(job.levels)), np.nan)
        self._cells: dict[int, list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = {}

    def add(self, measured: Measured) -> None:
        """Add a tile."""
        tile = measured.tile
        # Most polygons lie in one tile: nothing to join.
        self.moments[tile.chosen[~tile.shared]] = measured.moments[~tile.shared]
        join_moments(self.moments, tile.chosen[tile.shared], measured.moments[tile.shared])
        for number, name in enumerate(measured.names):
            if measured.shares[:, number].any():
                column = self.shares.setdefault(name or OTHER, np.zeros(len(self.moments)))
                column[tile.chosen] += measured.shares[:, number]
        self.strangers.update(measured.strangers)
        if self.job.levels:
            alone = ~tile.shared
            self.quantiles[tile.chosen[alone]] = measured.quantiles[alone]
            for polygon, values, weight in measured.cells:
                self._cells.setdefault(polygon, []).append((values, weight))

    def table(
        self,
        index: pd.Index[Any],
        wanted: Wanted,
        size: NDArray[np.float64],
        notes: ZonalNotes,
    ) -> pd.DataFrame:
        """Lay the statistics out."""
        self._join_quantiles()
        several = len(self.job.bands) > 1
        columns: dict[str, NDArray[np.float64]] = {}
        for k, band in enumerate(self.job.bands):
            start = f"band_{band}_" if several else ""
            for stat in wanted.stats:
                if stat == "share":
                    columns |= self._share_columns(start)
                elif (level := wanted.level_of(stat)) is not None:
                    columns[start + stat] = self.quantiles[:, k, wanted.levels.index(level)]
                else:
                    columns[start + stat] = column_of_moments(stat, self.moments[:, k], size)
        notes.unknown_codes += sorted(self.strangers)
        return pd.DataFrame(columns, index=index)

    def _share_columns(self, start: str) -> dict[str, NDArray[np.float64]]:
        heavy = self.moments[:, 0, HEAVY]
        names = list(self.shares)
        if self.job.classes is None:
            names.sort(key=float)
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                f"{start}share_{name}": np.where(heavy > 0.0, self.shares[name] / heavy, np.nan)
                for name in names
            }

    def _join_quantiles(self) -> None:
        levels = np.array(self.job.levels)
        for polygon, parts in self._cells.items():
            weight = np.concatenate([part[1] for part in parts])
            for k in range(len(self.job.bands)):
                values = np.concatenate([part[0][k] for part in parts])
                held = ~np.isnan(values)
                weighted_quantiles(values[held], weight[held], levels, self.quantiles[polygon, k])
