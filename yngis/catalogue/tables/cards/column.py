"""One column of a card: its meaning, unit and bounds, as frozen data (字段)."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from yngis.catalogue.tables.cards.card_model import NamedColumn, Text

_KINDS = {
    "str": "文本 / text",
    "int": "整数 / whole numbers",
    "float": "数字 / numbers",
    "bool": "是否：True 或 False / true or false",
}


class Column(NamedColumn):
    """
    One column of a layer or table: its meaning, unit and bounds (字段).

    Attributes
    ----------
    name, unit, zh, en
        As in :class:`NamedColumn`; the name is the header as it stands in the file.
    dtype
        ``str``, ``int``, ``float`` or ``bool``; in a layer, numbers written as text do not pass.
    required
        The shipped layer must have it.
    from_user
        In a file that a user brings: ``required``; ``optional``, judged when it is there;
        ``ignored``, because yngis fills it itself.
    also
        Other headers under which users' files carry the same column.
    nullable, unique
        Whether a value may be missing, and may stand twice.
    min, max
        Bounds of a number, both included.
    allowed
        The only values allowed, if any are listed.
    pattern
        Regular expression that the whole text must match.
    separator
        Sign between the items of a list in one cell; ``allowed``, ``pattern`` and ``references``
        then judge each item.
    references
        ``card.column`` whose values the values here must be among.
    """

    dtype: Literal["str", "int", "float", "bool"]
    required: bool = True
    from_user: Literal["required", "optional", "ignored"] = "optional"
    also: tuple[Text, ...] = ()
    nullable: bool = False
    unique: bool = False
    min: float | None = None
    max: float | None = None
    allowed: tuple[str, ...] = ()
    pattern: str | None = None
    separator: str | None = None
    references: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")] | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.dtype not in {"int", "float"} and not (self.min is None and self.max is None):
            raise ValueError("min/max 只用于数值 / min and max are for numbers only")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min 大于 max / min is greater than max")
        if self.dtype != "str" and (self.allowed or self.pattern or self.separator):
            raise ValueError("allowed/pattern/separator 只用于文本 / are for text only")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(
                    f"pattern 不是正则表达式 / no regular expression: {error}"
                ) from None
        return self

    @property
    def kind(self) -> str:
        """How cells are read, in the words of input cards; a unit of area or money is none here."""
        return "text" if self.dtype in {"str", "bool"} else "number"

    @property
    def kind_text(self) -> str:
        """Kind of the values and their unit, as messages tell it."""
        return _KINDS[self.dtype] + (f" [{self.unit}]" if self.unit else "")
