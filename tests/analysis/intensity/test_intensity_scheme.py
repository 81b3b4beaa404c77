"""Schemes as data: the shipped ones hold, a user's is refused with every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from yngis.analysis.intensity import quantities, read_scheme, scheme_names
from yngis.analysis.intensity.definitions import indicator_definitions
from yngis.catalogue import load
from yngis.errors import SpecError

SHIPPED = Path(__file__).parents[3] / "yngis" / "analysis" / "schemes"

# The list of output columns: the standard definitions are these, no more and no less.
_COLUMNS = """development_rate supply_rate build_out_rate industrial_share hitech_share
floor_area_ratio building_coverage industrial_far industrial_building_coefficient
fixed_investment_intensity output_intensity hitech_output_intensity industrial_tax_per_ha tax_per_ha
population_density idle_rate expired_disposal_rate idle_disposal_rate paid_use_rate
market_supply_rate"""


def test_standard_definitions_are_the_twenty_of_the_domain() -> None:
    assert list(indicator_definitions()[1]) == _COLUMNS.split()


@pytest.mark.parametrize("name", scheme_names())
def test_weights_of_every_type_and_part_add_up_to_one(name: str) -> None:
    scheme = read_scheme(name)
    for zone_type in scheme.types:
        for part in scheme.parts.weights:
            total = sum(branch.weight for branch in scheme.branches(zone_type, part))
            assert total == pytest.approx(1.0, abs=1e-12)


def test_types_are_judged_by_the_indicators_of_the_hierarchy() -> None:
    scheme = read_scheme("2014-trial")
    led = [branch.indicator for branch in scheme.branches("industrial_led", "core")]
    city = [branch.indicator for branch in scheme.branches("city_integrated", "core")]
    growth = [branch.indicator for branch in scheme.branches("industrial_led", "expansion")]
    assert city == [
        "supply_rate",
        "build_out_rate",
        "floor_area_ratio",
        "building_coverage",
        "tax_per_ha",
        "population_density",
        "idle_rate",
    ]
    assert set(led) - set(city) == {
        "industrial_share",
        "industrial_far",
        "industrial_building_coefficient",
        "fixed_investment_intensity",
        "industrial_tax_per_ha",
    }
    # The expansion area is judged by its development, not by supply and build-out (DOMAIN 1.3).
    assert "development_rate" in growth
    assert not {"supply_rate", "build_out_rate"} & set(growth)


def test_categories_with_ideals_are_categories_of_the_registry() -> None:
    known = set(load("zone_registry")["category"])
    for name in scheme_names():
        for ideal in read_scheme(name).ideals.values():
            assert set(ideal.by_category) <= known
    types = read_scheme("2014-trial").zone_types
    assert types is not None
    assert set(types.always) <= known


@pytest.mark.parametrize("name", scheme_names())
def test_unverified_weights_and_ideals_are_told(name: str) -> None:
    scheme = read_scheme(name)
    told = "\n".join(scheme.unverified())
    assert "权重" in told
    for indicator in scheme.ideals:
        if not scheme.sources[scheme.ideals[indicator].source].verified:
            assert f"{scheme.indicator(indicator).zh}理想值" in told


def test_a_verified_source_is_not_told(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "2014-trial.yml").read_text(encoding="utf-8"))
    content["sources"]["sample-weights"]["verified"] = True
    told = "\n".join(read_scheme(_written(tmp_path, content)).unverified())
    assert "权重" not in told
    assert "工业用地率理想值" in told


def test_every_quantity_of_a_formula_is_declared_with_its_dimension() -> None:
    known = quantities()
    for indicator in indicator_definitions()[1].values():
        for name in (*indicator.numerator, *indicator.denominator):
            assert name in known
    for quantity in known.values():
        for part in (*quantity.parts, *([quantity.within] if quantity.within else [])):
            assert known[part].dimension == quantity.dimension


def test_every_fault_of_a_scheme_is_told_at_once(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "2014-trial.yml").read_text(encoding="utf-8"))
    content["goals"][0]["weight"] = 0.6
    content["goals"][2]["sub_goals"][0]["indicators"][0]["weight"] = 0.5
    content["ideals"]["supply_rate"]["value"] = 0
    content["ideals"]["idle_rate"]["value"] = 1.0
    content["ideals"]["tax_per_ha"]["source"] = "nowhere"
    content["zone_types"]["source"] = "code-rul"
    with pytest.raises(SpecError) as caught:
        read_scheme(_written(tmp_path, content))
    told = {problem.where.split(": ")[1]: problem for problem in caught.value.problems}
    assert "0.6 + 0.2 + 0.1 = 0.9" in told["goals [industrial_led, core]"].found
    assert "goals.management.supervision [industrial_led, core]" in told
    assert told["ideals.supply_rate"].found == "0"
    assert told["ideals.idle_rate"].found == "1"
    assert "ideals.tax_per_ha.source" in told
    assert "code-rule" in told["zone_types.source"].mend
    assert len(told) == 6


def test_a_misspelt_indicator_and_type_are_mended(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "2014-trial.yml").read_text(encoding="utf-8"))
    content["goals"][2]["sub_goals"][0]["indicators"][0]["indicator"] = "idle_rat"
    with pytest.raises(SpecError, match="idle_rate"):
        read_scheme(_written(tmp_path, content))
    content = yaml.safe_load((SHIPPED / "2014-trial.yml").read_text(encoding="utf-8"))
    content["goals"][0]["sub_goals"][1]["weight"] = {"industrialled": 0.25}
    with pytest.raises(SpecError, match="industrial_led"):
        read_scheme(_written(tmp_path, content))


def test_formulas_of_a_users_scheme_must_fit_their_unit(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "2014-trial.yml").read_text(encoding="utf-8"))
    content["indicators"] = [
        {
            "name": "tax_share",
            "zh": "税收占比",
            "en": "tax share",
            "numerator": ["tax_wan"],
            "denominator": ["A"],
            "unit": "share",
            "source": "own-target",
        },
        {
            "name": "low_tax",
            "zh": "低税",
            "en": "low tax",
            "numerator": ["tax_wan"],
            "denominator": ["A", "A9"],
            "unit": "万元/ha",
            "sign": "negative",
            "source": "own-target",
        },
    ]
    with pytest.raises(SpecError) as caught:
        read_scheme(_written(tmp_path, content))
    told = [(problem.where.split(".")[-1], problem.found) for problem in caught.value.problems]
    assert told == [
        ("tax_share", "tax_wan: money"),
        ("low_tax", "“A9”"),
        ("low_tax", "万元/ha"),
    ]


def test_an_own_definition_stands_in_place_of_the_standard_one(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "2014-trial.yml").read_text(encoding="utf-8"))
    content["indicators"] = [
        {
            "name": "industrial_share",
            "zh": "工业用地率",
            "en": "industrial share of land supplied",
            "numerator": ["A2"],
            "denominator": ["D"],
            "unit": "share",
            "source": "own-target",
        }
    ]
    scheme = read_scheme(_written(tmp_path, content))
    assert scheme.indicator("industrial_share").denominator == ("D",)
    assert len(scheme.indicators) == 20


def test_an_unknown_scheme_names_the_nearest() -> None:
    with pytest.raises(SpecError, match="tdt1029-2010"):
        read_scheme("tdt1029-201")
    with pytest.raises(SpecError, match="2014-trial"):
        read_scheme("nothing-here.yml")


def _written(folder: Path, content: object) -> Path:
    path = folder / "mine.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
