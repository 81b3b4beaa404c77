"""Rasters that a user names (栅格): judged before they are read, all faults at once."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.dataset_checks import refuse_pointers
from yngis.errors import LayerError, Problem
from yngis.measure.datum_names import declares_shifted
from yngis.measure.raster_grid import RasterGrid
from yngis.measure.reference import crs_fault

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

# Formats that hold the cells themselves, by how they begin: the suffix does not count.
_STARTS: Final = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",
    b"MM\0+": "GTiff",
    b"\0\0\0\x0cjP": "JP2OpenJPEG",
    b"\xff\x4f\xff\x51": "JP2OpenJPEG",
}

_ALONE: Final = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}
_CACHE: Final = 64 << 20  # bytes of blocks that GDAL keeps: tiles are read once
_HEAD: Final = 65_536
_REMOTE: Final = re.compile(r"https?://|s3://|gs://|az://|[/\\]vsi", re.IGNORECASE)
_SAVE: Final = "另存为正北的 GeoTIFF / save it as a north-up GeoTIFF"


@dataclass(frozen=True, slots=True)
class RasterFile:
    """
    A raster that was judged and can be read (已核验的栅格).

    Attributes
    ----------
    path
        Absolute path; the address of a remote one.
    grid
        Its cells.
    bands
        How many bands there are.
    dtypes
        Types of the bands.
    block
        Rows and columns that lie together in the file.
    nodata
        Values that mean there is none, by band; None where a band declares none.
    scaled
        Whether a band declares a scale or an offset, which reading applies.
    names
        Descriptions of the bands, empty where there is none.
    scales
        Scale and offset that each band declares.
    """

    path: Path | str
    grid: RasterGrid
    bands: int
    dtypes: tuple[str, ...]
    block: tuple[int, int]
    nodata: tuple[float | None, ...]
    scaled: bool
    names: tuple[str, ...]
    scales: tuple[tuple[float, float], ...] = ()


def open_raster(
    path: str | os.PathLike[str],
    *,
    crs: CRS | None = None,
    where: str | None = None,
    allow_remote: bool = False,
) -> RasterFile:
    """
    Judge a raster before anything is read of it (核验栅格).

    Parameters
    ----------
    path
        Local file: GeoTIFF (by content, whatever its suffix), JPEG 2000 or SRTM ``.hgt``.
    crs
        CRS of a raster that declares none.
    where
        What the message calls it; the path if left out.
    allow_remote
        Whether it may be a URL or a virtual path of GDAL (``/vsi…``).

    Returns
    -------
    raster
        What reading needs to know.

    Raises
    ------
    LayerError
        If it is a URL that was not allowed or a description that points to other data, cannot be
        read, has no CRS, an old or a shifted datum (GCJ-02), a rotated grid, no place on the
        ground, or holds complex numbers; names every fault.
    """
    import rasterio  # noqa: PLC0415 - takes as long as the rest of the package

    told = where or str(path)
    place = str(path) if allow_remote and is_remote(path) else _local_raster(path, told)
    try:
        with warnings.catch_warnings():
            # A raster without a place is refused below in our own words.
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            with _open_dataset_alone(place) as source:
                return _judge_raster_source(source, place, crs, told)
    except (rasterio.errors.RasterioError, CRSError, ValueError) as error:
        found = " ".join(str(error).split())[:200]
        raise _raster_fault(
            told, "GeoTIFF、JPEG 2000 或 .hgt 栅格 / such a raster", found, _SAVE
        ) from None


def is_remote(path: str | os.PathLike[str]) -> bool:
    """
    Tell a URL or a virtual path of GDAL (网址或虚拟路径).

    Parameters
    ----------
    path
        As the user wrote it.

    Returns
    -------
    remote
        Whether it lies elsewhere.
    """
    return _REMOTE.match(str(path)) is not None


def _local_raster(path: str | os.PathLike[str], where: str) -> Path:
    place = local_path(path)
    if not place.is_file():
        raise _raster_fault(where, "栅格文件 / a raster file", "文件夹 / a folder", _SAVE)
    with place.open("rb") as file:
        refuse_pointers(place, file.read(_HEAD))
    return place


@contextmanager
def reading_raster(raster: RasterFile) -> Iterator[DatasetReader]:
    """
    Open a judged raster (打开栅格); a thread opens its own.

    Parameters
    ----------
    raster
        What :func:`open_raster` gave.

    Yields
    ------
    source
        The open dataset.
    """
    with _open_dataset_alone(raster.path) as source:
        yield source


@contextmanager
def _open_dataset_alone(path: Path | str) -> Iterator[DatasetReader]:
    """Open a dataset alone: no file beside it, nor one that it names."""
    import rasterio  # noqa: PLC0415

    with (
        rasterio.Env(**_ALONE, GDAL_CACHEMAX=_CACHE),
        rasterio.open(path, driver=_driver_of(path), sharing=False) as source,
    ):
        yield source


def _driver_of(path: Path | str) -> str:
    """Tell the format by content; a text of another kind in a .tif is no raster."""
    if isinstance(path, str):
        return "JP2OpenJPEG" if path.lower().split("?")[0].endswith((".jp2", ".j2k")) else "GTiff"
    with path.open("rb") as file:
        head = file.read(8)
    for start, driver in _STARTS.items():
        if head.startswith(start):
            return driver
    if path.suffix.lower() == ".hgt":
        return "SRTMHGT"
    raise _raster_fault(
        str(path),
        "GeoTIFF、JPEG 2000 或 .hgt 栅格 / such a raster",
        "内容是别的格式 / content of another kind",
        _SAVE,
    )


class StoredCells(NamedTuple):
    """
    A window of cells as they are stored (原始像元), and what they mean.

    Attributes
    ----------
    cells
        ``(bands, rows, columns)``, in the number type of the file.
    masks
        0 where a mask or an alpha band says that there is no value, of the same shape; None where
        no band has one.
    meaning
        Nodata (NaN where a band declares none), scale and offset of each band, ``(bands, 3)``.
    """

    cells: NDArray[np.generic]
    masks: NDArray[np.uint8] | None
    meaning: NDArray[np.float64]

    def values(self) -> NDArray[np.float64]:
        """
        Turn cells into numbers (转为数值).

        Returns
        -------
        values
            ``(bands, rows, columns)``, NaN where there is no value.
        """
        values: NDArray[np.float64] = self.cells.astype(np.float64)
        for k, (none, scale, offset) in enumerate(self.meaning):
            if not np.isnan(none):
                values[k][values[k] == none] = np.nan
            if self.masks is not None:
                values[k][self.masks[k] == 0] = np.nan
            if (scale, offset) != (1.0, 0.0):
                values[k] = values[k] * scale + offset
        return values


def read_values(
    source: DatasetReader,
    bands: Sequence[int],
    box: tuple[int, int, int, int],
    *,
    declared_scale: bool = True,
) -> NDArray[np.float64]:
    """
    Read a window as numbers, NaN where there is no value (读取窗口).

    Parameters
    ----------
    source
        Open dataset.
    bands
        Numbers of the bands, from 1.
    box
        First row, stop row, first column, stop column.
    declared_scale
        Whether a scale and an offset that a band declares are applied.

    Returns
    -------
    values
        ``(bands, rows, columns)``. No value is what equals the band's nodata, what a mask or an
        alpha band leaves out, and NaN.

    Raises
    ------
    LayerError
        If the file ends or breaks in the middle.
    """
    return read_stored(source, bands, box, declared_scale=declared_scale).values()


def read_stored(
    source: DatasetReader,
    bands: Sequence[int],
    box: tuple[int, int, int, int],
    *,
    declared_scale: bool = True,
) -> StoredCells:
    """
    Read a window as it is stored (读取原始像元).

    Parameters
    ----------
    source
        Open dataset.
    bands
        Numbers of the bands, from 1.
    box
        First row, stop row, first column, stop column.
    declared_scale
        Whether a scale and an offset that a band declares are told; else 1 and 0.

    Returns
    -------
    stored
        Cells with their masks and their meaning.

    Raises
    ------
    LayerError
        If the file ends or breaks in the middle.
    """
    import rasterio  # noqa: PLC0415
    from rasterio.enums import MaskFlags  # noqa: PLC0415
    from rasterio.windows import Window  # noqa: PLC0415

    window = Window.from_slices((box[0], box[1]), (box[2], box[3]))
    meaning = np.tile((np.nan, 1.0, 0.0), (len(bands), 1))
    masks: NDArray[np.uint8] | None = None
    try:
        cells = source.read(list(bands), window=window)
        for k, band in enumerate(bands):
            nodata = source.nodatavals[band - 1]
            flags = source.mask_flag_enums[band - 1]
            if MaskFlags.per_dataset in flags or MaskFlags.alpha in flags:
                masks = np.ones(cells.shape, dtype=np.uint8) if masks is None else masks
                masks[k] = source.read_masks(band, window=window)
            elif nodata is not None:
                meaning[k, 0] = round_as_stored(nodata, cells.dtype)
            if declared_scale:
                meaning[k, 1:] = source.scales[band - 1], source.offsets[band - 1]
    except rasterio.errors.RasterioError as error:
        raise _raster_fault(
            str(source.name),
            "完整的栅格 / a whole raster",
            " ".join(str(error.__cause__ or error).split())[:200],
            "重新下载或导出 / download or export it again",
        ) from None
    return StoredCells(cells, masks, meaning)


def round_as_stored(nodata: float, dtype: np.dtype) -> float:
    """
    Round nodata as the cells are: -3.4e38 as a double is no single-precision number.

    Parameters
    ----------
    nodata
        As it is declared.
    dtype
        Type of the cells.

    Returns
    -------
    nodata
        The value that the cells hold.
    """
    return float(np.float32(nodata)) if dtype == np.float32 else nodata


def _judge_raster_source(
    source: DatasetReader, path: Path | str, given: CRS | None, where: str
) -> RasterFile:
    crs = CRS.from_user_input(source.crs.to_wkt()) if source.crs else given
    if faults := [*_crs_faults(source, crs, where), *_grid_faults(source, where)]:
        raise LayerError(faults)
    grid = RasterGrid.of(source.transform, source.shape, crs)
    return RasterFile(
        path,
        grid,
        source.count,
        tuple(source.dtypes),
        source.block_shapes[0],
        tuple(source.nodatavals),
        set(zip(source.scales, source.offsets, strict=True)) != {(1.0, 0.0)},
        tuple(name or "" for name in source.descriptions),
        tuple(zip(source.scales, source.offsets, strict=True)),
    )


def _crs_faults(source: DatasetReader, crs: CRS | None, where: str) -> list[Problem]:
    words = " ".join(
        [crs.name if crs else "", *map(str, source.tags().values()), *map(str, source.tags())]
    )
    faults = []
    if declares_shifted(words):
        faults.append(
            Problem(
                where,
                "CGCS2000 或 WGS84 / CGCS2000 or WGS84",
                "声明为 GCJ-02 或 BD-09（偏移坐标） / it declares a shifted map datum",
                "用未加偏移的原始影像：栅格不能逐点纠偏 / take the original, not shifted, image: "
                "a raster cannot be shifted back cell by cell",
            )
        )
    if crs is None:
        faults.append(
            Problem(
                where,
                "已声明坐标系 / a declared CRS",
                "无 / none",
                "用 --raster-crs 给出 EPSG 代码，或 gdal_edit -a_srs 写入 / "
                "give its EPSG code with --raster-crs, or write it with gdal_edit -a_srs",
            )
        )
    elif fault := crs_fault(crs, where):
        faults.append(fault)
    return faults


def _grid_faults(source: DatasetReader, where: str) -> list[Problem]:
    grid = source.transform
    faults = []
    if grid.is_identity or source.gcps[0]:
        faults.append(
            ("有地面位置的格网 / cells with a place on the ground", "没有仿射变换 / none")
        )
    elif grid.b or grid.d or not grid.a or not grid.e:
        faults.append(("正北格网 / a north-up grid", f"旋转格网 / rotated: {tuple(grid)[:6]}"))
    if any("complex" in kind for kind in source.dtypes):
        faults.append(("实数波段 / bands of real numbers", f"{source.dtypes[0]}"))
    if source.count == 0:
        faults.append(("至少一个波段 / one band at least", "0"))
    return [Problem(where, promised, found, _SAVE) for promised, found in faults]


def _raster_fault(where: str, promised: str, found: str, mend: str) -> LayerError:
    return LayerError(Problem(where, promised, found, mend))
