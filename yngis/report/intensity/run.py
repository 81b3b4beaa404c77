"""The evaluation of land use from files to files (集约利用评价报表): workbook, report and maps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import yngis
from yngis.analysis.intensity.assessment import Assessment, Choices, assess_zones
from yngis.analysis.intensity.league import read_league
from yngis.analysis.intensity.ratios import DEFAULT_SCHEME
from yngis.analysis.intensity.scheme import read_scheme
from yngis.analysis.intensity.scoring_groups import split_index
from yngis.catalogue import write_text
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.report.intensity.maps import intensity_map_names, intensity_maps
from yngis.report.intensity.page import intensity_sections
from yngis.report.intensity.tables import intensity_output_tables, result_frames
from yngis.report.maps import choose_maps, draw_report_maps
from yngis.report.option_bounds import YEARS, Bounds, refuse_out_of_bounds
from yngis.report.page import render_page
from yngis.report.run_record import write_run_record
from yngis.report.workbook import write_tables, write_tables_workbook

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from markupsafe import Markup

    from yngis.cartography.thematic import ThematicMap
    from yngis.report.intensity.inputs import IntensityInputs
    from yngis.report.maps import MapOptions

PROGRAM: Final = "yngis intensity"
DEFAULT_LEAGUE: Final = "zones-sample"


def write_intensity(
    out: str | os.PathLike[str],
    inputs: IntensityInputs,
    *,
    scheme: str | Path = DEFAULT_SCHEME,
    choices: Choices | None = None,
    league: str | Path | None = DEFAULT_LEAGUE,
    maps: MapOptions | None = None,
    title: str = "开发区土地集约利用评价",
) -> Assessment:
    """
    Evaluate and write everything (评价并写出).

    Parameters
    ----------
    out
        Folder to write to: ``intensity.xlsx``, ``report.html``, ``tables/*.csv``, ``run.json``, and
        ``maps``. It is put in its place whole; an interrupted run leaves the old one alone.
    inputs
        As :func:`yngis.report.intensity.inputs.read_intensity_inputs` gives them.
    scheme
        Name of a shipped scheme, or a user's file.
    choices
        Choices of the run.
    league
        Name of shipped rules of the grades per 亩, or a user's file; no grades if None.
    maps
        Maps to draw into ``maps``; none if None.
    title
        Title of the report.

    Returns
    -------
    found
        What was found; the same inputs give the same files.

    Raises
    ------
    LayerError
        If the figures cannot be used, or the folder holds something else.
    SpecError
        If the scheme or the rules have faults.
    """
    _check_intensity_choices(choices or Choices())
    given = {"scheme": scheme, "league": league}
    own = {name: Path(each) for name, each in given.items() if each and Path(each).is_file()}
    with unchanged_files(own) as checksums:
        judged = read_scheme(scheme)
        rules = None if league is None else read_league(league)
    named = {"scheme": _named_rules(scheme, judged.title_zh, checksums.get("scheme"))}
    if rules is not None:
        named["league"] = _named_rules(str(league), rules.title_zh, checksums.get("league"))
    with replacing_folder(out, PROGRAM) as home:
        found = assess_zones(
            inputs.table,
            judged,
            choices or Choices(),
            attributes=inputs.attributes,
            history=inputs.history,
            league=rules,
        )
        chosen = _chosen_intensity_maps(found, inputs, maps)
        for name, content in inputs.beside:
            (home / name).write_bytes(content)
        cards = () if maps is None else draw_report_maps(chosen, home, maps)
        _write_intensity_files(home, found, inputs, named, title, cards=cards)
    return found


def _check_intensity_choices(choices: Choices) -> None:
    """Refuse what means nothing or would run for days, before anything is read."""
    refuse_out_of_bounds(
        {
            "--draws": Bounds(choices.draws, 10, 1_000_000),
            "--concentration": Bounds(choices.concentration, 1e-3, 1e9),
            "--seed": Bounds(choices.seed, 0, 2**32 - 1),
            "--year": Bounds(choices.year, *YEARS),
            "interval_share": Bounds(choices.interval_share, 0.01, 0.999),
        }
    )


def _chosen_intensity_maps(
    found: Assessment, inputs: IntensityInputs, options: MapOptions | None
) -> list[ThematicMap]:
    """Judge the names before anything is written."""
    if options is None:
        return []
    zones, _ = split_index(inputs.attributes.index)
    prefectures = inputs.attributes["prefecture"].set_axis(zones)
    prefectures = prefectures[~prefectures.index.duplicated()]
    source = "、".join(each["name"] for each in inputs.files)
    drawn = intensity_maps(found, prefectures, inputs.label, source)
    return choose_maps(drawn, options.names, intensity_map_names(found))


def _write_intensity_files(
    home: Path,
    found: Assessment,
    inputs: IntensityInputs,
    named: Mapping[str, Mapping[str, str]],
    title: str,
    *,
    cards: tuple[Markup, ...],
) -> None:
    tables = intensity_output_tables(found.scheme)
    frames = result_frames(found, inputs.attributes) | inputs.frames
    facts = _intensity_facts(found, inputs, named)
    write_tables(home / "tables", tables, frames)
    write_tables_workbook(
        home / "intensity.xlsx", tables, frames, [("标题", title), *facts], PROGRAM
    )
    by_name = {table.name: table for table in tables}
    page = render_page(
        title,
        found.scheme.title_zh,
        facts,
        intensity_sections(found, frames, by_name, inputs.notes, cards),
        {"工作簿 intensity.xlsx": "intensity.xlsx", "运行记录 run.json": "run.json"},
        label=inputs.label,
    )
    write_text(home / "report.html", page)
    write_run_record(
        home,
        PROGRAM,
        options=found.choices,
        inputs=inputs.files,
        counts={
            "zones": len(found.ranking),
            "scored": int(found.ranking["score"].notna().sum()),
            "implausible": len(found.implausible),
            "unit_slips": len(found.slips),
            "sums": len(found.sums),
            "parcel_doubts": len(inputs.frames.get("parcel_doubts", ())),
        },
        notes=inputs.notes,
        label=inputs.label,
        **named,
        unverified=list(found.scheme.unverified()),
        **({"parcels": dict(inputs.options)} if inputs.options else {}),
    )


def _named_rules(given: str | Path, title: str, sha256: str | None) -> dict[str, str]:
    """Name the rules of a run so that they can be found again."""
    name = str(given) if sha256 is None else Path(given).name
    return {"name": name, "title": title, "sha256": sha256 or "shipped"}


def _intensity_facts(
    found: Assessment, inputs: IntensityInputs, named: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    files = "；".join(f"{each['name']}（{each['role']}）" for each in inputs.files)
    year = found.choices.year
    facts = [
        ("评价体系", f"{named['scheme']['title']}（{named['scheme']['name']}）"),
        ("数据年份", "未说明 / not stated" if year is None else str(year)),
        ("开发区", f"{len(found.ranking)} 个"),
        ("输入", files or "—"),
        ("程序", f"yngis {yngis.__version__}"),
    ]
    if "league" in named:
        facts.insert(1, ("亩均分档", f"{named['league']['title']}（{named['league']['name']}）"))
    return [("数据说明", inputs.label), *facts] if inputs.label else facts
