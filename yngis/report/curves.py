"""K-density curves as small drawings (K 密度曲线图) for the report: numbers in, SVG out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup

if TYPE_CHECKING:
    import pandas as pd

_WIDTH, _HEIGHT = 320, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 10, 10, 8, 24
_TICKS: Final = 4
_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def curve_chart(curve: pd.DataFrame) -> Markup:
    """Draw one industry's K-density over its global envelope; distance [km] along the foot."""
    distance = curve["distance_m"].to_numpy() / 1000.0
    values = curve[["k", "mean", "lower_global", "upper_global"]].to_numpy()
    longest, highest = float(distance.max()), float(np.nanmax(values))
    across = _LEFT + distance / longest * (_WIDTH - _LEFT - _RIGHT)
    height = _HEIGHT - _TOP - _BOTTOM

    def points(name: str, *, back: bool = False) -> str:
        down = _TOP + height * (1.0 - curve[name].to_numpy() / highest)
        pairs = [f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True)]
        return " ".join(reversed(pairs) if back else pairs)

    floor = _TOP + height
    step = _tick_step(longest / _TICKS)
    ticks = np.arange(0.0, longest + 1e-9, step)
    foot = "".join(
        f'<text x="{_LEFT + tick / longest * (_WIDTH - _LEFT - _RIGHT):.1f}" y="{_HEIGHT - 8}">'
        f"{tick:g}</text>"
        for tick in ticks
    )
    # Numbers only: nothing here comes from a file.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" focusable="false">'
        f'<polygon class="band" points="{points("upper_global")} '
        f'{points("lower_global", back=True)}"/>'
        f'<polyline class="mean" points="{points("mean")}"/>'
        f'<polyline class="curve" points="{points("k")}"/>'
        f'<path class="axis" d="M{_LEFT} {floor}H{_WIDTH - _RIGHT}"/>{foot}</svg>'
    )


def _tick_step(wanted: float) -> float:
    """Round a distance between ticks up to 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(power * factor for factor in _ROUND if power * factor >= wanted - 1e-9))
