"""What is handed over of each folder of results (交付图层声明), and the names of its columns."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from yngis.catalogue.io.yaml import read_yaml
from yngis.report.output_tables import OutputColumn, OutputTable, read_output_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Geometry = Literal["MultiPolygon", "MultiLineString", "Point"]

_DECLARED: Final = Path(__file__).with_name("layers.yml")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class LayerDeclaration(_Frozen):
    """
    A layer that is handed over (交付图层).

    Attributes
    ----------
    name, zh, en
        Its name in files, and its titles.
    source
        A CSV, ``FILE#LAYER`` of a GeoPackage, ``zones`` or ``prefectures``.
    shapes
        Polygons of a CSV, row by row.
    on_zones
        Whether a CSV tells of zones, whose outlines it takes.
    geometry
        Its one geometry type; None for a table.
    table
        Sheet of the workbook that declares its columns.
    look
        How it is drawn.
    ground
        Whether it lies beneath the others and is no result.
    """

    name: str
    zh: str
    en: str
    source: str = Field(alias="from")
    shapes: str = ""
    on_zones: bool = False
    geometry: Geometry | None = None
    table: str = ""
    look: str = ""
    ground: bool = False


class ProgramDeclaration(_Frozen):
    """
    What is handed over of one command's results (一类成果).

    Attributes
    ----------
    program
        The command.
    stem
        Name of the files.
    declared
        Where its workbook declares columns, within ``yngis/report``.
    layers
        In the order of the legend, the uppermost first.
    """

    program: str
    stem: str
    declared: str
    layers: tuple[LayerDeclaration, ...]


class _Declarations(_Frozen):
    programs: tuple[ProgramDeclaration, ...]
    columns: tuple[OutputColumn, ...]
    dbf: dict[str, str]


@cache
def _read_declarations() -> _Declarations:
    return read_yaml(_DECLARED, _Declarations)


def delivered_programs() -> dict[str, ProgramDeclaration]:
    """Declarations by the command that writes the results (可交付的成果)."""
    return {each.program: each for each in _read_declarations().programs}


def named_columns(
    program: ProgramDeclaration, layer: LayerDeclaration, names: Iterable[str]
) -> list[OutputColumn]:
    """
    Name the columns of a layer as the workbook does (列名).

    Parameters
    ----------
    program, layer
        Whose columns they are.
    names
        The columns, in order.

    Returns
    -------
    columns
        As the layer's own sheet declares them, else as ``layers.yml``, else as another sheet of
        the workbook; a column that nothing declares goes by its own name. No header stands twice.
    """
    tables = _declared_tables(program)
    own = {column.name: column for column in getattr(tables.get(layer.table), "columns", ())}
    extra = {column.name: column for column in _read_declarations().columns}
    other = {column.name: column for table in tables.values() for column in table.columns}
    found = []
    headers: set[str] = set()
    for name in names:
        column = own.get(name) or extra.get(name) or other.get(name)
        column = column or OutputColumn(name=name, zh=name, en=name)
        if column.header in headers:
            column = column.model_copy(update={"zh": f"{column.zh}·{name}"})
        headers.add(column.header)
        found.append(column)
    return found


def dbf_names(names: Sequence[str]) -> dict[str, str]:
    """
    Name columns for a DBF (Shapefile 字段名).

    Parameters
    ----------
    names
        The columns of a layer.

    Returns
    -------
    short
        By column: ASCII, ten characters at most, no two alike. A column that the table of names
        does not have goes by its number.
    """
    known = _read_declarations().dbf
    return {name: known.get(name, f"FIELD_{at}") for at, name in enumerate(names, start=1)}


@cache
def _declared_tables(program: ProgramDeclaration) -> dict[str, OutputTable]:
    if program.program == "yngis audit":
        from yngis.report.audit.workbook import ledger_tables  # noqa: PLC0415 - the audit's only

        return ledger_tables()
    path = Path(__file__).parents[1] / program.declared
    return {table.name: table for table in read_output_tables(path)}
