"""Made-up enterprises as a list that a bureau would send (演示企业), and what was planted in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pandas as pd

from yngis.catalogue import load
from yngis.report.csv_writer import write_csv_rows
from yngis.report.demo.enterprises import demo_enterprises

if TYPE_CHECKING:
    import os

    import geopandas as gpd

_LAYERS: Final = ("counties", "zones")
_PATTERNS: Final = {"localised": "集聚", "dispersed": "分散", "random": "随机"}


def write_demo_enterprises(
    folder: str | os.PathLike[str], seed: int | None = None
) -> tuple[Path, Path]:
    """
    Write a made-up list of enterprises and what was planted in it (写出演示企业).

    Parameters
    ----------
    folder
        Folder to write to.
    seed
        Seed; None for the one that the demonstration is known by.

    Returns
    -------
    list, truth
        ``demo_enterprises.csv`` and ``demo_truth.csv``.
    """
    home = Path(folder)
    layers = (cast("gpd.GeoDataFrame", load(name)) for name in _LAYERS)
    demo = demo_enterprises(*layers, **({} if seed is None else {"seed": seed}))
    listed = demo.table.assign(坐标基准=demo.datum, 数据说明="演示数据")
    path = write_csv_rows(home / "demo_enterprises.csv", listed)
    near = f"{demo.localised_m / 1000:g} 公里以内 / within {demo.localised_m / 1000:g} km"
    truth = [
        (industry, _PATTERNS[pattern], near if pattern == "localised" else "")
        for industry, pattern in demo.truth.items()
    ]
    columns = ["产业", "植入的格局", "距离"]
    told = pd.DataFrame(truth, columns=columns).assign(数据说明="演示数据")
    return path, write_csv_rows(home / "demo_truth.csv", told)
