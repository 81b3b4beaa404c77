"""The plan's tables (规划数据表): read together, judged against one another, all faults at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from yngis.catalogue import layers_dir, read_card
from yngis.catalogue.check import check_sheet
from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import PACK_FILE
from yngis.catalogue.io.nearest import ask_if_meant
from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.errors import PlanError
from yngis.plan._rules import rule_faults
from yngis.plan.name_remedies import name_remedy
from yngis.plan.registry import Registry

if TYPE_CHECKING:
    import pandas as pd

    from yngis.errors import Problem

_TABLES = (
    "plan_outline",
    "figures",
    "industries",
    "segments",
    "region_members",
    "zone_registry",
    "port_registry",
    "industry_layout",
    "industry_prefectures",
    "prefecture_focus",
    "targets",
    "gbt4754_industries",
)
# The membership table names every county and prefecture; no need to open the boundaries for that.
_SAME_VALUES = {
    "counties.name_zh": "region_members.county",
    "prefectures.name_zh": "region_members.prefecture",
}


@dataclass(frozen=True)
class Plan:
    """
    The plan as data (规划数据): tables that agree with one another.

    Each is a DataFrame with the columns and types of its card, ``yngis/layers/cards``; an empty
    cell is missing, every row cites the plan in ``plan_ref``.

    Attributes
    ----------
    plan_outline
        Sections and panels that can be cited (规划提纲).
    figures
        Captions of the figures 1–11 (附图).
    industries, segments
        The industries and their segments, in the plan's order, with the character that stands for
        each on maps (产业、细分产业).
    region_members
        Counties of 一核, 一带 and 多点 (分区组成).
    zone_registry, port_registry
        The zones and ports that the plan names (开发区名录、口岸名录).
    industry_layout
        Which zone is named for which segment, with its role (产业布局).
    industry_prefectures
        Prefectures named for an industry or segment (产业布局州市).
    prefecture_focus
        Industries, ports, aims and zones of each place, panels 1–3 (州市发展重点).
    targets
        Numeric targets with unit, base, year, scope and what the text leaves open (指标).
    gbt4754_industries
        Which industry of the plan a code of GB/T 4754 belongs to (行业代码对应).
    """

    plan_outline: pd.DataFrame
    figures: pd.DataFrame
    industries: pd.DataFrame
    segments: pd.DataFrame
    region_members: pd.DataFrame
    zone_registry: pd.DataFrame
    port_registry: pd.DataFrame
    industry_layout: pd.DataFrame
    industry_prefectures: pd.DataFrame
    prefecture_focus: pd.DataFrame
    targets: pd.DataFrame
    gbt4754_industries: pd.DataFrame


def read_plan(folder: Path | None = None) -> Plan:
    """
    Read all tables of the plan and judge them together (读取规划数据).

    Parameters
    ----------
    folder
        Layers folder with ``tables/`` in it; the shipped one if None.

    Returns
    -------
    plan
        Tables without faults.

    Raises
    ------
    PlanError
        With every fault of every table: file, column, row as the spreadsheet shows it, and remedy.

    Examples
    --------
    >>> plan = read_plan()
    >>> len(plan.figures), plan.industries["character"].tolist()
    (11, ['材', '医', '装', '食', '电', '化', '烟'])
    """
    tables, problems = judge_tables(folder)
    if problems:
        raise PlanError(problems)
    return Plan(**tables)


def judge_tables(folder: Path | None = None) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """
    Read all tables of the plan as far as they can be read, with every fault (读表并检查).

    Parameters
    ----------
    folder
        Layers folder with ``tables/`` in it; that of the pack in use if None.

    Returns
    -------
    tables
        Those with all their columns, by name as in :class:`Plan`; cells that cannot be read are
        missing.
    problems
        Every fault of every table; empty if there is none.
    """
    home = layers_dir() if folder is None else folder
    rests_on = [home / read_card(name).file for name in _TABLES] + [layers_dir() / PACK_FILE]
    tables, problems = _judge_tables_as_they_stand(home, tuple(map(file_stamp, rests_on)))
    return {name: table.copy() for name, table in tables.items()}, list(problems)


@lru_cache(maxsize=4)
def _judge_tables_as_they_stand(
    home: Path,
    stamps: tuple[FileStamp, ...],  # noqa: ARG001 - tables that changed are others
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Read and judge the tables; a run asks for them many times."""
    sheets: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name in _TABLES:
        sheet, met = read_sheet(home / read_card(name).file)
        problems += met
        if sheet is not None:
            sheets[name] = sheet
    references = _Sheets(sheets)
    tables: dict[str, pd.DataFrame] = {}
    for name, sheet in sheets.items():
        tables[name], faults = check_sheet(
            sheet, read_card(name), _table_file_name(name), references
        )
        problems += faults
    whole = {
        name: sheet
        for name, sheet in sheets.items()
        if {column.name for column in read_card(name).columns if column.required}
        <= set(sheet.columns)
    }
    problems += rule_faults(whole, {name: _table_file_name(name) for name in whole})
    return {name: tables[name] for name in whole}, problems


def _table_file_name(name: str) -> str:
    """Name of a table's file, without its folder."""
    return Path(read_card(name).file).name


@dataclass(frozen=True)
class _Sheets:
    """What the tables refer to in one another, as they stand in the planner's folder."""

    sheets: dict[str, pd.DataFrame]

    def home(self, reference: str) -> str:
        name, column = _SAME_VALUES.get(reference, reference).split(".")
        return f"{_table_file_name(name)} {column}"

    def values(self, reference: str) -> list[str] | None:
        name, column = _SAME_VALUES.get(reference, reference).split(".")
        if name not in self.sheets or column not in self.sheets[name].columns:
            return None
        return list(self.sheets[name][column].dropna().unique())

    def remedy(self, reference: str, wrong: str, right: list[str]) -> str:
        if reference == "zone_registry.name_zh":
            # A zone is known by its aliases too.
            known = Registry(self.sheets["zone_registry"])
            meant = known.find(wrong)
            if near := (meant,) if meant else known.suggest(wrong):
                return ask_if_meant(near)
        return name_remedy(wrong, right, self.home(reference))


def plan_outline() -> pd.DataFrame:
    """
    Sections and panels of the plan that can be cited (规划提纲).

    Returns
    -------
    outline
        ``ref``, ``heading_zh``.
    """
    return read_plan().plan_outline


def figure_captions() -> pd.DataFrame:
    """
    Captions of the plan's figures (附图图题).

    Returns
    -------
    figures
        ``figure`` (1–11), ``title_zh`` as printed, ``title_en``, ``section``, ``plan_ref``.
    """
    return read_plan().figures


def plan_industries() -> pd.DataFrame:
    """
    Industries of the plan, in its order (产业).

    Returns
    -------
    industries
        ``industry``, ``order``, ``character``, ``title_en``, ``plan_ref``.
    """
    return read_plan().industries


def plan_segments() -> pd.DataFrame:
    """
    Segments of the industries, in the plan's order (细分产业).

    Returns
    -------
    segments
        ``industry``, ``segment``, ``order``, ``character``, ``title_en``, ``focus``, ``plan_ref``.
    """
    return read_plan().segments


def region_members() -> pd.DataFrame:
    """
    Counties of the regions 一核, 一带 and 多点 (分区组成).

    Returns
    -------
    members
        ``county``, ``prefecture``, ``region``, ``plan_ref``.
    """
    return read_plan().region_members


def industry_layout() -> pd.DataFrame:
    """
    Zones named for each segment, one fact a row (产业布局).

    Returns
    -------
    layout
        ``industry``, ``segment``, ``zone``, ``role``, ``plan_ref``; a zone that the plan gives two
        things in one segment has two rows.
    """
    return read_plan().industry_layout


def industry_prefectures() -> pd.DataFrame:
    """
    Prefectures named for each industry, or for its segments (产业布局州市).

    Returns
    -------
    prefectures
        ``industry``, ``segment`` (missing for the whole industry), ``prefecture``, ``plan_ref``.
    """
    return read_plan().industry_prefectures


def prefecture_focus() -> pd.DataFrame:
    """
    Industries, ports, aims and supporting zones of each place (州市发展重点).

    Returns
    -------
    focus
        ``region``, ``place``, ``prefecture``, ``kind``, ``value``, ``plan_industry``, ``plan_ref``.
    """
    return read_plan().prefecture_focus


def plan_targets() -> pd.DataFrame:
    """
    Numeric targets of the plan (指标).

    Returns
    -------
    targets
        ``id``, ``target_zh``, ``target_en``, ``value``, ``value_max``, ``unit``, ``comparison``,
        ``base_value``, ``base_year``, ``year``, ``scope``, ``plan_ref``, ``note``.
    """
    return read_plan().targets
