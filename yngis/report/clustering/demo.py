"""The cluster analysis on made-up enterprises (演示): list and truth written, then run as any."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any, Final

from yngis.cartography.write import check_print
from yngis.report.clustering.run import cluster_files
from yngis.report.demo.enterprise_files import write_demo_enterprises

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from rich.progress import Progress

    from yngis.analysis.clustering.pipeline import Clustering
    from yngis.analysis.clustering.settings import Settings

LABEL: Final = "演示数据，并非真实企业 / made-up data, not of any enterprise"
"""What stands above everything that is made from the made-up enterprises."""


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
        Of the maps for print, as for :func:`yngis.report.clustering.run.write_plates`.

    Returns
    -------
    clustering
        The result, labelled as made up in its notes.
    """
    if formats:
        check_print(formats, **on_paper)
    with tempfile.TemporaryDirectory() as folder:
        files = write_demo_enterprises(folder)
        beside = [(path.name, path.read_bytes()) for path in files]
        return cluster_files(
            out,
            files[0],
            settings=settings,
            label=LABEL,
            formats=formats,
            progress=progress,
            beside=beside,
            **on_paper,
        )
