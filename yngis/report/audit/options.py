"""What a land audit is asked to do (审计选项)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the dataclass names it at run time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.idle_rules import DEFAULT as NATIONAL
from yngis.analysis.audit.slivers import WIDTH_M
from yngis.catalogue.io.postgis import is_postgis
from yngis.catalogue.tables.table import AREA_TOLERANCE
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TABLES = ("approvals", "supply", "parcels")

OWN: Final = ("zones", "rules", "plan_rule", "standards", "assessment", "aliases")
"""Options that may name a file of the user's in place of something shipped."""


@dataclass(frozen=True)
class Options:
    """
    Everything that decides what an audit finds; written into ``run.json``.

    Parameters
    ----------
    supply, approvals, parcels, zones
        Sources: local files, ``.gdb`` folders, zips, or ``postgresql://…#schema.table``.
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
    allow_remote
        Whether URLs may be opened.
    """

    supply: str
    as_of: dt.date
    approvals: str | None = None
    parcels: str | None = None
    zones: str | None = None
    rules: str = NATIONAL
    plan_rule: str = "plan-2021"
    standards: str | None = None
    assessment: str | None = None
    aliases: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, str] = field(default_factory=dict)
    crs: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = AREA_TOLERANCE
    sliver_width_m: float = WIDTH_M
    with_this_year: bool = False
    zones_by_name: bool | None = None
    allow_remote: bool = False

    def __post_init__(self) -> None:
        problems = [
            Problem(
                where=key,
                promised="表名在前，如 / the table first, such as supply.area_m2",
                found=key,
                mend="表名为 approvals、supply 或 parcels / one of these three tables",
            )
            for key in (*self.units, *self.layers, *self.crs)
            if key.split(".")[0] not in (*TABLES, "zones")
        ]
        if not 0.0 <= self.tolerance < 1.0:
            problems.append(_range("tolerance", self.tolerance, "0 … 1"))
        if not 0.0 < self.sliver_width_m <= 100.0:  # noqa: PLR2004 - metres
            problems.append(_range("sliver_width_m", self.sliver_width_m, "0 … 100 m"))
        if problems:
            raise SpecError(problems)

    def files(self) -> dict[str, Path]:
        """
        Files that the audit reads, by option.

        Returns
        -------
        files
            Those on this machine; rules that are shipped and tables of a database are none.
        """
        named = {name: getattr(self, name) for name in (*TABLES, *OWN)}
        paths = {
            name: Path(each)
            for name, each in named.items()
            if each is not None and not is_postgis(each)
        }
        return {name: path for name, path in paths.items() if path.is_file() or path.is_dir()}

    def units_of(self, table: str) -> dict[str, str]:
        """
        Units that the user gave for a table.

        Parameters
        ----------
        table
            Name of its card.

        Returns
        -------
        units
            By column.
        """
        start = f"{table}."
        return {
            key.removeprefix(start): unit
            for key, unit in self.units.items()
            if key.startswith(start)
        }


def by_table(option: str, texts: Iterable[str]) -> dict[str, str]:
    """
    Read options that are given by table (按表给出的选项).

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
        If one has no equals sign; names every one.

    Examples
    --------
    >>> by_table("--crs", ["supply=4543"])
    {'supply': '4543'}
    """
    told = [text.partition("=") for text in texts]
    problems = [
        Problem(
            where=f"{option} {''.join(parts)}",
            promised=f"表=值，如 / table=value, such as {option} supply={''.join(parts) or '…'}",
            found="没有等号两侧的内容 / nothing on both sides of an equals sign",
            mend=f"写明是哪张表 / say which table: {'、'.join((*TABLES, 'zones'))}",
        )
        for parts in told
        if not (parts[0].strip() and parts[2].strip())
    ]
    if problems:
        raise SpecError(problems)
    return {name.strip(): value.strip() for name, _, value in told}


def _range(name: str, found: float, promised: str) -> Problem:
    return Problem(where=name, promised=promised, found=str(found), mend="改为范围内的值 / mend it")
