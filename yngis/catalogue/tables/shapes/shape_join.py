"""A ledger and its polygons in two files (台账与图形分存): joined by number, both ways told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.catalogue.tables.shapes.polygons import Polygons
from yngis.catalogue.tables.shapes.shape_match import (
    CONTRADICTED,
    LEVELS,
    NO_POLYGON,
    NUMBERS,
    SEVERAL_RECORDS,
    joined_numbers,
    match_numbers,
    read_numbers,
)
from yngis.catalogue.tables.values.cells import Amount, read_amount, read_code, read_each
from yngis.errors import LayerError, Problem
from yngis.measure.geodesy import ellipsoidal_area

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.rows.row_faults import Faults
    from yngis.catalogue.tables.shapes.shape_match import Match, Numbers
    from yngis.catalogue.tables.table import InputTable, Records

_RULES: Final = {
    NO_POLYGON: "shape_missing",
    SEVERAL_RECORDS: "shape_ambiguous",
    CONTRADICTED: "shape_contradicted",
}
# Areas that differ by less are one number, rounded.
_SAME: Final = 1e-4


def number_card(card: InputCard) -> InputCard:
    """
    Card of a file of polygons that bears numbers and nothing else of use (图形文件).

    Parameters
    ----------
    card
        Card of the ledger.

    Returns
    -------
    card
        The same without its other columns; polygons are needed, each number alone is enough.
    """
    names = [name for name in NUMBERS[card.name] if name in card.names]
    columns = tuple(
        card.column(name).model_copy(update={"required": False, "stands_for": None})
        for name in names
    )
    title = f"{card.title_zh}图形", f"polygons of the {card.title_en.lower()}"
    return card.model_copy(
        update={
            "columns": columns, "key": tuple(names), "geometry": "required", "order": (),
            "parts": (), "title_zh": title[0], "title_en": title[1],
        }
    )  # fmt: skip


@dataclass
class ShapeBook:
    """
    Polygons of a file or several, by number (图形册).

    Parameters
    ----------
    card
        As :func:`number_card` makes it.
    """

    card: InputCard
    issues: list[pd.DataFrame] = field(default_factory=list)
    rejected: list[pd.DataFrame] = field(default_factory=list)
    _numbers: list[Numbers] = field(default_factory=list)
    _blobs: list[NDArray[np.object_]] = field(default_factory=list)
    _about: list[pd.DataFrame] = field(default_factory=list)

    def add(self, records: Records) -> None:
        """Take polygons up."""
        self.issues.append(records.issues)
        self.rejected.append(records.rejected)
        frame = records.frame
        if records.geometry is None:
            return
        columns = {
            name: frame[name].to_numpy(dtype=object) for name in self.card.key if name in frame
        }
        columns["_"] = frame["id"].to_numpy(dtype=object)
        self._numbers.append(read_numbers(columns, self.card.key))
        self._blobs.append(np.asarray(shapely.to_wkb(records.geometry, byte_order=1), dtype=object))
        self._about.append(frame[["source", "row", "id", "area_m2"]])

    @property
    def numbers(self) -> Numbers:
        """Numbers of all polygons."""
        return joined_numbers(self._numbers, self.card.key)

    @property
    def about(self) -> pd.DataFrame:
        """``source``, ``row``, ``id`` and ``area_m2`` of all polygons."""
        if not self._about:
            return pd.DataFrame(columns=["source", "row", "id", "area_m2"])
        return pd.concat(self._about, ignore_index=True)

    def blobs(self) -> NDArray[np.object_]:
        """Polygons as binary."""
        return np.concatenate([np.empty(0, dtype=object), *self._blobs])


@dataclass
class LedgerNumbers:
    """
    Numbers of a ledger's records, each combination once (台账编号).

    Parameters
    ----------
    names
        Columns of numbers.
    """

    names: Sequence[str]
    _parts: list[Numbers] = field(default_factory=list)
    _areas: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, columns: Mapping[str, NDArray[np.object_]], areas: NDArray[np.float64]) -> None:
        """Take records up."""
        self._parts.append(read_numbers({**columns, "_": np.empty(len(areas), object)}, self.names))
        self._areas.append(areas)

    def distinct(self) -> tuple[Numbers, NDArray[np.uint64], NDArray[np.bool_]]:
        """Each combination of numbers once."""
        numbers = joined_numbers(self._parts, self.names)
        areas = np.concatenate([np.empty(0), *self._areas])
        whole = numbers.whole()
        held = (whole != 0).nonzero()[0]
        table = pd.DataFrame({"whole": whole[held], "area": areas[held], "at": held})
        groups = table.groupby("whole", sort=True)
        first = groups["at"].first()
        spread = groups["area"].max() - groups["area"].min()
        several = (spread > _SAME * groups["area"].max()).to_numpy()
        return (
            numbers.take(first.to_numpy(dtype=np.int64)),
            first.index.to_numpy(dtype=np.uint64),
            several,
        )


class ShapeJoin:
    """
    Polygons given to the records of a ledger (对号入座).

    Parameters
    ----------
    book
        The polygons.
    ledger
        Numbers of all records that have no polygon of their own.
    where
        Names of both, for messages.

    Raises
    ------
    LayerError
        If not one polygon finds its record: then the numbers are of different kinds.
    """

    def __init__(self, book: ShapeBook, ledger: LedgerNumbers, where: str) -> None:
        self._book = book
        self._names = tuple(book.card.key)
        numbers, self._whole, several = ledger.distinct()
        known = set(self._names)
        levels = [
            (left, right) for left, right in LEVELS[book.card.name] if {*left, *right} <= known
        ]
        self.match: Match = match_numbers(numbers, book.numbers, several, levels)
        owners = self.match.owner
        self._order = np.argsort(owners, kind="stable")
        self._sorted = owners[self._order]
        self._shapes = book.blobs()
        if not (owners >= 0).any():
            raise LayerError(_nothing_matches(where, self._names, book.about["id"]))

    def polygons(self, columns: Mapping[str, Any], faults: Faults) -> Polygons:
        """Polygons of some records (取图形)."""
        count = len(faults.rows)
        held = {name: columns[name] for name in self._names if name in columns}
        numbers = read_numbers({**held, "_": np.empty(count, dtype=object)}, self._names)
        whole = numbers.whole()
        place = np.minimum(np.searchsorted(self._whole, whole), max(len(self._whole) - 1, 0))
        known = (whole != 0) & (self._whole[place] == whole) if len(self._whole) else whole < 0
        state = np.where(known, self.match.state[place] if len(self._whole) else 0, NO_POLYGON)
        shapes = np.full(count, None, dtype=object)
        for at in (state == 0).nonzero()[0]:
            first, last = np.searchsorted(self._sorted, [place[at], place[at] + 1])
            parts = shapely.from_wkb(self._shapes[self._order[first:last]])
            shapes[at] = parts[0] if len(parts) == 1 else shapely.union_all(parts)
        key = next((columns[name] for name in self._names if name in columns), None)
        for code, rule in _RULES.items():
            faults.flag((state == code).nonzero()[0], ";".join(self._names), "", rule)
        found = (state == 0).nonzero()[0]
        padded = found[self.match.padded[place[found]]]
        faults.flag(padded, ";".join(self._names), "" if key is None else key, "number_padded")
        series = gpd.GeoSeries(shapes, crs="EPSG:4490")
        return Polygons(shapes, np.asarray(ellipsoidal_area(series), dtype=np.float64))

    def closing_issues(self) -> pd.DataFrame:
        """Doubts about the polygons themselves."""
        return pd.concat(self._book.issues, ignore_index=True)

    def closing_rejected(self) -> pd.DataFrame:
        """Polygons without a record, and rows of their file that cannot be used."""
        about = self._book.about[self.match.owner < 0]
        rule = row_rules()["shape_without_record"]
        lost = pd.DataFrame(
            {
                "table": self._book.card.name, "source": about["source"], "row": about["row"],
                "id": about["id"], "rule": rule.rule, "meaning": rule.zh, "remedy": rule.mend_zh,
                "area_m2": about["area_m2"], "record": "",
            }
        )  # fmt: skip
        return pd.concat([*self._book.rejected, lost], ignore_index=True)


def read_ledger_numbers(tables: Iterable[InputTable], names: Sequence[str]) -> LedgerNumbers:
    """Read the numbers and areas of a ledger's records before their polygons are looked up."""
    ledger = LedgerNumbers(names)
    for table in tables:
        used = table.understanding.used()
        for batch in table.carrier.batches():
            columns = {
                name: read_each(_key_cells(batch.columns[used[name].position]), read_code)
                for name in names
                if name in used
            }
            ledger.add(columns, _areas_recorded(table, batch))
    return ledger


def _areas_recorded(table: InputTable, batch: RawBatch) -> NDArray[np.float64]:
    """Recorded areas [m²], which tell a copy of a record from other land of the same number."""
    held = table.understanding.used().get("area_m2")
    if held is None:
        return np.full(len(batch.rows), np.nan)
    factor = 1.0 if held.unit is None else held.unit.factor()
    read = read_each(_key_cells(batch.columns[held.position]), read_amount)
    numbers = [each.number * factor if isinstance(each, Amount) else np.nan for each in read]
    return np.array(numbers, dtype=np.float64)


def _key_cells(cells: NDArray[np.object_]) -> list[Any]:
    """Cells that can be keys; lists and the like by their text."""
    return [cell if cell.__hash__ is not None else str(cell) for cell in cells]


def _nothing_matches(where: str, names: Sequence[str], ids: pd.Series[str]) -> Problem:
    shown = "、".join(str(each) for each in ids.head(3))
    return Problem(
        where=where,
        promised=f"台账和图形中相同的编号（{'、'.join(names)}） / the same numbers on both sides",
        found=f"没有一个对得上；图形的编号如 / none agrees; the polygons bear: {shown or '无'}",
        mend="在图形中补上台账所用的编号，或用 --aliases 指明编号列 / "
        "write the ledger's numbers into the layer, or name their column with --aliases",
    )
