"""Two calls beside each other in one run: processor time of each, and the ratio with its spread."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Ratio(NamedTuple):
    """
    How long ours and the peer take.

    Attributes
    ----------
    own, other
        Medians [s].
    text
        How many times as long the peer takes, in words with the spread.
    """

    own: float
    other: float
    text: str


def time_side_by_side(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> Ratio:
    """Take the processor time of both calls in turn, so often."""
    pairs = [(_cpu_seconds(ours), _cpu_seconds(peer)) for _ in range(rounds)]
    ratios = sorted(other / own for own, other in pairs)
    own, other = (statistics.median(each) for each in zip(*pairs, strict=True))
    text = f"{statistics.median(ratios):.1f} times ({ratios[0]:.1f} to {ratios[-1]:.1f})"
    return Ratio(own, other, text)


def _cpu_seconds(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began
