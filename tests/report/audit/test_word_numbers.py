"""Every number of the Word report of a real audit is in its tables, or counted from them here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import docx
import pandas as pd
from docx.oxml.ns import qn

from yngis.report.page import cell_as_text
from yngis.report.word import WordInputs, write_word_report
from yngis.report.word.report_values import number_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.audit.conftest import Audited

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_FORMS = ("number", "whole", "share")
_FIXED = {"1", "15", "2000", "256", "16"}  # 1 公顷等于 15 亩, CGCS2000, SHA-256 前 16 位


def test_every_number_of_a_real_audit_is_found_in_its_tables(
    audited: Audited, tmp_path: Path
) -> None:
    write_word_report(WordInputs(audited.folder), tmp_path / "r.docx")
    document = docx.Document(str(tmp_path / "r.docx"))
    body = "\n".join(
        "".join(text.text or "" for text in line.iter(qn("w:t")))
        for line in document.element.body.iter(qn("w:p"))
    )
    allowed, texts = set(_FIXED), [(audited.folder / "run.json").read_text(encoding="utf-8")]
    for name in ("zone_summary", "consequences", "criteria", "doubts"):
        for cell in audited.table(name).to_numpy().ravel():
            texts.append(cell)
            number = number_of(cell)
            if pd.notna(number):
                allowed |= {cell_as_text(number, form) for form in _FORMS}
    # Counted and added up by other means than the report's own.
    found = audited.table("supply_findings")
    area = pd.to_numeric(found["area_m2"])
    for code, rows in found.groupby("finding"):
        held = area[rows.index]
        hectares = held.sum() / 1e4
        line = (
            f"{rows['finding_zh'].iloc[0]}：{len(rows):,} 宗，{hectares:,.2f} 公顷"
            f"（{hectares * 15:,.2f} 亩）"
        )
        assert line in body, code
        allowed |= {f"{len(rows):,}", f"{hectares:,.2f}", f"{hectares * 15:,.2f}"}
        allowed.add(f"{held.isna().sum():,}")
    verdicts = audited.table("consequences")["verdict_zh"].value_counts()
    allowed |= {f"{count:,}" for count in verdicts}
    allowed |= {f"{number:,}" for number in map(int, re.findall(r"\d+", texts[0])) if number > 999}
    allowed |= set(_NUMBER.findall(" ".join(texts)))
    captions = {str(number) for number in range(1, 8)}
    assert set(_NUMBER.findall(body)) - allowed - captions == set()
