"""Plots as a demarcation survey hands them in (勘测定界 TXT): what survey_txt reads, written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import pyproj
import shapely

from yngis.measure.crs import CGCS2000, zone_number
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from numpy.typing import NDArray

Columns = Literal[9, 14]
"""Entries of a plot's line with the closing @: the plain form, and that with grades of land."""

_FIRST_ZONE: Final = 25
_FIRST_CODE: Final = 4513  # EPSG of the first 3° zone with its number before the easting
_DIGITS: Final = 3  # of a coordinate [m]
# Signs that part the entries of a line, and what stands for them within an entry.
_PARTING: Final = str.maketrans({",": "，", "@": "＠", "[": "［", "]": "］"})


class SurveyPlot(NamedTuple):
    """
    A plot.

    Attributes
    ----------
    number, name
        地块编号, 地块名称.
    use, use_code
        地块用途, 地类编码.
    shape
        Polygon or multipolygon in CGCS2000 degrees.
    """

    number: str
    name: str
    use: str
    use_code: str
    shape: shapely.Polygon | shapely.MultiPolygon


def survey_zones(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """
    3° zone of each plot, by the middle of its extent (带号).

    Parameters
    ----------
    shapes
        Polygons in degrees, ``(n,)``, none of them missing.

    Returns
    -------
    zones
        Numbers of the zones, ``(n,)``.

    Examples
    --------
    >>> survey_zones(shapely.box([102.4, 103.6], 25, [102.5, 103.7], 26)).tolist()
    [34, 35]
    """
    bounds = shapely.bounds(shapes)
    return np.asarray(zone_number((bounds[:, 0] + bounds[:, 2]) / 2), dtype=np.int64)


class SurveyTxtWriter:
    """
    A survey's text that grows by plots.

    Parameters
    ----------
    path
        File to write, GB18030 with the line ends of Windows.
    zone
        Number of the 3° zone that all plots stand in.
    columns
        Which of the two forms the plots' lines have.
    unit, day
        数据产生单位, 数据产生日期; may be empty.
    """

    def __init__(
        self, path: Path, zone: int, *, columns: Columns = 9, unit: str = "", day: str = ""
    ) -> None:
        self._columns = columns
        self._grid = pyproj.Transformer.from_crs(
            CGCS2000, _FIRST_CODE + zone - _FIRST_ZONE, always_xy=True
        )
        self._file = path.open("w", encoding="gb18030", newline="\r\n")
        self.plots = 0
        lines = (
            "[属性描述]",
            "格式版本号=1.01版本",
            f"数据产生单位={_plain_entry(unit)}",
            f"数据产生日期={_plain_entry(day)}",
            "坐标系=2000国家大地坐标系",
            "几度分带=3",
            "投影类型=高斯克吕格",
            "计量单位=米",
            f"带号={zone}",
            "精度=0.001",
            "转换参数=,,,,,,",
            "[地块坐标]",
        )
        self._file.writelines(f"{line}\n" for line in lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, plot: SurveyPlot) -> None:
        """
        Put a plot at the end.

        Parameters
        ----------
        plot
            The plot; rings are numbered on through all its parts, the outer one of each first.
        """
        grid = shapely.transform(plot.shape, self._to_grid)
        rings = [
            ring for part in shapely.get_parts(grid) for ring in (part.exterior, *part.interiors)
        ]
        points = sum(len(ring.coords) for ring in rings)
        head = [
            str(points), f"{shapely.area(grid) / HECTARE_M2:.4f}", plot.number, plot.name, "面", "",
            plot.use, plot.use_code,
        ]  # fmt: skip
        head += [""] * (self._columns - 1 - len(head))
        self._file.write(",".join(map(_plain_entry, head)) + ",@\n")
        first = 1
        for number, ring in enumerate(rings, start=1):
            coords = shapely.get_coordinates(ring)
            for at, (east, north) in enumerate(coords):
                # The closing point is the first one again, by its name too.
                name = first if at == len(coords) - 1 else first + at
                self._file.write(f"J{name},{number},{north:.{_DIGITS}f},{east:.{_DIGITS}f}\n")
            first += len(coords) - 1
        self.plots += 1

    def _to_grid(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(self._grid.transform(points[:, 0], points[:, 1]))


def _plain_entry(text: str) -> str:
    """Text that stays one entry of one line."""
    return "".join(sign if sign.isprintable() else " " for sign in text.translate(_PARTING)).strip()
