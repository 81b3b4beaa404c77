"""亩均论英雄 between zones: output, tax and value added per 亩, over both denominators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.quantities import require_amounts
from yngis.measure.units import convert_units

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAN_OUTPUT_PER_MU: Final[Mapping[str, float]] = {"国家级": 600.0, "省级": 400.0}
"""万元 per 亩 and year that the plan asks of a zone by its level (第四章第一节四)."""


class PerMuMeasure(NamedTuple):
    """
    What is counted per 亩 (亩均分子).

    Attributes
    ----------
    name
        Quantity [万元].
    label
        Both languages.
    is_output
        Whether the plan's 产出 may mean it.
    """

    name: str
    label: str
    is_output: bool = False


MEASURES: Final = (
    PerMuMeasure(
        "a2_revenue_wan", "工业（物流）企业总收入 / revenue of industrial firms", is_output=True
    ),
    PerMuMeasure("revenue_wan", "营业收入 / operating revenue", is_output=True),
    PerMuMeasure("gross_output_wan", "工业总产值 / gross industrial output", is_output=True),
    PerMuMeasure("value_added_wan", "工业增加值 / industrial value added"),
    PerMuMeasure("a2_tax_wan", "工业（物流）企业税收 / tax of industrial firms"),
    PerMuMeasure("tax_wan", "二三产业税收 / tax of secondary and tertiary sectors"),
)
"""In the order in which they are printed."""

LANDS: Final[Mapping[str, str]] = {
    "A2": "每亩工矿仓储用地 / per 亩 of industrial land",
    "A": "每亩已建成城镇建设用地 / per 亩 of built-up land",
}
"""The two denominators, by the code of the land."""


def per_mu(
    table: pd.DataFrame,
    levels: pd.Series | None = None,
    required: Mapping[str, float] = PLAN_OUTPUT_PER_MU,
) -> pd.DataFrame:
    """
    Output, tax and value added per 亩 (亩均产出、税收、增加值), by both denominators.

    Parameters
    ----------
    table
        As for :func:`yngis.analysis.intensity.indicators`.
    levels
        Level of each zone (国家级, 省级) on the same index; without it no verdict is given.
    required
        万元 per 亩 and year by level.

    Returns
    -------
    rows
        One row per zone, measure and denominator: ``zone``, ``measure``, ``measure_label``,
        ``land``, ``land_label``, ``value`` [万元/(亩·年)], ``required`` (for measures that 产出
        may mean), ``meets`` (missing where it cannot be told) and ``reason``.

    Notes
    -----
    The plan says neither what output is nor which land it is divided by, and the answer can turn
    on it: the national zones of 2021 made 943 万元 per 亩 of industrial land and 451 per 亩 of
    built-up land. So every reading is given.

    Examples
    --------
    >>> table = pd.DataFrame({"A": [100.0], "A2": [40.0], "a2_revenue_wan": [600_000.0]})
    >>> rows = per_mu(table, pd.Series(["国家级"]))
    >>> rows[["land", "value", "meets"]].values.tolist()
    [['A2', 1000.0, True], ['A', 400.0, False]]
    """
    amounts = require_amounts(table)
    level = pd.Series(index=amounts.index, dtype="str") if levels is None else levels
    wanted = level.reindex(amounts.index).map(dict(required)).astype("float64")
    blocks = []
    for measure in MEASURES:
        if measure.name not in amounts:
            continue
        for land, label in LANDS.items():
            blocks.append(_per_mu_block(amounts, measure, land, label, wanted))
    if not blocks:
        columns = ["zone", "measure", "measure_label", "land", "land_label"]
        return pd.DataFrame(columns=[*columns, "value", "required", "meets", "reason"])
    together = pd.concat(blocks, ignore_index=True)
    order = np.tile(np.arange(len(amounts)), len(blocks)).argsort(kind="stable")
    return together.iloc[order].reset_index(drop=True)


def depends_on_land(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Zones whose verdict turns with the denominator (结论随分母而变的开发区).

    Examples
    --------
    >>> table = pd.DataFrame({"A": [100.0], "A2": [40.0], "a2_revenue_wan": [600_000.0]})
    >>> depends_on_land(per_mu(table, pd.Series(["国家级"])))["built_up"].tolist()
    [400.0]
    """
    judged = rows[rows["meets"].notna()]
    both = judged[judged["land"] == "A2"].merge(
        judged[judged["land"] == "A"], on=["zone", "measure"], suffixes=("", "_built_up")
    )
    turned = both[both["meets"] != both["meets_built_up"]]
    return (
        turned[["zone", "measure", "value", "value_built_up", "required"]]
        .rename(columns={"value": "industrial", "value_built_up": "built_up"})
        .reset_index(drop=True)
    )


def _per_mu_block(
    amounts: pd.DataFrame, measure: PerMuMeasure, land: str, label: str, wanted: pd.Series[float]
) -> pd.DataFrame:
    """All zones by one measure and one denominator."""
    missing = pd.Series(np.nan, index=amounts.index)
    area = convert_units(amounts.get(land, missing), "ha", "亩")
    value = amounts[measure.name] / area.where(area > 0)
    required = wanted if measure.is_output else missing
    meets = (value >= required).astype("boolean").mask(value.isna() | required.isna())
    reason = pd.Series("", index=amounts.index, dtype="str")
    reason = reason.mask(amounts[measure.name].isna(), f"缺数据 / no data: {measure.name}")
    reason = reason.mask(area.isna(), f"缺数据 / no data: {land}")
    reason = reason.mask(area == 0, f"分母为零 / denominator is zero: {land}")
    return pd.DataFrame(
        {
            "zone": amounts.index.to_numpy(),
            "measure": measure.name,
            "measure_label": measure.label,
            "land": land,
            "land_label": label,
            "value": value.to_numpy(),
            "required": required.to_numpy(),
            "meets": meets.to_numpy(dtype=object),
            "reason": reason.to_numpy(),
        }
    ).astype({"meets": "boolean"})
