"""Word reports: every number from the tables, texts that stay texts, the same bytes twice."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from tests.report.word.conftest import ZONES, write_table
from yngis.errors import LayerError, SpecError
from yngis.report.page import cell_as_text
from yngis.report.word import WordInputs, write_word_report
from yngis.report.word.official_layout import WIDTH, column_widths
from yngis.report.word.report_values import number_of, read_report_tables, report_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTILE = "</w:t><w:p/>{{ title }}{unit}{0}&amp;\x01\n=1+1"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


def all_text(path: Path) -> str:
    document = docx.Document(str(path))
    return "\n".join(
        "".join(text.text or "" for text in line.iter(qn("w:t")))
        for line in document.element.body.iter(qn("w:p"))
    )


def test_every_number_is_found_in_the_tables(
    make_results: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_results()
    write_word_report(WordInputs(folder), tmp_path / "r.docx")
    allowed = {"1", "15", "2000", "256", "16"}  # 1 公顷等于 15 亩, CGCS2000, SHA-256 前 16 位
    texts = []
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for cell in row.values():
                    texts.append(cell)
                    number = number_of(cell)
                    if number == number:  # noqa: PLR0124 - NaN
                        allowed |= {
                            cell_as_text(number, form) for form in ("number", "whole", "share")
                        }
    # Counted and added up: 2 records, 1 + 2.54321 ha; 1 record, 0.7 ha; 1 of unknown area.
    allowed |= {"2", "3.54", "53.15", "0.70", "10.50", "0.00"}
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    texts += [record["as_of"], *map(str, record["inputs"][0].values()), "20,000", "53 2012"]
    told = " ".join(texts)
    allowed |= set(_NUMBER.findall(told))
    body = all_text(tmp_path / "r.docx").replace("a" * 16, "")
    captions = {str(number) for number in range(1, 6)}
    assert set(_NUMBER.findall(body)) - allowed - captions == set()
    assert "疑似闲置：2 宗，3.54 公顷（53.15 亩）。" in body
    assert "已竣工：1 宗，面积都不详。" in body
    assert "批准 3,703.70 公顷（55,555.5" in body


def test_layout_is_that_of_official_documents(
    make_results: Callable[..., Path], tmp_path: Path
) -> None:
    write_word_report(WordInputs(make_results(plates=True)), tmp_path / "r.docx")
    document = docx.Document(str(tmp_path / "r.docx"))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side / Mm(1)) for side in margins if side is not None] == [37, 35, 28, 26]
    fonts = {
        line.text: (run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt)
        for line in document.paragraphs
        for run in line.runs[:1]
        if run.text
    }
    assert fonts["云南省开发区土地审计报告"] == ("方正小标宋简体", 22)
    assert fonts["（一）门槛和依据"] == ("楷体_GB2312", 16)
    heads = [line for line in document.paragraphs if line.style.name == "Heading 1"]
    assert [line.text for line in heads] == [
        "一、结论", "二、批供平衡", "三、分区", "四、规划奖惩", "五、数据问题", "六、方法",
    ]  # fmt: skip
    assert heads[0].runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    body = document.element.body
    assert all(table._tbl.findall(f".//{qn('w:tblHeader')}") for table in document.tables)
    codes = [code.text.strip() for code in body.iter(qn("w:instrText"))]
    assert codes[0].startswith("TOC")
    assert sum(code.startswith("SEQ") for code in codes) == len(document.tables) + 1
    (picture,) = body.iter(qn("wp:docPr"))
    assert picture.get("descr") == "供地率分布图"
    with zipfile.ZipFile(tmp_path / "r.docx") as held:
        (name,) = (each for each in held.namelist() if each.endswith(".png"))
        head = held.read(name)[16:24]
    # 156 mm at 200 dots per inch.
    assert int.from_bytes(head[:4]) == round(156 / 25.4 * 200)


def test_two_runs_give_the_same_bytes(make_results: Callable[..., Path], tmp_path: Path) -> None:
    inputs = WordInputs(make_results(plates=True), unit="某局", date="2026年1月1日")
    for name in ("a.docx", "b.docx"):
        write_word_report(inputs, tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    assert all_text(tmp_path / "a.docx").endswith("某局\n2026年1月1日")


def test_hostile_texts_stay_texts(make_results: Callable[..., Path], tmp_path: Path) -> None:
    inputs = WordInputs(make_results(HOSTILE), unit=HOSTILE, date=HOSTILE)
    write_word_report(inputs, tmp_path / "r.docx")
    text = all_text(tmp_path / "r.docx")
    shown = HOSTILE.replace("\x01", "")
    assert text.count("{{ title }}{unit}{0}&amp;") > 8
    assert shown.split("\n", maxsplit=1)[0] in text


def test_reports_of_zones(make_results: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_results()
    write_word_report(WordInputs(folder, zone=ZONES[1]), tmp_path / "one.docx")
    text = all_text(tmp_path / "one.docx")
    assert f"{ZONES[1]}土地审计报告" in text
    assert f"{ZONES[1]}土地审计结果如下" in text
    assert "疑似闲置：1 宗，2.54 公顷" in text
    assert ZONES[0] not in text
    written = write_word_report(WordInputs(folder, each_zone=True), tmp_path / "all")
    assert written.files == 2
    names = sorted(path.name for path in (tmp_path / "all").iterdir())
    assert names == [f"01_{ZONES[0]}.docx", f"02_{ZONES[1]}.docx", "run.json"]
    again = (tmp_path / "one.docx").read_bytes()
    assert (tmp_path / "all" / f"02_{ZONES[1]}.docx").read_bytes() == again


def test_other_folders_join(make_results: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_results()
    row = {"zone": ZONES[0], "score": 81.2345, "rank": 3, "rank_low": 2, "rank_high": 5,
           "reason": ""}  # fmt: skip
    write_table(tmp_path / "intensity" / "tables" / "ranking.csv", [row])
    (tmp_path / "intensity" / "run.json").write_text('{"program": "yngis intensity"}')
    check = {"target_zh": "指标", "reading_zh": "读法", "value": 1.5, "target": 2.0, "unit": "家",
             "verdict": "behind"}  # fmt: skip
    write_table(tmp_path / "targets" / "tables" / "checks.csv", [check])
    (tmp_path / "targets" / "run.json").write_text('{"program": "yngis targets"}')
    inputs = WordInputs(folder, tmp_path / "intensity", tmp_path / "targets")
    write_word_report(inputs, tmp_path / "r.docx")
    text = all_text(tmp_path / "r.docx")
    assert "81.23" in text
    assert "五、集约利用" in text
    assert "落后" in text
    with pytest.raises(LayerError, match="--intensity"):
        write_word_report(WordInputs(folder, tmp_path / "targets"), tmp_path / "x.docx")


def test_wrong_options_are_told(make_results: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_results()
    with pytest.raises(SpecError, match=ZONES[0]):
        write_word_report(WordInputs(folder, zone="昆明经济技术开发"), tmp_path / "r.docx")
    for inputs, to in (
        (WordInputs(folder), "r.pdf"),
        (WordInputs(folder, each_zone=True), "r.docx"),
        (WordInputs(folder, each_zone=True, zone=ZONES[0]), "r"),
    ):
        with pytest.raises(SpecError, match="--"):
            write_word_report(inputs, tmp_path / to)
    (folder / "doubts.csv").unlink()
    with pytest.raises(LayerError, match="doubts"):
        write_word_report(WordInputs(folder), tmp_path / "r.docx")
    assert not list(tmp_path.glob("r*"))


def test_columns_take_the_width_of_the_text(make_results: Callable[..., Path]) -> None:
    held = report_values(read_report_tables(make_results()))
    for table in held.tables.values():
        assert sum(column_widths(table)) == pytest.approx(WIDTH)
