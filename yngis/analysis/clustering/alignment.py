"""Values put beside what they belong to (按索引对齐): one rule for every measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def on_index(
    values: pd.Series | ArrayLike,
    of: object,
    where: str,
    *,
    more: bool = False,
) -> pd.Series:
    """
    Values in the order of what they belong to.

    Where both carry an index they are aligned by it, or refused: never taken by position. Where one
    of them carries none, position is all there is, and the lengths must agree. With ``more`` the
    values may be of further places, which are left out.
    """
    index = of if isinstance(of, pd.Index) else getattr(of, "index", None)
    if not isinstance(index, pd.Index):
        index = None
    count = len(of)  # type: ignore[arg-type] # whatever it is, it has rows
    if isinstance(values, pd.Series):
        if index is None:
            if len(values) == count:
                return values.reset_index(drop=True)
        elif values.index.equals(index):
            return values
        elif (
            values.index.is_unique
            and labels_among(index, values.index).all()
            and (more or (index.is_unique and len(values) == count))
        ):
            return values.reindex(index)
        raise _unlike_index_error(where, values.index, index, count)
    array = np.asarray(values)
    if array.shape != (count,):
        found = f"{array.shape} 与 / and {count}"
        raise _refused_value_error(where, f"({count},)，每行一个值 / one value per row", found)
    return pd.Series(array, index=index)


def labels_among(labels: pd.Index, known: pd.Index) -> NDArray[np.bool_]:
    """Tell which labels are among others (名称是否在内); none where their levels differ."""
    if labels.nlevels != known.nlevels:
        return np.zeros(len(labels), dtype=bool)
    return np.asarray(labels.isin(known), dtype=bool)


def is_real_number(values: pd.Series) -> bool:
    """Tell a column of numbers of which one is more than another (实数列)."""
    types = pd.api.types
    return types.is_numeric_dtype(values) and not types.is_complex_dtype(values)


def _unlike_index_error(
    where: str, given: pd.Index, index: pd.Index | None, count: int
) -> LayerError:
    promised = "与所属图层同索引，各行一次 / on the index of the layer it belongs to, each row once"
    found = f"{len(given)} 与 / and {count}"
    twice = given[given.duplicated()]
    if len(twice):
        found += f"；重复 / twice: {_some_labels(twice)}"
    if index is not None:
        missing = index[~labels_among(index, given)]
        if len(missing):
            found += f"；缺 / missing: {_some_labels(missing)}"
        stray = given[~labels_among(given, index)]
        if len(stray):
            found += f"；多 / unknown: {_some_labels(stray)}"
        if index.has_duplicates:
            found += "；图层索引重复 / the layer's own index repeats"
    return _refused_value_error(where, promised, found)


def _refused_value_error(where: str, promised: str, found: str) -> LayerError:
    mend = "确按行序对应时用 .to_numpy() / where the rows do correspond give values.to_numpy()"
    return LayerError(Problem(where=where, promised=promised, found=found, mend=mend))


def _some_labels(labels: pd.Index) -> str:
    return ", ".join(str(label) for label in labels[:3]) + (" …" if len(labels) > 3 else "")  # noqa: PLR2004
