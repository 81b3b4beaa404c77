"""What the command line shows: lists, passed checks, and every fault with its remedy (终端输出)."""

from __future__ import annotations

import math
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from yngis.catalogue.io.pack import read_pack
from yngis.catalogue.tables.cards.card import read_card
from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.progress import TaskID

    from yngis.catalogue.examine import Examination
    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.cards.column import Column
    from yngis.catalogue.tables.values.repair import Repair
    from yngis.errors import Problem
    from yngis.measure.progress import StageProgress

# A pipe has no width: long lines are for whoever reads them to fold.
_WIDE = 10_000


def _error_console(*, error: bool = False) -> Console:
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, soft_wrap=True)


def inert_text(text: object) -> str:
    r"""
    Make a text that cannot steer the terminal: control signs are shown, not obeyed (防注入).

    Parameters
    ----------
    text
        Anything, such as a value from a user's file.

    Returns
    -------
    text
        The same with control signs written as escapes; line ends stay.

    Examples
    --------
    >>> print(inert_text("红河\x1b[2J综保区"))
    红河\x1b[2J综保区
    """
    return "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in str(text)
    )


def show_problems(problems: Sequence[Problem]) -> None:
    """
    Print every fault on standard error, numbered, in both languages.

    Parameters
    ----------
    problems
        The faults.
    """
    console = _error_console(error=True)
    for number, problem in enumerate(problems, start=1):
        console.print(Text(f"{number}. {inert_text(problem)}", style="none"))
    console.print(Text(f"共 {len(problems)} 个问题 / {len(problems)} to mend", style="bold red"))


def show_passed(file: str, card: Card, result: Examination) -> None:
    """
    Say that a file passed, and which of its columns yngis takes.

    Parameters
    ----------
    file
        The file, as the user named it.
    card
        Card it was judged by.
    result
        The examination.
    """
    console = _error_console()
    console.print(
        Text(f"通过 / passed: {inert_text(file)} — {card.title_zh} / {card.title_en}", "bold green")
    )
    count = f"{len(result.frame)} 行 / rows"
    if card.rows is not None:
        count += f"（随附图层为 {card.rows} 行 / the shipped layer has {card.rows}）"
    console.print(inert_text(count))
    pairs = [
        mine if mine == theirs else f"{mine} ← {theirs}" for mine, theirs in result.taken.items()
    ]
    console.print(inert_text(f"取用列 / columns taken: {', '.join(pairs)}"))
    for note in _count_notes(card):
        console.print(note)


def _change_text(change: float) -> str:
    """Change of area; a bow-tie whose halves cancel has no area that it could be a share of."""
    if math.isnan(change):
        return "无法计算：原图形净面积为零，或无法修复 / unknown: no net area, or beyond mending"
    return f"{change:.4%}"


def show_repairs(repairs: Sequence[Repair], path: Path) -> None:
    """
    Say what was mended and what was left alone.

    Parameters
    ----------
    repairs
        One per invalid polygon.
    path
        File that holds the result.
    """
    console = _error_console()
    for repair in repairs:
        told = (
            "已修复 / mended"
            if repair.done
            else "未修复，改变过大 / left: it would change too much"
        )
        console.print(
            inert_text(
                f"第 {repair.row + 1} 行 / row {repair.row + 1}: {told}; {repair.reason}; "
                f"面积变化 / area change {_change_text(repair.change)}"
            )
        )
    console.print(inert_text(f"已写出 / written: {path}"))


def show_exported(path: Path, name: str) -> None:
    """
    Say what was exported, and what a reader of it must know.

    Parameters
    ----------
    path
        File written.
    name
        Card name.
    """
    console = _error_console()
    card = read_card(name)
    console.print(inert_text(f"已写出 / written: {path}"))
    console.print(f"来源 / source: {card.source}")
    console.print(f"许可 / licence: {card.licence}")
    for note in card.notes:
        console.print(f"注 / note: {note}")


def show_cards(cards: Iterable[Card]) -> None:
    """
    Print the layers and tables, one a line.

    Parameters
    ----------
    cards
        Their cards.
    """
    listed = list(cards)
    table = Table("名称 name", "标题 title", "类型 kind", "行 rows", "文件 file", box=None)
    for card in listed:
        kind = "/".join(card.geometry) if card.kind == "vector" else "table"
        rows = str(card.rows) if card.rows is not None else ""
        where = f"{card.file}:{card.layer}" if card.layer else card.file
        table.add_row(card.name, card.title, kind, rows, where)
    console = _error_console()
    console.print(table, soft_wrap=False)
    for note in dict.fromkeys(note for card in listed for note in _count_notes(card)):
        console.print(note)


def show_card(card: Card) -> None:
    """
    Print one card: its columns with unit and meaning, its source and notes.

    Parameters
    ----------
    card
        The card.
    """
    console = _error_console()
    console.print(Text(f"{card.name}  {card.title_zh} / {card.title_en}", "bold"))
    table = Table("列 column", "类型 type", "单位 unit", "含义 meaning", box=None)
    for column in card.columns:
        meaning = f"{column.zh} / {column.en}{_bounds_text(column)}"
        table.add_row(column.name, column.dtype, column.unit or "", meaning)
    console.print(table, soft_wrap=False)
    console.print(f"来源 / source: {card.source}")
    console.print(f"许可 / licence: {card.licence}")
    console.print(f"版本 / as of: {card.retrieved}")
    if card.datum is not None:
        console.print(f"坐标 / coordinates: EPSG:{card.crs}; {card.datum}")
    for note in card.notes:
        console.print(f"注 / note: {note}")


def show_input_card(name: str) -> None:
    """
    Print the columns of a table that a bureau brings, with the headers that are understood.

    Parameters
    ----------
    name
        Name of an input card.
    """
    card = read_input_card(name)
    known: dict[str, list[str]] = {}
    for alias in read_aliases(name):
        known.setdefault(alias.column, []).append(alias.header)
    console = _error_console()
    console.print(Text(f"{card.name}  {card.title_zh} / {card.title_en}", "bold"))
    table = Table("列 column", "单位 unit", "含义 meaning", "认得的表头 known headers", box=None)
    for column in card.columns:
        need = "（必填 / required）" if column.required else ""
        meaning = f"{column.zh} / {column.en}{need}"
        table.add_row(
            column.name, column.unit or "", meaning, "、".join(known.get(column.name, []))
        )
    console.print(table, soft_wrap=False)


def _bounds_text(column: Column) -> str:
    allowed = " | ".join(column.allowed)
    return f"  [{allowed}]" if allowed else ""


def _count_notes(card: Card) -> list[str]:
    """Find the notes that belong beside a count of zones: the plan may count more than it names."""
    counted = read_pack().counted
    return [f"注 / note: {note}" for note in card.notes if counted and str(counted) in note]


def progress_bar() -> Progress:
    """
    Bar for jobs that take seconds; hidden where standard error is no terminal (进度条).

    Returns
    -------
    progress
        A rich progress bar on standard error.
    """
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=_error_console(error=True),
        disable=not sys.stderr.isatty(),
    )


@contextmanager
def shown_stages() -> Iterator[StageProgress]:
    """
    Show work of several stages, a bar for each (分步进度条); nothing where nobody looks.

    Yields
    ------
    tick
        To be called with the stage, how much of it is done, and how much there is, None where
        nobody knows.
    """
    with progress_bar() as bar:
        tasks: dict[str, TaskID] = {}

        def tick(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                for task in bar.tasks:
                    bar.update(task.id, total=task.completed or 1, completed=task.completed or 1)
                    bar.stop_task(task.id)
                tasks[stage] = bar.add_task(stage, total=None)
            bar.update(tasks[stage], completed=done, total=total)

        yield tick
