"""Made-up data of one kind for trying something out (演示数据入口)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os

KINDS_OF_DEMO: Final = ("bureau", "surveys", "zones", "conflicts", "enterprises", "scenes")
"""What can be made up, each alone."""


def demo_files(
    kind: str, folder: str | os.PathLike[str], *, parcels: int = 1000, seed: int = 0
) -> dict[str, Path]:
    """
    Write made-up data of one kind, with what was planted in them (演示数据).

    Parameters
    ----------
    kind
        ``bureau`` (approvals and supply), ``surveys`` (the same with two land surveys), ``zones``
        (amounts and yearly figures), ``conflicts`` (zones and red lines), ``enterprises``, or
        ``scenes`` (parcels and images).
    folder
        Folder to write to.
    parcels
        Number of supply records of ``bureau`` and ``surveys``.
    seed
        The same seed gives the same data as ``yngis demo``.

    Returns
    -------
    files
        By name, as :func:`yngis.report.demo.write.write_demo` names them.

    Raises
    ------
    LayerError
        If there is no such kind; names those there are.
    """
    if kind not in KINDS_OF_DEMO:
        known = "、".join(KINDS_OF_DEMO)
        raise LayerError(
            Problem("yngis.demo_files", known, kind, did_you_mean(kind, KINDS_OF_DEMO))
        )
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    if kind in {"bureau", "surveys"}:
        return _bureau_files(home, parcels, seed, surveys=kind == "surveys")
    if kind == "zones":
        from yngis.report.demo.zones import write_demo_zones  # noqa: PLC0415 - each for its own

        names = ("zones_table", "zone_stats", "zones_truth")
        return dict(zip(names, write_demo_zones(home, seed), strict=True))
    if kind == "conflicts":
        from yngis.report.demo.conflict_files import write_demo_conflicts  # noqa: PLC0415

        return write_demo_conflicts(home, seed + 3)
    if kind == "enterprises":
        from yngis.report.demo.enterprise_files import write_demo_enterprises  # noqa: PLC0415

        enterprises, truth = write_demo_enterprises(home, seed + 1)
        return {"enterprises": enterprises, "enterprises_truth": truth}
    from yngis.report.demo.scenes import write_demo_scenes  # noqa: PLC0415

    return write_demo_scenes(home, seed).files


def _bureau_files(home: Path, parcels: int, seed: int, *, surveys: bool) -> dict[str, Path]:
    """Approvals and supply of a bureau, and two surveys of its land."""
    from yngis.report.demo.bureau import make_demo  # noqa: PLC0415
    from yngis.report.demo.files import write_files  # noqa: PLC0415
    from yngis.report.demo.surveys import write_demo_surveys  # noqa: PLC0415

    made = make_demo(seed, parcels)
    files = write_files(made, home)
    return files | write_demo_surveys(made, home, seed + 2) if surveys else files
