"""League tables per 亩 (亩均效益综合评价): points against benchmarks, grades A to D, vetoes."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from yngis.analysis.quantities.declared import Frozen, Key, Source, Text, packaged_file
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.yaml import YAML_SUFFIXES, read_yaml
from yngis.errors import LayerError, Problem, SpecError

Grade = Literal["A", "B", "C", "D"]
_GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")


class Term(Frozen):
    """
    One term of the points (计分项).

    Attributes
    ----------
    indicator
        Column of the table.
    zh, en, unit
        Its names and unit.
    benchmark
        Value that earns ``points``.
    points
        Points at the benchmark.
    cap
        Most times ``points`` that can be earned; None for no cap.
    missing
        ``refuse``: no points in all; ``group_mean``: the mean of the group stands in.
    """

    indicator: Key
    zh: Text
    en: Text
    unit: Text
    benchmark: Annotated[float, Field(gt=0)]
    points: Annotated[float, Field(gt=0)]
    cap: Annotated[float, Field(gt=0)] | None = None
    missing: Literal["refuse", "group_mean"] = "refuse"


class LeagueGroup(Frozen):
    """
    A group that is graded by itself (评价组), such as firms above designated size.

    Attributes
    ----------
    zh, en
        Its names.
    source
        Key of the formula's source.
    terms
        The terms, whose points add up to the full score.
    level
        Level of the zones that it grades (国家级, 省级); None for firms, or for zones of any level.
    """

    zh: Text
    en: Text
    source: Text
    level: Text | None = None
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]


class Grades(Frozen):
    """
    Grades by rank (分档).

    Attributes
    ----------
    source
        Key of their source.
    shares
        Cumulative share of the group that is graded so or better.
    """

    source: Text
    shares: dict[Grade, Annotated[float, Field(gt=0, le=1)]]


class LeagueScheme(Frozen):
    """
    A league's rules (评价办法).

    Attributes
    ----------
    title_zh, title_en
        Titles.
    sources
        By key.
    groups
        By name.
    grades
        Grades by rank.
    """

    title_zh: Text
    title_en: Text
    sources: dict[str, Source]
    groups: Annotated[dict[Key, LeagueGroup], Field(min_length=1)]
    grades: Grades


def read_league(scheme: str | Path) -> LeagueScheme:
    """
    Read a league's rules: shipped ones by name, a user's by file (读取评价办法).

    Parameters
    ----------
    scheme
        Name such as ``huangyan-2022``, or path of a YAML file.

    Returns
    -------
    scheme
        The rules.

    Raises
    ------
    SpecError
        If there are none of that name, or the file has faults.

    Examples
    --------
    >>> [term.points for term in read_league("huangyan-2022").groups["small"].terms]
    [50.0, 50.0]
    """
    path = Path(scheme)
    if path.suffix.lower() in YAML_SUFFIXES:
        return _judge_league(path)
    folder = files("yngis.analysis").joinpath("schemes", "leagues")
    names = sorted(file.name[:-4] for file in folder.iterdir() if file.name.endswith(".yml"))
    if str(scheme) not in names:
        raise SpecError(
            Problem(
                "league",
                promised="随附的办法或文件 / shipped rules or a file",
                found=f"“{scheme}”",
                mend=did_you_mean(str(scheme), names),
            )
        )
    return _shipped_league(str(scheme))


@cache
def _shipped_league(name: str) -> LeagueScheme:
    with as_file(
        packaged_file("schemes", "yngis.analysis").joinpath("leagues", f"{name}.yml")
    ) as path:
        return _judge_league(path)


def _judge_league(path: Path) -> LeagueScheme:
    scheme = read_yaml(path, LeagueScheme)
    shares = [scheme.grades.shares.get(grade, -1.0) for grade in _GRADES]
    problems = []
    if -1.0 in shares or sorted(shares) != shares or shares[-1] != 1.0:
        problems.append(
            Problem(
                f"{path.name}: grades.shares",
                promised="A ≤ B ≤ C ≤ D = 1，累计占比 / cumulative shares",
                found=", ".join(
                    f"{grade} {share:g}" for grade, share in scheme.grades.shares.items()
                ),
                mend="写累计占比，如 A 0.2, B 0.7, C 0.95, D 1 / write cumulative shares",
            )
        )
    used = [scheme.grades.source, *(group.source for group in scheme.groups.values())]
    problems += [
        Problem(
            f"{path.name}: source",
            promised="sources 中的键 / a key of sources",
            found=f"“{key}”",
            mend=did_you_mean(key, scheme.sources or ["sources"]),
        )
        for key in dict.fromkeys(used)
        if key not in scheme.sources
    ]
    if problems:
        raise SpecError(problems)
    return scheme


def grade_league(
    table: pd.DataFrame, scheme: LeagueScheme, group: str, vetoes: pd.Series | None = None
) -> pd.DataFrame:
    """
    Points and grades of firms or zones (综合得分与 A/B/C/D 分档).

    Notes
    -----
    Points = Σ value ÷ benchmark × points, capped where the rules cap. With every indicator at its
    benchmark the points are those of the rules, 100 in the shipped ones, exactly. Ties share the
    better grade.

    Examples
    --------
    >>> rules = read_league("huangyan-2022")
    >>> firms = pd.DataFrame({"tax_per_mu": [11.5932], "tax_per_power": [0.2352]})
    >>> grade_league(firms, rules, "small")["points"].tolist()
    [100.0]
    """
    terms = _league_terms(table, scheme, group)
    points = pd.DataFrame(index=table.index)
    reasons = pd.Series("", index=table.index, dtype="str")
    impossible = pd.Series("", index=table.index, dtype="str")
    for term in terms:
        values = table[term.indicator].astype("float64")
        # What cannot be is not taken for a gap that the group's mean may fill, nor moves that mean.
        absurd = values.notna() & ~((values >= 0) & np.isfinite(values))
        for label in table.index[absurd & (impossible == "")]:
            told = f"指标不可能 / impossible {term.indicator}: {values[label]:g}"
            impossible[label] = told
        values = values.mask(absurd)
        if term.missing == "group_mean":
            values = values.fillna(values.mean()).mask(absurd)
        share = values / term.benchmark
        if term.cap is not None:
            share = share.clip(upper=term.cap)
        points[f"points_{term.indicator}"] = share * term.points
        gap = f"缺指标 / no value of: {term.indicator}"
        reasons = reasons.mask(values.isna() & (reasons == ""), gap)
    reasons = impossible.where(impossible != "", reasons)
    total = points.sum(axis=1, skipna=False).rename("points")
    rank = total.round(9).rank(method="min", ascending=False)
    grade = _by_rank(rank, int(total.notna().sum()), scheme.grades)
    best = _league_vetoes(vetoes, table.index)
    vetoed = best.notna() & grade.notna() & (best > grade)
    return pd.concat(
        [
            total,
            rank.astype("Int64").rename("rank"),
            grade.mask(vetoed, best).rename("grade"),
            pd.Series(np.where(vetoed, "veto", "rank"), index=table.index, name="graded_by").mask(
                grade.isna()
            ),
            points,
            reasons.rename("reason"),
        ],
        axis=1,
    )


def _league_terms(table: pd.DataFrame, scheme: LeagueScheme, group: str) -> tuple[Term, ...]:
    if group not in scheme.groups:
        raise LayerError(
            Problem(
                "league",
                promised="、".join(f"{key}（{g.zh}）" for key, g in scheme.groups.items()),
                found=f"“{group}”",
                mend=did_you_mean(group, scheme.groups),
            )
        )
    terms = scheme.groups[group].terms
    missing = [term for term in terms if term.indicator not in table]
    if missing:
        raise LayerError(
            [
                Problem(
                    f"league.{term.indicator}",
                    promised=f"{term.zh} [{term.unit}]",
                    found="没有这一列 / no such column",
                    mend=did_you_mean(
                        term.indicator, [str(each) for each in table.columns] or ["-"]
                    ),
                )
                for term in missing
            ]
        )
    texts = [term for term in terms if not pd.api.types.is_numeric_dtype(table[term.indicator])]
    if texts or table.index.has_duplicates:
        twice = table.index[table.index.duplicated()]
        raise LayerError(
            [
                *(
                    Problem(
                        f"league.{term.indicator}",
                        promised=f"{term.zh} [{term.unit}]：数值 / numbers",
                        found=str(table[term.indicator].dtype),
                        mend="pandas.to_numeric(table[…], errors='raise')",
                    )
                    for term in texts
                ),
                *(
                    Problem(
                        "league",
                        promised="每行名称不重复 / each label once",
                        found=str(label),
                        mend="按名称汇总 / sum by name: table.groupby(level=0).sum()",
                    )
                    for label in twice[:5]
                ),
            ]
        )
    return terms


def _by_rank(rank: pd.Series, count: int, grades: Grades) -> pd.Series:
    """Grade of every rank: the first whose cumulative share of the group holds it."""
    bounds = [(grade, grades.shares[grade] * count) for grade in _GRADES]

    def graded(place: float) -> Grade:
        # A rank stands for the row's place among `count`; 1e-9 forgives 0.7 × 10 = 7.000…01.
        return next(grade for grade, bound in bounds if place <= bound + 1e-9 or grade == "D")

    return rank.astype("object").map(graded, na_action="ignore")


def refuse_unknown_vetoes(vetoes: pd.Series, index: pd.Index) -> None:
    """Raise where a veto is of no row: it would leave the one that it is meant for in A."""
    unknown = [str(label) for label in vetoes.index[~vetoes.index.isin(index)]]
    twice = [str(label) for label in vetoes.index[vetoes.index.duplicated()]]
    if unknown or twice:
        raise LayerError(
            Problem(
                "veto",
                promised="表中的名称，各一次 / labels of the table, each once",
                found="、".join(f"“{label}”" for label in (unknown + twice)[:5]),
                mend=did_you_mean((unknown + twice)[0], [str(label) for label in index] or ["-"]),
            )
        )


def _league_vetoes(vetoes: pd.Series | None, index: pd.Index) -> pd.Series:
    if vetoes is None:
        return pd.Series(None, index=index, dtype="object")
    refuse_unknown_vetoes(vetoes, index)
    best = vetoes.reindex(index).astype("object")
    wrong = sorted({str(each) for each in best.dropna()} - set(_GRADES))
    if wrong:
        raise LayerError(
            Problem(
                "veto",
                promised="A、B、C、D",
                found="、".join(f"“{each}”" for each in wrong),
                mend="写可得的最高档 / write the best grade that the row may have",
            )
        )
    return best.where(best.notna(), None)
