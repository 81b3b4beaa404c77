"""The plan's rule on land quotas as data (用地计划指标奖惩规则): criteria, thresholds, logic."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from yngis.analysis.audit.idle_land.idle_rules import Share  # noqa: TC001 - pydantic reads it
from yngis.analysis.audit.idle_land.wording.idle_words import Text  # noqa: TC001 - pydantic reads it
from yngis.analysis.audit.ratios import RATIOS
from yngis.catalogue.io.layers_dir import layers_dir, shipped_dir
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.yaml import YAML_SUFFIXES, read_yaml
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

DEFAULT: Final = "plan-2021"
"""Name of the shipped rule."""

ASSESSMENT: Final = "assessment"
# A ratio that equals its threshold but for the last digit of a float equals it.
ROUNDING: Final = 1e-12


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Threshold(_Frozen):
    """
    A threshold: a fixed share, or one taken from all zones (门槛).

    Attributes
    ----------
    share
        The share itself, the multiple of the median, or the quantile.
    of
        ``fixed``, ``median`` or ``quantile``.
    """

    share: float
    of: Literal["fixed", "median", "quantile"]

    def among(self, values: Sequence[float]) -> float:
        """Find the threshold among the zones."""
        if self.of == "fixed":
            return self.share
        known = np.array([value for value in values if not np.isnan(value)])
        if len(known) == 0:
            return float("nan")
        if self.of == "median":
            return float(self.share * np.median(known))
        return float(np.quantile(known, self.share))


_MEDIAN: Final = re.compile(r"([\d.]+)\s*[x×]\s*median")
_QUANTILE: Final = re.compile(r"lowest\s+(.+)")


def _read_threshold(value: object) -> object:
    """Read ``60 %``, ``2 x median`` or ``lowest 20 %``."""
    if value is None or isinstance(value, Threshold | dict):
        return value
    text = str(value).strip().lower()
    if match := _MEDIAN.fullmatch(text):
        return Threshold(share=float(match[1]), of="median")
    if match := _QUANTILE.fullmatch(text):
        return Threshold(share=_fixed_number(match[1]), of="quantile")
    return Threshold(share=_fixed_number(text), of="fixed")


class _OneShare(_Frozen):
    share: Share


def _fixed_number(text: str) -> float:
    return float(_OneShare(share=text).share)


Limit = Annotated[Threshold | None, BeforeValidator(_read_threshold)]


class Criterion(_Frozen):
    """
    One signal (判据).

    Attributes
    ----------
    code, zh
        Its name in the output and for people.
    measure
        Ratio that it looks at, or ``assessment``.
    fallback
        Ratio to take where the first has no value.
    below, above, at_most, at_least
        The signal holds where the ratio is strictly below, strictly above, at most or at least
        this; exactly one of them, unless ``values`` is given.
    values
        The signal holds where the assessment is one of these.
    weight
        Weight in a score.
    basis
        What the threshold rests on.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    zh: Text
    measure: Text
    fallback: str = ""
    below: Limit = None
    above: Limit = None
    at_most: Limit = None
    at_least: Limit = None
    values: tuple[Text, ...] = ()
    weight: Annotated[float, Field(gt=0)] = 1.0
    basis: Text

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        limits = [self.below, self.above, self.at_most, self.at_least]
        given = sum(limit is not None for limit in limits)
        if self.measure == ASSESSMENT:
            if not self.values or given:
                raise ValueError("assessment 须用 values / needs values and no threshold")
            return self
        for name in filter(None, (self.measure, self.fallback)):
            if name not in RATIOS:
                raise ValueError(
                    f"没有这个比率 / no such ratio: {name}; {did_you_mean(name, RATIOS)}"
                )
        if given != 1 or self.values:
            raise ValueError("below、above、at_most、at_least 须恰用其一 / exactly one of them")
        return self

    @property
    def sign(self) -> str:
        """The comparison, as people write it."""
        named = (("<", self.below), (">", self.above), ("≤", self.at_most), ("≥", self.at_least))
        return next((sign for sign, limit in named if limit is not None), "=")

    @property
    def limit(self) -> Threshold | None:
        """The threshold."""
        return self.below or self.above or self.at_most or self.at_least

    def holds(self, value: float, threshold: float) -> bool:
        """
        Tell whether the signal holds.

        Parameters
        ----------
        value, threshold
            Shares.

        Returns
        -------
        answer
            By the criterion's own comparison.
        """
        slack = ROUNDING * max(abs(threshold), 1.0)
        if self.below is not None:
            return value < threshold - slack
        if self.above is not None:
            return value > threshold + slack
        if self.at_most is not None:
            return value <= threshold + slack
        return value >= threshold - slack


class Side(_Frozen):
    """
    One side of the rule: what follows, and when (奖、惩).

    Attributes
    ----------
    zh, en
        What follows.
    logic
        Whether ``any`` signal, ``all`` of them, or a ``score`` decides.
    score_needed
        Sum of weights that a score needs.
    criteria
        The signals.
    """

    zh: Text
    en: Text
    logic: Literal["any", "all", "score"]
    score_needed: Annotated[float, Field(gt=0)] = 1.0
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class PlanRule(_Frozen):
    """
    The plan's rule on land quotas (用地计划指标奖惩规则).

    Attributes
    ----------
    name, title_zh, title_en, plan_ref
        What it is and where the plan says so.
    sanction, prefer
        The two sides; a sanction goes first.
    approved_until
        Last year whose approvals count in the stock that is to be disposed of (处置任务的批准截止
        年份), as tasks name one; None for the whole stock of 1 January.
    exempt
        Projects whose applications are accepted all the same.
    notes
        What a reader must know.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title_zh: Text
    title_en: Text
    plan_ref: Text
    sanction: Side
    prefer: Side
    approved_until: Annotated[int, Field(ge=1987, le=2100)] | None = None
    exempt: tuple[Text, ...]
    notes: tuple[Text, ...] = ()


def read_plan_rule(named: str | os.PathLike[str] = DEFAULT) -> PlanRule:
    """
    Read a rule on land quotas (读取奖惩规则).

    Parameters
    ----------
    named
        Name of the shipped rule, or a YAML file.

    Returns
    -------
    rule
        The rule, checked.

    Raises
    ------
    SpecError
        If there is no such rule, or with every fault of the file.

    Examples
    --------
    >>> read_plan_rule().sanction.logic
    'any'
    """
    shipped = {
        path.stem: path
        for folder in (shipped_dir(), layers_dir())
        for path in sorted(folder.glob("rules/plan-*.yml"))
    }
    if str(named) in shipped:
        path = shipped[str(named)]
        rule = read_yaml(path, PlanRule)
        if path.is_relative_to(layers_dir()):
            return rule
        told = (
            f"{rule.title_zh}（随附规划的规则：规划包没有自己的 / the pack has no rule of its own）"
        )
        return rule.model_copy(update={"title_zh": told})
    path = Path(named)
    if path.exists() or path.suffix.lower() in YAML_SUFFIXES:
        return read_yaml(path, PlanRule)
    raise SpecError(
        Problem(
            where=f"--plan-rules {named}",
            promised="内置规则的名称，或 YAML 文件 / a shipped rule, or a YAML file",
            found="没有 / no such",
            mend=did_you_mean(str(named), shipped),
        )
    )
