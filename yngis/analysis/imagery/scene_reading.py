"""Cells of scenes (影像读取): bands in one file or several, masks, dates on one set of cells."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from rasterio import Affine

from yngis.analysis.imagery.scenes import BANDS
from yngis.catalogue.io.raster import RasterFile, read_values, reading_raster, round_as_stored
from yngis.catalogue.io.raster_fillings import USUAL_FILLINGS
from yngis.measure.slope import cell_steps_m

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

    from yngis.analysis.imagery.scenes import Scene
    from yngis.measure.raster_grid import RasterGrid

    Box = tuple[int, int, int, int]

SCL_CLEAR: Final = (4, 5, 6, 7)
"""Scene classes of Sentinel-2 that count: vegetation, bare, water, unclassified."""

QA_CLOUDED: Final = 0b111111
"""Bits 0-5 of Landsat's QA_PIXEL: fill, dilated cloud, cirrus, cloud, shadow, snow."""

_SAME_CELLS: Final = 1e-3  # of a cell


class OpenBand(NamedTuple):
    """
    A band of a judged file.

    Attributes
    ----------
    raster
        The file.
    number
        Number of the band, from 1.
    """

    raster: RasterFile
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class OpenScene:
    """
    A scene whose files were judged.

    Attributes
    ----------
    scene
        Its row.
    bands
        Its bands by name, in the order of :data:`~yngis.analysis.imagery.scenes.BANDS`.
    mask
        Its mask; None where there is none.
    """

    scene: Scene
    bands: dict[str, OpenBand]
    mask: OpenBand | None

    @property
    def raster(self) -> RasterFile:
        """The file whose cells are the scene's: that of the finest band."""
        files = [band.raster for band in self.bands.values()]
        return min(files, key=lambda each: abs(each.grid.width))


_FILLINGS: Final = (0.0, *USUAL_FILLINGS)


class SceneReader:
    """
    Reads windows of one scene.

    Parameters
    ----------
    opened
        The scene.
    files
        Its open files, by path.

    Attributes
    ----------
    blank_cells
        Cells met that hold the same usual filling in every band, which nothing declares as nodata.
    """

    def __init__(self, opened: OpenScene, files: dict[str, DatasetReader]) -> None:
        self._opened, self._files = opened, files
        self.blank_cells = 0

    def values(self, box: Box) -> NDArray[np.float64]:
        """
        Read reflectance, in the order of the names of bands; a band that is not there is NaN.

        Parameters
        ----------
        box
            First row, stop row, first column, stop column; it may lie beyond the scene.

        Returns
        -------
        values
            ``(5, rows, columns)``; NaN where there is none in any band.
        """
        scene, by_file = self._opened.scene, dict[str, list[tuple[int, OpenBand]]]()
        for k, name in enumerate(BANDS):
            if name in self._opened.bands:
                band = self._opened.bands[name]
                by_file.setdefault(str(band.raster.path), []).append((k, band))
        made = np.full((len(BANDS), box[1] - box[0], box[3] - box[2]), np.nan)
        blank = np.ones(made.shape[1:], dtype=bool)
        for members in by_file.values():
            raster = members[0][1].raster
            numbers = [band.number for _, band in members]
            cells = self._cells(raster, numbers, box)
            blank &= np.isin(cells, _FILLINGS).all(axis=0)
            for (k, band), values in zip(members, cells, strict=True):
                if scene.nodata is not None:
                    kind = np.dtype(raster.dtypes[band.number - 1])
                    values[values == round_as_stored(scene.nodata, kind)] = np.nan
                np.multiply(values, scene.scale, out=made[k])
                made[k] += scene.offset
        # No ground is 0, or -9999, in every band: the scene ends there and does not say so.
        self.blank_cells += int(blank.sum())
        gone = blank
        for k, name in enumerate(BANDS):
            if name in self._opened.bands:
                gone |= np.isnan(made[k])
        if gone.any():
            made[:, gone] = np.nan
        return made

    def clear(self, box: Box) -> NDArray[np.float64]:
        """
        Read reflectance of clear cells; what the mask leaves out is NaN.

        Parameters
        ----------
        box
            As for :meth:`values`.

        Returns
        -------
        values
            ``(5, rows, columns)``.
        """
        values = self.values(box)
        if self._opened.mask is not None:
            values[:, ~clear_cells(self.codes(box), self._opened.scene.mask_kind)] = np.nan
        return values

    def codes(self, box: Box) -> NDArray[np.float64]:
        """
        Codes of the mask at the cells of the scene, by nearest pixel.

        Parameters
        ----------
        box
            As for :meth:`values`.

        Returns
        -------
        codes
            ``(rows, columns)``; NaN without a mask and beyond it.
        """
        mask = self._opened.mask
        if mask is None:
            return np.full((box[1] - box[0], box[3] - box[2]), np.nan)
        told: NDArray[np.float64] = self._cells(mask.raster, [mask.number], box)[0]
        return told

    def _cells(self, raster: RasterFile, numbers: list[int], box: Box) -> NDArray[np.float64]:
        """Cells of a file at the cells of the scene: its own, or the nearest ones."""
        mine, other = self._opened.raster.grid, raster.grid
        y = mine.top + (np.arange(box[0], box[1]) + 0.5) * mine.height
        x = mine.left + (np.arange(box[2], box[3]) + 0.5) * mine.width
        row = np.floor((y - other.top) / other.height).astype(int)
        column = np.floor((x - other.left) / other.width).astype(int)
        rows = (row >= 0) & (row < other.rows)
        columns = (column >= 0) & (column < other.columns)
        made = np.full((len(numbers), len(row), len(column)), np.nan)
        if not (rows.any() and columns.any()):
            return made
        low, west = int(row[rows].min()), int(column[columns].min())
        window = (low, int(row[rows].max()) + 1, west, int(column[columns].max()) + 1)
        source = self._files[str(raster.path)]
        held = read_values(source, numbers, window, declared_scale=False)
        if held.shape == made.shape and (mine.height > 0) == (other.height > 0):
            return held
        inner = np.ix_(row[rows] - low, column[columns] - west)
        made[np.ix_(np.arange(len(numbers)), np.flatnonzero(rows), np.flatnonzero(columns))] = held[
            :, inner[0], inner[1]
        ]
        return made


def clear_cells(codes: NDArray[np.float64], kind: str) -> NDArray[np.bool_]:
    """
    Tell which cells a mask leaves (晴空像元).

    Parameters
    ----------
    codes
        Codes of the mask; NaN where there is none.
    kind
        ``scl``, ``qa_pixel`` or ``binary``.

    Returns
    -------
    clear
        Same shape; what has no code is not clear.
    """
    known = ~np.isnan(codes)
    whole = np.where(known, codes, 0).astype(np.int32)
    if kind == "scl":
        clear = np.isin(whole, SCL_CLEAR)
    else:
        clear = (whole & QA_CLOUDED) == 0 if kind == "qa_pixel" else whole == 0
    told: NDArray[np.bool_] = known & clear
    return told


@contextmanager
def reading_scene(opened: OpenScene) -> Iterator[SceneReader]:
    """
    Open the files of a scene (打开一景); a thread opens its own.

    Parameters
    ----------
    opened
        The scene.

    Yields
    ------
    reader
        Of its windows.
    """
    bands = [*opened.bands.values(), *([opened.mask] if opened.mask else [])]
    files = {str(band.raster.path): band.raster for band in bands}
    with ExitStack() as stack:
        yield SceneReader(
            opened,
            {path: stack.enter_context(reading_raster(each)) for path, each in files.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class SceneStack:
    """
    Scenes of one sensor whose cells are the same, though each may show another part (同格网影像).

    Attributes
    ----------
    raster
        The first file on the grid that holds all scenes.
    scenes
        The scenes, by day.
    corners
        First row and column of each on that grid.
    """

    raster: RasterFile
    scenes: tuple[OpenScene, ...]
    corners: tuple[tuple[int, int], ...]

    @property
    def grid(self) -> RasterGrid:
        """Cells of all scenes."""
        return self.raster.grid

    @property
    def cell_m(self) -> tuple[float, float]:
        """Width and height of a cell on the ground [m], in the middle of the grid."""
        grid = self.grid
        if grid.crs is None:
            return abs(grid.width), abs(grid.height)
        row = grid.top + (grid.rows // 2) * grid.height
        corner = Affine(grid.width, 0.0, grid.left, 0.0, grid.height, row)
        east, north = cell_steps_m(corner, (1, grid.columns), grid.crs)
        return float(east[0]), float(north[0])

    @property
    def days(self) -> tuple[date, ...]:
        """Days on which there is a scene, rising."""
        return tuple(sorted({each.scene.day for each in self.scenes}))

    @property
    def scene_ids(self) -> str:
        """Names of the scenes."""
        return ";".join(each.scene.scene_id for each in self.scenes)

    def of_day(self, day: date) -> list[OpenScene]:
        """
        List the scenes of a day.

        Parameters
        ----------
        day
            The day.

        Returns
        -------
        scenes
            One for each tile.
        """
        return [each for each in self.scenes if each.scene.day == day]

    def read_day(self, day: date, box: Box, *, clear: bool = True) -> NDArray[np.float64]:
        """
        Read a window of all scenes of a day; where tiles overlap the first that is clear counts.

        Parameters
        ----------
        day
            The day.
        box
            On the grid of the stack.
        clear
            Whether what the masks leave out is NaN.

        Returns
        -------
        values
            ``(5, rows, columns)``.
        """
        made: NDArray[np.float64] | None = None
        for each, (row, column) in zip(self.scenes, self.corners, strict=True):
            grid = each.raster.grid
            own = (box[0] - row, box[1] - row, box[2] - column, box[3] - column)
            beyond = own[1] <= 0 or own[3] <= 0 or own[0] >= grid.rows or own[2] >= grid.columns
            if each.scene.day != day or beyond:
                continue
            with reading_scene(each) as reader:
                values = reader.clear(own) if clear else reader.values(own)
            if made is None:
                made = values
                continue
            empty = np.isnan(made[0])
            made[:, empty] = values[:, empty]
        if made is None:
            return np.full((len(BANDS), box[1] - box[0], box[3] - box[2]), np.nan)
        return made


def stack_scenes(opened: Sequence[OpenScene]) -> list[SceneStack]:
    """
    Put scenes of one sensor and the same cells together (归并同格网影像).

    Parameters
    ----------
    opened
        Scenes, by date.

    Returns
    -------
    stacks
        Scenes that are cut out differently, and tiles of one zone, share a stack.
    """
    piles: dict[tuple[object, ...], list[OpenScene]] = {}
    for each in opened:
        piles.setdefault(_cells_key(each), []).append(each)
    return [_stack_of(pile) for pile in piles.values()]


def _cells_key(opened: OpenScene) -> tuple[object, ...]:
    """What scenes share whose cells are the same: sensor, CRS, size of cells, where they begin."""
    grid = opened.raster.grid
    phase = [
        round(start / size % 1.0 / _SAME_CELLS) % round(1.0 / _SAME_CELLS)
        for start, size in ((grid.left, grid.width), (grid.top, grid.height))
    ]
    size = (f"{grid.width:.9g}", f"{grid.height:.9g}")
    return (opened.scene.sensor, grid.crs.to_wkt() if grid.crs else "", *size, *phase)


def _stack_of(pile: list[OpenScene]) -> SceneStack:
    grids = [each.raster.grid for each in pile]
    first = grids[0]
    corners = np.array(
        [
            (round((g.top - first.top) / first.height), round((g.left - first.left) / first.width))
            for g in grids
        ]
    )
    stops = corners + np.array([(g.rows, g.columns) for g in grids])
    low, high = corners.min(axis=0), stops.max(axis=0)
    grid = replace(
        first,
        top=first.top + int(low[0]) * first.height,
        left=first.left + int(low[1]) * first.width,
        rows=int(high[0] - low[0]),
        columns=int(high[1] - low[1]),
    )
    places = tuple((int(row), int(column)) for row, column in corners - low)
    return SceneStack(replace(pile[0].raster, grid=grid), tuple(pile), places)
