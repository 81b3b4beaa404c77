"""A portal made of an archive (生成门户): read once, written in one step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yngis.errors import LayerError, Problem
from yngis.report.archive.database import DATABASE
from yngis.report.portal.archive_reading import editions_until, read_archive_view
from yngis.report.portal.audience import find_audience
from yngis.report.portal.index import make_index
from yngis.report.portal.kept_parts import PAGES, digest_parts, unchanged_parts
from yngis.report.portal.registry import PARTS, files_of_zone, zone_files
from yngis.report.portal.site_folder import PROGRAM, SiteWritten, replace_site, site_place
from yngis.report.run_record import write_run_record

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from yngis.report.portal.site_folder import SiteFile
    from yngis.report.portal.view import ArchiveView


@dataclass(frozen=True)
class PortalWritten:
    """
    What was made (门户).

    Attributes
    ----------
    archive
        Folder of the archive.
    record
        The site's ``run.json``.
    site
        Files that were written, kept and removed.
    """

    archive: Path
    record: Mapping[str, Any]
    site: SiteWritten

    @cached_property
    def view(self) -> ArchiveView:
        """The archive as the pages show it, read when it is asked for."""
        return read_archive_view(self.archive, **self.record["options"])


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
    before = _record_of(place)
    options = before.get("options")
    if zone and isinstance(options, dict):
        # Whether there are figures and documents to link to is as it was.
        figures, documents = bool(options.get("figures")), bool(options.get("documents"))
    records = find_audience(audience).records
    chosen, editions = editions_until(archive, year)
    wanted: dict[str, Any] = {
        "year": chosen,
        "audience": audience,
        "figures": figures,
        "documents": documents,
    }
    parts = [part.name for part in PARTS if part.name != "figures" or figures]
    parts = [name for name in parts if name in {PAGES, "figures"} or (documents and records)]
    digests = digest_parts(Path(archive), editions, wanted)
    made_of = {name: digests[name] for name in dict.fromkeys((PAGES, *parts))}
    kept = {} if zone else unchanged_parts(place, before, made_of)
    if len(kept) == len(made_of):
        names = sorted(name for files in kept.values() for name in files)
        return PortalWritten(Path(archive), before, SiteWritten((), tuple(names), ()))
    view = read_archive_view(archive, **wanted)
    files: Iterator[SiteFile]
    if zone:
        _refuse_other_site(place, before, view)
        files = files_of_zone(view, view.zone_of(zone))
        # Pages of an archive that has changed since stand beside others that know nothing of it.
        made_of = made_of if before.get("made_of") == made_of else {}
    else:
        files = _all_files(view, kept, progress)

    def write_record(folder: Path) -> None:
        write_run_record(
            folder,
            PROGRAM,
            options=_options_of(view),
            inputs=_edition_records(view),
            counts={"zones": len(view.zones), "years": len(view.years)},
            label=view.label,
            province=view.facts.province,
            years=list(view.years),
            # What pages may not show is known when they are made.
            dropped=before.get("dropped", {})
            if zone or PAGES in kept
            else dict(sorted(view.dropped.items())),
            made_of=made_of,
        )

    site = replace_site(place, files, write_record, some=bool(zone))
    made = PortalWritten(Path(archive), _record_of(place), site)
    made.__dict__["view"] = view
    return made


def _all_files(
    view: ArchiveView,
    kept: Mapping[str, Sequence[str]],
    progress: Callable[[int, int], object] | None,
) -> Iterator[SiteFile]:
    """All files of a portal; the index stands last, for it links to the others."""
    tell = progress or (lambda _done, _total: None)
    zones = () if PAGES in kept else view.zones
    total = len(zones) + len(PARTS) + 1
    yield from ((name, None) for files in kept.values() for name in files)
    for done, zone in enumerate(zones):
        tell(done, total)
        yield from zone_files(view, [zone])
    for done, part in enumerate(PARTS, start=len(zones)):
        tell(done, total)
        if part.name not in kept:
            yield from part.make(view)
    if PAGES not in kept:
        yield from make_index(view, [entry for part in PARTS if (entry := part.enter(view))])
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
