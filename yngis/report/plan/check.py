"""Every fault of a pack at once (规划包检查): tables, layers, figures, rules, colours."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, get_args

import geopandas as gpd
import numpy as np

from yngis.analysis.audit.quota_rules import read_plan_rule
from yngis.analysis.targets import read_readings
from yngis.cartography.prepare import prepare_figure, spec_faults
from yngis.cartography.sources import Sources
from yngis.cartography.spec import figure_numbers, read_spec
from yngis.catalogue import cards, check, layers_dir, load, read_card, read_pack, use_pack_folder
from yngis.catalogue.io.row_numbers import rows_text
from yngis.errors import Problem, YngisError
from yngis.layerbuild import PACK_LAYERS, refresh_layers
from yngis.measure.datum import Datum, convert_coordinates
from yngis.plan import Plan
from yngis.plan.beside import BESIDE, NAMING, read_beside
from yngis.plan.name_remedies import name_remedy
from yngis.plan.seats import prefecture_seats
from yngis.plan.tables import judge_tables
from yngis.plan.zone_names import find_registry_names
from yngis.report.plan.colour_vision import LEAST_APART, closest_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pandas as pd


Value = TypeVar("Value")

_FILL_IN: Final = "待填"
_BESIDE: Final = (*BESIDE, "chain_stages", "category_defaults")


class PackReport(NamedTuple):
    """
    What came out of judging a pack (检查结果).

    Attributes
    ----------
    problems
        Every fault; empty if there is none.
    notes
        What could not be judged, and what was done.
    """

    problems: list[Problem]
    notes: list[str]


def check_pack(folder: Path | str) -> PackReport:
    """
    Judge a pack: every fault of every table, layer, figure and rule at once (检查规划包).

    Parameters
    ----------
    folder
        Folder with ``pack.yml``.

    Returns
    -------
    report
        Faults with their remedies, and notes; layers that are behind their tables are drawn again.

    Raises
    ------
    SetupError
        If the folder is no pack.
    SpecError
        If ``pack.yml`` itself has faults: without it nothing can be judged.
    """
    with use_pack_folder(folder):
        read_pack()
        found = _Faults()
        found.gather(cards)
        plan = _readable_plan(found)
        beside = {name: found.gather(lambda name=name: read_beside(name)) for name in _BESIDE}  # type: ignore[misc]
        found.problems += _colour_faults()
        if plan is not None:
            bounds = found.gather(lambda: load("counties"))
            found.problems += _region_faults(plan)
            found.problems += _statement_faults(beside["statements"], plan)
            if bounds is not None:
                found.gather(lambda: prefecture_seats(bounds))
                found.problems += [*_member_faults(plan, bounds), *_home_faults(plan, bounds)]
            found.notes += _notes_on(plan)
        if not found.problems:
            _judge_layers(found)
        found.problems += _figure_faults(plan, whole=not found.problems)
        if plan is not None:
            _judge_rules(found, plan)
        # A table that every figure reads is told by every figure.
        return PackReport(list(dict.fromkeys(found.problems)), found.notes)


def _readable_plan(found: _Faults) -> Plan | None:
    """The plan's tables as far as they can be read; None where one cannot be read at all."""
    judged = found.gather(judge_tables)
    if judged is None:
        return None
    tables, problems = judged
    found.problems += problems
    lacking = {field.name for field in fields(Plan)} - set(tables)
    return None if lacking else Plan(**tables)


class _Faults:
    """Faults as they are met: a reader that raises tells its own, and the others go on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def gather(self, reader: Callable[[], Value]) -> Value | None:
        """What a reader gives; None where it has faults."""
        try:
            return reader()
        except YngisError as error:
            self.problems += error.problems
            return None


def _region_faults(plan: Plan) -> Iterator[Problem]:
    """Find regions without a county: those of pack.yml must share the province among them."""
    used = set(plan.region_members["region"])
    for name in read_pack().region_names:
        if name not in used:
            yield Problem(
                where=f"pack.yml regions：{name}",
                promised="region_members.csv 中至少一个县 / a county in it at least",
                found="没有 / none",
                mend="在 region_members.csv 归入县，或删去该分区 / give it counties, or delete it",
            )


def _statement_faults(statements: pd.DataFrame | None, plan: Plan) -> Iterator[Problem]:
    """Find sentences on zones or segments that the plan lacks: no popup would quote them."""
    if statements is None:
        return
    zones = list(plan.zone_registry["name_zh"])
    named = statements[statements["relation"].isin(NAMING)]
    found = find_registry_names(plan.zone_registry, named["subject"])
    for column, known, names, home in (
        ("subject", found.__contains__, zones, "zones.csv"),
        (
            "about",
            set(plan.segments["segment"]).__contains__,
            plan.segments["segment"],
            "segments.csv",
        ),
    ):
        for name, rows in named.groupby(column, sort=False, dropna=False).groups.items():
            if not known(str(name)):
                yield Problem(
                    where=f"statements.csv {column}：{rows_text(rows + 1)}",
                    promised=f"{home} 中的名称 / a name of {home}",
                    found=f"“{name}”",
                    mend=name_remedy(str(name), names, home),
                )


def _member_faults(plan: Plan, bounds: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Find counties that the boundaries do not have, and those that no region has."""
    members = plan.region_members
    have = set(zip(bounds["name_zh"], bounds["prefecture"], strict=True))
    said = set(zip(members["county"], members["prefecture"], strict=True))
    names = [county for county, _ in sorted(have - said)] or sorted(bounds["name_zh"])
    for county, prefecture in sorted(said - have):
        yield Problem(
            where=f"region_members.csv：{prefecture} {county}",
            promised="边界图层中的县（市、区） / a county of the boundaries",
            found="没有 / none",
            mend=name_remedy(county, names, "counties"),
        )
    for county, prefecture in sorted(have - said):
        yield Problem(
            where="region_members.csv",
            promised="各分区不重不漏地拼合全省 / regions that partition the province",
            found=f"缺 / lacking: {prefecture} {county}",
            mend="补一行 / add a row",
        )


def _home_faults(plan: Plan, bounds: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Find zones whose prefecture, region or point is not that of their county."""
    members = plan.region_members.drop_duplicates("county").set_index("county")
    limits = bounds.set_index("name_zh").geometry
    for row in plan.zone_registry.to_dict("records"):
        where, county = f"zones.csv：{row['name_zh']}", str(row["county"])
        if county not in members.index:
            continue  # told by the card's reference
        for column in ("prefecture", "region"):
            right = str(members.loc[county, column])
            if row[column] != right:
                yield Problem(
                    where=f"{where} {column}",
                    promised=f"“{right}”，{county}在那里 / where {county} lies",
                    found=f"“{row[column]}”",
                    mend="改这里，或改 county / change it here, or the county",
                )
        if county not in str(row["counties"]).split(";"):
            yield Problem(
                where=f"{where} counties",
                promised=f"含点位所在的“{county}” / with the county of its position",
                found=f"“{row['counties']}”",
                mend="补上，以“;”分隔 / add it, separated by “;”",
            )
        if county in limits.index:
            yield from _point_faults(row, limits)


def _point_faults(row: Mapping[Any, Any], limits: gpd.GeoSeries) -> Iterator[Problem]:
    at = np.array([[row["lon"], row["lat"]]], dtype=np.float64)
    if not np.isfinite(at).all() or row["point_datum"] not in get_args(Datum):
        return
    placed = gpd.points_from_xy(*convert_coordinates(at, row["point_datum"], "CGCS2000").T)[0]
    county = str(row["county"])
    if limits[county].covers(placed):
        return
    met = "、".join(map(str, limits.index[limits.covers(placed)])) or "省外 / outside the province"
    yield Problem(
        where=f"zones.csv：{row['name_zh']}",
        promised=f"点位在 {county} 内 / the point lies in its county",
        found=met,
        mend="改正 lon、lat、point_datum 或 county / mend the point, its datum or county",
    )


def _judge_layers(found: _Faults) -> None:
    """Draw the layers again where tables have changed, and judge each by its card."""
    if found.gather(refresh_layers):
        found.notes.append("图层已随表重绘 / the layers were drawn again from the tables")
    for name in PACK_LAYERS:
        layer = found.gather(lambda name=name: load(name))  # type: ignore[misc]
        if layer is not None:
            found.problems += check(layer, read_card(name))


def _figure_faults(plan: Plan | None, *, whole: bool) -> list[Problem]:
    """Find specs and captions without one another, and what a spec names that is not there."""
    found = _Faults()
    numbers = found.gather(figure_numbers) or ()
    sources = None if plan is None else _readable_sources(plan, found if whole else _Faults())
    captions = (
        set() if plan is None else {int(number) for number in plan.figures["figure"].dropna()}
    )
    for number in numbers:
        spec = found.gather(lambda number=number: read_spec(number))  # type: ignore[misc]
        if plan is not None and number not in captions:
            found.problems.append(
                Problem(
                    where=f"fig{number:02d}.yml",
                    promised="figures.csv 中的图题 / a caption in figures.csv",
                    found="没有 / none",
                    mend="补一行 / add a row",
                )
            )
        if spec is None or sources is None:
            continue
        if whole and number in captions:
            found.gather(lambda spec=spec: prepare_figure(spec, sources))  # type: ignore[misc]
        else:
            found.problems += spec_faults(spec, sources, f"fig{number:02d}")
    for number in sorted(captions - set(numbers)):
        found.problems.append(
            Problem(
                where=f"figures.csv：图{number}",
                promised=f"figures/fig{number:02d}.yml",
                found="没有 / none",
                mend="写一个声明文件，或删去该行 / write its spec, or delete the row",
            )
        )
    return found.problems


def _readable_sources(plan: Plan, found: _Faults) -> Sources | None:
    """Layers and tables for the figures, whatever faults the tables may have."""
    layers = {name: found.gather(lambda name=name: load(name)) for name in PACK_LAYERS}  # type: ignore[misc]
    drawn: dict[str, Any] = {name: layer for name, layer in layers.items() if layer is not None}
    zones = drawn.pop("zones", None)
    return (
        None
        if zones is None or len(drawn) < len(PACK_LAYERS) - 1
        else Sources(zones, drawn, plan, {})
    )


def _judge_rules(found: _Faults, plan: Plan) -> None:
    ids, zones = list(plan.targets["id"]), list(plan.zone_registry["name_zh"])
    if ids:
        found.gather(lambda: read_readings(ids=ids, zones=zones))
    for path in sorted(layers_dir().glob("rules/plan-*.yml")):
        found.gather(lambda path=path: read_plan_rule(path))  # type: ignore[misc]


def _colour_faults() -> Iterator[Problem]:
    """Find palettes in which two colours cannot be told apart by every reader."""
    pack = read_pack()
    for key, colours in (
        ("regions.colour", [region.colour for region in pack.regions]),
        ("sectors", list(pack.sectors)),
    ):
        pair = closest_pair(colours)
        if pair is not None and pair.distance < LEAST_APART:
            yield Problem(
                where=f"pack.yml {key}",
                promised="色觉异常者也能分辨的颜色 / colours that every reader can tell apart",
                found=f"{pair.one} – {pair.other}（{pair.vision}）",
                mend="换一种颜色，如 Paul Tol 的配色 / change one; Paul Tol's schemes will do",
            )


def _notes_on(plan: Plan) -> Iterator[str]:
    """What is still to be filled in, and what could not be judged."""
    pack = read_pack()
    told = [
        key
        for key in ("edition", "title_zh", "title_en")
        if _FILL_IN in str(getattr(pack, key)) or "to be named" in str(getattr(pack, key))
    ]
    if told:
        yield f"pack.yml 待填 / to be filled in: {', '.join(told)}"
    if plan.zone_registry.empty:
        yield "zones.csv 为空，图上只有行政区 / no zones yet: figures show boundaries only"
    lacks = [
        (plan.targets.empty, "targets.csv 为空，没有可核对的指标 / no targets to check"),
        (plan.port_registry.empty, "ports.csv 为空，没有口岸 / no ports"),
        (
            not any(layers_dir().glob("rules/plan-*.yml")),
            "没有 rules/plan-*.yml，审计用随附规划的并注明 / no rule: the shipped plan's is taken",
        ),
    ]
    yield from (told for empty, told in lacks if empty)
    if plan.plan_outline.empty:
        yield "plan_outline.csv 为空，出处未核对 / no outline: references were not checked"
    named = set(plan.industry_layout["zone"])
    silent = [zone for zone in plan.zone_registry["name_zh"] if zone not in named]
    if silent and not plan.industry_layout.empty:
        yield f"未点名任何产业的开发区 / zones named for no industry: {'、'.join(silent)}"
    named_for = set(
        zip(plan.industry_layout["industry"], plan.industry_layout["segment"], strict=True)
    )
    listed = list(zip(plan.segments["industry"], plan.segments["segment"], strict=True))
    if idle := [" · ".join(both) for both in listed if both not in named_for]:
        yield f"没有开发区的细分产业 / segments without a zone: {'、'.join(idle)}"
