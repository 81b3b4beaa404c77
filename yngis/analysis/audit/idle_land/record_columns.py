"""Columns of the records as arrays; one that is not there is missing throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.periods import NO_DAY
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]
    Truth = NDArray[np.bool_]
    Numbers = NDArray[np.float64]


class RecordColumns:
    """
    Columns of the records, converted (列).

    Parameters
    ----------
    supply
        Supply records; a column that is not there is missing throughout.
    """

    def __init__(self, supply: pd.DataFrame) -> None:
        self._supply = supply

    def texts(self, name: str) -> NDArray[np.object_]:
        """Texts, None where there is none."""
        if name not in self._supply.columns:
            return np.full(len(self._supply), None, dtype=object)
        values = self._supply[name]
        texts = values.to_numpy(dtype=object, copy=True)
        texts[values.isna().to_numpy()] = None
        return texts

    def present(self, name: str) -> Truth:
        """Tell where a text is."""
        return np.array(
            [text is not None and str(text).strip() != "" for text in self.texts(name)], dtype=bool
        )

    def days(self, name: str) -> Days:
        """Days, NaT where there is none; LayerError where the column holds something else."""
        if name not in self._supply.columns:
            return np.full(len(self._supply), NO_DAY)
        try:
            days = pd.to_datetime(self._supply[name])
        except (ValueError, TypeError) as error:
            raise _wrong_column_error(name, "日期 / dates", self._supply[name], error) from None
        return days.to_numpy().astype("datetime64[D]")

    def numbers(self, name: str) -> Numbers:
        """Numbers, NaN where there is none; LayerError where the column holds something else."""
        if name not in self._supply.columns:
            return np.full(len(self._supply), np.nan)
        try:
            return self._supply[name].to_numpy(dtype=np.float64, na_value=np.nan)
        except (ValueError, TypeError) as error:
            raise _wrong_column_error(name, "数字 / numbers", self._supply[name], error) from None

    def truth(self, name: str) -> Truth:
        """Truth values, False where there is none; LayerError where it holds something else."""
        if name not in self._supply.columns:
            return np.zeros(len(self._supply), dtype=bool)
        values = self._supply[name]
        if strangers := [value for value in _distinct_values(values) if value not in (0, 1)]:
            raise _wrong_column_error(name, "True / False", values, ValueError(str(strangers[0])))
        return np.array([bool(value) for value in self.texts(name)], dtype=bool)


def _distinct_values(values: pd.Series) -> Iterable[Any]:
    return list(values.dropna().unique())


def _wrong_column_error(
    name: str, promised: str, values: pd.Series, error: Exception
) -> LayerError:
    return LayerError(
        Problem(
            where=f"supply.{name}",
            promised=promised,
            found=f"{values.dtype}: {' '.join(str(error).split())[:120]}",
            mend="先按卡片读入（yngis audit 会做），或自行转换类型 / "
            "read the records by their card first, as yngis audit does, or convert the column",
        )
    )
