"""Parameters of the measures (参数检查), judged and named before numpy or sklearn sees them."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Final

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable


class ResolutionWarning(UserWarning):
    """Too few simulations or permutations for a verdict at the level that was asked for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a parameter must be, in words and as a test; ``example`` is a value that holds."""

    promised: str
    holds: Callable[[object], bool]
    example: str


_MOST: Final = 10_000_000  # Simulations, permutations or plants: more would never end.
_LARGEST: Final = 1e300


def _is_whole_from(least: int, most: int = _MOST) -> Callable[[object], bool]:
    def holds(value: object) -> bool:
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return whole and least <= int(value) <= most  # type: ignore[call-overload]

    return holds


def _is_number(value: object) -> bool:
    # Compared and not converted: an integer may be longer than any float.
    real = isinstance(value, Real) and not isinstance(value, bool)
    return real and -_LARGEST < value < _LARGEST  # type: ignore[operator]


def _above_zero(value: object) -> bool:
    return _is_number(value) and value > 0  # type: ignore[operator]


def _or_none(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or holds(value)


COUNT: Final = Rule(
    f"1 至 {_MOST} 的整数 / a whole number from 1 to {_MOST}", _is_whole_from(1), "999"
)
COUNT_OR_ZERO: Final = Rule(
    f"0 至 {_MOST} 的整数 / a whole number from 0 to {_MOST}", _is_whole_from(0), "10"
)
PAIR: Final = Rule(
    f"2 至 {_MOST} 的整数 / a whole number from 2 to {_MOST}", _is_whole_from(2), "5"
)
SEED: Final = Rule("非负整数 / a whole number, 0 at least", _is_whole_from(0, 2**128), "0")
THREADS: Final = Rule(
    "1 至 1024 的整数或 None / a whole number from 1 to 1024, or None",
    _or_none(_is_whole_from(1, 1024)),
    "None",
)
SHARE: Final = Rule(
    "0 与 1 之间 / between 0 and 1, neither of them",
    lambda value: _is_number(value) and 0 < value < 1,  # type: ignore[operator]
    "0.05",
)
FRACTION: Final = Rule(
    "0 至 1 / from 0 to 1",
    lambda value: _is_number(value) and 0 <= value <= 1,  # type: ignore[operator]
    "0.5",
)
METRES: Final = Rule("大于零的米数 / metres, above 0", _above_zero, "5000")
METRES_OR_NONE: Final = Rule(
    "大于零的米数或 None / metres, above 0, or None", _or_none(_above_zero), "None"
)
METRES_OR_ZERO: Final = Rule(
    "非负米数 / metres, not negative",
    lambda value: _is_number(value) and value >= 0,  # type: ignore[operator]
    "0",
)
KILOMETRES: Final = Rule(
    "非负公里数 / kilometres, not negative",
    # Without bound is a choice: every pair.
    lambda value: (
        (_is_number(value) and value >= 0)  # type: ignore[operator]
        or (isinstance(value, float) and value == math.inf)
    ),
    "100",
)


def require_parameters(measure: str, **given: tuple[object, Rule]) -> None:
    """Refuse parameters that do not hold, all of them at once and each by its name."""
    faults = [
        Problem(
            where=f"{measure}：{name}",
            promised=rule.promised,
            found=f"{str(value)[:40]}（{type(value).__name__}）",
            mend=f"{measure}(…, {name}={rule.example})",
        )
        for name, (value, rule) in given.items()
        if not rule.holds(value)
    ]
    if faults:
        raise LayerError(faults)


def coarse_p(places: int, permutations: int, rate: float) -> str | None:
    """
    Say that no single place can become significant, whatever its value; None where one can.

    The least two-sided p is 2 / (1 + permutations), and the adjustment multiplies the smallest of
    ``places`` p-values by their number.
    """
    least = 2.0 / (1.0 + permutations)
    if places * least <= rate:
        return None
    needed = math.ceil(2.0 * places / rate) - 1
    return (
        f"{permutations} 次置换的最小 p 为 {least:.2g}，经 {places} 处校正，单独一处不可能在"
        f" {rate:g} 水平上显著；至少需 {needed} 次。 / {permutations} permutations give a p of "
        f"{least:.2g} at least: adjusted over {places} places no single one can be significant at "
        f"{rate:g}; {needed} are needed."
    )


def coarse_envelope(simulations: int, level: float) -> str | None:
    """Say that no curve can cross the global bounds, whatever it is; None where one can."""
    if (1 + simulations) * level >= 1.0:
        return None
    needed = math.ceil(1.0 / level) - 1
    return (
        f"{simulations} 次模拟达不到 {level:g} 水平，任何曲线都不可能越界；至少需 {needed} 次。 / "
        f"{simulations} simulations cannot reach a level of {level:g}: no curve can cross the "
        f"bounds; {needed} are needed."
    )


def warn_coarse(told: str | None, measure: str) -> None:
    """Warn of what :func:`coarse_p` or :func:`coarse_envelope` found, if anything."""
    if told is not None:
        warnings.warn(f"{measure}：{told}", ResolutionWarning, stacklevel=3)
