"""Planned uses (规划用途): the share of industry in planned construction land, and use mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.conflicts.cover import measure_cover
from yngis.measure.polygons import NOTHING_M2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.conflicts.rules import Reading, ShareRule, UsePair

    Areas = NDArray[np.float64]

PLANNED_SCHEME: Final = "用地用海 2023"
"""Classification of planned uses."""

SHARE_COLUMNS: Final = (
    "zone", "reading", "numerator_m2", "denominator_m2", "share", "verdict",
)  # fmt: skip
VERDICTS_ZH: Final = {
    "met": "达到",
    "not_met": "未达到",
    "undefined": "无法判定",
    "no_data": "缺数据",
}
"""Verdicts on the share of industry."""

MATCHES_ZH: Final = {"same": "相符", "differs": "不符", "unknown": "不明", "no_data": "无规划数据"}
"""What a supplied use is beside the planned one."""

# A share of exactly the threshold is kept: areas that should be equal differ by the projection they
# were drawn in and by the millimetres of their vertices.
_ROUNDING: Final = 1e-6


class PlannedLand(NamedTuple):
    """
    Planned land of zones (规划用地).

    Attributes
    ----------
    shares
        :data:`SHARE_COLUMNS`: one row per zone and reading.
    land
        ``zone``, ``size_m2``, ``construction_m2``, ``reserve_m2`` (16 留白, in no share),
        ``other_m2`` (not construction), ``contested_m2`` (under a use of the readings and another
        one), ``unread_m2`` (codes not understood), ``undivided_m2``
        (of a first level only) and ``unplanned_m2`` (without any polygon).
    """

    shares: pd.DataFrame
    land: pd.DataFrame


def industrial_share(units: GeoDataFrame, planned: GeoDataFrame, rule: ShareRule) -> PlannedLand:
    """
    Share of industry in planned construction land, in every reading (工业用地占比).

    Parameters
    ----------
    units
        Zones: ``name`` and polygons in EPSG:4490, ``(n,)``.
    planned
        Planned uses: ``use_code`` (用地用海分类 2023, missing where it was not understood) and
        polygons in EPSG:4490. Where polygons overlap, their land counts once.
    rule
        Codes, readings and threshold.

    Returns
    -------
    planned
        Areas [m²], shares and verdicts: ``met`` at the threshold and above, ``not_met``,
        ``undefined`` where land of unknown, undivided or several uses decides or too little of the
        zone is planned at all, ``no_data`` without construction land.
    """
    areas = _AreaByCode(units, planned)
    rows = [_reading_rows(areas, reading, rule) for reading in rule.readings]
    construction, reserve = areas.below(rule.construction), areas.below(rule.reserve)
    known = areas.of([bool(code) for code in areas.codes])
    land = pd.DataFrame(
        {
            "zone": areas.names,
            "size_m2": areas.size_m2,
            "construction_m2": construction,
            "reserve_m2": reserve,
            "other_m2": np.clip(known - construction - reserve, 0.0, None),
            "contested_m2": areas.contested([c for each in rule.readings for c in each.codes]),
            "unread_m2": areas.unread(),
            "undivided_m2": areas.undivided([c for each in rule.readings for c in each.codes]),
            "unplanned_m2": areas.size_m2 - np.minimum(areas.planned_m2, areas.size_m2),
        }
    )
    order = np.arange(len(rows) * len(units)).reshape(len(rows), -1).T.ravel()
    return PlannedLand(pd.concat(rows, ignore_index=True).iloc[order].reset_index(drop=True), land)


class _AreaByCode:
    """Areas of zones by the codes of planned uses; where polygons overlap, land counts once."""

    def __init__(self, units: GeoDataFrame, planned: GeoDataFrame) -> None:
        self.names = units["name"].to_numpy(dtype=object)
        self.codes = [code.strip() if isinstance(code, str) else "" for code in planned["use_code"]]
        self._units = np.array(units.geometry.array, dtype=object)
        self._held = np.array(planned.geometry.array, dtype=object)
        self.size_m2 = measure_cover(self._units, self._held[:0]).size_m2
        self.planned_m2 = measure_cover(self._units, self._held).covered_m2

    def of(self, chosen: Sequence[bool]) -> Areas:
        """Areas of some polygons [m²]."""
        return measure_cover(self._units, self._held[np.array(chosen, dtype=bool)]).covered_m2

    def below(self, heads: Sequence[str]) -> Areas:
        """Areas of codes and of all below them [m²]."""
        return self.of([code.startswith(tuple(heads)) for code in self.codes])

    def contested(self, heads: Sequence[str]) -> Areas:
        """Areas that are drawn under some codes, and under others that were read too [m²]."""
        one = [code.startswith(tuple(heads)) for code in self.codes]
        other = [bool(code) and not own for code, own in zip(self.codes, one, strict=True)]
        if not any(one) or not any(other):
            return np.zeros(len(self.names))
        shared = (
            self.of(one)
            + self.of(other)
            - self.of([a or b for a, b in zip(one, other, strict=True)])
        )
        return np.where(shared > NOTHING_M2, shared, 0.0)

    def unread(self) -> Areas:
        """Areas whose code was not understood [m²]."""
        return self.of([not code for code in self.codes])

    def undivided(self, heads: Sequence[str]) -> Areas:
        """Areas of a code above one of some codes: 10 may be 1001, or not [m²]."""
        above = [
            bool(code) and any(head.startswith(code) and head != code for head in heads)
            for code in self.codes
        ]
        return self.of(above)


def _reading_rows(areas: _AreaByCode, reading: Reading, rule: ShareRule) -> pd.DataFrame:
    """One reading of all zones; what is not known is counted either way before it is judged."""
    part, whole = areas.below(reading.codes), areas.below(rule.construction)
    unread, undivided = areas.unread(), areas.undivided(reading.codes)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(whole > NOTHING_M2, part / whole, np.nan)
        total = whole + unread
        # Land that is drawn under several uses is of any of them.
        sure = total - areas.contested(rule.construction)
        least = np.where(
            total > NOTHING_M2, (part - areas.contested(reading.codes)) / total, np.nan
        )
        most = np.where(sure > NOTHING_M2, (part + undivided + unread) / sure, np.nan)
        # Land of unknown use that is no construction land leaves the share as it is.
        least, most = np.fmin(least, share), np.fmax(np.minimum(most, 1.0), share)
    line = rule.threshold * (1.0 - _ROUNDING)
    bare = areas.planned_m2 < rule.least_covered * areas.size_m2
    verdict = np.select(
        [np.isnan(share) & np.isnan(least), bare, least >= line, most < line],
        ["no_data", "undefined", "met", "not_met"],
        "undefined",
    )
    return pd.DataFrame(
        {
            "zone": areas.names,
            "reading": reading.name,
            "numerator_m2": part,
            "denominator_m2": whole,
            "share": share,
            "verdict": verdict,
        }
    )


def use_agreement(supplied: str, scheme: str, planned: str, pairs: Sequence[UsePair]) -> str:
    """
    Tell whether a supplied use agrees with the planned one (用途是否相符).

    Parameters
    ----------
    supplied, scheme
        Code as supplied and its classification; empty where they are not known.
    planned
        Code of 用地用海分类 2023; empty where it was not understood.
    pairs
        Uses that agree; the longest that the supplied code begins with decides.

    Returns
    -------
    match
        ``same``, ``differs`` or ``unknown``.

    Examples
    --------
    >>> from yngis.analysis.conflicts.rules import read_conflict_rules
    >>> pairs = read_conflict_rules().use_pairs
    >>> [use_agreement(code, "三调", "1101", pairs) for code in ("0508", "05H1", "0601", "")]
    ['same', 'differs', 'differs', 'unknown']
    """
    if not supplied or not planned:
        return "unknown"
    if scheme == PLANNED_SCHEME:
        meant: tuple[str, ...] = (supplied,)
    else:
        heads = {head: pair for pair in pairs for head in pair.supplied}
        fits = [head for head in heads if supplied.startswith(head)]
        meant = heads[max(fits, key=len)].planned if fits else ()
    if planned.startswith(meant) and meant:
        return "same"
    # A planned 10 may be 1001, or not.
    return "unknown" if any(each.startswith(planned) for each in meant) else "differs"


def use_mismatch(
    parcels: GeoDataFrame, planned: GeoDataFrame, pairs: Sequence[UsePair]
) -> pd.DataFrame:
    """
    Hold the uses of supplied land against the planned ones (用途比对).

    Parameters
    ----------
    parcels
        ``name``, ``use_code``, ``use_scheme`` (empty where several agree) and polygons in
        EPSG:4490, ``(n,)``.
    planned
        ``use_code``, ``use_name`` and polygons in EPSG:4490.
    pairs
        Uses that agree.

    Returns
    -------
    rows
        :data:`MATCH_COLUMNS`: one per parcel and planned use, the largest first, one of
        ``unknown`` for land that several uses are planned for, and one of ``no_data`` for what of
        it has no planned use. The shares of a parcel add up to 1.
    """
    shapes = np.array(parcels.geometry.array, dtype=object)
    cover = measure_cover(shapes, np.array(planned.geometry.array, dtype=object))
    place = cover.parts["polygon"].to_numpy(dtype=np.int64)
    told = pd.DataFrame(
        {
            "unit": cover.parts["unit"].to_numpy(dtype=np.int64),
            "planned": _texts_of_column(planned, "use_code")[place],
            "planned_name": _texts_of_column(planned, "use_name")[place],
            "area_m2": cover.parts["area_m2"].to_numpy(),
        }
    )
    rows = told.groupby(["unit", "planned"], as_index=False).agg(
        {"planned_name": "first", "area_m2": "sum"}
    )
    rows = _counted_once(rows, shapes, planned, cover.covered_m2)
    codes, schemes = _texts_of_column(parcels, "use_code"), _texts_of_column(parcels, "use_scheme")
    unit = rows["unit"].to_numpy(dtype=np.int64)
    rows["verdict"] = [
        "unknown" if _TOGETHER in each else use_agreement(codes[at], schemes[at], each, pairs)
        for at, each in zip(unit, rows["planned"], strict=True)
    ]
    bare = np.flatnonzero(cover.size_m2 - cover.covered_m2 > NOTHING_M2)
    none = pd.DataFrame(
        {
            "unit": bare,
            "planned": "",
            "planned_name": "",
            "area_m2": (cover.size_m2 - cover.covered_m2)[bare],
            "verdict": "no_data",
        }
    )
    both = pd.concat([each for each in (rows, none) if len(each)] or [none], ignore_index=True)
    both = both.sort_values(["unit", "area_m2"], ascending=[True, False], kind="stable")
    unit = both["unit"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "name": parcels["name"].to_numpy(dtype=object)[unit],
            "supplied": codes[unit],
            "supplied_scheme": schemes[unit],
            "planned": both["planned"].to_numpy(dtype=object),
            "planned_name": both["planned_name"].to_numpy(dtype=object),
            "area_m2": both["area_m2"].to_numpy(),
            "share": both["area_m2"].to_numpy() / cover.size_m2[unit],
            "verdict": both["verdict"].to_numpy(dtype=object),
        },
        columns=list(MATCH_COLUMNS),
    )


def _counted_once(
    rows: pd.DataFrame, shapes: NDArray[np.object_], planned: GeoDataFrame, covered: Areas
) -> pd.DataFrame:
    """Count land drawn twice once, and that of several planned uses under all of them together."""
    sums = np.bincount(
        rows["unit"].to_numpy(dtype=np.int64), rows["area_m2"].to_numpy(), minlength=len(shapes)
    )
    twice = sums - covered > NOTHING_M2
    if not twice.any():
        return rows
    held = np.array(planned.geometry.array, dtype=object)
    of_polygon = _texts_of_column(planned, "use_code")
    own = rows[twice[rows["unit"].to_numpy(dtype=np.int64)]].copy()
    for code, each in own.groupby("planned"):
        units = each["unit"].to_numpy(dtype=np.int64)
        others = measure_cover(shapes[units], held[of_polygon != code]).covered_m2
        own.loc[each.index, "area_m2"] = covered[units] - others
    told = own.groupby("unit", as_index=False).agg(
        {"planned": _joined_texts, "planned_name": _joined_texts, "area_m2": "sum"}
    )
    told["area_m2"] = covered[told["unit"].to_numpy(dtype=np.int64)] - told["area_m2"]
    kept = rows.drop(index=own.index)
    joined: pd.DataFrame = pd.concat([kept, own, told], ignore_index=True)
    return joined.loc[joined["area_m2"] > NOTHING_M2].reset_index(drop=True)


def _joined_texts(texts: pd.Series) -> str:
    return _TOGETHER.join(str(each) or "?" for each in texts)


_TOGETHER: Final = "、"
"""Between the planned uses of land that several are planned for."""

MATCH_COLUMNS: Final = (
    "name", "supplied", "supplied_scheme", "planned", "planned_name", "area_m2", "share", "verdict",
)  # fmt: skip


def _texts_of_column(frame: GeoDataFrame, column: str) -> NDArray[np.object_]:
    """Texts of a column; empty where there is none."""
    told = np.full(len(frame), "", dtype=object)
    if column in frame.columns:
        told[:] = [text.strip() if isinstance(text, str) else "" for text in frame[column]]
    return told
