"""Which tables a report gives (结果表声明): columns with their meaning, unit and form, as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from yngis.catalogue.io.yaml import read_yaml
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

Form = Literal["text", "number", "fine", "whole", "share", "general", "day", "flag"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutputColumn(_Frozen):
    """
    A column of a table of results (结果列).

    Attributes
    ----------
    name
        Column of the frame and of the CSV.
    zh, en
        Meaning.
    unit
        Unit of a number; a share is written in per cent.
    form
        ``text``, ``number`` (two decimals), ``fine`` (four), ``whole``, ``share``, ``general`` (as
        many digits as the size asks), ``day`` or ``flag``.
    width
        Width on a sheet in characters; by form and header if None.
    """

    name: str
    zh: str
    en: str
    unit: str | None = None
    form: Form = "text"
    width: float | None = None

    @property
    def header(self) -> str:
        """Chinese header with the unit (表头)."""
        return self.zh + (f"（{self.unit}）" if self.unit else "")

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers, which stand flush right (数值列)."""
        return self.form not in {"text", "day", "flag"}


class OutputTable(_Frozen):
    """
    A table of results (结果表).

    Attributes
    ----------
    name
        Name of the CSV.
    zh, en
        Titles; the Chinese one names the sheet.
    note
        What a reader of the table must know.
    columns
        In order; columns that a frame lacks are left out.
    """

    name: str
    zh: str
    en: str
    note: str = ""
    columns: tuple[OutputColumn, ...]


class _Tables(_Frozen):
    tables: tuple[OutputTable, ...]


def read_output_tables(path: Path) -> tuple[OutputTable, ...]:
    """
    Read which tables a report writes (读取结果表声明).

    Parameters
    ----------
    path
        YAML file.

    Returns
    -------
    tables
        In the order of the workbook.
    """
    return read_yaml(path, _Tables).tables


def declared_columns(table: OutputTable, frame: pd.DataFrame) -> list[OutputColumn]:
    """Columns of a frame in their declared order (按声明取列)."""
    known = {column.name for column in table.columns}
    strangers = [str(name) for name in frame.columns if name not in known]
    if strangers:
        raise SpecError(
            Problem(
                table.name,
                promised="每一列都有声明 / every column is declared",
                found=", ".join(strangers),
                mend="在声明中补上这些列 / declare them",
            )
        )
    return [column for column in table.columns if column.name in frame.columns]
