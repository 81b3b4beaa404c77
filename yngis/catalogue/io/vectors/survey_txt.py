"""Coordinates of a demarcation survey as text (勘测定界 TXT): north before east."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

from yngis.catalogue.io.reader import BATCH_ROWS, Beside, RawBatch, Spoilt
from yngis.catalogue.io.sheets.delimited import marked_encoding
from yngis.catalogue.io.text import plain_text
from yngis.errors import LayerError, Problem
from yngis.measure.units import find_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_HEAD: Final = 65_536
_PLOTS: Final = "[地块坐标]"
_MARKS: Final = tuple(
    _PLOTS.encode(each) for each in ("gb18030", "utf-8", "utf-16-le", "utf-16-be")
)
_PLOT: Final = re.compile(r"^\s*\d+\s*,.*,\s*@\s*$")
_POINT: Final = re.compile(
    r"^\s*(?P<name>[^,]*),\s*(?P<ring>-?\d+)\s*,\s*(?P<north>[-+]?\d+(?:\.\d+)?)\s*,"
    r"\s*(?P<east>[-+]?\d+(?:\.\d+)?)\s*,?\s*$"
)
# What stands before a plot's points: 8 entries and @, or 13 and @ where the grade of land is told.
_HEADERS: Final = (
    "界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码",
    "图斑类型", "地类", "改造前质量等别", "改造后质量等别", "备注",
)  # fmt: skip
# A bare number is hectares; some programs write 亩 or square metres without saying so.
_AREA: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s.].*)?")
_AREA_UNITS: Final = (10_000.0, 10_000.0 / 15.0, 1.0)
_TOLERATED: Final = 0.01
_PREFIXED: Final = 1_000_000.0
_NORTHS: Final = (1_000_000.0, 6_500_000.0)  # metres, 9° to 58° north
# EPSG codes of CGCS2000: with zone number before the easting, and without, from the first zone on.
_CGCS2000: Final = {3: (25, 4513, 4534), 6: (13, 4491, 4502)}
_OLD_DATUMS: Final = {"80": "EPSG:4610", "54": "EPSG:4214", "84": "EPSG:4326"}


def is_survey_txt(path: Path) -> bool:
    """Tell whether a text file holds coordinates of plots (国土 TXT)."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return any(mark in head for mark in _MARKS)


@dataclass
class _Plot:
    row: int
    cells: list[str]
    rings: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    broken: str = ""  # the rule that it breaks


class SurveyTxtCarrier:
    """
    Plots of a demarcation survey.

    Parameters
    ----------
    path
        Text file with ``[属性描述]`` and ``[地块坐标]``.
    """

    note: str = ""
    has_geometry = True

    def __init__(self, path: Path) -> None:
        self._path = path
        about, self._plots = _read_plots(path)
        if not self._plots:
            raise LayerError(
                _survey_fault(path, "没有地块 / no plot", "检查文件是否完整 / is it whole")
            )
        self.crs = _described_crs(about, self._plots, path)
        width = max(len(plot.cells) for plot in self._plots)
        names = [*_HEADERS, *(f"其他{n}" for n in range(1, width - len(_HEADERS) + 1))][:width]
        self.headers: Sequence[tuple[str, ...]] = [(name,) for name in names]
        self.total: int | None = len(self._plots)
        unit = about.get("计量单位", "")
        if unit and unit not in {"米", "m", "M"}:
            raise LayerError(
                _survey_fault(path, f"计量单位={unit}", "转换为米 / convert it to metres")
            )
        system = about.get("坐标系", "")
        self.described = f"勘测定界 TXT，{width + 1} 列，坐标系“{system or '未注明'}”"

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the plots."""
        for first in range(0, len(self._plots), size):
            yield self._batch(self._plots[first : first + size])

    def _batch(self, plots: Sequence[_Plot]) -> RawBatch:
        held: list[_Plot] = []
        shapes: list[Any] = []
        spoilt: list[Spoilt] = []
        marks: list[tuple[str, Beside]] = []
        for plot in plots:
            if plot.broken == "not_an_area":
                spoilt.append(Spoilt(plot.row, plot.broken, tuple(plot.cells)))
                continue
            shape = None if plot.broken else _plot_polygon(plot)
            if shape is None:
                # What is written of the plot stands, though nobody knows where its land lies.
                marks.append((plot.broken or "geometry_unreadable", Beside(plot.row, 0, "")))
            elif doubt := _area_doubt(plot, shape):
                marks.append((doubt, Beside(plot.row, 2, plot.cells[1])))
            held.append(plot)
            shapes.append(shape)
        columns = []
        for place in range(len(self.headers)):
            column = np.empty(len(held), dtype=object)
            column[:] = [
                (plot.cells[place] or None) if place < len(plot.cells) else None for plot in held
            ]
            columns.append(column)
        geometry: NDArray[np.object_] = np.empty(len(held), dtype=object)
        geometry[:] = shapes
        rows = np.array([plot.row for plot in held], dtype=np.int64)
        return RawBatch(columns, rows, geometry, tuple(spoilt), marks=tuple(marks))


def _read_plots(path: Path) -> tuple[dict[str, str], list[_Plot]]:
    """Description and plots; a line that is neither spoils its plot, never its neighbours."""
    about: dict[str, str] = {}
    plots: list[_Plot] = []
    inside = False
    for number, line in enumerate(_survey_lines(path), start=1):
        text = line.strip()
        if text.startswith("["):
            inside = text.startswith(_PLOTS)
        elif not inside:
            name, _, value = text.partition("=")
            about.setdefault(name.strip(), value.strip())
        elif _PLOT.match(text):
            cells = [cell.strip() for cell in text.rstrip("@").rstrip().rstrip(",").split(",")]
            plots.append(_Plot(number, cells))
        elif point := _POINT.match(text):
            if not plots:
                raise LayerError(
                    _survey_fault(path, f"第 {number} 行：点在地块之前 / a point before a plot")
                )
            ring = plots[-1].rings.setdefault(int(point["ring"]), [])
            ring.append((float(point["east"]), float(point["north"])))
        elif text:
            if not plots:
                raise LayerError(_survey_fault(path, f"第 {number} 行：{text[:60]}"))
            plots[-1].broken = plots[-1].broken or "point_unreadable"
    for plot in plots:
        plot.broken = plot.broken or _count_fault(plot)
    return about, plots


def _survey_lines(path: Path) -> list[str]:
    content = path.read_bytes()
    marked = marked_encoding(content)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _PLOTS in text:
            return text.splitlines()
    raise LayerError(_survey_fault(path, "编码无法识别 / unknown encoding"))


def _count_fault(plot: _Plot) -> str:
    """Rule that a plot breaks: points that are not as many as told, as in a file cut off."""
    kind = plot.cells[4] if len(plot.cells) > 4 else ""  # noqa: PLR2004 - the fifth entry
    if kind in {"点", "线"}:
        return "not_an_area"
    points = sum(len(ring) for ring in plot.rings.values())
    closed = sum(ring[0] == ring[-1] for ring in plot.rings.values())
    told = int(plot.cells[0])
    if told not in {points, points - closed}:
        return "points_differ"
    return ""


def _area_doubt(plot: _Plot, shape: Any) -> str:  # noqa: ANN401 - a shapely geometry
    """Rule that the area which a plot says breaks: none, where its points enclose as much."""
    text = plain_text(plot.cells[1]) if len(plot.cells) > 1 else ""
    if not text:
        return ""
    said = _AREA.fullmatch(text)
    unit = find_unit(said[2]) if said is not None and said[2] else None
    if said is None or (said[2] and (unit is None or unit.kind != "area")):
        return "number_unreadable"
    told, drawn = float(said[1]), float(shape.area)
    # A unit of its own is the only one that it may be in.
    sizes = _AREA_UNITS if unit is None else (unit.size,)
    near = any(abs(told * size - drawn) <= _TOLERATED * drawn for size in sizes)
    return "" if near or told == 0.0 else "plot_area_differs"


def _plot_polygon(plot: _Plot) -> Any:  # noqa: ANN401 - a shapely geometry
    """Area between the rings: a ring inside another is a hole."""
    rings = [shapely.linestrings([*ring, ring[0]]) for ring in plot.rings.values() if len(ring) > 2]  # noqa: PLR2004
    if len(rings) != len(plot.rings) or not rings:
        return None
    area = shapely.build_area(shapely.geometrycollections(rings))
    return None if shapely.is_empty(area) else area


def _described_crs(about: dict[str, str], plots: Sequence[_Plot], path: Path) -> pyproj.CRS | None:
    """CRS as described; the size of the numbers tells whether eastings bear the zone's number."""
    points = np.array([p for plot in plots for ring in plot.rings.values() for p in ring])
    if len(points) == 0:
        return None
    east, north = np.median(points, axis=0)
    if not _NORTHS[0] <= north <= _NORTHS[1]:
        found = f"第三列如 {north:.3f}，第四列如 {east:.3f} / third and fourth columns"
        mend = "北坐标（纵）在前、东坐标（横）在后，单位米 / north first, then east, in metres"
        raise LayerError(_survey_fault(path, found, mend))
    system = about.get("坐标系", "")
    for name, code in _OLD_DATUMS.items():
        if name in system and "2000" not in system:
            return pyproj.CRS.from_user_input(code)
    if "2000" not in system:
        return None
    width = int(about["几度分带"]) if about.get("几度分带", "").isdecimal() else 3
    zone = about.get("带号", "")
    if width not in _CGCS2000:
        raise LayerError(_survey_fault(path, f"几度分带={width}", "改为 3 或 6 / write 3 or 6"))
    first, prefixed, plain = _CGCS2000[width]
    bears = int(east // _PREFIXED)
    if zone.isdecimal() and bears and int(zone) != bears:
        found = f"带号={zone}，而横坐标如 {east:.3f} / zone and easting"
        raise LayerError(_survey_fault(path, found, "核对带号 / check the zone"))
    number = bears or (int(zone) if zone.isdecimal() else 0)
    if not first <= number <= first + (20 if width == 3 else 10):  # noqa: PLR2004 - zones of China
        return None
    return pyproj.CRS.from_epsg((prefixed if bears else plain) + number - first)


def _survey_fault(path: Path, found: str, mend: str = "") -> Problem:
    return Problem(
        where=str(path),
        promised="勘测定界 TXT：[属性描述]、[地块坐标]，每块一行以 @ 结尾，其后逐点 / survey text",
        found=found,
        mend=mend or "用出图软件重新导出 / export it again from the survey program",
    )
