"""Sheets of paper (图幅): sizes, the frame on them, and what the maker signs them with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError

POINT: Final = 25.4 / 72  # millimetres
UNREVIEWED: Final = "未经地图审核，仅供内部参考"
"""What a plate says while it has no review number (审图号)."""


class Box(NamedTuple):
    """
    A rectangle on the sheet.

    Parameters
    ----------
    left, bottom, right, top
        Sides [mm] from the lower left corner of the sheet.
    """

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Extent from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent from bottom to top."""
        return self.top - self.bottom

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def grown(self, by: float) -> Box:
        """
        Move every side outwards.

        Examples
        --------
        >>> Box(1.0, 1.0, 2.0, 2.0).grown(1.0)
        Box(left=0.0, bottom=0.0, right=3.0, top=3.0)
        """
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes share ground; a common side does not count."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """
    A sheet.

    Parameters
    ----------
    name
        ``A4`` or ``A3``; else the size that was asked for.
    width, height
        Size [mm].
    type_scale
        Size of the lettering as a multiple of that on A4.
    sized
        Whether it is a picture for a page or a slide: laid out anew for its size and shape.
    more_foot
        Room under the frame beyond the usual, for notes that need it, on A4 [mm].
    """

    name: str
    width: float
    height: float
    type_scale: float
    sized: bool = False
    more_foot: float = 0.0

    @property
    def area_scale(self) -> float:
        """Size of the names of areas: on a picture they are nearer to those of the zones."""
        return self.type_scale * _AREA_NAMES if self.sized else self.type_scale

    @property
    def landscape(self) -> bool:
        """Whether a sheet of an atlas lies on its side (横幅)."""
        return not self.sized and self.width > self.height

    @property
    def frame(self) -> Box:
        """The inner neatline (内图廓), within which the map lies."""
        unit = self.type_scale
        foot, head = (24.0, 22.0) if self.landscape else (31.0, 27.0)
        foot += self.more_foot
        return Box(11.5 * unit, foot * unit, self.width - 11.5 * unit, self.height - head * unit)

    def turned(self) -> Paper:
        """
        Lay the sheet on its other side.

        Examples
        --------
        >>> sheet = PAPERS["A4"].turned()
        >>> sheet.width, sheet.height, sheet.landscape
        (297.0, 210.0, True)
        """
        return replace(self, width=self.height, height=self.width)


PAPERS: Final = {
    "A4": Paper("A4", 210.0, 297.0, 1.0),
    "A3": Paper("A3", 297.0, 420.0, 1.1),  # the sheet is 1.41 times as large: room, not size
}
"""Sheets by name (GB/T 148, ISO 216)."""

_SIZE: Final = re.compile(
    r"\s*(?P<w>\d{1,4}(?:\.\d+)?)\s*[x×*X]\s*(?P<h>\d{1,4}(?:\.\d+)?)\s*"
    r"(?P<unit>cm|mm|厘米|毫米)?\s*"
)
_UNITS: Final = {"": 10.0, "cm": 10.0, "厘米": 10.0, "mm": 1.0, "毫米": 1.0}
_AREA_NAMES: Final = 0.82
_SIDES: Final = (40.0, 1200.0)  # [mm]
_LEAST_TYPE, _MOST_TYPE = 0.88, 2.5  # the smallest letter, 5.7 pt on A4, is 5 pt: 1.75 mm


@dataclass(frozen=True, slots=True)
class Imprint:
    """
    What the maker of a map signs it with; empty fields are left out, except the review number.

    Parameters
    ----------
    review_number
        审图号 as granted; while it is empty the plate says that it has not been reviewed.
    secrecy
        密级, printed at the top right.
    unit
        制图单位.
    date
        制图日期 as it is to be printed; never today's by itself, so that a run can be repeated.
    """

    review_number: str = ""
    secrecy: str = ""
    unit: str = ""
    date: str = ""

    def lines(self) -> list[str]:
        """
        Write the imprint.

        Returns
        -------
        lines
            Review number first, then unit and date where they are given.

        Examples
        --------
        >>> Imprint().lines()
        ['未经地图审核，仅供内部参考']
        >>> Imprint(review_number="云S(2026)1号", unit="某局").lines()
        ['审图号：云S(2026)1号', '制图单位：某局']
        """
        review = f"审图号：{self.review_number}" if self.review_number else UNREVIEWED
        unit = [f"制图单位：{self.unit}"] if self.unit else []
        return [review, *unit, *([f"制图日期：{self.date}"] if self.date else [])]


def read_paper(name: str) -> Paper:
    """
    Find a sheet by its name, or make one of a size in centimetres (图幅).

    Parameters
    ----------
    name
        ``A4``, ``A3``, or width and height such as ``16x9cm``.

    Returns
    -------
    sheet
        The paper.

    Raises
    ------
    SpecError
        If it is neither, or the size is out of bounds.

    Examples
    --------
    >>> read_paper("16x9cm").name, read_paper("a3").height
    ('16×9 厘米', 420.0)
    """
    if name.upper() in PAPERS:
        return PAPERS[name.upper()]
    if _SIZE.fullmatch(name):
        return parse_size(name)
    mend = did_you_mean(name.upper(), PAPERS)
    raise SpecError(Problem("--paper", f"{' | '.join(PAPERS)} | 16x9cm", name, mend))


def parse_size(text: str) -> Paper:
    """
    Read the size of a picture (图幅).

    Parameters
    ----------
    text
        Width and height, ``16x9cm``, ``160×90 mm``; centimetres where no unit is named.

    Returns
    -------
    sheet
        The paper.

    Raises
    ------
    SpecError
        If it is no size, or one out of bounds.
    """
    size = _SIZE.fullmatch(text)
    if size is None:
        raise SpecError(
            Problem(
                "--size",
                "宽x高，厘米 / width x height in centimetres",
                text,
                "例如 / for example: --size 16x9cm",
            )
        )
    return sized_paper(*(float(size[key]) * _UNITS[size["unit"] or ""] for key in ("w", "h")))


def sized_paper(width: float, height: float) -> Paper:
    """
    Make a sheet of a size of its own (指定图幅).

    Parameters
    ----------
    width, height
        Size [mm].

    Returns
    -------
    sheet
        Lettering as on A4 times the root of the areas, never so small that it is not read.

    Raises
    ------
    SpecError
        If a side is out of bounds.
    """
    low, high = _SIDES
    if not (low <= width <= high and low <= height <= high):
        raise SpecError(
            Problem(
                "--size",
                f"每边 / each side: {low / 10:g}–{high / 10:g} cm",
                f"{width / 10:g} × {height / 10:g} cm",
                "例如 / for example: --size 16x9cm",
            )
        )
    a4 = PAPERS["A4"]
    root = (width * height / (a4.width * a4.height)) ** 0.5
    scale = min(max(root, _LEAST_TYPE), _MOST_TYPE)
    return Paper(f"{width / 10:g}×{height / 10:g} 厘米", width, height, scale, sized=True)
