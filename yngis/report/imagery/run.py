"""Evidence from images, from a list of scenes to files (影像佐证)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

import yngis
from yngis.analysis.imagery.contradictions import contradict_ledger
from yngis.analysis.imagery.evidence import Evidence, LandCoverShare, parcel_evidence
from yngis.analysis.imagery.rules import SHIPPED, read_imagery_rules
from yngis.analysis.imagery.scene_files import SceneCheck, check_scenes
from yngis.analysis.imagery.scenes import read_scenes
from yngis.analysis.zonal import ZonalNotes, find_product, product_table
from yngis.analysis.zonal.polygon_input import (
    bring_to_grid,
    flat_to_shapes,
    gather_polygons,
    shrink_polygons,
)
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.output.write import write_text
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.tables.values.days import read_day
from yngis.errors import LayerError, Problem
from yngis.report.csv_writer import write_csv_rows
from yngis.report.imagery.cards import cards_page, parcel_card
from yngis.report.imagery.chips import days_seen, parcel_chips
from yngis.report.imagery.inputs import (
    LedgerParcels,
    labels_of_ledger,
    read_labels,
    read_ledger_parcels,
)
from yngis.report.imagery.page import gravest_first, imagery_sections
from yngis.report.page import render_page
from yngis.report.run_record import input_record, write_run_record

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from markupsafe import Markup

    from yngis.analysis.imagery.rules import ImageryRules
    from yngis.analysis.imagery.scene_reading import SceneStack
    from yngis.measure.progress import StageProgress

    Name = str | os.PathLike[str]

PROGRAM: Final = "yngis imagery evidence"
INLINE: Final = 200
"""Cards that stand on one page; the others are files of their own."""

CARDS_PAGE: Final = "cards.html"
"""Page of the gravest cards."""

_DIGITS: Final = 4


def write_evidence(
    out: Name,
    parcels: Name,
    scenes: Name,
    *,
    as_of: str | dt.date,
    labels: Name | None = None,
    shapes: Name | None = None,
    unsupplied: Name | None = None,
    key: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    aliases: Name | None = None,
    allow_remote: bool = False,
    rules: str = SHIPPED,
    land_cover: Name | None = None,
    legend: str = "worldcover",
    built_class: str = "建成区",
    progress: StageProgress | None = None,
) -> Evidence:
    """
    Say of each parcel what the scenes show, and write everything (影像佐证).

    Parameters
    ----------
    out
        Folder to write to: ``parcel_evidence.csv``, ``series.csv``, ``scenes_used.csv``,
        ``calibration.json``, ``report.html``, ``cards.html``, ``cards.csv``, ``chips``, ``cards``,
        ``issues.csv``, ``rejected.csv``, ``columns.csv``, ``run.json``.
    parcels
        Supply ledger: layer, workbook, CSV, zip or folder.
    scenes
        List of scenes.
    as_of
        Day of the evidence.
    labels
        CSV of labels, or ``ledger``; without labels nothing is called built.
    shapes
        Polygons of a ledger that has none, found by number.
    unsupplied
        Folder of an audit whose approved land that is not supplied is looked at too.
    key, layer, crs, aliases
        Column that names the parcels, layer in the file, CRS if it declares none, own headers.
    allow_remote
        Whether files of scenes may be URLs or virtual paths of GDAL.
    rules
        Shipped name or file of thresholds.
    land_cover, legend, built_class
        A later land-cover raster, its legend, and the class that means built: a witness.
    progress
        Called with the stage, how much of it is done and how much there is.

    Returns
    -------
    evidence
        What was found; the same inputs give the same files.

    Raises
    ------
    LayerError
        If an input cannot be used; names every fault.
    """
    tick = progress or (lambda _stage, _done, _total: None)
    day = read_as_of(as_of)
    own = None if rules == SHIPPED else rules
    chosen = read_imagery_rules(own)
    files = {"parcels": local_path(parcels), "scenes": local_path(scenes)}
    if labels is not None and str(labels) != "ledger":
        files["labels"] = local_path(labels)
    more = {"shapes": shapes, "aliases": aliases, "rules": own, "land_cover": land_cover}
    files |= {role: local_path(path) for role, path in more.items() if path is not None}
    files = {role: path for role, path in files.items() if path.is_file()}
    with unchanged_files(files) as checksums:
        ledger = read_ledger_parcels(
            parcels, as_of=day, shapes=shapes, key=key, layer=layer, crs=crs, aliases=aliases,
            unsupplied=unsupplied,
        )  # fmt: skip
        tick("核验影像 / checking scenes", 0, None)
        check = judge_scenes(scenes, ledger, day, allow_remote=allow_remote)
        told = None if labels is None or str(labels) == "ledger" else read_labels(labels)
    cover = _land_cover_share(ledger, land_cover, legend, built_class)
    with replacing_folder(out, PROGRAM) as home:

        def look(labels: dict[str, bool] | None) -> Evidence:
            return parcel_evidence(
                ledger.frame, check.opened, day, chosen, labels=labels, land_cover=cover,
                progress=lambda done, of: tick("逐期观测 / observing", done, of),
            )  # fmt: skip

        found = look(told)
        notes = list(ledger.notes)
        if str(labels) == "ledger":
            told = labels_of_ledger(
                ledger, _always_green(found), day, chosen.number("ledger_years")
            )
            notes.append(f"以台账标注 {len(told)} 宗 / labels from the ledger")
            found = look(told)
        if told is not None and (strange := sorted({*told} - {*ledger.frame.index})):
            notes.append(f"标注中不在图层里的 / labels of no parcel: {'、'.join(strange[:10])}")
        found.table["contradiction"] = contradict_ledger(found.table, ledger.status)
        _write_files(home, found, ledger, check, chosen, notes, day, tick)
        write_run_record(
            home,
            PROGRAM,
            options={
                "as_of": day.isoformat(), "rules": chosen.edition, "labels": str(labels or ""),
                "key": ledger.key, "legend": legend if land_cover else "",
            },
            inputs=[input_record(role, files[role], digest) for role, digest in checksums.items()],
            counts=found.table["state"].value_counts().sort_index().to_dict(),
            notes=[*notes, *check.warnings],
            label=_label_of(check),
            scenes=[each.scene.scene_id for each in check.opened],
        )  # fmt: skip
    return replace(found, notes=(*notes, *check.warnings))


def read_as_of(as_of: str | dt.date) -> dt.date:
    """
    Read the day of the evidence (截止日).

    Parameters
    ----------
    as_of
        As the user wrote it.

    Returns
    -------
    day
        The day.

    Raises
    ------
    LayerError
        If it is no whole day.
    """
    day = as_of if isinstance(as_of, dt.date) else read_day(as_of)
    if isinstance(day, dt.date):
        return day
    raise LayerError(
        Problem(
            "--as-of", "日期，如 2025-12-31 / a day", str(as_of), "写全年月日 / write a whole day"
        )
    )


def judge_scenes(
    scenes: Name,
    ledger: LedgerParcels | None,
    as_of: dt.date | None,
    *,
    allow_remote: bool = False,
) -> SceneCheck:
    """
    Judge a list of scenes, and refuse it with every fault (核验影像清单).

    Parameters
    ----------
    scenes
        The list.
    ledger
        Parcels that the scenes are to show; None for the list alone.
    as_of
        Day of the evidence.
    allow_remote
        Whether files may be URLs or virtual paths of GDAL.

    Returns
    -------
    check
        Scenes that can be used.

    Raises
    ------
    LayerError
        If anything is wrong with it.
    """
    bounds = None
    if ledger is not None:
        west, south, east, north = ledger.frame.total_bounds
        bounds = (float(west), float(south), float(east), float(north))
    rows, problems = read_scenes(str(scenes))
    check = check_scenes(rows, problems, as_of=as_of, bounds=bounds, allow_remote=allow_remote)
    if check.problems:
        raise LayerError(check.problems)
    return check


def _land_cover_share(
    ledger: LedgerParcels, raster: Name | None, legend: str, built_class: str
) -> LandCoverShare | None:
    if raster is None:
        return None
    product = find_product(legend)
    names = [name for _, name in product.classes]
    if built_class not in names:
        raise LayerError(
            Problem("--built-class", "、".join(names), built_class, "写图例中的类名 / name a class")
        )
    table = product_table(
        ledger.frame.geometry, raster, product, stats=["share"], notes=ZonalNotes()
    )
    year = str(product.year or "")
    return LandCoverShare(table[f"share_{built_class}"], int(year) if year.isdecimal() else None)


def _always_green(found: Evidence) -> pd.Series[bool]:
    """Whether a parcel is green now and was never disturbed."""
    table = found.table
    return (table["cover"] == "green") & (table["disturbed_from"] == "") & (table["why_not"] == "")


def _label_of(check: SceneCheck) -> str:
    synthetic = any("演示数据" in each.scene.source for each in check.opened)
    return "演示数据，合成，不是任何单位的真实记录 / synthetic" if synthetic else ""


def _write_files(  # noqa: PLR0917 - one file after the other
    home: Path,
    found: Evidence,
    ledger: LedgerParcels,
    check: SceneCheck,
    rules: ImageryRules,
    notes: Sequence[str],
    day: dt.date,
    tick: StageProgress,
) -> None:
    write_csv_rows(home / "parcel_evidence.csv", found.table, digits=_DIGITS)
    write_csv_rows(home / "series.csv", found.series, digits=_DIGITS)
    write_csv_rows(home / "scenes_used.csv", found.used)
    for name, table in (
        ("issues", ledger.issues), ("rejected", ledger.rejected), ("columns", ledger.columns),
    ):  # fmt: skip
        if len(table.columns):
            write_csv_rows(home / f"{name}.csv", table)
    kinds = {kind: each.record() for kind, each in found.calibrations.items()}
    told = found.calibration.record() | ({"kinds": kinds} if len(kinds) > 1 else {})
    record = json.dumps(told, ensure_ascii=False, indent=1)
    write_text(home / "calibration.json", record + "\n")
    label = _label_of(check)
    count = _write_cards(home=home, found=found, ledger=ledger, label=label, tick=tick)
    facts = [
        ("截止日", day.isoformat()),
        ("宗地", f"{len(ledger.frame):,}（标识列 {ledger.key or '行号'}）"),
        (
            "影像",
            f"{len(check.opened)} 景，{check.opened[0].scene.day} — {check.opened[-1].scene.day}",
        ),
        ("规则", rules.edition),
        ("程序", f"yngis {yngis.__version__}"),
    ]
    links = {"宗地佐证 parcel_evidence.csv": "parcel_evidence.csv", "序列 series.csv": "series.csv"}
    links |= {
        "影像 scenes_used.csv": "scenes_used.csv",
        "标定 calibration.json": "calibration.json",
    }
    if count:
        links |= {f"图斑核查卡（{count} 宗） cards.html": "cards.html"}
    sections = imagery_sections(found, rules, check.warnings, check.left_out, notes)
    page = render_page(
        "影像佐证", "疑似与核实；不是认定", facts, sections,
        links | {"运行记录 run.json": "run.json"}, label=label,
    )  # fmt: skip
    write_text(home / "report.html", page)


def _write_cards(
    *, home: Path, found: Evidence, ledger: LedgerParcels, label: str, tick: StageProgress
) -> int:
    """Write the gravest cards on one page, the others as files, and all pictures."""
    held = gravest_first(found.table)
    addresses: list[tuple[str, str]] = []
    stacks = {stack.scene_ids: stack for stack in found.stacks}
    seen = days_seen(found.series)
    series = {str(name): told for name, told in found.series.groupby("parcel")}
    rows = {str(name): cells for name, cells in zip(ledger.frame.index, ledger.rows, strict=True)}
    if len(held):
        (home / "chips").mkdir()
    outlines: dict[str, tuple[Any, Any]] = {}
    inline: list[Markup] = []
    for number, (name, row) in enumerate(held.iterrows()):
        tick("核查卡 / cards", number, len(held))
        stack = stacks[row["scene_ids"]]
        if row["scene_ids"] not in outlines:
            outlines[row["scene_ids"]] = _outlines_and_cores(ledger, stack)
        shapes, cores = outlines[row["scene_ids"]]
        place = ledger.frame.index.get_loc(name)
        before = dt.date.fromisoformat(row["disturbed_from"]) if row["disturbed_from"] else None
        chips = parcel_chips(shapes[place], stack, seen.get(str(name), []), before)
        file = card_file_name(str(name), number)
        for chip, when in zip(chips, ("before", "after"), strict=False):
            (home / "chips" / f"{file}_{when}.jpg").write_bytes(chip.jpeg)
        card = parcel_card(
            anchor=f"c{number + 1:04d}",
            row={str(column): value for column, value in row.items()},
            ledger=rows[str(name)],
            series=series.get(str(name), found.series.iloc[:0]),
            chips=chips,
            shapes=(shapes[place], cores[place]),
            grid=stack.grid,
        )
        if number < INLINE:
            inline.append(card)
            addresses.append((str(name), f"{CARDS_PAGE}#c{number + 1:04d}"))
        else:
            (home / "cards").mkdir(exist_ok=True)
            addresses.append((str(name), f"cards/{file}.html"))
            write_text(
                home / "cards" / f"{file}.html", cards_page(f"图斑核查卡 {name}", [card], label)
            )
    if len(held):
        write_text(home / CARDS_PAGE, cards_page("图斑核查卡", inline, label))
    write_csv_rows(home / "cards.csv", pd.DataFrame(addresses, columns=["parcel", "card"]))
    return len(held)


def _outlines_and_cores(ledger: LedgerParcels, stack: SceneStack) -> tuple[Any, Any]:
    """Parcels and their cores in the CRS of the scenes."""
    flat = bring_to_grid(gather_polygons(ledger.frame.geometry, ZonalNotes()), stack.grid)
    rim = max(max(stack.cell_m) / 2.0, *(each.scene.registration_m for each in stack.scenes))
    cores = flat_to_shapes(shrink_polygons(flat, stack.grid, rim))
    return flat_to_shapes(flat), cores


def card_file_name(name: str, number: int) -> str:
    """
    Name of a parcel's pictures and card (文件名): what is no letter, digit or dash is left out.

    Parameters
    ----------
    name
        Number of the parcel.
    number
        Place among the cards, from 0.

    Returns
    -------
    name
        Without its ending.

    Examples
    --------
    >>> card_file_name("演示〔2024〕1号", 2)
    '0003_演示20241号'
    """
    plain = "".join(sign for sign in name if sign.isalnum() or sign in "-_")[:40]
    return f"{number + 1:04d}_{plain}" if plain else f"{number + 1:04d}"
