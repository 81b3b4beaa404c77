"""Maps of intensity and targets: which there are, which values they show, and in which classes."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd
import pytest

from yngis.analysis.intensity import read_scheme
from yngis.analysis.intensity.assessment import Assessment, Choices, assess_zones
from yngis.cartography.sources import Sources, read_sources
from yngis.cartography.thematic import ThematicMap, prepare_thematic
from yngis.catalogue import load
from yngis.errors import SpecError
from yngis.report.intensity.inputs import IntensityInputs, demo_intensity_inputs
from yngis.report.intensity.maps import intensity_map_names, intensity_maps
from yngis.report.maps import MapOptions, choose_maps, draw_report_maps
from yngis.report.targets import demo_target_inputs, write_targets
from yngis.report.targets.maps import targets_maps
from yngis.report.zone_tables.zone_table import LABEL

PREFECTURES = load("zone_registry").set_index("name_zh")["prefecture"]


@pytest.fixture(scope="module")
def inputs() -> IntensityInputs:
    return demo_intensity_inputs()


@pytest.fixture(scope="module")
def found(inputs: IntensityInputs) -> Assessment:
    return _assess(inputs)


def _assess(inputs: IntensityInputs, **more: object) -> Assessment:
    choices = Choices(year=2023, draws=20, **more)  # type: ignore[arg-type]
    return assess_zones(
        inputs.table, read_scheme("2014-trial"), choices, attributes=inputs.attributes
    )


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources()


@pytest.fixture(scope="module")
def maps(found: Assessment) -> dict[str, ThematicMap]:
    drawn = intensity_maps(found, PREFECTURES, LABEL, "zones_table.xlsx")
    return {each.name: each for each in drawn}


def test_every_indicator_with_values_has_both_maps(
    found: Assessment, maps: dict[str, ThematicMap]
) -> None:
    with_values = found.indicators.columns[found.indicators.notna().any()]
    assert len(with_values) == 20
    for name in with_values:
        assert {f"{name}_zones", f"{name}_prefectures"} <= set(maps)
    for name in ("revenue", "value_added", "tax"):
        for land in ("a2", "a"):
            assert {f"{name}_per_mu_{land}_zones", f"{name}_per_mu_{land}_prefectures"} <= set(maps)
    assert {"score_zones", "score_prefectures", "score_regions", "score_idle"} <= set(maps)
    assert maps["score_regions"].panels
    assert len(maps) == 2 * (20 + 6) + 4


def test_values_of_zones_and_prefectures(found: Assessment, maps: dict[str, ThematicMap]) -> None:
    shown = maps["supply_rate_zones"].data
    assert isinstance(shown, pd.Series)
    wanted = found.indicators["supply_rate"] * 100
    assert shown[wanted.index].tolist() == pytest.approx(wanted.tolist())
    amounts = found.amounts.groupby(PREFECTURES.reindex(found.amounts.index)).sum()
    joint = maps["supply_rate_prefectures"].data
    by_hand = amounts["D"] / (amounts["A"] + amounts["B21"]) * 100
    assert isinstance(joint, pd.Series)
    assert joint[by_hand.index].tolist() == pytest.approx(by_hand.tolist())
    per_mu = maps["revenue_per_mu_a_prefectures"].data
    by_hand = amounts["revenue_wan"] / (amounts["A"] * 15)
    assert isinstance(per_mu, pd.Series)
    assert per_mu[by_hand.index].tolist() == pytest.approx(by_hand.tolist())
    assert maps["revenue_per_mu_a2_zones"].notes[-1] == "分母：工矿仓储用地"


@pytest.mark.parametrize("method", ["quantile", "jenks"])
def test_classes_on_the_map_are_those_of_the_ranking(
    inputs: IntensityInputs, sources: Sources, method: str
) -> None:
    found = _assess(inputs, method=method)
    drawn = next(each for each in intensity_maps(found, PREFECTURES) if each.name == "score_zones")
    figure = prepare_thematic(drawn, sources)
    order = [entry.key for entry in figure.group("sector").entries]
    placed = {mark.name: 4 - order.index(mark.sectors[0].key) for mark in figure.marks}
    wanted = found.ranking["class"].dropna()
    assert {zone: placed[zone] for zone in wanted.index} == wanted.to_dict()


def test_made_up_data_and_doubts_are_told_on_every_map(maps: dict[str, ThematicMap]) -> None:
    for drawn in maps.values():
        assert drawn.title.endswith("（演示数据）")
        assert drawn.notes[0] == LABEL
        assert drawn.source == "zones_table.xlsx"
    assert "超出合理区间的值" in maps["idle_rate_zones"].notes[-1]
    assert "疑似闲置" in maps["idle_rate_zones"].notes[-1]
    assert any("疑似闲置" in note for note in maps["score_idle"].notes)


def test_intensity_against_idleness_has_nine_classes(
    found: Assessment, maps: dict[str, ThematicMap], sources: Sources
) -> None:
    figure = prepare_thematic(maps["score_idle"], sources)
    group = figure.group("sector")
    assert group.axes is not None
    keys = {mark.name: mark.sectors[0].key for mark in figure.marks}
    scores, idle = found.ranking["score"], found.indicators["idle_rate"]
    both = pd.DataFrame({"score": scores, "idle": idle}).dropna()
    best = both["score"].rank(pct=True) - both["idle"].rank(pct=True)
    # Ends of both orders lie in the corner cells.
    corners = {keys[best.idxmax()], keys[best.idxmin()]}
    assert corners == {"20", "02"}


def test_maps_are_chosen_by_name_or_value(found: Assessment, maps: dict[str, ThematicMap]) -> None:
    listed, known = list(maps.values()), intensity_map_names(found)

    def chosen(*names: str) -> list[str]:
        return [each.name for each in choose_maps(listed, names, known)]

    assert chosen("score") == ["score_zones", "score_regions", "score_prefectures"]
    assert chosen("idle_rate_zones", "score_idle") == ["score_idle", "idle_rate_zones"]
    assert chosen("all") == list(maps)
    assert chosen("none") == []
    # Known, but the table holds revenue, which goes before.
    assert chosen("gross_output_per_mu_a") == []
    with pytest.raises(SpecError, match="idle_rate"):
        chosen("idle_rat")


def test_cards_show_the_fills_and_classes_of_the_maps(
    maps: dict[str, ThematicMap], sources: Sources, tmp_path: Path
) -> None:
    chosen = [maps["idle_rate_zones"], maps["idle_rate_prefectures"]]
    options = MapOptions(formats=("html",), sources=sources)
    cards = draw_report_maps(chosen, tmp_path, options)
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == [
        "idle_rate_prefectures.html",
        "idle_rate_zones.html",
    ]
    for card, drawn in zip(cards, chosen, strict=True):
        figure = prepare_thematic(drawn, sources)
        kind = "class" if figure.features else "sector"
        for entry in figure.group(kind).entries:
            assert f"background:{entry.colour}" in card
            assert f"{escape(entry.label)}（{entry.count}）" in card
        assert f'href="maps/{drawn.name}.html"' in card
    assert cards[0].count("<circle") == 62
    areas = prepare_thematic(chosen[1], sources).features
    assert all(f'fill="{feature.fill}"' in cards[1] for feature in areas)


def test_targets_are_mapped_by_zone_and_prefecture(tmp_path: Path) -> None:
    target_inputs = demo_target_inputs()
    found = write_targets(tmp_path / "t", target_inputs, year=2023)
    tables = tmp_path / "t" / "tables"
    frames = {name: pd.read_csv(tables / f"{name}.csv") for name in ("zone_checks", "growth")}
    drawn = {each.name: each for each in targets_maps(frames, PREFECTURES, 2023, LABEL)}
    assert {"revenue_zones", "revenue_regions", "revenue_prefectures"} <= set(drawn)
    assert "required_growth_zones" in drawn
    # One map for what is asked of national and of provincial zones.
    verdicts = drawn["output_per_mu_revenue_built_each_zones"].data
    assert isinstance(verdicts, pd.Series)
    assert len(verdicts) == 62
    rows = found.zones[found.zones["reading"] == "revenue_built_each"].set_index("zone")
    assert verdicts[rows.index].tolist() == rows["verdict"].tolist()
    share = drawn["output_per_mu_revenue_built_each_prefectures"].data
    assert isinstance(share, pd.Series)
    own = rows[PREFECTURES.reindex(rows.index) == "昆明市"]["verdict"]
    assert share["昆明市"] == pytest.approx((own == "met").mean() * 100)
    # No zone has figures on the evaluation of land: no map.
    assert not any(name.startswith("land_evaluation") for name in drawn)
