"""
Survey changes beside the records (与台账比对): suspected only, and never in place of a finding.

Newly built land that no record of supply covers is 疑似未供先用 where it was approved and
疑似未批先建 where it was not; a record that says the contrary of the ground is a contradiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.calendar_months import months_later
from yngis.analysis.change.kinds import areas_inside, change_masks, split_by_others
from yngis.analysis.change.redrawn import find_redrawn
from yngis.errors import LayerError, Problem
from yngis.measure.polygons import NOTHING_M2, intersect_pairs, measure_areas, shape_array
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

SUSPECTS: Final = {
    "supplied_early": "疑似未供先用",
    "unapproved": "疑似未批先建",
    "contradiction": "台账与现状矛盾",
}
"""Kinds of suspects and their Chinese names."""

REASONS: Final = {
    "built_not_supplied": "后期调查为新建，批准范围内，没有供应记录",
    "built_not_approved": "后期调查为新建，批准范围外，没有供应记录",
    "not_started_but_built": "台账记未动工，两期之间已新建",
    "started_but_bare": "台账记动工已满两年，两期之间没有变化且未见建筑",
}
"""Why each is suspected."""

_TEMPORARY: Final = "1301"
_MONTHS: Final = 24
# A share that is exactly at a threshold comes out some 1e-12 beside it.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class SuspectRules:
    """
    Thresholds of suspicion; defaults of ours (疑点阈值).

    Attributes
    ----------
    width_m
        Width below which newly built land is no suspect [m].
    built_share
        Share of a record "not started" that must be newly built to contradict it.
    unchanged_share
        Share of a record "started" that may have changed, or be built, and still count as bare.
    """

    width_m: float = 1.0
    built_share: float = 0.1
    unchanged_share: float = 0.05

    def __post_init__(self) -> None:
        problems = [
            Problem(name, "0 … 1", f"{value:g}", "改为 0 与 1 之间 / give a share between 0 and 1")
            for name, value in (
                ("built_share", self.built_share),
                ("unchanged_share", self.unchanged_share),
            )
            if not 0.0 <= value <= 1.0
        ]
        if problems:
            raise LayerError(problems)


class Suspects(NamedTuple):
    """
    What the survey says against the records (疑点).

    Attributes
    ----------
    table
        ``zone``, ``kind``, ``area_m2``, ``ids``: one row for each zone and kind.
    parts
        Each suspect with its polygon in EPSG:4490: ``zone``, ``kind``, ``id``, ``reason``,
        ``area_m2``, ``finding`` of the record, where there is one.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    parts: GeoDataFrame
    notes: tuple[str, ...]


def find_suspects(
    pieces: GeoDataFrame,
    supply: GeoDataFrame | None,
    approvals: GeoDataFrame | None,
    *,
    ground: tuple[pd.DataFrame, pd.DataFrame] | None = None,
    overlays: GeoDataFrame | None = None,
    zones: GeoDataFrame | None = None,
    after_year: int | None = None,
    rules: SuspectRules | None = None,
) -> Suspects:
    """
    Hold the changes against supply and approvals (比对台账).

    Parameters
    ----------
    pieces
        Changed pieces in EPSG:4490.
    supply
        Records of supply with polygons in EPSG:4490: ``id``, ``started``, ``not_started``,
        ``start_day``, ``finding``. None where there are none: then nothing is told of supply.
    approvals
        Approvals with polygons: ``id``, ``state`` (``in_force``, ``withdrawn`` or ``open``). None
        where there are none: then nothing is told of approval.
    ground
        What the surveys show on each record before and after, on ``supply.index``, as
        :func:`yngis.analysis.change.ground.ground_states` gives it.
    overlays
        Land over other land; newly built 临时用地 is no suspect and is told.
    zones
        ``name_zh`` and polygons, for the records that contradict the ground.
    after_year
        Year of the later survey; None where nobody knows: then nothing that hangs on days is told.
    rules
        Thresholds.

    Returns
    -------
    suspects
        Suspected only; 认定 is an act of the bureau.
    """
    chosen = rules or SuspectRules()
    parts: list[dict[str, Any]] = []
    notes: list[str] = []
    newly = pieces[change_masks(pieces)["newly_built"]].reset_index(drop=True)
    if supply is not None and approvals is not None:
        parts += _unsupplied_parts(
            newly, supply, approvals, overlays=overlays, rules=chosen, notes=notes
        )
    elif supply is None or approvals is None:
        notes.append(
            "没有同时给出供应和批准，不判未供先用、未批先建 / without both supply and approvals "
            "neither early use nor unapproved building is told"
        )
    if supply is not None:
        drawn = _drawn_records(supply, notes, "供应记录 / supply records")
        parts += _built_unstarted(newly, drawn, chosen)
        parts += _started_bare(
            drawn,
            pieces,
            ground=ground,
            zones=zones,
            after_year=after_year,
            rules=chosen,
            notes=notes,
        )
    return Suspects(_suspect_table(parts), _suspect_layer(parts), tuple(notes))


def _drawn_records(records: GeoDataFrame, notes: list[str], what: str) -> GeoDataFrame:
    shapes = np.array(records.geometry.array, dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not there.all():
        area = pd.to_numeric(records.get("area_m2", pd.Series(dtype=float)), errors="coerce")
        bare = float(area[~there].sum()) / HECTARE_M2 if len(area) else 0.0
        zh, en = what.split(" / ")
        told = (
            f"{int((~there).sum())} 件{zh}没有图形（{bare:,.2f} 公顷），可能就在疑点之上，须先核对"
            f" / {en} without polygons may lie on suspected land: check them first"
        )
        if told not in notes:
            notes.append(told)
    return records[there]


def _unsupplied_parts(
    newly: GeoDataFrame,
    supply: GeoDataFrame,
    approvals: GeoDataFrame,
    *,
    overlays: GeoDataFrame | None,
    rules: SuspectRules,
    notes: list[str],
) -> list[dict[str, Any]]:
    """Newly built land without supply, by approval."""
    drawn = _drawn_records(supply, notes, "供应记录 / supply records")
    given = _drawn_records(approvals, notes, "批准 / approvals")
    left = np.array(newly.geometry.array, dtype=object)
    if overlays is not None and len(overlays):
        over = overlays[overlays["overlay"].str.startswith(_TEMPORARY)]
        inside, left = split_by_others(left, np.array(over.geometry.array, dtype=object))
        if (area := float(measure_areas(inside).sum())) > NOTHING_M2:
            notes.append(
                f"临时用地上的新建 {area / HECTARE_M2:,.2f} 公顷，不列疑点 / newly built on "
                "temporary land is no suspect"
            )
    _, left = split_by_others(left, np.array(drawn.geometry.array, dtype=object))
    states = given["state"].to_numpy(dtype=object)
    shapes = np.array(given.geometry.array, dtype=object)
    early, left = split_by_others(left, shapes[states == "in_force"])
    doubtful, left = split_by_others(left, shapes[states == "open"])
    if (area := float(measure_areas(doubtful).sum())) > NOTHING_M2:
        notes.append(
            f"新建在是否有效不明的批准上 {area / HECTARE_M2:,.2f} 公顷，不作认定也不放过 / newly "
            "built on approvals that may or may not be in force: neither cleared nor accused"
        )
    rows = []
    for kind, reason, shape in (
        ("supplied_early", "built_not_supplied", early),
        ("unapproved", "built_not_approved", left),
    ):
        for place, part in enumerate(_wide_parts(shape, rules.width_m)):
            if part is not None:
                rows.append(
                    {
                        "zone": newly["zone"].iloc[place],
                        "kind": kind,
                        "id": newly["after_id"].iloc[place],
                        "reason": reason,
                        "finding": "",
                        "geometry": part,
                    }
                )
    return rows


def _wide_parts(shapes: NDArray[np.object_], width_m: float) -> list[Any]:
    """Parts of each shape that a disc of the width finds room in; None where there are none."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    thin = find_redrawn(parts, np.ones(len(parts), dtype=bool), width_m)
    kept: list[list[Any]] = [[] for _ in shapes]
    for part, place, narrow in zip(parts, owner, thin, strict=True):
        if not narrow and part.area > 0.0:
            kept[place].append(part)
    return [shapely.multipolygons(held) if held else None for held in kept]


def _built_unstarted(
    newly: GeoDataFrame, supply: GeoDataFrame, rules: SuspectRules
) -> list[dict[str, Any]]:
    """Records that say "not started" where the survey shows newly built land."""
    quiet = supply[supply["not_started"].fillna(value=False).astype(bool)]
    if len(quiet) == 0 or len(newly) == 0:
        return []
    shapes = np.array(quiet.geometry.array, dtype=object)
    built = np.array(newly.geometry.array, dtype=object)
    record, piece = shapely.STRtree(built).query(shapes, predicate="intersects")
    shared = intersect_pairs(shapes[record], built[piece]) if len(record) else shape_array([])
    area = measure_areas(shared)
    share = np.bincount(record, area, len(shapes)) / np.maximum(measure_areas(shapes), NOTHING_M2)
    rows = []
    for at, (one, other) in enumerate(zip(record, piece, strict=True)):
        if share[one] >= rules.built_share * (1.0 - _ROUNDING) and area[at] > NOTHING_M2:
            rows.append(
                {
                    "zone": newly["zone"].iloc[other],
                    "kind": "contradiction",
                    "id": quiet["id"].iloc[one],
                    "reason": "not_started_but_built",
                    "finding": quiet["finding"].iloc[one],
                    "geometry": shared[at],
                }
            )
    return rows


def _started_bare(
    supply: GeoDataFrame,
    changed: GeoDataFrame,
    *,
    ground: tuple[pd.DataFrame, pd.DataFrame] | None,
    zones: GeoDataFrame | None,
    after_year: int | None,
    rules: SuspectRules,
    notes: list[str],
) -> list[dict[str, Any]]:
    """Records started for two years where neither survey shows anything built."""
    begun = supply["started"].fillna(value=False).astype(bool).to_numpy()
    if ground is None or zones is None or not begun.any():
        return []
    days = supply["start_day"].to_numpy().astype("datetime64[D]")
    if after_year is None:
        notes.append(
            "后期调查年份不详，“动工满两年而无变化”不判 / year of --after unknown: "
            "started-but-bare is not judged"
        )
        return []
    undated = int((begun & np.isnat(days)).sum())
    if undated:
        notes.append(
            f"{undated} 宗已动工而日期不详，不判“满两年而无变化” / started, day unknown: not judged"
        )
    end = np.datetime64(f"{after_year:04d}-12-31", "D")
    # The survey shows the land at the end of its year.
    full = begun & (
        days.astype("datetime64[M]") + np.timedelta64(_MONTHS, "M") <= end.astype("M8[M]")
    )
    full &= months_later(days, _MONTHS) < end + np.timedelta64(1, "D")
    old, new = (each.reindex(supply.index) for each in ground)
    size = np.maximum(measure_areas(np.array(supply.geometry.array, dtype=object)), NOTHING_M2)
    seen = (new["built"] + new["not_built"]).to_numpy() / size
    share = np.maximum(old["built"].to_numpy(), new["built"].to_numpy()) / size
    real = changed[~changed["redrawn"].to_numpy(dtype=bool)]
    moved = np.zeros(len(supply))
    moved[full] = areas_inside(
        np.array(supply.geometry.array, dtype=object)[full],
        np.array(real.geometry.array, dtype=object),
    )
    share = np.maximum(share, moved / size)
    # Land that the survey does not show, or does not tell, neither clears nor accuses.
    most, least = rules.unchanged_share, 1.0 - rules.unchanged_share
    bare = full & (share <= most + _ROUNDING) & (seen >= least - _ROUNDING)
    return _placed_records(supply[bare], zones, "started_but_bare")


def _placed_records(
    records: GeoDataFrame, zones: GeoDataFrame, reason: str
) -> list[dict[str, Any]]:
    """Records cut to the zones that they lie in."""
    shapes = np.array(records.geometry.array, dtype=object)
    areas = np.array(zones.geometry.array, dtype=object)
    zone, record = shapely.STRtree(shapes).query(areas, predicate="intersects")
    shared = intersect_pairs(shapes[record], areas[zone]) if len(record) else shape_array([])
    return [
        {
            "zone": str(zones["name_zh"].iloc[where]),
            "kind": "contradiction",
            "id": records["id"].iloc[which],
            "reason": reason,
            "finding": records["finding"].iloc[which],
            "geometry": part,
        }
        for where, which, part in zip(zone, record, shared, strict=True)
        if float(measure_areas(shape_array([part]))[0]) > NOTHING_M2
    ]


def _suspect_layer(parts: list[dict[str, Any]]) -> GeoDataFrame:
    columns = ["zone", "kind", "id", "reason", "area_m2", "finding"]
    shapes = shape_array([part["geometry"] for part in parts])
    table = pd.DataFrame(
        {name: [part.get(name) for part in parts] for name in columns if name != "area_m2"}
    )
    table["area_m2"] = measure_areas(shapes)
    layer = gpd.GeoDataFrame(table[columns], geometry=gpd.GeoSeries(list(shapes), crs="EPSG:4490"))
    ordered: GeoDataFrame = layer.sort_values(
        ["zone", "kind", "id", "reason"], ignore_index=True, key=lambda each: each.astype(str)
    )
    return ordered


def _suspect_table(parts: list[dict[str, Any]]) -> pd.DataFrame:
    layer = _suspect_layer(parts)
    rows = []
    for (zone, kind), own in layer.groupby(["zone", "kind"], sort=True):
        ids = dict.fromkeys(str(each) for each in own["id"])
        rows.append((zone, kind, float(own["area_m2"].sum()), ";".join(ids)))
    return pd.DataFrame(rows, columns=["zone", "kind", "area_m2", "ids"])
