"""
Suspected inefficient land (疑似低效用地): performance below a user's own standards, by industry.

No national thresholds exist; cities publish their own. Inefficiency is performance, idleness is
dates: the two are told in columns of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.periods import full_on
from yngis.analysis.industry_editions import EDITIONS, LATEST, means_one, to_latest
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.side_files import read_side_text, read_small_csv, split_csv
from yngis.catalogue.tables.cards.units import read_unit
from yngis.catalogue.tables.values.cells import Amount, read_amount
from yngis.catalogue.tables.values.industry_codes import clean_code
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.counting_rules import Counting

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

_HEADERS: Final = (
    "industry_code", "edition", "criterion", "sense", "limit", "unit", "source",
)  # fmt: skip
# Without edition and sense: minima alone, and codes that mean the same in every edition.
_SHORT: Final = ("industry_code", "criterion", "minimum", "unit", "source")
_SENSES: Final = ("min", "max")
_ALL: Final = "*"
# A value that equals its standard but for the last digit of a float equals it.
_ROUNDING: Final = 1e-12


class Standard(NamedTuple):
    """
    What land of an industry must reach, or must not exceed (认定标准).

    Attributes
    ----------
    industry
        Code of GB/T 4754-2017; it holds for all codes that begin with it, ``*`` for every industry.
    criterion
        Column of the supply.
    limit
        Value below which, or above which, the land is suspected, in the column's unit.
    source
        Where it is written.
    sense
        ``min``: below the limit is suspected; ``max``: above it.
    """

    industry: str
    criterion: str
    limit: float
    source: str
    sense: str = "min"


def read_standards(path: Path) -> tuple[Standard, ...]:
    """
    Read standards from a CSV (读取低效认定标准).

    Parameters
    ----------
    path
        CSV, UTF-8 or GBK, with the headers
        ``industry_code,edition,criterion,sense,limit,unit,source``: the edition of GB/T 4754 that
        the code is of (2002, 2011, 2017), ``min`` or ``max``, and for a rate a unit such as
        万元/亩, for a share %. The shorter ``industry_code,criterion,minimum,unit,source`` holds
        minima for codes that mean the same in every edition.

    Returns
    -------
    standards
        In the order of the file, with codes of the edition of 2017; one line gives several
        standards where its division was divided since.

    Raises
    ------
    LayerError
        With every faulty line.
    """
    lines = split_csv(read_side_text(path), str(path))
    short = bool(lines) and tuple(lines[0].cells) == _SHORT
    problems: list[Problem] = []
    standards: list[Standard] = []
    for number, line in read_small_csv(path, _SHORT if short else _HEADERS):
        found = _read_standards(_lengthen_line(line) if short else line)
        if isinstance(found, _Fault):
            where = f"{path.name}：第 {number} 行 / line {number}"
            problems.append(Problem(where, found.promised, found.found, found.mend))
        else:
            standards += found
    if problems:
        raise LayerError(problems)
    return tuple(standards)


class _Fault(NamedTuple):
    """What is wrong with a line."""

    promised: str
    found: str
    mend: str


def _lengthen_line(cells: list[str]) -> list[str]:
    """A line of the short form, with an edition left open and the sense of a minimum."""
    if len(cells) != len(_SHORT):
        return cells
    industry, criterion, minimum, unit, source = cells
    return [industry, "", criterion, "min", minimum, unit, source]


def _read_standards(cells: list[str]) -> list[Standard] | _Fault:
    """The standards of one line, by the edition of 2017."""
    if len(cells) != len(_HEADERS):
        return _Fault("每列一格 / a cell for each header", str(len(cells)), "补齐 / fill all cells")
    industry, edition, criterion, sense, limit, unit, source = cells
    if criterion not in CRITERIA:
        mend = did_you_mean(criterion, CRITERIA)
        return _Fault(f"指标 / criterion: {', '.join(CRITERIA)}", criterion, mend)
    if sense not in _SENSES:
        return _Fault("min 或 max / min or max", sense or "无 / none", "下限写 min，上限写 max")
    value = _read_limit(criterion, limit, unit)
    if isinstance(value, _Fault):
        return value
    codes = _codes_of_2017(industry, edition)
    if isinstance(codes, _Fault):
        return codes
    return [Standard(code, criterion, value, source, sense) for code in codes]


def _read_limit(criterion: str, limit: str, unit: str) -> float | _Fault:
    """The limit in the unit of its column."""
    amount = read_amount(limit)
    if not isinstance(amount, Amount) or amount.number <= 0.0:
        return _Fault("正数 / a positive number", limit, "写数值 / write a number")
    value = amount.number
    if criterion.endswith("_wan_ha"):
        found = read_unit(unit)
        if found is None or found.kind != "rate":
            return _Fault("地均单位 / a rate per area", unit or "无 / none", "如 / such as 万元/亩")
        value *= found.factor()
    elif criterion == "building_coefficient" and (unit == "%" or value > 1.0):
        value /= 100.0
    return value


def _codes_of_2017(industry: str, edition: str) -> tuple[str, ...] | _Fault:
    """Codes of the edition of 2017."""
    if industry in {"", _ALL}:
        return (_ALL,)
    code = clean_code(industry)
    if code is None:
        return _Fault("2 至 4 位行业代码 / two to four digits", industry, "如 / such as 26、C2614")
    if edition == "" and not means_one(code):
        found = f"{industry}，未写版本 / no edition"
        mend = f"加 edition 列，写 {'、'.join(EDITIONS)} 之一 / add the column edition"
        return _Fault("各版含义不同的代码须写版本 / the edition of this code", found, mend)
    if edition not in {"", *EDITIONS}:
        mend = f"{'、'.join(EDITIONS)} 之一 / one of these"
        return _Fault("GB/T 4754 的版本 / an edition of GB/T 4754", edition, mend)
    return to_latest(code, edition or LATEST) or _Fault(
        f"{edition} 年版的大类 / a division of the edition of {edition}",
        industry,
        "改写 2017 年版代码 / give the code of the edition of 2017",
    )


def find_inefficient(
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
        Supply records, ``(n,)``, with ``industry_code`` (GB/T 4754-2017), ``actual_completion``
        and the columns that standards are set for.
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
    >>> from yngis.analysis.audit.idle_land.idle_rules import read_rules
    >>> supply = pd.DataFrame({
    ...     "industry_code": ["3360"], "actual_completion": ["2018-05-01"], "far": [0.5]})
    >>> marks = find_inefficient(supply, [Standard("33", "far", 0.6, "市标准")],
    ...                     np.datetime64("2025-12-31"), read_rules().counting)
    >>> marks["failing"].tolist()
    ['容积率 0.5 < 0.6']
    """
    completed = _record_days(supply, as_of)
    old_enough = as_of >= full_on(completed, 12 * years, counting)
    industries = supply.get("industry_code", pd.Series(None, index=supply.index, dtype="object"))
    values = {
        name: supply[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in CRITERIA
        if name in supply
    }
    fitting: dict[object, dict[tuple[str, str], Standard]] = {}
    marks: list[tuple[bool | None, str, str]] = [(None, "", "")] * len(supply)
    for at in old_enough.nonzero()[0]:
        industry = industries.iloc[at]
        if industry not in fitting:
            fitting[industry] = _fitting_standards(industry, standards)
        told = {name: float(numbers[at]) for name, numbers in values.items()}
        marks[at] = _measure_record(told, fitting[industry])
    table = pd.DataFrame(
        marks, columns=["inefficient", "failing", "unmeasured"], index=supply.index
    )
    return table.astype({"inefficient": "boolean"})


def _record_days(supply: pd.DataFrame, as_of: np.datetime64) -> NDArray[np.datetime64]:
    none = pd.Series(pd.NaT, index=supply.index)
    days = pd.to_datetime(supply.get("actual_completion", none)).to_numpy().astype("datetime64[D]")
    return np.where(days <= as_of, days, np.datetime64("NaT", "D"))


def _fitting_standards(
    industry: object, standards: Sequence[Standard]
) -> dict[tuple[str, str], Standard]:
    """The standard of each criterion and sense for an industry: the one for the longest code."""
    code = clean_code(industry) or ""
    fitting: dict[tuple[str, str], Standard] = {}
    for standard in standards:
        if standard.industry != _ALL and not code.startswith(standard.industry):
            continue
        key = (standard.criterion, standard.sense)
        held = fitting.get(key)
        if held is None or len(held.industry.strip(_ALL)) < len(standard.industry.strip(_ALL)):
            fitting[key] = standard
    return fitting


def _measure_record(
    record: dict[str, float], standards: dict[tuple[str, str], Standard]
) -> tuple[bool | None, str, str]:
    failing, unmeasured, met = [], [], 0
    for criterion, name in CRITERIA.items():
        for sense in _SENSES:
            standard = standards.get((criterion, sense))
            if standard is None:
                continue
            value = record.get(criterion, np.nan)
            slack = standard.limit * _ROUNDING
            if np.isnan(value):
                unmeasured.append(name)
            elif sense == "min" and value < standard.limit - slack:
                failing.append(f"{name} {value:g} < {standard.limit:g}")
            elif sense == "max" and value > standard.limit + slack:
                failing.append(f"{name} {value:g} > {standard.limit:g}")
            else:
                met += 1
    measured = True if failing else (False if met else None)
    return measured, "；".join(failing), "、".join(dict.fromkeys(unmeasured))
