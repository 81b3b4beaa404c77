"""Published averages of the national zones (国家级开发区平均值) and bands of what is plausible."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file

import pandas as pd

from yngis.analysis.quantities.declared import Frozen, Source, packaged_file
from yngis.catalogue.io.yaml import read_yaml


class Published(Frozen):
    """
    What one circular states (一年的公布值).

    Attributes
    ----------
    year
        End of the year that it describes.
    source
        Key of its source.
    figures
        By indicator or quantity, in their units.
    """

    year: int
    source: str
    figures: dict[str, float]


class Band(Frozen):
    """
    What an indicator can plausibly be (合理区间).

    Attributes
    ----------
    indicator
        Its name.
    low, high
        Bounds; a design choice, not a rule.
    reference
        Published national average, if there is one.
    """

    indicator: str
    low: float
    high: float
    reference: float | None = None


class AreaBand(Frozen):
    """
    What an area of one zone can plausibly be (面积合理区间).

    Attributes
    ----------
    quantity
        Its name.
    low, high
        Bounds [ha]; a design choice.
    """

    quantity: str
    low: float
    high: float


class National(Frozen):
    """
    Published averages, totals and the bands that rest on them (通报数据).

    Attributes
    ----------
    sources
        By key.
    averages, totals
        Averages by indicator, totals by quantity [ha, 万元].
    bands, areas
        Bands of indicators and of areas.
    """

    sources: dict[str, Source]
    averages: tuple[Published, ...]
    totals: tuple[Published, ...]
    bands: tuple[Band, ...]
    areas: tuple[AreaBand, ...]

    def average(self, indicator: str, year: int | None = None) -> tuple[int, float] | None:
        """
        The latest published average of an indicator.

        Examples
        --------
        >>> read_national_averages().average("fixed_investment_intensity")
        (2019, 8984.3)
        """
        found = [
            (each.year, each.figures[indicator])
            for each in self.averages
            if indicator in each.figures and (year is None or each.year <= year)
        ]
        return max(found, default=None)

    def table(self) -> pd.DataFrame:
        """Published totals as a zone's table, one row per year."""
        years = [each.year for each in self.totals]
        return pd.DataFrame([each.figures for each in self.totals], index=years)


@cache
def read_national_averages() -> National:
    """
    Read what was published of the national zones (读取通报数据).

    Returns
    -------
    national
        From ``national.yml``.
    """
    with as_file(packaged_file("national.yml", "yngis.analysis.intensity")) as path:
        return read_yaml(path, National)
