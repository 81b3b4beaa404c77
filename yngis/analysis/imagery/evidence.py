"""
Evidence of each parcel from a pile of scenes (宗地影像佐证).

What an image cannot tell it says: too small, too few dates, clouded, ambiguous. Nothing is called
built without a calibration on the bureau's own parcels, or two witnesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.analysis.imagery.calibration import calibrate, no_calibration
from yngis.analysis.imagery.disturbance import find_disturbance
from yngis.analysis.imagery.indices import spectral_angle
from yngis.analysis.imagery.scene_files import grid_key
from yngis.analysis.imagery.series import COVER, observe_parcels
from yngis.analysis.zonal import ZonalNotes
from yngis.analysis.zonal.coverage import locate_polygons
from yngis.analysis.zonal.polygon_input import bring_to_grid, gather_polygons, shrink_polygons
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.slope import cell_steps_m

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.imagery.calibration import Calibration
    from yngis.analysis.imagery.disturbance import Disturbance
    from yngis.analysis.imagery.rules import ImageryRules
    from yngis.analysis.imagery.scene_files import OpenScene
    from yngis.analysis.imagery.series import ParcelSeries

EVIDENCE_COLUMNS: Final = (
    "parcel", "as_of", "state", "cover", "grade", "why_not", "score", "green_share", "core_px",
    "valid_share", "clear_dates", "first_date", "last_date", "disturbed_from", "disturbed_to",
    "disturbed_best", "provisional", "angle_deg", "change_type", "witnesses", "contradiction",
    "scene_ids", "rules", "calibration_id",
)  # fmt: skip
"""Columns of ``parcel_evidence.csv``, in order."""

_M2_PER_HA: Final = 10_000.0
_VISIBLE: Final = 4  # blue, green, red, near infrared: what every sensor has


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """
    What the scenes say (影像佐证结果).

    Attributes
    ----------
    table
        One row per parcel, columns of :data:`EVIDENCE_COLUMNS`.
    series
        ``parcel``, ``date``, ``ndvi``, ``clear_share`` of every observation.
    calibration
        The score.
    used
        ``scene_id`` of scenes, how many parcels each saw clearly.
    """

    table: pd.DataFrame
    series: pd.DataFrame
    calibration: Calibration
    used: pd.DataFrame


@dataclass(slots=True, eq=False)
class _Facts:
    """Facts of all parcels, each from the grid of scenes that sees it best."""

    area_ha: NDArray[np.float64]
    resolution_m: NDArray[np.float64]
    core_px: NDArray[np.float64]
    size_px: NDArray[np.float64]
    inside: NDArray[np.float64]
    seen: NDArray[np.float64]
    green: NDArray[np.float64]
    water: NDArray[np.float64]
    features: NDArray[np.float64]
    dates: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    rainy: NDArray[np.bool_]
    disturbed: NDArray[np.int64]
    flags: NDArray[np.bool_]
    angle: NDArray[np.float64]
    stack: NDArray[np.int64]


def parcel_evidence(
    parcels: GeoDataFrame,
    opened: Sequence[OpenScene],
    as_of: date,
    rules: ImageryRules,
    *,
    labels: Mapping[Any, bool] | None = None,
    land_cover: pd.Series[float] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Evidence:
    """
    Tell of each parcel what the scenes show (宗地影像佐证).

    Parameters
    ----------
    parcels
        Polygons with unique index, ``(n,)``, in any CRS on CGCS2000 or WGS84.
    opened
        Scenes that :func:`~yngis.analysis.imagery.scene_files.check_scenes` passed.
    as_of
        Day of the evidence.
    rules
        The thresholds.
    labels
        Parcels of which is known whether they are built.
    land_cover
        Share of built-up land in a later land-cover product, on the index: a witness.
    progress
        Called with tiles done and in all.

    Returns
    -------
    evidence
        On the index of the parcels. Nothing of it is a finding.
    """
    stacks: dict[tuple[object, ...], list[OpenScene]] = {}
    for each in opened:
        stacks.setdefault(grid_key(each.raster.grid), []).append(each)
    piles = list(stacks.values())
    seen = [_observe_stack(parcels, pile, as_of, rules, progress) for pile in piles]
    facts = _best_facts(parcels, [each[0] for each in seen])
    calibration = _calibrated(parcels, facts, labels, rules)
    table = _evidence_table(
        parcels=parcels, facts=facts, piles=piles, as_of=as_of, rules=rules,
        calibration=calibration, land_cover=land_cover,
    )  # fmt: skip
    series = pd.concat(
        [
            _series_rows(parcels, told, facts.stack == number)
            for number, (_, told) in enumerate(seen)
        ],
        ignore_index=True,
    )
    used = pd.concat([_used_rows(pile, each[1]) for pile, each in zip(piles, seen, strict=True)])
    return Evidence(table, series, calibration, used.sort_values("scene_id", ignore_index=True))


def _observe_stack(
    parcels: GeoDataFrame,
    pile: list[OpenScene],
    as_of: date,
    rules: ImageryRules,
    progress: Callable[[int, int], None] | None,
) -> tuple[_Facts, ParcelSeries]:
    grid = pile[0].raster.grid
    east, north = cell_steps_m(_affine(grid), (grid.rows, grid.columns), grid.crs)  # type: ignore[arg-type]
    pixel = float(max(np.median(east), np.median(north)))
    rim = max(pixel / 2.0, *(each.scene.registration_m for each in pile))
    flat = bring_to_grid(gather_polygons(parcels.geometry, ZonalNotes()), grid)
    core = shrink_polygons(flat, grid, rim)
    boxes, size = locate_polygons(
        core.points, core.ring_first, core.ring_role, core.polygon_first, grid.plane_at(0, 0),
        (grid.rows, grid.columns),
    )  # fmt: skip
    series = observe_parcels(
        pile, core, boxes,
        last_day=as_of.toordinal(),
        window_days=int(rules.number("window_days")),
        green_ndvi=rules.number("green_ndvi"),
        water_mndwi=rules.number("water_mndwi"),
        least_valid=rules.number("least_valid"),
        progress=progress,
    )  # fmt: skip
    facts = _facts_of(
        parcels=parcels, series=series, size=size, pixel=pixel, as_of=as_of, rules=rules
    )
    return facts, series


def _affine(grid: Any) -> Any:  # noqa: ANN401 - rasterio's own type
    from rasterio import Affine  # noqa: PLC0415

    return Affine(grid.width, 0.0, grid.left, 0.0, grid.height, grid.top)


def _facts_of(
    *,
    parcels: GeoDataFrame,
    series: ParcelSeries,
    size: NDArray[np.float64],
    pixel: float,
    as_of: date,
    rules: ImageryRules,
) -> _Facts:
    n = len(parcels)
    weight = series.cover[:, COVER.index("weight")]
    with np.errstate(invalid="ignore", divide="ignore"):
        told = {name: series.cover[:, k] / weight for k, name in enumerate(COVER)}
        spread = np.sqrt(np.maximum(told["vis2"] - told["vis"] ** 2, 0.0)) / told["vis"]
        inside = np.where(size > 0.0, series.core_px / size, 0.0)
        seen = np.where(size > 0.0, weight / size, 0.0)
    no_swir = np.isnan(series.spectra[..., 4]).all()
    features = np.column_stack(
        (told["ndvi90"], told["pisi"], np.full(n, np.nan) if no_swir else told["mndwi"], spread)
    )
    index = series.ndvi
    recent = series.days > as_of.toordinal() - int(rules.number("window_days"))
    observed = ~np.isnan(index)
    days = np.where(observed, series.days, 0)
    first = np.where(observed.any(axis=1), np.where(observed, series.days, 10**9).min(axis=1), 0)
    months = np.array([date.fromordinal(int(day)).month for day in series.days])
    wet = (months >= 6) & (months <= 10) & recent  # noqa: PLR2004 - June to October
    found = find_disturbance(series.days, index, rules)
    return _Facts(
        area_ha=np.asarray(ellipsoidal_area(parcels.geometry), dtype=np.float64) / _M2_PER_HA,
        resolution_m=np.full(n, pixel),
        core_px=series.core_px,
        size_px=size,
        inside=inside,
        seen=seen,
        green=told["green"],
        water=told["water"],
        features=features,
        dates=(observed & recent).sum(axis=1),
        first=first,
        last=days.max(axis=1, initial=0),
        rainy=(observed & wet).sum(axis=1) >= rules.number("rainy_dates"),
        disturbed=np.column_stack((found.first, found.last, found.best)),
        flags=np.column_stack((found.found, found.provisional, found.green_before)),
        angle=_construction_angle(series, found, rules),
        stack=np.zeros(n, dtype=np.int64),
    )


def _construction_angle(
    series: ParcelSeries, found: Disturbance, rules: ImageryRules
) -> NDArray[np.float64]:
    """Angle between the bare ground after clearing and what stands there last [degrees]."""
    angle = np.full(len(found.found), np.nan)
    whole = series.spectra
    bands = whole.shape[2] if not np.isnan(whole[..., 4]).all() else _VISIBLE
    for row in np.flatnonzero(found.found):
        told = ~np.isnan(whole[row, :, 0])
        days = series.days[told]
        spectra = whole[row, told, :bands]
        after = days >= found.last[row]
        if not after.any():
            continue
        start = days[after][0]
        early = after & (days < start + rules.number("cleared_days"))
        late = (days > days[-1] - rules.number("latest_days")) & ~early & after
        if early.sum() < 2 or late.sum() < 2:  # noqa: PLR2004 - a median of one is a glance
            continue
        angle[row] = spectral_angle(
            np.median(spectra[early], axis=0), np.median(spectra[late], axis=0)
        )
    return angle


def _best_facts(parcels: GeoDataFrame, told: list[_Facts]) -> _Facts:
    """Take each parcel from the grid that holds most of it, then from the most dates."""
    if len(told) == 1:
        return told[0]
    rank = np.array([np.round(each.inside, 3) * 1e6 + each.dates for each in told])
    best = rank.argmax(axis=0)
    rows = np.arange(len(parcels))
    chosen = {
        name: np.stack([getattr(each, name) for each in told])[best, rows]
        for name in _Facts.__slots__
        if name != "stack"
    }
    return _Facts(**chosen, stack=best)


def _calibrated(
    parcels: GeoDataFrame,
    facts: _Facts,
    labels: Mapping[Any, bool] | None,
    rules: ImageryRules,
) -> Calibration:
    if labels is None:
        return no_calibration("没有标注，不作建成判断 / no labels: no verdict on what is built")
    label = np.array([labels.get(name, np.nan) for name in parcels.index], dtype=float)
    fit = ~np.isnan(label) & (_reasons(facts, rules) == "")
    return calibrate(facts.features[fit], label[fit].astype(bool), rules)


def _reasons(facts: _Facts, rules: ImageryRules) -> NDArray[np.object_]:
    """Why nothing can be told of a parcel; empty where something can."""
    fine = facts.resolution_m <= rules.number("fine_m")
    least = np.where(fine, rules.number("least_ha_fine"), rules.number("least_ha"))
    small = (facts.area_ha < least) | (facts.size_px < rules.number("least_core_px"))
    told = np.full(len(facts.area_ha), "", dtype=object)
    # The gravest last: it is the one that is told.
    told[facts.seen < rules.number("least_valid")] = "clouded"
    told[facts.dates < rules.number("least_dates") / 3.0] = "few_dates"
    told[(facts.inside < 0.999) & (facts.inside > 0.0)] = "part_outside"  # noqa: PLR2004 - rounding
    told[facts.inside == 0.0] = "outside"
    told[small | ~np.isfinite(facts.area_ha)] = "too_small"
    return told


def _evidence_table(
    *,
    parcels: GeoDataFrame,
    facts: _Facts,
    piles: list[list[OpenScene]],
    as_of: date,
    rules: ImageryRules,
    calibration: Calibration,
    land_cover: pd.Series[float] | None,
) -> pd.DataFrame:
    reasons = _reasons(facts, rules)
    score = (
        calibration.score(facts.features) if calibration.usable else np.full(len(parcels), np.nan)
    )
    cover = _covers(facts, rules)
    cover[reasons != ""] = ""
    built_up = (
        land_cover.reindex(parcels.index).to_numpy() >= rules.number("land_cover_share")
        if land_cover is not None
        else np.zeros(len(parcels), dtype=bool)
    )
    scenes = [";".join(each.scene.scene_id for each in pile) for pile in piles]
    rows = []
    for k, name in enumerate(parcels.index):
        angle = facts.angle[k]
        cleared = bool(facts.flags[k, 0]) and reasons[k] in {"", "few_dates", "clouded"}
        seen_built = np.array([
            score[k] >= rules.number("built_score"),
            cleared and angle >= rules.number("angle_deg"),
            built_up[k],
        ])  # fmt: skip
        witnesses = [
            w
            for w, is_one in zip(("score", "angle", "land_cover"), seen_built, strict=True)
            if is_one
        ]
        state, why = _state(cover[k], str(reasons[k]), score[k], witnesses, rules)
        grade, doubt = _grade(facts, k, state, witnesses, rules)
        rows.append((
            name, as_of.isoformat(), state, cover[k] or "", grade, why or doubt, score[k],
            facts.green[k], facts.core_px[k], facts.seen[k], int(facts.dates[k]),
            _day(facts.first[k]), _day(facts.last[k]),
            *(_day(day) if cleared else "" for day in facts.disturbed[k]),
            "yes" if cleared and facts.flags[k, 1] else "no" if cleared else "",
            angle if cleared else np.nan,
            _change_type(cleared=cleared, built="angle" in witnesses),
            ";".join(witnesses), "", scenes[facts.stack[k]], rules.edition,
            calibration.calibration_id if calibration.usable else "",
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS), index=parcels.index)


def _covers(facts: _Facts, rules: ImageryRules) -> NDArray[np.object_]:
    cover = np.full(len(facts.green), "part_green", dtype=object)
    with np.errstate(invalid="ignore"):
        cover[facts.green >= rules.number("green_share")] = "green"
        cover[facts.green <= rules.number("bare_share")] = "bare"
        cover[facts.water >= rules.number("water_share")] = "water"
    cover[np.isnan(facts.green)] = ""
    return cover


def _state(
    cover: str, reason: str, score: float, witnesses: list[str], rules: ImageryRules
) -> tuple[str, str]:
    """State of a parcel, and why it is no more than that; no score means no calibration."""
    others = [each for each in witnesses if each != "score"]
    if reason or cover in {"water", "green"}:
        return ("cannot_tell", reason) if reason else (cover, "")
    if np.isnan(score):
        # Two witnesses that need no training may still agree.
        bare = "non_vegetated" if cover == "bare" else "part_green"
        return ("built", "") if len(others) > 1 else (bare, "no_calibration")
    if score >= rules.number("built_score"):
        return "built", ""
    if score <= rules.number("not_built_score") and "angle" not in others:
        return "not_built", ""
    return "cannot_tell", "ambiguous"


def _grade(
    facts: _Facts, k: int, state: str, witnesses: list[str], rules: ImageryRules
) -> tuple[str, str]:
    """Grade of what is told, and what keeps it from being A."""
    large = facts.area_ha[k] >= rules.number("grade_a_ha")
    if state in {"non_vegetated", "part_green"} and facts.flags[k, 0]:
        # What can be told is the disturbance: surest where green was there all the year before.
        sure = large and facts.flags[k, 2] and not facts.flags[k, 1]
        return "A" if sure else "B", ""
    if state in {"cannot_tell", "non_vegetated", "part_green"}:
        return "", ""
    few = facts.dates[k] < rules.number("least_dates")
    dry = not facts.rainy[k]
    enough = state != "built" or len(witnesses) > 1
    doubt = "few_dates" if few else "no_rainy_season" if dry else ""
    return ("A" if large and enough and not doubt else "B"), doubt


def _change_type(*, cleared: bool, built: bool) -> str:
    if not cleared:
        return ""
    return "built_after_clearing" if built else "cleared"


def _day(ordinal: np.int64) -> str:
    return date.fromordinal(int(ordinal)).isoformat() if ordinal > 0 else ""


def _series_rows(
    parcels: GeoDataFrame, series: ParcelSeries, chosen: NDArray[np.bool_]
) -> pd.DataFrame:
    """Observations of the parcels that were taken from this grid, one a row."""
    index = series.ndvi
    row, column = np.nonzero(~np.isnan(index) & chosen[:, None])
    days = np.array([date.fromordinal(int(day)).isoformat() for day in series.days])
    return pd.DataFrame(
        {
            "parcel": parcels.index.to_numpy()[row],
            "date": days[column],
            "ndvi": index[row, column],
            "clear_share": series.clear[row, column],
        }
    )


def _used_rows(pile: list[OpenScene], series: ParcelSeries) -> pd.DataFrame:
    seen = (~np.isnan(series.ndvi)).sum(axis=0)
    return pd.DataFrame(
        {
            "scene_id": [each.scene.scene_id for each in pile],
            "date": [each.scene.day.isoformat() for each in pile],
            "sensor": [each.scene.sensor for each in pile],
            "level": [each.scene.level for each in pile],
            "offset_applied": [each.scene.offset_applied for each in pile],
            "source": [each.scene.source for each in pile],
            "licence": [each.scene.licence for each in pile],
            "secrecy": [each.scene.secrecy for each in pile],
            "parcels_seen": seen,
        }
    )
