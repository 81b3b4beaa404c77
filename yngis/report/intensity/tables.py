"""Tables that the evaluation writes, made from what it found."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.intensity.assessment import weighted_indicators
from yngis.analysis.intensity.national_averages import read_national_averages
from yngis.analysis.intensity.per_mu import MEASURES
from yngis.analysis.intensity.scoring_groups import split_index
from yngis.analysis.quantities import quantities
from yngis.report.output_tables import OutputColumn, OutputTable, read_output_tables

if TYPE_CHECKING:
    from yngis.analysis.intensity.assessment import Assessment
    from yngis.analysis.intensity.definitions import Indicator
    from yngis.analysis.intensity.scheme import Scheme
    from yngis.report.output_tables import Form

_FORMS: Final[dict[str, Form]] = {
    "share": "share",
    "ratio": "number",
    "万元/ha": "number",
    "人/ha": "number",
}
UNITS: Final = {"share": None, "ratio": None, "万元/ha": "万元/公顷", "人/ha": "人/公顷"}
"""Units of indicators as they are printed; a share is printed in per cent."""


def intensity_output_tables(scheme: Scheme) -> tuple[OutputTable, ...]:
    """Declare the tables, with the columns that depend on the scheme."""
    added = {
        "ranking": [
            OutputColumn(name=goal.name, zh=goal.zh, en=goal.en, unit="0–100", form="whole")
            for goal in scheme.goals
        ],
        "indicators": [_value_column(indicator) for indicator in scheme.indicators],
        "standardised": [
            OutputColumn(name=each.name, zh=each.zh, en=each.en, unit="0–100", form="number")
            for each in scheme.indicators
            if each.name in scheme.ideals
        ],
    }
    shipped = read_output_tables(Path(__file__).with_name("intensity.yml"))
    return tuple(
        table.model_copy(update={"columns": (*table.columns, *added.get(table.name, ()))})
        for table in shipped
    )


def _value_column(indicator: Indicator) -> OutputColumn:
    return OutputColumn(
        name=indicator.name,
        zh=indicator.zh,
        en=indicator.en,
        unit=UNITS[indicator.unit],
        form=_FORMS[indicator.unit],
    )


def result_frames(found: Assessment, attributes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Lay out what was found as tables, zones and parts in columns of their own."""
    scheme = found.scheme
    named = item_names(scheme)
    frames = {
        "ranking": _ranking_table(found, attributes),
        "indicators": _with_zone(found.indicators),
        "standardised": _with_zone(found.scores.standardised),
        "evidence": _evidence_table(found),
        "per_mu": found.per_mu,
        "turned": found.turned.assign(
            measure_label=found.turned["measure"].map({each.name: each.label for each in MEASURES})
        ),
        "league": found.league,
        "potential": found.potential,
        "years_of_supply": _with_zone(found.years) if len(found.years) else found.years,
        "implausible": found.implausible.assign(item_zh=found.implausible["item"].map(named)),
        "unit_slips": found.slips.assign(
            quantity_zh=found.slips["quantity"].map(named).fillna(found.slips["quantity"]),
            stated=["是" if said else "否" for said in found.slips["stated"]],
            or_else=[
                "、".join(named.get(name, name) for name in told.split("、"))
                for told in found.slips["or_else"]
            ],
        ),
        "sums": found.sums,
        "identity": _with_zone(found.identity),
        "scheme": pd.concat(
            [weighted_indicators(scheme, zone_type) for zone_type in scheme.types],
            ignore_index=True,
        ),
    }
    return {name: frame for name, frame in frames.items() if len(frame.columns)}


def item_names(scheme: Scheme) -> dict[str, str]:
    """Chinese names of indicators and quantities; of a code, the code too."""
    codes = {
        name: f"{quantity.zh}（{name}）" if name[0].isupper() else quantity.zh
        for name, quantity in quantities().items()
    }
    return codes | {each.name: each.zh for each in scheme.indicators}


def type_names(scheme: Scheme) -> dict[str, str]:
    """Name the types of zone in Chinese."""
    names = {} if scheme.zone_types is None else scheme.zone_types.names
    return {str(key): str(name) for key, name in names.items()} | {"all": "不分型"}


def _with_zone(frame: pd.DataFrame) -> pd.DataFrame:
    zones, parts = split_index(frame.index)
    table = frame.reset_index(drop=True)
    table.insert(0, "zone", zones.to_numpy())
    if "part" in frame.index.names:
        table.insert(1, "part", list(parts))
    return table


def _ranking_table(found: Assessment, attributes: pd.DataFrame) -> pd.DataFrame:
    zones, _ = split_index(attributes.index)
    once = attributes.set_axis(zones)
    once = once[~once.index.duplicated()]
    types = found.types.set_axis(zones)
    basis = types[~types.index.duplicated()]["basis"]
    table = found.ranking.copy()
    for name in ("level", "region", "prefecture"):
        if name in once:
            table.insert(0, name, once[name].reindex(table.index))
    table["zone_type"] = table["zone_type"].map(type_names(found.scheme))
    table["type_basis"] = basis.reindex(table.index)
    return table.rename_axis("zone").reset_index()


def _evidence_table(found: Assessment) -> pd.DataFrame:
    averages = {
        indicator.name: read_national_averages().average(indicator.name, found.choices.year)
        or (math.nan, math.nan)
        for indicator in found.scheme.indicators
    }
    names = {indicator.name: indicator.zh for indicator in found.scheme.indicators}
    return found.evidence.assign(
        zh=found.evidence["indicator"].map(names),
        national=[averages[name][1] for name in found.evidence["indicator"]],
        national_year=[averages[name][0] for name in found.evidence["indicator"]],
    )
