"""What the terminal says of a portal (门户的文字)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.report.portal.audience import ALL, find_audience

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.report.portal.run import PortalWritten


def portal_lines(made: PortalWritten) -> Iterator[str]:
    """
    Say what was made, and what the audience does not get to see (生成情况).

    Parameters
    ----------
    made
        As :func:`yngis.report.portal.run.write_portal` gives it.

    Yields
    ------
    line
        Bilingual.
    """
    told, site = made.record, made.site
    if told["label"]:
        yield told["label"]
    years = told["years"]
    yield (
        f"{told['province']} {years[0]}—{years[-1]}：新写 {len(site.written)}，未变 "
        f"{len(site.kept)}，移除 {len(site.removed)} / written, unchanged, removed"
    )
    if not find_audience(told["options"]["audience"]).records:
        yield "可外发：不含逐宗记录和图形 / shared: no records and no polygons of parcels"
    for name, columns in sorted(told["dropped"].items()):
        words = "整表 / the whole table" if columns == [ALL] else "、".join(columns)
        yield f"  未列入 / dropped: {name}: {words}"
