"""What a land audit is asked to do (审计选项)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.idle_land.idle_rules import DEFAULT as NATIONAL
from yngis.catalogue.io.sources import find_sources
from yngis.catalogue.io.vectors.postgis import is_postgis
from yngis.catalogue.tables.table import AREA_TOLERANCE
from yngis.catalogue.tables.values.days import read_day
from yngis.errors import Problem, SpecError
from yngis.measure.slivers import WIDTH_M
from yngis.report.option_pairs import lists_by_key, values_by_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TABLES = ("approvals", "supply", "parcels")
SHAPES = ("approvals-shapes", "supply-shapes")
SHAPE_OPTIONS = ("approvals_shapes", "supply_shapes")

OWN: Final = ("zones", "rules", "plan_rule", "standards", "assessment", "aliases")
"""Options that may name a file of the user's in place of something shipped."""

SURVEYS: Final = ("survey_before", "survey_after")
"""Options that name the surveys of two years."""


@dataclass(frozen=True)
class Options:
    """
    Everything that decides what an audit finds; written into ``run.json``.

    Parameters
    ----------
    supply, approvals, parcels
        Sources, one or several: local files, ``.gdb`` folders, zips, patterns, folders, or
        ``postgresql://…#schema.table``.
    supply_shapes, approvals_shapes
        Polygons of a supply or of approvals that are tables alone, found by number; likewise.
    zones
        One layer of zones.
    as_of
        Day of the audit.
    rules, plan_rule
        Rule sets: shipped names or YAML files.
    standards
        CSV of standards for inefficient land.
    assessment
        CSV of zones and their assessment results.
    aliases
        The bureau's own alias map.
    units, layers, crs
        Units by ``table.column``, layers (sheets) and CRSs by table.
    tolerance
        Largest relative difference between recorded and measured area that is not flagged.
    sliver_width_m
        Width [m] below which a strip is a sliver.
    with_this_year
        Whether the five-year supply rate includes the year of the audit.
    zones_by_name
        Whether the zone that a record names goes before its polygon; None to let the zones decide:
        schematic ones lose against a name.
    zone_parts
        Whether the parts of a zone that has several rows are units of their own.
    inner_first
        Whether a zone inside a zone takes its land from the outer one.
    default_zone, default_county
        Zone and county of tables that have no such column.
    allow_remote
        Whether URLs may be opened.
    survey_before, survey_after
        Land surveys of two years whose changes are held against the records.
    imagery
        Folder of evidence from images that is held against the records.
    """

    supply: tuple[str, ...]
    as_of: dt.date
    approvals: tuple[str, ...] = ()
    parcels: tuple[str, ...] = ()
    supply_shapes: tuple[str, ...] = ()
    approvals_shapes: tuple[str, ...] = ()
    zones: str | None = None
    rules: str = NATIONAL
    plan_rule: str = "plan-2021"
    standards: str | None = None
    assessment: str | None = None
    aliases: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    crs: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = AREA_TOLERANCE
    sliver_width_m: float = WIDTH_M
    with_this_year: bool = False
    zones_by_name: bool | None = None
    zone_parts: bool = False
    inner_first: bool = False
    default_zone: str | None = None
    default_county: str | None = None
    allow_remote: bool = False
    survey_before: str | None = None
    survey_after: str | None = None
    imagery: str | None = None

    def __post_init__(self) -> None:
        problems = [
            Problem(
                where=key,
                promised="表名在前，如 / the table first, such as supply.area_m2",
                found=key,
                mend=f"表名为以下之一 / one of these: {'、'.join((*TABLES, *SHAPES, 'zones'))}",
            )
            for key in (*self.units, *self.layers, *self.crs)
            if key.split(".")[0] not in (*TABLES, *SHAPES, "zones")
        ]
        if self.approvals_shapes and not self.approvals:
            problems.append(
                Problem(
                    where=f"--approvals-shapes {self.approvals_shapes[0]}",
                    promised="连同 --approvals 台账 / with the ledger named by --approvals",
                    found="没有 --approvals / no --approvals",
                    mend="加上 --approvals 台账；图形自带全部列的，直接用 --approvals 给出 / "
                    "add --approvals; a layer with all columns is itself given by --approvals",
                )
            )
        if (self.survey_before is None) != (self.survey_after is None):
            problems.append(
                Problem(
                    where="--survey-before、--survey-after",
                    promised="两期调查一并给出 / both surveys",
                    found="只有一期 / one of them",
                    mend="补上另一期，或都去掉 / give the other one too, or neither",
                )
            )
        if not 0.0 <= self.tolerance < 1.0:
            problems.append(_range_problem("--tolerance", self.tolerance, "0 … 1"))
        if not 0.0 < self.sliver_width_m <= 100.0:  # noqa: PLR2004 - metres
            problems.append(_range_problem("--sliver-width", self.sliver_width_m, "0 … 100 m"))
        if problems:
            raise SpecError(problems)

    def layers_of(self, table: str) -> tuple[str, ...]:
        """Layers and sheets that the user named for a table."""
        named = self.layers.get(table, ())
        return (named,) if isinstance(named, str) else tuple(named)

    def files(self) -> dict[str, Path]:
        """Files that the audit reads."""
        named = {name: getattr(self, name) for name in OWN}
        named |= {name: getattr(self, name) for name in SURVEYS}
        if self.imagery is not None:
            named["imagery"] = str(Path(self.imagery) / "parcel_evidence.csv")
        paths = {name: Path(each) for name, each in named.items() if each is not None}
        for name in (*TABLES, *SHAPE_OPTIONS):
            if getattr(self, name):
                for source in find_sources(getattr(self, name)):
                    if not is_postgis(source.named):
                        paths[f"{name}:{source.named}"] = Path(source.named)
        return {name: path for name, path in paths.items() if path.is_file() or path.is_dir()}

    def units_of(self, table: str) -> dict[str, str]:
        """Units that the user gave for a table."""
        start = f"{table}."
        return {
            key.removeprefix(start): unit
            for key, unit in self.units.items()
            if key.startswith(start)
        }


def read_as_of(text: str) -> dt.date:
    """
    Read the day of an audit, written as cells write days (审计日期).

    Examples
    --------
    >>> read_as_of("2025年12月31日"), read_as_of("20251231")
    (datetime.date(2025, 12, 31), datetime.date(2025, 12, 31))
    """
    found = read_day(text)
    if isinstance(found, dt.date):
        return found
    raise SpecError(
        Problem(
            where=f"--as-of {text}",
            promised="年月日齐全的一天 / a whole date: 2025-12-31、20251231、2025年12月31日",
            found="空 / nothing" if found is None else "不是完整的日期 / no whole date",
            mend="改为 --as-of 2025-12-31 的形式 / write it as --as-of 2025-12-31",
        )
    )


def by_table(option: str, texts: Iterable[str]) -> dict[str, str]:
    """
    Read options that are given once for a table (按表给出的选项).

    Parameters
    ----------
    option
        Name of the option, for messages.
    texts
        ``supply=4543``, ``supply.area_m2=公顷`` …

    Returns
    -------
    values
        By what stands before the equals sign.

    Raises
    ------
    SpecError
        If one has no equals sign, or two are for the same table; names every one.

    Examples
    --------
    >>> by_table("--crs", ["supply=4543"])
    {'supply': '4543'}
    """
    return values_by_key(option, texts, lambda text: _no_table(option, text))


def lists_by_table(option: str, texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """
    Read options of which a table may have several (按表给出的多个选项).

    Parameters
    ----------
    option
        Name of the option, for messages.
    texts
        ``supply=台账``, ``supply=补录`` …

    Returns
    -------
    values
        By what stands before the equals sign, in the order given, none twice.

    Raises
    ------
    SpecError
        If one has no equals sign; names every one.

    Examples
    --------
    >>> lists_by_table("--layer", ["supply=台账", "supply=补录"])
    {'supply': ('台账', '补录')}
    """
    return lists_by_key(option, texts, lambda text: _no_table(option, text))


def _no_table(option: str, text: str) -> Problem:
    return Problem(
        where=f"{option} {text}",
        promised=f"表=值，如 / table=value, such as {option} supply={text or '…'}",
        found="没有等号两侧的内容 / nothing on both sides of an equals sign",
        mend=f"写明是哪张表 / say which table: {'、'.join((*TABLES, 'zones'))}",
    )


def _range_problem(name: str, found: float, promised: str) -> Problem:
    return Problem(
        where=f"{name} {found:g}",
        promised=promised,
        found=f"{found:g}",
        mend=f"{name} 后写范围内的值 / give {name} a value within it",
    )
