"""Cards as one page (卡片网页): data and a script of our own that lays them out, a sheet each."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from itertools import starmap
from typing import TYPE_CHECKING, Any, Final

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.cartography.web.page_scripts import (
    content_hash,
    data_block,
    inline_script,
    script_hashes,
)
from yngis.report.audit.wording import COLOURS
from yngis.report.parcel_cards.card_texts import CORNERS, MAP_HEIGHT, SHEET, card_tables
from yngis.report.parcel_cards.parcel_map import LOOKS
from yngis.report.parcel_cards.wording import CARD_HEADS, legend_of, told_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from yngis.report.parcel_cards.card_source import CardSource, Picture
    from yngis.report.parcel_cards.card_texts import Card
    from yngis.report.parcel_cards.parcel_map import ParcelMap

NARROW: Final = 84.0
"""Width of the map beside pictures [mm]."""

_WORTH: Final = 4  # signs from which a text that repeats is written once
_TITLE: Final = "图斑卡片"
_ROW: Final = "　第 "


def cards_html(source: CardSource, cards: Sequence[Card], maps: Sequence[ParcelMap | None]) -> str:
    """
    Write cards as a page (卡片网页).

    Parameters
    ----------
    source
        What they are made from.
    cards
        What they say.
    maps
        Their maps.

    Returns
    -------
    page
        HTML that asks for nothing, and runs its own script alone: its hash stands in its policy.
    """
    style, script = (
        files("yngis.report.parcel_cards").joinpath(name).read_text("utf-8")
        for name in ("cards.css", "cards.js")
    )
    script = inline_script(script)
    policy = (
        f"default-src 'none'; script-src {script_hashes([script])}; "
        f"style-src {content_hash(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in source.notes)
    intro = f"<p>{escape(told_line(source))}</p><ul>{notes}</ul>"
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_TITLE} {len(cards)}</title>\n<style>{style}</style></head><body><main>\n"
        f'<div class="intro"><strong>{_TITLE}：{len(cards):,} 张，打印为 {len(cards):,} 页 A4'
        f"（打印时页边距选“默认”或“无”）</strong>{intro}"
        "<noscript>须允许本页脚本运行 / this page lays itself out by its script</noscript></div>"
        "</main>\n"
        f"{data_block('cards', _page_data(source, cards, maps))}\n{script}\n</body></html>\n"
    )


def _page_data(
    source: CardSource, cards: Sequence[Card], maps: Sequence[ParcelMap | None]
) -> dict[str, Any]:
    tables = card_tables()
    heights: dict[tuple[float, ...], int] = {}
    listed = [
        _card_data(heights, *each)
        for each in zip(
            cards, maps, source.pictures, source.rows["finding"].map(FINDINGS), strict=True
        )
    ]
    return {
        "heads": {**CARD_HEADS, "told": told_line(source)},
        "facts": [name for name, _ in cards[0].facts],
        "blanks": [column.zh for column in tables["blanks"].columns],
        "heights": list(heights),
        "looks": {name: list(look) for name, look in LOOKS.items()},
        "legend": legend_of(maps),
        "colours": {FINDINGS[code]: COLOURS[code] for code in sorted(set(source.rows["finding"]))},
        "columns": CORNERS,
        "bars": {
            each.scale: (each.bar_m, round(each.bar_tenths, 1)) for each in maps if each is not None
        },
        "wide": SHEET[0],
        "narrow": NARROW,
        "high": MAP_HEIGHT,
        "words": _share_texts(listed),
        "cards": listed,
    }


def _blank_heights(card: Card) -> tuple[float, ...]:
    """Heights of what is filled in by hand, without the line between [mm]."""
    return tuple(round(height - 0.2, 1) for _, height in card.blanks)


def _card_data(
    heights: dict[tuple[float, ...], int],
    card: Card,
    drawn: ParcelMap | None,
    pictures: tuple[Picture, ...],
    kind: str,
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": kind,
        "facts": [text for _, text in card.facts],
        "texts": [list(pair) for pair in card.texts],
        "blanks": heights.setdefault(_blank_heights(card), len(heights)),
        # Files repeat, rows do not.
        "source": card.source.partition(_ROW)[0],
        "row": card.source.partition(_ROW)[2],
    }
    if card.corner_note:
        told |= {"note": card.corner_note, "corners": _corner_steps(card)}
        names = [name for name, _, _ in card.corners]
        if names != [f"J{number}" for number in range(1, len(names) + 1)]:
            told["names"] = names
    if card.cut:
        told["cut"] = 1
    if drawn is not None:
        told["map"] = _map_data(drawn)
    if pictures:
        told["pictures"] = [(each.told, each.uri()) for each in pictures]
    return told


def _corner_steps(card: Card) -> list[int]:
    """Northings and eastings in whole millimetres, each pair as its difference from the last."""
    steps, last = [], (0, 0)
    for _, north, east in card.corners:
        here = (int(north.replace(".", "")), int(east.replace(".", "")))
        steps += [here[0] - last[0], here[1] - last[1]]
        last = here
    return steps


def _map_data(drawn: ParcelMap) -> dict[str, Any]:
    high = round(MAP_HEIGHT * 10)
    paths: dict[str, str] = {}
    for shape in drawn.shapes:
        told = "".join(_path(line, high, closed=shape.look != "zone") for line in shape.lines)
        paths[shape.look] = paths.get(shape.look, "") + told
    return {
        "shapes": list(paths.items()),
        "numbers": [(x, high - y, told) for x, y, told in drawn.numbers],
        "scale": drawn.scale,
    }


def _path(line: NDArray[np.int64], high: int, *, closed: bool) -> str:
    """Path of steps from corner to corner, down instead of up."""
    points = line.tolist()
    if closed and points[0] == points[-1]:
        points = points[:-1]
    (x, y), steps = points[0], []
    for a, b in points[1:]:
        steps.append((a - x, y - b))
        x, y = a, b
    # A minus parts two numbers as well as a blank does.
    told = " ".join(starmap("{} {}".format, steps)).replace(" -", "-")
    return f"M{points[0][0]} {high - points[0][1]}l{told}{'z' if closed else ''}"


def _share_texts(cards: Sequence[dict[str, Any]]) -> list[str]:
    """Write texts that repeat once; cards hold their place instead."""
    counts: dict[str, int] = {}
    for card in cards:
        for text in _texts_of(card):
            counts[text] = counts.get(text, 0) + 1
    words = [text for text, count in counts.items() if count > 1 and len(text) >= _WORTH]
    place = {text: at for at, text in enumerate(words)}
    for card in cards:
        card["facts"] = [place.get(text, text) for text in card["facts"]]
        card["texts"] = [(place.get(a, a), place.get(b, b)) for a, b in card["texts"]]
        for name in ("kind", "source", "note"):
            if name in card:
                card[name] = place.get(card[name], card[name])
    return words


def _texts_of(card: dict[str, Any]) -> list[str]:
    own = [card[name] for name in ("kind", "source", "note") if name in card]
    return [*own, *card["facts"], *(text for pair in card["texts"] for text in pair)]
