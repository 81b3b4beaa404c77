"""How delivered layers look (图式): colours, characters and labels of the maps, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.change import KINDS
from yngis.analysis.change.suspects import SUSPECTS
from yngis.analysis.conflicts.rules import read_conflict_rules
from yngis.cartography.layers.kinds import HOT_CLASSES
from yngis.cartography.style import read_style
from yngis.catalogue.shipped import SCHEMATIC
from yngis.plan.user_zones import BY_USER
from yngis.report.audit.wording import CHARACTERS, COLOURS, LAND_COLOURS
from yngis.report.clustering.wording import NO_INDUSTRY, industry_colours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from yngis.report.deliver.declared import LayerDeclaration

_NAMES_BELOW: Final = 2_000_000.0  # of the scale
_WHOLE_PROVINCE: Final = 6_000_000.0  # of the scale at which a project opens on a small screen


@dataclass(frozen=True, slots=True)
class SymbolClass:
    """
    A class of a legend.

    Attributes
    ----------
    value
        Value of the column; empty for all that have none of the others, or for one symbol.
    label
        As the legend says it.
    colour
        ``#RRGGBB``.
    character
        Second cue beside the colour, written on the map; empty for none.
    outlined, dashed, hatched
        Outline only; the same in dashes; hatched instead of filled.
    """

    value: str
    label: str
    colour: str
    character: str = ""
    outlined: bool = False
    dashed: bool = False
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Symbols:
    """
    How a layer is drawn.

    Attributes
    ----------
    classes
        One, or one for each value of the column.
    column
        Which the classes tell apart; empty for one symbol.
    labels
        Column that is written on the map; empty for the characters of the classes.
    names_below
        Of the scale from which that column is written.
    """

    classes: tuple[SymbolClass, ...]
    column: str = ""
    labels: str = ""
    names_below: float = _NAMES_BELOW


def layer_symbols(layer: LayerDeclaration, options: Mapping[str, Any]) -> Symbols:
    """
    Look of a layer (图式).

    Parameters
    ----------
    layer
        The layer.
    options
        Choices of the run whose results they are.

    Returns
    -------
    symbols
        From the colours and labels that the maps use.
    """
    if layer.look == "scores":
        return _score_symbols(int(options.get("count") or _CLASSES))
    return _LOOKS[layer.look](layer)


def _finding_symbols(_layer: LayerDeclaration) -> Symbols:
    classes = (
        SymbolClass(code, label, COLOURS[code], CHARACTERS[code])
        for code, label in FINDINGS.items()
    )
    return Symbols(tuple(classes), "finding")


def _unsupplied_symbols(layer: LayerDeclaration) -> Symbols:
    return Symbols((SymbolClass("", layer.zh, LAND_COLOURS[layer.name], "批", hatched=True),))


def _land_symbols(layer: LayerDeclaration) -> Symbols:
    name = "slivers" if layer.name.endswith("_slivers") else layer.name
    return Symbols((SymbolClass("", layer.zh, LAND_COLOURS[name]),))


def _zone_symbols(_layer: LayerDeclaration) -> Symbols:
    ink = read_style().quiet
    return Symbols(
        (
            SymbolClass(SCHEMATIC, "示意范围，不作定界依据", ink, dashed=True),
            SymbolClass(BY_USER, "用户提供的范围", read_style().ink, dashed=True),
        ),
        "boundary",
        "short_zh",
        _WHOLE_PROVINCE,
    )


def border_symbols(name: str, label: str, labels: str = "name_zh") -> Symbols:
    """
    Look of borders (界线图式).

    Parameters
    ----------
    name
        ``prefectures`` or ``counties``.
    label
        As the legend says it.
    labels
        Column that is written on the map.

    Returns
    -------
    symbols
        In the colour that the figures draw these borders in.
    """
    colour = str(read_style().lines[BORDERS[name]][0])
    below = _WHOLE_PROVINCE if name == "prefectures" else _NAMES_BELOW
    return Symbols((SymbolClass("", label, colour, outlined=True),), "", labels, below)


def _conflict_symbols(_layer: LayerDeclaration) -> Symbols:
    ranked = read_conflict_rules().ranked
    classes = (
        SymbolClass(rule.layer, rule.zh.split("（")[0], colour)
        for rule, colour in zip(ranked, cycle(read_style().sectors), strict=False)
    )
    return Symbols(tuple(classes), "layer", "name")


def _palette_classes(named: dict[str, str]) -> tuple[SymbolClass, ...]:
    colours = zip(named.items(), cycle(read_style().sectors), strict=False)
    return tuple(SymbolClass(code, label, colour) for (code, label), colour in colours)


def _suspect_symbols(_layer: LayerDeclaration) -> Symbols:
    return Symbols(_palette_classes(SUSPECTS), "kind", "id")


def _change_symbols(_layer: LayerDeclaration) -> Symbols:
    redrawn = SymbolClass("redrawn", "界线重绘", read_style().others)
    return Symbols((*_palette_classes(KINDS), redrawn), "kind")


def _score_symbols(count: int) -> Symbols:
    """Classes of scores, the first the best and the darkest, as on the map."""
    colours = reversed(read_style().ramp("blue", count))
    classes = (
        SymbolClass(str(number), f"第 {number} 级", colour)
        for number, colour in enumerate(colours, start=1)
    )
    return Symbols(tuple(classes), "class", "zone", _WHOLE_PROVINCE)


def _industry_symbols(layer: LayerDeclaration) -> Symbols:
    classes = (
        SymbolClass("" if name == NO_INDUSTRY else name, name, ink)
        for name, ink in industry_colours().items()
    )
    return Symbols(tuple(classes), layer.look)


def _hot_spot_symbols(_layer: LayerDeclaration) -> Symbols:
    classes = (SymbolClass(code, label, ink) for code, (label, ink) in HOT_CLASSES.items())
    return Symbols(tuple(classes), "shown", "industry")


def _link_symbols(layer: LayerDeclaration) -> Symbols:
    return Symbols((SymbolClass("", layer.zh, read_style().link),))


BORDERS: Final = {"prefectures": "prefectures", "counties": "counties_plain"}
"""Layers of borders, by the line of style.yml that they are drawn with."""

_CLASSES: Final = 4  # where the record does not say
_LOOKS: Final[dict[str, Callable[[LayerDeclaration], Symbols]]] = {
    "findings": _finding_symbols,
    "unsupplied": _unsupplied_symbols,
    "land": _land_symbols,
    "zones": _zone_symbols,
    "borders": lambda layer: border_symbols("prefectures", layer.zh, "short_zh"),
    "conflicts": _conflict_symbols,
    "suspects": _suspect_symbols,
    "changes": _change_symbols,
    "industry": _industry_symbols,
    "leading_industry": _industry_symbols,
    "hot_spots": _hot_spot_symbols,
    "links": _link_symbols,
}
