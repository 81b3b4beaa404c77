"""Scenes opened and judged (影像核验): everything that is wrong with a list is told at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.imagery.scenes import BANDS
from yngis.catalogue.io.raster import RasterFile, open_raster, read_values, reading_raster
from yngis.errors import LayerError, Problem
from yngis.measure.storage import read_crs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray
    from pyproj import CRS
    from rasterio.io import DatasetReader

    from yngis.analysis.imagery.scenes import Scene
    from yngis.measure.raster_grid import RasterGrid

SCL_CLEAR: Final = (4, 5, 6, 7)
"""Scene classes of Sentinel-2 that count: vegetation, bare, water, unclassified."""

QA_CLOUDED: Final = 0b111111
"""Bits 0-5 of Landsat's QA_PIXEL: fill, dilated cloud, cirrus, cloud, shadow, snow."""

_LAND_NIR: Final = 0.10  # water and shadow lie below
_MOST_NEGATIVE: Final = 0.01
_MOST_BRIGHT: Final = 1.5
_SAMPLE: Final = 256
_OLD_QA: Final = 0.01
_FEW_DATES: Final = 12
_RAINY: Final = range(6, 11)
_RAW_LEVELS: Final = ("L1C", "L1", "L1T", "L1TP", "L1A", "TOA", "DN")


@dataclass(frozen=True, slots=True, eq=False)
class OpenScene:
    """
    A scene whose files were judged.

    Attributes
    ----------
    scene
        Its row.
    raster
        Its file.
    mask
        File of the mask; None where there is none, or it is a band of the file.
    mask_band
        Number of the mask's band.
    """

    scene: Scene
    raster: RasterFile
    mask: RasterFile | None
    mask_band: int


@dataclass(slots=True)
class SceneCheck:
    """
    What a list of scenes is worth (影像清单核验结果).

    Attributes
    ----------
    opened
        Scenes that can be used, by date.
    problems
        Why the list is refused.
    warnings
        What is told but does not stop.
    left_out
        Scenes after the day that evidence is asked for, and scenes that no parcel touches.
    """

    opened: list[OpenScene] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def check_scenes(
    scenes: Sequence[Scene],
    problems: Sequence[Problem] = (),
    *,
    as_of: date | None = None,
    bounds: tuple[float, float, float, float] | None = None,
    for_verdicts: bool = True,
) -> SceneCheck:
    """
    Judge scenes (核验影像), all faults at once.

    Parameters
    ----------
    scenes
        Rows of the list.
    problems
        Faults of rows that could not be read, told with the others.
    as_of
        Day of the evidence; later scenes are left out and told.
    bounds
        West, south, east and north of the parcels in CGCS2000 degrees.
    for_verdicts
        Whether cover is to be told from them: 8-bit pictures and L1C then are refused.

    Returns
    -------
    check
        Scenes opened, problems, warnings.
    """
    check = SceneCheck(problems=list(problems))
    for scene in sorted(scenes, key=lambda each: (each.day, each.path)):
        if as_of is not None and scene.day > as_of:
            check.left_out.append((scene.scene_id, "晚于截止日 / after as_of"))
            continue
        opened = _open_scene(scene, check.problems, for_verdicts=for_verdicts)
        if opened is None:
            continue
        if bounds is not None and not _touches(opened.raster.grid, bounds):
            check.left_out.append((scene.scene_id, "与宗地无重叠 / no overlap with the parcels"))
            continue
        check.opened.append(opened)
    _refuse_twice(check)
    if not check.opened and not check.problems:
        check.problems.append(
            Problem(
                "scenes.csv",
                "至少一景在截止日前且与宗地重叠 / one scene at least, before as_of, over parcels",
                "；".join(f"{name}: {why}" for name, why in check.left_out[:5]) or "0",
                "检查日期和坐标系 / check dates and CRS",
            )
        )
    check.warnings += _warnings(check.opened)
    return check


def _open_scene(scene: Scene, problems: list[Problem], *, for_verdicts: bool) -> OpenScene | None:
    where = f"scenes.csv：{scene.row} · {scene.path.rsplit('/', 1)[-1]}"
    before = len(problems)
    try:
        given = read_crs(scene.crs) if scene.crs else None
        raster = open_raster(scene.path, crs=given, where=where)
    except LayerError as error:
        problems += error.problems
        return None
    problems += _declared_faults(scene, raster, where, for_verdicts=for_verdicts)
    mask, band = None, 0
    try:
        if scene.mask_kind != "none":
            mask, band = _open_mask(scene, raster, where)
    except LayerError as error:
        problems += error.problems
    if len(problems) > before:
        return None
    opened = OpenScene(scene, raster, mask, band)
    try:
        problems += _value_faults(opened, where)
    except LayerError as error:
        problems += error.problems
    return opened if len(problems) == before else None


def _open_mask(scene: Scene, raster: RasterFile, where: str) -> tuple[RasterFile | None, int]:
    if scene.mask.startswith("band:"):
        number = scene.mask[5:]
        if number.isdecimal() and 1 <= int(number) <= raster.bands:
            return None, int(number)
        raise LayerError(
            Problem(
                f"{where} · mask", f"band:1 … band:{raster.bands}", scene.mask, "改正 / mend it"
            )
        )
    mask = open_raster(scene.mask, crs=raster.grid.crs, where=f"{where} · mask")
    if not _same_crs(mask.grid.crs, raster.grid.crs):
        raise LayerError(
            Problem(
                f"{where} · mask",
                "与影像同一坐标系 / the CRS of the scene",
                str(mask.grid.crs and mask.grid.crs.name),
                "掩膜按最近像元取值，不重投影 / masks are taken by nearest pixel, never warped",
            )
        )
    return mask, 1


def _same_crs(one: CRS | None, other: CRS | None) -> bool:
    return one is not None and other is not None and one.equals(other, ignore_axis_order=True)


def _declared_faults(
    scene: Scene, raster: RasterFile, where: str, *, for_verdicts: bool
) -> list[Problem]:
    faults = []
    if for_verdicts and any(
        raster.dtypes[n - 1] == "uint8" for n in scene.bands.values() if n <= raster.bands
    ):
        faults.append(
            Problem(
                where,
                "反射率（uint16、int16 或浮点） / reflectance",
                "uint8：拉伸过的图片 / a stretched picture",
                "用未拉伸的地表反射率产品 / take the surface reflectance that was not stretched",
            )
        )
    if for_verdicts and scene.level.upper() in _RAW_LEVELS:
        faults.append(
            Problem(
                f"{where} · level",
                "地表反射率 L2A、L2SP、SR / surface reflectance",
                scene.level,
                "先做大气校正，或下载 L2A / correct for the atmosphere, or take L2A",
            )
        )
    if scene.ask_offset and scene.offset_applied is None:
        faults.append(
            Problem(
                f"{where} · offset_applied",
                "yes 或 no：像元值是否已减去 1000 / whether -1000 was taken off",
                "空 / empty",
                "查产品的处理基线（04.00 起有偏移）再填写；程序不猜 / look it up; never guessed",
            )
        )
    if beyond := {name: n for name, n in scene.bands.items() if not 1 <= n <= raster.bands}:
        faults.append(
            Problem(
                f"{where} · bands",
                f"1 … {raster.bands}",
                str(beyond),
                "改正波段号 / mend the numbers",
            )
        )
    if scene.scale <= 0.0:
        faults.append(
            Problem(
                f"{where} · scale", "正数 / a positive number", f"{scene.scale:g}", "改正 / mend"
            )
        )
    return faults


def _value_faults(opened: OpenScene, where: str) -> list[Problem]:
    """Look at a sample of the cells."""
    parts, codes = [], []
    with ExitStack() as stack:
        source = stack.enter_context(reading_raster(opened.raster))
        mask = stack.enter_context(reading_raster(opened.mask)) if opened.mask else source
        for box in _sample_boxes(opened.raster.grid):
            parts.append(scaled_values(opened, source, box).reshape(len(BANDS), -1))
            if opened.scene.mask_kind == "qa_pixel":
                codes.append(_mask_codes(opened, mask, box).ravel())
    values = np.concatenate(parts, axis=1)
    blue, _, red, nir = values[:4]
    faults = []
    with np.errstate(invalid="ignore"):
        land = nir > _LAND_NIR
        negative = ((blue < 0.0) | (red < 0.0))[land]
    if negative.size and negative.mean() > _MOST_NEGATIVE:
        faults.append(
            Problem(
                where,
                "陆地像元的蓝、红反射率不为负 / blue and red of land not below 0",
                f"{negative.mean():.1%} 为负 / negative",
                "偏移量减了两次？核对 offset_applied 和 offset / was the offset taken twice?",
            )
        )
    seen = red[~np.isnan(red)]
    if seen.size and np.percentile(seen, 99) > _MOST_BRIGHT:
        faults.append(
            Problem(
                where,
                f"反射率的 99 % 分位不超过 {_MOST_BRIGHT} / p99 of reflectance",
                f"{np.percentile(seen, 99):.3g}",
                "scale 没有乘？核对 scale 和 offset / was scale forgotten?",
            )
        )
    if codes and _is_old_quality_band(np.concatenate(codes)):
        faults.append(
            Problem(
                f"{where} · mask",
                "Landsat Collection 2 的 QA_PIXEL / QA_PIXEL of Collection 2",
                "旧的 BQA 波段，位的含义不同 / the old BQA, whose bits mean other things",
                "下载 Collection 2 Level-2 / take Collection 2 Level-2",
            )
        )
    return faults


def _sample_boxes(grid: RasterGrid) -> list[tuple[int, int, int, int]]:
    """Nine windows over the picture, which are whole where it is small."""
    rows, columns = (
        sorted({int(place * max(size - _SAMPLE, 0)) for place in (0.0, 0.5, 1.0)})
        for size in (grid.rows, grid.columns)
    )
    return [
        (row, min(row + _SAMPLE, grid.rows), column, min(column + _SAMPLE, grid.columns))
        for row in rows
        for column in columns
    ]


def _is_old_quality_band(codes: NDArray[np.float64]) -> bool:
    """Tell the old BQA: in QA_PIXEL every cell that is no fill has both confidences set."""
    told = codes[~np.isnan(codes)].astype(np.int64)
    told = told[(told & 1) == 0]
    if not told.size:
        return False
    unset = (((told >> 8) & 3) == 0) | (((told >> 14) & 3) == 0)
    return bool(unset.mean() > _OLD_QA)


def scaled_values(
    opened: OpenScene, source: DatasetReader, box: tuple[int, int, int, int]
) -> NDArray[np.float64]:
    """
    Read reflectance, in the order of the names of bands; a band that is not there is NaN.

    Parameters
    ----------
    opened, source
        The scene, and its open file.
    box
        First row, stop row, first column, stop column.

    Returns
    -------
    values
        ``(5, rows, columns)``; NaN where there is none in any band.
    """
    scene = opened.scene
    names = [name for name in BANDS if name in scene.bands]
    raw = read_values(source, [scene.bands[name] for name in names], box)
    if scene.nodata is not None:
        raw[raw == scene.nodata] = np.nan
    raw[:, np.isnan(raw).any(axis=0)] = np.nan
    made = np.full((len(BANDS), *raw.shape[1:]), np.nan)
    made[: len(names)] = raw * scene.scale + scene.offset
    return made


def clear_values(
    opened: OpenScene,
    source: DatasetReader,
    mask: DatasetReader | None,
    box: tuple[int, int, int, int],
) -> NDArray[np.float64]:
    """
    Read reflectance of clear cells; what the mask leaves out is NaN.

    Parameters
    ----------
    opened, source, mask
        The scene, its open file, and that of its mask where it is another one.
    box
        First row, stop row, first column, stop column.

    Returns
    -------
    values
        ``(5, rows, columns)``.
    """
    values = scaled_values(opened, source, box)
    kind = opened.scene.mask_kind
    if kind == "none":
        return values
    codes = _mask_codes(opened, mask if mask is not None else source, box)
    known = ~np.isnan(codes)
    whole = np.where(known, codes, 0).astype(np.int64)
    if kind == "scl":
        clear = np.isin(whole, SCL_CLEAR)
    elif kind == "qa_pixel":
        clear = (whole & QA_CLOUDED) == 0
    else:
        clear = whole == 0
    values[:, ~(clear & known)] = np.nan
    return values


def _mask_codes(
    opened: OpenScene, source: DatasetReader, box: tuple[int, int, int, int]
) -> NDArray[np.float64]:
    """Codes of the mask at the cells of the scene, by nearest pixel."""
    if opened.mask is None:
        return read_values(source, [opened.mask_band], box).reshape(box[1] - box[0], -1)
    mine, other = opened.raster.grid, opened.mask.grid
    if (mine.left, mine.top, mine.width, mine.height, mine.rows, mine.columns) == (
        other.left, other.top, other.width, other.height, other.rows, other.columns,
    ):  # fmt: skip
        return read_values(source, [1], box).reshape(box[1] - box[0], -1)
    y = mine.top + (np.arange(box[0], box[1]) + 0.5) * mine.height
    x = mine.left + (np.arange(box[2], box[3]) + 0.5) * mine.width
    row = np.floor((y - other.top) / other.height).astype(int)
    column = np.floor((x - other.left) / other.width).astype(int)
    codes = np.full((len(row), len(column)), np.nan)
    rows = (row >= 0) & (row < other.rows)
    columns = (column >= 0) & (column < other.columns)
    if not (rows.any() and columns.any()):
        return codes
    low, high = row[rows].min(), row[rows].max() + 1
    west, east = column[columns].min(), column[columns].max() + 1
    held = read_values(source, [1], (int(low), int(high), int(west), int(east)))[0]
    codes[np.ix_(rows, columns)] = held[np.ix_(row[rows] - low, column[columns] - west)]
    return codes


def _touches(grid: RasterGrid, bounds: tuple[float, float, float, float]) -> bool:
    from pyproj import Transformer  # noqa: PLC0415

    if grid.crs is None:
        return False
    there = Transformer.from_crs(grid.crs, "EPSG:4490", always_xy=True)
    west, south, east, north = there.transform_bounds(*grid.bounds)
    return bool(west < bounds[2] and east > bounds[0] and south < bounds[3] and north > bounds[1])


def grid_key(grid: RasterGrid) -> tuple[object, ...]:
    """
    What makes two scenes lie on the same cells (同一格网).

    Parameters
    ----------
    grid
        Of a scene.

    Returns
    -------
    key
        Corner, cells and CRS.
    """
    name = grid.crs.to_wkt() if grid.crs else ""
    return (grid.left, grid.top, grid.width, grid.height, grid.rows, grid.columns, name)


def _refuse_twice(check: SceneCheck) -> None:
    seen = defaultdict(list)
    for each in check.opened:
        seen[each.scene.day, grid_key(each.raster.grid)].append(each.scene.row)
    check.problems += [
        Problem(
            f"scenes.csv：{'、'.join(map(str, rows))}",
            "同一日期、同一图幅只列一次 / a date and tile once",
            f"{day}",
            "只留一个 / keep one of them",
        )
        for (day, _), rows in seen.items()
        if len(rows) > 1
    ]


def _warnings(opened: Sequence[OpenScene]) -> list[str]:
    told = []
    if len({each.scene.offset_applied for each in opened if each.scene.ask_offset}) > 1:
        told.append(
            "Sentinel-2 的偏移量有的已减、有的未减：处理基线混用 / mixed processing baselines"
        )
    years = Counter(each.scene.day.year for each in opened)
    few = [f"{year}（{count}）" for year, count in sorted(years.items()) if count < _FEW_DATES]
    if few:
        told.append(
            f"一年不足 {_FEW_DATES} 个日期 / fewer than {_FEW_DATES} dates a year: {'、'.join(few)}"
        )
    rainy = {each.scene.day.year for each in opened if each.scene.day.month in _RAINY}
    if dry := sorted(set(years) - rainy):
        told.append(
            "没有 6—10 月的影像，植被与裸地难分 / no date in June–October: "
            f"{'、'.join(map(str, dry))}"
        )
    return told
