"""What a scheme must keep: names that exist, weights that add up to 1, ideals that can be met."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from yngis.analysis.quantities import quantities
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yngis.analysis.intensity.scheme import Scheme
    from yngis.analysis.intensity.scheme_file import Goal, Leaf, Part, SubGoal

# Weights are written with few digits: 0.33 + 0.67 is meant to be one, 0.33 + 0.66 is not.
_SUM_TOLERANCE = 1e-6
_UNITS = {
    "share": ("area", "area"),
    "ratio": ("area", "area"),
    "万元/ha": ("money", "area"),
    "人/ha": ("people", "area"),
}


def scheme_faults(scheme: Scheme) -> Iterator[Problem]:
    """Find what a scheme says wrong."""
    yield from _source_faults(scheme)
    yield from _indicator_faults(scheme)
    known = {indicator.name for indicator in scheme.indicators}
    named = [
        (f"goals.{goal.name}.{sub.name}", leaf.indicator)
        for goal in scheme.goals
        for sub in goal.sub_goals
        for leaf in sub.indicators
    ] + [("ideals", name) for name in scheme.ideals]
    missing = [(where, name) for where, name in named if name not in known]
    for where, name in missing:
        yield unknown_name_problem(f"{scheme.name}: {where}", name, known)
    if missing:
        return
    yield from _type_faults(scheme)
    yield from _weight_faults(scheme)
    yield from _ideal_faults(scheme)


def _source_faults(scheme: Scheme) -> Iterator[Problem]:
    used = [("weights_source", scheme.weights_source), ("parts", scheme.parts.source)]
    if scheme.zone_types is not None:
        used.append(("zone_types", scheme.zone_types.source))
    used += [(f"ideals.{name}", ideal.source) for name, ideal in scheme.ideals.items()]
    used += [(f"indicators.{item.name}", item.source) for item in scheme.indicators]
    for where, key in used:
        if key not in scheme.sources:
            yield unknown_name_problem(f"{scheme.name}: {where}.source", key, scheme.sources)


def _indicator_faults(scheme: Scheme) -> Iterator[Problem]:
    known = quantities()
    for indicator in scheme.indicators:
        where = f"{scheme.name}: indicators.{indicator.name}"
        for name in (*indicator.numerator, *indicator.denominator):
            if name not in known:
                yield unknown_name_problem(where, name, known)
        sides = zip(
            (indicator.numerator, indicator.denominator), _UNITS[indicator.unit], strict=True
        )
        for names, wanted in sides:
            for name in names:
                if name in known and known[name].dimension != wanted:
                    yield Problem(
                        where,
                        promised=f"{indicator.unit}：{wanted}",
                        found=f"{name}: {known[name].dimension}",
                        mend="改单位或改量 / mend the unit or the quantity",
                    )
        if indicator.sign == "negative" and indicator.unit != "share":
            yield Problem(
                where,
                promised="逆指标须为比率（share） / a negative indicator is a share",
                found=indicator.unit,
                mend="改用比率 / use a share",
            )


def _type_faults(scheme: Scheme) -> Iterator[Problem]:
    for node, where in _scheme_nodes(scheme):
        for zone_type in node.weight if isinstance(node.weight, dict) else ():
            if zone_type not in scheme.types:
                yield unknown_name_problem(
                    f"{scheme.name}: {where}.weight", zone_type, scheme.types
                )


def _scheme_nodes(scheme: Scheme) -> Iterator[tuple[Goal | SubGoal | Leaf, str]]:
    for goal in scheme.goals:
        yield goal, f"goals.{goal.name}"
        for sub in goal.sub_goals:
            yield sub, f"goals.{goal.name}.{sub.name}"
            for leaf in sub.indicators:
                yield leaf, f"goals.{goal.name}.{sub.name}.{leaf.indicator}"


def _weight_faults(scheme: Scheme) -> Iterator[Problem]:
    """Every level adds up to 1, for every type and part that is scored."""
    if fault := _sum_fault(f"{scheme.name}: parts", list(scheme.parts.weights.values())):
        yield fault
    told: set[str] = set()
    for zone_type in scheme.types:
        for part in scheme.parts.weights:
            for where, weights in _sibling_weights(scheme, zone_type, part):
                fault = _sum_fault(f"{scheme.name}: {where} [{zone_type}, {part}]", weights)
                if fault and where not in told:
                    told.add(where)
                    yield fault


def _sibling_weights(
    scheme: Scheme, zone_type: str, part: Part
) -> Iterator[tuple[str, list[float]]]:
    """Weights of all siblings that count for a type and part, level by level."""
    branches = scheme.branches(zone_type, part)
    yield "goals", list({branch.goal: branch.goal_weight for branch in branches}.values())
    for goal in dict.fromkeys(branch.goal for branch in branches):
        own = [branch for branch in branches if branch.goal == goal]
        yield f"goals.{goal}", list({b.sub_goal: b.sub_goal_weight for b in own}.values())
        for sub in dict.fromkeys(branch.sub_goal for branch in own):
            yield f"goals.{goal}.{sub}", [b.leaf_weight for b in own if b.sub_goal == sub]


def _sum_fault(where: str, weights: list[float]) -> Problem | None:
    total = math.fsum(weights)
    if abs(total - 1) <= _SUM_TOLERANCE:
        return None
    return Problem(
        where,
        promised="同级权重之和为 1 / weights of a level add up to 1",
        found=f"{' + '.join(f'{weight:g}' for weight in weights)} = {total:g}",
        mend="按比例调整，或补上缺的指标 / rescale them, or add what is missing",
    )


def _ideal_faults(scheme: Scheme) -> Iterator[Problem]:
    for name, ideal in scheme.ideals.items():
        indicator = scheme.indicator(name)
        values = (ideal.value, *ideal.by_category.values())
        if indicator.sign == "positive":
            wrong = [value for value in values if value <= 0]
            promised = "正指标的理想值大于 0 / above 0"
        else:
            wrong = [value for value in values if value >= 1]
            promised = "逆指标的理想值小于 1 / below 1"
        if wrong:
            yield Problem(
                f"{scheme.name}: ideals.{name}",
                promised,
                found=f"{wrong[0]:g}",
                mend="改理想值；没有依据就删去，不计分 / mend it, or leave it out: not scored",
            )


def unknown_name_problem(where: str, name: str, known: Iterable[str]) -> Problem:
    """Say that a name does not exist, with the nearest that does."""
    names = list(known)
    return Problem(
        where,
        promised="已有的名称 / a name that exists",
        found=f"“{name}”",
        mend=did_you_mean(name, names),
    )
