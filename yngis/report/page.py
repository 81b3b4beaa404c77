"""Printable report pages (报告页): sections of text, tables and drawings in one file, no script."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup

from yngis.report.workbook import declared_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yngis.report.workbook import OutputTable

MISSING: Final = "—"
"""What stands where there is no value."""

_NUMBERS: Final = {"number": 2, "fine": 4, "whole": 0}
_FLAGS: Final = {True: "是", False: "否"}


@dataclass(frozen=True, slots=True)
class PageTable:
    """
    A table of a page (报告表格).

    Attributes
    ----------
    caption
        What it shows.
    heads
        Headers with their units.
    rows
        Cells as they are to be read.
    numeric
        For every column, whether it is set flush right.
    note
        What stands below.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """
    A section of a page (报告章节).

    Attributes
    ----------
    title
        Heading.
    paragraphs
        Text before the drawings and tables.
    drawings
        Ready SVG.
    tables
        Tables.
    warning
        A sentence that must not be overlooked.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    drawings: tuple[Markup, ...] = ()
    tables: tuple[PageTable, ...] = ()
    warning: str = ""


def render_page(
    title: str,
    subtitle: str,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[Section],
    links: Mapping[str, str] | None = None,
    *,
    label: str = "",
) -> str:
    """
    Write a report page (生成报告).

    Parameters
    ----------
    title, subtitle
        What stands at the top.
    facts
        Facts of the run: name and value.
    sections
        The sections, in order; one without content is left out.
    links
        Files beside the page by title.
    label
        What stands above everything, for example that the data are made up.

    Returns
    -------
    page
        HTML of one file that asks for nothing and runs nothing; every text is escaped.
    """
    kept = [each for each in sections if each.tables or each.drawings or each.paragraphs]
    return _page_template().render(
        title=title,
        subtitle=subtitle,
        facts=facts,
        sections=kept,
        links=links or {},
        label=label,
        map_style=card_style(),
    )


@cache
def card_style() -> Markup:
    """
    Look of the cards of maps, the same on every report (图卡样式).

    Returns
    -------
    style
        CSS; on paper each report sets widths of its own.
    """
    text = files("yngis.report").joinpath("map_cards.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file


@cache
def _page_template() -> jinja2.Template:
    text = files("yngis.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(text)


def page_table(
    table: OutputTable, frame: pd.DataFrame, columns: Sequence[str] = (), caption: str = ""
) -> PageTable:
    """
    Make a table of a page from results (结果转报告表格).

    Parameters
    ----------
    table
        Declaration of the results.
    frame
        The results.
    columns
        Columns to show, in this order; all of them if empty.
    caption
        Caption; the table's Chinese title if empty.

    Returns
    -------
    table
        Ready for the page.
    """
    known = {column.name: column for column in declared_columns(table, frame)}
    shown = [known[name] for name in columns if name in known] if columns else list(known.values())
    cells = [[cell_as_text(value, column.form) for value in frame[column.name]] for column in shown]
    return PageTable(
        caption=caption or table.zh,
        heads=tuple(column.header for column in shown),
        rows=tuple(zip(*cells, strict=True)) if shown else (),
        numeric=tuple(column.form not in {"text", "flag"} for column in shown),
        note=table.note,
    )


def wide_table(
    rows: pd.DataFrame, label: pd.Series, values: str, caption: str, note: str
) -> PageTable:
    """
    Make a table of one line per zone from rows (长表转宽表).

    Parameters
    ----------
    rows
        One row per ``zone``, ``part`` where there is one, and label.
    label
        Header of the column that each row's value goes to, on ``rows.index``.
    values
        Column of numbers.
    caption, note
        What stands above and below.

    Returns
    -------
    table
        Zones and columns in the order of the rows.
    """
    keys = [name for name in ("zone", "part") if name in rows]
    texts: dict[tuple[str, ...], dict[str, str]] = {}
    for key, head, value in zip(
        rows[keys].itertuples(index=False), label, rows[values], strict=True
    ):
        texts.setdefault(tuple(map(str, key)), {})[str(head)] = cell_as_text(value, "number")
    heads = [str(head) for head in dict.fromkeys(label)]
    cells = [(*key, *(own.get(head, MISSING) for head in heads)) for key, own in texts.items()]
    return PageTable(
        caption=caption,
        heads=(*("开发区", "评价分区")[: len(keys)], *heads),
        rows=tuple(cells),
        numeric=(*[False] * len(keys), *[True] * len(heads)),
        note=note,
    )


def cell_as_text(value: Any, form: str) -> str:  # noqa: ANN401 - any cell
    """
    Text of a cell (单元格文本).

    Parameters
    ----------
    value
        Value.
    form
        Form of its column.

    Returns
    -------
    text
        With thousands separators and decimals as the form asks; a dash where there is no value.

    Examples
    --------
    >>> cell_as_text(1234.5, "number"), cell_as_text(0.1234, "share")
    ('1,234.50', '12.34%')
    >>> cell_as_text(None, "text"), cell_as_text(True, "flag")
    ('—', '是')
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return MISSING
    if isinstance(value, (bool, np.bool_)):
        return _FLAGS[bool(value)]
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            return MISSING
        if form == "share":
            return f"{number * 100:.2f}%"
        return f"{number:,.{_NUMBERS[form]}f}" if form in _NUMBERS else f"{number:g}"
    return str(value) or MISSING
