"""What an archive takes of each kind of results (存档的种类), as ``editions.yml`` declares it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

_DECLARED: Final = Path(__file__).with_name("editions.yml")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ValueTable(_Frozen):
    """
    A table whose cells become values (取值的表).

    Attributes
    ----------
    table
        File in the folder of results.
    level, place
        Columns with the level and the name of the place; ``zone`` is the level where no column
        tells it.
    province
        Whether the rows hold for the whole province; then there is no column of places.
    columns
        Columns that are measures of their own; ``*`` stands for any beginning.
    prefix
        What the names of the measures begin with.
    key, key_last
        Columns whose texts make the name of the measure, or stand behind it.
    value, numerator, denominator, reason
        Columns of a row that is one value.
    unit, units, unit_column
        Unit of all, of single columns, or the column that tells it; ``""`` for plain numbers.
    words
        Measures that are texts, with their columns.
    optional
        Whether the table may be missing.
    """

    table: str
    level: str = ""
    place: str = ""
    province: bool = False
    columns: tuple[str, ...] = ()
    prefix: str = ""
    key: tuple[str, ...] = ()
    key_last: tuple[str, ...] = ()
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    reason: str = ""
    unit: str = ""
    units: dict[str, str] = {}
    unit_column: str = ""
    words: dict[str, str] = {}
    optional: bool = False


class FindingTable(_Frozen):
    """
    A table of records that are followed over the years (逐条记录的表).

    Attributes
    ----------
    table, shapes
        Files with the records and, row by row, their polygons.
    identity
        ``numbers``, then polygons, as parcels have; or ``name`` where nothing else is known.
    id, more
        Column with the number of a record, and others that are part of its name.
    zone
        Column with its zone.
    own_zone
        Column, and its values in rows that are a zone themselves: its name is their ``id``.
    finding, days, area
        Columns with the finding, days and area; ``factor`` makes square metres of the area.
    optional
        Whether the table may be missing.
    """

    table: str
    shapes: str = ""
    identity: str
    id: str
    more: tuple[str, ...] = ()
    zone: str
    own_zone: dict[str, tuple[str, ...]] = {}
    finding: str
    klass: str = ""
    days: str = ""
    area: str
    factor: float = 1.0
    optional: bool = False


class EditionKind(_Frozen):
    """
    A kind of results that an archive keeps (存档种类).

    Attributes
    ----------
    kind, zh, en
        Its name.
    program
        Command that writes it.
    tables, records
        What is taken of it.
    """

    kind: str
    zh: str
    en: str
    program: str
    tables: tuple[ValueTable, ...]
    records: tuple[FindingTable, ...] = ()


@cache
def edition_kinds() -> dict[str, EditionKind]:
    """
    Kinds of results that an archive keeps (存档种类).

    Returns
    -------
    kinds
        By the command that writes them.

    Examples
    --------
    >>> [kind.kind for kind in edition_kinds().values()]
    ['audit', 'intensity', 'targets', 'cluster', 'conflicts', 'change', 'disposal']
    """
    told = yaml.safe_load(_DECLARED.read_text(encoding="utf-8"))
    kinds = [EditionKind.model_validate(each) for each in told["kinds"]]
    return {kind.program: kind for kind in kinds}


def kind_titles() -> dict[str, str]:
    """
    Chinese names of the kinds of results that an archive keeps (结果名称).

    Returns
    -------
    titles
        By kind.

    Examples
    --------
    >>> kind_titles()["intensity"]
    '集约利用'
    """
    return {each.kind: each.zh for each in edition_kinds().values()}
