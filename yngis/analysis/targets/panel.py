"""Yearly figures of zones and province (开发区统计数据), under the plan's names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.quantities.amounts import amounts_as_given, with_sums
from yngis.catalogue import load, read_pack
from yngis.catalogue.io.row_numbers import FILE_ROWS, row_numbers_text, rows_text
from yngis.errors import LayerError, Problem
from yngis.plan.registry import Registry
from yngis.plan.zone_names import ZoneMatcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

# Sums of zones that a table calls the province's agree to its rounding.
_SAME_SUM: Final = 1e-6
_FEWEST_SUMMED: Final = 2
_PROVINCE_NAMES = frozenset({"全省", "全省合计", "全区", "全区合计", "全市", "全市合计"})
_ZONE_HEADERS = ("zone", "name_zh", "开发区", "开发区名称", "名称", "园区名称")
_YEAR_HEADERS = ("year", "年份", "年度", "统计年度")
_STATUS = {"level": ("level", "级别"), "category": ("category", "类型", "开发区类型")}
_YEARS = (1990, 2100)


@dataclass(frozen=True)
class Panel:
    """
    Yearly figures of zones and of the province (开发区统计数据).

    Attributes
    ----------
    zones
        Canonical amounts, indexed by ``zone`` (registry name) and ``year``.
    province
        The province's own, indexed by ``year``.
    status
        ``level`` and ``category`` of every zone by ``zone`` and ``year``, where the figures say so.
    registry
        The plan's zones by name: ``short_zh``, ``level``, ``category``, ``prefecture``, ``region``.
        All of them are expected to have figures.
    """

    zones: pd.DataFrame
    province: pd.DataFrame
    status: pd.DataFrame
    registry: pd.DataFrame

    def amounts(self, quantity: str, zones: Iterable[str], year: int) -> pd.Series[float]:
        """
        One quantity of some zones in a year.

        Parameters
        ----------
        quantity
            Canonical column.
        zones
            Registry names.
        year
            The year.

        Returns
        -------
        amounts
            By zone, NaN where there is no figure.
        """
        wide = self._wide.get(quantity)
        if wide is None or year not in wide:
            return pd.Series(float("nan"), index=pd.Index(list(zones)))
        return wide[year].reindex(list(zones))

    @cached_property
    def _wide(self) -> dict[str, pd.DataFrame]:
        """Zones by years, for every quantity: looked up many times."""
        # Keys are unique, so there is nothing to aggregate.
        return {str(name): self.zones[name].unstack("year") for name in self.zones}  # noqa: PD010

    def last_year(self) -> int:
        """
        Last year that there are figures of (最近年份).

        Returns
        -------
        year
            Of zones, or of the province.
        """
        years = [*self.zones.index.get_level_values("year"), *self.province.index]
        return int(max(years))

    def of_province(self, quantity: str, year: int) -> float:
        """
        The province's own figure.

        Parameters
        ----------
        quantity
            Canonical column.
        year
            The year.

        Returns
        -------
        amount
            NaN where there is none.
        """
        if quantity not in self.province or year not in self.province.index:
            return float("nan")
        return float(self.province[quantity].loc[year])

    def standing(self, what: str, year: int) -> pd.Series[str]:
        """
        Level or category of every zone in a year.

        Parameters
        ----------
        what
            ``level`` or ``category``.
        year
            The year; where the figures are silent the registry, which is of 2021, stands in.

        Returns
        -------
        standing
            By zone.
        """
        registered = self.registry[what]
        if self.status.empty or year not in self.status.index.get_level_values("year"):
            return registered
        stated = self.status[what].xs(year, level="year").reindex(registered.index)
        return stated.where(stated.notna(), registered)

    def states(self, what: str, year: int) -> bool:
        """
        Whether the figures of a year say themselves which level or category zones have.

        Parameters
        ----------
        what
            ``level`` or ``category``.
        year
            The year.

        Returns
        -------
        stated
            True if one zone at least is stated.
        """
        if self.status.empty or year not in self.status.index.get_level_values("year"):
            return False
        return bool(self.status[what].xs(year, level="year").notna().any())


def make_panel(stats: pd.DataFrame, registry: pd.DataFrame | None = None) -> Panel:
    """
    Read yearly figures of zones into one form (整理统计数据).

    Parameters
    ----------
    stats
        One row per zone and year: a column of names (``zone``, 开发区 …) and of years (``year``,
        年份 …), quantities as ``quantities.yml`` lists them, and if they change ``level`` and
        ``category``. Rows named after the province, or 全省, hold its own figures.
    registry
        The plan's zones; the shipped ones if None.

    Returns
    -------
    panel
        The figures by registry name.

    Raises
    ------
    LayerError
        If a column, a name, a year or a value is wrong, or a zone has two rows in a year; every
        fault at once.

    Examples
    --------
    >>> stats = pd.DataFrame({"开发区": ["昆明高新"], "年份": [2023], "营业收入（亿元）": [2500.0]})
    >>> make_panel(stats).zones["revenue_wan"].to_dict()
    {('昆明高新技术产业开发区', 2023): 25000000.0}
    """
    table = load("zone_registry") if registry is None else registry
    known = table.set_index("name_zh")[["short_zh", "level", "category", "prefecture", "region"]]
    zone_header, year_header = _key_headers(stats)
    names, problems = _registry_zone_names(stats[zone_header], Registry(table))
    years, wrong = _panel_years(stats[year_header])
    problems += wrong
    if problems:
        raise LayerError(problems)
    keys = pd.MultiIndex.from_arrays([names, years], names=["zone", "year"])
    if twice := _repeated_keys(keys):
        raise LayerError(twice)
    given = amounts_as_given(stats.set_axis(keys).drop(columns=[zone_header, year_header]))
    amounts = with_sums(given)
    status = _zone_status(stats, keys, known)
    own = keys.get_level_values("zone") == read_pack().province
    if sums := _sums_called_province(given, own):
        raise LayerError(sums)
    return Panel(amounts[~own], amounts[own].droplevel("zone"), status[~own], known)


def _key_headers(stats: pd.DataFrame) -> tuple[str, str]:
    found = []
    problems = []
    for what, headers in (("开发区 / zone", _ZONE_HEADERS), ("年份 / year", _YEAR_HEADERS)):
        held = [header for header in headers if header in stats.columns]
        found.append(held[0] if held else "")
        if not held:
            problems.append(
                Problem(
                    "stats",
                    promised=f"列 / a column: {what}",
                    found=f"有 / there are: {'、'.join(map(str, stats.columns[:8]))}",
                    mend=f"列名可用 / name it: {'、'.join(headers)}",
                )
            )
    if problems:
        raise LayerError(problems)
    return found[0], found[1]


def _registry_zone_names(written: pd.Series, registry: Registry) -> tuple[list[str], list[Problem]]:
    """Registry name of every row; a zone may have gone by other names in other years."""
    texts = [str(name).strip() for name in written]
    pack = read_pack()
    whole = _PROVINCE_NAMES | {pack.province, pack.province_stem}
    province = [text in whole for text in texts]
    asked = [None if own else text for own, text in zip(province, texts, strict=True)]
    from_file = written.index.name == FILE_ROWS
    rows = [int(row) - 1 for row in written.index] if from_file else None
    found, problems = ZoneMatcher(registry).match_column(asked, f"stats.{written.name}", rows)
    names = zip(province, found, texts, strict=True)
    return [pack.province if own else zone or text for own, zone, text in names], problems


def _panel_years(written: pd.Series) -> tuple[list[int], list[Problem]]:
    text = written.astype("str").str.strip().str.replace(r"(?:年度?|\.0)$", "", regex=True)
    numbers = pd.to_numeric(text, errors="coerce")
    bad = ~(numbers.between(*_YEARS) & (numbers % 1 == 0))
    problems = []
    if bad.any():
        problems = [
            Problem(
                _row_place(written, [int(row) for row in bad.to_numpy().nonzero()[0]]),
                promised=f"{_YEARS[0]}—{_YEARS[1]} 的年份 / a year",
                found="、".join(f"“{value}”" for value in written[bad].unique()[:5]),
                mend="写四位年份 / write the year with four digits",
            )
        ]
    return [0 if wrong else int(year) for year, wrong in zip(numbers, bad, strict=True)], problems


def _row_place(written: pd.Series, places: list[int]) -> str:
    """Name rows as the file numbers them where the index holds that, else by their place."""
    from_file = written.index.name == FILE_ROWS
    told = row_numbers_text(written.index[places]) if from_file else rows_text(places)
    return f"stats.{written.name}：{told}"


def _repeated_keys(keys: pd.MultiIndex) -> list[Problem]:
    doubled = keys[keys.duplicated()].unique()
    return [
        Problem(
            f"stats：{zone} {year}",
            promised="每个开发区每年一行 / one row per zone and year",
            found="多行 / several rows",
            mend="合并，或改正名称、年份 / merge them, or mend name or year",
        )
        for zone, year in doubled
    ]


def _sums_called_province(amounts: pd.DataFrame, own: NDArray[np.bool_]) -> list[Problem]:
    """Tell figures named after the province that are the sum of the zones: shares would be 1."""
    zones = amounts[~own].groupby(level="year")
    if len(zones) == 0 or zones.size().max() < _FEWEST_SUMMED:
        return []
    whole = amounts[own].droplevel("zone")
    summed = zones.sum(min_count=_FEWEST_SUMMED).reindex(whole.index)
    same = (whole - summed).abs() <= _SAME_SUM * summed.abs()
    found = [
        (year, name) for name in same for year in same.index[same[name] & (summed[name] != 0.0)]
    ]
    return [
        Problem(
            f"stats：{read_pack().province} {year}，{name}",
            promised="全省的数 / a figure of the whole province",
            found="等于表中各开发区之和 / the sum of the table's zones",
            mend="各开发区之和改名为“开发区合计”；全省的数填统计部门公布的 / call the sum of zones "
            "开发区合计, give the figure that the statistical office publishes for the province",
        )
        for year, name in found
    ]


def _zone_status(stats: pd.DataFrame, keys: pd.MultiIndex, known: pd.DataFrame) -> pd.DataFrame:
    columns = {}
    problems = []
    for what, headers in _STATUS.items():
        held = [header for header in headers if header in stats.columns]
        values = stats[held[0]] if held else pd.Series(None, index=stats.index, dtype="object")
        texts = values.map(lambda text: str(text).strip() or None, na_action="ignore")
        wrong = sorted(set(texts.dropna()) - set(known[what]))
        if wrong:
            problems.append(
                Problem(
                    f"stats.{held[0]}",
                    promised="、".join(sorted(set(known[what]))),
                    found="、".join(f"“{text}”" for text in wrong),
                    mend="改为名录的写法 / write it as the registry does",
                )
            )
        columns[what] = texts.to_numpy()
    if problems:
        raise LayerError(problems)
    return pd.DataFrame(columns, index=keys)
