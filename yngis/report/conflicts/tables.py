"""Tables of a conflict check (核查结果表), in hectares and 亩, with every schematic line marked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.conflicts.planned import MATCHES_ZH, VERDICTS_ZH
from yngis.analysis.conflicts.regions import EVERYWHERE, UNSTATED
from yngis.analysis.conflicts.rules import EFFECTS_ZH
from yngis.analysis.conflicts.scope import APPLIES
from yngis.analysis.conflicts.shares import ANY, CLEAN, NO_DATA
from yngis.analysis.conflicts.units import MARK, PARCEL, ZONE, plan_industries_of
from yngis.catalogue import load
from yngis.measure.polygons import NOTHING_M2
from yngis.measure.units import HECTARE_M2, MU_PER_HECTARE
from yngis.report.output_tables import OutputTable, read_output_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.analysis.conflicts.assess import Assessment
    from yngis.analysis.conflicts.planned import PlannedLand
    from yngis.analysis.conflicts.regions import ConflictLayer
    from yngis.analysis.conflicts.rules import ConflictRules
    from yngis.report.conflicts.inputs import Reading

_LEVELS: Final = {ZONE: "开发区", PARCEL: "宗地"}
_WATERS: Final = ("lake", "river", "water_source")
_DIRECT: Final = ("yes", "unknown")


@dataclass(frozen=True, eq=False)
class Checked:
    """
    Everything a conflict check found (核查所得).

    Parameters
    ----------
    rules
        Rules of the run.
    layers
        Layers that were held against the units.
    zones, parcels
        What was found of either; None without parcels.
    unlocated
        Records without a polygon: ``name``, ``area_m2``.
    planned, mismatch, slope
        Planned land, uses compared and slope; None where they were not asked for.
    reading
        What was read.
    """

    rules: ConflictRules
    layers: Sequence[ConflictLayer]
    zones: Assessment
    parcels: Assessment | None
    unlocated: pd.DataFrame
    planned: PlannedLand | None
    mismatch: pd.DataFrame | None
    slope: pd.DataFrame | None
    reading: Reading

    @property
    def levels(self) -> tuple[Assessment, ...]:
        """Zones, and parcels where there are any (各层级)."""
        return (self.zones,) if self.parcels is None else (self.zones, self.parcels)

    @property
    def schematic(self) -> bool:
        """Whether a zone is a schematic outline (含示意范围)."""
        return bool(self.zones.units["schematic"].any())


@lru_cache(maxsize=1)
def conflict_output_tables() -> tuple[OutputTable, ...]:
    """Tables that a conflict check writes (结果表声明)."""
    return read_output_tables(Path(__file__).with_name("conflicts.yml"))


def conflict_table(found: Checked) -> pd.DataFrame:
    """The table of all units and layers (冲突表)."""
    return pd.concat([each.table for each in found.levels], ignore_index=True)


def share_rows(found: Checked) -> pd.DataFrame | None:
    """Shares of industry as programs read them, every schematic line marked (占比表)."""
    if found.planned is None:
        return None
    return (
        _mark_schematic_zones(found.planned.shares, found, "zone")
        if found.schematic
        else found.planned.shares
    )


def conflict_frames(found: Checked) -> dict[str, pd.DataFrame]:
    """
    Make the tables of a conflict check (结果表).

    Parameters
    ----------
    found
        What was found.

    Returns
    -------
    frames
        By table; one that does not apply is not there.
    """
    frames = {
        "zones": zone_summary(found),
        "findings": _finding_rows(found),
        "classes": _class_frame(found),
        "slivers": _sliver_rows(found),
        "tensions": _tension_rows(found),
        "coverage": _coverage_rows(found),
        "no_data": _unmapped_rows(found),
        "not_checked": _not_checked_rows(found),
        "columns": _column_rows(found),
    }
    if found.planned is not None:
        shares = found.planned.shares
        read = {each.name: each.zh for each in found.rules.industrial_share.readings}
        told = shares.assign(
            reading_zh=shares["reading"].map(read), verdict_zh=shares["verdict"].map(VERDICTS_ZH)
        )
        frames["industrial_share"] = _mark_schematic_zones(told, found, "zone")
        frames["planned_land"] = _mark_schematic_zones(
            _in_hectares(found.planned.land), found, "zone"
        )
    if found.mismatch is not None:
        told = found.mismatch.assign(verdict_zh=found.mismatch["verdict"].map(MATCHES_ZH))
        frames["use_mismatch"] = _in_hectares(told.drop(columns="verdict"))
    if found.slope is not None:
        frames["slope"] = _mark_schematic_zones(_in_hectares(found.slope), found, "zone")
    return frames


def zone_summary(found: Checked) -> pd.DataFrame:
    """
    Sum every zone up: the union of all layers, classes by effect, what is not known (开发区汇总).

    Parameters
    ----------
    found
        What was found.

    Returns
    -------
    rows
        One per zone, the largest share in conflict first.
    """
    shares, units = found.zones.shares, found.zones.units
    details = found.zones.details
    count = len(units)
    classes = {effect: np.zeros(count) for effect in EFFECTS_ZH}
    other = np.zeros(count)
    for row in details.to_dict("records"):
        held = classes[row["effect"]] if row["applies"] == "yes" else other
        held[row["unit"]] += row["exclusive_m2"]
    told = pd.DataFrame(
        {
            "zone": units["name"].to_numpy(dtype=object),
            "size_ha": shares.size_m2 / HECTARE_M2,
            "any_ha": shares.area_m2[ANY] / HECTARE_M2,
            "any_mu": shares.area_m2[ANY] / HECTARE_M2 * MU_PER_HECTARE,
            "any_share": shares.area_m2[ANY] / shares.size_m2,
            **{f"{effect}_ha": area / HECTARE_M2 for effect, area in classes.items()},
            "not_applicable_ha": other / HECTARE_M2,
            "no_data_ha": shares.exclusive_m2[NO_DATA] / HECTARE_M2,
            "clean_ha": shares.area_m2[CLEAN] / HECTARE_M2,
            "layers": _layers_in_words(found, details, count),
        }
    )
    told = _mark_schematic_zones(told, found, "zone")
    return told.sort_values(["any_share", "zone"], ascending=[False, True], ignore_index=True)


def _layers_in_words(found: Checked, details: pd.DataFrame, count: int) -> list[str]:
    names = _short_names(found.rules)
    told: list[list[str]] = [[] for _ in range(count)]
    for row in details.to_dict("records"):
        if row["body_m2"] > NOTHING_M2:
            told[row["unit"]].append(f"{names[row['layer']]} {row['share'] * 100:.2f}%")
    return ["；".join(each) for each in told]


def _short_names(rules: ConflictRules) -> dict[str, str]:
    """Chinese names of the layers without what stands in brackets."""
    return {each.layer: each.zh.split("（")[0] for each in rules.layers}


def _finding_rows(found: Checked) -> pd.DataFrame:
    """What lies in a layer, zones first; what is slivers only is left to their own table."""
    names = _short_names(found.rules)
    tables = []
    for each in found.levels:
        rows = each.details[each.details["body_m2"].astype("float64") > NOTHING_M2]
        units = each.units.iloc[rows["unit"].to_numpy(dtype=np.int64)]
        told = pd.DataFrame(
            {
                "level": [_LEVELS[each.level]] * len(rows),
                "name": rows["name"].to_numpy(dtype=object),
                "holder": _unit_texts(units, "holder"),
                "zone": _unit_texts(units, "zone"),
                "layer": rows["layer"].to_numpy(dtype=object),
                "layer_zh": rows["layer"].map(names).to_numpy(dtype=object),
                "area_ha": rows["area_m2"].to_numpy(dtype=np.float64) / HECTARE_M2,
                "area_mu": rows["area_m2"].to_numpy(dtype=np.float64) / HECTARE_M2 * MU_PER_HECTARE,
                "share": rows["share"].to_numpy(dtype=np.float64),
                "exclusive_ha": rows["exclusive_m2"].to_numpy(dtype=np.float64) / HECTARE_M2,
                "sliver_ha": rows["sliver_m2"].to_numpy(dtype=np.float64) / HECTARE_M2,
                "effect_zh": rows["effect"].map(EFFECTS_ZH).to_numpy(dtype=object),
                "applies_zh": rows["applies"].map(APPLIES).to_numpy(dtype=object),
                **{name: rows[name].to_numpy(dtype=object) for name in ("kinds", "features")},
                **{name: rows[name].to_numpy(dtype=object) for name in ("ids", "article", "note")},
            }
        )
        tables.append(told.sort_values("area_ha", ascending=False, kind="stable"))
    return pd.concat(tables, ignore_index=True)


def _unit_texts(units: pd.DataFrame, column: str) -> list[str]:
    if column not in units.columns:
        return [""] * len(units)
    return [text if isinstance(text, str) else "" for text in units[column]]


def _class_frame(found: Checked) -> pd.DataFrame:
    names = _short_names(found.rules)
    rows = pd.concat([each.classes for each in found.levels], ignore_index=True)
    told = rows.assign(
        level=rows["level"].map(_LEVELS),
        layer_zh=rows["layer"].map(names),
        effect_zh=rows["effect"].map(EFFECTS_ZH),
    ).drop(columns="effect")
    return _mark_schematic_zones(_in_hectares(told), found, "name")


def _sliver_rows(found: Checked) -> pd.DataFrame:
    names = _short_names(found.rules)
    tables = []
    for each in found.levels:
        rows = each.details[each.details["sliver_m2"].astype("float64") > NOTHING_M2]
        tables.append(
            pd.DataFrame(
                {
                    "level": [_LEVELS[each.level]] * len(rows),
                    "name": rows["name"],
                    "layer": rows["layer"],
                    "layer_zh": rows["layer"].map(names),
                    "area_m2": rows["sliver_m2"].astype("float64"),
                    "alone": rows["body_m2"].astype("float64") <= NOTHING_M2,
                    "note": rows["note"],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _tension_rows(found: Checked) -> pd.DataFrame:
    """Zones of the plan that lie at a lake, a river or a water source, with their industries."""
    names = _short_names(found.rules)
    rows = found.zones.details
    rows = rows[
        rows["layer"].isin(_WATERS)
        & rows["applies"].isin(_DIRECT)
        & (rows["body_m2"].astype("float64") > NOTHING_M2)
    ]
    wholes = found.zones.units["whole"].to_numpy(dtype=object)[rows["unit"].to_numpy(dtype=int)]
    known = [each is not None for each in plan_industries_of(list(wholes))]
    rows, wholes = rows.loc[np.array(known, dtype=bool)], wholes[np.array(known, dtype=bool)]
    named = _plan_industries_in_words()
    told = pd.DataFrame(
        {
            "zone": rows["name"].to_numpy(dtype=object),
            "layer": rows["layer"].to_numpy(dtype=object),
            "layer_zh": rows["layer"].map(names).to_numpy(dtype=object),
            "features": rows["features"].to_numpy(dtype=object),
            "kinds": rows["kinds"].to_numpy(dtype=object),
            "area_ha": rows["area_m2"].to_numpy(dtype=np.float64) / HECTARE_M2,
            "share": rows["share"].to_numpy(dtype=np.float64),
            "industries": [named.get(str(whole), "规划未写明产业") for whole in wholes],
            "applies_zh": rows["applies"].map(APPLIES).to_numpy(dtype=object),
            "note": rows["note"].to_numpy(dtype=object),
        }
    )
    return told.sort_values(["layer", "share"], ascending=[True, False], ignore_index=True)


def _plan_industries_in_words() -> dict[str, str]:
    layout = load("industry_layout")
    held: dict[str, dict[str, dict[str, None]]] = {}
    for zone, industry, segment in layout[["zone", "industry", "segment"]].itertuples(index=False):
        own = held.setdefault(str(zone), {}).setdefault(str(industry), {})
        own[str(segment)] = None
    return {
        zone: "；".join(f"{name}（{'、'.join(parts)}）" for name, parts in industries.items())
        for zone, industries in held.items()
    }


def _coverage_rows(found: Checked) -> pd.DataFrame:
    beyond = pd.concat([each.beyond for each in found.levels], ignore_index=True)["layer"]
    rows = []
    for layer in sorted(found.layers, key=lambda each: found.rules.rule_of(each.key).rank):
        rule = found.rules.rule_of(layer.key)
        scope = "、".join((*rule.industries, *(f"GB/T 4754 {code}" for code in rule.codes)))
        rows.append(
            {
                "layer": layer.key,
                "layer_zh": rule.zh,
                "rank": rule.rank,
                "effect_zh": EFFECTS_ZH[rule.effect],
                "polygons": len(layer.polygons),
                "stated": coverage_in_words(layer, found.rules.reach_km),
                "beyond": int((beyond == layer.key).sum()),
                "scope": scope or "一律适用",
                "article": rule.article,
            }
        )
    return pd.DataFrame(rows)


def coverage_in_words(layer: ConflictLayer, reach_km: float) -> str:
    """
    Say where a layer was mapped (覆盖范围说明).

    Parameters
    ----------
    layer
        The layer.
    reach_km
        How far one of unstated coverage speaks [km].

    Returns
    -------
    text
        In words.
    """
    if not isinstance(layer.coverage, str):
        return f"用户给出的范围（{len(layer.coverage)} 个面），以外为无数据"
    if layer.coverage == EVERYWHERE:
        return "用户确认全域已调查"
    assert layer.coverage == UNSTATED  # noqa: S101 - there is no other
    return f"未说明：图斑 {reach_km:g} 公里以内按已调查计，更远为无数据"


_UNMAPPED: Final = ["level", "name", "layer", "layer_zh", "area_m2", "share", "note"]


def _unmapped_rows(found: Checked) -> pd.DataFrame:
    """Of every unit, the area that a layer says nothing of."""
    names = _short_names(found.rules)
    tables = []
    for each in found.levels:
        size, units = each.shares.size_m2, each.units
        for key, area in each.shares.unmapped_m2.items():
            bare = np.flatnonzero(area > NOTHING_M2)
            tables.append(
                pd.DataFrame(
                    {
                        "level": _LEVELS[each.level],
                        "name": units["name"].to_numpy(dtype=object)[bare],
                        "layer": key,
                        "layer_zh": names[key],
                        "area_m2": area[bare],
                        "share": area[bare] / size[bare],
                        "note": np.where(units["schematic"].to_numpy()[bare], MARK, ""),
                    }
                )
            )
    filled = [each for each in tables if len(each)]
    # Without any red line there is no layer to be unmapped.
    held = filled or tables[:1]
    return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=_UNMAPPED)


def _not_checked_rows(found: Checked) -> pd.DataFrame:
    rows = [
        {
            "level": _LEVELS[each.level],
            "name": row["name"],
            "layer": row["layer"],
            "area_m2": np.nan,
            "reason": "图形无法裁切，该层冲突图形缺失 / could not be cut",
        }
        for each in found.levels
        for row in each.lost.to_dict("records")
    ]
    rows += [
        {
            "level": _LEVELS[PARCEL],
            "name": row["name"],
            "layer": "",
            "area_m2": row["area_m2"],
            "reason": "没有可用的图形，未核查 / no polygon",
        }
        for row in found.unlocated.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["level", "name", "layer", "area_m2", "reason"])


def _column_rows(found: Checked) -> pd.DataFrame:
    columns = found.reading.joined("columns")
    declared = next(each for each in conflict_output_tables() if each.name == "columns")
    return columns.reindex(columns=[each.name for each in declared.columns])


def _in_hectares(frame: pd.DataFrame) -> pd.DataFrame:
    """Areas in hectares, under names that say so."""
    told = {}
    for name in frame.columns:
        square = str(name).endswith("_m2")
        told[f"{str(name)[:-3]}_ha" if square else name] = (
            frame[name].astype("float64") / HECTARE_M2 if square else frame[name]
        )
    return pd.DataFrame(told)


def _mark_schematic_zones(frame: pd.DataFrame, found: Checked, column: str) -> pd.DataFrame:
    """Say in every line about a schematic zone that it is no evidence."""
    units = found.zones.units
    drawn = set(units.loc[units["schematic"], "name"])
    return frame.assign(note=[MARK if name in drawn else "" for name in frame[column]])
