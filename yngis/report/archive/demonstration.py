"""An archive of five made-up years (演示存档): the commands themselves, run over small tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.intensity.assessment import Choices
from yngis.catalogue.io.layers_dir import layers_dir, use_pack_folder
from yngis.catalogue.io.output.output_place import output_errors
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.errors import LayerError, Problem
from yngis.layerbuild import copy_pack, refresh_layers
from yngis.report.archive.add import add_runs, create_archive, refuse_used_place
from yngis.report.archive.demonstration_more import KINDS, run_other_kinds
from yngis.report.audit import audit
from yngis.report.demo.yearly_events import is_merged, plant_zones, shown_years
from yngis.report.demo.years import write_demo_years
from yngis.report.intensity import write_intensity
from yngis.report.intensity.inputs import read_intensity_inputs
from yngis.report.targets import read_target_inputs, write_targets

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from yngis.measure.progress import StageProgress

_KINDS: Final = ("audit", "intensity", "targets")
"""Results of each year; those of :data:`KINDS` are of the last one alone."""

_DRAWS: Final = 200


def make_demo_archive(
    archive: str | os.PathLike[str],
    *,
    tables: str | os.PathLike[str] | None = None,
    years: Sequence[int] = (),
    kinds: Sequence[str] = (),
    seed: int = 0,
    progress: StageProgress | None = None,
) -> Path:
    """
    Make an archive of five made-up years by running the analyses (生成演示存档).

    Parameters
    ----------
    archive
        Folder to be made; it may exist if it is empty.
    tables
        Tables of the years as :func:`yngis.report.demo.years.write_demo_years` writes them; made
        for this alone if None.
    years
        Which of the years; all of them if empty.
    kinds
        Of ``audit``, ``intensity`` and ``targets``, and of ``conflicts``, ``change``, ``cluster``
        and ``disposal`` those that are run; all of them if empty.
    seed
        Seed of tables that are made.
    progress
        Called with what is being done, how much of it is done, and how much there is.

    Returns
    -------
    archive
        The folder: audit, intensity and targets of every year, with one rename, one merger and one
        boundary change; red lines, change between surveys, clusters and disposal of the last one.

    Raises
    ------
    LayerError
        If the folder holds something, or tables are missing.
    """
    home = Path(archive)
    refuse_used_place(home)
    tick = progress or (lambda _stage, _done, _total: None)
    wanted = [year for year in shown_years() if not years or year in years]
    with output_errors(home):
        home.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(home.parent) as staging:
            given = staging / "tables" if tables is None else Path(tables)
            if tables is None:
                tick("生成各年的表 / making tables", 0, None)
                write_demo_years(given, seed)
            _refuse_missing_tables(given, wanted)
            fresh = staging / "archive"
            create_archive(fresh, demonstration=True, first_day=f"{shown_years()[0]}-01-01")
            chosen = kinds or (*_KINDS, *KINDS)
            after = _pack_after_merger(staging / f"plan-{shown_years()[2]}")
            for turn, year in enumerate(wanted):
                tick(f"{year} 年的结果 / results", turn, len(wanted))
                with use_pack_folder(after if is_merged(year) else None):
                    runs = _run_year(given, staging / str(year), year, chosen)
                    if year == shown_years()[-1]:
                        tick(
                            f"{year} 年的红线、变化、集聚、处置 / other results", turn, len(wanted)
                        )
                        # Those since the merger know the same zones.
                        audits = [
                            staging / str(each) / "audit" for each in wanted if is_merged(each)
                        ]
                        runs += run_other_kinds(staging / "more", chosen, audits, year, seed)
                add_runs(fresh, runs, year=year, lineage=_lineage_until(given, staging, year))
            if home.exists():
                home.rmdir()
            fresh.rename(home)
    return home


def _refuse_missing_tables(given: Path, years: Sequence[int]) -> None:
    """Tell every table that is not there, before the work."""
    wanted = [given / "沿革.csv", given / "批准_演示数据.gpkg"]
    wanted += [path for year in years for path in _year_files(given, year)]
    missing = [path for path in dict.fromkeys(wanted) if not path.is_file()]
    if missing:
        raise LayerError(
            Problem(
                str(path),
                promised="五年演示的表 / a table of the five years",
                found="没有 / missing",
                mend="先写出：yngis demo 演示 / write them first, in its folder years",
            )
            for path in missing
        )


def _year_files(given: Path, year: int) -> tuple[Path, Path, Path, Path]:
    """Supply, amounts, yearly figures and boundaries of a year."""
    first, _, merger, _, last = shown_years()
    drawn = last if year == last else merger if is_merged(year) else first
    home = given / str(year)
    return (
        home / "供应_演示数据.gpkg",
        home / "评价数据_演示数据.xlsx",
        home / "统计_演示数据.csv",
        given / f"边界_演示数据_{drawn}.gpkg",
    )


def _pack_after_merger(folder: Path) -> Path:
    """Copy the plan in use without the zone that was merged, and draw its layers."""
    pack = copy_pack(layers_dir(), folder)
    gone = plant_zones().merged
    for table in sorted((pack / "tables").glob("*.csv")):
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
        # Rows about the zone alone: a sentence that names it beside others stays as it was written.
        about = (rows == gone).any(axis=1)
        if about.any():
            rows[~about].to_csv(table, index=False, lineterminator="\n")
    with use_pack_folder(pack):
        refresh_layers()
    return pack


def _run_year(given: Path, out: Path, year: int, kinds: Sequence[str]) -> list[Path]:
    """Run the analyses of a year."""
    supply, amounts, stats, zones = _year_files(given, year)
    out.mkdir()
    if "audit" in kinds:
        audit(
            supply,
            out / "audit",
            as_of=f"{year}-12-31",
            approvals=given / "批准_演示数据.gpkg",
            zones=zones,
            map_page=False,
        )
    if "intensity" in kinds:
        choices = Choices(year=year, draws=_DRAWS)
        write_intensity(out / "intensity", read_intensity_inputs(amounts), choices=choices)
    if "targets" in kinds:
        write_targets(out / "targets", read_target_inputs(stats), year=year)
    return sorted(out.iterdir())


def _lineage_until(given: Path, staging: Path, year: int) -> Path:
    """The events that were known by the end of a year."""
    told = pd.read_csv(given / "沿革.csv", dtype=str, keep_default_na=False)
    path = staging / f"lineage-{year}.csv"
    told[told["日期"] <= f"{year}-12-31"].to_csv(path, index=False, encoding="utf-8-sig")
    return path
