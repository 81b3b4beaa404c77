"""A portal made of an archive (生成门户): read once, written in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from yngis.errors import LayerError, Problem
from yngis.report.archive.database import DATABASE
from yngis.report.portal.archive_reading import read_archive_view
from yngis.report.portal.index import make_index
from yngis.report.portal.registry import PAGES, files_of_zone, zone_files
from yngis.report.portal.site_folder import PROGRAM, replace_site, site_place
from yngis.report.run_record import write_run_record

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from yngis.report.portal.site_folder import SiteWritten
    from yngis.report.portal.view import ArchiveView


class PortalWritten(NamedTuple):
    """
    What was made (门户).

    Attributes
    ----------
    view
        The archive as its pages show it.
    site
        Files that were written, kept and removed.
    """

    view: ArchiveView
    site: SiteWritten


def write_portal(
    archive: str | os.PathLike[str],
    to: str | os.PathLike[str],
    *,
    year: int | None = None,
    audience: str = "internal",
    zone: str = "",
    figures: bool = True,
    documents: bool = True,
    progress: Callable[[int, int], object] | None = None,
) -> PortalWritten:
    """
    Make the offline site of an archive (生成门户).

    Parameters
    ----------
    archive
        Folder of the archive.
    to
        Folder of the site: new, empty, or an earlier one, of which only what changed is written
        again.
    year
        Year that it is about; the last one of the archive if None.
    audience
        ``internal``, or ``shared`` for what may leave the office.
    zone
        Number or name of the one zone whose pages are to be made again; all pages if empty.
    figures
        Whether the plan's figures are drawn too, about 9 MB.
    documents
        Whether reports in Word, cards and map layers of every zone are written too, for those who
        may see single records.
    progress
        Told how many files are done, and of how many.

    Returns
    -------
    made
        The view and the files.

    Raises
    ------
    YngisError
        If it is no archive, the folder holds other files, or the zone is not known.
    """
    place = site_place(to)
    before = _record_of(place) if zone else {}
    options = before.get("options")
    if isinstance(options, dict):
        # Whether there are figures and documents to link to is as it was.
        figures, documents = bool(options.get("figures")), bool(options.get("documents"))
    view = read_archive_view(
        archive, year=year, audience=audience, figures=figures, documents=documents
    )
    if zone:
        _refuse_other_site(place, before, view)
        files: Iterator[tuple[str, str | bytes]] = files_of_zone(view, view.zone_of(zone))
    else:
        files = _all_files(view, progress)

    def write_record(folder: Path) -> None:
        write_run_record(
            folder,
            PROGRAM,
            options=_options_of(view),
            inputs=_edition_records(view),
            counts={"zones": len(view.zones), "years": len(view.years)},
            label=view.label,
            dropped=before.get("dropped", {}) if zone else dict(sorted(view.dropped.items())),
        )

    return PortalWritten(view, replace_site(place, files, write_record, some=bool(zone)))


def _all_files(
    view: ArchiveView, progress: Callable[[int, int], object] | None
) -> Iterator[tuple[str, str | bytes]]:
    """All files of a portal; the index stands last, for it links to the others."""
    tell = progress or (lambda _done, _total: None)
    total = len(view.zones) + len(PAGES) + 1
    for done, zone in enumerate(view.zones):
        tell(done, total)
        yield from zone_files(view, [zone])
    for done, part in enumerate(PAGES, start=len(view.zones)):
        tell(done, total)
        yield from part.make(view)
    yield from make_index(view, [entry for part in PAGES if (entry := part.enter(view))])
    tell(total, total)


def _edition_records(view: ArchiveView) -> list[dict[str, Any]]:
    """Editions that a portal rests on, by their checksums."""
    rows = view.editions[view.editions["current"]].to_dict("records")
    return [
        {"role": f"{row['kind']} {row['year']}", "name": DATABASE, "sha256": row["digest"]}
        for row in rows
    ]


def _options_of(view: ArchiveView) -> dict[str, Any]:
    return {
        "year": view.year,
        "audience": view.audience.audience,
        "figures": view.figures,
        "documents": view.documents is not None,
    }


def _refuse_other_site(place: Path, before: dict[str, Any], view: ArchiveView) -> None:
    """Refuse to put pages of one zone into no portal, or one of another year or audience."""
    options = before.get("options")
    wanted = _options_of(view)
    if options == wanted:
        return
    found = "没有门户 / no portal"
    if isinstance(options, dict):
        found = f"{options.get('year')} 年，{options.get('audience')}"
    raise LayerError(
        Problem(
            where=f"--to {place}",
            promised=f"{view.year} 年、{view.audience.audience} 的门户 / a portal of these",
            found=found,
            mend="先不带 --zone 生成全部页面 / make all pages first, without --zone",
        )
    )


def _record_of(place: Path) -> dict[str, Any]:
    """Record of the portal that stands in a folder; empty where there is none."""
    from yngis.catalogue.io.folder import RUN  # noqa: PLC0415
    from yngis.report.result_folder import read_result_folder  # noqa: PLC0415

    if not (place / RUN).is_file():
        return {}
    return dict(read_result_folder(place, (PROGRAM,), "--to").record)
