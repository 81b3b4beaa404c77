"""Promises that the plan's tables make to one another, beyond what a card says of one column."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from yngis.catalogue.io.pack import read_pack
from yngis.catalogue.io.row_numbers import row_numbers_text
from yngis.errors import Problem
from yngis.plan.name_remedies import name_remedy
from yngis.plan.names import parse_aliases
from yngis.plan.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Frames = Mapping[str, pd.DataFrame]

_REF_SEPARATOR = "；"
_EMPTY = "空 / empty"


class _Fault(NamedTuple):
    """One contradiction, in one cell."""

    table: str
    row: int
    column: str
    promised: str
    found: str
    mend: str


def rule_faults(frames: Frames, files: Mapping[str, str]) -> list[Problem]:
    """Judge the tables against one another."""
    rows: dict[_Fault, list[int]] = defaultdict(list)
    for judge, needs in _RULES:
        if all(name in frames for name in needs):
            for fault in judge(frames):
                rows[fault._replace(row=0)].append(fault.row)
    return [
        Problem(
            f"{files[fault.table]} {fault.column}：{row_numbers_text(found)}",
            promised=fault.promised,
            found=fault.found,
            mend=fault.mend,
        )
        for fault, found in rows.items()
    ]


def _numbered_records(frame: pd.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their numbers."""
    return zip(map(int, frame.index), frame.to_dict("records"), strict=True)  # type: ignore[arg-type]


def _segments_of_industry(frames: Frames) -> Iterator[_Fault]:
    """Find segments that stand under another industry."""
    home = frames["segments"].groupby("segment")["industry"].agg(list).to_dict()
    for table in ("industry_layout", "industry_prefectures"):
        for row, said in _numbered_records(frames[table].dropna(subset=["industry", "segment"])):
            industry, segment = said["industry"], said["segment"]
            # A segment known nowhere is already told by the card's reference.
            if segment in home and industry not in home[segment]:
                owner = "、".join(home[segment])
                yield _Fault(
                    table,
                    row,
                    "segment",
                    promised=f"“{industry}”的细分产业 / a segment of “{industry}”",
                    found=f"“{segment}”属于“{owner}” / belongs to “{owner}”",
                    mend="改产业或细分产业 / change the industry or the segment",
                )


def _segments_can_be_drawn(frames: Frames) -> Iterator[_Fault]:
    """Find segments without a place or character of their own, industries without segments."""
    segments = frames["segments"]
    for column in ("order", "character"):
        for row, segment in _numbered_records(segments[segments.duplicated(["industry", column])]):
            yield _Fault(
                "segments",
                row,
                column,
                promised=f"“{segment['industry']}”之内不重复 / distinct within the industry",
                found=f"“{segment[column]}”",
                mend="换一个 / choose another",
            )
    named = set(segments["industry"])
    for row, industry in _numbered_records(frames["industries"].dropna(subset=["industry"])):
        if industry["industry"] not in named:
            yield _Fault(
                "industries",
                row,
                "industry",
                promised="segments.csv 中至少一个细分产业 / a segment at least in segments.csv",
                found=f"“{industry['industry']}”没有 / it has none",
                mend="在 segments.csv 补一行 / add a row to segments.csv",
            )


def _focus_names_what_exists(frames: Frames) -> Iterator[_Fault]:
    """Find zones and ports of a place that no registry has, or has elsewhere."""
    focus = frames["prefecture_focus"]
    registries = (("zone", "zone_registry", "zones.csv"), ("port", "port_registry", "ports.csv"))
    for kind, registry, file in registries:
        known = {entry["name_zh"]: entry for _, entry in _numbered_records(frames[registry])}
        for row, said in _numbered_records(focus[focus["kind"] == kind]):
            name = said["value"]
            if name not in known:
                yield _Fault(
                    "prefecture_focus",
                    row,
                    "value",
                    promised=f"{file} 中的名称 / a name of {file}",
                    found=f"“{name}”",
                    mend=name_remedy(str(name), known, file),
                )
                continue
            for column in ("prefecture", "region"):
                home = known[name].get(column, said[column])
                if said[column] != home:
                    yield _Fault(
                        "prefecture_focus",
                        row,
                        column,
                        promised=f"“{home}”，“{name}”在那里 / where “{name}” lies",
                        found=f"“{said[column]}”",
                        mend="改这里，或改名录 / change it here or in the registry",
                    )


def _focus_is_in_place(frames: Frames) -> Iterator[_Fault]:
    """Find places in a region that their prefecture has no part in, or citing another place."""
    members = frames["region_members"]
    homes = set(zip(members["prefecture"], members["region"], strict=True))
    panels = {region.name: region.panel for region in read_pack().regions if region.panel}
    for row, said in _numbered_records(frames["prefecture_focus"]):
        prefecture, region, ref = said["prefecture"], said["region"], said["plan_ref"]
        if (prefecture, region) not in homes:
            yield _Fault(
                "prefecture_focus",
                row,
                "region",
                promised="region_members.csv 中该州（市）的分区 / a region of that prefecture",
                found=f"“{prefecture}” + “{region}”",
                mend="改分区或州（市） / change the region or the prefecture",
            )
        cited = f"{panels.get(region)} {said['place']}"
        if region in panels and cited not in str(ref).split(_REF_SEPARATOR):
            yield _Fault(
                "prefecture_focus",
                row,
                "plan_ref",
                promised=f"“{cited}”",
                found=f"“{ref}”",
                mend="改出处、地方或分区 / change the reference, the place or the region",
            )


def _focus_industries_agree(frames: Frames) -> Iterator[_Fault]:
    """Find ``plan_industry`` where there is no industry, or another than the one named."""
    own = set(frames["industries"]["industry"])
    for row, said in _numbered_records(frames["prefecture_focus"]):
        value, held = said["value"], said["plan_industry"]
        if said["kind"] != "industry" and not pd.isna(held):
            promised = "空，只用于 kind = industry / empty, it is for kind = industry only"
        elif said["kind"] == "industry" and value in own and held != value:
            promised = f"“{value}”"
        else:
            continue
        yield _Fault(
            "prefecture_focus",
            row,
            "plan_industry",
            promised=promised,
            found=_EMPTY if pd.isna(held) else f"“{held}”",
            mend="照此改 / write that",
        )


def _zone_names_mean_one_zone(frames: Frames) -> Iterator[_Fault]:
    """Find names, short names and aliases by which two zones are called."""
    registry = Registry(frames["zone_registry"])
    for row, zone in _numbered_records(frames["zone_registry"].dropna(subset=["name_zh"])):
        aliases = [alias.name for alias in parse_aliases(zone.get("aliases")) if alias.sure]
        for column, names in (("short_zh", [zone.get("short_zh")]), ("aliases", aliases)):
            for name in names:
                others = set(registry.candidates(name)) if isinstance(name, str) else set()
                if others := others - {zone["name_zh"]}:
                    yield _Fault(
                        "zone_registry",
                        row,
                        column,
                        promised="只指一个开发区的名称 / a name of one zone only",
                        found=f"“{name}”也是“{'、'.join(sorted(others))}” / another zone's too",
                        mend="从其中一个开发区的别名中删去 / take it from one of the zones",
                    )


def _targets_have_bounds(frames: Frames) -> Iterator[_Fault]:
    """Find ranges without an upper bound above the lower one, and bounds without a range."""
    for row, target in _numbered_records(frames["targets"]):
        low = pd.to_numeric(target["value"], errors="coerce")
        high = pd.to_numeric(target["value_max"], errors="coerce")
        ranged = target["comparison"] == "between"
        if ranged and not high > low:
            promised = f"大于 {low:g} 的上限 / an upper bound above {low:g}"
        elif not ranged and not pd.isna(target["value_max"]):
            promised = "空，只用于 between / empty, it is for between only"
        else:
            continue
        yield _Fault(
            "targets",
            row,
            "value_max",
            promised=promised,
            found=_EMPTY if pd.isna(target["value_max"]) else str(target["value_max"]),
            mend="改 value_max 或 comparison / change value_max or comparison",
        )


def _references_lead_somewhere(frames: Frames) -> Iterator[_Fault]:
    """Find references to a section, a panel or a figure that the plan does not have."""
    places = [
        *frames["plan_outline"]["ref"].dropna(),
        *(f"图{number}" for number in frames["figures"]["figure"].dropna()),
    ]
    known = set(places)
    if frames["plan_outline"].empty:  # nothing to hold references against; `plan check` says so
        return
    for table, frame in frames.items():
        for column in ("plan_ref", "section"):
            if column not in frame.columns:
                continue
            for row, cited in _numbered_records(frame[[column]].dropna()):
                for ref in cited[column].split(_REF_SEPARATOR):
                    if ref not in known:
                        yield _Fault(
                            table,
                            row,
                            column,
                            promised="plan_outline.csv 中的出处 / a place of plan_outline.csv",
                            found=f"“{ref}”",
                            mend=name_remedy(ref, places, "plan_outline.csv"),
                        )


_RULES: tuple[tuple[Callable[[Frames], Iterator[_Fault]], tuple[str, ...]], ...] = (
    (_segments_of_industry, ("segments", "industry_layout", "industry_prefectures")),
    (_segments_can_be_drawn, ("industries", "segments")),
    (_focus_names_what_exists, ("prefecture_focus", "zone_registry", "port_registry")),
    (_focus_is_in_place, ("prefecture_focus", "region_members")),
    (_focus_industries_agree, ("prefecture_focus", "industries")),
    (_targets_have_bounds, ("targets",)),
    (_zone_names_mean_one_zone, ("zone_registry",)),
    (_references_lead_somewhere, ("plan_outline", "figures")),
)
