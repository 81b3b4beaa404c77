"""图斑核查卡: a parcel before and after, its series, its numbers, and room for the site visit."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from markupsafe import Markup, escape

from yngis.analysis.imagery.contradictions import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from yngis.measure.raster_grid import RasterGrid
    from yngis.report.imagery.chips import Chip

_SIDE: Final = 320.0
_BAR_M: Final = 100.0
_WIDE, _HIGH = 640.0, 150.0
_CSP: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
NOT_CHECKED: Final = (
    "密级由影像清单所写，程序不作审查 / secrecy is as the list says, and not checked"
)
"""What stands beside the secrecy of every picture."""

CHANGES: Final = {"built_after_clearing": "清表后有建设迹象", "cleared": "清表"}
"""Kinds of change as they are printed."""

_SHOWN: Final = (
    ("影像状态", "state"), ("等级", "grade"), ("未作判断的原因", "why_not"),
    ("植被份额", "green_share"),
    ("建成评分", "score"), ("核心像元", "core_px"), ("清晰日期数", "clear_dates"),
    ("扰动起始", "disturbed_best"), ("扰动区间", "interval"), ("光谱角（°）", "angle_deg"),
    ("变化", "change_type"), ("证据", "witnesses"),
)  # fmt: skip


def parcel_card(
    *,
    anchor: str,
    row: Mapping[str, object],
    ledger: Mapping[str, str],
    series: pd.DataFrame,
    chips: Sequence[Chip],
    shapes: tuple[BaseGeometry, BaseGeometry],
    grid: RasterGrid,
) -> Markup:
    """
    Write the card of a parcel (图斑核查卡).

    Parameters
    ----------
    anchor
        Name that links find it by.
    row
        Its row of evidence.
    ledger
        Its row of the ledger.
    series
        ``date`` and ``ndvi`` of its observations.
    chips
        Pictures before and after.
    shapes
        Outline and core, in the CRS of the scenes.
    grid
        Cells of the scenes.

    Returns
    -------
    card
        An article; every text is escaped.
    """
    told = str(row["contradiction"]) or "—"
    pictures = Markup("").join(_picture_of_chip(chip, shapes, grid) for chip in chips)
    numbers = [(name, _text_of_number(row, column)) for name, column in _SHOWN]
    return Markup(
        "<article id='{anchor}'><h1>图斑核查卡 {name}</h1><p class='told'>{told}</p>"
        "<p class='quiet'>截止 {day}；规则 {rules}；影像只作佐证，不是认定；空地不等于动工。</p>"
        "<div class='chips'>{pictures}</div>{none}<p class='quiet'>{secrecy}</p>"
        "<h2>植被指数序列与扰动区间 / NDVI</h2>{series}"
        "<h2>影像所示 / what the images show</h2>{numbers}"
        "<h2>台账所写 / what the ledger says</h2>{ledger}"
        "<h2>实地核查 / on the ground</h2>{blank}</article>"
    ).format(
        anchor=anchor, name=row["parcel"], told=told, day=row["as_of"], rules=row["rules"],
        pictures=pictures, none="" if chips else Markup("<p>没有清晰的影像 / no clear picture</p>"),
        secrecy=NOT_CHECKED, series=series_drawing(series, row), numbers=_grid_table(numbers),
        ledger=_grid_table(list(ledger.items())[:16]),
        blank=Markup(
            "<table class='blank'><tr><th>现场情况</th><td></td></tr>"
            "<tr><th>核查人、日期</th><td></td></tr></table>"
        ),
    )  # fmt: skip


def cards_page(title: str, cards: Sequence[Markup], label: str = "") -> str:
    """
    Put cards on one page (核查卡页面), a sheet of paper each.

    Parameters
    ----------
    title
        Of the page.
    cards
        Articles.
    label
        What stands above, for example that the data are made up.

    Returns
    -------
    page
        HTML that asks for nothing and runs nothing.
    """
    style = files("yngis.report.imagery").joinpath("card.css").read_text("utf-8")
    return Markup(
        "<!doctype html>\n<html lang='zh-CN'><head><meta charset='utf-8'>"
        '<meta http-equiv="Content-Security-Policy" content="{csp}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<title>{title}</title><style>{style}</style></head><body>{label}{cards}</body></html>\n"
    ).format(
        csp=Markup(_CSP), title=title, style=Markup(style), cards=Markup("\n").join(cards),  # noqa: S704 - our own file
        label=Markup("<p class='told'>{}</p>").format(label) if label else "",
    )  # fmt: skip


def _picture_of_chip(
    chip: Chip, shapes: tuple[BaseGeometry, BaseGeometry], grid: RasterGrid
) -> Markup:
    """A picture with outline, core, north and a bar of 100 m."""
    rows, columns = chip.box[1] - chip.box[0], chip.box[3] - chip.box[2]
    scale = _SIDE / max(rows, columns)
    wide, high = columns * scale, rows * scale
    left, top, width, height = grid.plane_at(chip.box[0], chip.box[2])
    outline, core = (_svg_path_of(shape, (left, top, width, height), scale) for shape in shapes)
    bar = _BAR_M / chip.cell_m[0] * scale
    return Markup(
        '<figure><svg viewBox="0 0 {wide:.0f} {high:.0f}" role="img" aria-label="{day}">'
        '<image href="{uri}" width="{wide:.0f}" height="{high:.0f}"/>'
        '<path d="{outline}" fill="none" stroke="#fff" stroke-width="3.2"/>'
        '<path d="{outline}" fill="none" stroke="#c2410c" stroke-width="1.6"/>'
        '<path d="{core}" fill="none" stroke="#fff" stroke-width="1" stroke-dasharray="4 3"/>'
        '<path d="M{n:.0f} 26l6 -18 6 18 -6 -5z" fill="#fff" stroke="#1b2a33"/>'
        '<text x="{nx:.0f}" y="39" font-size="12" fill="#fff" stroke="#1b2a33" '
        'stroke-width="2.5" paint-order="stroke" text-anchor="middle">北</text>'
        '<path d="M10 {by:.0f}v-6h{bar:.1f}v6" fill="none" stroke="#fff" stroke-width="2.4"/>'
        '<text x="14" y="{ty:.0f}" font-size="12" fill="#fff" stroke="#1b2a33" '
        'stroke-width="2.5" paint-order="stroke">100 m</text></svg>'
        "<figcaption>{day} · {sensor} · {res:g} m · 密级：{secrecy}</figcaption></figure>"
    ).format(
        wide=wide, high=high, day=chip.day.isoformat(), uri=Markup(chip.uri()), outline=outline,  # noqa: S704 - base64
        core=core, n=wide - 22, nx=wide - 16, by=high - 8, bar=bar, ty=high - 18,
        sensor=chip.sensor, res=float(f"{chip.cell_m[1]:.3g}"), secrecy=chip.secrecy or "未写明",
    )  # fmt: skip


def _svg_path_of(
    shape: BaseGeometry, plane: tuple[float, float, float, float], scale: float
) -> str:
    left, top, width, height = plane
    rings: Any = shapely.get_rings(shapely.get_parts(shape)) if not shape.is_empty else []
    told = []
    for ring in rings:
        points = shapely.get_coordinates(ring)
        x = (points[:, 0] - left) / width * scale
        y = (points[:, 1] - top) / height * scale
        told.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + "Z")
    return "".join(told)


def series_drawing(series: pd.DataFrame, row: Mapping[str, object]) -> Markup:
    """
    Draw the index of vegetation over time, with the interval of the disturbance (序列图).

    Parameters
    ----------
    series
        ``date`` and ``ndvi``.
    row
        ``disturbed_from`` and ``disturbed_to``.

    Returns
    -------
    drawing
        SVG of numbers and days only.
    """
    if len(series) == 0:
        return Markup("<p>没有清晰观测 / never seen clearly</p>")
    days = np.array([dt.date.fromisoformat(day).toordinal() for day in series["date"]])
    first, last = int(days.min()) - 10, int(days.max()) + 10
    x = 34.0 + (days - first) / (last - first) * (_WIDE - 44.0)
    y = 10.0 + (1.0 - np.clip(series["ndvi"].to_numpy(), -0.2, 1.0)) / 1.2 * (_HIGH - 34.0)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    dots = "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.4"/>' for a, b in zip(x, y, strict=True)
    )
    band, ticks, foot = "", "", _HIGH - 22.0

    def across(day: float) -> float:
        return 34.0 + (min(max(day, first), last) - first) / (last - first) * (_WIDE - 44.0)

    if row["disturbed_from"]:
        a, b = (
            across(dt.date.fromisoformat(str(row[name])).toordinal())
            for name in ("disturbed_from", "disturbed_to")
        )
        band = (
            f'<rect x="{a:.1f}" y="6" width="{max(b - a, 1.5):.1f}" height="{foot - 6:.0f}" '
            'fill="#c2410c" opacity=".22"/>'
        )
    for value in (0.0, 0.4, 0.8):
        at = 10.0 + (1.0 - value) / 1.2 * (_HIGH - 34.0)
        ticks += f'<path d="M34 {at:.1f}H{_WIDE - 10}" stroke="#c9d3d8"/>'
        ticks += f'<text x="28" y="{at + 4:.1f}" text-anchor="end">{value:g}</text>'
    for year in range(dt.date.fromordinal(first).year, dt.date.fromordinal(last).year + 1):
        day = dt.date(year, 1, 1).toordinal()
        if first <= day <= last:
            at = across(day)
            ticks += f'<path d="M{at:.1f} 8V{foot:.0f}" stroke="#dfe6e9"/>'
            ticks += f'<text x="{at + 3:.1f}" y="{_HIGH - 6:.0f}">{year}</text>'
    # Numbers and days only: nothing here comes from a file as text.
    return Markup(  # noqa: S704
        f'<svg class="series" viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" role="img" '
        f'aria-label="NDVI" font-size="11" fill="#33444d">{ticks}{band}'
        f'<polyline points="{points}" fill="none" stroke="#2f7d4f" stroke-width="1.4"/>'
        f'<g fill="#2f7d4f">{dots}</g></svg>'
    )


def _grid_table(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Names and values, two pairs a row."""
    rows = [
        Markup("").join(
            Markup("<th>{}</th><td>{}</td>").format(name, value or "—")
            for name, value in pairs[k : k + 2]
        )
        for k in range(0, len(pairs), 2)
    ]
    return Markup("<table>{}</table>").format(
        Markup("").join(Markup("<tr>{}</tr>").format(each) for each in rows)
    )


def _text_of_number(row: Mapping[str, object], column: str) -> str:
    if column == "interval":
        return f"{row['disturbed_from']} — {row['disturbed_to']}" if row["disturbed_from"] else ""
    value = row[column]
    if column == "state":
        return STATES.get(str(value), str(value))
    if column == "change_type":
        return CHANGES.get(str(value), str(value))
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.3g}"
    return str(escape(value).unescape())
