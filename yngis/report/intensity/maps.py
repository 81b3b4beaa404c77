"""Maps of the evaluation: every indicator by zone and by prefecture, intensity with idleness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import pandas as pd

from yngis.analysis.intensity.joint import class_limits, joint_amounts, joint_rates
from yngis.analysis.intensity.per_mu import LANDS, MEASURES, per_mu
from yngis.analysis.intensity.scoring_groups import split_index
from yngis.cartography.mapspec import Fill, Second
from yngis.cartography.thematic import ThematicMap
from yngis.report.maps import mark_with_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.analysis.intensity.assessment import Assessment

_PERCENT: Final = 100.0
_VALUE: Final = "value"
_UNITS: Final = {"share": "%", "ratio": "", "万元/ha": "万元/公顷", "人/ha": "人/公顷"}
_METHODS: Final[dict[str, Literal["quantiles", "jenks"]]] = {
    "quantile": "quantiles",
    "jenks": "jenks",
}
_JOINT: Final = "各州（市）的值为有数据的开发区合计：分子之和÷分母之和"
_MEAN: Final = "各州（市）的值为开发区分值的简单平均"
# The first of each that the table holds.
_PER_MU: Final = (
    ("revenue_wan", "gross_output_wan", "a2_revenue_wan"),
    ("value_added_wan",),
    ("tax_wan", "a2_tax_wan"),
)
_IDLE: Final = "闲置面积按填报数，没有认定书的只是疑似闲置"
_UNVERIFIED: Final = "权重与理想值未经官方核实，名次须与名次区间同读"


class _Shown(NamedTuple):
    """A value that is mapped by zone and by prefecture."""

    name: str
    zh: str
    en: str
    unit: str
    zones: pd.Series
    prefectures: pd.Series
    basis: str
    note: str = ""
    falls: bool = False


def intensity_map_names(found: Assessment) -> tuple[str, ...]:
    """Values that could be mapped, whether there are figures or not."""
    per_land = [_per_mu_name(name, land) for names in _PER_MU for name in names for land in LANDS]
    return ("score", "score_idle", *(each.name for each in found.scheme.indicators), *per_land)


def _per_mu_name(quantity: str, land: str) -> str:
    return f"{quantity.removesuffix('_wan')}_per_mu_{land.lower()}"


def intensity_maps(
    found: Assessment, prefectures: pd.Series, label: str = "", source: str = ""
) -> list[ThematicMap]:
    """Lay out the maps of an evaluation (集约利用评价图)."""
    method = _METHODS[found.choices.method]
    maps = []
    for shown in (
        *_score_maps(found, prefectures),
        *_indicator_maps(found, prefectures),
        *_per_mu_maps(found, prefectures),
    ):
        maps += _zone_and_prefecture_maps(shown, method, found.choices.count)
    maps = [*_special_maps(found, maps), *maps]
    return [mark_with_label(drawn, label, source) for drawn in maps]


def _score_maps(found: Assessment, prefectures: pd.Series) -> Iterator[_Shown]:
    scores = found.ranking["score"]
    means = scores.groupby(prefectures.reindex(scores.index).to_numpy()).mean()
    yield _Shown(
        "score",
        "集约度分值",
        "Score of land-use intensity",
        "分",
        scores,
        means,
        _MEAN,
        _UNVERIFIED,
    )


def _indicator_maps(found: Assessment, prefectures: pd.Series) -> Iterator[_Shown]:
    rows = found.evidence
    own = pd.Series(rows["zone"].unique(), index=rows["zone"].unique())
    by_zone, by_prefecture = joint_rates(rows, own), joint_rates(rows, prefectures)
    doubts = found.implausible["item"].value_counts()
    for indicator in found.scheme.indicators:
        if indicator.name not in by_zone:
            continue
        factor = _PERCENT if indicator.unit == "share" else 1.0
        doubtful = int(doubts.get(indicator.name, 0))
        notes = [_IDLE] if "G" in indicator.numerator else []
        if doubtful:
            notes.append(f"含超出合理区间的值 {doubtful} 处，见报告“数据疑问”")
        yield _Shown(
            indicator.name, indicator.zh, indicator.en, _UNITS[indicator.unit],
            by_zone[indicator.name] * factor, by_prefecture[indicator.name] * factor,
            _JOINT, "；".join(notes), indicator.sign == "negative",
        )  # fmt: skip


def _per_mu_maps(found: Assessment, prefectures: pd.Series) -> Iterator[_Shown]:
    """Output, value added and tax, by both denominators, each with its label."""
    amounts = found.amounts
    zones, _ = split_index(amounts.index)
    own = pd.Series(zones.unique(), index=zones.unique())
    labels = {measure.name: measure.label for measure in MEASURES}
    for names in _PER_MU:
        name = next((each for each in names if each in amounts), None)
        for land, label in LANDS.items():
            if name is None or land not in amounts:
                continue
            by_zone, by_prefecture = (
                _mapped_values(per_mu(joint_amounts(amounts[[name, land]], groups)), land)
                for groups in (own, prefectures)
            )
            (zh, en), (land_zh, land_en) = labels[name].split(" / "), label.split(" / ")
            yield _Shown(
                _per_mu_name(name, land), f"{land_zh}{zh}", f"{en} {land_en}", "万元/(亩·年)",
                by_zone, by_prefecture, _JOINT, f"分母：{land_zh.removeprefix('每亩')}",
            )  # fmt: skip


def _mapped_values(rows: pd.DataFrame, land: str) -> pd.Series:
    return rows[rows["land"] == land].set_index("zone")["value"]


def _sentence_text(text: str) -> str:
    return text[:1].upper() + text[1:]


def _zone_and_prefecture_maps(
    shown: _Shown, method: Literal["quantiles", "jenks"], count: int
) -> list[ThematicMap]:
    """The map by zone and the map by prefecture, as far as there are values."""
    notes = (shown.note,) if shown.note else ()
    both = (
        ("zones", f"开发区{shown.zh}", shown.zones, notes),
        ("prefectures", f"各州（市）开发区{shown.zh}", shown.prefectures, (shown.basis, *notes)),
    )
    return [
        ThematicMap(
            name=f"{shown.name}_{on}",
            title=title,
            title_en=_sentence_text(
                f"{shown.en}, {'by zone' if on == 'zones' else 'by prefecture'}"
            ),
            data=values,
            fill=Fill(
                layer=on,
                column=_VALUE,
                title=shown.zh,
                unit=shown.unit,
                method=method,
                count=count,
                palette="orange" if shown.falls else "blue",
                show_values=on == "prefectures",
            ),
            notes=lines,
        )
        for on, title, values, lines in both
        if values.notna().any()
    ]


def _special_maps(found: Assessment, maps: list[ThematicMap]) -> list[ThematicMap]:
    """Scores in the classes of the ranking, in panels, and against idle land."""
    at = next((place for place, drawn in enumerate(maps) if drawn.name == "score_zones"), None)
    if at is None:
        return []
    ranking = found.ranking.dropna(subset=["score"])
    limits = class_limits(ranking["score"], ranking["class"])
    score = maps.pop(at)
    fill = score.fill.model_copy(update={"bounds": limits} if limits else {})
    score = score.model_copy(update={"fill": fill})
    regions = {"name": "score_regions", "title": "开发区集约度分值（分区）", "panels": True}
    panels = score.model_copy(update=regions)
    idle = next((drawn for drawn in maps if drawn.name == "idle_rate_zones"), None)
    if idle is None:
        return [score, panels]
    second = Second(column="idle", title=idle.fill.title, unit=idle.fill.unit)
    both = ThematicMap(
        name="score_idle",
        title="开发区集约度与土地闲置率",
        title_en="Land-use intensity and idle land",
        data=pd.DataFrame({_VALUE: score.data, "idle": idle.data}),
        fill=fill.model_copy(update={"bounds": (), "second": second}),
        notes=(
            *score.notes,
            _IDLE,
            "两个值各分三等，按分位数；深橙为集约度低、闲置率高，须重点关注",
        ),
    )
    return [score, panels, both]
