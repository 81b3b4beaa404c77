"""What a card says (卡片文字): facts, texts and corners, cut to what one sheet of A4 holds."""

from __future__ import annotations

import math
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.measure.units import HECTARE_M2, MU_PER_HECTARE
from yngis.report.audit.wording import FLAGS_ZH, IDLE_CLASSES, cause_label
from yngis.report.output_tables import OutputColumn, OutputTable, read_output_tables
from yngis.report.page import MISSING, cell_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from yngis.report.parcel_cards.parcel_map import Boundary

SHEET: Final = (180.0, 267.0)
"""Width and height within the margins of A4 [mm]."""

MARGIN: Final = 15.0
"""Margin of the sheet [mm]."""

HEAD: Final = 17.0
"""Height of the title [mm]."""

LINE: Final = 3.9
"""Height of a line of the tables [mm]."""

PADDING: Final = 1.7
"""What a row is higher than its lines [mm]."""

MAP_HEIGHT: Final = 62.0
"""Height of the map [mm]."""

LEGEND: Final = 6.0
"""Height of what stands below the map [mm]."""

CORNERS: Final = 3
"""Corners a row."""

FOOT: Final = 5.0
"""Height of the last line [mm]."""

_MOST_CORNERS: Final = 18
_FACT_EM: Final = 20.0  # signs of a line of a fact
_TEXT_EM: Final = 49.0  # signs of a line across
_TEXT_LINES: Final = {"evidence": 5, "rule": 2, "action": 4, "flags": 2, "history": 3}
_LEAST_BLANK: Final = 46.0
_BASES: Final = {"agreed": "约定", "extended": "延期后", "handover": "按交地日期推算"}
_HALF: Final = 0.56  # width of Latin signs beside Chinese ones [em]
_MILLIMETRES: Final = 1000.0


class Card(NamedTuple):
    """
    A card (卡片).

    Attributes
    ----------
    number
        From 1.
    title
        What it is of: finding and number.
    facts
        Header and text, two a row.
    texts
        Header and text, each across.
    corners
        Cells of the table of corners: name, north, east.
    corner_note
        System, zone and number of corners; empty without a polygon.
    blanks
        Header and height [mm] of what is filled in by hand.
    cut
        Whether something did not fit.
    source
        File and row of the record.
    """

    number: int
    title: str
    facts: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    corners: tuple[tuple[str, str, str], ...]
    corner_note: str
    blanks: tuple[tuple[str, float], ...]
    cut: bool
    source: str


@cache
def card_tables() -> dict[str, OutputTable]:
    """Declared facts, texts and blanks of cards by name (卡片栏目)."""
    return {table.name: table for table in
            read_output_tables(Path(__file__).with_name("cards.yml"))}  # fmt: skip


def readable_text(text: object) -> str:
    r"""
    Text in one line without signs that no page can show (可印文字).

    Parameters
    ----------
    text
        Cell.

    Returns
    -------
    text
        Control signs and signs that turn the direction of writing are left out.

    Examples
    --------
    >>> readable_text("甲\x00\n乙\u202e丙  丁")
    '甲 乙丙 丁'
    """
    if str(text).isprintable():
        return " ".join(str(text).split())
    told = "".join(" " if sign.isspace() else sign for sign in str(text))
    kept = (sign for sign in told if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"})
    return " ".join("".join(kept).split())


def sign_width(sign: str) -> float:
    """Width of a sign [em]."""
    return 1.0 if unicodedata.east_asian_width(sign) in "WFA" else _HALF


def text_lines(text: str, em: float) -> int:
    """
    Lines that a text takes (行数).

    Examples
    --------
    >>> text_lines("甲乙丙丁", 2.0), text_lines("", 2.0)
    (2, 1)
    """
    if len(text) <= em:
        return 1
    return max(1, math.ceil(sum(map(sign_width, text)) / em - 1e-9))


def cut_text(text: str, em: float, lines: int) -> tuple[str, bool]:
    """
    Text that takes no more lines (截短).

    Examples
    --------
    >>> cut_text("甲乙丙丁戊己", 2.0, 2), cut_text("甲", 2.0, 2)
    (('甲乙…', True), ('甲', False))
    """
    if text_lines(text, em) <= lines:
        return text, False
    # A word that does not fit goes to the next line, so that lines are not quite full.
    room = em * lines - 2.0 if lines > 1 else em * lines - 1.0
    taken, width = [], 0.0
    for sign in text:
        width += sign_width(sign)
        if width > room:
            break
        taken.append(sign)
    return "".join(taken).rstrip() + "…", True


def write_cards_texts(rows: pd.DataFrame, boundaries: list[Boundary | None]) -> list[Card]:
    """
    Write what cards say (写出卡片文字).

    Parameters
    ----------
    rows
        Findings as texts.
    boundaries
        Corners of each.

    Returns
    -------
    cards
        One each, cut to one sheet.
    """
    records = rows.to_dict("records")
    return [
        _write_card({str(name): value for name, value in row.items()}, boundary, number)
        for number, (row, boundary) in enumerate(zip(records, boundaries, strict=True), start=1)
    ]


def _write_card(row: Mapping[str, Any], boundary: Boundary | None, number: int) -> Card:
    facts, texts = _fact_texts(row), _across_texts(row)
    corners, note = _corner_cells(boundary)
    held = _fit_card(facts, texts, 2, len(corners))
    if held[3] < _LEAST_BLANK:
        held = _fit_card(facts, texts, 1, len(corners))
    told_facts, told_texts, cut, room = held
    blanks = _blank_heights(room)
    return Card(
        number,
        f"{FINDINGS[row['finding']]}　{readable_text(row['id'])}",
        told_facts, told_texts, corners, note, blanks, cut,
        f"{readable_text(row['source'])}　第 {readable_text(row['row'])} 行",
    )  # fmt: skip


def _fit_card(
    facts: list[tuple[str, str]], texts: list[tuple[str, str]], lines: int, corners: int
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], bool, float]:
    """Facts and texts of at most so many lines, whether any was cut, and the height left [mm]."""
    cut = False
    told_facts, told_texts = [], []
    for head, text in facts:
        kept, short = cut_text(text, _FACT_EM, lines)
        cut |= short
        told_facts.append((head, kept))
    limits = list(_TEXT_LINES.values())
    for (head, text), most in zip(texts, limits, strict=True):
        kept, short = cut_text(text, _TEXT_EM, most if lines > 1 else max(1, most - 1))
        cut |= short
        told_texts.append((head, kept))
    height = HEAD + MAP_HEIGHT + LEGEND + FOOT
    height += sum(
        row_height(max(text_lines(text, _FACT_EM) for _, text in told_facts[at : at + 2]))
        for at in range(0, len(told_facts), 2)
    )
    told_texts = [(head, text) for head, text in told_texts if text]
    height += sum(row_height(text_lines(text, _TEXT_EM)) for _, text in told_texts)
    height += (1 + math.ceil(corners / CORNERS)) * row_height(1)
    return tuple(told_facts), tuple(told_texts), cut, SHEET[1] - height


def row_height(lines: int) -> float:
    """Height of a row of so many lines [mm]."""
    return lines * LINE + PADDING


def _blank_heights(room: float) -> tuple[tuple[str, float], ...]:
    """Room that is left, shared among what is filled in by hand."""
    shares = (0.3, 0.34, 0.24, 0.12)
    heads = [column.zh for column in card_tables()["blanks"].columns]
    return tuple((head, room * share) for head, share in zip(heads, shares, strict=True))


def _fact_texts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = dict(row) | {
        "use": " ".join(part for part in (row["use_code"], row["use_name"]) if part),
        "area": _area_text(row["area_m2"]),
        "start_due": _due_text(row["start_due"], row["start_basis"]),
        "idle_class": IDLE_CLASSES.get(row["idle_class"], row["idle_class"]),
        "cause": cause_label(row["cause"]),
    }
    return [
        (column.zh, _told_text(told[column.name], column))
        for column in card_tables()["facts"].columns
    ]


def _told_text(value: str, column: OutputColumn) -> str:
    number = _number_of(value) if column.numeric else math.nan
    if math.isnan(number):
        # What is no number stands as it was written.
        return readable_text(value) or MISSING
    return f"{cell_as_text(number, column.form)} {column.unit or ''}".rstrip()


def _number_of(text: str) -> float:
    """Finite number that a text writes; NaN where it is none."""
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _area_text(area_m2: str) -> str:
    hectares = _number_of(area_m2) / HECTARE_M2
    if math.isnan(hectares):
        return "面积不详"
    return f"{hectares:,.4f} 公顷（{hectares * MU_PER_HECTARE:,.2f} 亩）"


def _due_text(day: str, basis: str) -> str:
    told = _BASES.get(basis, "")
    return f"{day}（{told}）" if day and told else day


def _across_texts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    flags = (code for code in row["flags"].split(";") if code)
    told = dict(row) | {"flags": "；".join(FLAGS_ZH.get(code, code) for code in flags)}
    return [
        (column.header, readable_text(told[column.name]))
        for column in card_tables()["texts"].columns
    ]


def _corner_cells(boundary: Boundary | None) -> tuple[tuple[tuple[str, str, str], ...], str]:
    if boundary is None:
        return (), ""
    named = list(_named_corners(boundary))
    shown = named[:_MOST_CORNERS]
    note = (
        f"界址点坐标（米）：2000国家大地坐标系，3 度带第 {boundary.zone} 带，"
        f"中央经线 {boundary.zone * 3}°；共 {boundary.corner_count} 点"
    )
    left = len(named) - len(shown)
    if left:
        note += f"，此处列前 {len(shown)} 点，余 {left} 点见审计结果的图形"
    return tuple(shown), note


def _named_corners(boundary: Boundary) -> Iterable[tuple[str, str, str]]:
    """Corners numbered through all rings; inner rings and parts have the ring's number besides."""
    count = 0
    for ring, points in enumerate(boundary.rings, start=1):
        mark = f"（圈{ring}）" if len(boundary.rings) > 1 else ""
        for east, north in points.tolist():
            count += 1
            yield (
                f"J{count}{mark}", f"{north / _MILLIMETRES:.3f}", f"{east / _MILLIMETRES:.3f}"
            )  # fmt: skip
