"""Indicators of land-use intensity (集约利用指标), each with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.intensity.scheme import Scheme, read_scheme
from yngis.analysis.quantities import quantities, require_amounts
from yngis.measure.units import convert_units

if TYPE_CHECKING:
    from yngis.analysis.intensity.definitions import Indicator

DEFAULT_SCHEME: Final = "2014-trial"
"""Scheme that holds where none is named: the one behind the national circulars since 2014."""

_AREA_UNIT = {"share": "ha", "ratio": "ha", "万元/ha": None, "人/ha": None}

NothingDue = Literal["undefined", "satisfied"]


def indicators(
    table: pd.DataFrame,
    scheme: str | Scheme = DEFAULT_SCHEME,
    *,
    nothing_due: NothingDue = "undefined",
) -> pd.DataFrame:
    """
    Indicators of land-use intensity (土地集约利用评价指标), per zone.

    Parameters
    ----------
    table
        Amounts, one row per zone, ``(n,)``, unique index, under the names and units of
        ``quantities.yml``, as :func:`yngis.analysis.quantities.canonical` gives them; wholes that
        are missing are added up.
    scheme
        Name, file or scheme whose indicators are wanted.
    nothing_due
        What a rate over what fell due is where nothing did: ``undefined`` (NaN), or ``satisfied``
        (1), as the practice of 2010 is said to have been.

    Returns
    -------
    values
        ``(n,)`` rows on ``table.index``, one column per indicator; rates as shares 0–1, the others
        in the unit of the scheme. NaN where data is missing or a denominator is zero;
        :func:`evidence` gives the reason. A rate above 1 is kept.

    Raises
    ------
    LayerError
        If a value is no number or negative, a header has not been read (``A2_mu``), or the index is
        not unique.

    References
    ----------
    .. [1] TD/T 1029-2010; circulars on national development zones since 2014; DOMAIN 1.3.

    Examples
    --------
    >>> table = pd.DataFrame({"A": [60.0], "D": [75.0], "B21": [20.0], "B": [40.0]}, index=["x"])
    >>> indicators(table)[["development_rate", "supply_rate", "build_out_rate"]].iloc[0].tolist()
    [0.8, 0.9375, 0.8]
    """
    chosen = scheme if isinstance(scheme, Scheme) else read_scheme(scheme)
    amounts = require_amounts(table)
    return pd.DataFrame(
        {
            indicator.name: _indicator_ratio(amounts, indicator, nothing_due).value
            for indicator in chosen.indicators
        },
        index=table.index,
    )


def evidence(
    table: pd.DataFrame,
    scheme: str | Scheme = DEFAULT_SCHEME,
    *,
    nothing_due: NothingDue = "undefined",
) -> pd.DataFrame:
    """
    How each indicator came about (指标依据): numerator, denominator, reason, flag.

    Parameters
    ----------
    table, scheme, nothing_due
        As for :func:`indicators`.

    Returns
    -------
    evidence
        One row per zone and indicator, zones in the order of ``table``: ``zone``, ``indicator``,
        ``value``, ``unit``, ``numerator`` and ``denominator`` [ha, 万元 or 人], ``formula``,
        ``reason`` (why there is no value, else empty) and ``flag`` (what to look at, else empty).

    Raises
    ------
    LayerError
        As for :func:`indicators`.

    Examples
    --------
    >>> table = pd.DataFrame({"A": [6.0], "D": [0.0]}, index=["x"])
    >>> rows = evidence(table).set_index("indicator")
    >>> rows.loc[["build_out_rate", "supply_rate"], "reason"].tolist()
    ['分母为零 / denominator is zero: D', '缺数据 / no data: B21']
    """
    chosen = scheme if isinstance(scheme, Scheme) else read_scheme(scheme)
    amounts = require_amounts(table)
    rows = []
    for indicator in chosen.indicators:
        ratio = _indicator_ratio(amounts, indicator, nothing_due)
        part = pd.DataFrame({"zone": table.index.to_numpy(), "indicator": indicator.name})
        part["value"], part["unit"] = ratio.value, indicator.unit
        part["numerator"], part["denominator"] = ratio.numerator, ratio.denominator
        part["formula"] = formula(indicator)
        part["reason"] = _missing_reasons(amounts, indicator, ratio)
        part["flag"] = _share_flags(ratio.value, indicator)
        part["order"] = np.arange(len(table))
        rows.append(part.astype({"reason": "str", "flag": "str"}))
    together = pd.concat(rows, ignore_index=True)
    ordered = together.sort_values("order", kind="stable", ignore_index=True)
    return ordered.drop(columns="order")


def formula(indicator: Indicator) -> str:
    """
    Formula of an indicator in the survey's codes (公式).

    Parameters
    ----------
    indicator
        The indicator.

    Returns
    -------
    formula
        Such as ``(A + B21) ÷ (A + B)``.
    """
    sides = [" + ".join(side) for side in (indicator.numerator, indicator.denominator)]
    return " ÷ ".join(f"({side})" if " " in side else side for side in sides)


def identity(values: pd.DataFrame, table: pd.DataFrame, tolerance: float = 1e-9) -> pd.DataFrame:
    """
    Test development × supply × build-out = A ÷ (A + B) on every zone (三率恒等式).

    Parameters
    ----------
    values
        As :func:`indicators` gives them, or a bureau's own rates as shares.
    table
        The zones' table with ``A`` and ``B``, same index.
    tolerance
        Gap that still holds: rounding of floats for computed rates; for rates published to two
        decimals of a per cent about ``2e-4``.

    Returns
    -------
    test
        On ``table.index``: ``product`` of the three rates, ``built_share`` A ÷ (A + B), ``gap``
        (product − share) and ``holds``, missing where a rate or an area is. Rates computed from the
        same table hold by construction up to rounding; published ones show a contradiction.

    Examples
    --------
    >>> table = pd.DataFrame({"A": [60.0], "D": [75.0], "B21": [20.0], "B": [40.0]}, index=["x"])
    >>> test = identity(indicators(table), table)
    >>> float(test.loc["x", "built_share"]), bool(test.loc["x", "holds"])
    (0.6, True)
    """
    amounts = require_amounts(table)
    rates = [values[name] for name in ("development_rate", "supply_rate", "build_out_rate")]
    product = rates[0] * rates[1] * rates[2]
    missing = pd.Series(np.nan, index=table.index)
    built, unbuilt = (amounts.get(name, missing) for name in ("A", "B"))
    share = built / (built + unbuilt).where(built + unbuilt > 0)
    gap = product - share
    holds = (gap.abs() <= tolerance).astype("boolean")
    return pd.DataFrame(
        {"product": product, "built_share": share, "gap": gap, "holds": holds.mask(gap.isna())}
    )


class _Ratio(NamedTuple):
    """Value, numerator and denominator of one indicator, in the order of the zones."""

    value: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray


def _indicator_ratio(
    amounts: pd.DataFrame, indicator: Indicator, nothing_due: NothingDue
) -> _Ratio:
    above = _side_sum(amounts, indicator.numerator, _AREA_UNIT[indicator.unit])
    below = _side_sum(amounts, indicator.denominator, "ha")
    value = np.full(len(amounts), np.nan)
    np.divide(above, below, out=value, where=below != 0)
    if indicator.stock and nothing_due == "satisfied":
        value[(below == 0) & (above == 0)] = 1.0
    return _Ratio(value, above, below)


def _side_sum(amounts: pd.DataFrame, names: tuple[str, ...], area_unit: str | None) -> np.ndarray:
    """Sum of quantities, areas in one unit; NaN where one of them is missing."""
    total = np.zeros(len(amounts))
    for name in names:
        if name not in amounts:
            return np.full(len(amounts), np.nan)
        quantity = quantities()[name]
        values = amounts[name].to_numpy()
        if quantity.dimension == "area":
            values = convert_units(values, quantity.unit, area_unit or quantity.unit)
        total = total + values
    return total


def _missing_reasons(amounts: pd.DataFrame, indicator: Indicator, ratio: _Ratio) -> list[str]:
    """Why there is no value: missing quantities first, then a denominator of zero."""
    zero = np.isnan(ratio.value) & (ratio.denominator == 0)
    text = _zero_text(indicator)
    missing = _missing_reason(amounts, indicator)
    return [gap or (text if none else "") for gap, none in zip(missing, zero, strict=True)]


def _missing_reason(amounts: pd.DataFrame, indicator: Indicator) -> list[str]:
    """Name the quantities that a zone does not have."""
    needed = tuple(dict.fromkeys((*indicator.numerator, *indicator.denominator)))
    # A quantity without a column is missing everywhere.
    missing = amounts.reindex(columns=list(needed)).isna()
    rows = list(missing.itertuples(index=False, name=None))
    reasons = {}
    for row in set(rows):
        names = ", ".join(name for name, gone in zip(needed, row, strict=True) if gone)
        reasons[row] = f"缺数据 / no data: {names}" if names else ""
    return [reasons[row] for row in rows]


def _zero_text(indicator: Indicator) -> str:
    names = " + ".join(indicator.denominator)
    if indicator.stock:
        return f"当期无应处置（应供应）量 / nothing was due: {names} = 0"
    return f"分母为零 / denominator is zero: {names}"


def _share_flags(value: np.ndarray, indicator: Indicator) -> np.ndarray:
    """Shares above 1: real for build-out, an error for parts of a whole; never clipped."""
    if indicator.unit != "share":
        return np.full(len(value), "", dtype=object)
    if indicator.name == "build_out_rate":
        text = (
            "大于 1：已建成地多于已供应地（集体或历史用地未供先建），请核 A 与 D / "
            "above 1: more built than supplied (collective or legacy land?), check A and D"
        )
    else:
        names = f"{' + '.join(indicator.numerator)} > {' + '.join(indicator.denominator)}"
        text = f"大于 1：请核 / above 1, check: {names}"
    return np.where(value > 1, text, "").astype(object)
