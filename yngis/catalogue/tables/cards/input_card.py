"""Cards of what a bureau brings (接收卡片): columns, units, meanings, and headers for them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

from pydantic import model_validator

from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import file_in_pack
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.side_files import read_small_csv
from yngis.catalogue.io.yaml import read_yaml
from yngis.catalogue.tables.cards.card_model import Frozen, Name, NamedColumn, TableCard, Text
from yngis.catalogue.tables.cards.units import CARD_UNITS
from yngis.errors import LayerError, Problem, SpecError

if TYPE_CHECKING:
    import os
    from pathlib import Path

Kind = Literal["text", "code", "day", "area", "money", "rate", "number", "years", "share", "truth"]
UNUSED: Final = "-"
"""Column of an alias map for a header that is not to be read."""
_ALIAS_HEADERS = ("table", "column", "header", "unit", "system")


class InputColumn(NamedColumn):
    """
    One column that a bureau's table may bring (字段).

    Attributes
    ----------
    name, unit, zh, en
        As in :class:`NamedColumn`; the name has the unit as suffix, numbers are kept in the unit.
    kind
        How its cells are read: ``text``, ``code``, ``day``, ``area``, ``money``, ``rate`` (money
        per area), ``number``, ``years``, ``share`` or ``truth``.
    required
        Whether the table is of no use without it.
    absent
        Words in a column of days that say that it has not happened, so that no day is missing.
    told
        Such words that decide something: they are no fault, and are kept beside the days.
    happened
        Whether a day in it is one on which something was done, so that it cannot lie ahead.
    says_yes, says_no
        Words of a column of yes and no that answer it, besides the usual 是 and 否.
    family, side
        Matter that the card keeps several columns of, and the side of this one: ``agreed`` for
        what a contract or plan promises, ``extended`` for a later promise, ``actual`` for what was
        done. A header that names a side is never read as a column of another.
    bound
        Whether its cells may state limits (≥1.0, 1.0–2.0), of which the ``least`` or the ``most``
        is read.
    numbers
        Whether its codes are the numbers of documents or parcels, so that a word such as 补办中
        stands for none.
    stands_for
        Column in whose place this one identifies a record where that one is blank or missing.
    keeps_words
        Whether words for nothing (无, 不详) are texts in it and no blanks; of a quantity, whether
        what is there and is no number is kept beside it.
    """

    kind: Kind
    required: bool = False
    absent: tuple[Text, ...] = ()
    told: tuple[Text, ...] = ()
    happened: bool = False
    says_yes: tuple[Text, ...] = ()
    says_no: tuple[Text, ...] = ()
    family: Name | None = None
    side: Literal["agreed", "extended", "actual"] | None = None
    bound: Literal["least", "most"] | None = None
    numbers: bool = False
    stands_for: Name | None = None
    keeps_words: bool = False

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.unit != CARD_UNITS.get(self.kind):
            raise ValueError(f"unit 应为 / should be {CARD_UNITS.get(self.kind)}")
        if (self.happened or self.absent or self.told) and self.kind != "day":
            raise ValueError("happened、absent、told 只用于日期 / are for days only")
        if (self.says_yes or self.says_no) and self.kind != "truth":
            raise ValueError("says_yes、says_no 只用于是否 / are for yes or no only")
        if (self.family is None) != (self.side is None):
            raise ValueError("family 和 side 须同时给出 / go together")
        return self


class Side(NamedTuple):
    """
    Which of several columns of a matter one is (约定与实际).

    Attributes
    ----------
    family, side
        As in :class:`InputColumn`.
    """

    family: str
    side: str


class Order(Frozen):
    """
    Two days of which one comes first (先后).

    Attributes
    ----------
    before, after
        Columns; the day in ``before`` is not later than the one in ``after``.
    """

    before: Name
    after: Name


class Part(Frozen):
    """
    A quantity that is part of another (部分与整体).

    Attributes
    ----------
    part, whole
        Columns; the number in ``part`` is not larger than the one in ``whole``.
    """

    part: Name
    whole: Name


class Undated(Frozen):
    """
    Something that is recorded to have happened, but on no day that can be read (有事无日).

    Attributes
    ----------
    rule
        Code of the rule that tells of it.
    day, sign
        Column of the day, and of the text that says that it happened.
    denied
        Beginnings of a text in either column that say that it has not.
    """

    rule: Name
    day: Name
    sign: Name
    denied: tuple[Text, ...] = ()


class Answer(Frozen):
    """
    A yes or no of its own beside the day on which something happened (是否栏).

    Attributes
    ----------
    rule
        Code of the rule that tells of a contradiction between the two.
    day, answer
        Column of the day, and of the answer.
    only_denies
        Whether a yes says nothing of the day: land where work has started need not be completed.
    """

    rule: Name
    day: Name
    answer: Name
    only_denies: bool = False


class Noted(Frozen):
    """
    A note beside a number that puts the record in doubt (编号旁注).

    Attributes
    ----------
    rule
        Code of the rule that tells of it.
    column
        Column of the number.
    words
        What the note may say.
    beside
        Whether the column holds no number but a text of its own, which is kept as it is.
    accepted
        The only texts beside a number that put nothing in doubt; where there are any, every other
        text does, whatever it says.
    harmless
        What a text of which nobody needs to be told says.
    unread
        Code of the rule that tells of every other text; nothing is told where there is none.
    """

    rule: Name
    column: Name
    beside: bool = False
    words: tuple[Text, ...] = ()
    accepted: tuple[Text, ...] = ()
    harmless: tuple[Text, ...] = ()
    unread: Name | None = None


class States(Frozen):
    """
    Columns beside those of the card that may say what changes a finding (状态栏).

    Attributes
    ----------
    column
        Column that gathers what stands in them, each with its header.
    headers, not_headers
        Words of a header that is one of them, and words of one that is not.
    harmless
        What a cell may say that changes nothing.
    affirmed
        Words of a header, such as 有效, of which a yes changes nothing and a no does.
    """

    column: Name
    headers: tuple[Text, ...]
    not_headers: tuple[Text, ...] = ()
    harmless: tuple[Text, ...] = ()
    affirmed: tuple[Text, ...] = ()


class SecondList(Frozen):
    """
    What a second list may say of a record that stands in a first (另表所记).

    Attributes
    ----------
    text, day
        Columns of what it says and of its day.
    note
        Column of remarks, for what cannot be taken over.
    taken, elsewhere
        Codes of the rules that tell of it: taken over, or left as a remark.
    also
        Other columns that a second list may tell, such as the start of work.
    """

    text: Name
    day: Name
    note: Name
    taken: Name
    elsewhere: Name
    also: tuple[Name, ...] = ()


class Plausible(Frozen):
    """
    What a quantity of a record can hardly be (合理范围); an editable default of ours.

    Attributes
    ----------
    rule
        Code of the rule that tells of it.
    of, per
        Column of the quantity, and of the one that it is divided by if any.
    least, most
        Bounds, in the units of the card; 0 is told by rules of its own.
    from_median
        Most times by which it is larger, or smaller, than the median of the table, None if that
        tells nothing.
    """

    rule: Name
    of: Name
    per: Name | None = None
    least: float
    most: float
    from_median: float | None = None


class Typical(Frozen):
    """
    What the median of a whole table can hardly be (全表合理范围); an editable default of ours.

    Where it lies outside, the unit of the whole column is probably another than its header says.

    Attributes
    ----------
    rule
        Code of the rule that tells of it, once for the table.
    of, per
        Column of the quantity, and of the one that it is divided by if any.
    least, most
        Bounds of the median, in the units of the card.
    """

    rule: Name
    of: Name
    per: Name | None = None
    least: float
    most: float


class InputCard(TableCard[InputColumn]):
    """
    What a table that a bureau brings may hold (接收卡片).

    Attributes
    ----------
    name, title_zh, title_en, key, columns
        As in :class:`TableCard`; columns of the key that a table lacks do not count.
    geometry
        Whether polygons are ``required`` or ``optional``.
    needs_area
        Whether a record without any area is of no use.
    shapes_suffice
        Whether polygons are of use without any column that the card knows.
    counts_by_number
        Whether one among polygons counts by its number where it has neither area nor polygon: the
        land that bears its number may lie on it.
    layer_names
        How standards name the layer, by which it is found among the others of a file.
    subtracts_negative
        Whether rows of negative area are taken from the record of their number while reading.
    nets_negative
        Whether a row of negative area takes from the record of the same number.
    use_scheme
        Classification that land-use codes belong to where a record does not say; empty if none.
    use_is_construction
        Whether only construction land can stand in the table, as in one of supply, so that a bare
        0601 is industry and no farm road.
    order, parts
        What must hold between two columns of a record.
    plausible
        What single quantities can hardly be.
    typical
        What medians of whole tables can hardly be.
    undated
        What may be recorded without its day.
    noted
        Notes beside numbers that put a record in doubt.
    answers
        Columns that say by yes or no what a day says too.
    second_list
        What a second list of the same land may add, None where nothing.
    states
        Which other columns may say what changes a finding, None where none can.
    """

    geometry: Literal["required", "optional"]
    needs_area: bool = True
    shapes_suffice: bool = False
    counts_by_number: bool = False
    layer_names: tuple[Text, ...] = ()
    subtracts_negative: bool = False
    nets_negative: bool = False
    use_scheme: str = ""
    use_is_construction: bool = False
    order: tuple[Order, ...] = ()
    parts: tuple[Part, ...] = ()
    plausible: tuple[Plausible, ...] = ()
    typical: tuple[Typical, ...] = ()
    undated: tuple[Undated, ...] = ()
    noted: tuple[Noted, ...] = ()
    answers: tuple[Answer, ...] = ()
    second_list: SecondList | None = None
    states: States | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        cited = [name for order in self.order for name in (order.before, order.after)]
        cited += [name for part in self.parts for name in (part.part, part.whole)]
        cited += [name for each in self.undated for name in (each.day, each.sign)]
        cited += [each.column for each in self.noted]
        cited += [name for each in self.answers for name in (each.day, each.answer)]
        cited += [name for each in self.plausible for name in (each.of, each.per) if name]
        cited += [name for each in self.typical for name in (each.of, each.per) if name]
        cited += [column.stands_for for column in self.columns if column.stands_for]
        if unknown := sorted(set(cited) - set(self.names)):
            raise ValueError(f"没有声明的列 / undeclared columns: {', '.join(unknown)}")
        return self

    @property
    def stand_ins(self) -> dict[str, str]:
        """Columns that stand in for others, with the column that each stands for."""
        return {each.name: each.stands_for for each in self.columns if each.stands_for is not None}

    @property
    def sides(self) -> dict[str, Side]:
        """Matter and side of every column that has them."""
        return {
            each.name: Side(each.family, each.side)
            for each in self.columns
            if each.family is not None and each.side is not None
        }


class Alias(NamedTuple):
    """
    A header that bureaus use for one of our columns (表头别名).

    Attributes
    ----------
    column
        Our column; ``-`` for a header that is not to be read.
    header
        The header, in any spelling; lines of a header are joined by ``/``.
    unit
        Unit that the system behind the header always uses; empty if that is not fixed.
    system
        Where the header is met.
    """

    column: str
    header: str
    unit: str
    system: str


def inputs_dir() -> Path:
    """Folder of the input cards, the alias map and the land-use codes."""
    return file_in_pack("cards/inputs")


def input_names() -> tuple[str, ...]:
    """
    Names of the tables that a bureau brings (输入表).

    Returns
    -------
    names
        Names of the input cards.

    Examples
    --------
    >>> {"approvals", "parcels", "supply", "farmland"} <= set(input_names())
    True
    """
    return tuple(sorted(_input_files()))


def land_layer_names() -> tuple[str, ...]:
    """
    Names of the input tables that are layers of the land, such as red lines (实地图层).

    Returns
    -------
    names
        Of :func:`input_names`, those whose cards stand in the folder ``land``.

    Examples
    --------
    >>> "farmland" in land_layer_names(), "supply" in land_layer_names()
    (True, False)
    """
    return tuple(name for name, path in _input_files().items() if path.parent.name == "land")


def _input_files() -> dict[str, Path]:
    """Files of the input cards by name; those of layers of the land stand in a folder below."""
    return {path.stem: path for path in sorted(inputs_dir().rglob("*.yml"))}


def read_input_card(name: str) -> InputCard:
    """
    Card of a table that a bureau brings.

    Parameters
    ----------
    name
        One of :func:`input_names`, such as ``supply``.

    Returns
    -------
    card
        The card.

    Raises
    ------
    SpecError
        If there is no such card, or with every fault of it.

    Examples
    --------
    >>> read_input_card("supply").column("area_m2").zh
    '供应面积'
    """
    known = _input_files()
    if name not in known:
        raise SpecError(
            Problem(
                where=name,
                promised="接收卡片之一 / one of the input cards",
                found="没有这张卡片 / no such card",
                mend=did_you_mean(name, known),
            )
        )
    return _input_card_in(known[name], file_stamp(known[name]))


@lru_cache(maxsize=32)
def _input_card_in(path: Path, stamp: FileStamp) -> InputCard:  # noqa: ARG001 - a card that changed is another
    return read_yaml(path, InputCard)


def read_aliases(table: str, more: str | os.PathLike[str] | None = None) -> tuple[Alias, ...]:
    """
    Headers that stand for the columns of a table (别名表).

    Parameters
    ----------
    table
        Name of an input card.
    more
        A bureau's own alias map, with the same headers as ours; its entries come first.

    Returns
    -------
    aliases
        In the order of the map.

    Raises
    ------
    LayerError
        If the map has other headers, or names a column that the card does not have.
    """
    from pathlib import Path  # noqa: PLC0415 - only the type is needed elsewhere

    ours = inputs_dir() / "aliases.csv"
    shipped = _alias_rows(ours, file_stamp(ours))
    own = () if more is None else _alias_rows(Path(more), file_stamp(more))
    return tuple(Alias(*row[1:]) for row in (*own, *shipped) if row[0] == table)


@lru_cache(maxsize=8)
def _alias_rows(path: Path, stamp: FileStamp) -> tuple[tuple[str, ...], ...]:  # noqa: ARG001 - a map that changed is another
    lines = read_small_csv(path, _ALIAS_HEADERS)
    tables = input_names()
    problems = [
        Problem(
            where=f"{path.name}：第 {number} 行 / line {number}",
            promised=f"{len(_ALIAS_HEADERS)} 列，列名见卡片 / 5 cells, a column of the card",
            found=",".join(line),
            mend=did_you_mean(line[1], read_input_card(line[0]).names)
            if len(line) > 1 and line[0] in tables
            else f"第一列为表名 / the first cell names the table: {', '.join(tables)}",
        )
        for number, line in lines
        if not _is_alias(line, tables)
    ]
    if problems:
        raise LayerError(problems)
    return tuple(tuple(line.cells) for line in lines)


def _is_alias(line: list[str], tables: tuple[str, ...]) -> bool:
    if len(line) != len(_ALIAS_HEADERS) or line[0] not in tables:
        return False
    named = line[1] == UNUSED or line[1] in read_input_card(line[0]).names
    return named and line[2].strip() != ""
