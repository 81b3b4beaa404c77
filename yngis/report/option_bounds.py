"""Numbers that an option may take (选项范围), judged before any work."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping


YEARS: Final = (1949, 2100)
"""Years that a figure or a target can be of."""


class Bounds(NamedTuple):
    """
    What a number may be (取值范围).

    Attributes
    ----------
    value
        As it was given; None where it was not.
    low, high
        Least and largest.
    why
        Why no more, in both languages.
    """

    value: float | None
    low: float
    high: float
    why: str = "改为范围内的值 / give a value in this range"


def refuse_out_of_bounds(given: Mapping[str, Bounds]) -> None:
    """
    Refuse numbers that no run can use or finish (超出范围).

    Parameters
    ----------
    given
        Bounds by the option as it is typed.

    Raises
    ------
    SpecError
        With every number that is out of its bounds, or is none.
    """
    problems = [
        Problem(
            where=option,
            promised=f"{bounds.low:.10g} 到 {bounds.high:.10g} / from … to",
            found=f"{bounds.value:.10g}",
            mend=bounds.why,
        )
        for option, bounds in given.items()
        if bounds.value is not None
        and not (math.isfinite(bounds.value) and bounds.low <= bounds.value <= bounds.high)
    ]
    if problems:
        raise SpecError(problems)
