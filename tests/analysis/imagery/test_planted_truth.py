"""What was planted in the made-up scenes is found, and what cannot be told is said so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.imagery.calibration import calibrate
from yngis.analysis.imagery.contradictions import (
    BUILDING,
    COMPLETED,
    DISTURBED,
    NOT_STARTED,
    UNSUPPLIED,
    contradict_ledger,
)
from yngis.analysis.imagery.disturbance import find_disturbance
from yngis.analysis.imagery.evidence import (
    EVIDENCE_COLUMNS,
    LandCoverShare,
    parcel_evidence,
)
from yngis.analysis.imagery.rules import read_imagery_rules
from yngis.report.demo.scenes import SCENES_AS_OF

from .conftest import Planted

RULES = read_imagery_rules()


def test_the_columns_are_those_promised(planted: Planted) -> None:
    assert tuple(planted.evidence.table.columns) == EVIDENCE_COLUMNS
    assert planted.evidence.table.index.equals(planted.parcels.index)


def test_built_is_right_and_little_of_it_is_missed(planted: Planted) -> None:
    unseen = planted.table[(planted.table["area_ha"] >= 0.2)]
    unseen = unseen[~unseen.index.isin(planted.labels)]
    told = unseen[unseen["state"] == "built"]
    assert len(told) > 30
    assert told["built"].mean() >= 0.95
    missed = unseen[unseen["built"] & unseen["state"].isin(["not_built", "green"])]
    assert len(missed) <= 0.01 * unseen["built"].sum()


def test_some_parcels_cannot_be_told(planted: Planted) -> None:
    table = planted.table
    assert (table["state"] == "cannot_tell").sum() > 10
    assert (table.loc[table["area_ha"] < 0.2, "why_not"] == "too_small").all()
    assert (table.loc[table["state"] == "cannot_tell", "grade"] == "").all()


def test_disturbance_is_real_and_its_interval_holds_it(planted: Planted) -> None:
    large = planted.table[planted.table["area_ha"] >= 0.2]
    sure = large[(large["disturbed_from"] != "") & (large["provisional"] == "no")]
    real = sure["disturbed_on"] != ""
    assert real.mean() >= 0.96
    assert len(sure) >= 0.9 * (large["disturbed_on"] != "").sum()
    held = (sure["disturbed_from"] <= sure["disturbed_on"]) & (
        sure["disturbed_on"] <= sure["disturbed_to"]
    )
    assert held[real].mean() >= 0.92
    off = pd.to_datetime(sure["disturbed_best"]) - pd.to_datetime(sure["disturbed_on"])
    assert off[real].dt.days.abs().median() <= 14


def test_construction_on_cleared_land_needs_no_training(planted: Planted) -> None:
    plain = parcel_evidence(planted.parcels, planted.opened, SCENES_AS_OF, RULES).table
    late = planted.table["kind"] == "built_late"
    turned = plain["change_type"] == "built_after_clearing"
    cleared = plain["change_type"] != ""
    assert turned[late & cleared].mean() >= 0.9
    assert not turned[planted.table["kind"].isin(["cleared_net", "crop"])].any()
    # Without calibration nothing is called built, whatever one witness says.
    assert not plain["state"].isin(["built", "not_built"]).any()
    bare = planted.table["kind"].eq("bare") & (planted.table["area_ha"] >= 0.2)
    assert (plain.loc[bare, "why_not"] == "no_calibration").all()


def test_shuffled_labels_are_refused(planted: Planted) -> None:
    names = list(planted.labels)
    random = np.random.default_rng(5)
    shuffled = dict(zip(names, random.permutation(list(planted.labels.values())), strict=True))
    told = parcel_evidence(planted.parcels, planted.opened, SCENES_AS_OF, RULES, labels=shuffled)
    assert not told.calibration.usable
    assert "正确" in told.calibration.reason
    assert not told.table["state"].isin(["built", "not_built"]).any()
    assert told.table["score"].isna().all()


def test_too_few_labels_are_refused(planted: Planted) -> None:
    few = dict(list(planted.labels.items())[:12])
    told = parcel_evidence(planted.parcels, planted.opened, SCENES_AS_OF, RULES, labels=few)
    assert not told.calibration.usable
    assert "每类至少 10" in told.calibration.reason


def test_grade_a_built_has_two_witnesses(planted: Planted) -> None:
    table = planted.table
    sure = table[(table["state"] == "built") & (table["grade"] == "A")]
    assert len(sure) > 0
    assert sure["witnesses"].str.contains(";").all()
    assert (sure["area_ha"] >= 1.0).all()
    cover = LandCoverShare(pd.Series(1.0, index=planted.parcels.index), 2026)
    more = parcel_evidence(
        planted.parcels, planted.opened, SCENES_AS_OF, RULES, labels=planted.labels,
        land_cover=cover,
    ).table  # fmt: skip
    assert (more["grade"] == "A").sum() > (table["grade"] == "A").sum()


@pytest.mark.parametrize(
    ("row", "status", "told"),
    [
        (("green", "green", "A", ""), COMPLETED, "疑似虚报竣工"),
        (("green", "green", "B", ""), COMPLETED, "核实"),
        (("green", "green", "A", ""), BUILDING, "疑似未动工"),
        (("built", "bare", "A", ""), NOT_STARTED, "疑似已建"),
        (("built", "bare", "B", ""), NOT_STARTED, "核实"),
        (("built", "bare", "A", ""), UNSUPPLIED, "疑似未供先用"),
        (("not_built", "bare", "A", "2024-03-01"), NOT_STARTED, DISTURBED),
        (("non_vegetated", "bare", "B", "2024-03-01"), NOT_STARTED, DISTURBED),
        (("built", "bare", "A", ""), COMPLETED, ""),
        (("green", "green", "A", ""), NOT_STARTED, ""),
        (("cannot_tell", "", "", ""), COMPLETED, ""),
        (("built", "bare", "A", ""), None, ""),
    ],
)
def test_ledger_against_image(row: tuple[str, ...], status: str | None, told: str) -> None:
    frame = pd.DataFrame([row], columns=["state", "cover", "grade", "disturbed_from"])
    found = contradict_ledger(frame, [status]).item()
    assert found == told if not told else told in found
    if "B" in row and told:
        assert "核实" in found


def test_planted_lies_of_the_ledger_are_met(planted: Planted) -> None:
    table = planted.table[planted.table["area_ha"] >= 0.2]
    told = contradict_ledger(table, table["status"])
    lies = (table["kind"] == "crop") & (table["status"] == "completed")
    assert lies.sum() >= 3
    assert told[lies].str.contains("虚报竣工").all()
    honest = (table["kind"] == "built") & (table["status"] == "completed")
    assert (told[honest] == "").all()


def test_a_step_by_hand() -> None:
    """Green for two years, bare for two: the step lies between the 24th and 25th observation."""
    days = np.arange(48, dtype=np.int64) * 30 + 738_000
    series = np.where(np.arange(48) < 24, 0.7, 0.1)[None] + 0.01 * np.sin(np.arange(48.0))
    told = find_disturbance(days, series, RULES)
    assert told.found[0]
    assert days[23] <= told.best[0] <= days[24]
    assert told.first[0] <= told.best[0] <= told.last[0]
    assert told.green_before[0]
    assert not told.provisional[0]
    flat = find_disturbance(days, np.full((1, 48), 0.6), RULES)
    gaps = find_disturbance(days, np.full((1, 48), np.nan), RULES)
    assert not flat.found[0]
    assert not gaps.found[0]


def test_a_disturbance_scan_is_fast() -> None:
    import time  # noqa: PLC0415

    random = np.random.default_rng(0)
    days = np.sort(random.choice(1100, 90, replace=False)) + 738_000
    series = random.normal(0.5, 0.1, (2000, 90))
    find_disturbance(days, series[:2], RULES)
    start = time.process_time()
    find_disturbance(days, series, RULES)
    assert (time.process_time() - start) / 2000 <= 0.3e-3


def test_calibration_needs_both_classes() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(40, 4))
    assert not calibrate(features, np.ones(40, dtype=bool), RULES).usable
    apart = features + np.repeat([0.0, 9.0], 20)[:, None]
    told = calibrate(apart, np.repeat([False, True], 20), RULES)
    assert told.usable
    assert told.right == 1.0
    assert told.matrix.sum() == 40
    assert np.isnan(told.score(np.full((1, 4), np.nan))[0])
