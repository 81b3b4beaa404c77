"""Rule sets for idle land (闲置土地规则集): law as data, so that a city's own rules are a file."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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


def _share(value: object) -> object:
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


def _days(value: object) -> object:
    """Read days and ranges of days, ``2021-02-11..2021-02-17``, into single days."""
    if not isinstance(value, list | tuple):
        return value
    days: list[dt.date] = []
    for each in value:
        try:
            first, _, last = str(each).replace(" ", "").partition("..")
            begin, end = (dt.date.fromisoformat(day) for day in (first, last or first))
        except ValueError:
            raise ValueError(_A_DAY) from None
        if not 0 <= (end - begin).days <= _LONGEST_HOLIDAY:
            raise ValueError(f"{_A_DAY}：{each}")
        days += [begin + dt.timedelta(days=at) for at in range((end - begin).days + 1)]
    return tuple(days)


_A_DAY = "写作 2021-02-11 或 2021-02-11..2021-02-17 / write a day, or a range of days"
_LONGEST_HOLIDAY = 30

DayList = Annotated[tuple[dt.date, ...], BeforeValidator(_days)]
Share = Annotated[Fraction, BeforeValidator(lambda value: _in_unit(_share(value)))]
Months = Annotated[int, Field(gt=0, le=240)]
Text = Annotated[str, Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Counting(_Frozen):
    """
    How periods are counted (期间的计算).

    Attributes
    ----------
    boundary_day
        Day on which a period is full: the ``day_after`` its last day (对应日), which ends at 24:00,
        or the ``anniversary`` itself.
    missing_day
        Last day of a period whose month lacks it, such as 29 February: ``last_of_month`` or
        ``next_day``.
    holidays
        Public holidays (法定休假日): a period whose last day is one ends on the first day that is
        none. Days, or ranges such as ``2021-02-11..2021-02-17``.
    weekends
        Whether Saturdays and Sundays are such holidays.
    workdays
        Weekend days that are worked in exchange for a holiday (调休上班).
    check_days
        So many days after a period became full a reader is told to look for holidays, where
        none are listed.
    """

    boundary_day: Literal["anniversary", "day_after"]
    missing_day: Literal["last_of_month", "next_day"]
    holidays: DayList = ()
    weekends: bool = False
    workdays: DayList = ()
    check_days: Annotated[int, Field(ge=0, le=60)] = 0


class Start(_Frozen):
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
    """

    months_after_handover: Months
    article: Text
    permit: Literal["ignore", "flag", "required"]
    permit_article: Text


class NotStarted(_Frozen):
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


class Fee(_Frozen):
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


class Recovery(_Frozen):
    """
    Recovery without compensation (无偿收回).

    Attributes
    ----------
    article
        Where the law says so.
    """

    article: Text


class Word(_Frozen):
    """
    A meaning that free texts of a column are read for (关键词).

    Attributes
    ----------
    code
        Its name in the output.
    zh
        Its name for people.
    words
        Words that stand for it; the longest decides where one holds another, and a word after
        ``=`` must be the whole text.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    zh: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]


class Cause(Word):
    """
    A cause of idleness (闲置原因).

    Attributes
    ----------
    liable
        Whether the holder answers for it; None where people must decide.
    article
        Where the law says so.
    """

    liable: bool | None
    article: str = ""


class Disposal(Word):
    """
    A way of dealing with idle land (处置方式).

    Attributes
    ----------
    effect
        ``ends`` the case; ``until_started``: it ends, and once work starts its dates decide again;
        ``fee_paid``: the clock runs on to recovery; ``extended``: a new start date was agreed;
        ``none``: nothing has happened yet.
    """

    effect: Literal["ends", "until_started", "fee_paid", "extended", "none"]


class RuleSet(_Frozen):
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
    causes, disposals
        How the free texts of two columns are read.
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
    causes: Annotated[tuple[Cause, ...], Field(min_length=1)]
    disposals: Annotated[tuple[Disposal, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _words_are_clear(self) -> Self:
        for listed in (self.causes, self.disposals):
            codes = [each.code for each in listed]
            words = [word for each in listed for word in each.words]
            for twice in (codes, words):
                if doubled := sorted({each for each in twice if twice.count(each) > 1}):
                    raise ValueError(f"重复 / written twice: {', '.join(doubled)}")
        return self


def shipped_rules() -> dict[str, Path]:
    """
    Rule sets for idle land that come with yngis, by name (内置规则集).

    Returns
    -------
    files
        YAML files, to be read or to be copied and changed.

    Examples
    --------
    >>> sorted(shipped_rules())
    ['national-2012']
    """
    with as_file(files("yngis.analysis").joinpath("rules")) as folder:
        return {path.stem: path for path in sorted(folder.glob("*.yml")) if _is_idle_rule(path)}


def _is_idle_rule(path: Path) -> bool:
    return not path.stem.startswith("plan-")


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
