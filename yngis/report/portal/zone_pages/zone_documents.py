"""What can be taken away of a zone besides its page (一区一档下载): Word, cards, map layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.report.deliver.gpkg import write_styled_geopackage
from yngis.report.deliver.places import part_by_place
from yngis.report.deliver.sources import zone_outlines
from yngis.report.portal.zone_pages.zone_identity import registry_row
from yngis.report.portal.zone_pages.zone_land import absence_of
from yngis.report.word import report_document_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from yngis.report.portal.document_sources import DocumentSources
    from yngis.report.portal.view import ArchiveView, ZoneHistory


class ZoneDocument(NamedTuple):
    """
    A file about a zone (开发区文件).

    Attributes
    ----------
    path
        Within the portal.
    told
        What it holds.
    """

    path: str
    told: str


def zone_documents(view: ArchiveView, zone: ZoneHistory) -> tuple[list[ZoneDocument], str]:
    """
    List the files about a zone that the portal has (开发区文件).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    documents
        Of the last audit; none where the zone is not in it, or the audience may not see records.
    fault
        Why a kind of file is missing that one might look for; empty where none is.
    """
    sources = _sources_of(view, zone)
    if sources is None:
        return [], ""
    year = (view.edition_of("audit") or {}).get("year")
    listed = []
    if not sources.word_fault:
        listed.append(ZoneDocument(_path(zone, ".docx"), f"{year} 年核查报告（Word）/ report"))
    if sources.card_zones & view.names_in_results("audit", zone):
        told = f"{year} 年疑似闲置和逾期未动工的图斑卡片，逐宗一页 A4 / cards of parcels"
        listed.append(ZoneDocument(_path(zone, "-cards.html"), told))
    if registry_row(view, zone):
        told = f"{year} 年审计的本区图层，带样式 / map layers (GeoPackage)"
        listed.append(ZoneDocument(_path(zone, ".gpkg"), told))
    return listed, f"没有 Word 报告：{sources.word_fault}" if sources.word_fault else ""


def make_zone_documents(
    view: ArchiveView, zones: Sequence[ZoneHistory] | None = None
) -> Iterator[tuple[str, str | bytes]]:
    """
    Write the files about zones (写出开发区文件).

    Parameters
    ----------
    view
        The archive.
    zones
        The zones; all if None.

    Yields
    ------
    name, content
        The files that :func:`zone_documents` lists.
    """
    for make in DOCUMENTS.values():
        yield from make(view, zones)


def _audited_zones(view: ArchiveView, zones: Sequence[ZoneHistory] | None) -> list[ZoneHistory]:
    """Zones of the last audit, where there are documents."""
    wanted = view.zones if zones is None else zones
    return [zone for zone in wanted if _sources_of(view, zone) is not None]


def _zone_reports(
    view: ArchiveView, zones: Sequence[ZoneHistory] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Reports in Word."""
    for zone in _audited_zones(view, zones):
        sources = _sources_of(view, zone)
        if sources is not None and not sources.word_fault and sources.report_tables is not None:
            known = dict.fromkeys(sources.report_tables.zone_names())
            called = next(name for name in known if name in view.names_in_results("audit", zone))
            yield _path(zone, ".docx"), report_document_bytes(sources.report_tables, called)


def _zone_cards(
    view: ArchiveView, zones: Sequence[ZoneHistory] | None = None
) -> Iterator[tuple[str, str]]:
    """Cards of parcels."""
    for zone in _audited_zones(view, zones):
        sources = _sources_of(view, zone)
        if sources is not None and (page := _called(sources.card_pages, view, zone)):
            yield _path(zone, "-cards.html"), page


def _zone_geopackages(
    view: ArchiveView, zones: Sequence[ZoneHistory] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Layers of the audit parted by zone, in one pass over each."""
    wanted, sources = _audited_zones(view, zones), view.documents
    if not wanted or sources is None:
        return
    with temporary_folder() as folder:
        kept = folder / "parted"
        kept.mkdir()
        # Rows are parted by the names that the audit has, which the plan may have no longer.
        names = {
            str(row["name_zh"]): min(view.names_in_results("audit", zone))
            for zone in view.zones
            if (row := registry_row(view, zone))
        }
        outlines = zone_outlines(None)
        outlines = outlines.assign(name_zh=outlines["name_zh"].replace(names))
        parted = part_by_place(sources.layers, "zone", outlines, kept)
        for zone in wanted:
            if registry_row(view, zone):
                layers = _called(parted, view, zone)
                path = folder / f"{zone.zone_id}.gpkg"
                write_styled_geopackage(path, layers, about=sources.audit.label, synced=False)
                yield _path(zone, ".gpkg"), path.read_bytes()


def _sources_of(view: ArchiveView, zone: ZoneHistory) -> DocumentSources | None:
    return None if absence_of(view, zone, "audit") else view.documents


def _path(zone: ZoneHistory, ending: str) -> str:
    return f"zones/{zone.zone_id}{ending}"


def _called(held: dict[str, Any], view: ArchiveView, zone: ZoneHistory) -> Any:  # noqa: ANN401 - what is held
    """What is held of a zone by the name that the audit calls it; None if nothing is."""
    names = sorted(view.names_in_results("audit", zone))
    return next((held[name] for name in names if name in held), None)


DOCUMENTS: Final[dict[str, Callable[..., Iterator[tuple[str, str | bytes]]]]] = {
    "reports": _zone_reports,
    "cards": _zone_cards,
    "layers": _zone_geopackages,
}
"""Who writes each kind of files about zones, all of them or some."""
