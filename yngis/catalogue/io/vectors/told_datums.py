"""What a column of a layer says of its datum (坐标系一栏): foreign ones refuse the layer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.catalogue.io.text import plain_or_word, plain_text
from yngis.errors import Problem
from yngis.measure.reference import judge_named_datum

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_DATUM_HEADER: Final = re.compile(
    r"(?:所[用采]|采用|使用|数据|图形|空间|平面|大地)?的?"
    r"坐标(?:系|系统|基准|参考系?|参照系?)(?:名称?|类型|代码)?"
    r"|大地基准|空间参考(?:系统?)?|datum|crs|epsg",
    re.IGNORECASE,
)
_NOT_KNOWN: Final = "不详"
_SHOWN: Final = 6


class ToldDatums(NamedTuple):
    """
    Texts of a column of datums, each once (所写坐标系).

    Attributes
    ----------
    foreign
        Those that name a datum that is neither CGCS2000 nor WGS84.
    unclear
        Those that neither grant nor forbid CGCS2000.
    """

    foreign: tuple[str, ...]
    unclear: tuple[str, ...]


def names_datum(header: str) -> bool:
    """
    Tell whether a header is that of a column of datums (坐标系表头).

    Examples
    --------
    >>> names_datum("坐标系"), names_datum("EPSG"), names_datum("坐标系转换说明")
    (True, True, False)
    """
    return _DATUM_HEADER.fullmatch(header.strip()) is not None


def judge_told_datums(header: str, cells: Iterable[Any]) -> ToldDatums:
    """
    Judge what a column says of the datum, in one pass (核坐标系一栏).

    Parameters
    ----------
    header
        Its header; any other column says nothing.
    cells
        Its cells.

    Returns
    -------
    told
        What is foreign, and what is not clear.
    """
    if not names_datum(header):
        return ToldDatums((), ())
    judged: dict[str, list[str]] = {"foreign": [], "unclear": []}
    for text in sorted({str(cell).strip() for cell in cells if cell is not None}):
        plain = plain_or_word(text)
        # 不详 is no blank here: it says that nobody knows which datum it is.
        if plain_text(plain) or plain == _NOT_KNOWN:
            judged.setdefault(judge_named_datum(plain), []).append(text)
    return ToldDatums(tuple(judged["foreign"]), tuple(judged["unclear"]))


def foreign_datum_problem(where: str, header: str, foreign: Iterable[str]) -> Problem:
    """Say that a column names another datum than the layer may have (坐标系不符)."""
    return Problem(
        where,
        "CGCS2000 或 WGS84 的坐标 / coordinates of CGCS2000 or WGS84",
        f"“{header}”：{'、'.join([*foreign][:_SHOWN])}",
        "先转换到 CGCS2000（EPSG:4490），并改正或删去该列 / bring it to EPSG:4490 first, "
        "and mend or drop the column",
    )


def foreign_datum_problems(frame: pd.DataFrame, where: str) -> list[Problem]:
    """
    Find columns of a layer that name another datum (坐标系一栏).

    Parameters
    ----------
    frame
        The layer, read whole.
    where
        What messages call it.

    Returns
    -------
    problems
        One for each such column.
    """
    told = {str(name): frame[name] for name in frame.columns if names_datum(str(name))}
    judged = {name: judge_told_datums(name, cells.dropna()) for name, cells in told.items()}
    return [
        foreign_datum_problem(where, name, each.foreign)
        for name, each in judged.items()
        if each.foreign
    ]
