"""The glossary says what the cards say: the committed file, every column, one readable table."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from yngis.catalogue import Card, cards
from yngis.catalogue.glossary import glossary_table
from yngis.cli import main

ROOT = Path(__file__).parents[2]
# A bar behind a backslash belongs to the text.
_BAR = re.compile(r"(?<!\\)\|")


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in _BAR.split(line)[1:-1]] for line in lines]


def _card(name: str, **column: str) -> Card:
    return Card.model_validate(
        {
            "name": name,
            "title_zh": "宗地",
            "title_en": "Parcels",
            "kind": "table",
            "file": "parcels.csv",
            "key": ["price"],
            "columns": [{"name": "price", "dtype": "float", "zh": "价", "en": "price", **column}],
            "source": "手工 / by hand",
            "licence": "MIT",
            "retrieved": "2024",
        }
    )


def test_the_committed_glossary_is_the_one_that_the_cards_give() -> None:
    committed = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    # Else: yngis layers glossary --to docs/glossary.md
    assert committed == glossary_table()


def test_every_column_of_every_card_stands_in_it_with_its_unit_and_meaning() -> None:
    told = {
        (name, unit, zh, en, home)
        for name, unit, zh, en, homes in _rows(glossary_table())
        for home in homes.split(", ")
    }
    assert told == {
        (f"`{column.name}`", column.unit or "", column.zh, column.en, f"`{card.name}`")
        for card in cards()
        for column in card.columns
    }


def test_it_is_one_sorted_table_without_a_row_twice() -> None:
    rows = _rows(glossary_table())
    names = [row[0].strip("`") for row in rows]
    assert names == sorted(names)
    meanings = [tuple(row[:4]) for row in rows]
    assert len(set(meanings)) == len(meanings)
    tables = re.findall(r"^\|---", glossary_table(), flags=re.MULTILINE)
    assert len(tables) == 1


def test_columns_are_one_row_only_if_name_unit_and_meaning_agree() -> None:
    listed = [
        _card("a", unit="万元/亩"),
        _card("b", unit="万元/亩"),
        _card("c", unit="元/㎡"),
        _card("d", unit="万元/亩", en="list price"),
    ]
    assert _rows(glossary_table(listed)) == [
        ["`price`", "万元/亩", "价", "price", "`a`, `b`"],
        ["`price`", "元/㎡", "价", "price", "`c`"],
        ["`price`", "万元/亩", "价", "list price", "`d`"],
    ]


def test_a_text_cannot_break_the_table_or_open_a_tag() -> None:
    (row,) = _rows(glossary_table([_card("a", zh="价|<b>价", en="a\n| b |\nR&D")]))
    assert row[2:4] == [r"价\|&lt;b>价", r"a \| b \| R&amp;D"]


def test_the_command_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "docs" / "glossary.md"
    monkeypatch.setattr(sys, "argv", ["yngis", "layers", "glossary", "--to", str(path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, None)
    assert str(path) in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == glossary_table()
