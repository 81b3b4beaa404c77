"""Rules on disposing of stock as data (存量处置规则): tasks, editions, how sure we are of each."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.yaml import YAML_SUFFIXES, read_yaml
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    import os

DEFAULT: Final = "quota-2018"
"""Name of the shipped rules."""

Confidence = Literal["high", "medium", "low"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(_Frozen):
    """
    What is to be disposed of in a year (年度处置任务).

    Attributes
    ----------
    stock_rate, idle_rate
        Shares of the year-start stock of unsupplied and of idle land.
    confidence
        How sure the shares are.
    cutoff_year
        Last year of approval that the task counts; None for none.
    """

    stock_rate: float = Field(ge=0.0, le=1.0)
    idle_rate: float = Field(ge=0.0, le=1.0)
    confidence: Confidence
    cutoff_year: int | None = Field(default=None, ge=1950, le=2100)


class Plan(_Frozen):
    """
    A stock to be reached (目标).

    Attributes
    ----------
    years
        Years to reach it in.
    target_share
        Share of the year-start stock that may be left.
    """

    years: int = Field(ge=1, le=50)
    target_share: float = Field(ge=0.0, le=1.0)


class Lapse(_Frozen):
    """
    When an approval may have lapsed (疑似失效).

    Attributes
    ----------
    months
        Months without acquisition and supply.
    confidence
        How sure that is.
    """

    months: int = Field(ge=1, le=600)
    confidence: Confidence


class Edition(_Frozen):
    """
    What follows from the tasks in one edition (一版奖惩).

    Attributes
    ----------
    from_year
        First year that it holds for; ``from`` in the file.
    met, missed
        Share of next year's quota added where both tasks are met, and taken where one is missed.
    confidence, source
        How sure that is, and whence.
    """

    from_year: int = Field(alias="from", ge=1950, le=2100)
    met: float = Field(ge=-1.0, le=1.0)
    missed: float = Field(ge=-1.0, le=1.0)
    confidence: Confidence
    source: str


class DisposalRules(_Frozen):
    """
    Rules on disposing of stock (存量处置规则).

    Attributes
    ----------
    name, title_zh, title_en, source
        What they are.
    task, plan, lapse
        Parameters.
    editions
        Consequences by the year from which they hold.
    """

    name: str
    title_zh: str
    title_en: str = ""
    source: str = ""
    task: Task
    plan: Plan
    lapse: Lapse
    editions: tuple[Edition, ...] = ()

    @model_validator(mode="after")
    def _years_differ(self) -> Self:
        years = [edition.from_year for edition in self.editions]
        if len(set(years)) != len(years):
            told = "两版同年 / two editions of one year"
            raise ValueError(told)
        return self

    def edition_of(self, year: int) -> Edition | None:
        """
        Edition that holds for a year (适用版本).

        Parameters
        ----------
        year
            The year.

        Returns
        -------
        edition
            The last one that has begun; None before the first.
        """
        begun = [edition for edition in self.editions if edition.from_year <= year]
        return max(begun, key=lambda edition: edition.from_year, default=None)


def read_disposal_rules(named: str | os.PathLike[str] = DEFAULT) -> DisposalRules:
    """
    Read rules on disposing of stock (读取规则).

    Parameters
    ----------
    named
        A shipped name or a YAML file.

    Returns
    -------
    rules
        The rules.

    Raises
    ------
    SpecError
        If there are no such rules, or with every fault of them.

    Examples
    --------
    >>> read_disposal_rules().edition_of(2024).missed
    -0.2
    """
    text = str(named)
    if Path(text).suffix.lower() in YAML_SUFFIXES:
        return read_yaml(Path(text), DisposalRules)
    home = Path(str(files("yngis.analysis").joinpath("rules")))
    known = {path.stem: path for path in sorted(home.glob("quota-*.yml"))}
    if text not in known:
        raise SpecError(
            Problem(
                where=f"--rules {text}",
                promised="随附规则名或 YAML 文件 / a shipped name, or a YAML file",
                found="没有 / none",
                mend=did_you_mean(text, known),
            )
        )
    return read_yaml(known[text], DisposalRules)
