"""A synthetic bureau to try everything on (演示数据), with what was planted in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.folder import replacing_folder
from yngis.errors import LayerError, Problem
from yngis.report.demo.bureau import make_demo
from yngis.report.demo.conflict_files import write_demo_conflicts
from yngis.report.demo.enterprise_files import write_demo_enterprises
from yngis.report.demo.files import write_files
from yngis.report.demo.scenes import write_demo_scenes
from yngis.report.demo.surveys import write_demo_surveys
from yngis.report.demo.years import write_demo_years
from yngis.report.demo.zones import write_demo_zones
from yngis.report.run_record import write_run_record

if TYPE_CHECKING:
    import os

    from yngis.measure.progress import StageProgress

PROGRAM: Final = "yngis demo"
LABEL: Final = "演示数据，合成，不是任何单位的真实记录 / synthetic, no record of anybody"

_FEWEST: Final = 100
_MOST: Final = 5_000_000


def write_demo(
    folder: str | os.PathLike[str],
    *,
    seed: int = 0,
    parcels: int = 20_000,
    imagery: bool = False,
    progress: StageProgress | None = None,
) -> dict[str, Path]:
    """
    Write a synthetic bureau, labelled 演示数据, with what was planted in it (演示数据).

    Parameters
    ----------
    folder
        Where to write: new, empty, or an earlier demonstration.
    seed
        Seed of the generators; the same seed gives the same data.
    parcels
        Number of supply records.
    imagery
        Whether a pile of scenes over 400 parcels is made too.
    progress
        Called with what is being done, how much of it is done, and how much there is.

    Returns
    -------
    files
        By kind: ``approvals``, ``supply``, ``supply_shapefile``, ``supply_gdb``, ``supply_excel``,
        ``parcels``, ``truth``, ``truth_approvals``, ``enterprises``, ``enterprises_truth``,
        ``zones_table``, ``zone_stats``, ``zones_truth``, ``survey_2024``, ``survey_2025``,
        ``increments``, ``change_truth``, ``change_readme``, ``conflict_zones``,
        ``conflict_layers``, ``conflict_parcels``, ``conflict_heights``, ``conflict_truth``,
        ``industrial_truth``, ``conflict_readme``, ``years_readme``, ``years_lineage``,
        ``years_truth``, ``years_trends``, ``years_approvals``; with ``imagery`` also ``scenes``,
        ``scene_parcels``, ``scene_labels``, ``truth_imagery``.

    Raises
    ------
    LayerError
        If the folder holds something else, or there are too few parcels for all that is planted, or
        more than can be made.
    """
    _check_parcels(parcels)
    tick = progress or (lambda _stage, _done, _total: None)
    with replacing_folder(folder, PROGRAM) as fresh:
        tick("生成宗地 / making parcels", 0, None)
        bureau = make_demo(seed, parcels)
        tick("写出图层 / writing layers", 0, None)
        files = write_files(bureau, fresh)
        tick("生成企业 / making enterprises", 0, None)
        enterprises, truth = write_demo_enterprises(fresh, seed + 1)
        files |= {"enterprises": enterprises, "enterprises_truth": truth}
        kinds = ("zones_table", "zone_stats", "zones_truth")
        files |= dict(zip(kinds, write_demo_zones(fresh, seed), strict=True))
        tick("生成两期调查 / making two surveys", 0, None)
        files |= write_demo_surveys(bureau, fresh, seed + 2)
        tick("生成红线 / making red lines", 0, None)
        files |= write_demo_conflicts(fresh, seed + 3)
        tick("生成五年的表 / making five years", 0, None)
        years = write_demo_years(fresh / "years", seed)
        files |= {kind: path for kind, path in years.items() if kind.startswith("years_")}
        if imagery:
            tick("生成影像 / making scenes", 0, None)
            files |= write_demo_scenes(fresh, seed).files
        write_run_record(
            fresh,
            PROGRAM,
            options={"seed": seed, "parcels": parcels} | ({"imagery": True} if imagery else {}),
            inputs=(),
            counts={"supply": len(bureau.supply), "approvals": len(bureau.approvals)},
            label=LABEL,
        )
    return {kind: Path(folder).absolute() / path.relative_to(fresh) for kind, path in files.items()}


def _check_parcels(parcels: int) -> None:
    """Judge the number before anything is made."""
    if not _FEWEST <= parcels <= _MOST:
        raise LayerError(
            Problem(
                where="--parcels",
                promised=f"{_FEWEST:,} 到 {_MOST:,} 宗 / from {_FEWEST:,} to {_MOST:,}",
                found=f"{parcels:,}",
                mend="改为范围内的数 / give a number in this range",
            )
        )
