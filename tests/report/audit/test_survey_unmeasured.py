"""What the survey cannot cut is listed once, and neither contradicted nor cleared."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from yngis.analysis.audit.balancing.not_balanced import NotBalanced
from yngis.catalogue import load
from yngis.measure.polygons import OverlayError
from yngis.report.audit import survey
from yngis.report.audit.survey import Survey


def test_a_target_that_cannot_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [box(102.7 + k * 0.01, 24.9, 102.705 + k * 0.01, 24.905) for k in range(3)]
    targets = gpd.GeoDataFrame(
        {
            "kind": ["供而未用", "批而未供", "供而未用"], "id": ["a", "b", "c"], "finding": "",
            "record": [0, -1, 1], "approval": [-1, 5, -1],
        },
        geometry=shapes,
        crs=4490,
    )  # fmt: skip
    lost = NotBalanced()
    told = Survey(targets, load("zones"), lost)

    def fails(*_: Any) -> Any:
        raise OverlayError("102.7, 24.9")

    real = survey.split_polygon
    monkeypatch.setattr(survey, "intersect_pairs", fails)
    monkeypatch.setattr(
        survey,
        "split_polygon",
        lambda one, other: fails() if other is not told._shapes[2] else real(one, other),
    )
    frame = pd.DataFrame(
        {"use_scheme": "三调", "use_code": "0601", "use_name": "工业用地", "use_built": True},
        index=range(6),
    )
    parcels = np.empty(6, dtype=object)
    parcels[:] = [*shapes, *shapes]
    told._add(frame, parcels)
    assert told.contradictions()["id"].tolist() == ["c"]
    listed = lost.to_layer()
    assert listed[["kind", "step"]].to_numpy().tolist() == [
        ["record", "survey"], ["approval", "survey"],
    ]  # fmt: skip
    assert listed["approval"].tolist()[1] == 5
