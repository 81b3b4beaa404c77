"""Tables that a cluster analysis can give, as declared in clustering.yml (字段说明)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from yngis.catalogue.io.yaml import read_yaml


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutputColumn(_Frozen):
    """
    One column of an output table.

    Attributes
    ----------
    name
        Header in the CSV.
    zh, en
        Meaning in Chinese and English.
    unit
        Unit of a number, None for a count, an index or a text.
    """

    name: str
    zh: str
    en: str
    unit: str | None = None


class OutputTable(_Frozen):
    """
    One table of the cluster analysis.

    Attributes
    ----------
    name
        Name of the CSV and in :class:`yngis.analysis.clustering.pipeline.Clustering`.
    zh, en
        Titles; the Chinese one names the sheet of the workbook.
    columns
        The columns, in order.
    """

    name: str
    zh: str
    en: str
    columns: tuple[OutputColumn, ...]


class _Tables(_Frozen):
    tables: tuple[OutputTable, ...]


@lru_cache(maxsize=1)
def output_tables() -> tuple[OutputTable, ...]:
    """
    Every table that the analysis can give, with the meaning and unit of its columns (字段说明).

    Returns
    -------
    tables
        In the order of the workbook.
    """
    return read_yaml(Path(__file__).with_name("clustering.yml"), _Tables).tables
