"""Readings as data: a user's file is refused with every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from yngis.analysis.targets import read_readings
from yngis.catalogue import load, shipped_dir
from yngis.errors import SpecError
from yngis.plan import plan_targets

SHIPPED = shipped_dir() / "rules" / "readings.yml"


def test_the_shipped_readings_fit_plan_and_registry() -> None:
    found = read_readings(ids=plan_targets()["id"], zones=load("zone_registry")["name_zh"])
    for listed in found.values():
        assert len({reading.name for reading in listed}) == len(listed)


def test_faults_are_told_at_once_with_the_nearest(tmp_path: Path) -> None:
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    content["targets"]["digital_zones"][0]["of"] = ["digital_transfomation"]
    content["targets"]["special_fund"][0]["scope"] = "昆明高新技术产业开发去"
    content["targets"]["wastewater_treatment"][0].pop("by")
    content["targets"]["national_hightech_zones"][0].pop("level")
    content["targets"]["digital_zone"] = content["targets"].pop("listed_firms_ratio")
    path = tmp_path / "ours.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        read_readings(path, ids=plan_targets()["id"], zones=load("zone_registry")["name_zh"])
    told = "\n".join(str(problem) for problem in caught.value.problems)
    assert len(caught.value.problems) == 6
    for text in (
        "digital_transformation",
        "昆明高新技术产业开发区",
        "needs by",
        "needs level, category",
        "none for: listed_firms_ratio",
        "“digital_zone”",
    ):
        assert text in told
