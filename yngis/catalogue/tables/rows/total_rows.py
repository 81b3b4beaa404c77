"""Rows that sum up others (合计行): 合计, 小计, 其中 … in the spellings of offices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.catalogue.io.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch

_SUM: Final = (
    r"(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|汇\s*总|总\s*和|总\s*面\s*积|总\s*数|总\s*额)"
)
# Behind the word stands nothing, or amounts: （1宗）, ：3公顷, 12宗，共5.2公顷.
_AMOUNT: Final = r"(?:共?\s*\d[\d,.]*+\s*[^\d\s,;、()]{0,6})"
_BEHIND: Final = rf"\s*(?:数|值|面积)?\s*[:]?\s*(?:\([^()]*\))?\s*(?:{_AMOUNT}[\s,;、]*){{0,4}}"
_TOTAL: Final = re.compile(rf"^[^\d,;。]{{0,20}}?(?:\d{{4}}\s*年度?)?{_SUM}{_BEHIND}$")
_GRAND: Final = re.compile(rf"^(?:合\s*计|总\s*计|共\s*计){_BEHIND}$")
_OF_WHICH: Final = re.compile(r"^其\s*中\s*[:,]?.{0,30}$")
_SIGN: Final = re.compile(r"^(?:[Σ∑]|计|总|共|合|合記|總計|合計|小計)\s*[:]?$")
# 2019年计 and 共2宗 are sums without the word; a holder's name has a letter more.
_SHORT: Final = re.compile(
    r"^(?:\d{4}\s*年度?\s*计|共\s*\d+\s*(?:宗|块|个|家|户|条|笔|项))\s*[:。]?$"
)
_ENGLISH: Final = re.compile(r"^(?:grand |sub-?)?total:?$", re.IGNORECASE)
_AVERAGE: Final = re.compile(
    r"^(?:[^\d,;。]{0,6}?)(?:平\s*均(?:数|值|水平)?|均\s*值|中位数|最大值|最小值|标准差)\s*:?$"
)
_SEARCHED_CELLS: Final = 4
_LONGEST: Final = 64


def is_total(text: str) -> bool:
    """
    Tell whether a cell says that its row sums up others (合计).

    Examples
    --------
    >>> [is_total(text) for text in ("杨林小计(1宗)", "其中:工业用地", "共2宗", "合计科技公司")]
    [True, True, True, False]
    """
    if len(text) > _LONGEST:
        return False
    return any(pattern.match(text) for pattern in (_TOTAL, _OF_WHICH, _SHORT, _SIGN, _ENGLISH))


def total_rows(batch: RawBatch, identified: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Find rows of totals: 合计, 小计, 其中 … among their first cells (合计行)."""
    found = np.zeros(len(batch.rows), dtype=bool)
    told = np.zeros(len(batch.rows), dtype=np.int64)
    for cells in batch.columns:
        read = [plain_text(cell) for cell in cells]
        present = np.array([text != "" for text in read], dtype=bool)
        texts = [
            text if isinstance(cell, str) else "" for cell, text in zip(cells, read, strict=True)
        ]
        sums_up = {text: bool(text) and is_total(text) for text in set(texts)}
        said = np.array([sums_up[text] for text in texts], dtype=bool)
        if identified is not None:
            part = np.array([_OF_WHICH.match(text) is not None for text in texts], dtype=bool)
            said &= ~(part & identified)
        found |= (told < _SEARCHED_CELLS) & said
        told += present
    return found


def average_rows(batch: RawBatch) -> NDArray[np.bool_]:
    """Find rows whose first cell says 平均, 全省均值 or 最大值: they are of no place (统计行)."""
    found = np.zeros(len(batch.rows), dtype=bool)
    begun = np.zeros(len(batch.rows), dtype=bool)
    for cells in batch.columns:
        if begun.all():
            break
        texts = [plain_text(cell) for cell in cells]
        present = np.array([text != "" for text in texts], dtype=bool)
        said = np.array([_AVERAGE.match(text) is not None for text in texts], dtype=bool)
        found |= said & ~begun
        begun |= present
    return found


def is_grand_total(cells: Iterable[object]) -> bool:
    """Tell whether a row of totals sums up the whole table (总计)."""
    first = next(
        (plain_text(cell) for cell in cells if isinstance(cell, str) and plain_text(cell)), ""
    )
    return _GRAND.match(first) is not None
