"""Change of land in zones (国土变化): one call from two surveys and the records to what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.analysis.change.compare import CompareRules, compare_surveys
from yngis.analysis.change.ground import ground_states
from yngis.analysis.change.increments import read_increments
from yngis.analysis.change.kinds import change_table, class_transition, overlaid_changes
from yngis.analysis.change.suspects import SuspectRules, Suspects, find_suspects
from yngis.errors import LayerError, Problem
from yngis.measure.storage import to_storage
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from geopandas import GeoDataFrame

    from yngis.analysis.change.survey_layer import Layer
    from yngis.measure.progress import StageProgress

    Records: TypeAlias = GeoDataFrame | Callable[[int | None], GeoDataFrame | None] | None

OVERLAYS: Final = {
    "temporary": "1301 临时用地",
    "solar": "1302 光伏板区",
    "cleared": "1303 推土区",
    "demolition": "1304 拆除未尽区",
}
"""Layers that lie over the survey, by the word that names them on the command line."""


@dataclass(frozen=True)
class LandChange:
    """
    What changed in zones between two surveys (变化结果).

    Attributes
    ----------
    transition
        ``zone``, ``before``, ``after``, ``area_m2``, by code; of changed land only where the
        survey's own increments were read.
    by_class, by_built
        The same by 三大类 and by built and not built.
    changes
        ``zone``, ``kind``, ``area_m2``, ``polygons``, ``ridge_m2``.
    pieces
        Every changed piece with its ids and its polygon in EPSG:4490.
    suspects
        What the survey says against the records; None where there are no records.
    zones
        What each survey covers in every zone; empty for increments.
    overlaid
        Changes below 临时用地 and the like.
    border_moves
        Moved borders of increments.
    classes
        Class of every code.
    notes
        What a reader must know.
    years
        Years of the surveys; None where nobody knows.
    scheme
        Classification of the codes.
    """

    transition: pd.DataFrame
    by_class: pd.DataFrame
    by_built: pd.DataFrame
    changes: pd.DataFrame
    pieces: GeoDataFrame
    suspects: Suspects | None
    zones: pd.DataFrame
    overlaid: pd.DataFrame
    border_moves: pd.DataFrame
    classes: pd.DataFrame
    notes: tuple[str, ...]
    years: tuple[int | None, int | None]
    scheme: str


def change(
    before: Layer | None = None,
    after: Layer | None = None,
    zones: GeoDataFrame | None = None,
    *,
    increments: Layer | None = None,
    supply: Records = None,
    approvals: Records = None,
    overlays: Mapping[str, GeoDataFrame] | None = None,
    rules: CompareRules | None = None,
    suspect_rules: SuspectRules | None = None,
    tick: StageProgress | None = None,
) -> LandChange:
    """
    Tell what changed in zones between two land surveys (两期国土调查变化).

    Parameters
    ----------
    before, after
        The earlier and the later survey (DLTB): frames or paths, with ``DLBM`` and, where there
        are such, ``BSM``, ``TBDLMJ``, ``KCXS`` and ``SJNF``.
    zones
        Polygons with ``name_zh``; the shipped, schematic ones if None.
    increments
        The survey's own record of changes (DLTBGXGC) in place of two surveys.
    supply
        Records of supply with polygons: ``id``, ``started``, ``not_started``, ``start_day`` and
        ``finding``, as far as they are known; or what reads them once the year of the later survey
        is known.
    approvals
        Approvals with polygons, likewise: ``id`` and ``state``: ``in_force``, ``withdrawn`` or
        ``open``; in force where there is no such column.
    overlays
        Polygons of ``temporary``, ``solar``, ``cleared`` or ``demolition`` land.
    rules
        Choices of the comparison.
    suspect_rules
        Thresholds of suspicion.
    tick
        Told how far it is.

    Returns
    -------
    found
        Frames of areas on the ellipsoid [m²], and the changed pieces.

    Raises
    ------
    LayerError
        If a layer cannot be used or the surveys cannot be compared; names every fault.

    Examples
    --------
    >>> import geopandas, shapely
    >>> def survey(codes, year):
    ...     boxes = [shapely.box(102 + at / 1e3, 25, 102 + (at + 1) / 1e3, 25.001)
    ...              for at in range(len(codes))]
    ...     return geopandas.GeoDataFrame(
    ...         {"DLBM": codes, "SJNF": year}, geometry=boxes, crs=4490)
    >>> zones = geopandas.GeoDataFrame(
    ...     {"name_zh": ["甲"]}, geometry=[shapely.box(102, 25, 102.0015, 25.001)], crs=4490)
    >>> found = change(survey(["0103", "0601"], 2022), survey(["0601", "0601"], 2023), zones)
    >>> found.transition[["before", "after"]].to_numpy().tolist()
    [['0103', '0601'], ['0601', '0601']]
    >>> found.changes.set_index("kind")["polygons"].to_dict()["newly_built"]
    1
    """
    if zones is None:
        from yngis.catalogue import load  # noqa: PLC0415 - only where none are given

        zones = load("zones")
    named = _named_zones(zones)
    chosen = rules or CompareRules()
    _refuse_sources(before, after, increments)
    if increments is not None:
        return _from_increments(increments, named, chosen, (supply, approvals), suspect_rules)
    assert before is not None and after is not None  # noqa: S101, PT018 - judged above
    found = compare_surveys(before, after, named, chosen, tick=tick)
    over = _all_overlays(found.overlays, overlays or {})
    told: Suspects | None = None
    if supply is not None or approvals is not None:
        records, given = _read_records(supply, approvals, found.years[1])
        told = find_suspects(
            found.pieces,
            records,
            given,
            ground=None if records is None else _ground_of(before, after, records, chosen),
            overlays=over,
            zones=to_storage(named),
            after_year=found.years[1],
            rules=suspect_rules,
        )
    notes = (*found.notes, *_undivided_note(found.pieces), *(told.notes if told else ()))
    return LandChange(
        found.transition,
        class_transition(found.transition, found.classes, "class"),
        class_transition(found.transition, found.classes, "built"),
        change_table(found.pieces, list(found.zones["zone"]), _unseen_zones(found.zones)),
        found.pieces,
        told,
        found.zones,
        overlaid_changes(found.pieces, over),
        pd.DataFrame(columns=["zone", "border", "before", "after", "area_m2", "polygons"]),
        found.classes,
        notes,
        found.years,
        found.scheme,
    )


def _unseen_zones(coverage: pd.DataFrame) -> set[str]:
    """Zones in which neither survey has a parcel."""
    bare = (coverage["before_m2"] <= 0.0) & (coverage["after_m2"] <= 0.0)
    return set(coverage.loc[bare, "zone"])


def _from_increments(
    layer: Layer,
    zones: GeoDataFrame,
    rules: CompareRules,
    records: tuple[Records, Records],
    suspect_rules: SuspectRules | None,
) -> LandChange:
    """Changes as the survey itself recorded them."""
    found = read_increments(layer, zones, rules)
    told: Suspects | None = None
    if records[0] is not None or records[1] is not None:
        supply, approvals = _read_records(*records, found.year)
        told = find_suspects(
            found.pieces,
            supply,
            approvals,
            zones=to_storage(zones),
            after_year=found.year,
            rules=suspect_rules,
        )
    apart = (
        "变更过程层只有变化的图斑：不判“动工满两年而无变化” / increments hold changed land only: "
        "started-but-bare is not judged"
    )
    return LandChange(
        found.transition,
        class_transition(found.transition, found.classes, "class"),
        class_transition(found.transition, found.classes, "built"),
        change_table(found.pieces, [str(name) for name in zones["name_zh"]]),
        found.pieces,
        told,
        pd.DataFrame(columns=["zone", "before_m2", "after_m2"]),
        pd.DataFrame(columns=["zone", "overlay", "kind", "area_m2", "polygons"]),
        found.border_moves,
        found.classes[["code", "class", "built"]],
        (*found.notes, *((apart, *told.notes) if told else ())),
        (None if found.year is None else found.year - 1, found.year),
        found.scheme,
    )


def _refuse_sources(before: Layer | None, after: Layer | None, increments: Layer | None) -> None:
    """Two surveys, or increments: not both, and not one survey alone."""
    two = before is not None, after is not None
    if (all(two) and increments is None) or (increments is not None and not any(two)):
        return
    given = [
        name
        for name, there in zip(
            ("--before", "--after", "--increments"), (*two, increments is not None), strict=True
        )
        if there
    ]
    raise LayerError(
        Problem(
            where="yngis change",
            promised="--before 与 --after，或 --increments / two surveys, or their increments",
            found="、".join(given) or "都没有 / neither",
            mend="给出两期调查，或只给变更过程层 / give both surveys, or the increments alone",
        )
    )


def _named_zones(zones: GeoDataFrame) -> GeoDataFrame:
    """Zones by name, one row each."""
    problems = []
    if "name_zh" not in zones.columns:
        problems.append(
            Problem(
                where="--zones",
                promised="名称列 name_zh / a column of names",
                found="、".join(str(name) for name in zones.columns),
                mend='zones.rename(columns={"…": "name_zh"})',
            )
        )
    elif zones["name_zh"].duplicated().any() or zones["name_zh"].isna().any():
        twice = zones.loc[zones["name_zh"].duplicated(), "name_zh"]
        problems.append(
            Problem(
                where="--zones · name_zh",
                promised="每行一个唯一的名称 / one name of its own per row",
                found=f"重名或无名 / twice or none: {'、'.join(str(name) for name in twice)}",
                mend='先合并同名的行 / unite rows of one name: zones.dissolve("name_zh")',
            )
        )
    if problems:
        raise LayerError(problems)
    return zones.reset_index(drop=True)


def _all_overlays(own: GeoDataFrame, more: Mapping[str, GeoDataFrame]) -> GeoDataFrame:
    """Land over other land: what the surveys hold of it, and what the user brings."""
    strange = sorted(set(more) - set(OVERLAYS))
    if strange:
        raise LayerError(
            Problem("--overlay", "、".join(OVERLAYS), name, "用其中之一 / use one of them")
            for name in strange
        )
    frames = [own[["overlay", "geometry"]]]
    for name, layer in more.items():
        stored = to_storage(layer)
        frames.append(
            gpd.GeoDataFrame(
                {"overlay": OVERLAYS[name]}, index=stored.index, geometry=stored.geometry
            )
        )
    kept = [frame for frame in frames if len(frame)]
    if not kept:
        return own[["overlay", "geometry"]]
    joined: GeoDataFrame = gpd.GeoDataFrame(pd.concat(kept, ignore_index=True), crs="EPSG:4490")
    return joined


def _read_records(
    supply: Records, approvals: Records, year: int | None
) -> tuple[GeoDataFrame | None, GeoDataFrame | None]:
    """Records ready to be held against the changes, read now where they waited for the year."""
    found = [each(year) if callable(each) else each for each in (supply, approvals)]
    return (
        None if found[0] is None else _ready_supply(found[0]),
        None if found[1] is None else _ready_approvals(found[1]),
    )


def _ready_supply(supply: GeoDataFrame) -> GeoDataFrame:
    """Records with all columns that are asked for, on positions."""
    ready = to_storage(supply).reset_index(drop=True)
    count = len(ready)
    for name, usual in (("started", False), ("not_started", False), ("finding", "")):
        if name not in ready:
            ready[name] = usual
    if "start_day" not in ready:
        ready["start_day"] = np.full(count, np.datetime64("NaT", "s"))
    ready["start_day"] = pd.to_datetime(ready["start_day"], errors="coerce")
    if "id" not in ready:
        ready["id"] = [str(at + 1) for at in range(count)]
    return ready


def _ready_approvals(approvals: GeoDataFrame) -> GeoDataFrame:
    ready = to_storage(approvals).reset_index(drop=True)
    if "state" not in ready:
        ready["state"] = "in_force"
    return ready


def _ground_of(
    before: Layer, after: Layer, records: GeoDataFrame, rules: CompareRules
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What both surveys show on the records that have begun."""
    shapes = records.geometry
    begun = records["started"].fillna(value=False).astype(bool)
    drawn = records[begun & ~(shapes.isna() | shapes.is_empty)]
    old = ground_states(
        before, drawn, "--before", scheme=rules.before_scheme, code=rules.code,
        inside=rules.before_layer, crs=rules.before_crs,
    )  # fmt: skip
    new = ground_states(
        after, drawn, "--after", scheme=rules.after_scheme, code=rules.code,
        inside=rules.after_layer, crs=rules.after_crs,
    )  # fmt: skip
    return old, new


def _undivided_note(pieces: GeoDataFrame) -> tuple[str, ...]:
    """Say what settlements that are not divided leave open."""
    open_ = pieces["undivided"].to_numpy(dtype=bool)
    if not open_.any():
        return ()
    area = float(pieces["area_m2"].to_numpy()[open_].sum()) / HECTARE_M2
    return (
        (
            "未细分的城镇村（201—205）或一期只有上级编码（如 06 与 0601）涉及 "
            f"{area:,.2f} 公顷：其内转用途、新建与否不可知，不计 / settlements or classes that a "
            "survey does not divide: what was converted or built inside is not known"
        ),
    )
