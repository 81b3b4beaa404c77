"""What an audit writes: whole, the same every time, inert, and to be compared with another."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

from yngis.analysis.audit.idle_land.idle_rules import read_rules, shipped_rules
from yngis.errors import LayerError
from yngis.report.audit import audit, audit_summary_lines
from yngis.report.demo.write import write_demo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OUTPUTS = {
    "ledger.xlsx", "supply_findings.csv", "rejected.csv", "issues.csv", "zone_summary.csv",
    "ratios.csv", "consequences.csv", "criteria.csv", "columns.csv", "doubts.csv",
    "approvals_balance.csv", "unlocated_supply.csv", "outside_approval.csv",
    "outside_misplaced.csv", "land_use.csv",
    "survey_contradictions.csv",
    "before_approval.csv", "withdrawn_later.csv", "balance.gpkg", "map.html", "report.html",
    "parcels.parquet", "run.json",
}  # fmt: skip


def test_all_outputs_are_there(audited: Any) -> None:
    assert {path.name for path in audited.folder.iterdir()} == OUTPUTS
    assert "report.html" in audit_summary_lines(audited.result)[-1]


def test_every_record_has_its_land_in_its_row(audited: Any) -> None:
    kept = gpd.read_parquet(audited.folder / "parcels.parquet")
    told = pd.read_csv(audited.folder / "supply_findings.csv", dtype="str", encoding="utf-8-sig")
    assert kept["id"].tolist() == told["id"].tolist()
    assert kept.crs.to_epsg() == 4490
    assert set(kept.geom_type.dropna()) == {"MultiPolygon"}


def test_two_runs_write_the_same_bytes(
    audited: Any, bureau: dict[str, Path], run: Callable[..., Any]
) -> None:
    again = run(bureau["supply"], parcels=bureau["parcels"], map_page=True)
    assert again.digests() == audited.digests()


def test_run_json_tells_what_was_done(audited: Any, truth: pd.DataFrame) -> None:
    told = json.loads((audited.folder / "run.json").read_text(encoding="utf-8"))
    counted = truth.loc[truth["rejected"] == "", "finding"].value_counts().to_dict()
    assert told["counts"] == counted
    assert [each["role"] for each in told["inputs"]] == ["approvals", "supply", "parcels"]
    assert all(re.fullmatch("[0-9a-f]{64}", each["sha256"]) for each in told["inputs"])
    assert all(each["records"] > 0 for each in told["inputs"])
    assert set(told["outputs"]) == OUTPUTS - {"run.json"}
    assert {"pandas", "shapely", "pyproj"} <= set(told["versions"])
    # No folder of this machine, and no clock.
    assert str(audited.folder.parent) not in json.dumps(told, ensure_ascii=False)
    assert str(datetime.now(tz=UTC).year) not in told["as_of"]


def test_the_users_rules_are_named_with_their_checksum(
    bureau: dict[str, Path], tmp_path: Path
) -> None:
    text = shipped_rules()["national-2012"].read_text(encoding="utf-8")
    own = tmp_path / "本市.yml"
    own.write_text(text.replace("boundary_day: day_after", "boundary_day: anniversary"), "utf-8")
    assert read_rules(str(own)).counting.boundary_day == "anniversary"
    out = tmp_path / "out"
    audit(bureau["supply_excel"], out, as_of="2025-12-31", rules=str(own), map_page=False)
    told = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert told["options"]["rules"] == "本市.yml"
    assert re.fullmatch("[0-9a-f]{64}", told["own_files"]["rules"])
    # On the anniversary itself the year is full under these rules, and not under the shipped ones.
    planted = pd.read_csv(bureau["truth"])
    on_the_day = set(planted.loc[planted["case"] == "overdue_on_the_day", "id"])
    findings = pd.read_csv(out / "supply_findings.csv")
    found = findings.loc[findings["id"].isin(on_the_day), "finding"]
    assert set(found) == {"suspected_idle"}


class TestLedger:
    @pytest.fixture(scope="class")
    @staticmethod
    def book(audited: Any) -> Any:
        return openpyxl.load_workbook(audited.folder / "ledger.xlsx")

    def test_sheets(self, book: Any) -> None:
        assert book.sheetnames[:4] == ["封面", "现场核实表", "分区汇总", "规划奖惩"]
        assert {
            "疑似闲置", "逾期未动工", "中止未满一年", "逾期竣工", "数据不足", "未到期", "在建",
            "已竣工", "已处置", "批准用地", "未批先供疑似", "数据问题", "列的识别",
        } <= set(book.sheetnames)  # fmt: skip

    def test_headers_are_frozen_and_filtered(self, book: Any) -> None:
        for sheet in book.worksheets[1:]:
            # One sheet has a line above its header.
            top = 2 if sheet.title == "现场核实表" else 1
            assert sheet.freeze_panes == f"B{top + 1}", sheet.title
            assert sheet.auto_filter.ref.startswith(f"A{top}:"), sheet.title
            assert sheet.print_title_rows == f"${top}:${top}"

    def test_units_stand_in_the_headers(self, book: Any) -> None:
        heads = [cell.value for cell in book["疑似闲置"][1]]
        assert {
            "面积（公顷）",
            "面积（亩）",
            "价款（万元）",
            "应征闲置费（万元）",
            "逾期天数（日）",
        } <= set(heads)
        assert all("（公顷）" in str(cell.value) or "（亩）" in str(cell.value)
                   for cell in book["分区汇总"][1][3:15])  # fmt: skip

    def test_the_second_idle_year_is_coloured(self, book: Any) -> None:
        sheet = book["疑似闲置"]
        told = {str(area.sqref) for area in sheet.conditional_formatting}
        assert len(told) == 4  # three colours, and the lines of the whole sheet
        column = [cell.value for cell in sheet[1]].index("闲置年限（年）")
        letter = sheet.cell(1, column + 1).column_letter
        assert any(area.startswith(f"{letter}2:") for area in told)

    def test_rows_are_the_findings(self, book: Any, audited: Any) -> None:
        findings = audited.table("supply_findings")
        for code, name in (("suspected_idle", "疑似闲置"), ("completed", "已竣工")):
            listed = [row[0] for row in book[name].iter_rows(min_row=2, values_only=True)]
            assert sorted(listed) == sorted(findings.loc[findings["finding"] == code, "id"])
        days = [row[7] for row in book["疑似闲置"].iter_rows(min_row=2, values_only=True)]
        assert days == sorted(days, reverse=True)

    def test_the_cover_tells_the_run(self, book: Any) -> None:
        cells = [cell for row in book["封面"].iter_rows(values_only=True) for cell in row if cell]
        assert any("2025-12-31" in cell for cell in cells)
        assert any("演示数据" in cell for cell in cells)
        assert any("第53号" in cell for cell in cells)


def test_layers_of_the_balance(audited: Any, truth: pd.DataFrame) -> None:
    path = audited.folder / "balance.gpkg"
    names = {str(name) for name, _ in pyogrio.list_layers(path)}
    order = {
        "supply_before_approval": "before_approval",
        "supply_before_withdrawal": "withdrawn_later",
    }
    planted = {order[rule] for rule in truth["between"] if rule in order}
    assert planted
    assert names == planted | {
        "unsupplied", "outside_approval", "outside_misplaced", "slivers", "overlaps", "withdrawn",
        "findings",
    }  # fmt: skip
    layers = {name: pyogrio.read_dataframe(path, layer=name) for name in names}
    assert all(layer.crs.to_epsg() == 4490 for layer in layers.values())
    assert layers["unsupplied"]["approval"].str.startswith("演示地政").all()
    assert (layers["overlaps"]["approval"] != layers["overlaps"]["earlier"]).all()
    held = audited.table("approvals_balance")[["unsupplied_ha", "by_number_ha"]]
    summed = held.apply(pd.to_numeric).sum().sum()  # what is subtracted by number has no place
    assert layers["unsupplied"]["area_ha"].sum() == pytest.approx(summed, rel=1e-6)
    grave = truth.loc[
        (truth["rejected"] == "") & truth["finding"].isin(["suspected_idle", "overdue_start"]), "id"
    ]
    assert sorted(layers["findings"]["id"]) == sorted(grave)


def test_the_report_is_one_inert_file(audited: Any, inert: Callable[[str], bool]) -> None:
    page = (audited.folder / "report.html").read_text(encoding="utf-8")
    assert inert(page)
    # Links lead to places of the page itself.
    assert not re.search(r"(?:src|href)=(?!\"#)", page)
    for word in ("疑似闲置", "批供平衡", "守恒", "规划奖惩", "数据问题", "各列如何识别", "公式"):
        assert word in page


def test_nothing_is_called_idle_without_a_letter(audited: Any) -> None:
    findings = audited.table("supply_findings")
    lettered = findings["finding_no"] != ""
    bare = findings["finding_zh"].str.contains("闲置") & ~findings["finding_zh"].str.contains(
        "疑似"
    )
    assert bare.any()
    assert lettered[bare].all()


class TestSince:
    def test_what_changed(self, bureau: dict[str, Path], run: Callable[..., Any]) -> None:
        earlier = run(bureau["supply"], as_of="2025-06-30")
        now = run(bureau["supply"], since=earlier.folder)
        told = now.table("changes").set_index("id")
        before = earlier.table("supply_findings").set_index("id")
        after = now.table("supply_findings").set_index("id")
        assert {"worsened", "resolved", "new"} <= set(told["change"])
        grown = told[told["change"] == "worsened"]
        for name in grown.index.intersection(before.index)[:50]:
            one, other = before.loc[name], after.loc[name]
            assert (one["finding"], one["idle_class"]) != (other["finding"], other["idle_class"])
        new = told.index[(told["change"] == "new").to_numpy()]
        assert not set(new) & set(before.index)
        assert "与上次比较" in (now.folder / "report.html").read_text(encoding="utf-8")

    def test_nothing_changed(
        self, audited: Any, bureau: dict[str, Path], run: Callable[..., Any]
    ) -> None:
        again = run(bureau["supply"], since=audited.folder)
        assert len(again.table("changes")) == 0
        page = (again.folder / "report.html").read_text(encoding="utf-8")
        assert "没有变化" in page

    def test_a_folder_without_audit_is_refused(
        self, bureau: dict[str, Path], tmp_path: Path
    ) -> None:
        with pytest.raises(LayerError, match="--since"):
            audit(bureau["supply"], tmp_path / "o", as_of="2025-12-31", since=tmp_path)


class TestWhole:
    """Whatever cuts an audit off, the old results stay as they were."""

    @pytest.fixture(scope="class")
    @staticmethod
    def earlier(bureau: dict[str, Path], run: Callable[..., Any]) -> Path:
        folder: Path = run(bureau["supply_excel"], as_of="2025-06-30", approvals=None).folder
        return folder

    @pytest.fixture
    def old(self, earlier: Path, tmp_path: Path) -> tuple[Path, dict[str, bytes]]:
        out = tmp_path / "结果"
        shutil.copytree(earlier, out)
        (out / "我的说明.txt").write_text("自己的", encoding="utf-8")
        return out, {path.name: path.read_bytes() for path in out.iterdir()}

    @pytest.mark.parametrize(
        ("stage", "error"),
        [
            ("判定", KeyboardInterrupt),
            ("汇总", MemoryError),
            ("写出台账", KeyboardInterrupt),
            ("写出报告", KeyboardInterrupt),
        ],
    )
    def test_cut_off(
        self, old: Any, bureau: dict[str, Path], stage: str, error: type[BaseException]
    ) -> None:
        out, before = old

        def tick(told: str, _done: int, _total: int | None) -> None:
            if told.startswith(stage):
                raise error

        with pytest.raises(error):
            audit(bureau["supply_excel"], out, as_of="2025-12-31", progress=tick)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
        assert [path.name for path in out.parent.iterdir()] == [out.name]

    def test_a_faulty_table_leaves_it_too(self, old: Any, tmp_path: Path) -> None:
        out, before = old
        bad = tmp_path / "坏.csv"
        bad.write_text("甲,乙\n1,2\n", encoding="utf-8")
        with pytest.raises(LayerError):
            audit(bad, out, as_of="2025-12-31")
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before

    def test_foreign_files_are_kept_and_foreign_folders_refused(
        self, old: Any, bureau: dict[str, Path], tmp_path: Path
    ) -> None:
        out, _ = old
        audit(bureau["supply_excel"], out, as_of="2025-12-31", map_page=False)
        assert (out / "我的说明.txt").read_text(encoding="utf-8") == "自己的"
        other = tmp_path / "照片"
        other.mkdir()
        (other / "a.jpg").write_bytes(b"x")
        with pytest.raises(LayerError, match="照片"):
            audit(bureau["supply_excel"], other, as_of="2025-12-31")
        assert [path.name for path in other.iterdir()] == ["a.jpg"]


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A smaller demonstration of another seed."""
    return write_demo(tmp_path_factory.mktemp("other") / "演示", seed=4, parcels=120)


class TestDemo:
    def test_the_same_seed_the_same_data(self, bureau: dict[str, Path], tmp_path: Path) -> None:
        again = write_demo(tmp_path / "演示", seed=3, parcels=700)
        assert set(again) == set(bureau)
        for kind, path in bureau.items():
            # GDAL writes identifiers of its own into a File Geodatabase.
            if kind != "supply_gdb":
                assert again[kind].read_bytes() == path.read_bytes(), kind

    def test_another_seed_other_data(self, bureau: dict[str, Path], other: dict[str, Path]) -> None:
        assert other["truth"].read_bytes() != bureau["truth"].read_bytes()

    def test_everything_is_labelled(self, bureau: dict[str, Path]) -> None:
        told = pyogrio.read_dataframe(bureau["supply"])
        assert told["用地单位"].str.contains("演示数据").all()
        assert (
            pyogrio.read_dataframe(bureau["approvals"])["批次名称"].str.contains("演示数据").all()
        )
        assert "演示数据" in bureau["readme"].read_text(encoding="utf-8")
        listed = pd.read_csv(bureau["enterprises"])
        assert (listed["数据说明"] == "演示数据").all()
        assert not bureau["supply_shapefile"].with_suffix(".cpg").exists()
        with zipfile.ZipFile(bureau["supply_excel"]) as book:
            assert "演示数据" in book.read("xl/sharedStrings.xml").decode()

    def test_it_replaces_itself_and_nothing_else(
        self, other: dict[str, Path], tmp_path: Path
    ) -> None:
        home = other["truth"].parent
        write_demo(home, parcels=150)
        assert len(pd.read_csv(home / "truth.csv")) == 152
        mine = tmp_path / "资料"
        mine.mkdir()
        (mine / "批准.gpkg").write_bytes(b"mine")
        with pytest.raises(LayerError, match="资料"):
            write_demo(mine, parcels=120)
        assert (mine / "批准.gpkg").read_bytes() == b"mine"

    def test_too_few_parcels(self, tmp_path: Path) -> None:
        with pytest.raises(LayerError, match="100"):
            write_demo(tmp_path / "d", parcels=10)
        assert not (tmp_path / "d").exists()
