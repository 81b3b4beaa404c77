"""
What the plan makes of a zone's ratios (规划奖惩): quota preferred, or cut and suspended.

The plan (第四章第四节三) names signals and gives no numbers. Criteria, thresholds and logic are a
file; the result shows every criterion with value, threshold and verdict, and what it would take to
leave the sanction.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.audit.quota_rules import ASSESSMENT, ROUNDING, Criterion, PlanRule, Side
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

VERDICTS: Final = {
    "sanction": "扣减指标、暂停受理",
    "prefer": "优先保障",
    "neutral": "无奖惩",
    "undetermined": "数据不足",
}
"""What may become of a zone, and its Chinese name."""


@dataclass(frozen=True)
class Consequences:
    """
    What becomes of the zones (奖惩结果).

    Attributes
    ----------
    verdicts
        One row per zone: ``verdict``, ``verdict_zh``, ``why``, ``to_leave`` (what it would take to
        leave the sanction) and ``hectares`` of it, ``exempt``.
    criteria
        One row per zone and criterion: ``side``, ``criterion``, ``zh``, ``measure``, ``value``,
        ``sign``, ``threshold``, ``holds`` (True, False, or missing), ``numerator_m2``,
        ``denominator_m2``, ``need_ha``, ``need``, ``basis``, ``note``.
    """

    verdicts: pd.DataFrame
    criteria: pd.DataFrame


def quota_consequences(
    ratios: pd.DataFrame,
    rule: PlanRule,
    assessment: Mapping[str, str] | None = None,
    unmatched: Mapping[str, float] | None = None,
    doubtful: Mapping[str, float] | None = None,
    *,
    misplaced: Mapping[str, float] | None = None,
    ranges: Mapping[tuple[str, str], tuple[bool, bool]] | None = None,
) -> Consequences:
    """
    Apply the plan's rule to the zones (规划奖惩).

    Parameters
    ----------
    ratios
        As :func:`~yngis.analysis.audit.ratios.ratio_table` gives them, of the zones alone:
        ``place``, ``ratio``, ``value``, ``numerator_m2``, ``denominator_m2``, ``reason``.
    rule
        The rule.
    assessment
        Result of the assessment by zone, where it is known.
    unmatched
        Supply that was subtracted from no approval [m²], by zone: where it could turn a criterion
        that rests on the balance, the criterion is open.
    doubtful
        Land of approvals that may or may not be in force, or that may or may not lie in the zone
        [m²], by zone, infinite where an area is not known: where it could turn a criterion that
        rests on the balance, the criterion is open.
    ranges
        By zone and ratio, whether supply of unknown area could make it 0, and 1: where that could
        turn a criterion, the criterion is open.
    misplaced
        Supply that was subtracted in a zone and may lie in another [m²], by zone; likewise.

    Returns
    -------
    consequences
        Verdicts and criteria.

    Notes
    -----
    A ratio whose denominator is zero gives no signal: where nothing was due, nothing was missed.
    One for which data are missing leaves the verdict open, unless the other criteria settle it. A
    criterion on the assessment is left out altogether where no assessment was given.
    """
    known = {
        (str(line["place"]), str(line["ratio"])): _Line(*(line[name] for name in _Line._fields))
        for line in ratios.to_dict("records")
    }
    zones = [str(place) for place in dict.fromkeys(ratios["place"])]
    rows = []
    for side_name in ("sanction", "prefer"):
        side: Side = getattr(rule, side_name)
        for criterion in side.criteria:
            if criterion.measure == ASSESSMENT and not assessment:
                continue
            rows += [
                _open_by_range(
                    _open_by_doubt(
                        _open_row(
                            row,
                            criterion,
                            (unmatched or {}).get(str(row[0]), 0.0),
                            (misplaced or {}).get(str(row[0]), 0.0),
                        ),
                        criterion,
                        (doubtful or {}).get(str(row[0]), 0.0),
                    ),
                    criterion,
                    ranges or {},
                )
                for row in _judge_criterion(criterion, side_name, zones, known, assessment or {})
            ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    verdicts = [_zone_verdict(zone, table[table["zone"] == zone], rule) for zone in zones]
    return Consequences(
        pd.DataFrame(
            verdicts,
            columns=["zone", "verdict", "verdict_zh", "why", "to_leave", "hectares", "exempt"],
        ),
        table,
    )


_COLUMNS: Final = (
    "zone", "side", "criterion", "zh", "measure", "value", "sign", "threshold", "holds",
    "numerator_m2", "denominator_m2", "need_ha", "need", "weight", "basis", "note",
)  # fmt: skip


COULD_ADD: Final = {
    "supply_rate": 1.0,
    "supply_rate_5y": 1.0,
    "unsupplied_rate": -1.0,
    "unsupplied_disposal_rate": 1.0,
}
"""Ratios that rest on the balance, and whether more matched supply makes them larger."""
_OPEN: Final = "另有"


def _open_row(
    row: tuple[object, ...], criterion: Criterion, more: float, less: float
) -> tuple[object, ...]:
    """Leave a criterion open where supply whose approval or place is unknown could turn it."""
    told = dict(zip(_COLUMNS, row, strict=True))
    change = COULD_ADD.get(str(told["measure"]), 0.0)
    if max(more, less) <= 0.0 or not change or told["holds"] is None:
        return row
    value, threshold, whole = (
        float(str(told[name])) for name in ("value", "threshold", "denominator_m2")
    )
    if np.isnan([value, threshold]).any() or whole <= 0.0:
        return row
    others = [min(max(value + change * area / whole, 0.0), 1.0) for area in (more, -less) if area]
    turning = [criterion.holds(other, threshold) != told["holds"] for other in others]
    if not any(turning):
        return row
    area = more if more > 0.0 and turning[0] else less
    note = f"{_OPEN} {area / HECTARE_M2:.2f} 公顷供应未对上批准或位置不详，可改变结论"
    return tuple((told | {"holds": None, "need_ha": np.nan, "need": "", "note": note}).values())


def _open_by_doubt(
    row: tuple[object, ...], criterion: Criterion, area: float
) -> tuple[object, ...]:
    """Leave a criterion open where approvals that may or may not be in force could turn it."""
    told = dict(zip(_COLUMNS, row, strict=True))
    if area <= 0.0 or str(told["measure"]) not in COULD_ADD or told["holds"] is None:
        return row
    part, whole, threshold = (
        float(str(told[name])) for name in ("numerator_m2", "denominator_m2", "threshold")
    )
    if not np.isnan([part, whole, threshold]).any() and whole > 0.0 and np.isfinite(area):
        # Supplied wholly or not at all: every other case lies between the two.
        others = [part / (whole + area), (part + area) / (whole + area)]
        if all(criterion.holds(other, threshold) == told["holds"] for other in others):
            return row
    told_area = f"{area / HECTARE_M2:.2f} 公顷" if np.isfinite(area) else "面积不详的"
    note = f"{_OPEN} {told_area}批准是否有效不明，或无图形、归属不详，可改变结论"
    return tuple((told | {"holds": None, "need_ha": np.nan, "need": "", "note": note}).values())


def _open_by_range(
    row: tuple[object, ...],
    criterion: Criterion,
    ranges: Mapping[tuple[str, str], tuple[bool, bool]],
) -> tuple[object, ...]:
    """Leave a criterion open where supply of unknown area could turn it."""
    told = dict(zip(_COLUMNS, row, strict=True))
    low, high = ranges.get((str(told["zone"]), str(told["measure"])), (False, False))
    ends = [end for end, may in ((0.0, low), (1.0, high)) if may]
    if not ends or told["holds"] is None:
        return row
    threshold = float(str(told["threshold"]))
    if all(criterion.holds(end, threshold) == told["holds"] for end in ends):
        return row
    note = f"{_OPEN}面积不详的供应，可改变结论"
    return tuple((told | {"holds": None, "need_ha": np.nan, "need": "", "note": note}).values())


class _Line(NamedTuple):
    """One ratio of one zone."""

    ratio: str
    value: float
    numerator_m2: float
    denominator_m2: float
    reason: str


def _judge_criterion(
    criterion: Criterion,
    side: str,
    zones: Sequence[str],
    known: Mapping[tuple[str, str], _Line],
    assessment: Mapping[str, str],
) -> list[tuple[object, ...]]:
    """Judge one criterion in every zone."""
    if criterion.measure == ASSESSMENT:
        return [_assessed_row(criterion, side, zone, assessment.get(zone)) for zone in zones]
    lines = {zone: _criterion_line(criterion, zone, known) for zone in zones}
    limit = criterion.limit
    values = [line.value for line in lines.values()]
    threshold = limit.among(values) if limit is not None else float("nan")
    return [_criterion_row(criterion, side, zone, lines[zone], threshold) for zone in zones]


def _assessed_row(
    criterion: Criterion, side: str, zone: str, result: str | None
) -> tuple[object, ...]:
    held = criterion.values  # noqa: PD011 - no frame
    holds = None if result is None else result in held
    note = "未提供考核结果" if result is None else ""
    need = "考核结果改善" if holds and side == "sanction" else ""
    return (
        zone, side, criterion.code, criterion.zh, ASSESSMENT, result or "", "=", "、".join(held),
        holds, np.nan, np.nan, np.nan, need, criterion.weight, criterion.basis, note,
    )  # fmt: skip


def _criterion_line(
    criterion: Criterion, zone: str, known: Mapping[tuple[str, str], _Line]
) -> _Line:
    """Find the ratio that a criterion looks at; the fallback where the first has no value."""
    none = _Line(criterion.measure, np.nan, np.nan, np.nan, "缺数据")
    first = known.get((zone, criterion.measure), none)
    second = known.get((zone, criterion.fallback), none)
    return second if np.isnan(first.value) and not np.isnan(second.value) else first


def _criterion_row(
    criterion: Criterion, side: str, zone: str, line: _Line, threshold: float
) -> tuple[object, ...]:
    holds: bool | None
    if np.isnan(line.value) or np.isnan(threshold):
        holds = False if line.reason.startswith("分母为零") else None
    else:
        holds = criterion.holds(line.value, threshold)
    need, words = (np.nan, "")
    if holds and side == "sanction":
        need, words = _hectares_needed(criterion, line, threshold)
    return (
        zone, side, criterion.code, criterion.zh, line.ratio, line.value, criterion.sign, threshold,
        holds, line.numerator_m2, line.denominator_m2, need, words, criterion.weight,
        criterion.basis, line.reason,
    )  # fmt: skip


_MORE: Final = {
    "supply_rate": "再供应",
    "supply_rate_5y": "从前五年批次中再供应",
    "built_rate": "再建成",
    "unsupplied_disposal_rate": "再处置年初批而未供",
    "idle_disposal_rate": "再处置年初疑似闲置",
}
_LESS: Final = {
    "idle_rate": "处置疑似闲置",
    "unsupplied_rate": "消化批而未供",
    "not_used_rate": "促使动工",
}


def _hectares_needed(criterion: Criterion, line: _Line, threshold: float) -> tuple[float, str]:
    """Hectares by which the numerator must change for the signal to go, and in words."""
    change = (threshold * line.denominator_m2 - line.numerator_m2) / HECTARE_M2
    if criterion.sign in {"<", "≤"}:
        hectares, verb = max(change, 0.0), _MORE.get(line.ratio, "增加")
    else:
        hectares, verb = max(-change, 0.0), _LESS.get(line.ratio, "减少")
    more = "以上" if criterion.sign in {"≤", "≥"} else ""
    return hectares, f"{verb} {hectares:.2f} 公顷（{hectares * 15:.1f} 亩）{more}"


def _zone_verdict(zone: str, rows: pd.DataFrame, rule: PlanRule) -> tuple[object, ...]:
    """Verdict on one zone, from its criteria."""
    punished = rows[rows["side"] == "sanction"]
    preferred = rows[rows["side"] == "prefer"]
    sanction = _side_holds(punished, rule.sanction)
    prefer = _side_holds(preferred, rule.prefer)
    if sanction:
        verdict = "sanction"
    elif sanction is None:
        verdict = "undetermined"
    elif prefer:
        verdict = "prefer"
    elif prefer is None:
        verdict = "undetermined"
    else:
        verdict = "neutral"
    signals = list(punished.loc[_true_rows(punished), "zh"])
    lacking = [
        f"{zh}（{note}）" if str(note).startswith(_OPEN) else zh
        for zh, note in rows.loc[rows["holds"].isna(), ["zh", "note"]].itertuples(index=False)
    ]
    why = {
        "sanction": f"符合：{'；'.join(signals)}（{_LOGIC[rule.sanction.logic]}）",
        "prefer": "符合全部优先条件" if rule.prefer.logic == "all" else "符合优先条件",
        "neutral": f"未达到奖惩条件{'；有信号：' + '；'.join(signals) if signals else ''}",
        "undetermined": f"缺：{'；'.join(dict.fromkeys(lacking))}",
    }[verdict]
    to_leave, hectares = "", np.nan
    if verdict == "sanction":
        to_leave, hectares = _way_out(punished, rule.sanction)
    exempt = f"{'、'.join(rule.exempt)}仍受理" if verdict == "sanction" else ""
    return (zone, verdict, VERDICTS[verdict], why, to_leave, hectares, exempt)


_LOGIC: Final = {"any": "任一即处罚", "all": "须全部符合", "score": "按权重计分"}


def _true_rows(rows: pd.DataFrame) -> pd.Series:
    return rows["holds"].map(lambda held: held is not None and bool(held))


def _side_holds(rows: pd.DataFrame, side: Side) -> bool | None:
    """Tell whether a side applies; None where missing data could still turn it."""
    weights = rows["weight"].to_numpy(dtype=np.float64)
    return _weights_hold(
        weights, _true_rows(rows).to_numpy(dtype=bool), rows["holds"].isna().to_numpy(), side
    )


def _weights_hold(
    weights: NDArray[np.float64], sure: NDArray[np.bool_], open_: NDArray[np.bool_], side: Side
) -> bool | None:
    """Tell the same of weights, by which criteria hold and which could."""
    if len(weights) == 0:
        return False
    needed = {"any": weights.min(), "all": weights.sum(), "score": side.score_needed}[side.logic]
    needed -= ROUNDING
    if weights[sure].sum() >= needed:
        return True
    return None if weights[sure].sum() + weights[open_].sum() >= needed else False


def _way_out(rows: pd.DataFrame, side: Side) -> tuple[str, float]:
    """The least that has to change for the sanction to go."""
    true = _true_rows(rows).to_numpy(dtype=bool)
    held, places = rows[true], true.nonzero()[0]
    weights, never = rows["weight"].to_numpy(dtype=np.float64), np.zeros(len(rows), dtype=bool)
    best: tuple[float, int, tuple[int, ...]] | None = None
    for count in range(1, len(held) + 1):
        for chosen in itertools.combinations(range(len(held)), count):
            rest = true.copy()
            rest[places[list(chosen)]] = False
            if _weights_hold(weights, rest, never, side):
                continue
            # An assessment cannot be mended by hectares: take it only where nothing else helps.
            cost = held["need_ha"].iloc[list(chosen)].fillna(1e9).sum()
            if best is None or (cost, count) < best[:2]:
                best = (float(cost), count, chosen)
    if best is None:
        return "", float("nan")
    words = [str(held["need"].iloc[at]) for at in best[2]]
    hectares = float(held["need_ha"].iloc[list(best[2])].sum())
    return "；".join(words), hectares
