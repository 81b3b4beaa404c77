"""What is wrong with a zone's data, and what can be taken away (数据问题与下载)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.catalogue.io.inert import inert_value
from yngis.catalogue.io.text import list_first
from yngis.report.archive.declared import edition_kinds, kind_titles
from yngis.report.page import Line, PageList, Section, plain_table
from yngis.report.portal.kit import link_page
from yngis.report.portal.zone_pages.labels import measure_words
from yngis.report.portal.zone_pages.zone_documents import zone_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.report.portal.view import ArchiveView, ZoneHistory

_ALL_DATA: Final = "data/index.html"  # as the overviews have it, which rest on this room
_SHOWN: Final = 30
_NAMED: Final = 8  # measures that a line names
_TEXTS: Final = frozenset(
    each.rpartition(".")[2]
    for kind in edition_kinds().values()
    for table in kind.tables
    for each in table.words
)
_COLUMNS: Final = (
    *("kind", "year", "as_of", "place", "measure", "value", "words"),
    *("numerator", "denominator", "unit", "reason"),
)


def values_path(zone: ZoneHistory) -> str:
    """
    File with all values of a zone (取值表).

    Parameters
    ----------
    zone
        The zone.

    Returns
    -------
    path
        Within the portal.
    """
    return f"zones/{zone.zone_id}.csv"


def doubts_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell what is wrong with a zone's data: doubtful rows, missing values (数据问题).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Of the last results of every kind.
    """
    issues = _issue_rows(view, zone)
    tables = []
    if issues:
        shown = issues[:_SHOWN]
        more = len(issues) - len(shown)
        note = f"另有 {more} 处，见该年结果的 issues.csv" if more else ""
        heads = "编号 栏目 内容 问题 处理"
        tables.append(plain_table(heads, shown, caption=f"存疑（{len(issues)}）", note=note))
    gaps = _missing_lines(view, zone)
    told = ("没有登记的数据问题。 Nothing is on record.",) if not tables and not gaps else ()
    return Section(
        "数据问题",
        paragraphs=told,
        tables=tuple(tables),
        lists=(PageList(gaps, "缺数据的指标"),) if gaps else (),
        en="Data problems",
        key="doubts",
    )


def _issue_rows(view: ArchiveView, zone: ZoneHistory) -> list[list[str]]:
    """Doubtful rows of the last audit that are about records of the zone."""
    if not view.audience.records:
        return []
    places = view.rows_by_text("audit", "issues.csv", "id")
    ids = set(view.last_findings_of(zone, "audit")["record_id"]) if places else set()
    approvals = view.zone_rows("audit", "approvals_balance.csv", zone)
    ids |= set(approvals["id"]) if "id" in approvals else set()
    own = sorted(place for name in ids & places.keys() for place in places[name])
    columns = ["id", "field", "value", "meaning", "remedy"]
    rows = view.edition_table("audit", "issues.csv").iloc[own].to_dict("records") if own else ()
    return [[str(row[name]) for name in columns] for row in rows]


def _missing_lines(view: ArchiveView, zone: ZoneHistory) -> tuple[Line, ...]:
    """Values of the last results that are missing, by reason."""
    titles = kind_titles()
    told: dict[tuple[str, str], list[str]] = {}
    checks = view.zone_rows("targets", "tables/zone_checks.csv", zone)
    targets = dict(zip(checks["id"], checks["target_zh"], strict=True)) if len(checks) else {}
    for kind in titles:
        for name, row in view.latest_values(zone, kind).items():
            # A text that is not there is no number that is missing.
            text = name.rpartition(".")[2] in _TEXTS
            if pd.isna(row["value"]) and not row.get("words") and row["reason"] and not text:
                words = targets.get(name.partition(".")[0]) or measure_words(kind, name)
                told.setdefault((kind, str(row["reason"])), []).append(words)
    lines = []
    for (kind, reason), listed in told.items():
        names = list(dict.fromkeys(listed))
        lines.append(Line(f"{list_first(names, _NAMED, counted='项')}：{reason}", titles[kind]))
    return tuple(lines)


def downloads_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    List what can be taken away of a zone (下载).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Links to files of the portal.
    """
    rows = len(view.measured_of(zone))
    if not rows:
        return Section("下载")
    link = link_page(zone.page, values_path(zone), f"{zone.zone_id}.csv")
    told = link + f" 历年各项取值 {rows:,} 行，带分子、分母、单位和缺数据的原因 / all values"
    more = link_page(zone.page, _ALL_DATA, "全省：CSV、Excel、GeoPackage") + " / of all zones"
    documents, fault = zone_documents(view, zone)
    lines = [Line(told)]
    for document in documents:
        link = link_page(zone.page, document.path, document.path.rpartition("/")[2])
        lines.append(Line(link + f" {document.told}"))
    lines.append(Line(more))
    return Section(
        "下载",
        lists=(PageList(tuple(lines)),),
        quiet=(fault,) if fault else (),
        en="Downloads",
        key="downloads",
    )


def make_zone_values(view: ArchiveView, zone: ZoneHistory) -> Iterator[tuple[str, str]]:
    """
    Write all values of a zone over the years as CSV (取值表).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Yields
    ------
    name, table
        One file; none where there are no values.
    """
    rows = view.measured_of(zone)
    if rows.empty:
        return
    table = rows[[name for name in _COLUMNS if name in rows]].map(_inert_cell)
    yield values_path(zone), "\ufeff" + table.to_csv(index=False, lineterminator="\n")


def _inert_cell(value: Any) -> Any:  # noqa: ANN401 - any cell
    return inert_value(value)
