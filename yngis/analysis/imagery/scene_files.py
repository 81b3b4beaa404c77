"""Scenes opened and judged (影像核验): everything that is wrong with a list is told at once."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.imagery.sample_faults import look_at_values
from yngis.analysis.imagery.scene_reading import (
    OpenBand,
    OpenScene,
    SceneReader,
    reading_scene,
    stack_scenes,
)
from yngis.analysis.imagery.scenes import BANDS, day_in_name
from yngis.catalogue.io.raster import RasterFile, open_raster
from yngis.errors import LayerError, Problem
from yngis.measure.storage import read_crs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pyproj import CRS, Transformer

    from yngis.analysis.imagery.scenes import Scene
    from yngis.measure.raster_grid import RasterGrid

_SAMPLE: Final = 256
_FEW_DATES: Final = 12
_RAINY: Final = range(6, 11)
_RAW_LEVELS: Final = ("L1C", "L1", "L1T", "L1TP", "L1A", "TOA", "DN")
_WORDS: Final = {
    "blue": ("blue", "蓝"), "green": ("green", "绿"), "red": ("red", "红"),
    "nir": ("nir", "近红"), "swir": ("swir", "短波红"),
}  # fmt: skip


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
    seen: dict[str, list[OpenScene]] = field(default_factory=dict)
    """Scenes by the checksum of a sample of their cells."""


def check_scenes(
    scenes: Sequence[Scene],
    problems: Sequence[Problem] = (),
    *,
    as_of: date | None = None,
    bounds: tuple[float, float, float, float] | None = None,
    for_verdicts: bool = True,
    allow_remote: bool = False,
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
    allow_remote
        Whether files may be URLs or virtual paths of GDAL.

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
        opened = _open_scene(scene, check, for_verdicts=for_verdicts, allow_remote=allow_remote)
        if opened is None:
            continue
        if bounds is not None and not _grid_touches_bounds(opened.raster.grid, bounds):
            check.left_out.append((scene.scene_id, "与宗地无重叠 / no overlap with the parcels"))
            continue
        check.opened.append(opened)
    _refuse_twice(check)
    _refuse_same_cells(check)
    if not check.opened and not check.problems:
        check.problems.append(
            Problem(
                "scenes.csv",
                "至少一景在截止日前且与宗地重叠 / one scene at least, before as_of, over parcels",
                "；".join(f"{name}: {why}" for name, why in check.left_out[:5]) or "0",
                "检查日期和坐标系 / check dates and CRS",
            )
        )
    check.warnings += _warnings_about_scenes(check.opened)
    return check


def _open_scene(
    scene: Scene, check: SceneCheck, *, for_verdicts: bool, allow_remote: bool
) -> OpenScene | None:
    where = f"scenes.csv：{scene.row} · {_base_name(scene.path)}"
    problems: list[Problem] = []
    try:
        given = read_crs(scene.crs) if scene.crs else None
        files = {
            path: open_raster(
                path, crs=given, where=_file_place(where, scene, path), allow_remote=allow_remote
            )
            for path in dict.fromkeys(band.path for band in scene.bands.values())
        }
    except LayerError as error:
        check.problems += error.problems
        return None
    bands: dict[str, OpenBand] = {
        str(name): OpenBand(files[scene.bands[name].path], scene.bands[name].number)
        for name in BANDS
        if name in scene.bands
    }
    problems += _declared_faults(scene, bands, where, for_verdicts=for_verdicts)
    problems += _band_faults(scene, bands, where)
    mask = None
    try:
        if scene.mask_kind != "none":
            mask = _open_mask(scene, bands["red"].raster, where, allow_remote=allow_remote)
    except LayerError as error:
        problems += error.problems
    if not problems:
        opened = OpenScene(scene, bands, mask)
        try:
            with reading_scene(opened) as reader:
                problems += _sampled_faults(opened, reader, check, where)
        except LayerError as error:
            problems += error.problems
    check.problems += problems
    return None if problems else opened


def _base_name(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def _file_place(where: str, scene: Scene, path: str) -> str:
    return where if path == scene.path else f"{where} · {_base_name(path)}"


def _open_mask(scene: Scene, raster: RasterFile, where: str, *, allow_remote: bool) -> OpenBand:
    if scene.mask.startswith("band:"):
        number = scene.mask[5:]
        if number.isdecimal() and 1 <= int(number) <= raster.bands:
            return OpenBand(raster, int(number))
        raise LayerError(
            Problem(
                f"{where} · mask", f"band:1 … band:{raster.bands}", scene.mask, "改正 / mend it"
            )
        )
    mask = open_raster(
        scene.mask, crs=raster.grid.crs, where=f"{where} · mask", allow_remote=allow_remote
    )
    if not _same_crs(mask.grid.crs, raster.grid.crs):
        raise LayerError(
            Problem(
                f"{where} · mask",
                "与影像同一坐标系 / the CRS of the scene",
                str(mask.grid.crs and mask.grid.crs.name),
                "掩膜按最近像元取值，不重投影 / masks are taken by nearest pixel, never warped",
            )
        )
    if scene.mask_kind == "binary" and mask.nodata[0] == 0:
        raise LayerError(
            Problem(
                f"{where} · mask",
                "binary：0 为晴空 / 0 is clear",
                "该文件把 0 声明为无数据 / the file declares 0 as nodata",
                "gdal_edit.py -unsetnodata，或换掩膜 / take the declaration off, or another mask",
            )
        )
    return OpenBand(mask, 1)


def _same_crs(one: CRS | None, other: CRS | None) -> bool:
    return one is not None and other is not None and one.equals(other, ignore_axis_order=True)


def _declared_faults(
    scene: Scene, bands: dict[str, OpenBand], where: str, *, for_verdicts: bool
) -> list[Problem]:
    faults = []
    held = {name: band for name, band in bands.items() if 1 <= band.number <= band.raster.bands}
    if for_verdicts and any(
        band.raster.dtypes[band.number - 1] in {"uint8", "int8"} for band in held.values()
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
    if beyond := {name: band.number for name, band in bands.items() if name not in held}:
        most = {name: bands[name].raster.bands for name in beyond}
        faults.append(
            Problem(f"{where} · bands", f"1 … {most}", str(beyond), "改正波段号 / mend the numbers")
        )
    if scene.scale <= 0.0:
        faults.append(
            Problem(
                f"{where} · scale", "正数 / a positive number", f"{scene.scale:g}", "改正 / mend"
            )
        )
    return faults


def _band_faults(scene: Scene, bands: dict[str, OpenBand], where: str) -> list[Problem]:
    """What the files say of themselves against the list: cells, names and scale of the bands."""
    faults = []
    grids = {name: band.raster.grid for name, band in bands.items()}
    if strange := [n for n in BANDS[1:] if n in grids and not _fits(grids[n], grids["blue"], n)]:
        faults.append(
            Problem(
                f"{where} · bands",
                "各波段同一坐标系、同一格网，短波红外可粗 / one CRS and the same cells; swir may "
                "be coarser",
                f"不同 / different: {'、'.join(strange)}",
                "取同一分辨率的产品 / take the product of one resolution",
            )
        )
    for name, band in bands.items():
        if not 1 <= band.number <= band.raster.bands:
            continue
        told = band.raster.names[band.number - 1].lower()
        said = [key for key, words in _WORDS.items() if any(word in told for word in words)]
        if said and name not in said and not (name == "nir" and said == ["red"]):
            faults.append(
                Problem(
                    f"{where} · bands",
                    f"{name}={band.number}",
                    f"文件中该波段名为 / the file calls it: {band.raster.names[band.number - 1]}",
                    "改正波段号 / mend the number",
                )
            )
        scale = band.raster.scales[band.number - 1]
        if scale != (1.0, 0.0) and not np.allclose(scale, (scene.scale, scene.offset), rtol=1e-6):
            faults.append(
                Problem(
                    f"{where} · scale、offset",
                    f"清单 / the list: × {scene.scale:g} + {scene.offset:g}",
                    f"文件声明 / the file declares: × {scale[0]:g} + {scale[1]:g}（{name}）",
                    "核对后改清单；已减偏移写 offset_applied=yes / mend the list; an offset that "
                    "the file still declares was not applied",
                )
            )
            break
    return faults


def _fits(grid: RasterGrid, blue: RasterGrid, name: str) -> bool:
    if not _same_crs(grid.crs, blue.crs):
        return False
    cells = (grid.left, grid.top, grid.width, grid.height, grid.rows, grid.columns)
    own = (blue.left, blue.top, blue.width, blue.height, blue.rows, blue.columns)
    coarser = abs(grid.width) > abs(blue.width) * (1 + 1e-9)
    return bool(np.allclose(cells, own, rtol=1e-12, atol=1e-9)) or (name == "swir" and coarser)


def _sampled_faults(
    opened: OpenScene, reader: SceneReader, check: SceneCheck, where: str
) -> list[Problem]:
    """Look at a sample of the cells."""
    parts, codes = [], []
    for box in _sample_boxes(opened.raster.grid):
        parts.append(reader.values(box).reshape(len(BANDS), -1))
        codes.append(reader.codes(box).ravel())
    values = np.concatenate(parts, axis=1)
    faults, warnings = look_at_values(values, np.concatenate(codes), opened.scene.mask_kind, where)
    check.warnings += warnings
    if reader.blank_cells:
        check.warnings.append(
            f"{where}：{reader.blank_cells:,} 个抽样像元各波段都是 0 或 -9999 之类，没有声明为"
            "空值，按无数据计 / cells that hold a filling in every band count as no data"
        )
    red = values[2][~np.isnan(values[2])]
    if red.size and red.min() < red.max():
        told = hashlib.sha256(np.nan_to_num(values, nan=-9.0).tobytes()).hexdigest()
        check.seen.setdefault(told, []).append(opened)
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


def _grid_touches_bounds(grid: RasterGrid, bounds: tuple[float, float, float, float]) -> bool:
    if grid.crs is None:
        return False
    west, south, east, north = _way_to_degrees(grid.crs).transform_bounds(*grid.bounds)
    return bool(west < bounds[2] and east > bounds[0] and south < bounds[3] and north > bounds[1])


@lru_cache(maxsize=16)
def _way_to_degrees(crs: CRS) -> Transformer:
    """Scenes of a list share few CRS, and making a transformer takes longer than looking at one."""
    from pyproj import Transformer  # noqa: PLC0415

    return Transformer.from_crs(crs, "EPSG:4490", always_xy=True)


def _refuse_twice(check: SceneCheck) -> None:
    seen = defaultdict(list)
    for each in check.opened:
        grid = each.raster.grid
        cells = (grid.left, grid.top, grid.width, grid.height, grid.rows, grid.columns)
        seen[each.scene.day, *cells, grid.crs and grid.crs.to_wkt()].append(each.scene)
    check.problems += [
        Problem(
            f"scenes.csv：{'、'.join(str(scene.row) for scene in scenes)}",
            "同一日期、同一图幅只列一次 / a date and tile once",
            f"{scenes[0].day}",
            "只留一个 / keep one of them",
        )
        for scenes in seen.values()
        if len(scenes) > 1
    ]


def _refuse_same_cells(check: SceneCheck) -> None:
    """Refuse one picture under two dates: it would count as two observations."""
    for same in check.seen.values():
        if len({each.scene.day for each in same}) > 1:
            check.problems.append(
                Problem(
                    f"scenes.csv：{'、'.join(str(each.scene.row) for each in same)}",
                    "不同日期的像元不同 / other cells on another date",
                    "像元完全相同：一景列了两个日期？ / the same cells: one scene under two dates?",
                    "改正路径或日期 / mend path or date",
                )
            )


def _warnings_about_scenes(opened: Sequence[OpenScene]) -> list[str]:
    told = [
        f"第 {each.scene.row} 行日期 {each.scene.day}，文件名中是 {stamps} / the name of the file "
        "holds another day"
        for each in opened
        if (stamps := day_in_name(each.scene))
    ]
    told += _split_grids(opened)
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


def _split_grids(opened: Sequence[OpenScene]) -> list[str]:
    """Tell sensors whose scenes do not share their cells: their dates do not add up."""
    by_place = defaultdict(list)
    for stack in stack_scenes(opened):
        crs = stack.grid.crs
        by_place[stack.scenes[0].scene.sensor, crs and crs.name].append(len(stack.days))
    return [
        f"{sensor}（{crs}）的影像分属 {len(days)} 种格网（各 {'、'.join(map(str, days))} 个日期），"
        "日期不相加；重采样到同一格网可合用 / grids that do not share their cells: dates of each "
        "count apart"
        for (sensor, crs), days in by_place.items()
        if len(days) > 1
    ]
