"""Ratios and verdicts on maps (审计专题图): by zone and prefecture, furnished as figures are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.quota_verdicts import VERDICTS
from yngis.analysis.audit.ratios import RATIOS
from yngis.cartography.mapspec import Fill, ValueClass
from yngis.cartography.thematic import ThematicMap
from yngis.catalogue import load
from yngis.report.audit.write import DEMONSTRATION, is_demonstration
from yngis.report.maps import mark_with_label
from yngis.report.verdict_colours import BAD, GOOD, NEUTRAL, UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from yngis.report.audit.results import Results

VERDICT: Final = "verdict"
"""Name of the map of what the plan makes of each zone."""

_WORSE: Final = frozenset({"unsupplied_rate", "not_used_rate", "idle_rate"})
_LEVELS: Final = {"zones": ("zone", "各开发区"), "prefectures": ("prefecture", "各州（市）开发区")}
_NOTES: Final = {
    "zones": ("按面积之和相除，分子、分母和所涉编号见 ratios.csv",),
    "prefectures": ("州（市）的值为其中各宗面积之和相除，不是各区比率的平均",),
}
_VERDICT_CLASSES: Final = (
    ("prefer", GOOD, "优"),
    ("neutral", NEUTRAL, "无"),
    ("sanction", BAD, "扣"),
    ("undetermined", UNCLEAR, "缺"),
)
_PERCENT: Final = 100.0


def audit_map_names() -> tuple[str, ...]:
    """Values that could be mapped (可出图的比率)."""
    by_place = (f"{name}{where}" for name in RATIOS for where in ("", "_zones", "_prefectures"))
    return (VERDICT, f"{VERDICT}_zones", *by_place)


def ratio_maps(results: Results) -> list[ThematicMap]:
    """Lay out the maps of an audit (审计专题图)."""
    label = f"{DEMONSTRATION}，不是任何单位的真实记录" if is_demonstration(results) else ""
    source = "、".join(str(line["name"]) for line in results.inputs)
    day = f"截至 {results.options.as_of}"
    maps = [*_verdict_maps(results.totals.consequences.verdicts, day)]
    maps += _ratio_maps_of(results.totals.summary(results.boundaries()), day)
    return [mark_with_label(drawn, label, source) for drawn in maps]


def _verdict_maps(verdicts: pd.DataFrame, day: str) -> Iterator[ThematicMap]:
    data = _values_on_map(verdicts.set_index("zone")["verdict"], "zones")
    if data.empty:
        return
    classes = tuple(
        ValueClass(value=code, label=VERDICTS[code], colour=colour, character=sign)
        for code, colour, sign in _VERDICT_CLASSES
    )
    yield ThematicMap(
        name=f"{VERDICT}_zones", data=data,
        title=f"开发区用地计划指标奖惩（{day}）", title_en="What the plan makes of each zone",
        fill=Fill(layer="zones", column=VERDICT, title="规划奖惩", classes=classes),
        notes=("门槛为规则文件所列，规划未给出数值；逐判据见 criteria.csv",),
    )  # fmt: skip


def _ratio_maps_of(summary: pd.DataFrame, day: str) -> Iterator[ThematicMap]:
    for name, ratio in RATIOS.items():
        for on, (level, whose) in _LEVELS.items():
            rows = summary[summary["level"] == level].set_index("place")
            data = _values_on_map(rows[name].astype("float64") * _PERCENT, on)
            if data.notna().any():
                fill = Fill(
                    layer=on, column=name, title=ratio.zh, unit="%",
                    palette="orange" if name in _WORSE else "blue",
                    show_values=on == "prefectures",
                )  # fmt: skip
                yield ThematicMap(
                    name=f"{name}_{on}", data=data, fill=fill, notes=_NOTES[on],
                    title=f"{whose}{ratio.zh}（{day}）",
                    title_en=f"{name.replace('_', ' ').capitalize()} by {level}",
                )  # fmt: skip


def _values_on_map(values: pd.Series, on: str) -> pd.Series:
    """Values of the places that the map has: land outside any zone has none on it."""
    places = load(on)["name_zh"]
    return values[values.index.isin(places)]
