"""Area units of Chinese land management (亩, 公顷) and rates per area, by exact fractions."""

from __future__ import annotations

from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeVar

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Quantity = TypeVar("Quantity", float, np.ndarray, pd.Series)

SQUARE_METRES_PER_MU: Final = Fraction(2000, 3)
"""1 亩 = 2000/3 m² exactly; the rounded 666.67 is 5 ppm off, 0.075 亩 on 1 000 ha."""

MU_PER_HECTARE: Final = 15
"""1 公顷 = 15 亩 exactly."""

_AREA: Final = {
    "m2": Fraction(1),
    "mu": SQUARE_METRES_PER_MU,
    "ha": Fraction(10_000),
    "km2": Fraction(1_000_000),
}
_MONEY: Final = {"元": Fraction(1), "万元": Fraction(10_000), "亿元": Fraction(100_000_000)}
_SPELLINGS: Final = {
    "㎡": "m2",
    "m²": "m2",
    "平方米": "m2",
    "亩": "mu",
    "公顷": "ha",
    "hm2": "ha",
    "hm²": "ha",
    "km²": "km2",
    "平方公里": "km2",
    "平方千米": "km2",
}


def convert(values: Quantity, source: str, target: str) -> Quantity:
    """
    Convert an area (面积) or a sum of money per area (地均) from one unit to another.

    Parameters
    ----------
    values
        A number, an array or a Series, in ``source`` units.
    source
        ``m2``, ``mu``, ``ha``, ``km2`` or a Chinese spelling (平方米, 亩, 公顷, 平方公里); for
        rates ``元/``, ``万元/`` or ``亿元/`` followed by one of them, e.g. ``万元/亩``.
    target
        Unit wanted, spelt the same way and of the same dimension.

    Returns
    -------
    converted
        Values in ``target`` units, of the type and on the index that came in.

    Raises
    ------
    LayerError
        If a unit is unknown (the nearest one is named) or an area is asked to become a rate.

    Examples
    --------
    >>> convert(1000.0, "ha", "亩")
    15000.0
    >>> convert(600.0, "万元/亩", "万元/公顷")
    9000.0
    """
    (source_kind, source_size), (target_kind, target_size) = _size(source), _size(target)
    if source_kind != target_kind:
        raise LayerError(
            Problem(
                where=f"单位换算 / unit conversion {source} → {target}",
                promised="两个单位同为面积或同为地均值 / both areas, or both rates per area",
                found=f"{source}: {source_kind}; {target}: {target_kind}",
                mend=f"请改用同类单位，例如 / use units of one kind, e.g. {_example(source_kind)}",
            )
        )
    ratio = source_size / target_size
    # Multiplying before dividing keeps whole hectares whole in 亩: no rounded factor comes between.
    return values * ratio.numerator / ratio.denominator


def _example(kind: str) -> str:
    return "ha → 亩" if kind == "area" else "万元/亩 → 万元/ha"


def _size(unit: str) -> tuple[str, Fraction]:
    """Dimension of a unit and its size in m², or in 元 per m²."""
    money, slash, area = unit.replace(" ", "").rpartition("/")
    area = _SPELLINGS.get(area, area)
    if area in _AREA and not slash:
        return "area", _AREA[area]
    if area in _AREA and money in _MONEY:
        return "rate", _MONEY[money] / _AREA[area]
    known = [*_AREA, *_SPELLINGS]
    known += [f"{money}/{area}" for money in _MONEY for area in known]
    nearest = get_close_matches(unit, known, n=1, cutoff=0.3) or ["亩"]
    raise LayerError(
        Problem(
            where=f"单位 / unit {unit!r}",
            promised="已知单位 / a known unit: " + ", ".join([*_AREA, *_SPELLINGS, "万元/亩", "…"]),
            found=unit,
            mend=f"是否应为 / did you mean {nearest[0]!r}？",
        )
    )
