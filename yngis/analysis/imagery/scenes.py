"""The list of scenes (影像清单): one row per file and date, completed by the sensor's preset."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.raster import is_remote
from yngis.catalogue.io.side_files import read_named_rows
from yngis.catalogue.tables.values.days import read_day
from yngis.errors import LayerError, Problem

COLUMNS: Final = (
    "path", "date", "sensor", "level", "bands", "scale", "offset", "offset_applied", "nodata",
    "mask", "mask_kind", "crs", "registration_m", "source", "licence", "secrecy",
)  # fmt: skip
"""Columns of ``scenes.csv``."""

_HEADS: Final = {
    word: name
    for name, words in {
        "path": "路径 文件 文件路径 影像 影像文件 影像路径 文件名",
        "date": "日期 成像日期 成像时间 拍摄日期 拍摄时间 获取日期 获取时间 时相 影像日期",
        "sensor": "传感器 卫星 卫星传感器 数据类型 影像类型",
        "level": "级别 产品级别 处理级别", "bands": "波段 波段号 波段顺序",
        "scale": "比例 比例系数 缩放 缩放系数 尺度因子", "offset": "偏移 偏移量",
        "offset_applied": "已减偏移 是否已减偏移 偏移已减", "nodata": "空值 无效值 无数据值",
        "mask": "掩膜 云掩膜 掩膜文件", "mask_kind": "掩膜类型 云掩膜类型",
        "crs": "坐标系 坐标系统", "registration_m": "配准误差 定位误差 配准精度",
        "source": "来源 数据来源", "licence": "许可 许可证 使用许可", "secrecy": "密级 涉密等级",
    }.items()
    for word in words.split()
}  # fmt: skip
_IN_BRACKETS: Final = re.compile(r"\s*[(（\[【][^)）\]】]*[)）\]】]\s*$")

BANDS: Final = ("blue", "green", "red", "nir", "swir")
"""Names of bands that evidence uses; the last one is not asked for."""

MASKS: Final = ("scl", "qa_pixel", "binary", "none")
"""Kinds of mask: Sentinel-2 scene classes, Landsat bits, anything but 0 is cloud, no mask."""

_YES: Final = {"yes", "true", "1", "是", "已减", "y"}
_NO: Final = {"no", "false", "0", "否", "未减", "n"}
_MOST_ROWS: Final = 10_000
# Names of files may hold blanks: a value ends where the next name begins.
_BAND: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.+?)(?=[\s,;，；]+[A-Za-z][A-Za-z0-9_]*\s*=|[\s,;，；]*$)"
)
_PATTERN: Final = re.compile(r"[*?\[]")
_STAMP: Final = re.compile(
    r"(?<!\d)(20\d{2})[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d{3})"
)


class BandFile(NamedTuple):
    """
    Where a band lies (波段所在).

    Attributes
    ----------
    path
        Its file.
    number
        Number of the band in it, from 1.
    """

    path: str
    number: int


@dataclass(frozen=True, slots=True)
class Scene:
    """
    One file of one date (一景).

    Attributes
    ----------
    row
        Row in the list, from 2.
    path, day, sensor, level
        The file, its date, the sensor's preset, the level of processing.
    bands
        File and number of each named band.
    scale, offset
        Reflectance is the cell times ``scale`` plus ``offset``, which is 0 where it was applied
        already.
    offset_applied
        What the row says; None where it says nothing.
    nodata
        Value of no data besides the file's own.
    mask, mask_kind
        File of the mask, or ``band:N`` of the scene's file, and its kind.
    registration_m
        Error of position [m].
    resolution_m
        Of the preset [m].
    crs, source, licence, secrecy
        As the row says.
    """

    row: int
    path: str
    day: date
    sensor: str
    level: str
    bands: dict[str, BandFile]
    scale: float
    offset: float
    offset_applied: bool | None
    nodata: float | None
    mask: str
    mask_kind: str
    registration_m: float
    resolution_m: float
    crs: str
    source: str
    licence: str
    secrecy: str
    ask_offset: bool = field(default=False)

    @property
    def scene_id(self) -> str:
        """Name of the scene in every table."""
        return f"{self.day.isoformat()}_{Path(self.path).stem}"


@cache
def sensor_presets() -> dict[str, dict[str, Any]]:
    """
    Presets of sensors (传感器预设), by name.

    Returns
    -------
    presets
        Level, bands, scale, offset, nodata and kind of mask of each.
    """
    text = files("yngis.analysis.imagery").joinpath("presets.yml").read_text("utf-8")
    told: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return told


def read_scenes(path: str | Path) -> tuple[list[Scene], list[Problem]]:
    """
    Read a list of scenes (读取影像清单).

    Parameters
    ----------
    path
        CSV with the columns of :data:`COLUMNS`; paths in it count from its folder.

    Returns
    -------
    scenes
        Rows that could be read.
    problems
        Faults of the others, row by row.

    Raises
    ------
    LayerError
        If it is no such table.
    """
    home = local_path(path)
    rows = read_named_rows(home)
    rows = [_with_known_heads(row) for row in rows]
    heads = {name for name in rows[0] if name is not None} if rows else set()
    missing = [name for name in ("path", "date", "sensor") if name not in heads]
    strange = sorted(heads - {*COLUMNS})
    if missing or strange or not rows or len(rows) > _MOST_ROWS:
        found = f"缺 / missing: {missing}；多 / unknown: {strange}；{len(rows)} 行 / rows"
        mend = did_you_mean(strange[0], COLUMNS) if strange else "补上 / add them"
        raise LayerError(Problem(str(path), ",".join(COLUMNS), found, mend))
    scenes: list[Scene] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        told = {(k or ""): (v or "").strip() for k, v in row.items() if isinstance(v, str)}
        if not any(told.values()):
            continue
        reader = _RowReader(f"{home.name}：{number}", told, home.parent)
        # Cells beyond the header stand under none.
        if more := [cell for key, cell in row.items() if key is None]:
            reader.refuse_more_cells(more[0])
        scene = reader.scene(number)
        problems += reader.problems
        if scene is not None:
            scenes.append(scene)
    return scenes, problems


def _with_known_heads(row: dict[str, Any]) -> dict[str, Any]:
    """Cells of a row under the columns of the list, whose heads may be Chinese or in capitals."""
    made: dict[str, Any] = {}
    for head, cell in row.items():
        plain = _IN_BRACKETS.sub("", (head or "").strip())
        name = _HEADS.get(plain, plain.casefold() if plain.casefold() in COLUMNS else plain)
        # Two heads of one column: the second stays strange, and is told.
        made[None if head is None else (head if name in made else name)] = cell
    return made


class _RowReader:
    """Reads one row, gathering its faults."""

    def __init__(self, where: str, told: dict[str, str], home: Path) -> None:
        self.where, self.told, self.home = where, told, home
        self.problems: list[Problem] = []
        self.preset: dict[str, Any] = {}

    def scene(self, number: int) -> Scene | None:
        """Make the scene; None where the row cannot be read."""
        told = self.told
        self.preset = self._preset()
        day = self._day()
        path = _path_beside_list(self.home, told.get("path", ""))
        folder = Path(path) if path and not is_remote(path) and Path(path).is_dir() else None
        bands = self._bands(path, folder)
        applied = self._truth("offset_applied")
        scale, offset = self._number("scale", 1.0), self._number("offset", 0.0)
        kind = told.get("mask_kind") or str(self.preset.get("mask_kind", "none"))
        if kind not in MASKS:
            self._fault("mask_kind", "、".join(MASKS), kind, did_you_mean(kind, MASKS))
        mask = self._mask(kind, folder)
        if not path and not bands:
            self._fault("path", "影像文件 / file of the scene", "空 / empty", "补上 / add it")
        nodata = self._number("nodata", None)
        shift = self._number("registration_m", 0.0)
        if shift is not None and shift < 0.0:
            self._fault("registration_m", "≥ 0", f"{shift:g}", "改正 / mend it")
        if self.problems or day is None:
            return None
        return Scene(
            number, path or bands["red"].path, day, told["sensor"],
            told.get("level") or str(self.preset.get("level", "")), bands, float(scale or 0.0),
            0.0 if applied else float(offset or 0.0), applied, nodata, mask, kind,
            float(shift or 0.0), float(self.preset.get("resolution_m", 10.0)), told.get("crs", ""),
            told.get("source", ""), told.get("licence", ""), told.get("secrecy", ""),
            ask_offset=bool(self.preset.get("ask_offset")),
        )  # fmt: skip

    def refuse_more_cells(self, more: object) -> None:
        """Tell cells beyond the header: a comma within bands moves all that follow."""
        self._fault(
            "列数 / cells", "与表头一样多 / as many as headers", f"多 / more: {more}",
            "bands 各项用空格分开，或整格加引号 / part bands by blanks, or quote the cell",
        )  # fmt: skip

    def _preset(self) -> dict[str, Any]:
        presets, sensor = sensor_presets(), self.told.get("sensor", "")
        # S2-L2A and S2_L2A are the preset s2_l2a.
        plain = re.sub(r"[\s-]+", "_", sensor.casefold())
        if plain in presets:
            self.told["sensor"] = plain
            return presets[plain]
        self._fault("sensor", "、".join(presets), sensor, did_you_mean(sensor, list(presets)))
        return {}

    def _day(self) -> date | None:
        text = self.told.get("date", "")
        read = read_day(text)
        if isinstance(read, date):
            return read
        self._fault(
            "date", "完整的年月日 / a whole day: YYYY-MM-DD", text or "空 / empty",
            "例如 / such as 2025-03-01",
        )  # fmt: skip
        return None

    def _bands(self, path: str, folder: Path | None) -> dict[str, BandFile]:
        text = self.told.get("bands", "")
        if not text and folder is not None:
            wanted = {**self.preset.get("files", {})}
            wanted.pop("mask", None)
        else:
            text = text or str(self.preset.get("bands", ""))
            wanted = {}
            for name, value in _BAND.findall(text):
                if name.lower() in wanted:
                    self._fault(
                        "bands", "每个波段一次 / each band once", text, f"{name} 两次 / twice"
                    )
                wanted[name.lower()] = value.strip()
        missing = [name for name in BANDS[:4] if name not in wanted]
        strange = [name for name in wanted if name not in BANDS]
        if missing or strange:
            self._fault(
                "bands",
                "blue=1 green=2 red=3 nir=4 [swir=5]，或 / or blue=文件 …",
                text or "空 / empty",
                f"缺 / missing: {missing}；不认识 / unknown: {strange}",
            )
            return {}
        found = {name: self._band(name, value, path, folder) for name, value in wanted.items()}
        held = {name: band for name, band in found.items() if band is not None}
        if len({*held.values()}) < len(held):
            self._fault("bands", "各波段各不相同 / each band another", text, "改正 / mend it")
        return held

    def _band(self, name: str, value: str, path: str, folder: Path | None) -> BandFile | None:
        if not value.isdecimal():
            file = self._file(f"bands · {name}", value, folder)
            return None if file is None else BandFile(file, 1)
        if folder is None:
            return BandFile(path, int(value))
        self._fault(
            f"bands · {name}", "path 是文件夹：写文件名 / a file, as path is a folder", value,
            "例如 / such as blue=*_B02_10m.jp2",
        )  # fmt: skip
        return None

    def _mask(self, kind: str, folder: Path | None) -> str:
        text = self.told.get("mask", "")
        if not text and folder is not None:
            text = str(self.preset.get("files", {}).get("mask", ""))
        if kind == "none":
            return ""
        if text:
            return text if text.startswith("band:") else self._file("mask", text, folder) or ""
        self._fault(
            "mask",
            "掩膜文件，或 band:N / file of the mask, or band:N",
            "空 / empty",
            "给出掩膜，或 mask_kind=none 并说明本来无云 / name it, or say mask_kind=none",
        )
        return ""

    def _file(self, column: str, text: str, folder: Path | None) -> str | None:
        """Find the one file that a name or a pattern means."""
        if is_remote(text) or (folder is None and not _PATTERN.search(text)):
            return _path_beside_list(self.home, text)
        base = folder or self.home
        found = sorted({*base.glob(f"**/{text}")})
        if len(found) == 1:
            return str(found[0])
        self._fault(
            column, f"正好一个文件 / one file: {text}",
            "、".join(each.name for each in found[:5]) or f"{base.name} 中没有 / none in it",
            "写明文件名 / name the file",
        )  # fmt: skip
        return None

    def _truth(self, name: str) -> bool | None:
        text = self.told.get(name, "").lower()
        if not text:
            return None
        if text in _YES | _NO:
            return text in _YES
        self._fault(name, "yes / no", text, "写 yes 或 no / write yes or no")
        return None

    def _number(self, name: str, usual: float | None) -> float | None:
        text = self.told.get(name, "")
        given = text or self.preset.get(name, usual)
        if given is None:
            return None
        try:
            value = float(given)
        except ValueError:
            value = math.nan
        if math.isfinite(value) or (name == "nodata" and str(given).lower() == "nan"):
            return value
        self._fault(name, "数字 / a number", text, "改正 / mend it")
        return usual

    def _fault(self, column: str, promised: str, found: str, mend: str) -> None:
        self.problems.append(Problem(f"{self.where} · {column}", promised, found, mend))


def day_in_name(scene: Scene) -> str:
    """
    Find a day in the name of a file that contradicts the list (文件名与日期不符).

    Parameters
    ----------
    scene
        Row of the list.

    Returns
    -------
    stamps
        Days that the name holds where none lies within a day of the listed one; empty otherwise.
        A day apart is the same pass in another time zone.
    """
    paths = [scene.path, *(band.path for band in scene.bands.values())]
    names = [re.split(r"[/\\]", path)[-1] for path in paths]
    stamps = {parts for name in names for parts in _STAMP.findall(name) if _is_day(parts)}
    found = {date(*map(int, parts)) for parts in stamps}
    if not found or any(abs((day - scene.day).days) <= 1 for day in found):
        return ""
    return "、".join(sorted(map(str, found)))


def _is_day(parts: tuple[str, str, str]) -> bool:
    try:
        date(*map(int, parts))
    except ValueError:
        return False
    return True


def _path_beside_list(home: Path, path: str) -> str:
    """Take a path from the folder of the list; URLs stay as they are."""
    if not path or ":" in path[2:] or path.startswith(("/", "band:")):
        return path
    return str(home / path)
