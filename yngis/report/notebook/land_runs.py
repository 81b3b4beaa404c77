"""What the land says (实地核查入口), on files or frames: conflicts, change, stock, images."""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from yngis.catalogue.io.sources import source_names
from yngis.report.notebook.passing_files import files_of_tables, map_pages, owned_folder
from yngis.report.notebook.results import Result

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from yngis.report.notebook.passing_files import Folder, Table


def conflict_report(
    zones: Table | None,
    layers: Mapping[str, Table],
    out: Folder | None = None,
    *,
    coverage: Mapping[str, Table] | None = None,
    parcels: Table | None = None,
    supply: Table | None = None,
    maps: Sequence[str] = ("any",),
    **more: Any,  # noqa: ANN401 - those of check_conflicts
) -> Result:
    """
    Hold zones and parcels against red lines, with report and maps (冲突核查报告).

    Parameters
    ----------
    zones
        A file, or a frame of names and polygons; None for the shipped ones, which are schematic
        and refused unless ``even_schematic=True``.
    layers
        By key, as for :func:`yngis.conflicts`: frames, or files; ``FILE#LAYER`` names one layer of
        several, and ``all`` stands for every layer of a planning database.
    out
        Folder to write to; one that goes with the result if None.
    coverage
        By key, where the layer was mapped: a frame, a file, or ``"all"``.
    parcels, supply
        Parcels, or supply records, likewise.
    maps
        Names of maps to draw; ``("all",)`` for all, none if empty.
    **more
        As for :func:`yngis.report.conflicts.run.check_conflicts`.

    Returns
    -------
    result
        ``conflicts`` as :func:`yngis.conflicts` gives it, and the tables of the report:
        ``findings``, ``zones``, ``tensions``, ``industrial_share``, …; ``.map()``, ``.report()``,
        ``.to_folder(path)``.
    """
    from yngis.report.conflicts.run import check_conflicts  # noqa: PLC0415 - each pays for its own
    from yngis.report.conflicts.tables import conflict_frames, conflict_table  # noqa: PLC0415

    given = {"zones": zones, "parcels": parcels, "supply": supply}
    with (
        files_of_tables(given) as files,
        files_of_tables(layers) as held_against,
        files_of_tables(coverage or {}) as mapped,
        owned_folder(out) as (place, held),
    ):
        found = check_conflicts(
            place,
            layers=held_against,
            coverage=mapped,
            **files,
            maps=map_pages(maps),
            **more,
        )
    frames = {"conflicts": conflict_table(found.found), **conflict_frames(found.found)}
    return Result("conflict_report", found, place, "yngis conflicts", held, frames=frames)


def change_report(
    before: Table | None = None,
    after: Table | None = None,
    zones: Table | None = None,
    out: Folder | None = None,
    *,
    increments: Table | None = None,
    supply: Table | None = None,
    approvals: Table | None = None,
    overlays: Mapping[str, Table] | None = None,
    maps: Sequence[str] = ("newly_built",),
    **more: Any,  # noqa: ANN401 - those of write_change
) -> Result:
    """
    Tell what changed between two land surveys, with report and maps (国土变化报告).

    Parameters
    ----------
    before, after
        The earlier and the later survey (DLTB): files, or frames.
    zones
        The bureau's own zones; the shipped, schematic ones if None.
    out
        Folder to write to; one that goes with the result if None.
    increments
        The survey's own record of changes in place of two surveys.
    supply, approvals
        Ledgers that the changes are held against, as the audit takes them.
    overlays
        Polygons of land over other land, by kind, as for :func:`yngis.change`.
    maps
        Names of maps to draw; ``("all",)`` for all, none if empty.
    **more
        ``rules`` and ``suspect_rules`` of :func:`yngis.report.change.write_change`.

    Returns
    -------
    result
        ``transition``, ``by_class``, ``changes``, ``pieces``, ``suspects``, …; ``.map()``,
        ``.report()``, ``.to_folder(path)``.
    """
    from yngis.report.change import ChangeInputs, write_change  # noqa: PLC0415
    from yngis.report.change.records import LandRecords  # noqa: PLC0415

    surveys = {"before": before, "after": after, "increments": increments, "zones": zones}
    with (
        files_of_tables(surveys) as files,
        files_of_tables({"supply": supply, "approvals": approvals}) as ledgers,
        files_of_tables(overlays or {}) as over,
        owned_folder(out) as (place, held),
    ):
        inputs = ChangeInputs(
            **{role: fspath(path) for role, path in files.items() if path is not None},
            overlays={kind: fspath(path) for kind, path in over.items()},
            records=LandRecords(
                supply=source_names(ledgers["supply"]),
                approvals=source_names(ledgers["approvals"]),
            ),
        )
        found = write_change(place, inputs, maps=map_pages(maps), **more)
    told = found.suspects
    frames = {} if told is None else {"suspects": told.table, "suspect_parts": told.parts}
    return Result("change_report", found, place, "yngis change", held, frames=frames)


def disposal_report(
    audits: Sequence[Folder | Result],
    out: Folder | None = None,
    *,
    maps: Sequence[str] = ("stock",),
    **choices: Any,  # noqa: ANN401 - those of DisposalInputs
) -> Result:
    """
    Follow stock and parcels over audits of several years, with report and maps (存量处置报告).

    Parameters
    ----------
    audits
        What :func:`yngis.audit` gave, or folders of audits; two at least.
    out
        Folder to write to; one that goes with the result if None.
    maps
        Names of maps to draw; ``("all",)`` for all, none if empty.
    **choices
        ``cutoff``, ``rate``, ``supply`` and others of
        :class:`yngis.report.disposal.DisposalInputs`.

    Returns
    -------
    result
        ``disposal`` (stock and flow), ``finding_matrix``, …; ``.map()``, ``.report()``,
        ``.to_folder(path)``.
    """
    from yngis.report.disposal import DisposalInputs, write_disposal  # noqa: PLC0415

    folders = [fspath(each.folder if isinstance(each, Result) else each) for each in audits]
    with owned_folder(out) as (place, held):
        inputs = DisposalInputs(folders, **choices)
        found = write_disposal(place, inputs, maps=map_pages(maps))
    return Result("disposal_report", found, place, "yngis disposal", held, frames=found.frames)


def imagery_report(
    parcels: Table,
    scenes: str | PathLike[str],
    out: Folder | None = None,
    *,
    as_of: dt.date | str,
    labels: Table | None = None,
    **more: Any,  # noqa: ANN401 - those of write_evidence
) -> Result:
    """
    Say of each parcel what images show, with report and cards (影像佐证报告).

    Parameters
    ----------
    parcels
        Supply records with polygons: a file, or a frame.
    scenes
        List of scenes; their files are named from where it lies.
    out
        Folder to write to; one that goes with the result if None.
    as_of
        Day of the evidence.
    labels
        Labels, a file or a frame, or ``"ledger"``; without them nothing is called built.
    **more
        As for :func:`yngis.report.imagery.run.write_evidence`.

    Returns
    -------
    result
        ``table``, ``series``, ``used``, ``calibration``, …; ``.report()``, ``.to_folder(path)``.
        There is no map.
    """
    from yngis.report.imagery.run import write_evidence  # noqa: PLC0415

    with (
        files_of_tables({"parcels": parcels, "labels": labels}) as files,
        owned_folder(out) as (place, held),
    ):
        told = files["labels"]
        found = write_evidence(place, files["parcels"], scenes, as_of=as_of, labels=told, **more)
    return Result("imagery_report", found, place, "yngis imagery evidence", held)
