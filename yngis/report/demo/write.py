"""A synthetic bureau to try everything on (演示数据), with what was planted in it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from yngis.errors import LayerError, Problem
from yngis.report.demo.bureau import make_demo
from yngis.report.demo.enterprise_files import write_demo_enterprises
from yngis.report.demo.files import README, write_files
from yngis.report.demo.zones import write_demo_zones

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

_FEWEST = 100
_README = "README.txt"


def demo(
    folder: str | os.PathLike[str],
    *,
    seed: int = 0,
    parcels: int = 20_000,
    progress: Callable[[str, int, int | None], None] | None = None,
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
    progress
        Called with what is being done, how much of it is done, and how much there is.

    Returns
    -------
    files
        By kind: ``approvals``, ``supply``, ``supply_shapefile``, ``supply_gdb``, ``supply_excel``,
        ``parcels``, ``truth``, ``truth_approvals``, ``enterprises``, ``enterprises_truth``,
        ``zones_table``, ``zone_stats``, ``zones_truth``.

    Raises
    ------
    LayerError
        If the folder holds something else, or there are too few parcels for all that is planted.
    """
    home = Path(folder).absolute()
    _check(home, parcels)
    tick = progress or (lambda _stage, _done, _total: None)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".yngis-", dir=home.parent) as made:
        fresh = Path(made)
        tick("生成宗地 / making parcels", 0, None)
        bureau = make_demo(seed, parcels)
        tick("写出图层 / writing layers", 0, None)
        files = write_files(bureau, fresh)
        tick("生成企业 / making enterprises", 0, None)
        enterprises, truth = write_demo_enterprises(fresh, seed + 1)
        files |= {"enterprises": enterprises, "enterprises_truth": truth}
        kinds = ("zones_table", "zone_stats", "zones_truth")
        files |= dict(zip(kinds, write_demo_zones(fresh, seed), strict=True))
        _move(fresh, home)
    return {kind: home / path.name for kind, path in files.items()}


def _check(home: Path, parcels: int) -> None:
    problems = []
    held = sorted(path.name for path in home.iterdir()) if home.is_dir() else []
    readme = home / _README
    ours = readme.is_file() and readme.read_text(encoding="utf-8", errors="replace") == README
    if home.is_file() or (held and not ours):
        problems.append(
            Problem(
                where=str(home),
                promised="新文件夹、空文件夹或以前的演示数据 / a new or empty folder, or an "
                "earlier demonstration",
                found=f"有其他文件 / other files: {'、'.join(held[:5]) or home.name}",
                mend="换一个文件夹 / name another folder",
            )
        )
    if parcels < _FEWEST:
        problems.append(
            Problem(
                where="--parcels",
                promised=f"{_FEWEST} 宗以上 / {_FEWEST} or more",
                found=str(parcels),
                mend="改大 / give a larger number",
            )
        )
    if problems:
        raise LayerError(problems)


def _move(fresh: Path, home: Path) -> None:
    """Put what was made in its place; the reader's guide, which marks the folder, goes first."""
    home.mkdir(exist_ok=True)
    for source in sorted(fresh.iterdir(), key=lambda path: (path.name != _README, path.name)):
        target = home / source.name
        if target.is_dir():
            shutil.rmtree(target)
        source.replace(target)
