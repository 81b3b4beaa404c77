"""QGIS itself opens a delivery, where it is installed: `python tasks.py qgis`."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.deliver.conftest import every_drawn_layer
from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.report.audit.wording import CHARACTERS, COLOURS, UNSUPPLIED_COLOUR
from yngis.report.deliver import deliver
from yngis.report.deliver.gpkg import write_styled_geopackage
from yngis.report.deliver.qgs import write_qgis_project
from yngis.report.deliver.qml import legend_classes, legend_label

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM = "/usr/bin/python3"
OPENER = Path(__file__).parents[2] / "qgis" / "open_in_qgis.py"


@cache
def has_qgis() -> bool:
    if not Path(SYSTEM).exists():
        return False
    asked = subprocess.run([SYSTEM, "-c", "import qgis.core"], capture_output=True, check=False)
    return asked.returncode == 0


pytestmark = pytest.mark.skipif(not has_qgis(), reason="QGIS is not there: python tasks.py qgis")


@pytest.fixture(scope="module")
def seen(made_audit: Any, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    home = tmp_path_factory.mktemp("qgis")
    deliver(made_audit.folder, home / "delivery")
    # Beside it the looks of every layer of every command, which no single delivery has.
    layers = every_drawn_layer()
    book = home / "delivery" / "looks.gpkg"
    write_styled_geopackage(book, layers)
    write_qgis_project(book.with_suffix(".qgs"), book, layers, title="looks")
    subprocess.run(
        [SYSTEM, OPENER, home / "delivery", home / "seen.json"],
        check=True,
        capture_output=True,
        timeout=300,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"},
    )
    told: Mapping[str, Any] = json.loads((home / "seen.json").read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize("opened", ["audit.qgs", "audit.gpkg"])
def test_qgis_draws_the_findings_as_the_map_does(seen: Mapping[str, Any], opened: str) -> None:
    findings = seen[opened]["layers"]["findings"]
    assert (findings["valid"], findings["rows"], findings["crs"]) == (True, 40, "EPSG:4490")
    assert (findings["renderer"], findings["column"]) == ("categorizedSymbol", "finding")
    told = {each["value"]: each for each in findings["classes"]}
    assert list(told) == [*FINDINGS, ""]
    for code, label in FINDINGS.items():
        assert told[code]["label"] == f"{CHARACTERS[code]} {label}"
        assert told[code]["colour"] == told[code]["seen"] == COLOURS[code]
    assert findings["labels"]
    assert findings["label_fault"] == ""
    assert set(findings["written"]) >= {"闲", "建"}
    assert findings["label_scale"] == 100_000.0
    assert findings["aliases"]["holder"] == "用地单位"


@pytest.mark.parametrize("opened", ["audit.qgs", "audit.gpkg"])
def test_qgis_knows_the_other_layers(seen: Mapping[str, Any], opened: str) -> None:
    layers = seen[opened]["layers"]
    assert layers["unsupplied"]["colour"] == UNSUPPLIED_COLOUR
    assert layers["unsupplied"]["label_fault"] == ""
    assert layers["zones"]["column"] == "boundary"
    assert all(each["valid"] for each in layers.values())


def test_qgis_shows_the_results_above_the_zones(seen: Mapping[str, Any]) -> None:
    assert seen["audit.qgs"]["crs"] == "EPSG:4490"
    assert seen["audit.qgs"]["order"] == [
        "供应土地判定", "批而未供", "重复批准", "开发区范围", "州（市）界", "分区汇总", "比率",
    ]  # fmt: skip


@pytest.mark.parametrize("opened", ["looks.qgs", "looks.gpkg"])
def test_qgis_accepts_the_look_of_every_layer(seen: Mapping[str, Any], opened: str) -> None:
    for layer in every_drawn_layer():
        told, looks = seen[opened]["layers"][layer.declared.name], layer.symbols
        assert looks is not None
        assert told["valid"]
        classes = legend_classes(looks)
        if looks.column:
            assert [(each["value"], each["label"], each["colour"]) for each in told["classes"]] == [
                (each.value, legend_label(each), each.colour.upper()) for each in classes
            ]
        else:
            assert told["colour"] == classes[0].colour.upper()
        assert told.get("label_fault", "") == ""
        if looks.labels:
            assert told["label"] == f'"{looks.labels}"'
            assert told["label_scale"] == looks.names_below
