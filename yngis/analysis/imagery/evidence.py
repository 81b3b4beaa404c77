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
from yngis.analysis.imagery.scene_reading import stack_scenes
from yngis.analysis.imagery.series import COVER, observe_parcels
from yngis.analysis.zonal import ZonalNotes
from yngis.analysis.zonal.coverage import locate_polygons
from yngis.analysis.zonal.polygon_input import bring_to_grid, gather_polygons, shrink_polygons
from yngis.measure.geodesy import ellipsoidal_area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.imagery.calibration import Calibration
    from yngis.analysis.imagery.disturbance import Disturbance
    from yngis.analysis.imagery.rules import ImageryRules
    from yngis.analysis.imagery.scene_reading import OpenScene, SceneStack
    from yngis.analysis.imagery.series import ParcelSeries
    from yngis.measure.progress import StepProgress

EVIDENCE_COLUMNS: Final = (
    "parcel", "as_of", "state", "cover", "grade", "why_not", "score", "green_share", "core_px",
    "valid_share", "clear_dates", "first_date", "last_date", "disturbed_from", "disturbed_to",
    "disturbed_best", "provisional", "angle_deg", "change_type", "witnesses", "contradiction",
    "scene_ids", "rules", "calibration_id",
)  # fmt: skip
"""Columns of ``parcel_evidence.csv``, in order."""

WITNESSES: Final = ("score", "angle", "fine_image", "land_cover")
"""What may say of a parcel that it is built; grade A needs two of them."""

_M2_PER_HA: Final = 10_000.0
_WHOLE: Final = 0.999  # of the core, but for rounding
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
    calibrations
        The score of each kind of scenes (sensor and cell), that of most parcels first.
    used
        ``scene_id`` of scenes, how many parcels each day saw clearly.
    stacks
        Scenes on one set of cells; ``scene_ids`` of the table names one of them.
    notes
        How the parcels were read.
    """

    table: pd.DataFrame
    series: pd.DataFrame
    calibrations: dict[str, Calibration]
    used: pd.DataFrame
    stacks: list[SceneStack]
    notes: tuple[str, ...] = ()

    @property
    def calibration(self) -> Calibration:
        """The score of the scenes that tell of most parcels."""
        return next(iter(self.calibrations.values()))


@dataclass(frozen=True, slots=True)
class LandCoverShare:
    """
    A land-cover product as a witness (土地覆盖旁证).

    Attributes
    ----------
    built
        Share of built-up land of each parcel, on the index.
    year
        Year of the product; None where it is not told.
    """

    built: pd.Series[float]
    year: int | None


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
    land_cover: LandCoverShare | None = None,
    progress: StepProgress | None = None,
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
        What a later land-cover product says: a witness.
    progress
        Called with tiles done and in all.

    Returns
    -------
    evidence
        On the index of the parcels. Nothing of it is a finding.
    """
    stacks = stack_scenes(opened)
    seen = [_observe_stack(parcels, stack, as_of, rules, progress) for stack in stacks]
    kinds: dict[str, list[_Facts]] = {}
    for number, (facts, _) in enumerate(seen):
        facts.stack[:] = number
        kinds.setdefault(_kind_of(stacks[number], facts), []).append(facts)
    # Features of another sensor or another cell are other numbers: each kind has its own score.
    by_kind = {kind: _best_facts(told, rules) for kind, told in kinds.items()}
    calibrations = {
        kind: _calibrate_or_none(parcels, facts, labels, rules) for kind, facts in by_kind.items()
    }
    facts = _best_facts(list(by_kind.values()), rules)
    kind = np.array([_kind_of(stack, told) for stack, (told, _) in zip(stacks, seen, strict=True)])
    told_by = kind[facts.stack]
    score, fine = _scores(by_kind, calibrations, told_by, rules)
    table = _evidence_table(
        parcels=parcels, facts=facts, scene_ids=[stack.scene_ids for stack in stacks],
        as_of=as_of, rules=rules, score=score, fine=fine,
        calibration_ids=[calibrations[k].shown_id for k in told_by],
        land_cover=land_cover,
    )  # fmt: skip
    series = pd.concat(
        [
            _series_rows(parcels, told, facts.stack == number)
            for number, (_, told) in enumerate(seen)
        ],
        ignore_index=True,
    )
    used = pd.concat([_used_rows(stack, each[1]) for stack, each in zip(stacks, seen, strict=True)])
    count = pd.Series(told_by).value_counts()
    first = sorted(calibrations, key=lambda name: -int(count.get(name, 0)))
    return Evidence(
        table, series, {name: calibrations[name] for name in first},
        used.sort_values("scene_id", ignore_index=True), stacks,
    )  # fmt: skip


def _kind_of(stack: SceneStack, facts: _Facts) -> str:
    return f"{stack.scenes[0].scene.sensor} {float(facts.resolution_m[0]):.3g} m"


def _scores(
    by_kind: dict[str, _Facts],
    calibrations: dict[str, Calibration],
    told_by: NDArray[np.str_],
    rules: ImageryRules,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score of each parcel by the scenes that tell of it, and by finer ones beside them."""
    score, fine = np.full(len(told_by), np.nan), np.full(len(told_by), np.nan)
    for kind, facts in by_kind.items():
        if not calibrations[kind].usable:
            continue
        own = calibrations[kind].score(facts.features)
        here = told_by == kind
        score[here] = own[here]
        # One date of a fine image is enough for a witness: its score was held against labels.
        whole = (facts.inside >= _WHOLE) & (facts.seen >= rules.number("least_valid"))
        whole &= facts.size_px >= rules.number("least_core_px")
        whole &= facts.resolution_m <= rules.number("fine_m")
        beside = whole & ~here & np.isnan(fine)
        fine[beside] = own[beside]
    return score, fine


def _observe_stack(
    parcels: GeoDataFrame,
    stack: SceneStack,
    as_of: date,
    rules: ImageryRules,
    progress: StepProgress | None,
) -> tuple[_Facts, ParcelSeries]:
    grid = stack.grid
    pixel = max(stack.cell_m)
    rim = max(pixel / 2.0, *(each.scene.registration_m for each in stack.scenes))
    flat = bring_to_grid(gather_polygons(parcels.geometry, ZonalNotes()), grid)
    core = shrink_polygons(flat, grid, rim)
    boxes, size = locate_polygons(
        core.points, core.ring_first, core.ring_role, core.polygon_first, grid.plane_at(0, 0),
        (grid.rows, grid.columns),
    )  # fmt: skip
    series = observe_parcels(
        stack, core, boxes,
        last_day=as_of.toordinal(),
        window_days=int(rules.number("window_days")),
        green_ndvi=rules.number("green_ndvi"),
        water_mndwi=rules.number("water_mndwi"),
        water_nir=rules.number("water_nir"),
        least_valid=rules.number("least_valid"),
        progress=progress,
    )  # fmt: skip
    facts = _facts_of(
        parcels=parcels, series=series, size=size, pixel=pixel, as_of=as_of, rules=rules
    )
    return facts, series


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


def _best_facts(told: list[_Facts], rules: ImageryRules) -> _Facts:
    """Take each parcel from what can tell most of it: then what holds it, then most dates."""
    if len(told) == 1:
        return told[0]
    rank = np.array(
        [
            (_reasons_not_told(each, rules) == "") * 1e9
            + np.round(each.inside, 3) * 1e6
            + each.dates
            for each in told
        ]
    )
    best = rank.argmax(axis=0)
    rows = np.arange(len(best))
    chosen = {
        name: np.stack([getattr(each, name) for each in told])[best, rows]
        for name in _Facts.__slots__
    }
    return _Facts(**chosen)


def _calibrate_or_none(
    parcels: GeoDataFrame,
    facts: _Facts,
    labels: Mapping[Any, bool] | None,
    rules: ImageryRules,
) -> Calibration:
    if labels is None:
        return no_calibration("没有标注，不作建成判断 / no labels: no verdict on what is built")
    label = np.array([labels.get(name, np.nan) for name in parcels.index], dtype=float)
    reasons = _reasons_not_told(facts, rules)
    # A fine image of one date gives no state, but it can be a witness.
    fine = (facts.resolution_m <= rules.number("fine_m")) & (reasons == "few_dates")
    fit = ~np.isnan(label) & ((reasons == "") | fine)
    return calibrate(facts.features[fit], label[fit].astype(bool), rules)


def _reasons_not_told(facts: _Facts, rules: ImageryRules) -> NDArray[np.object_]:
    """Why nothing can be told of a parcel; empty where something can."""
    fine = facts.resolution_m <= rules.number("fine_m")
    least = np.where(fine, rules.number("least_ha_fine"), rules.number("least_ha"))
    small = (facts.area_ha < least) | (facts.size_px < rules.number("least_core_px"))
    told = np.full(len(facts.area_ha), "", dtype=object)
    # The gravest last: it is the one that is told.
    told[facts.seen < rules.number("least_valid")] = "clouded"
    told[facts.dates < rules.number("least_dates") / 3.0] = "few_dates"
    told[(facts.inside < _WHOLE) & (facts.inside > 0.0)] = "part_outside"
    told[facts.inside == 0.0] = "outside"
    told[small | ~np.isfinite(facts.area_ha)] = "too_small"
    return told


def _evidence_table(
    *,
    parcels: GeoDataFrame,
    facts: _Facts,
    scene_ids: list[str],
    as_of: date,
    rules: ImageryRules,
    score: NDArray[np.float64],
    fine: NDArray[np.float64],
    calibration_ids: list[str],
    land_cover: LandCoverShare | None,
) -> pd.DataFrame:
    reasons = _reasons_not_told(facts, rules)
    cover = _cover_of_parcels(facts, rules)
    cover[reasons != ""] = ""
    built_up = _later_cover(parcels, facts, land_cover, rules)
    rows = []
    for k, name in enumerate(parcels.index):
        angle = facts.angle[k]
        cleared = bool(facts.flags[k, 0]) and reasons[k] in {"", "few_dates", "clouded"}
        seen_built = np.array([
            score[k] >= rules.number("built_score"),
            cleared and angle >= rules.number("angle_deg"),
            fine[k] >= rules.number("built_score"),
            built_up[k],
        ])  # fmt: skip
        witnesses = [w for w, is_one in zip(WITNESSES, seen_built, strict=True) if is_one]
        state, why = _state_of_parcel(
            cover[k], str(reasons[k]), (score[k], fine[k]), witnesses, rules
        )
        grade, doubt = _grade_of_state(facts, k, state, witnesses, rules)
        rows.append((
            name, as_of.isoformat(), state, cover[k] or "", grade, why or doubt, score[k],
            facts.green[k], facts.core_px[k], facts.seen[k], int(facts.dates[k]),
            _iso_day_of(facts.first[k]), _iso_day_of(facts.last[k]),
            *(_iso_day_of(day) if cleared else "" for day in facts.disturbed[k]),
            "yes" if cleared and facts.flags[k, 1] else "no" if cleared else "",
            angle if cleared else np.nan,
            _change_type(cleared=cleared, built="angle" in witnesses),
            ";".join(witnesses), "", scene_ids[facts.stack[k]], rules.edition,
            calibration_ids[k],
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS), index=parcels.index)


def _later_cover(
    parcels: GeoDataFrame, facts: _Facts, land_cover: LandCoverShare | None, rules: ImageryRules
) -> NDArray[np.bool_]:
    """Where a land-cover product of a later year says that the land is built up."""
    if land_cover is None:
        return np.zeros(len(parcels), dtype=bool)
    share = land_cover.built.reindex(parcels.index).to_numpy()
    # A product of before the clearing says what stood there before it.
    cleared = np.array([date.fromordinal(max(int(day), 1)).year for day in facts.disturbed[:, 1]])
    later = ~facts.flags[:, 0] | (cleared < (land_cover.year or 0))
    told: NDArray[np.bool_] = (share >= rules.number("land_cover_share")) & later
    return told


def _cover_of_parcels(facts: _Facts, rules: ImageryRules) -> NDArray[np.object_]:
    cover = np.full(len(facts.green), "part_green", dtype=object)
    with np.errstate(invalid="ignore"):
        cover[facts.green >= rules.number("green_share")] = "green"
        cover[facts.green <= rules.number("bare_share")] = "bare"
        cover[facts.water >= rules.number("water_share")] = "water"
    cover[np.isnan(facts.green)] = ""
    return cover


def _state_of_parcel(
    cover: str,
    reason: str,
    scores: tuple[float, float],
    witnesses: list[str],
    rules: ImageryRules,
) -> tuple[str, str]:
    """State of a parcel, and why it is no more than that; no score means no calibration."""
    score, fine = scores
    others = [each for each in witnesses if each != "score"]
    if reason or cover in {"water", "green"}:
        return ("cannot_tell", reason) if reason else (cover, "")
    if np.isnan(score):
        # Two witnesses that need no training may still agree.
        bare = "non_vegetated" if cover == "bare" else "part_green"
        return ("built", "") if len(others) > 1 else (bare, "no_calibration")
    if score >= rules.number("built_score") and not fine <= rules.number("not_built_score"):
        return "built", ""
    if score <= rules.number("not_built_score") and not {"angle", "fine_image"} & {*others}:
        return "not_built", ""
    return "cannot_tell", "ambiguous"


def _grade_of_state(
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


def _iso_day_of(ordinal: np.int64) -> str:
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


def _used_rows(stack: SceneStack, series: ParcelSeries) -> pd.DataFrame:
    seen = dict(zip(stack.days, (~np.isnan(series.ndvi)).sum(axis=0), strict=True))
    pile = stack.scenes
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
            "parcels_seen": [seen[each.scene.day] for each in pile],
        }
    )
