"""Two editions compared and written (规划比较): workbook, page, swipe map, plate, sentences."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup

from yngis.cartography.sources import read_sources
from yngis.cartography.style import read_style
from yngis.cartography.web.page import OfflineFigure, inline_style
from yngis.cartography.web.page_scripts import inline_script
from yngis.cartography.write import write_figures
from yngis.catalogue import file_checksum, read_pack, use_pack_folder, write_text
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.pack import rests_on_shipped
from yngis.errors import PlanError, Problem
from yngis.layerbuild import refresh_layers
from yngis.layerbuild.new_pack import pack_files
from yngis.plan.pack_diff import CHANGES, Edition, compare_plans, count_changes
from yngis.report.output_tables import read_output_tables
from yngis.report.page import sorting_tables_script
from yngis.report.plan.check import check_pack
from yngis.report.plan.maps import SIGNS, change_figure, draw_edition, zone_changes
from yngis.report.plan.wording import TOPICS, change_sentences, column_word
from yngis.report.run_record import input_record, write_run_record
from yngis.report.workbook import write_tables, write_tables_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from rich.progress import Progress

    from yngis.cartography.sources import Sources
    from yngis.catalogue import Pack

PROGRAM: Final = "yngis plan diff"


def write_comparison(
    before: Path | str,
    after: Path | str,
    out: Path | str,
    formats: Sequence[str] = ("png",),
    *,
    progress: Progress | None = None,
    **on_paper: Any,  # noqa: ANN401 - those of draw_plates
) -> dict[str, pd.DataFrame]:
    """
    Compare two editions of a province's plan and write everything (比较并写出).

    Parameters
    ----------
    before, after
        Folders of the packs, the earlier first.
    out
        Folder to write to: ``changes.xlsx``, ``report.html`` with the two maps to swipe between,
        ``changes.html``, the map, ``print/``, the plate, ``sentences.txt``, ``tables/*.csv`` and
        ``run.json``.
    formats
        Of the plate: ``png``, ``pdf``, ``svg``; none where empty.
    progress
        A :class:`rich.progress.Progress` to show the steps on.
    **on_paper
        As for :func:`yngis.cartography.write.write_figures`.

    Returns
    -------
    frames
        What changed, as :func:`yngis.plan.pack_diff.compare_plans` gives it.

    Raises
    ------
    PlanError
        If a pack has faults, or the two are of different provinces.
    """
    _refuse_faulty_packs(before, after)
    first, old, inputs = _read_edition(before, "before")
    second, new, others = _read_edition(after, "after")
    if first.province != second.province:
        raise PlanError(
            Problem(
                where="yngis plan diff",
                promised="同一省的两版规划 / two editions of one province's plan",
                found=f"{first.province}、{second.province}",
                mend="换其中一个 / name another",
            )
        )
    frames = compare_plans(Edition(first, old.plan), Edition(second, new.plan))
    with use_pack_folder(after), replacing_folder(out, PROGRAM) as home:
        title = f"{second.province}开发区规划变化：{first.edition}—{second.edition}"
        figure = change_figure(old, new, frames, title)
        write_figures([figure], home, ("html", *formats), progress=progress, **on_paper)
        named = frames | {"targets": _with_target_names(frames["targets"], (old, new))}
        told = [part for both in change_sentences(named) for part in both if part]
        told = told or ["两版没有差别。 / The two editions say the same."]
        write_text(home / "sentences.txt", "\n".join(told) + "\n")
        tables = read_output_tables(Path(__file__).with_name("plan_diff.yml"))
        shown = {name: _in_words(name, frame) for name, frame in named.items()}
        write_tables(home / "tables", tables, frames)
        cover = [("标题", title), ("前一版", first.name), ("后一版", second.name)]
        cover += [("变化条数", str(count_changes(frames)))]
        write_tables_workbook(home / "changes.xlsx", tables, shown, cover)
        page = _swipe_map_page(((first, old), (second, new)), named, title, told)
        write_text(home / "report.html", page)
        write_run_record(
            home,
            PROGRAM,
            options={"formats": list(formats)},
            inputs=[*inputs, *others],
            counts={name: len(frame) for name, frame in frames.items()},
            label=second.label,
            compared={"before": first.name, "after": second.name},
        )
    return frames


def _refuse_faulty_packs(*folders: Path | str) -> None:
    """Refuse what ``yngis plan check`` faults: a comparison of it would mislead."""
    problems = []
    for folder in dict.fromkeys(Path(each) for each in folders):
        with use_pack_folder(folder):
            if rests_on_shipped():
                continue  # judged before it ships
        found = check_pack(folder).problems
        problems += [replace(each, where=f"{folder.name}: {each.where}") for each in found]
    if problems:
        raise PlanError(problems)


def _with_target_names(frame: pd.DataFrame, editions: Sequence[Sources]) -> pd.DataFrame:
    """Changes of targets with their Chinese names, the later edition's first, for their ids."""
    names: dict[str, str] = {}
    for sources in editions:
        targets = sources.plan.targets
        names |= dict(zip(targets["id"], targets["target_zh"], strict=True))
    return frame.assign(subject=[names.get(each, each) for each in frame["subject"]])


def _read_edition(folder: Path | str, role: str) -> tuple[Pack, Sources, list[dict[str, str]]]:
    with use_pack_folder(folder) as home:
        refresh_layers()
        sources = read_sources()
        inputs = [
            input_record(f"{role}: {name}", path, file_checksum(path))
            for name, path in pack_files(home).items()
        ]
        return read_pack(), sources, inputs


def _in_words(topic: str, frame: pd.DataFrame) -> pd.DataFrame:
    columns = [column_word(topic, str(name)) for name in frame["column"]]
    return frame.assign(change=frame["change"].map(CHANGES), column=columns)


def _swipe_map_page(
    editions: Sequence[tuple[Pack, Sources]],
    frames: Mapping[str, pd.DataFrame],
    title: str,
    sentences: Sequence[str],
) -> str:
    """The page with the two maps to swipe between."""
    signs = zone_changes(frames)
    drawings = [
        Markup(draw_edition(sources, _signs_of(signs, sources), _region_colours(pack)))  # noqa: S704 - names are escaped
        for pack, sources in editions
    ]
    text = files("yngis.report.plan").joinpath("compare.html.j2").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    keys = [
        (pack.edition, list(_region_colours(pack).items()))
        for pack in (editions[1][0], editions[0][0])
    ]
    # Two editions with the same regions need them told once.
    colours = keys[:1] if keys[0][1] == keys[1][1] else keys[::-1]
    if len(colours) == 1:
        colours = [("分区", colours[0][1])]
    used = {key for kinds in signs.values() for key in kinds}
    body = template.from_string(text).render(
        title=title,
        before=editions[0][0],
        after=editions[1][0],
        drawings=drawings,
        colours=colours,
        sentences=sentences,
        tables=[
            (TOPICS[name], _in_words(name, frame).to_dict("records"))
            for name, frame in frames.items()
            if len(frame)
        ],
        legend=[both for key, both in SIGNS.items() if key in used],
        count=count_changes(dict(frames)),
    )
    style = files("yngis.report.plan").joinpath("compare.css").read_text(encoding="utf-8")
    script = files("yngis.report.plan").joinpath("compare.js").read_text(encoding="utf-8")
    return OfflineFigure(
        title,
        head=inline_style(style),
        body=body,
        scripts=(inline_script(script), sorting_tables_script()),
    ).render()


def _signs_of(signs: Mapping[str, list[str]], sources: Sources) -> dict[str, list[str]]:
    names = set(sources.zones["name_zh"])
    return {zone: kinds for zone, kinds in signs.items() if zone in names}


def _region_colours(pack: Pack) -> dict[str, str]:
    strength = read_style().region_strength
    colours = {}
    for region in pack.regions:
        channels = (int(region.colour[at : at + 2], 16) for at in (1, 3, 5))
        mixed = (round(255 - (255 - channel) * strength) for channel in channels)
        colours[region.name] = "#" + "".join(f"{channel:02X}" for channel in mixed)
    return colours
