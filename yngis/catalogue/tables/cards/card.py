"""Layer cards (图层卡片): what each layer and table promises, as frozen data read from YAML."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import PACK_FILE, layers_dir, shipped_dir
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.pack import read_pack, rests_on_shipped
from yngis.catalogue.io.yaml import read_yaml
from yngis.catalogue.tables.cards.card_in_pack import card_in_pack
from yngis.catalogue.tables.cards.card_model import TableCard, Text
from yngis.catalogue.tables.cards.column import Column
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from pathlib import Path

GeometryName = Literal[
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"
]


class Card(TableCard[Column]):
    """
    What a layer or a table promises (图层卡片); judged by :func:`yngis.catalogue.check`.

    Attributes
    ----------
    name, title_zh, title_en, key, columns
        As in :class:`TableCard`; by its name :func:`yngis.catalogue.load` finds the layer.
    kind
        ``vector``, a layer with geometry, or ``table``.
    file
        Path below the layers folder.
    layer
        Layer inside the file; vectors only.
    geometry
        Geometry types allowed in the shipped layer; vectors only.
    user_geometry
        Geometry types allowed in a user's file; ``geometry`` where empty.
    user_parts
        Whether several rows of a user's file may be parts of one, as a zone has; then no column
        needs to tell its rows apart.
    crs
        EPSG code in which the layer is stored; vectors only.
    any_crs
        A file in another CRS of an accepted datum will do; set by :meth:`for_user`.
    extent
        West, south, east and north [°, CGCS2000] within which every geometry must lie.
    rows
        Number of rows promised, None where it is not fixed.
    may_be_empty
        Whether it may have no rows at all.
    source, licence, retrieved
        Where the content comes from, on what terms, as of when.
    credit
        Whose it is, as a map says it in a line; ``source`` where empty.
    datum
        Datum that the coordinates were published in and how they came into CGCS2000.
    notes
        What a reader of a map or table must know.
    """

    kind: Literal["vector", "table"]
    file: Text
    layer: Text | None = None
    geometry: tuple[GeometryName, ...] = ()
    user_geometry: tuple[GeometryName, ...] = ()
    user_parts: bool = False
    crs: int | None = None
    any_crs: bool = False
    extent: tuple[float, float, float, float] | None = None
    rows: Annotated[int, Field(gt=0)] | None = None
    may_be_empty: bool = False
    source: Text
    licence: Text
    retrieved: Text
    credit: str = ""
    datum: Text | None = None
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        promised = (self.layer, self.geometry or None, self.crs, self.datum)
        if self.kind == "vector" and None in promised:
            raise ValueError(
                "矢量图层须有 layer、geometry、crs、datum / a vector needs all four of them"
            )
        if self.kind == "table" and promised != (None, None, None, None):
            raise ValueError("表格不应有 layer、geometry、crs、datum / a table has none of these")
        return self

    def for_user(self) -> Card:
        """
        Make the card that a user's file is judged by (对用户文件的要求).

        The number of rows is free. Of a layer only the columns that yngis takes from the user's
        file are judged, the geometry types are the user's, and any CRS of an accepted datum will
        do; a table has to keep all its columns.

        Returns
        -------
        card
            The same promise, reduced to what is asked of the user.

        Examples
        --------
        >>> asked = read_card("zones").for_user()
        >>> [column.name for column in asked.columns if column.required]
        ['name_zh']
        """
        asked = tuple(
            column.model_copy(
                update={
                    "required": column.from_user == "required"
                    or (self.kind == "table" and column.required),
                    "unique": column.unique and not self.user_parts,
                }
            )
            for column in self.columns
            if column.from_user != "ignored"
        )
        return self.model_copy(
            update={
                "columns": asked,
                "rows": None,
                "key": () if self.user_parts else self.key,
                "geometry": self.user_geometry or self.geometry,
                "any_crs": True,
            }
        )


def cards() -> tuple[Card, ...]:
    """
    All cards, layers first, in the order of their names.

    Returns
    -------
    cards
        One card per layer and table of the pack in use: its own, else the shipped one in its terms.

    Raises
    ------
    SpecError
        With every fault of every card.
    """
    if rests_on_shipped():
        return _shipped_cards(layers_dir())
    home = layers_dir()
    return _cards_of_pack(
        home, tuple(map(file_stamp, (home / PACK_FILE, *sorted(home.glob("cards/*.yml")))))
    )


@lru_cache(maxsize=8)
def _cards_of_pack(folder: Path, stamps: tuple[FileStamp, ...]) -> tuple[Card, ...]:  # noqa: ARG001 - cards that changed are others
    """Cards of a user's pack: its own, else the shipped ones in its terms."""
    own = {card.name: card for card in _read_cards(folder / "cards")}
    pack, home = read_pack(folder), read_pack(shipped_dir())
    return tuple(
        card_in_pack(own.get(card.name, card), pack, home, own=card.name in own)
        for card in _shipped_cards(shipped_dir())
    )


@lru_cache(maxsize=2)
def _shipped_cards(folder: Path) -> tuple[Card, ...]:
    """Those of the program itself, which stay while it runs."""
    return _read_cards(folder / "cards")


def _read_cards(folder: Path) -> tuple[Card, ...]:
    found: list[Card] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            card = read_yaml(path, Card)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        if card.name != path.stem:
            problems.append(
                Problem(
                    where=f"{path.name}: name",
                    promised=path.stem,
                    found=card.name,
                    mend="卡片名须与文件名一致 / the card's name must be the file's name",
                )
            )
        found.append(card)
    if problems:
        raise SpecError(problems)
    return tuple(sorted(found, key=lambda card: (card.kind == "table", card.name)))


def read_card(name: str) -> Card:
    """
    Card of one layer or table.

    Parameters
    ----------
    name
        Card name, such as ``zones``.

    Returns
    -------
    card
        The card.

    Raises
    ------
    SpecError
        If there is no such card; names the nearest.

    Examples
    --------
    >>> read_card("zones").title_zh
    '开发区'
    """
    known = {card.name: card for card in cards()}
    if name in known:
        return known[name]
    raise SpecError(
        Problem(
            where=name,
            promised="已有卡片的图层或表格 / a layer or table that has a card",
            found="没有这张卡片 / no such card",
            mend=did_you_mean(name, known),
        )
    )
