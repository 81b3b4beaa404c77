"""Maps of a comparison of surveys: what was built, taken and suspected, by zone and prefecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.change import KINDS
from yngis.cartography.mapspec import Fill
from yngis.cartography.thematic import ThematicMap
from yngis.catalogue import load
from yngis.measure.units import HECTARE_M2
from yngis.report.maps import mark_with_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

    from yngis.analysis.change import LandChange

_ENGLISH: Final = {
    "new_construction": "New construction land",
    "newly_built": "Newly built land",
    "abandoned": "Built land abandoned",
    "converted": "Built land converted",
    "farmland_taken": "Farmland taken",
    "construction_lost": "Construction land lost",
}
_SUSPECTS: Final = "suspects"
_NOTE: Final = "疑似，不是认定"


def change_map_names() -> tuple[str, ...]:
    """Values that could be mapped, whether there are figures or not."""
    return (*KINDS, _SUSPECTS)


def change_maps(found: LandChange, units: GeoDataFrame, label: str = "") -> list[ThematicMap]:
    """Lay out the maps of a comparison (国土变化图)."""
    registry = load("zone_registry").set_index("name_zh")["prefecture"]
    whole = units.set_index("name_zh")["whole"]
    maps = [
        drawn
        for kind, title in KINDS.items()
        for drawn in _kind_maps(
            kind,
            title,
            _hectares_by_zone(found.changes[found.changes["kind"] == kind], whole),
            registry,
        )
    ]
    if found.suspects is not None and len(found.suspects.table):
        early = found.suspects.table[found.suspects.table["kind"] != "contradiction"]
        # A zone that was compared and where nothing was found is no zone without data.
        seen = found.changes[found.changes["area_m2"].notna()]
        compared = seen[["zone"]].drop_duplicates().assign(area_m2=0.0)
        sums = _hectares_by_zone(pd.concat([early[["zone", "area_m2"]], compared]), whole)
        maps += _kind_maps(_SUSPECTS, "疑似未供先用、未批先建", sums, registry, _NOTE)
    return [mark_with_label(drawn, label, "两期国土调查") for drawn in maps]


def _hectares_by_zone(rows: pd.DataFrame, whole: pd.Series) -> pd.Series:
    """Hectares by zone; parts of a zone count for it."""
    zones = rows["zone"].map(whole).fillna(rows["zone"])
    return (rows["area_m2"].groupby(zones.to_numpy()).sum(min_count=1) / HECTARE_M2).round(2)


def _kind_maps(
    kind: str, title: str, values: pd.Series, registry: pd.Series, note: str = ""
) -> Iterator[ThematicMap]:
    notes = (note,) if note else ()
    english = _ENGLISH.get(kind, "Suspects: used before supply, built without approval")
    if not (values > 0.0).any():
        return
    sums = values.groupby(registry.reindex(values.index).to_numpy()).sum()
    for on, name, data in (
        ("zones", f"开发区{title}", values),
        ("prefectures", f"各州（市）开发区{title}", sums),
    ):
        yield ThematicMap(
            name=f"{kind}_{on}",
            title=name,
            title_en=f"{english}, by {'zone' if on == 'zones' else 'prefecture'}",
            data=data,
            fill=Fill(
                layer=on,
                column="value",
                title=title,
                unit="公顷",
                palette="orange",
                show_values=on == "prefectures",
            ),
            notes=notes,
        )
