"""One made-up pile of scenes for all tests of evidence, written once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from yngis.analysis.imagery.evidence import Evidence, parcel_evidence
from yngis.analysis.imagery.rules import read_imagery_rules
from yngis.analysis.imagery.scene_files import check_scenes
from yngis.analysis.imagery.scene_reading import OpenScene
from yngis.analysis.imagery.scenes import read_scenes
from yngis.report.demo.scenes import SCENES_AS_OF, DemoScenes


@dataclass(frozen=True)
class Planted:
    """What was planted, and what the scenes say of it."""

    folder: Path
    parcels: gpd.GeoDataFrame
    truth: pd.DataFrame
    labels: dict[str, bool]
    opened: list[OpenScene]
    evidence: Evidence
    table: pd.DataFrame


@pytest.fixture(scope="session")
def planted(demo_scenes: tuple[Path, DemoScenes]) -> Planted:
    folder, made = demo_scenes
    parcels = made.parcels.set_index("合同编号")
    truth = made.truth.set_index("parcel")
    told = pd.read_csv(made.files["scene_labels"], encoding="utf-8-sig").set_index("parcel")
    labels = told["label"].eq("built").to_dict()
    check = check_scenes(*read_scenes(made.files["scenes"]), as_of=SCENES_AS_OF)
    assert not check.problems
    evidence = parcel_evidence(
        parcels, check.opened, SCENES_AS_OF, read_imagery_rules(), labels=labels
    )
    table = evidence.table.join(truth[["kind", "built", "disturbed_on", "area_ha", "status"]])
    return Planted(folder, parcels, truth, labels, check.opened, evidence, table)
