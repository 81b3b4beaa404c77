"""Years of the surveys (数据年份 SJNF): two of the same year are no two surveys."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from yngis.analysis.change.survey_layer import number_cells, unread_numbers
from yngis.catalogue.tables.values.days import NUMERALS
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST: Final = 1984  # of the first national land survey
_LAST: Final = 2100
_YEAR: Final = re.compile(r"([\d〇零○一二三四五六七八九]{4})\s*(?:年度?)?")


def _bare_year(text: str | None) -> str | None:
    """Text of a year without 年 or 年度, Chinese numerals as digits; any other text stays."""
    if text is None:
        return None
    read = _YEAR.fullmatch(text.strip())
    return text if read is None else "".join(NUMERALS.get(sign, sign) for sign in read[1])


@dataclass(slots=True)
class SurveyYears:
    """
    Years that the parcels of a survey tell.

    Parameters
    ----------
    role
        What the survey is called in messages.
    """

    role: str
    counts: Counter[int] = field(default_factory=Counter)
    odd: int = 0

    def add(self, cells: pa.Array | None) -> None:
        """Add the cells of SJNF of a batch; None where there is no such field."""
        if cells is None:
            return
        if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
            cells = pa.array([_bare_year(each) for each in cells.to_pylist()], pa.string())
        years = number_cells(cells, len(cells))
        # Some write 20231231 for 2023.
        whole = np.where(years > _LAST, years // 10_000, years)
        fine = (whole >= _FIRST) & (whole <= _LAST)
        # What is no year was not understood, and is no year that is missing.
        self.odd += int((~fine & ~np.isnan(years)).sum()) + unread_numbers(cells, years)
        values, counts = np.unique(whole[fine].astype(np.int64), return_counts=True)
        self.counts.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))

    def settled(self, stated: int | None) -> int | None:
        """
        Year of the survey: as stated, else the one that most parcels tell.

        Parameters
        ----------
        stated
            What the user states.

        Returns
        -------
        year
            None where nobody knows.
        """
        if stated is not None:
            return stated
        return self.counts.most_common(1)[0][0] if self.counts else None

    def denied(self, stated: int | None) -> list[str]:
        """
        Say where the year that the user states is not that of most parcels.

        Parameters
        ----------
        stated
            What the user states; None for nothing.

        Returns
        -------
        lines
            Bilingual; empty where they agree or the parcels tell no year.
        """
        told = self.settled(None)
        if stated is None or told is None or told == stated:
            return []
        line = (
            f"{self.role} 按所给年份 {stated}，而多数图斑的 SJNF 是 {told}：给反时新建与弃建互换，"
            "须核对 / the year is as stated, most parcels tell another: if the surveys were "
            "swapped, new and abandoned land change places"
        )
        return [line]

    def notes(self) -> list[str]:
        """
        Say where the years are mixed or cannot be read.

        Returns
        -------
        notes
            Bilingual.
        """
        told = []
        if shown := self.mixed():
            told.append(f"{self.role} 的 SJNF 不一：{shown}，按最多的年份 / mixed years")
        if self.odd:
            told.append(f"{self.role} 有 {self.odd} 个图斑的 SJNF 读不懂 / years not understood")
        return told

    def mixed(self) -> str:
        """
        Years that the parcels tell, where they tell several.

        Returns
        -------
        years
            Each with its parcels; empty where all tell one.
        """
        shown = "、".join(f"{year}（{count}）" for year, count in sorted(self.counts.items()))
        return shown if len(self.counts) > 1 else ""

    @staticmethod
    def refuse_same(before: int | None, after: int | None, mixed: Sequence[str] = ("", "")) -> None:
        """
        Refuse two surveys of one year, and an earlier one that is the later.

        Parameters
        ----------
        before, after
            Years of the surveys; None where nobody knows.
        mixed
            Years that the parcels of each tell, where they tell several.

        Raises
        ------
        LayerError
            If the later survey is not later.
        """
        if before is None or after is None or before < after:
            return
        found = "同一年份 / one year twice" if before == after else "前期晚于后期 / the wrong order"
        if any(mixed):
            # Half of one year and half of another: the year of most parcels is not the survey's.
            each = " ↔ ".join(told or "一个年份 / one" for told in mixed)
            found = (
                f"一期之内年份不一，按多数图斑定年不可靠：{each} / parcels of one survey tell "
                "several years, so that their most frequent year decides nothing"
            )
        raise LayerError(
            Problem(
                where="--before ↔ --after · SJNF",
                promised="两个先后不同的年份 / two years, the earlier first",
                found=f"{before} ↔ {after}：{found}",
                mend="换上另一年的调查，或对调两个选项；SJNF 写错的用 --before-year、--after-year "
                "更正 / give the survey of another year, or swap them; correct a wrong SJNF",
            )
        )
