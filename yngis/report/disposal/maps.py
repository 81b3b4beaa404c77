"""Maps of stock: what is left, what was disposed of, by zone and prefecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.cartography.mapspec import Fill
from yngis.cartography.thematic import ThematicMap
from yngis.catalogue import load
from yngis.measure.units import HECTARE_M2
from yngis.report.maps import mark_with_label

if TYPE_CHECKING:
    from yngis.report.disposal.run import Disposal

_SHOWN: Final = (
    (
        "stock",
        "批而未供存量",
        "Stock approved and not supplied",
        "stock_m2",
        1 / HECTARE_M2,
        "公顷",
    ),
    ("rate", "批而未供处置率", "Rate of disposal", "rate", 100.0, "%"),
    (
        "needed",
        "尚须处置的存量",
        "Stock still to be disposed of",
        "needed_m2",
        1 / HECTARE_M2,
        "公顷",
    ),
)


def disposal_map_names() -> tuple[str, ...]:
    """Values that could be mapped, whether there are figures or not."""
    return tuple(name for name, *_ in _SHOWN)


def disposal_maps(found: Disposal) -> list[ThematicMap]:
    """Lay out the maps of stock (存量处置图), each of the last year that has its figures."""
    table = found.frames["disposal"]
    maps = []
    for name, zh, en, column, factor, unit in _SHOWN:
        known = table[table[column].notna()]
        if known.empty:
            continue
        own = known[known["year"] == known["year"].max()]
        for on, level in (("zones", "zone"), ("prefectures", "prefecture")):
            values = own[own["level"] == level].set_index("place")[column] * factor
            drawn = values[values.index.isin(load(on)["name_zh"])]
            left_out = values[values.notna()].index.difference(drawn.index)
            if drawn.notna().any():
                whose = "开发区" if on == "zones" else "各州（市）开发区"
                maps.append(
                    ThematicMap(
                        name=f"{name}_{on}",
                        title=f"{whose}{zh}（{int(own['year'].iloc[0])} 年）",
                        title_en=f"{en}, by {'zone' if on == 'zones' else 'prefecture'}",
                        data=drawn.round(2),
                        notes=(f"图上没有的：{'、'.join(left_out)}",) if len(left_out) else (),
                        fill=Fill(
                            layer=on,
                            column="value",
                            title=zh,
                            unit=unit,
                            palette="blue" if name == "rate" else "orange",
                            show_values=on == "prefectures",
                        ),
                    )
                )
    return [mark_with_label(drawn, found.label, "历次审计") for drawn in maps]
