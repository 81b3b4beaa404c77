"""The whole road on packs of other provinces, and no name of ours in the code."""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely import Point
from typer.testing import CliRunner

import yngis
from yngis.catalogue import load, use_pack_folder
from yngis.cli import app

ROOT = Path(yngis.__file__).parent
# Demo data, and what tells of the 3° zones, datums and names by example, may name places.
APART = ("report/demo/",)


def _names() -> re.Pattern[str]:
    """The province, its prefectures, counties, regions, zones and ports, with and without kind."""
    places = {"云南", "Yunnan", "yunnan", "滇中", "滇池", *load("regions")["name_zh"]}
    for name in load("prefectures")["short_zh"]:
        places |= {name, name.rstrip("市州")}
    for table, columns in (
        ("counties", ("name_zh",)),
        ("zone_registry", ("name_zh", "short_zh")),
        ("port_registry", ("name_zh",)),
    ):
        for column in columns:
            places |= {name.removesuffix("口岸") for name in load(table)[column]}
    return re.compile("|".join(sorted(map(re.escape, places), key=len, reverse=True)))


def _spoken_code(path: Path) -> str:
    """The text of a module without comments and without its docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return re.sub(r"^\s*(//|#).*$", "", text, flags=re.MULTILINE)
    kept, before = [], tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        starts = before in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.NL}
        docstring = (
            token.type == tokenize.STRING and starts and token.string.startswith(('"""', 'r"""'))
        )
        if token.type != tokenize.COMMENT and not docstring:
            kept.append(token.string)
        if token.type != tokenize.COMMENT:
            before = token.type
    return "\n".join(kept)


def test_the_code_names_no_place_of_the_shipped_plan() -> None:
    names, found = _names(), []
    for path in sorted(ROOT.rglob("*")):
        where = path.relative_to(ROOT).as_posix()
        if (
            path.suffix in {"", ".typed"}
            or "__pycache__" in where
            or where.startswith(("_layers/", *APART))
        ):
            continue
        found += [f"{where}: {word}" for word in sorted(set(names.findall(_spoken_code(path))))]
    assert found == []
    judged = {path.parent.name for path in ROOT.rglob("*.py")}
    assert {"conflicts", "change", "disposal", "imagery", "zonal"} <= judged


def _run(*command: str) -> str:
    result = CliRunner().invoke(app, list(command), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("name", ["border_pack", "inland_pack"])
def test_maps_clusters_and_targets_rest_on_another_pack(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack: Path = request.getfixturevalue(name)
    maps = tmp_path / "maps"
    _run("maps", "--plan", str(pack), "--out", str(maps))
    manifest = json.loads((maps / "manifest.json").read_text(encoding="utf-8"))
    assert pack.name in manifest["plan"]
    pages = [path.read_text(encoding="utf-8") for path in sorted(maps.glob("fig*.html"))]
    assert len(pages) == (4 if name == "border_pack" else 1)
    for page in pages:
        assert "示例" in page
        assert "云南" not in page
    clusters = tmp_path / "clusters"
    _run("cluster", "--plan", str(pack), "--out", str(clusters))
    record = json.loads((clusters / "run.json").read_text(encoding="utf-8"))
    assert (record["plan"]["id"], record["plan"]["edition"]) == (pack.name, "十五五")
    assert "示例" in (clusters / "report.html").read_text(encoding="utf-8")
    stats = tmp_path / "stats.csv"
    zones = (pack / "tables" / "zones.csv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [
        f"{line.split(',')[0]},{year},{100 + year - 2024}"
        for line in zones
        for year in (2025, 2027)
    ]
    stats.write_text("zone,year,revenue_yi\n" + "\n".join(rows) + "\n", encoding="utf-8")
    targets = tmp_path / "targets"
    _run(
        "targets",
        "--plan",
        str(pack),
        "--stats",
        str(stats),
        "--maps",
        "none",
        "--out",
        str(targets),
    )
    record = json.loads((targets / "run.json").read_text(encoding="utf-8"))
    assert record["plan"]["label"] == "示例"


def test_an_audit_places_land_in_the_counties_of_the_pack(
    border_pack: Path, tmp_path: Path
) -> None:
    ledger = tmp_path / "供应.csv"
    ledger.write_text(
        "电子监管号,土地面积(公顷),合同签订日期,约定开工时间,约定竣工时间,行政区\n"
        "A1,2,2020-01-01,2020-06-01,2022-06-01,甲三县\n",
        encoding="utf-8",
    )
    out = tmp_path / "audit"
    _run(
        "audit", "--plan", str(border_pack), "--supply", str(ledger), "--as-of", "2026-12-31",
        "--maps", "none", "--out", str(out),
    )  # fmt: skip
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["plan"]["id"] == "guangxi-15"
    assert "广西壮族自治区" in (out / "report.html").read_text(encoding="utf-8")


def test_the_environment_names_a_pack_under_either_name(
    inland_pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YNGIS_LAYERS", str(inland_pack))
    assert load("prefectures")["name_zh"].tolist() == ["丙市", "丁市", "戊市"]
    monkeypatch.delenv("YNGIS_LAYERS")
    monkeypatch.setenv("YNGIS_PLAN", str(inland_pack))
    assert "丙市" in _run("layers", "list", "prefectures") or len(load("zones")) == 3


def test_a_prefecture_frames_a_figure(border_pack: Path) -> None:
    from yngis.cartography.prepare import prepare_figure  # noqa: PLC0415
    from yngis.cartography.sources import read_sources  # noqa: PLC0415
    from yngis.cartography.spec import read_spec  # noqa: PLC0415
    from yngis.catalogue import use_pack_folder  # noqa: PLC0415

    with use_pack_folder(border_pack):
        figure = prepare_figure(read_spec(12), read_sources())
    assert {mark.name for mark in figure.marks} == {"乙市产业园区", "乙市综合保税区"}
    named = {label.name for label in figure.prefectures if label.active}
    assert named == {"乙一县", "乙二县", "乙三县"}
    assert figure.extent == (107.0, 23.6, 109.1, 24.2)


def test_english_labels_come_from_columns_and_what_lacks_one_is_told(
    own_pack: Path,
) -> None:
    from yngis.cartography.prepare import prepare_figure  # noqa: PLC0415
    from yngis.cartography.sources import read_sources  # noqa: PLC0415
    from yngis.cartography.spec import read_spec  # noqa: PLC0415
    from yngis.catalogue import use_pack_folder  # noqa: PLC0415

    spec = own_pack / "figures" / "fig02.yml"
    spec.write_text(spec.read_text(encoding="utf-8") + "lang: en\n", encoding="utf-8")
    with use_pack_folder(own_pack):
        figure = prepare_figure(read_spec(2), read_sources())
    assert figure.title == "Low-altitude economy (sample)"
    assert [entry.label for entry in figure.group("sector").entries] == [
        "Drones",
        "Low-altitude logistics",
    ]
    shorts = {mark.name: mark.short for mark in figure.marks}
    assert shorts["甲市高新技术产业开发区"] == "Jia High-Tech Zone"
    assert figure.notes[0] == "No English name: 甲市, 乙市"


def test_an_english_plate_names_the_lands_around(own_pack: Path, tmp_path: Path) -> None:
    with (own_pack / "figures" / "fig12.yml").open("a", encoding="utf-8") as spec:
        spec.write("lang: en\n")
    words = "zh,en\n广东省,Guangdong\n湖南省,Hunan\n"
    (own_pack / "tables" / "english.csv").write_text(words, encoding="utf-8")
    out = tmp_path / "maps"
    _run(
        "maps", "--plan", str(own_pack), "--figures", "12", "--format", "svg", "--out", str(out),
    )  # fmt: skip
    drawn = (out / "print" / "fig12.svg").read_text(encoding="utf-8")
    assert "Zones of Yi" in drawn
    assert "Guangdong" in drawn
    assert "Figure 12  Zones of Yi" in drawn
    for word in (
        "国界",
        "省级界",
        "县（市、区）界",
        "图　例",
        "千米",
        "北<",
        "投影：",
        "未经地图审核",
    ):
        assert word not in drawn, word


def test_a_plate_of_a_pack_without_zones_keeps_its_regions(own_pack: Path, tmp_path: Path) -> None:
    for name in ("zones", "industry_layout", "prefecture_focus"):
        table = own_pack / "tables" / f"{name}.csv"
        head = table.read_text(encoding="utf-8").splitlines()[0]
        table.write_text(head + "\n", encoding="utf-8")
    out = tmp_path / "maps"
    _run("maps", "--plan", str(own_pack), "--figures", "1", "--format", "svg", "--out", str(out))
    drawn = (out / "print" / "fig01.svg").read_text(encoding="utf-8")
    assert "“沿边”（0）" in drawn
    assert "国家级" not in drawn


def test_a_port_takes_its_english_name_or_is_named_as_lacking_one(own_pack: Path) -> None:
    from yngis.cartography.names.english import in_english  # noqa: PLC0415
    from yngis.cartography.prepare import prepare_figure  # noqa: PLC0415
    from yngis.cartography.sources import read_sources  # noqa: PLC0415
    from yngis.cartography.spec import read_spec  # noqa: PLC0415
    from yngis.catalogue import use_pack_folder  # noqa: PLC0415

    with use_pack_folder(own_pack):
        sources = read_sources()
        figures = [prepare_figure(read_spec(number), sources) for number in (1, 2, 3)]
        figure = next(each for each in figures if each.ports)
        english = in_english(figure, sources)
    for port, told in zip(figure.ports, english.ports, strict=True):
        assert told.name != port.name or port.name in english.notes[0]
        assert port.name in told.aliases


def test_a_pack_is_the_shipped_one_however_its_path_is_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from yngis.catalogue import shipped_dir, use_pack_folder  # noqa: PLC0415
    from yngis.catalogue.io.pack import rests_on_shipped  # noqa: PLC0415

    monkeypatch.chdir(shipped_dir().parent)
    with use_pack_folder(shipped_dir().name):
        assert rests_on_shipped()


def test_a_copy_of_layers_behind_their_tables_is_drawn_again(
    own_pack: Path, tmp_path: Path
) -> None:
    from yngis.catalogue import use_pack_folder  # noqa: PLC0415
    from yngis.layerbuild import copy_pack  # noqa: PLC0415
    from yngis.layerbuild.pack_state import is_behind_tables, note_sources  # noqa: PLC0415

    with use_pack_folder(own_pack):
        note_sources()
    zones = own_pack / "tables" / "zones.csv"
    zones.write_text(zones.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with use_pack_folder(copy_pack(own_pack, tmp_path / "copy")):
        assert is_behind_tables()


def test_an_enclave_is_no_part_of_the_land_around_it() -> None:
    import shapely  # noqa: PLC0415

    from yngis.report.plan.maps import _even_odd_path  # noqa: PLC0415

    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    assert _even_odd_path(ring, lambda x, y: (x, y)).count("M") == 2


def test_a_framed_map_fills_its_zones_too(border_pack: Path, tmp_path: Path) -> None:
    from yngis.cartography.sources import read_sources  # noqa: PLC0415
    from yngis.cartography.user_map import own_map  # noqa: PLC0415
    from yngis.catalogue import use_pack_folder  # noqa: PLC0415

    values = tmp_path / "values.csv"
    values.write_text("name_zh,output\n乙市产业园区,5\n乙市综合保税区,9\n", encoding="utf-8")
    spec = tmp_path / "map.yml"
    spec.write_text(
        "title: 州市图\nframe: {prefecture: 乙市}\n"
        "layers: {values: values.csv}\n"
        "fill: {layer: zones, table: values, column: output, title: 产值}\n",
        encoding="utf-8",
    )
    with use_pack_folder(border_pack):
        figure = own_map(spec, read_sources())
    assert {mark.name for mark in figure.marks} == {"乙市产业园区", "乙市综合保税区"}


def test_layers_follow_the_tables_of_a_pack_that_the_environment_names(
    own_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YNGIS_PLAN", str(own_pack))
    _run("layers", "export", "zones", "--to", str(tmp_path / "once.gpkg"))
    zones = own_pack / "tables" / "zones.csv"
    zones.write_text(zones.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    told = _run("layers", "export", "zones", "--to", str(tmp_path / "again.gpkg"))
    assert "图层已随规划包的表重绘" in told


def test_maps_see_edits_of_zones_ports_and_regions_at_once(
    own_pack: Path, tmp_path: Path, edit: Callable[[Path, str, str], None]
) -> None:
    tables = own_pack / "tables"
    edit(
        tables / "zones.csv",
        "乙二县,乙二县,腹地,108.0,23.8,CGCS2000,2,编造,,",
        "乙二县,乙二县;乙三县,沿边,108.1,23.85,CGCS2000,2,编造,250,编造",
    )
    edit(tables / "region_members.csv", "乙二县,乙市,腹地", "乙二县,乙市,沿边")
    edit(tables / "ports.csv", "107.02,23.1,", "107.05,23.15,")
    _run("maps", "--plan", str(own_pack), "--figures", "1", "--out", str(tmp_path / "maps"))
    with use_pack_folder(own_pack):
        zone = load("zones").set_index("name_zh").loc["乙市产业园区"]
        port = load("ports").set_index("name_zh").geometry["甲一口岸"]
        counties = load("counties").set_index("name_zh")
    assert zone["counties"] == "乙二县;乙三县"
    assert zone["region"] == "沿边"
    assert zone["area_ha"] == pytest.approx(250)
    assert zone.geometry.distance(Point(108.1, 23.85)) < 0.01
    assert port.distance(Point(107.05, 23.15)) < 1e-6
    assert counties.loc["乙二县", "region"] == "沿边"
    page = (tmp_path / "maps" / "fig01.html").read_text(encoding="utf-8")
    assert "250" in page
    assert "乙二县;乙三县" in page or "乙二县、乙三县" in page
