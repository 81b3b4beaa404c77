"""The one model of a card (卡片模型): what a promise about a layer and a bureau's table share."""

from __future__ import annotations

from typing import Annotated, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Frozen(BaseModel):
    """Model that cannot be changed and forbids keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NamedColumn(Frozen):
    """
    What every column of a card says of itself (字段).

    Attributes
    ----------
    name
        Our name of it.
    unit
        Unit of its numbers, None for a bare count, a code or a text.
    zh, en
        Its meaning in Chinese and English.
    """

    name: Name
    unit: Text | None = None
    zh: Text
    en: Text


ColumnT = TypeVar("ColumnT", bound=NamedColumn)


class TableCard(Frozen, Generic[ColumnT]):
    """
    What every card says of its table (卡片).

    Attributes
    ----------
    name
        Name under which it is found: that of its file.
    title_zh, title_en
        Titles for people.
    key
        Columns that identify a row.
    columns
        The columns, in order.
    """

    name: Name
    title_zh: Text
    title_en: Text
    key: Annotated[tuple[Name, ...], Field(min_length=1)]
    columns: Annotated[tuple[ColumnT, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_columns_once(self) -> Self:
        if doubled := sorted({name for name in self.names if self.names.count(name) > 1}):
            raise ValueError(f"列重复 / column declared twice: {', '.join(doubled)}")
        if unknown := [name for name in self.key if name not in self.names]:
            raise ValueError(f"key 不是列 / key is no column: {', '.join(unknown)}")
        return self

    @property
    def title(self) -> str:
        """Titles in both languages, as file formats and lists show them."""
        return f"{self.title_zh} {self.title_en}"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnT:
        """
        Find the declaration of one column.

        Parameters
        ----------
        name
            Our name of it.

        Returns
        -------
        column
            What the card says of it.

        Raises
        ------
        SpecError
            If the card has no such column; names the nearest.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise SpecError(
            Problem(
                where=f"{self.name}.{name}",
                promised=f"卡片“{self.name}”的列 / a column of card “{self.name}”",
                found="没有这一列 / no such column",
                mend=did_you_mean(name, self.names),
            )
        )
