"""A user's file judged from its path: what the file itself has wrong and what its content has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from geopandas import GeoDataFrame

from yngis.catalogue.check import check, check_sheet
from yngis.catalogue.io.output.write import write_geopackage
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.catalogue.io.vectors.vector import open_vector
from yngis.catalogue.tables.cards.card import read_card
from yngis.catalogue.tables.headers.header_faults import with_card_names
from yngis.catalogue.tables.values.repair import Repair, repair_polygons
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os

    import pandas as pd

    from yngis.catalogue.tables.cards.card import Card


class Examination(NamedTuple):
    """
    What came out of judging a user's file (检查结果).

    Attributes
    ----------
    name
        Card name.
    frame
        The content under the card's column names, in the file's own CRS.
    taken
        Header in the file by column of the card.
    problems
        Every fault; empty if there is none.
    """

    name: str
    frame: pd.DataFrame
    taken: dict[str, str]
    problems: list[Problem]

    def repaired(self, path: str | os.PathLike[str]) -> tuple[Examination, list[Repair]]:
        """
        Mend the invalid polygons, write the layer, and judge it again (修复并复查).

        Parameters
        ----------
        path
            GeoPackage to write, in the file's own CRS under the card's column names.

        Returns
        -------
        examination
            Of the layer as written.
        repairs
            One per invalid polygon, done or not.

        Raises
        ------
        LayerError
            If it is a table, or the path is no GeoPackage.
        """
        if not isinstance(self.frame, GeoDataFrame) or Path(path).suffix.lower() != ".gpkg":
            raise LayerError(
                Problem(
                    where=str(path),
                    promised="矢量图层写为 .gpkg / a layer written as .gpkg",
                    found="表格，或其他后缀 / a table, or another suffix",
                    mend="后缀用 .gpkg / use the suffix .gpkg",
                )
            )
        frame, repairs = repair_polygons(self.frame)
        write_geopackage(path, {self.name: frame})
        card = read_card(self.name).for_user()
        return self._replace(frame=frame, problems=check(frame, card)), repairs


def examine_file(
    path: str | os.PathLike[str],
    name: str,
    *,
    layer: str | None = None,
    crs: str | int | None = None,
) -> Examination:
    """
    Read a user's file and judge it as one of the layers or tables (检查用户文件).

    Parameters
    ----------
    path
        Local file, ``.gdb`` folder or zip; a CSV for a table.
    name
        Card name.
    layer
        Layer in the file; needed where there are several.
    crs
        CRS of a file that declares none.

    Returns
    -------
    examination
        The content and every fault.

    Raises
    ------
    LayerError
        If nothing can be read at all.
    SpecError
        If there is no such card; names the nearest.
    """
    card = read_card(name).for_user()
    if card.kind == "table":
        return _examine_table(local_path(path), card)
    reading = open_vector(path, layer, crs=crs)
    frame = with_card_names(reading.frame, card)
    problems = [*reading.problems, *check(frame, card)]
    return Examination(name, frame, _headers_taken(card, frame, reading.frame), problems)


def _examine_table(path: Path, card: Card) -> Examination:
    raw, problems = read_sheet(path)
    if raw is None:
        raise LayerError(problems)
    sheet = with_card_names(raw, card)
    table, faults = check_sheet(sheet, card, path.name)
    taken = _headers_taken(card, sheet, raw)
    return Examination(card.name, table, taken, [*problems, *faults])


def _headers_taken(card: Card, named: pd.DataFrame, raw: pd.DataFrame) -> dict[str, str]:
    """Header in the file by column of the card."""
    declared = {column.name for column in card.columns}
    pairs = zip(named.columns, raw.columns, strict=True)
    return {str(mine): str(theirs) for mine, theirs in pairs if mine in declared}
