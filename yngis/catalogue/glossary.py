"""The glossary (术语表): every column of every layer and table, as the cards declare it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from yngis.catalogue.tables.cards.card import cards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yngis.catalogue.tables.cards.card import Card

_HEAD = """\
# 术语表 / Glossary

图层和表格的全部列，由图层卡片（`layers/cards`）生成，请勿手改：
All columns of the layers and tables, made from their cards, not to be edited by hand:
`yngis layers glossary --to docs/glossary.md`

同名的列含义不同时各占一行；类型、取值范围见 `yngis layers list 名称`。
A name that means different things has a row for each; types and bounds: `yngis layers list NAME`.

| 列 column | 单位 unit | 中文 | English | 所在图层、表格 layers and tables |
|---|---|---|---|---|
"""


def glossary_table(listed: Iterable[Card] | None = None) -> str:
    """
    Glossary of all columns as one Markdown table (术语表).

    Parameters
    ----------
    listed
        Cards; those of the layers folder where not given.

    Returns
    -------
    text
        Markdown. One row per column name, unit and meaning, sorted by name; columns that several
        layers or tables share in all three stand once, with all of them named.

    Examples
    --------
    >>> [row for row in glossary_table().splitlines() if row.startswith("| `moved_km`")]
    ['| `moved_km` | km | ... | ... | `zones` |']
    """
    homes: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for card in cards() if listed is None else listed:
        for column in card.columns:
            homes[column.name, column.unit or "", column.zh, column.en].append(card.name)
    # Rows of one name keep the order of the cards: layers before tables.
    rows = sorted(homes.items(), key=lambda row: row[0][0])
    return _HEAD + "".join(
        f"| `{name}` | {_markdown_cell(unit)} | {_markdown_cell(zh)} | {_markdown_cell(en)} | "
        f"{_markdown_names(found)} |\n"
        for (name, unit, zh, en), found in rows
    )


def _markdown_cell(text: str) -> str:
    """Text that neither ends its cell nor opens a tag."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def _markdown_names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
