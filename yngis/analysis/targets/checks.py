"""Every numeric target of the plan as a check (规划指标核对): value, gap, verdict, gaps of data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from yngis.analysis.targets.growth import expected_value
from yngis.analysis.targets.measures import Gap, Measured, measure_reading
from yngis.analysis.targets.readings import is_filled, judge_of, read_readings
from yngis.catalogue import read_pack
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.analysis.targets.panel import Panel
    from yngis.analysis.targets.readings import Judge, Reading

Verdict = Literal["met", "on_course", "behind", "no_data", "undefined"]
VERDICTS: Final[dict[Verdict, str]] = {
    "met": "已达到",
    "on_course": "进度正常",
    "behind": "落后",
    "no_data": "缺数据",
    "undefined": "无法判定",
}
"""Verdicts and their Chinese names."""

_EPSILON = 1e-9  # rounding of floats must not turn 100 % into a failure
# Kinds whose value before the first year of the period is known without figures.
_START = {"multiple": 1.0, "gain": 0.0, "share_gain": 0.0, "category_gain": 0.0}
# Rates over the whole period are met only at its end; till then they are on course.
_RATES = frozenset({"growth", "yearly_change"})
_CHECKS = [
    *("id", "target_zh", "target_en", "reading", "reading_zh", "reading_en", "unit", "value"),
    *("target", "gap", "is_floor", "base_year", "base_inferred", "base_value", "base_basis"),
    *("expected", "target_year", "year_inferred", "verdict", "zones", "zones_met", "missing"),
    *("scope", "plan_ref", "note"),
]


def inferred_base_year() -> int:
    """
    Base year where the plan in use states none: the year before its period (推定基期).

    Returns
    -------
    year
        Four digits.

    Examples
    --------
    >>> inferred_base_year()
    2020
    """
    return read_pack().years[0] - 1


def plan_horizon() -> int:
    """
    Target year where the plan in use states none: the last of its period (规划末年).

    Returns
    -------
    year
        Four digits.

    Examples
    --------
    >>> plan_horizon()
    2025
    """
    return read_pack().years[1]


_SUMMARY = ["id", "target_zh", "target_en", "verdict", "readings", "agree", "plan_ref"]


@dataclass(frozen=True, slots=True)
class TargetChecks:
    """
    The plan's targets, checked (核对结果).

    Attributes
    ----------
    checks
        One row per target and reading: ``value``, ``target`` and ``gap`` (value − target) in
        ``unit``, ``base_value`` and ``expected`` (where a value on course stands), ``verdict``,
        how many ``zones`` were looked at and how many of them meet it (readings zone by zone),
        number of figures ``missing``, and what the plan leaves open.
    summary
        One row per target: ``verdict``, ``readings`` and whether they ``agree``.
    zones
        One row per zone, target and reading, of readings zone by zone.
    missing
        One row per missing figure: ``id``, ``reading``, ``zone``, ``quantity``, ``year``.
    """

    checks: pd.DataFrame
    summary: pd.DataFrame
    zones: pd.DataFrame
    missing: pd.DataFrame


def check_targets(
    panel: Panel,
    targets: pd.DataFrame,
    *,
    year: int,
    base_year: int | None = None,
    readings: Mapping[str, tuple[Reading, ...]] | None = None,
) -> TargetChecks:
    """
    Check every numeric target of the plan (核对规划指标).

    Parameters
    ----------
    panel
        Yearly figures of zones and province.
    targets
        The plan's targets, as :func:`yngis.plan.plan_targets` gives them.
    year
        Year of the figures.
    base_year
        Base year; :func:`inferred_base_year` where None.
    readings
        How targets are read; the shipped readings if None.

    Returns
    -------
    checks
        Verdicts: ``met``; ``on_course`` (by the growth path between base and target year);
        ``behind``; ``no_data``; ``undefined`` (no base for a path, or readings that disagree).

    Raises
    ------
    LayerError
        If the year lies before the base year.
    SpecError
        If readings name what does not exist.

    Examples
    --------
    >>> from yngis.analysis.targets.panel import make_panel
    >>> from yngis.plan import plan_targets
    >>> stats = pd.DataFrame(
    ...     {"zone": ["昆明高新", "昆明高新"], "year": [2020, 2023], "revenue_yi": [2000.0, 3600.0]}
    ... )
    >>> found = check_targets(make_panel(stats), plan_targets(), year=2023).checks.set_index("id")
    >>> found.loc["kunming_hightech_revenue", "verdict"]
    'on_course'
    """
    base_year = inferred_base_year() if base_year is None else base_year
    if year < base_year:
        raise LayerError(
            Problem(
                "--year",
                promised=f"不早于基期 {base_year} / not before the base year",
                found=str(year),
                mend="改年份或基期 / mend the year or the base year",
            )
        )
    chosen = read_readings(ids=targets["id"], zones=panel.registry.index)
    if readings is not None:
        chosen = readings
    rows: list[dict[str, Any]] = []
    zone_rows: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    for target in targets.to_dict("records"):
        for reading in chosen[target["id"]]:
            row, by_zone, gaps = _check_reading(target, reading, panel, year, base_year)  # type: ignore[arg-type]
            rows.append(row)
            zone_rows += by_zone
            missing += [
                {"id": target["id"], "reading": reading.name, **gap._asdict()} for gap in gaps
            ]
    checks = pd.DataFrame(rows, columns=_CHECKS)
    return TargetChecks(
        checks=checks,
        summary=_target_summary(checks),
        zones=pd.DataFrame(
            zone_rows, columns=["id", "reading", "zone", "value", "target", "expected", "verdict"]
        ),
        missing=pd.DataFrame(missing, columns=["id", "reading", "zone", "quantity", "year"]),
    )


def _check_reading(
    target: dict[str, Any], reading: Reading, panel: Panel, year: int, base_year: int
) -> tuple[dict[str, Any], list[dict[str, Any]], tuple[Gap, ...]]:
    """One target by one reading: the row, the rows of its zones, and the missing figures."""
    last = int(target["year"]) if is_filled(target["year"]) else plan_horizon()
    first = int(target["base_year"]) if is_filled(target["base_year"]) else base_year
    wanted = float(target["value"]) - reading.slack
    judge = judge_of(reading, str(target["comparison"]))
    found = measure_reading(reading, panel, year, first)
    base, basis = _base_value(target, reading, panel, first)
    course = _Course(judge, wanted, (first, last), year, reading)
    by_zone = _zone_rows(target["id"], found, base, course)
    expected = course.expected(base.value)
    verdict = _verdict_of(found, by_zone, expected, course)
    verdicts = [row["verdict"] for row in by_zone]
    row = {
        **{name: target[name] for name in ("id", "target_zh", "target_en", "unit", "scope")},
        **{name: target[name] for name in ("plan_ref", "note")},
        "reading": reading.name,
        "reading_zh": reading.zh,
        "reading_en": reading.en,
        "value": found.value,
        "target": float(target["value"]),
        "gap": found.value - float(target["value"]),
        "is_floor": found.is_floor,
        "base_year": first,
        "base_inferred": not is_filled(target["base_year"]),
        "base_value": base.value,
        "base_basis": basis,
        "expected": expected,
        "target_year": last,
        "year_inferred": not is_filled(target["year"]),
        "verdict": verdict,
        "zones": len(verdicts) or None,
        "zones_met": verdicts.count("met") if verdicts else None,
        "missing": len(set(found.gaps)),
    }
    return row, by_zone, tuple(dict.fromkeys(found.gaps))


@dataclass(frozen=True, slots=True)
class _Course:
    """What a value is held against: the target, the way to it, and the year it is looked at."""

    judge: Judge
    wanted: float
    span: tuple[int, int]
    year: int
    reading: Reading

    def expected(self, base: float) -> float:
        """Where a value on course stands in the year."""
        if self.span[1] <= self.span[0]:
            return math.nan
        return expected_value(base, self.wanted, self.span, self.year, self.reading.path)

    def holds(self, value: float, bound: float) -> bool:
        """Whether a value keeps to a bound."""
        if self.judge == "below":
            return value < bound
        edge = _EPSILON * max(1.0, abs(bound))
        return value <= bound + edge if self.judge == "at_most" else value >= bound - edge

    def verdict(self, value: float, expected: float) -> Verdict:
        """Judge one value that is there."""
        reached = self.holds(value, self.wanted)
        if reached:
            early = self.reading.kind in _RATES and self.year < self.span[1]
            return "on_course" if early else "met"
        if self.year >= self.span[1] or self.reading.path == "constant":
            return "behind"
        if math.isnan(expected):
            return "undefined"
        return "on_course" if self.holds(value, expected) else "behind"


def _base_value(
    target: dict[str, Any], reading: Reading, panel: Panel, first: int
) -> tuple[Measured, str]:
    """Value in the base year, and what it rests on."""
    if reading.kind in _START:
        return Measured(_START[reading.kind]), "按定义 / by definition"
    if reading.path == "constant":
        return Measured(math.nan), "不需要 / not needed"
    found = measure_reading(reading, panel, first, first)
    if not math.isnan(found.value) and not found.is_floor:
        return found, "统计数据 / figures"
    if is_filled(target["base_value"]):
        return Measured(float(target["base_value"])), "规划所列基数 / base named in the plan"
    return Measured(math.nan, zones=found.zones), "缺基期数据 / no figures of the base year"


def _zone_rows(
    target: str, found: Measured, base: Measured, course: _Course
) -> list[dict[str, Any]]:
    """Verdict of every zone by itself, each on its own path."""
    if found.zones is None:
        return []
    starts = pd.Series(dtype="float64") if base.zones is None else base.zones
    rows: list[dict[str, Any]] = []
    for zone, value in found.zones.items():
        expected = course.expected(float(starts.get(zone, math.nan)))
        verdict = "no_data" if math.isnan(value) else course.verdict(value, expected)
        rows.append(
            {
                "id": target,
                "reading": course.reading.name,
                "zone": zone,
                "value": value,
                "target": course.wanted,
                "expected": expected,
                "verdict": verdict,
            }
        )
    return rows


def _verdict_of(
    found: Measured, by_zone: list[dict[str, Any]], expected: float, course: _Course
) -> Verdict:
    """Judge the whole: zone by zone where the reading asks for it."""
    if by_zone:
        verdicts = {row["verdict"] for row in by_zone}
        order: tuple[Verdict, ...] = ("behind", "no_data", "undefined", "on_course", "met")
        return next(verdict for verdict in order if verdict in verdicts)
    if math.isnan(found.value):
        return "no_data"
    if not found.gaps:
        return course.verdict(found.value, expected)
    # Figures are missing: a floor that already reaches the target is enough, nothing else is.
    enough = found.is_floor and course.reading.to_yi is None and course.judge == "at_least"
    return "met" if enough and course.holds(found.value, course.wanted) else "no_data"


def _target_summary(checks: pd.DataFrame) -> pd.DataFrame:
    """One verdict per target; readings that disagree leave it undefined."""
    rows = []
    for target, own in checks.groupby("id", sort=False):
        told = list(dict.fromkeys(own["verdict"]))
        with_data = [verdict for verdict in told if verdict != "no_data"]
        agree = len(with_data) <= 1
        verdict = (with_data[0] if with_data else "no_data") if agree else "undefined"
        first = own.iloc[0]
        rows.append(
            {
                "id": target,
                "target_zh": first["target_zh"],
                "target_en": first["target_en"],
                "verdict": verdict,
                "readings": len(own),
                "agree": agree,
                "plan_ref": first["plan_ref"],
            }
        )
    return pd.DataFrame(rows, columns=_SUMMARY)
