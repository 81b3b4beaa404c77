"""A shipped card as another pack keeps it: its regions, extent and file, and no promise of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yngis.catalogue.io.pack import Pack
    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.cards.column import Column

MAY_BE_EMPTY: Final = frozenset(
    {
        *("ports", "port_registry", "industry_prefectures", "prefecture_focus", "targets"),
        *("plan_outline", "gbt4754_industries", "industries", "segments", "industry_layout"),
        *("statements", "english_words", "other_industries", "prefecture_seats"),
        *("zones", "zone_registry"),  # a new pack has none yet; its check says so
    }
)
"""Layers and tables that a plan may have nothing to say in."""

_BOUNDARIES: Final = frozenset({"counties", "prefectures", "regions", "neighbours"})
_SHARED: Final = frozenset(
    {"locator", "maritime_line", "lakes", "rivers", "chain_stages", "category_defaults"}
)
_NATIONAL: Final = frozenset({"gbt4754_industries"})
"""Tables whose columns mean the same in every province."""
_PATTERNS: Final = {"code": "[0-9]{6}"}  # of any province
_COORDINATES: Final = {"lon": (0, 2), "lat": (1, 3)}  # where the bounds of a column stand in Window


def card_in_pack(card: Card, pack: Pack, shipped: Pack, *, own: bool) -> Card:
    """
    Make the card that a pack's layer or table is judged by (规划包的卡片).

    Parameters
    ----------
    card
        The shipped card, or the pack's own.
    pack, shipped
        The pack in use, and the one that the shipped cards are written for.
    own
        Whether the card is the pack's own: what it promises beside regions and places then stays.

    Returns
    -------
    card
        With the pack's regions, extent and file.
    """
    if card.name in _SHARED:
        return card
    changes: dict[str, Any] = {}
    if card.name not in _NATIONAL:
        changes["columns"] = tuple(
            _column_in_pack(column, pack, shipped, own=own) for column in card.columns
        )
    if card.file == shipped.layers:
        changes["file"] = pack.layers
    if card.extent is not None and card.name != "neighbours":
        changes["extent"] = pack.extent
    elif card.extent is not None:
        changes["extent"] = pack.frame
    if not own:
        changes |= {"rows": None, "notes": (), "may_be_empty": card.name in MAY_BE_EMPTY}
        if card.name not in _BOUNDARIES:
            changes |= _provenance_of_pack(pack)
    return card.model_copy(update=changes)


def _column_in_pack(column: Column, pack: Pack, shipped: Pack, *, own: bool) -> Column:
    changes: dict[str, Any] = {}
    if column.allowed and set(column.allowed) == set(shipped.region_names):
        changes["allowed"] = pack.region_names
    if column.name in _COORDINATES:
        low, high = (pack.extent[at] for at in _COORDINATES[column.name])
        changes |= {"min": low, "max": high}
    elif not own:
        if column.dtype == "int" or column.unit is None:
            changes["max"] = None
        if column.name in {"plan_ref", "section"}:
            changes |= {"pattern": None, "nullable": True}
        if column.name in {"ref", "short_zh", "code"}:
            changes["pattern"] = _PATTERNS.get(column.name)
        if column.name in {"industry", "neighbour_country", "year", "base_year"}:
            changes |= {"allowed": (), "min": None}
    return column.model_copy(update=changes) if changes else column


def _provenance_of_pack(pack: Pack) -> dict[str, str]:
    """Where the content of a pack's own tables comes from, in the cards' words."""
    return {
        "source": f"《{pack.title_zh}》，由规划包 {pack.id} 逐条摘录 / {pack.title_en}, "
        f"read into single facts by the pack {pack.id}",
        "licence": "由规划包的编者说明 / as the editor of the pack says",
        "retrieved": f"规划文本，{pack.years[0]}—{pack.years[1]} / text of the plan",
    }
