"""Ledgers with odd headers, polygons apart, land not supplied, and cards that maps link to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from tests.analysis.imagery.strange_scenes import (
    AS_OF,
    days,
    paint,
    scene_row,
    write_list,
    write_lots,
)
from yngis.errors import LayerError
from yngis.report.audit import audit
from yngis.report.imagery.inputs import read_ledger_parcels
from yngis.report.imagery.run import write_evidence


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau's folder: scenes, a workbook with odd headers, polygons apart, approvals, labels."""
    home = tmp_path_factory.mktemp("bureau")
    rows = []
    for k, day in enumerate(days(20)):
        paint(home / f"s{k}.tif", day)
        rows.append(scene_row(f"s{k}.tif", day, source="演示数据，合成"))
    write_list(home / "scenes.csv", rows)
    lots = write_lots()
    lots[["合同编号", "geometry"]].to_file(home / "图形.gpkg", layer="宗地")
    kind = lots["kind"].to_numpy()
    column = np.arange(36) % 6
    done = np.where((kind == "built") & (column == 3), "2021年6月1日", "")
    done[0] = "2022.5.1"  # a crop field that is said to be completed
    done[1] = "见附件"
    begun = np.where(done != "", "20200301", "")
    begun[6] = "2023/5/6"  # a crop field that is said to be under construction
    ledger = pd.DataFrame(
        {
            "出让合同编号": lots["合同编号"],
            "供应面积\n（公顷）": 1.21,
            "约定动工时间（年月日）": "2020-01-01",
            "实际动工时间": begun,
            "竣工时间(实际)": done,
        }
    )
    # Ten built lots are supplied, and two are approved only.
    held = (column != 4) | (np.arange(36) < 24)
    supplied = ledger[held]
    supplied.to_excel(home / "供应台账.xlsx", index=False, startrow=1)
    lots[held].merge(supplied.rename(columns={"出让合同编号": "合同编号"})).drop(
        columns="kind"
    ).to_file(home / "供应.gpkg", layer="宗地")
    approvals = lots[column >= 3][["geometry"]].assign(
        批准文号=[f"云政地〔2019〕{k}号" for k in range((column >= 3).sum())], 批准日期="2019-03-01"
    )
    approvals.to_file(home / "批准.gpkg", layer="批准")
    labelled = lots[lots["kind"].isin(["built", "crop", "bare"])]
    pd.DataFrame(
        {
            "合同编号": labelled["合同编号"],
            "标注": np.where(labelled["kind"] == "built", "已建", "未建"),
        }
    ).to_csv(home / "标注.csv", index=False, encoding="gb18030")
    return home


def test_a_workbook_with_odd_headers_and_polygons_apart(bureau: Path) -> None:
    told = read_ledger_parcels(bureau / "供应台账.xlsx", as_of=AS_OF, shapes=bureau / "图形.gpkg")
    assert len(told.frame) == 34
    status = dict(zip(told.frame.index, told.status, strict=True))
    day = dict(zip(told.frame.index, told.completed, strict=True))
    assert status["H000"] == "completed"
    assert day["H000"] == dt.date(2022, 5, 1)
    assert status["H006"] == "under_construction"
    # 见附件 is no day of completion, and not the lack of one.
    assert status["H001"] != "completed"
    assert day["H001"] is None
    assert any("issues.csv" in note for note in told.notes)
    assert (told.issues["value"] == "见附件").any()


def test_what_is_no_ledger_is_refused_or_named_by_its_key(bureau: Path, tmp_path: Path) -> None:
    plain = write_lots().rename(columns={"合同编号": "图斑"})
    plain.to_file(tmp_path / "plain.gpkg")
    with pytest.raises(LayerError):
        read_ledger_parcels(tmp_path / "plain.gpkg", as_of=AS_OF)
    told = read_ledger_parcels(tmp_path / "plain.gpkg", as_of=AS_OF, key="图斑")
    assert told.status == [None] * 36
    assert "不与台账比对" in told.notes[0]
    with pytest.raises(LayerError, match="图形"):
        read_ledger_parcels(bureau / "供应台账.xlsx", as_of=AS_OF)


def test_land_not_supplied_is_looked_at_and_maps_link_to_cards(bureau: Path) -> None:
    audit(
        bureau / "供应.gpkg", bureau / "审计", as_of=AS_OF, approvals=bureau / "批准.gpkg",
        map_page=False,
    )  # fmt: skip
    found = write_evidence(
        bureau / "影像 佐证", bureau / "供应.gpkg", bureau / "scenes.csv", as_of=AS_OF,
        labels=bureau / "标注.csv", unsupplied=bureau / "审计",
    )  # fmt: skip
    waiting = found.table[found.table.index.str.startswith("批而未供")]
    assert len(waiting) == 2
    assert waiting["contradiction"].str.contains("未供先用").all()
    assert "虚报竣工" in found.table.loc["H000", "contradiction"]
    assert "未动工" in found.table.loc["H006", "contradiction"]
    audit(
        bureau / "供应.gpkg", bureau / "再审", as_of=AS_OF, approvals=bureau / "批准.gpkg",
        imagery=bureau / "影像 佐证",
    )  # fmt: skip
    told = pd.read_csv(bureau / "再审/imagery_check.csv", encoding="utf-8-sig", dtype=str).fillna(
        ""
    )
    pieces = told[told["finding"] == "批而未供"]
    assert len(pieces) == 2
    assert pieces["contradiction"].str.contains("未供先用").all()
    for card in told.loc[told["card"] != "", "card"]:
        place, anchor = card.split("#")
        page = (bureau / "再审" / unquote(place)).resolve()
        assert f"id='{anchor}'" in page.read_text(encoding="utf-8")
    assert (told["card"] != "").any()
    assert '"form":"link"' in (bureau / "再审/map.html").read_text(encoding="utf-8").replace(
        " ", ""
    )
