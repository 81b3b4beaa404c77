"""No figure says what the plan does not: words, chips, notes and edits, sentence by sentence."""

from __future__ import annotations

import codecs
import csv
import shutil
from pathlib import Path

import pytest

from yngis.cartography.prepare import prepare_figure
from yngis.cartography.prepared import PreparedFigure
from yngis.cartography.sources import Sources, read_sources
from yngis.cartography.spec import read_spec
from yngis.catalogue import layers_dir
from yngis.errors import PlanError
from yngis.layerbuild import copy_pack, follow_tables
from yngis.plan.beside import read_beside

OUTSIDE = "未列入第三章第二节七大产业"


def _figure(number: int, sources: Sources) -> PreparedFigure:
    return prepare_figure(read_spec(number), sources)


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tables that the test may edit."""
    place = tmp_path / "layers"
    shutil.copytree(layers_dir(), place)
    monkeypatch.setenv("YNGIS_PLAN", str(place))
    return place / "tables"


def _edit_row(path: Path, key: str, **cells: str) -> None:
    """Put new values into the row of a key."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if key in row.values()).update(cells)
    _write_rows(path, rows)


def _write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_zones_that_the_boxes_name_are_never_called_unnamed(sources: Sources, atlas: Path) -> None:
    index = (atlas / "index.html").read_text(encoding="utf-8")
    for number, empty in ((2, 3), (3, 7), (4, 0)):
        figure = _figure(number, sources)
        assert sum(not mark.sectors for mark in figure.marks) == empty
        assert figure.others_told[1] == OUTSIDE
        card = index[index.index(f'href="fig{number:02d}.html"') :].split("</li>")[0]
        assert "未点名" not in card
        assert (f"另 {empty} 个{OUTSIDE}" in card) == (empty > 0)
    assert _figure(5, sources).others_told[1] == "本图未点名"


def test_industries_of_the_boxes_beyond_the_seven_have_chips(sources: Sources) -> None:
    """By hand from boxes 1 to 3: 2, 13 and 2 places."""
    counts = {
        number: {
            entry.label: entry.count for entry in _figure(number, sources).group("focus").entries
        }
        for number in (2, 3, 4)
    }
    assert counts[2] == {"有色金属精深加工": 1, "保税加工": 1}
    assert counts[3] == {"消费品制造": 4, "进出口贸易加工": 5, "商贸物流": 2, "跨境电商": 2}
    assert counts[4] == {"劳动密集型产业": 1, "绿色建材": 1}


def test_the_box_that_does_not_name_a_zone_is_named_itself(sources: Sources) -> None:
    """Box 4 names 禄劝, 东川 and 会泽: only box 1 does not."""
    (note,) = (note for note in _figure(2, sources).notes if "未点名" in note)
    assert note.startswith("富民产业园、东川产业园、禄劝产业园、会泽产业园：专栏1未点名")
    (english,) = (
        note
        for note in prepare_figure(read_spec(2).model_copy(update={"lang": "en"}), sources).notes
        if "not named in" in note and "box 1" in note
    )
    assert "box 4" not in english


def test_edits_of_positions_ports_and_areas_show_without_a_build(tables: Path) -> None:
    _edit_row(
        tables / "zones.csv", "云南富民产业园区",
        lon="102.511", lat="25.231", accuracy_km="3", approved_area_ha="777", area_basis="测试",
    )  # fmt: skip
    _edit_row(tables / "ports.csv", "勐康口岸", lon="101.7", grade="二类")
    sources = read_sources()
    marks = {mark.name: mark for mark in _figure(1, sources).marks}
    facts = dict(marks["云南富民产业园区"].facts)
    assert "777 公顷（测试）" in facts["示意范围"]
    assert "±3 千米" in facts["点位精度"]
    assert marks["云南富民产业园区"].lon == pytest.approx(102.511, abs=0.02)
    (port,) = (port for port in _figure(3, sources).ports if port.name == "勐康口岸")
    assert port.lon == pytest.approx(101.7)
    assert any("二类" in value for _, value in port.facts)


def test_the_note_on_the_unnamed_zone_goes_with_a_row_for_it(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any("未列名" in note for note in _figure(1, sources).notes)
    monkeypatch.setenv("YNGIS_PLAN", str(copy_pack(layers_dir(), tmp_path / "next")))
    tables = layers_dir() / "tables"
    with (tables / "zones.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    like = next(row for row in rows if row["name_zh"] == "云南富民产业园区")
    new = {
        "name_zh": "云南测试产业园区",
        "short_zh": "测试产业园",
        "aliases": "",
        "zone_id": "YN-063",
    }
    rows.append(like | new)
    _write_rows(tables / "zones.csv", rows)
    figure = _figure(1, read_sources())
    assert len(figure.marks) == 63
    assert not any("未列名" in note for note in figure.notes)


def test_every_statement_quotes_a_sentence_that_holds_it(sources: Sources) -> None:
    del sources
    table = read_beside("statements")
    assert table["quote"].str.endswith("。").all()
    assert (table["source"].str.len() > 0).all()
    told = table.set_index(["subject", "relation"])["value"]
    for relation in ("引领", "支撑", "载体", "前提", "要求", "指标", "类型", "环节", "产业"):
        assert relation in set(table["relation"])
    assert set(told["开发区", "类型"]) == {
        "产业园区",
        "高新技术产业开发区",
        "经济技术开发区",
        "边（跨）境经济合作区",
    }
    for words in ("以洱海保护为前提", "长江经济带负面清单", "氮氧化物"):
        assert table["quote"].str.contains(words, regex=False).any()
    # The words of a value stand in its own sentence.
    literal = table[table["relation"].isin(["前提", "要求", "指标"])]
    for row in literal.to_dict("records"):
        assert row["value"] in row["quote"], row["value"]


def test_an_edit_of_the_shipped_tables_is_refused_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shipped layers are built from boundaries: drawing on would pass the edit over."""
    place = tmp_path / "layers"
    shutil.copytree(layers_dir(), place)
    monkeypatch.setenv("YNGIS_PLAN", str(place))
    monkeypatch.setattr("yngis.layerbuild.assemble.rests_on_shipped", lambda: True)
    monkeypatch.setattr("yngis.layerbuild.pack_state.rests_on_shipped", lambda: True)
    follow_tables()
    table = place / "tables" / "zones.csv"
    # What a spreadsheet does to the ends of lines is no edit.
    table.write_bytes(codecs.BOM_UTF8 + table.read_bytes().replace(b"\n", b"\r\n"))
    follow_tables()
    _edit_row(table, "云南富民产业园区", lon="102.511")
    with pytest.raises(PlanError, match="yngis layers build") as told:
        read_sources()
    assert [each.where for each in told.value.problems] == ["tables/zones.csv"]
