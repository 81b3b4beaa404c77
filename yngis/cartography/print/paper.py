"""Sheets of paper (图幅): sizes, the frame on them, and what the maker signs them with."""

from __future__ import annotations

from dataclasses import dataclass
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
    A sheet, upright.

    Parameters
    ----------
    name
        ``A4`` or ``A3``.
    width, height
        Size [mm].
    type_scale
        Size of the lettering as a multiple of that on A4.
    """

    name: str
    width: float
    height: float
    type_scale: float

    @property
    def frame(self) -> Box:
        """The inner neatline (内图廓), within which the map lies."""
        unit = self.type_scale
        return Box(11.5 * unit, 31.0 * unit, self.width - 11.5 * unit, self.height - 27.0 * unit)


PAPERS: Final = {
    "A4": Paper("A4", 210.0, 297.0, 1.0),
    "A3": Paper("A3", 297.0, 420.0, 1.25),
}
"""Sheets by name (GB/T 148, ISO 216)."""


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
    """Find a sheet by its name."""
    if name.upper() in PAPERS:
        return PAPERS[name.upper()]
    raise SpecError(
        Problem("--paper", " | ".join(PAPERS), name, did_you_mean(name.upper(), PAPERS))
    )
