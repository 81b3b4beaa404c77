"""
Suspected inefficient land (疑似低效用地): performance below a user's own standards, by industry.

No national thresholds exist; cities publish their own. Inefficiency is performance, idleness is
dates: the two are told in columns of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.audit.periods import full_on
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.side_files import read_small_csv
from yngis.catalogue.tables.cells import Amount, read_amount
from yngis.catalogue.tables.units import read_unit
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from yngis.analysis.audit.counting_rules import Counting

CRITERIA: Final = {
    "far": "容积率",
    "building_coefficient": "建筑系数",
    "invest_wan_ha": "投资强度（万元/公顷）",
    "tax_wan_ha": "地均税收（万元/公顷）",
    "output_wan_ha": "地均产出（万元/公顷）",
}
"""Columns of the supply that standards may set, and their Chinese names."""

YEARS_SINCE_COMPLETION: Final = 3
"""Years a plant has to reach its output before it is measured by it; an editable default."""

_HEADERS: Final = ("industry_code", "criterion", "minimum", "unit", "source")
_ALL: Final = "*"
# A value that equals its standard but for the last digit of a float equals it.
_ROUNDING: Final = 1e-12


class Standard(NamedTuple):
    """
    The least that land of an industry must yield (认定标准).

    Attributes
    ----------
    industry
        Code of GB/T 4754; it holds for all codes that begin with it, ``*`` for every industry.
    criterion
        Column of the supply.
    minimum
        Value below which the land is suspected, in the column's unit.
    source
        Where it is written.
    """

    industry: str
    criterion: str
    minimum: float
    source: str


def read_standards(path: Path) -> tuple[Standard, ...]:
    """
    Read standards from a CSV (读取低效认定标准).

    Parameters
    ----------
    path
        CSV, UTF-8 or GBK, with the headers ``industry_code,criterion,minimum,unit,source``; the
        unit of a rate is such as 万元/亩, of a share %.

    Returns
    -------
    standards
        In the order of the file.

    Raises
    ------
    LayerError
        With every faulty line.
    """
    lines = read_small_csv(path, _HEADERS)
    problems: list[Problem] = []
    standards: list[Standard] = []
    for number, line in lines:
        standard = _standard(line)
        if isinstance(standard, Standard):
            standards.append(standard)
        else:
            where = f"{path.name}：第 {number} 行 / line {number}"
            problems.append(Problem(where, *standard))
    if problems:
        raise LayerError(problems)
    return tuple(standards)


class _Fault(NamedTuple):
    """What is wrong with a line."""

    promised: str
    found: str
    mend: str


def _standard(cells: list[str]) -> Standard | _Fault:
    if len(cells) != len(_HEADERS):
        return _Fault(f"{len(_HEADERS)} 列 / cells", str(len(cells)), "补齐各列 / fill all cells")
    industry, criterion, minimum, unit, source = cells
    if criterion not in CRITERIA:
        mend = did_you_mean(criterion, CRITERIA)
        return _Fault(f"指标 / criterion: {', '.join(CRITERIA)}", criterion, mend)
    amount = read_amount(minimum)
    if not isinstance(amount, Amount) or amount.number <= 0.0:
        return _Fault("正数 / a positive number", minimum, "写数值 / write a number")
    value = amount.number
    if criterion.endswith("_wan_ha"):
        found = read_unit(unit)
        if found is None or found.kind != "rate":
            return _Fault("地均单位 / a rate per area", unit or "无 / none", "如 / such as 万元/亩")
        value *= found.factor()
    elif criterion == "building_coefficient" and (unit == "%" or value > 1.0):
        value /= 100.0
    return Standard(industry or _ALL, criterion, value, source)


def inefficient(
    supply: pd.DataFrame,
    standards: Sequence[Standard],
    as_of: np.datetime64,
    counting: Counting,
    *,
    years: int = YEARS_SINCE_COMPLETION,
) -> pd.DataFrame:
    """
    Mark land whose performance is below the standards (低效疑似).

    Parameters
    ----------
    supply
        Supply records, ``(n,)``, with ``industry_code``, ``actual_completion`` and the columns that
        standards are set for.
    standards
        The standards; of several that fit, the one for the longest code counts.
    as_of
        Day of the audit, datetime64[D].
    counting
        How years are counted.
    years
        Full years since completion before which land is not measured.

    Returns
    -------
    marks
        On ``supply.index``: ``inefficient`` (True, False, or missing where nothing could be
        measured), ``failing`` (criteria with value and standard) and ``unmeasured`` (criteria with
        a standard but no value).

    Examples
    --------
    >>> from yngis.analysis.audit.idle_rules import read_rules
    >>> supply = pd.DataFrame({
    ...     "industry_code": ["3360"], "actual_completion": ["2018-05-01"], "far": [0.5]})
    >>> marks = inefficient(supply, [Standard("33", "far", 0.6, "市标准")],
    ...                     np.datetime64("2025-12-31"), read_rules().counting)
    >>> marks["failing"].tolist()
    ['容积率 0.5 < 0.6']
    """
    completed = _days(supply, as_of)
    old_enough = as_of >= full_on(completed, 12 * years, counting)
    industries = supply.get("industry_code", pd.Series(None, index=supply.index, dtype="object"))
    values = {
        name: supply[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in CRITERIA
        if name in supply
    }
    fitting: dict[object, dict[str, Standard]] = {}
    marks: list[tuple[bool | None, str, str]] = [(None, "", "")] * len(supply)
    for at in old_enough.nonzero()[0]:
        industry = industries.iloc[at]
        if industry not in fitting:
            fitting[industry] = _fitting(industry, standards)
        told = {name: float(numbers[at]) for name, numbers in values.items()}
        marks[at] = _measure(told, fitting[industry])
    table = pd.DataFrame(
        marks, columns=["inefficient", "failing", "unmeasured"], index=supply.index
    )
    return table.astype({"inefficient": "boolean"})


def _days(supply: pd.DataFrame, as_of: np.datetime64) -> NDArray[np.datetime64]:
    none = pd.Series(pd.NaT, index=supply.index)
    days = pd.to_datetime(supply.get("actual_completion", none)).to_numpy().astype("datetime64[D]")
    return np.where(days <= as_of, days, np.datetime64("NaT", "D"))


def _fitting(industry: object, standards: Sequence[Standard]) -> dict[str, Standard]:
    """The standard of each criterion for an industry: the one for the longest code."""
    code = industry if isinstance(industry, str) else ""
    fitting: dict[str, Standard] = {}
    for standard in standards:
        if standard.industry != _ALL and not code.startswith(standard.industry):
            continue
        held = fitting.get(standard.criterion)
        if held is None or len(held.industry.strip(_ALL)) < len(standard.industry.strip(_ALL)):
            fitting[standard.criterion] = standard
    return fitting


def _measure(
    record: dict[str, float], standards: dict[str, Standard]
) -> tuple[bool | None, str, str]:
    failing, unmeasured, met = [], [], 0
    for criterion, name in CRITERIA.items():
        if criterion not in standards:
            continue
        value = record.get(criterion, np.nan)
        if np.isnan(value):
            unmeasured.append(name)
        elif value < standards[criterion].minimum * (1 - _ROUNDING):
            failing.append(f"{name} {value:g} < {standards[criterion].minimum:g}")
        else:
            met += 1
    measured = True if failing else (False if met else None)
    return measured, "；".join(failing), "、".join(unmeasured)
