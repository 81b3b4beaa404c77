"""Cards say what the audit says, one sheet a parcel, and run nothing that its cells hold."""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image
from pypdf import PdfReader

from tests.report.parcel_cards.conftest import HOSTILE, ZONE, ground
from yngis.catalogue.io.vectors.shape_table import write_shape_table
from yngis.errors import LayerError, SpecError
from yngis.report.imagery.run import PROGRAM, card_file_name
from yngis.report.parcel_cards import CardInputs, write_cards
from yngis.report.parcel_cards.card_source import read_card_source
from yngis.report.parcel_cards.card_texts import SHEET, text_lines, write_cards_texts
from yngis.report.parcel_cards.parcel_map import Surroundings, draw_parcel_maps, find_boundaries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def page_data(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    held = re.search(r'id="cards">(.*?)</script>', text, re.DOTALL)
    assert held
    data: dict[str, Any] = json.loads(held[1])
    return data


def facts(path: Path, number: int) -> dict[str, str]:
    data = page_data(path)
    told = [
        data["words"][text] if isinstance(text, int) else text
        for text in data["cards"][number]["facts"]
    ]
    return dict(zip(data["facts"], told, strict=True))


def test_a_card_says_what_the_audit_says(make_audit: Callable[..., Path], tmp_path: Path) -> None:
    written = write_cards(CardInputs(make_audit()), tmp_path / "cards.html")
    assert written.cards == 4
    told = facts(tmp_path / "cards.html", 0)
    assert told["编号"] == "合同0000"
    assert told["面积"] == "1.0000 公顷（15.00 亩）"
    assert told["逾期天数"] == "1,460 日"
    assert told["价款"] == "1,234.50 万元"
    assert told["应征闲置费"] == "246.90 万元"
    assert told["应动工日期"] == "2022-01-01（约定）"
    assert told["闲置年限"] == "满 2 年"
    # Suspected idle first, then overdue start; within each the longest overdue first.
    ids = [facts(tmp_path / "cards.html", at)["编号"] for at in range(4)]
    assert ids == ["合同0000", "合同0002", "合同0001", "合同0003"]


def test_corners_are_those_of_the_survey(make_audit: Callable[..., Path]) -> None:
    source = read_card_source(CardInputs(make_audit()))
    boundary = find_boundaries(source.shapes)[0]
    assert boundary is not None
    assert boundary.zone == 34
    # From the north, clockwise: the square stood at (34 520 000, 2 765 000), 100 m wide.
    want = [[0, 100], [100, 100], [100, 0], [0, 0]]
    corner = np.array([34_520_000_000, 2_765_000_000])
    assert np.abs(boundary.rings[0] - corner - np.array(want) * 1000).max() <= 1
    holed = find_boundaries(source.shapes)[2]
    assert holed is not None
    assert len(holed.rings) == 2
    cards = write_cards_texts(source.rows, find_boundaries(source.shapes))
    assert cards[0].corners[0][0] == "J1"
    assert cards[2].corners[-1][0] == "J8（圈2）"
    assert "3 度带第 34 带，中央经线 102°；共 4 点" in cards[0].corner_note


def test_a_map_is_to_scale() -> None:
    own = ground(shapely.box(34_520_000, 2_765_000, 34_520_100, 2_765_100))
    near = ground(shapely.box(34_520_110, 2_765_000, 34_520_210, 2_765_100))
    held = np.array([own, near], dtype=object)
    around = Surroundings(held, ["neighbour", "neighbour"], ["1", "2"])
    (drawn,) = draw_parcel_maps([own], around, (180.0, 62.0))
    assert drawn is not None
    # 100 m take at most 62 % of 62 mm: 1:5000 would do, 1:2000 would not.
    assert drawn.scale == 5000
    ring = drawn.shapes[-1].lines[0]
    assert abs(np.ptp(ring[:, 0]) - 200) <= 1
    assert [number for _, _, number in drawn.numbers] == ["2"]
    assert {shape.look for shape in drawn.shapes} == {"own", "neighbour"}
    assert drawn.bar_m / drawn.scale * 1e4 == drawn.bar_tenths


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_two_runs_give_the_same_bytes(
    make_audit: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    folder = make_audit(2)
    for name in ("a", "b"):
        write_cards(CardInputs(folder), tmp_path / f"{name}.{kind}")
    first, second = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("a", "b"))
    assert first == second


def test_hostile_cells_stay_texts(make_audit: Callable[..., Path], tmp_path: Path) -> None:
    names = ("holder", "project", "use_name", "method", "evidence", "rule", "action", "finding_no")
    folder = make_audit(1, **dict.fromkeys(names, HOSTILE))
    write_cards(CardInputs(folder), tmp_path / "cards.html")
    text = (tmp_path / "cards.html").read_text(encoding="utf-8")
    assert text.count("<script") == 2
    assert "alert(1)" in facts(tmp_path / "cards.html", 0)["用地单位"]
    write_cards(CardInputs(folder), tmp_path / "cards.docx")
    with zipfile.ZipFile(tmp_path / "cards.docx") as held:
        body = held.read("word/document.xml").decode()
    assert "&lt;w:p/&gt;" in body
    assert "{{7*7}}" in body
    assert "\u202e" not in body


def test_long_cells_are_cut_and_told(make_audit: Callable[..., Path], tmp_path: Path) -> None:
    names = ("holder", "project", "use_name", "method", "evidence", "rule", "action", "county")
    folder = make_audit(1, **dict.fromkeys(names, "很长的内容" * 200))
    written = write_cards(CardInputs(folder), tmp_path / "cards.pdf")
    assert written.cut == 1
    (page,) = PdfReader(tmp_path / "cards.pdf").pages
    assert "有删节" in page.extract_text()
    (card,) = write_cards_texts(read_card_source(CardInputs(folder)).rows, [None])
    assert 0 < sum(height for _, height in card.blanks) < SHEET[1]


def test_a_title_takes_one_line_however_wide_its_signs(
    make_audit: Callable[..., Path], tmp_path: Path
) -> None:
    write_cards(CardInputs(make_audit(1, id="😀" * 60)), tmp_path / "cards.docx")
    with zipfile.ZipFile(tmp_path / "cards.docx") as held:
        body = held.read("word/document.xml").decode()
    title = re.findall(r"<w:t[^>]*>(图斑卡片.*?)</w:t>", body)[0]
    # 180 mm hold 34 signs of 15 points; three of them are the card's number.
    assert text_lines(title, 31.0) == 1
    assert title.endswith("…")


def test_pdf_has_a_page_each(make_audit: Callable[..., Path], tmp_path: Path) -> None:
    write_cards(CardInputs(make_audit(3)), tmp_path / "cards.pdf")
    pages = PdfReader(tmp_path / "cards.pdf").pages
    assert len(pages) == 3
    text = pages[0].extract_text()
    assert "合同0000" in text
    assert "1:5,000" in text


def test_history_is_told_from_the_earliest(make_audit: Callable[..., Path]) -> None:
    before = make_audit(1, "before", "2024-12-31", days="1095.0")
    now = make_audit(2)
    source = read_card_source(CardInputs(now, since=(before,)))
    assert list(source.rows["history"]) == [
        "2024-12-31 疑似闲置（逾期 1,095 日）；2025-12-31 疑似闲置",
        "2024-12-31 无此编号；2025-12-31 逾期未动工",
    ]
    with pytest.raises(LayerError, match="2024-12-31"):
        read_card_source(CardInputs(before, since=(now,)))


def test_wrong_names_are_told_with_the_nearest(
    make_audit: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_audit(1)
    with pytest.raises(SpecError, match="suspected_idle"):
        write_cards(CardInputs(folder, findings=("suspected_idel",)), tmp_path / "a.html")
    with pytest.raises(SpecError, match=ZONE):
        write_cards(CardInputs(folder, zones=("昆明经济技术开发",)), tmp_path / "a.html")
    with pytest.raises(SpecError, match="--to"):
        write_cards(CardInputs(folder), tmp_path / "a.xls")
    with pytest.raises(LayerError, match="没有 / none"):
        write_cards(CardInputs(folder, findings=("completed",)), tmp_path / "a.html")
    with pytest.raises(LayerError, match="RESULT_DIR"):
        write_cards(CardInputs(tmp_path), tmp_path / "a.html")
    assert not list(tmp_path.glob("a.*"))


def test_findings_without_polygons_say_so(make_audit: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_audit(2)
    (folder / "balance.gpkg").unlink()
    written = write_cards(CardInputs(folder), tmp_path / "cards.html")
    assert any("2 宗没有图形" in note for note in written.notes)
    assert "map" not in page_data(tmp_path / "cards.html")["cards"][0]
    write_cards(CardInputs(folder), tmp_path / "cards.docx")
    write_cards(CardInputs(folder), tmp_path / "cards.pdf")


def test_the_table_of_parcels_goes_before_the_layer_of_findings(
    make_audit: Callable[..., Path],
) -> None:
    folder = make_audit(5)
    layer = gpd.read_file(folder / "balance.gpkg", layer="findings")
    shapes = np.array(layer.geometry, dtype=object)
    shapes[4] = None
    ids = layer["id"].to_numpy(dtype=object)
    write_shape_table(folder / "parcels.parquet", [(ids[:2], shapes[:2]), (ids[2:], shapes[2:])])
    source = read_card_source(CardInputs(folder, findings=("suspected_idle",)))
    # Rows 1, 3 and 5 are suspected idle; the fifth has no land, and the others lie around.
    assert [shape is None for shape in source.shapes] == [False, False, True]
    assert source.shapes[1] is not None
    assert source.shapes[1].equals(shapes[2])
    assert list(source.around.looks).count("other") == 2
    assert list(source.around.cards) == ["1", "2", *[""] * (len(source.around.looks) - 2)]
    write_shape_table(folder / "parcels.parquet", [(ids[::-1], shapes)])
    with pytest.raises(LayerError, match=r"parcels\.parquet"):
        read_card_source(CardInputs(folder))
    (folder / "parcels.parquet").write_bytes(b"no table")
    with pytest.raises(LayerError, match=r"parcels\.parquet"):
        read_card_source(CardInputs(folder))


def test_numbers_that_stand_twice_keep_their_own_land(make_audit: Callable[..., Path]) -> None:
    # Rows 1 and 3 are suspected idle under one number: the longer overdue one is the first row.
    source = read_card_source(CardInputs(make_audit(4, id="同号")))
    west = [shape.bounds[0] for shape in source.shapes if shape is not None]
    assert west[0] < west[1]
    assert len(west) == 4


def test_pictures_are_found_by_every_number(
    make_audit: Callable[..., Path], tmp_path: Path
) -> None:
    # Evidence is named by 合同编号; the audit calls the parcels otherwise. The second and third
    # row bear one contract: of which of them the picture is, nobody can tell.
    contracts = pd.Series(["HT-1", "HT-2", "HT-2", "HT-4"])
    folder = make_audit(4, contract_no=contracts, finding="suspected_idle", days="10")
    evidence = tmp_path / "evidence"
    (evidence / "chips").mkdir(parents=True)
    rows = [{"parcel": name, "contradiction": "核实", "disturbed_from": "", "provisional": "no"}
            for name in ("HT-1", "HT-2", "HT-4")]  # fmt: skip
    for number, row in enumerate(rows):
        name = card_file_name(row["parcel"], number)
        Image.new("RGB", (40, 40)).save(evidence / "chips" / f"{name}_after.jpg")
    (evidence / "run.json").write_text(f'{{"program": "{PROGRAM}"}}', encoding="utf-8")
    pd.DataFrame(rows).to_csv(evidence / "parcel_evidence.csv", index=False, encoding="utf-8-sig")
    source = read_card_source(CardInputs(folder, imagery=evidence))
    assert [len(each) for each in source.pictures] == [1, 0, 0, 1]


def test_pictures_stand_beside_the_map(make_audit: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_audit(2)
    evidence = tmp_path / "evidence"
    (evidence / "chips").mkdir(parents=True)
    Image.new("RGB", (40, 40), "#335533").save(
        evidence / "chips" / "0001_合同0001_before.jpg", comment="2025-04-11"
    )
    (evidence / "run.json").write_text(f'{{"program": "{PROGRAM}"}}', encoding="utf-8")
    row = {"parcel": "合同0001", "contradiction": "疑似未动工", "disturbed_from": "",
           "provisional": "no"}  # fmt: skip
    pd.DataFrame([row]).to_csv(evidence / "parcel_evidence.csv", index=False, encoding="utf-8-sig")
    inputs = CardInputs(folder, imagery=evidence)
    for kind in ("html", "docx", "pdf"):
        write_cards(inputs, tmp_path / f"c.{kind}")
    first, second = page_data(tmp_path / "c.html")["cards"]
    assert "pictures" not in first
    assert second["pictures"][0][0] == "影像：前 2025-04-11"
    assert second["pictures"][0][1].startswith("data:image/jpeg;base64,")
    with zipfile.ZipFile(tmp_path / "c.docx") as held:
        assert sum(name.endswith(".jpg") for name in held.namelist()) == 1
    assert len(PdfReader(tmp_path / "c.pdf").pages) == 2
