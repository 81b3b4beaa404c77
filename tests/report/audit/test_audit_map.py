"""The map of findings holds what the tables hold: every parcel with a polygon, and its evidence."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from yngis.cartography.web.parcel_map import NOTHING
from yngis.catalogue import read_vector
from yngis.report.audit import findings_map

if TYPE_CHECKING:
    from tests.audit.conftest import Audited

_TYPES = {"u8": "u1", "i16": "<i2", "i32": "<i4", "f32": "<f4"}


def _bytes(text: str) -> bytes:
    return gzip.decompress(base64.b64decode(text))


def _values(told: dict[str, Any]) -> list[Any]:
    if told["kind"] == "text":
        return [line for block in told["data"] for line in _bytes(block).decode().split("\n")]
    dtype = np.dtype(_TYPES[told["kind"]])
    planes = np.frombuffer(_bytes(told["data"]), np.uint8).reshape(dtype.itemsize, told["length"])
    return list(np.ascontiguousarray(planes.T).view(dtype).ravel())


@pytest.fixture(scope="module")
def page(audited: Audited) -> dict[str, Any]:
    text = (audited.folder / "map.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="yngis-data">(.*?)</script>', text)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


@pytest.fixture(scope="module")
def parcels(page: dict[str, Any]) -> pd.DataFrame:
    """What popups say, by parcel."""
    columns = {}
    for column in page["columns"]:
        if "labels" in column:
            names = _values(column["labels"])
            columns[column["key"]] = [names[k] for k in _values(column["index"])]
        else:
            columns[column["key"]] = _values(column["values"])
    keys = [each["key"] for each in page["classes"]]
    return pd.DataFrame(columns).assign(code=[keys[k] for k in _values(page["class_of"])])


def test_legend_counts_what_the_table_counts(page: dict[str, Any], audited: Audited) -> None:
    counts = audited.table("supply_findings")["finding"].value_counts()
    told = {each["key"]: int(each["number"].replace(",", "")) for each in page["classes"]}
    unsupplied = told.pop("unsupplied")
    assert {key: number for key, number in told.items() if number} == counts.to_dict()
    pieces = read_vector(audited.folder / "balance.gpkg", "unsupplied")
    assert unsupplied == len(pieces) > 0


def test_every_popup_says_what_the_table_says(parcels: pd.DataFrame, audited: Audited) -> None:
    """Numbers that the demonstration gives to two records are left to the other tests."""
    table = audited.table("supply_findings").drop_duplicates("id", keep=False).set_index("id")
    drawn = parcels[(parcels["code"] != "unsupplied") & parcels["id"].isin(table.index)]
    assert len(drawn) > 500
    told = table.loc[drawn["id"]]
    assert drawn["code"].tolist() == told["finding"].tolist()
    for own in ("holder", "rule", "evidence", "zone"):
        assert drawn[own].tolist() == told[own].tolist()
    days = pd.to_numeric(told["days"]).fillna(NOTHING)
    assert drawn["days"].tolist() == days.astype("int64").tolist()
    assert drawn["area"].tolist() == pytest.approx(told["area_m2"].astype(float).tolist())


def test_unsupplied_land_names_its_approval(parcels: pd.DataFrame, audited: Audited) -> None:
    bare = parcels[parcels["code"] == "unsupplied"]
    pieces = read_vector(audited.folder / "balance.gpkg", "unsupplied")
    assert bare["area"].sum() == pytest.approx(pieces["area_ha"].sum() * 1e4, rel=1e-5)
    assert bare["evidence"].str.contains("未见供应").all()
    assert (bare["id"] != "").all()


def test_beyond_a_size_evidence_stays_where_an_action_follows(audited: Audited) -> None:
    path = audited.folder / "supply_findings.csv"
    whole = findings_map._finding_texts(path, 1)
    short = findings_map._finding_texts(path, findings_map.MOST_EVIDENCE + 1)
    grave = whole["finding"].isin(["suspected_idle", "overdue_start"])
    pd.testing.assert_frame_equal(whole[grave], short[grave])
    assert (whole.loc[~grave, "evidence"] != "").any()
    assert (short.loc[~grave, ["evidence", "action", "rule"]] == "").all(axis=None)
    pd.testing.assert_frame_equal(whole[["id", "holder"]], short[["id", "holder"]])
