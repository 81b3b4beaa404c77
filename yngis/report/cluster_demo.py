"""The cluster analysis on made-up enterprises (演示): list and truth written, then run as any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pandas as pd

from yngis.analysis.clustering.demo import demo_enterprises
from yngis.cartography.own_files import check_print
from yngis.catalogue import load, write_csv
from yngis.report.clustering import cluster_report, read_enterprises

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import geopandas as gpd
    from rich.progress import Progress

    from yngis.analysis.clustering.pipeline import Clustering
    from yngis.analysis.clustering.settings import Settings

LABEL: Final = "演示数据，并非真实企业 / made-up data, not of any enterprise"
"""What stands above everything that is made from the made-up enterprises."""

_PATTERNS: Final = {"localised": "集聚", "dispersed": "分散", "random": "随机"}


def demo_report(
    out: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    formats: Sequence[str] = (),
    progress: Progress | None = None,
    **on_paper: Any,  # noqa: ANN401 - those of draw_plates
) -> Clustering:
    """
    Run the cluster analysis on made-up enterprises and write all it gives (产业集聚演示).

    Parameters
    ----------
    out
        Folder to write to; the list goes to ``demo_enterprises.csv`` and what was planted in it to
        ``demo_truth.csv``.
    settings
        Choices of the run.
    formats, progress, **on_paper
        Of the maps for print, as for :func:`yngis.report.clustering.write_plates`.

    Returns
    -------
    clustering
        The result, labelled as made up in its notes.
    """
    if formats:
        check_print(formats, **on_paper)
    home = Path(out)
    demo = demo_enterprises(*(cast("gpd.GeoDataFrame", load(name)) for name in _LAYERS))
    listed = demo.table.assign(坐标基准=demo.datum, 数据说明="演示数据")
    path = write_csv(home / "demo_enterprises.csv", listed, for_spreadsheet=True)
    near = f"{demo.localised_m / 1000:g} 公里以内 / within {demo.localised_m / 1000:g} km"
    truth = [
        (industry, _PATTERNS[pattern], near if pattern == "localised" else "")
        for industry, pattern in demo.truth.items()
    ]
    columns = ["产业", "植入的格局", "距离"]
    told = pd.DataFrame(truth, columns=columns).assign(数据说明="演示数据")
    write_csv(home / "demo_truth.csv", told, for_spreadsheet=True)
    return cluster_report(
        home,
        read_enterprises(path),
        settings=settings,
        label=LABEL,
        formats=formats,
        progress=progress,
        **on_paper,
    )


_LAYERS: Final = ("counties", "zones")
