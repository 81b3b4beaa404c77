"""K-density curves as small drawings (K 密度曲线图) for the report: numbers in, SVG out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup

from yngis.catalogue.io.text import number_as_text

if TYPE_CHECKING:
    import pandas as pd

_WIDTH, _HEIGHT = 320, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 24, 34
_TICKS: Final = 4
_STEPS: Final = 3  # ticks up the side
_METRES: Final = 1000.0  # in a kilometre
_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def curve_chart(curve: pd.DataFrame) -> Markup:
    """
    Draw one industry's K-density over its global envelope.

    Distance [km] runs along the foot, density [1/km] up the side; the table has both by the metre.
    """
    distance = curve["distance_m"].to_numpy() / _METRES
    columns = ("k", "mean", "lower_global", "upper_global")
    values = {name: curve[name].to_numpy() * _METRES for name in columns}
    longest = float(distance.max())
    step = _tick_step(max(float(np.nanmax(found)) for found in values.values()) / _STEPS)
    highest = step * np.ceil(max(float(np.nanmax(found)) for found in values.values()) / step)
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    across = _LEFT + distance / longest * wide

    def points(name: str, *, back: bool = False) -> str:
        down = _TOP + tall * (1.0 - values[name] / highest)
        pairs = [f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True)]
        return " ".join(reversed(pairs) if back else pairs)

    # Numbers only: nothing here comes from a file.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" focusable="false">'
        f"{_side_axis(step, highest)}"
        f'<polygon class="band" points="{points("upper_global")} '
        f'{points("lower_global", back=True)}"/>'
        f'<polyline class="mean" points="{points("mean")}"/>'
        f'<polyline class="curve" points="{points("k")}"/>'
        f"{_foot_axis(longest)}</svg>"
    )


def _side_axis(step: float, highest: float) -> str:
    """Ticks of the density with thin lines across, and its unit."""
    tall = _HEIGHT - _TOP - _BOTTOM
    parts = [f'<text class="unit-y" x="4" y="{_TOP - 11}">K 密度（1/km）</text>']
    for tick in np.arange(0.0, highest + step / 2, step):
        y = _TOP + tall * (1.0 - tick / highest)
        parts.append(
            f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
            f'<text class="y" x="{_LEFT - 5}" y="{y + 4:.1f}">{number_as_text(tick, 4)}</text>'
        )
    return "".join(parts)


def _foot_axis(longest: float) -> str:
    """Ticks of the distance, and its unit."""
    wide, floor = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _BOTTOM
    ticks = np.arange(0.0, longest + 1e-9, _tick_step(longest / _TICKS))
    told = "".join(
        f'<text x="{_LEFT + tick / longest * wide:.1f}" y="{floor + 14}">{tick:g}</text>'
        for tick in ticks
    )
    axis = f'<path class="axis" d="M{_LEFT} {floor}H{_WIDTH - _RIGHT}"/>'
    return f'{axis}{told}<text x="{_LEFT + wide / 2:.1f}" y="{_HEIGHT - 4}">距离（km）</text>'


def _tick_step(wanted: float) -> float:
    """Round a distance between ticks up to 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(power * factor for factor in _ROUND if power * factor >= wanted - 1e-9))
