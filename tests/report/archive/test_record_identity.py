"""Which record of earlier years a record is: numbers, polygons, and what decides nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from yngis.report.archive import add_runs, read_findings
from yngis.report.archive.record_identity import identify_records


def _frame(rows: list[tuple[str, str, str]], **more: Any) -> pd.DataFrame:
    columns = ["supervision_no", "contract_no", "parcel_no"]
    return pd.DataFrame(rows, columns=columns).assign(name="", **more)


def _shapes(*boxes: Any) -> Any:
    held = np.empty(len(boxes), dtype=object)
    held[:] = [None if box is None else shapely.box(*box) for box in boxes]
    return held


def test_numbers_go_before_polygons_and_doubled_numbers_decide_nothing() -> None:
    known = _frame(
        [("5301", "", ""), ("", "HT-1", "G1"), ("7", "", ""), ("7", "", ""), ("待定", "", "")],
        record_key=list("ABCDE"),
        edition_id=3,
    )
    records = _frame(
        [
            ("５３０１", "", ""),
            ("", "ht—1", "G1"),
            ("7", "", ""),
            ("待定", "", ""),
            ("", "HT-1", ""),
        ]
    )
    nothing = _shapes(*[None] * 5)
    told = identify_records(records, nothing, known, nothing, digest="x")
    assert told["matched_by"].tolist() == ["supervision_no", "contract_parcel", "new", "new", "new"]
    assert told["record_key"][:2].tolist() == ["A", "B"]
    assert told["record_key"].is_unique


def test_a_number_that_polygons_contradict_is_told() -> None:
    known = _frame([("1", "", ""), ("2", "", "")], record_key=["A", "B"], edition_id=1)
    before = _shapes((0, 0, 0.01, 0.01), (1, 0, 1.01, 0.01))
    after = _shapes((0, 0, 0.005, 0.01), (3, 0, 3.01, 0.01))
    told = identify_records(
        _frame([("1", "", ""), ("2", "", "")]), after, known, before, digest="x"
    )
    assert told["record_key"].tolist() == ["A", "B"]
    assert abs(told["overlap"][0] - 0.5) < 1e-6  # half of the larger
    assert told["overlap"][1] == 0.0


def test_polygons_must_share_nine_tenths_of_both() -> None:
    known = _frame([("", "", "")] * 3, record_key=list("ABC"), edition_id=1)
    records = _frame([("", "", "")] * 4)
    # In a row, 0.010° long: the first shares 0.0095 of 0.010, the second all of a twice larger one,
    # the third has two partners with the same polygon, which therefore are none.
    before = _shapes((0, 0, 0.010, 0.01), (1, 0, 1.020, 0.01), (2, 0, 2.010, 0.01))
    after = _shapes(
        (0.0005, 0, 0.010, 0.01), (1, 0, 1.010, 0.01), (2, 0, 2.010, 0.01), (2, 0, 2.010, 0.01)
    )
    told = identify_records(records, after, known, before, digest="x")
    assert told["matched_by"].tolist() == ["overlap", "new", "new", "new"]
    assert abs(told["overlap"][0] - 0.95) < 1e-6
    assert told["matched_edition"][0] == 1


def test_a_record_keeps_its_key_over_the_years(archive: Any, write_audit: Any) -> None:
    zone = "昆明高新区"
    shapes = [shapely.box(102.7, 25, 102.701, 25.001), shapely.box(102.8, 25, 102.801, 25.001)]

    def rows(first: str, second: str) -> list[dict[str, Any]]:
        base = {"zone": zone, "finding": "built", "area_m2": 1e4}
        return [base | {"id": first, "supervision_no": "53001"}, base | {"id": second}]

    for year, numbers in ((2022, ("a", "b")), (2023, ("c", "d")), (2021, ("e", "f"))):
        run = write_audit(
            str(year), f"{year}-12-31", zones=(zone,), records=rows(*numbers), shapes=shapes
        )
        add_runs(archive, [run])
    found = read_findings(archive)
    # Two parcels, three years, of which the earliest came last.
    assert found["record_key"].nunique() == 2
    assert sorted(found["matched_by"]) == ["new"] * 2 + ["overlap"] * 2 + ["supervision_no"] * 2
    early = found[found["year"] == 2021]
    assert early["matched_edition"].tolist() == [1, 1]  # that of 2022 is nearer than that of 2023
    assert early[["west", "south"]].iloc[0].tolist() == [102.7, 25.0]
