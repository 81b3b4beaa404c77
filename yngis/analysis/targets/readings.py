"""Readings of the plan's targets (指标读法): what is measured for each, as data from YAML."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd
from pydantic import Field

from yngis.analysis.quantities.declared import Frozen, Key, Text, quantities
from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import layers_dir
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.pack import rests_on_shipped
from yngis.catalogue.io.yaml import read_yaml
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Kind = Literal[
    "total",
    "ratio",
    "per_mu",
    "scope_share",
    "share_gain",
    "growth",
    "multiple",
    "gain",
    "count_over",
    "count_flag",
    "coverage",
    "category_count",
    "category_gain",
    "yearly_change",
    "years_since",
    "province",
]
Judge = Literal["at_least", "at_most", "below"]
SCOPES = ("all", "national", "provincial", "core", "border", "national_or_border")
FLAG_SCOPES = {"chemical": "chemical_park", "industry_led": "industry_led"}
_NEEDS_BY = {"ratio", "per_mu", "share_gain", "yearly_change"}
_BY_ZONE = {"ratio", "per_mu", "years_since"}
_NEEDS_CATEGORY = {"category_count", "category_gain"}


class Reading(Frozen):
    """
    One way to read a target (一种读法).

    Attributes
    ----------
    name, zh, en
        Its names; in words what the text is taken to mean.
    kind
        What is computed, see :mod:`yngis.analysis.targets.measures`.
    of, by
        Quantities above and below the line.
    scope
        Zones that count: one of ``SCOPES``, ``chemical``, ``industry_led``, or a zone's name.
    path
        How a quantity on course moves from base to target year.
    each
        Every zone by itself; the target holds if it holds for all.
    judge
        How value and target are compared; by default as the table of targets says.
    slack
        How far the value may fall short, in the target's unit.
    over_yi, to_yi
        Bounds of a tier [亿元], the lower left out and the upper included.
    level, category
        Of zones that are counted.
    """

    name: Key
    zh: Text
    en: Text
    kind: Kind
    of: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    scope: Text = "all"
    path: Literal["geometric", "linear", "constant"]
    each: bool = False
    judge: Judge | None = None
    slack: float = Field(default=0.0, ge=0)
    over_yi: float | None = None
    to_yi: float | None = None
    level: Text | None = None
    category: Text | None = None


class _File(Frozen):
    targets: dict[Key, tuple[Reading, ...]]


def read_readings(
    path: Path | None = None, *, ids: Iterable[str] = (), zones: Iterable[str] = ()
) -> Mapping[str, tuple[Reading, ...]]:
    """
    Read how the targets are checked (读取指标读法).

    Parameters
    ----------
    path
        A user's file; ``rules/readings.yml`` of the pack in use if None.
    ids
        Targets of the plan; each must be read, and no other.
    zones
        Names of zones, which may be scopes.

    Returns
    -------
    readings
        By target, in the order of the file.

    Raises
    ------
    SpecError
        With every fault: unknown targets, quantities and scopes, and what a kind lacks.

    Examples
    --------
    >>> [reading.name for reading in read_readings()["rd_share_of_revenue"]]
    ['joint', 'each']
    """
    readings = _pack_readings() if path is None else read_yaml(path, _File).targets
    where = "readings.yml" if path is None else Path(path).name
    wanted = list(ids)
    problems = list(_reading_faults(readings, where, list(zones)))
    problems += [
        Problem(
            where,
            promised="规划的每项指标 / every target of the plan",
            found=f"没有 / none for: {each}",
            mend="补上读法 / add its readings",
        )
        for each in wanted
        if each not in readings
    ]
    problems += [
        Problem(
            f"{where}: {each}", "规划的指标 / a target", f"“{each}”", did_you_mean(each, wanted)
        )
        for each in readings
        if wanted and each not in wanted
    ]
    if problems:
        raise SpecError(problems)
    return readings


def _pack_readings() -> Mapping[str, tuple[Reading, ...]]:
    """The pack's readings; none where it has no such file, and every target is told as unread."""
    path = layers_dir() / "rules" / "readings.yml"
    if not path.exists() and not rests_on_shipped():
        return {}
    return _readings_in(path, file_stamp(path))


@lru_cache(maxsize=8)
def _readings_in(path: Path, stamp: FileStamp) -> Mapping[str, tuple[Reading, ...]]:  # noqa: ARG001 - a file that changed is another
    return read_yaml(path, _File).targets


def _reading_faults(
    readings: Mapping[str, tuple[Reading, ...]], where: str, zones: list[str]
) -> Iterator[Problem]:
    known = quantities()
    for target, listed in readings.items():
        for reading in listed:
            here = f"{where}: {target}.{reading.name}"
            for name in (*reading.of, *reading.by):
                if name not in known:
                    yield Problem(here, "已知的量 / a quantity", name, did_you_mean(name, known))
            scopes = [*SCOPES, *FLAG_SCOPES, *zones]
            if zones and reading.scope not in scopes:
                mend = did_you_mean(reading.scope, scopes)
                yield Problem(here, "范围 / a scope", reading.scope, mend)
            if lacking := _lacking_field(reading):
                yield Problem(
                    here,
                    promised=f"{reading.kind} 需要 / needs {lacking}",
                    found="缺失 / missing",
                    mend=f"补上“{lacking}” / add it",
                )


def _lacking_field(reading: Reading) -> str | None:
    """Name what the kind of a reading needs and does not have."""
    if not reading.of and reading.kind not in _NEEDS_CATEGORY:
        return "of"
    if not reading.by and reading.kind in _NEEDS_BY:
        return "by"
    if reading.kind in _NEEDS_CATEGORY and not (reading.level and reading.category):
        return "level, category"
    if reading.each and reading.kind not in _BY_ZONE:
        return "each: false"
    if reading.kind == "count_over" and reading.over_yi is None:
        return "over_yi"
    return None


def judge_of(reading: Reading, comparison: str) -> Judge:
    """How a reading's value is held against its target (比较方式)."""
    if reading.judge is not None:
        return reading.judge
    return {"<": "below", "<=": "at_most"}.get(comparison, "at_least")  # type: ignore[return-value]


def is_filled(value: object) -> bool:
    """Whether a cell of the table of targets is filled (非空)."""
    return not pd.isna(value)  # type: ignore[call-overload]
