"""The list of scenes (影像清单): one row per file and date, completed by the sensor's preset."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.side_files import read_side_text
from yngis.errors import LayerError, Problem

COLUMNS: Final = (
    "path", "date", "sensor", "level", "bands", "scale", "offset", "offset_applied", "nodata",
    "mask", "mask_kind", "crs", "registration_m", "source", "licence", "secrecy",
)  # fmt: skip
"""Columns of ``scenes.csv``."""

BANDS: Final = ("blue", "green", "red", "nir", "swir")
"""Names of bands that evidence uses; the last one is not asked for."""

MASKS: Final = ("scl", "qa_pixel", "binary", "none")
"""Kinds of mask: Sentinel-2 scene classes, Landsat bits, anything but 0 is cloud, no mask."""

_YES: Final = {"yes", "true", "1", "是", "已减", "y"}
_NO: Final = {"no", "false", "0", "否", "未减", "n"}
_MOST_ROWS: Final = 10_000
_BAND: Final = re.compile(r"([a-z0-9]+)\s*=\s*(\d+)")


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
        Number of each named band in the file.
    scale, offset
        Reflectance is the cell times ``scale`` plus ``offset``, which is 0 where it was applied
        already.
    offset_applied
        What the row says; None where it says nothing.
    nodata
        Value of no data besides the file's own.
    mask, mask_kind
        File of the mask, or ``band:N`` of this file, and its kind.
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
    bands: dict[str, int]
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
    rows = list(csv.DictReader(read_side_text(home).lstrip("\ufeff").splitlines()))
    heads = {(name or "").strip() for name in rows[0]} if rows else set()
    missing = [name for name in ("path", "date", "sensor") if name not in heads]
    strange = sorted(heads - {*COLUMNS})
    if missing or strange or not rows or len(rows) > _MOST_ROWS:
        found = f"缺 / missing: {missing}；多 / unknown: {strange}；{len(rows)} 行 / rows"
        mend = did_you_mean(strange[0], COLUMNS) if strange else "补上 / add them"
        raise LayerError(Problem(str(path), ",".join(COLUMNS), found, mend))
    scenes: list[Scene] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        told = {(k or "").strip(): (v or "").strip() for k, v in row.items() if isinstance(v, str)}
        reader = _RowReader(f"{home.name}：{number}", told)
        scene = reader.scene(number, home.parent)
        problems += reader.problems
        if scene is not None:
            scenes.append(scene)
    return scenes, problems


class _RowReader:
    """Reads one row, gathering its faults."""

    def __init__(self, where: str, told: dict[str, str]) -> None:
        self.where, self.told = where, told
        self.problems: list[Problem] = []
        self.preset: dict[str, Any] = {}

    def scene(self, number: int, home: Path) -> Scene | None:
        """Make the scene; None where the row cannot be read."""
        told = self.told
        self.preset = self._preset()
        day = self._day()
        bands = self._bands()
        applied = self._truth("offset_applied")
        scale, offset = self._number("scale", 1.0), self._number("offset", 0.0)
        kind = told.get("mask_kind") or str(self.preset.get("mask_kind", "none"))
        if kind not in MASKS:
            self._fault("mask_kind", "、".join(MASKS), kind, did_you_mean(kind, MASKS))
        if kind != "none" and not told.get("mask"):
            self._fault(
                "mask",
                "掩膜文件，或 band:N / file of the mask, or band:N",
                "空 / empty",
                "给出掩膜，或 mask_kind=none 并说明本来无云 / name it, or say mask_kind=none",
            )
        path = told.get("path", "")
        if not path:
            self._fault("path", "影像文件 / file of the scene", "空 / empty", "补上 / add it")
        nodata = self._number("nodata", None)
        shift = self._number("registration_m", 0.0)
        if self.problems or day is None:
            return None
        return Scene(
            number, _beside(home, path), day, told["sensor"],
            told.get("level") or str(self.preset.get("level", "")), bands, float(scale or 0.0),
            0.0 if applied else float(offset or 0.0), applied, nodata,
            _beside(home, told.get("mask", "")), kind, float(shift or 0.0),
            float(self.preset.get("resolution_m", 10.0)), told.get("crs", ""),
            told.get("source", ""), told.get("licence", ""), told.get("secrecy", ""),
            ask_offset=bool(self.preset.get("ask_offset")),
        )  # fmt: skip

    def _preset(self) -> dict[str, Any]:
        presets, sensor = sensor_presets(), self.told.get("sensor", "")
        if sensor in presets:
            return presets[sensor]
        self._fault("sensor", "、".join(presets), sensor, did_you_mean(sensor, list(presets)))
        return {}

    def _day(self) -> date | None:
        text = self.told.get("date", "").replace("/", "-")
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._fault("date", "YYYY-MM-DD", text or "空 / empty", "例如 / such as 2025-03-01")
            return None

    def _bands(self) -> dict[str, int]:
        text = self.told.get("bands") or str(self.preset.get("bands", ""))
        found = {name: int(number) for name, number in _BAND.findall(text.lower())}
        missing = [name for name in BANDS[:4] if name not in found]
        strange = [name for name in found if name not in BANDS]
        if missing or strange:
            self._fault(
                "bands",
                "blue=1 green=2 red=3 nir=4 [swir=5]",
                text or "空 / empty",
                f"缺 / missing: {missing}；不认识 / unknown: {strange}",
            )
        return found

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
            self._fault(name, "数字 / a number", text, "改正 / mend it")
            return usual
        return value

    def _fault(self, column: str, promised: str, found: str, mend: str) -> None:
        self.problems.append(Problem(f"{self.where} · {column}", promised, found, mend))


def _beside(home: Path, path: str) -> str:
    """Take a path from the folder of the list; URLs and ``band:N`` stay as they are."""
    if not path or ":" in path[2:] or path.startswith(("/", "band:")):
        return path
    return str(home / path)
