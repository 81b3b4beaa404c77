"""Rule sets for idle land (闲置土地规则集): law as data, so that a city's own rules are a file."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotation
import re
from fractions import Fraction
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from yngis.analysis.audit.idle_land.counting_rules import Counting  # noqa: TC001 - pydantic reads it
from yngis.analysis.audit.idle_land.wording.idle_words import (
    Cause,
    Disposal,
    Frozen,
    Grammar,
    Remark,
    State,
    Text,
    Words,
)
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.yaml import YAML_SUFFIXES, read_yaml
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    import os

DEFAULT = "national-2012"
"""Name of the shipped rule set that holds where no local one is given."""


# Exact fractions of 1e1000000000 would fill the memory.
_NUMBER: Final = re.compile(
    r"[+-]?\d{0,12}(\.\d{0,20})?(e[+-]?\d{1,2})?%?|\d{1,12}/\d{1,12}", re.IGNORECASE
)


def _read_share_rule(value: object) -> object:
    """Read ``1/3``, ``25 %`` or a number as an exact fraction."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Fraction):
        raise ValueError("写作 1/3、25 % 或 0.25 / write 1/3, 25 % or 0.25")  # noqa: TRY004 - pydantic's protocol
    text = str(value).replace(" ", "").replace("％", "%")
    try:
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)  # noqa: TRY301 - told below like any other
        if text.endswith("%"):
            return Fraction(text[:-1]) / 100
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError("写作 1/3、25 % 或 0.25 / write 1/3, 25 % or 0.25") from None


def _in_unit(value: Fraction) -> Fraction:
    if not 0 <= value <= 1:
        raise ValueError("应在 0 与 1 之间 / between 0 and 1")
    return value


Share = Annotated[Fraction, BeforeValidator(lambda value: _in_unit(_read_share_rule(value)))]
Months = Annotated[int, Field(gt=0, le=240)]


class Start(Frozen):
    """
    When work had to start (动工日期).

    Attributes
    ----------
    months_after_handover
        Months from the actual hand-over (实际交地) to the start where none was agreed.
    article
        Where the law says so.
    permit
        What a start without a construction permit (施工许可证) is: ignored, flagged, or no start.
    permit_article
        Where the law asks for the permit.
    not_agreed
        Texts in the column of the agreed start that say that none was agreed.
    extension_months, extension_article
        Months by which an extension may put the start off at most, and where the law says so.
    """

    months_after_handover: Months
    article: Text
    not_agreed: Words
    extension_months: Months
    extension_article: Text
    permit: Literal["ignore", "flag", "required"]
    permit_article: Text


class NotStarted(Frozen):
    """
    Land on which work has not started (未动工开发).

    Attributes
    ----------
    idle_months, recover_months
        Months past the start date after which it is idle, and after which it may be recovered.
    article
        Where the law says so.
    """

    idle_months: Months
    recover_months: Months
    article: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.recover_months < self.idle_months:
            raise ValueError(
                "recover_months 小于 idle_months / recovery cannot come before idleness"
            )
        return self


class Suspended(NotStarted):
    """
    Land on which work started and was suspended (已动工而中止开发).

    Attributes
    ----------
    area_share_below, invest_share_below
        Shares of area and of investment strictly below which the land may be idle.
    shares
        Whether ``any`` of the two or ``all`` must be below.
    fee
        Fee of the holder: ``by_contract`` (open: only the contract can tell), ``as_not_started``
        or ``none``.
    recovery
        Recovery without compensation: ``none``, or ``as_not_started``.
    disposal_article
        Where the law says how such land is dealt with.
    """

    area_share_below: Share
    invest_share_below: Share
    shares: Literal["any", "all"]
    fee: Literal["by_contract", "as_not_started", "none"]
    recovery: Literal["none", "as_not_started"]
    disposal_article: Text

    @model_validator(mode="before")
    @classmethod
    def _is_split(cls, told: object) -> object:
        if isinstance(told, dict) and "consequences" in told:
            raise ValueError(
                "consequences 已分为 fee（by_contract、as_not_started、none）和 recovery（none、"
                "as_not_started）两项 / consequences is now two keys, fee and recovery"
            )
        return told


class Fee(Frozen):
    """
    The idle-land fee (土地闲置费).

    Attributes
    ----------
    share_of_price
        Share of the price of transfer or allocation (出让或划拨价款).
    article
        Where the law says so.
    """

    share_of_price: Share
    article: Text


class Recovery(Frozen):
    """
    Recovery without compensation (无偿收回).

    Attributes
    ----------
    article
        Where the law says so.
    """

    article: Text


class RuleSet(Frozen):
    """
    All that decides whether land is idle, and what follows (规则集).

    Attributes
    ----------
    name, title_zh, title_en, source
        What the rules are and where they come from.
    in_force
        Since when.
    counting, start, not_started, suspended, fee, recovery
        The rules.
    grammar, causes, disposals, states, remarks
        How free texts are read: what turns the meaning of a word, and the words for causes, for
        disposals, for what stands in place of a date, and for what only remarks tell.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title_zh: Text
    title_en: Text
    in_force: dt.date
    source: Text
    counting: Counting
    start: Start
    not_started: NotStarted
    suspended: Suspended
    fee: Fee
    recovery: Recovery
    grammar: Grammar
    causes: Annotated[tuple[Cause, ...], Field(min_length=1)]
    disposals: Annotated[tuple[Disposal, ...], Field(min_length=1)]
    states: Annotated[tuple[State, ...], Field(min_length=1)]
    remarks: tuple[Remark, ...] = ()

    @model_validator(mode="after")
    def _words_are_clear(self) -> Self:
        for listed in (self.causes, (*self.disposals, *self.remarks), self.states):
            codes = [each.code for each in listed]
            words = [word for each in listed for word in each.words]
            for twice in (codes, words):
                if doubled := sorted({each for each in twice if twice.count(each) > 1}):
                    raise ValueError(f"重复 / written twice: {', '.join(doubled)}")
        named = {cause.code for cause in self.causes}
        for key in ("denied_as", "told_as"):
            cited = {str(getattr(cause, key)) for cause in self.causes} - {""}
            if unknown := sorted(cited - named):
                raise ValueError(f"{key} 未列于 causes / names no cause: {', '.join(unknown)}")
        lasting = [each.code for each in self.disposals if each.effect == "for_a_time"]
        limited = [each.code for each in self.disposals if each.lasts_months]
        if lasting != limited:
            raise ValueError("for_a_time 与 lasts_months 须同用 / these two go together")
        return self


def shipped_rules() -> dict[str, Path]:
    """
    Rule sets for idle land that come with yngis, by name (内置规则集).

    Examples
    --------
    >>> sorted(shipped_rules())
    ['national-2012']
    """
    with as_file(files("yngis.analysis").joinpath("rules")) as folder:
        return {path.stem: path for path in sorted(folder.glob("national-*.yml"))}


def read_rules(named: str | os.PathLike[str] = DEFAULT) -> RuleSet:
    """
    Read a rule set (读取规则集).

    Parameters
    ----------
    named
        Name of a shipped rule set, or a YAML file.

    Returns
    -------
    rules
        The rules, checked.

    Raises
    ------
    SpecError
        If there is no such rule set, or with every fault of the file.

    Examples
    --------
    >>> rules = read_rules()
    >>> rules.suspended.area_share_below, rules.fee.share_of_price
    (Fraction(1, 3), Fraction(1, 5))
    """
    shipped = shipped_rules()
    if str(named) in shipped:
        return read_yaml(shipped[str(named)], RuleSet)
    path = Path(named)
    if path.exists() or path.suffix.lower() in YAML_SUFFIXES:
        return read_yaml(path, RuleSet)
    raise SpecError(
        Problem(
            where=f"--rules {named}",
            promised="内置规则集的名称，或 YAML 文件 / a shipped rule set, or a YAML file",
            found="没有 / no such",
            mend=did_you_mean(str(named), shipped),
        )
    )
