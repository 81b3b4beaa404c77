"""Which columns of a table were read and which were not (列的读取情况), in words for all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yngis.catalogue.io.text import list_first

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_MOST_NAMED: Final = 30
WHY: Final = "未采用："
"""How the meaning of a column begins that is not used for a known reason."""
_BASES: Final = {"header": "表头", "note": "表上说明", "default": "缺省", "": ""}


def column_notes(columns: pd.DataFrame) -> tuple[str, ...]:
    """
    Say which columns were read, as what and in which unit, and which were not (采用与未采用的列).

    Parameters
    ----------
    columns
        One row per header: ``header``, ``column`` (empty if it is not used), ``unit``, and ``note``
        and ``unit_basis`` or ``basis`` where known.

    Returns
    -------
    notes
        Bilingual: two at most, none without columns.
    """
    lines = columns.to_dict("records")
    used = [_used_text(line) for line in lines if line["column"]]
    unused = [_unused_text(line) for line in lines if not line["column"] and line["header"]]
    titles = (
        (f"采用的列（{len(used)}） / columns read", used),
        (f"未采用的列（{len(unused)}） / columns not used", unused),
    )
    return tuple(
        f"{title}: {list_first(texts, _MOST_NAMED, counted='列')}"
        for title, texts in titles
        if texts
    )


def used_headers(columns: pd.DataFrame) -> dict[str, list[str]]:
    """Headers that were read and those that were not, for the record of a run (运行记录)."""
    told: dict[str, list[str]] = {"used": [], "unused": []}
    for line in columns.to_dict("records"):
        if line["header"]:
            told["used" if line["column"] else "unused"].append(str(line["header"]))
    return told


def _used_text(line: Mapping[Any, Any]) -> str:
    header, column = str(line["header"]), str(line["column"])
    text = header if header == column else f"{header} → {column}"
    if not line["unit"]:
        return text
    basis = str(line.get("unit_basis", line.get("basis", "")))
    basis = _BASES.get(basis, basis.split(" / ", maxsplit=1)[0])
    return f"{text}［{line['unit']}{'，' if basis else ''}{basis}］"


def _unused_text(line: Mapping[Any, Any]) -> str:
    meaning = str(line.get("meaning", ""))
    reason = meaning.removeprefix(WHY) if meaning.startswith(WHY) else ""
    note = (str(line.get("note", "")) or reason).split(" / ")[0]
    return f"{line['header']}（{note}）" if note else str(line["header"])


def dropped_notes(dropped: pd.DataFrame) -> tuple[str, ...]:
    """
    Say which rows were left out because they are totals (未计入的合计行).

    Parameters
    ----------
    dropped
        The rows, with ``row``.

    Returns
    -------
    notes
        One, or none.
    """
    if dropped.empty:
        return ()
    rows = "、".join(str(row) for row in dropped["row"])
    return (f"合计行未计入：第 {rows} 行 / rows of totals left out: {rows}",)
