"""Potential of intensification (用地潜力), kind by kind, never summed; years of supply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.analysis.intensity.ratios import indicators
from yngis.analysis.intensity.scores import ideal_values
from yngis.analysis.quantities import require_amounts
from yngis.errors import LayerError, Problem
from yngis.measure.units import convert_units

if TYPE_CHECKING:
    from yngis.analysis.intensity.scheme import Scheme

_INTENSITY = (
    "industrial_far",
    "industrial_building_coefficient",
    "fixed_investment_intensity",
    "output_intensity",
    "industrial_tax_per_ha",
)
_SUPPLY = re.compile(
    r"(?:supplied_(?P<english>\d{4})(?:_(?P<unit>ha|mu|m2|km2))?"
    r"|(?P<chinese>\d{4})年?(?:度)?(?:土地)?供应(?:土地)?(?:面积)?(?:[（(](?P<bracket>[^）)]+)[）)])?)"
)
_RECENT, _LONG = 3, 5


def land_potential(
    table: pd.DataFrame, scheme: Scheme, categories: pd.Series | None = None
) -> pd.DataFrame:
    """
    Land that could be won by intensification (潜力测算), kind by kind.

    Notes
    -----
    扩展 = E, of which E21 industrial. 结构 = A · max(0, ideal − actual industrial share). 强度, for
    each k of floor area ratio, building coefficient, investment, output and tax of industrial land:
    A2 · max(0, (ideal_k − actual_k) / ideal_k). 管理 = D22 and G, idle land to be recovered.

    Examples
    --------
    >>> from yngis.analysis.intensity.scheme import read_scheme
    >>> table = pd.DataFrame({"A": [100.0], "A2": [45.0]}, index=["x"])
    >>> rows = land_potential(table, read_scheme("2014-trial")).set_index("measure")
    >>> round(float(rows.loc["industrial_share", "hectares"]), 9)
    10.0
    """
    amounts, values = require_amounts(table), indicators(table, scheme)
    lacking = pd.Series(np.nan, index=amounts.index)

    def area(name: str) -> pd.Series[float]:
        return amounts.get(name, lacking)

    def distance(name: str) -> tuple[pd.Series[float], pd.Series[float]]:
        return values[name], ideal_values(name, scheme, amounts.index, categories)

    rows = [
        _potential_rows("扩展", "E", area("E"), "E"),
        _potential_rows("扩展", "E21", area("E21"), "E21（其中工矿仓储 / industrial part）"),
        _structure_potential(area("A"), *distance("industrial_share")),
        *(
            _intensity_potential(name, area("A2"), *distance(name))
            for name in _INTENSITY
            if name in values
        ),
        _potential_rows("管理", "D22", area("D22"), "D22"),
        _potential_rows("管理", "G", area("G"), "G"),
    ]
    together = pd.concat(rows, ignore_index=True)
    order = pd.Series(np.tile(np.arange(len(table)), len(rows)))
    return together.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _structure_potential(
    area: pd.Series[float], actual: pd.Series[float], ideal: pd.Series[float]
) -> pd.DataFrame:
    won = area * (ideal - actual).clip(lower=0)
    rows = _potential_rows("结构", "industrial_share", won, "A × max(0, 理想 − 实际)")
    return rows.assign(actual=actual.to_numpy(), ideal=ideal.to_numpy())


def _intensity_potential(
    name: str, area: pd.Series[float], actual: pd.Series[float], ideal: pd.Series[float]
) -> pd.DataFrame:
    won = area * ((ideal - actual) / ideal).clip(lower=0)
    rows = _potential_rows("强度", name, won, "A2 × max(0, (理想 − 实际) ÷ 理想)")
    reason = np.where(ideal.isna(), "体系没有理想值 / the scheme has no ideal", rows["reason"])
    return rows.assign(actual=actual.to_numpy(), ideal=ideal.to_numpy(), reason=reason)


def _potential_rows(
    kind: str, measure: str, hectares: pd.Series[float], formula: str
) -> pd.DataFrame:
    reason = np.where(hectares.isna(), f"缺数据 / no data: {measure}", "")
    return pd.DataFrame(
        {
            "zone": hectares.index.to_numpy(),
            "kind": kind,
            "measure": measure,
            "hectares": hectares.to_numpy(),
            "actual": np.nan,
            "ideal": np.nan,
            "formula": formula,
            "reason": reason,
        }
    )


def is_supply_header(header: str) -> bool:
    """
    Whether a header stands for the land supplied in one year (历年供应表头).

    Parameters
    ----------
    header
        Header of a table.

    Returns
    -------
    known
        True for ``supplied_2021_ha`` and ``2021年供应面积（亩）``.

    Examples
    --------
    >>> is_supply_header("2021年供应面积（亩）"), is_supply_header("供应面积")
    (True, False)
    """
    return _SUPPLY.fullmatch("".join(header.split())) is not None


def supply_unit(header: str) -> tuple[int, str | None]:
    """
    Year and unit of a header of yearly supply (历年供应的年份与单位).

    Parameters
    ----------
    header
        One for which :func:`is_supply_header` is true.

    Returns
    -------
    year, unit
        The unit as the header names it; None where it names none, and hectares are meant unless
        something else says more.

    Examples
    --------
    >>> supply_unit("2021年供应面积（亩）"), supply_unit("supplied_2021")
    ((2021, '亩'), (2021, None))
    """
    match = _SUPPLY.fullmatch("".join(header.split()))
    if match is None:
        raise ValueError(header)
    return int(match["english"] or match["chinese"]), match["unit"] or match["bracket"]


def supply_history(table: pd.DataFrame) -> pd.DataFrame:
    """
    Yearly supply of land in a table (历年供应), from headers such as ``supplied_2021_ha``.

    Parameters
    ----------
    table
        One row per zone; also understood: ``supplied_2021``, ``2021年供应面积（亩）``.

    Returns
    -------
    history
        Hectares on the same index, one column per year, ascending.

    Raises
    ------
    LayerError
        If two headers stand for one year, or an area is negative.

    Examples
    --------
    >>> supply_history(pd.DataFrame({"supplied_2021_mu": [150.0], "name": ["x"]})).loc[0].to_dict()
    {2021: 10.0}
    """
    columns: dict[int, pd.Series[float]] = {}
    for header in table.columns:
        if not is_supply_header(str(header)):
            continue
        year, unit = supply_unit(str(header))
        values = table[header].astype("float64")
        if year in columns or (values < 0).any():
            raise LayerError(
                Problem(
                    str(header),
                    promised="每年一列，非负 / one column a year, not negative",
                    found="该年另有一列 / another column" if year in columns else "负数 / negative",
                    mend="删去或改正 / delete or mend it",
                )
            )
        columns[year] = convert_units(values, unit or "ha", "ha")
    return pd.DataFrame(dict(sorted(columns.items())), index=table.index, dtype="float64")


def years_of_supply(still_to_supply: pd.Series, history: pd.DataFrame, year: int) -> pd.DataFrame:
    """
    Years for which suppliable land lasts (尚可供地年数), in both official readings.

    Examples
    --------
    >>> history = pd.DataFrame({2017: [9.0], 2018: [20.0], 2019: [5.0], 2020: [6.0], 2021: [7.0]})
    >>> years_of_supply(pd.Series([60.0]), history, 2021)[["type_1", "type_2"]].iloc[0].tolist()
    [10.0, 3.0]
    """
    spans = {
        "type_1": [year - back for back in reversed(range(_RECENT))],
        "type_2": [year - back for back in reversed(range(_LONG))],
    }
    aligned = history.reindex(still_to_supply.index)
    found, reasons = {}, pd.Series("", index=still_to_supply.index, dtype="str")
    for name, span in spans.items():
        supplied = aligned.reindex(columns=span)
        complete = supplied.notna().all(axis=1)
        pace = supplied.mean(axis=1) if name == "type_1" else supplied.max(axis=1)
        usable = complete & (pace > 0) & still_to_supply.notna()
        found[name] = still_to_supply / pace.where(usable)
        first, last = span[0], span[-1]
        reason = pd.Series("", index=reasons.index, dtype="str")
        reason = reason.mask(
            complete & (pace == 0), f"{first}—{last} 年没有供地 / nothing supplied"
        )
        reason = reason.mask(~complete, f"缺 {first}—{last} 年供应面积 / no yearly supply")
        reason = reason.mask(still_to_supply.isna(), "缺 E / no E")
        reasons = reasons.where(reason == "", reason)
    return pd.DataFrame({**found, "reason": reasons})
