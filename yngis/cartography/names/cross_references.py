"""Which figure of the plan shows what (互见): zones and segments that another figure draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.cartography.layers.label_points import name_pinyin
from yngis.cartography.prepared import Elsewhere
from yngis.cartography.spec import figure_numbers, read_spec
from yngis.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.prepared import Mark
    from yngis.cartography.sources import Sources
    from yngis.cartography.spec import FigureSpec


def find_elsewhere(number: int, marks: tuple[Mark, ...], sources: Sources) -> tuple[Elsewhere, ...]:
    """
    Find what other figures of the plan show of zones and segments.

    Parameters
    ----------
    number
        The figure at hand.
    marks
        Its zones.
    sources
        Layers and tables.

    Returns
    -------
    elsewhere
        Each zone that another figure names or that is not drawn here, in the order of the
        registry; then each segment and industry of other figures. Figures whose spec has faults
        are left out: they are told where they are drawn.
    """
    specs = [spec for spec in _readable_specs() if spec.figure != number]
    here = {mark.name for mark in marks}
    return (
        *_zones_elsewhere(specs, here, sources),
        *_sectors_elsewhere(specs, sources),
    )


def _readable_specs() -> Iterator[FigureSpec]:
    for number in figure_numbers():
        try:
            yield read_spec(number)
        except SpecError:
            continue


def _zones_elsewhere(
    specs: list[FigureSpec], here: set[str], sources: Sources
) -> Iterator[Elsewhere]:
    layout = sources.plan.industry_layout
    of_industry = layout.groupby("zone")["industry"].agg(set).to_dict()
    for row in sources.zones.drop(columns="geometry").to_dict("records"):
        name = str(row["name_zh"])
        held = of_industry.get(name, set())
        figures = tuple(
            spec.figure for spec in specs if _shows_zone(spec, str(row["region"]), held)
        )
        if not figures:
            continue
        if name in here:
            yield Elsewhere(name, "zone", figures)
            continue
        spelling, initials = name_pinyin(str(row["short_zh"]))
        aliases = str(row["aliases"]) if isinstance(row["aliases"], str) else ""
        others = tuple(part.strip() for part in aliases.split(";") if part.strip())
        yield Elsewhere(name, "zone", figures, (str(row["short_zh"]), *others), spelling, initials)


def _shows_zone(spec: FigureSpec, region: str, industries: set[str]) -> bool:
    """Whether a figure gives the zone a sector, or is about its region."""
    if spec.frame is not None or spec.region not in (None, region):
        return False
    if spec.glyph.source == "segments":
        return spec.glyph.industry in industries
    return spec.glyph.source == "zones" or spec.region == region or bool(industries)


def _sectors_elsewhere(specs: list[FigureSpec], sources: Sources) -> Iterator[Elsewhere]:
    """Segments, and industries under their own name, of the figures that draw them."""
    homes: dict[str, list[int]] = {}
    for spec in specs:
        if spec.glyph.source != "segments" or spec.glyph.industry is None:
            continue
        segments = sources.plan.segments
        own = segments.loc[segments["industry"] == spec.glyph.industry, "segment"]
        for name in dict.fromkeys((spec.glyph.industry, *own)):
            homes.setdefault(str(name), []).append(spec.figure)
    for name, figures in homes.items():
        spelling, initials = name_pinyin(name)
        yield Elsewhere(name, "sector", tuple(figures), (), spelling, initials)
