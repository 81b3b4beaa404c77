"""The analyses of the public face (公共入口): one call each, on files or frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yngis.report.notebook.passing_files import files_of_tables, map_pages, owned_folder
from yngis.report.notebook.results import Result

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import geopandas as gpd

    from yngis.report.notebook.passing_files import Folder, Table


def audit(
    supply: Table,
    out: Folder | None = None,
    *,
    as_of: dt.date | str,
    approvals: Table | None = None,
    **more: Any,  # noqa: ANN401 - those of yngis.report.audit.audit
) -> Result:
    """
    Audit land as of a day (土地审计): files or frames in, frames and pages out.

    Parameters
    ----------
    supply
        Supply records (供应宗地): a file, or a frame with its columns.
    out
        Folder to write to; one that goes with the result if None, see :meth:`Result.to_folder`.
    as_of
        Day of the audit.
    approvals
        Approvals (批准用地), likewise.
    **more
        As for :func:`yngis.report.audit.audit`.

    Returns
    -------
    result
        ``findings``, ``summary``, ``verdicts``, ``doubts``, …; ``.map()``, ``.report()``,
        ``.to_folder(path)``.
    """
    from yngis.report.audit import audit as run_audit  # noqa: PLC0415 - each pays for its own

    with (
        files_of_tables({"supply": supply, "approvals": approvals}) as files,
        owned_folder(out) as home,
    ):
        place, held = home
        found = run_audit(files["supply"], place, as_of=as_of, approvals=files["approvals"], **more)
    return Result("audit", found, place, "yngis audit", held)


def intensity(
    table: Table,
    out: Folder | None = None,
    *,
    year: int | None = None,
    maps: Sequence[str] = ("score",),
    **more: Any,  # noqa: ANN401 - those of Choices and write_intensity
) -> Result:
    """
    Evaluate how intensively zones use their land (集约利用评价).

    Parameters
    ----------
    table
        Amounts of zones, ``(n,)`` rows: a file, or a frame with its headers.
    out
        Folder to write to; one that goes with the result if None.
    year
        Year of the figures.
    maps
        Names of maps to draw; ``("all",)`` for all.
    **more
        ``draws``, ``seed`` and the other choices of
        :class:`yngis.analysis.intensity.assessment.Choices`; ``scheme`` and ``league`` of
        :func:`yngis.report.intensity.write_intensity`.

    Returns
    -------
    result
        ``ranking``, ``indicators``, ``evidence``, ``per_mu``, …; ``.map()``, ``.report()``,
        ``.to_folder(path)``.
    """
    from yngis.analysis.intensity.assessment import Choices  # noqa: PLC0415
    from yngis.report.intensity import write_intensity  # noqa: PLC0415
    from yngis.report.intensity.inputs import read_intensity_inputs  # noqa: PLC0415

    written = {name: more.pop(name) for name in ("scheme", "league", "title") if name in more}
    choices = Choices(year=year, **more)
    with files_of_tables({"zones": table}) as files, owned_folder(out) as home:
        place, held = home
        inputs = read_intensity_inputs(files["zones"])
        found = write_intensity(place, inputs, choices=choices, maps=map_pages(maps), **written)
    return Result("intensity", found, place, "yngis intensity", held)


def targets(
    stats: Table,
    out: Folder | None = None,
    *,
    year: int | None = None,
    maps: Sequence[str] = ("all",),
    **more: Any,  # noqa: ANN401 - those of write_targets
) -> Result:
    """
    Check the plan's targets (规划指标核对).

    Parameters
    ----------
    stats
        Yearly figures of zones and province: a file, or a frame with its headers.
    out
        Folder to write to; one that goes with the result if None.
    year
        Year that is checked; the last one if None.
    maps
        Names of maps to draw; none if empty.
    **more
        ``base_year`` and ``readings`` of :func:`yngis.report.targets.write_targets`.

    Returns
    -------
    result
        ``checks``, ``summary``, ``missing``, …; ``.map()``, ``.report()``, ``.to_folder(path)``.
    """
    from yngis.report.targets import read_target_inputs, write_targets  # noqa: PLC0415

    with files_of_tables({"stats": stats}) as files, owned_folder(out) as home:
        place, held = home
        inputs = read_target_inputs(files["stats"])
        found = write_targets(place, inputs, year=year, maps=map_pages(maps), **more)
    return Result("targets", found, place, "yngis targets", held)


def clustering(
    enterprises: Table | None = None,
    out: Folder | None = None,
    *,
    datum: str | None = None,
    zones: gpd.GeoDataFrame | str | None = None,
    label: str | None = None,
    **settings: Any,  # noqa: ANN401 - those of Settings
) -> Result:
    """
    Measure how industries cluster (产业集聚): from the plan alone, or a list of enterprises.

    Parameters
    ----------
    enterprises
        List of enterprises: a file, or a frame; the plan's text alone if None.
    out
        Folder to write to; one that goes with the result if None.
    datum
        Datum of coordinates in columns: ``CGCS2000``, ``GCJ-02`` or ``BD-09``; never guessed.
    zones
        The bureau's own zones; the shipped ones if None.
    label
        What stands above everything, such as that the data are made up.
    **settings
        Of :class:`yngis.analysis.clustering.settings.Settings`.

    Returns
    -------
    result
        ``tables``, ``recommendations``, ``layers``; ``.map()``, ``.report()``,
        ``.to_folder(path)``.
    """
    from yngis.analysis.clustering.settings import Settings  # noqa: PLC0415
    from yngis.report.clustering import cluster_report, read_enterprises  # noqa: PLC0415

    with files_of_tables({"enterprises": enterprises}) as files, owned_folder(out) as home:
        place, held = home
        named = files["enterprises"]
        read: Any = read_enterprises
        listed = None if named is None else read(named, datum=datum, zones=zones)
        chosen = Settings(**settings)
        found = cluster_report(place, listed, zones=zones, settings=chosen, label=label)
    return Result("clustering", found, place, "yngis cluster", held)
