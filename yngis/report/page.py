"""Printable report pages (报告页): text, tables that sort, and drawings in one file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup

from yngis.cartography.web.page_scripts import inline_script, script_hashes
from yngis.catalogue import read_pack
from yngis.report.book import digits_form, plain_cell_value
from yngis.report.output_tables import declared_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from yngis.report.output_tables import OutputTable

MISSING: Final = "—"
"""What stands where there is no value."""

_NUMBERS: Final = {"number": 2, "fine": 4, "whole": 0, "count": 0, "thousandths": 3}
_LARGE: Final = 1000.0
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
        Cells as they are to be read; the first of each row names it.
    numeric
        For every column, whether it is set flush right.
    note
        What stands below.
    titles
        What each header means in English, shown where one points at it.
    colours
        Colour of a sign before the name of each row.
    classes
        Class of each row, such as ``sanction``; one that is ``total`` stays last.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""
    titles: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


class Line(NamedTuple):
    """
    A line of a list (列表项).

    Attributes
    ----------
    text
        What it says.
    subject
        Of what, set before it.
    en
        The same in English, set below.
    """

    text: str
    subject: str = ""
    en: str = ""


class PageList(NamedTuple):
    """
    A list of a page (列表).

    Attributes
    ----------
    lines
        Its lines, numbered where there is a title.
    title
        What stands above, with the number of lines.
    """

    lines: tuple[Line, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """
    A section of a page (报告章节); what it has stands in the order of the attributes.

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
        A sentence that must not be overlooked; it stands first.
    quiet
        Paragraphs in small type, behind the others.
    facts
        Names and what they mean.
    lists
        Lists.
    parts
        Sections below this one.
    across
        Whether an upright page is turned for it on paper.
    key, en
        Name of its anchor; the title in English.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    drawings: tuple[Markup, ...] = ()
    tables: tuple[PageTable, ...] = ()
    warning: str = ""
    quiet: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    lists: tuple[PageList, ...] = ()
    parts: tuple[Section, ...] = ()
    across: bool = False
    key: str = ""
    en: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing stands below its heading (空章节)."""
        held = (self.paragraphs, self.drawings, self.tables, self.quiet, self.facts, self.lists)
        return not any(held) and all(part.empty for part in self.parts)


def render_page(
    title: str,
    subtitle: str,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[Section],
    links: Mapping[str, str] | None = None,
    *,
    label: str = "",
    notices: Sequence[Mapping[str, Any]] = (),
    upright: bool = False,
    footer: str = "yngis",
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
    notices
        What a reader must know first: ``text``, and whether it is ``bad``.
    upright
        Whether it is printed on upright paper, with only the sections that are ``across`` turned.
    footer
        What stands at the end.

    Returns
    -------
    page
        HTML of one file that asks for nothing; every text is escaped, and nothing runs but the
        script that sorts and filters its tables.
    """
    script = sorting_tables_script()
    return (
        page_environment()
        .get_template("page.html.j2")
        .render(
            title=title,
            subtitle=subtitle,
            facts=facts,
            sections=[each for each in sections if not each.empty],
            links=links or {},
            label=label,
            notices=notices,
            upright=upright,
            footer=footer,
            pack=read_pack().name,
            style=Markup(page_style()),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            script_hash=Markup(script_hashes([script])),  # noqa: S704 - a hash
        )
    )


def _page_part(name: str) -> str:
    return files("yngis.report").joinpath(name).read_text(encoding="utf-8")


@cache
def sorting_tables_script() -> str:
    """
    Script that sorts and filters the tables of a page.

    Returns
    -------
    script
        The element, with its own words; pages without it stand as written.
    """
    shared = files("yngis.cartography.web").joinpath("viewer/15-sorting.js")
    parts = ('"use strict"; const Y = {};', shared.read_text(encoding="utf-8"))
    return inline_script("\n".join([*parts, _page_part("tables.js")]))


@cache
def page_environment() -> jinja2.Environment:
    """
    Templates of pages (页面模板): every text is escaped, and ``content`` writes a section.

    Returns
    -------
    environment
        Knows ``page.html.j2`` and ``page_parts.html.j2``.
    """
    return jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        loader=jinja2.FunctionLoader(_page_part),
    )


def page_style() -> str:
    """
    Style of all reports (报告样式).

    Returns
    -------
    css
        For a ``<style>`` element.
    """
    return _page_part("page.css")


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
    if columns:
        frame = frame[[name for name in columns if name in frame]]
    known = {column.name: column for column in declared_columns(table, frame)}
    shown = [known[name] for name in frame.columns] if columns else list(known.values())
    cells = [column_texts(frame[column.name], column.form) for column in shown]
    return PageTable(
        caption=caption or table.zh,
        heads=tuple(column.header for column in shown),
        rows=tuple(zip(*cells, strict=True)) if shown else (),
        numeric=tuple(column.numeric for column in shown),
        note=table.note,
        titles=tuple(column.en for column in shown),
    )


def column_texts(values: pd.Series, form: str) -> list[str]:
    """
    Texts of a column (列文本).

    Numbers of no form but ``general`` are whole where all are, else have the decimals that the
    largest of them asks for; those with two decimals lose them where most of the column has four
    digits before the point. A text stays as it stands, whatever it looks like: 0101 is a code.

    Examples
    --------
    >>> column_texts(pd.Series([0.0312, 0.233, 0.00004]), "general")
    ['0.031', '0.233', '4e-05']
    >>> column_texts(pd.Series([0.5, "0101"], dtype=object), "general")
    ['0.500', '0101']
    """
    if form in {"general", "number"}:
        known = np.abs(
            np.array([value for value in values if _is_a_number(value)], dtype="float64")
        )
        whole = bool((known == np.rint(known)).all()) if form == "general" else _is_large(known)
        form = "count" if whole else form
        if form == "general":
            places = _decimals_of_column(float(known.max()))
            return [_general_text(value, places) for value in values]
    return [cell_as_text(value, form) for value in values]


def _decimals_of_column(largest: float) -> int:
    """Decimals that show three digits of the largest, and four of one above 10."""
    size = math.floor(math.log10(largest))
    return min(max((3 if size > 0 else 2) - size, 0), 6)


def _general_text(value: Any, places: int) -> str:  # noqa: ANN401 - any cell
    """Write a number with the decimals of its column, unless it is smaller than the last."""
    if not _is_a_number(value) or 0.0 < abs(value) < 10.0**-places:
        return cell_as_text(value, "general")
    return f"{value:,.{places}f}"


def _is_a_number(value: Any) -> bool:  # noqa: ANN401 - any cell
    """Whether a cell holds a finite number: neither a flag nor a text, which may be a code."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
        return False
    return math.isfinite(value)


def _is_large(sizes: NDArray[np.float64]) -> bool:
    """Whether hundredths say nothing in a column of such sizes."""
    return len(sizes) > 0 and float(np.median(sizes)) >= _LARGE


def plain_table(heads: str, rows: Iterable[Iterable[str]], **more: Any) -> PageTable:  # noqa: ANN401 - those of PageTable
    """
    Make a table of a page from cells that are texts already (文字表).

    Parameters
    ----------
    heads
        Headers, blanks between them; those with a ``>`` before them stand flush right.
    rows
        Cells of each row.
    **more
        Other attributes of the table.

    Returns
    -------
    table
        Ready for the page.

    Examples
    --------
    >>> plain_table("名称 >公顷", [("甲", "1.50")]).numeric
    (False, True)
    """
    named = heads.split()
    return PageTable(
        more.pop("caption", ""),
        tuple(head.removeprefix(">") for head in named),
        tuple(tuple(row) for row in rows),
        tuple(head.startswith(">") for head in named),
        **more,
    )


def wide_table(
    rows: pd.DataFrame, label: pd.Series, values: str, caption: str, note: str, *, unit: str
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
    unit
        Unit of the numbers, set in every header.

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
    named = [f"{head}（{unit}）" for head in heads]
    return PageTable(
        caption=caption,
        heads=(*("开发区", "评价分区")[: len(keys)], *named),
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
    >>> [cell_as_text(value, "general") for value in (1234, 0.12345, 0.00123, 4567.8)]
    ['1,234', '0.123', '0.0012', '4,568']
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return MISSING
    if isinstance(value, (bool, np.bool_)):
        return _FLAGS[bool(value)]
    if isinstance(value, (int, float, np.integer, np.floating)):
        return _number_text(value, form) if math.isfinite(value) else MISSING
    if form == "day":
        return str(pd.Timestamp(value).date())
    return str(value) or MISSING


def _number_text(value: float | np.number[Any], form: str) -> str:
    """Write a number as its form asks, or with the digits that its size asks for."""
    number = float(value)
    if form == "share":
        return f"{number * 100:.2f}%"
    if form == "general":
        form = digits_form(plain_cell_value(value))
    if form == "powers":
        return f"{number:.2g}"
    if form in _NUMBERS:
        return f"{number:,.{_NUMBERS[form]}f}"
    # Among texts a whole number is a code or a year: it keeps every digit, and gets no comma.
    return str(int(value)) if number.is_integer() else f"{number:g}"
