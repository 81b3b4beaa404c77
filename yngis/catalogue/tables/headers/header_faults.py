"""Headers of users' files: the card's own, other spellings of them, and near misses (表头)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from yngis.catalogue.io.nearest import nearest_name
from yngis.catalogue.io.text import fold_width, part_mark
from yngis.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

    from yngis.catalogue.tables.cards.card import Card

Frame = TypeVar("Frame", bound="pd.DataFrame")


def _plain_header(header: str) -> str:
    """Fold what differs without meaning: BOM, blanks, full width, case."""
    text = part_mark(fold_width(header))[0].replace("\ufeff", "")
    return "".join(text.split()).casefold()


def with_card_names(frame: Frame, card: Card) -> Frame:
    """
    Rename a user's headers to the card's, where they are the same but for spelling (统一表头).

    Parameters
    ----------
    frame
        The user's frame.
    card
        Card that names the columns, and other headers that stand for them.

    Returns
    -------
    frame
        The frame under the card's names; other columns keep theirs, and nothing is overwritten.
    """
    held = {str(header): _plain_header(str(header)) for header in frame.columns}
    renamed: dict[str, str] = {}
    for column in card.columns:
        if column.name in held:
            continue
        for spelling in (column.name, *column.also):
            fits = [header for header, plain in held.items() if plain == _plain_header(spelling)]
            free = [header for header in fits if header not in renamed]
            if free:
                renamed[free[0]] = column.name
                break
    return frame.rename(columns=renamed)


def header_faults(frame: pd.DataFrame, card: Card) -> list[Problem]:
    """
    Columns that are missing, or there under a misspelt name (缺列、列名拼错).

    Parameters
    ----------
    frame
        Frame to be judged.
    card
        Card that names the columns.

    Returns
    -------
    problems
        One per column.
    """
    held = [str(header) for header in frame.columns]
    declared = {column.name for column in card.columns}
    strangers = [header for header in held if header not in declared and header != "geometry"]
    problems = []
    for column in card.columns:
        if column.name in held:
            continue
        near = _misspelt_header(column.name, column.also, strangers)
        if near is None and not column.required:
            continue
        accepted = "、".join((column.name, *column.also[:3]))
        problems.append(
            Problem(
                where=f"{card.name}.{column.name}",
                promised=f"列“{column.name}”（{column.zh} / {column.en}）",
                found=f"没有这一列，有：{'、'.join(strangers) or '无'} / no such column",
                mend=f"列“{near}”是否拼错？改名为“{column.name}” / "
                f"is “{near}” misspelt? rename it to “{column.name}”"
                if near is not None
                else f"补上这一列，列名可用：{accepted} / add it under one of these names",
            )
        )
    return problems


def _misspelt_header(name: str, also: tuple[str, ...], strangers: list[str]) -> str | None:
    """Find the undeclared header that most likely is a misspelling of a declared one."""
    plain = {_plain_header(header): header for header in strangers}
    for spelling in (name, *also):
        if near := nearest_name(_plain_header(spelling), plain):
            return plain[near]
    return None
