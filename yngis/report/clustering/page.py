"""The report of a cluster analysis as one printable page (产业集聚分析报告) that opens offline."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from jinja2 import Environment

import yngis
from yngis.cartography.web.page import OfflineFigure, inline_style
from yngis.report.clustering.tables import cluster_output_tables
from yngis.report.clustering.wording import METHOD, SETTINGS
from yngis.report.curves import curve_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yngis.analysis.clustering.pipeline import Clustering
    from yngis.report.workbook import OutputTable

TITLE: Final = "产业集聚分析报告"

_MOST: Final = 40  # Rows of a table that sheets of paper can bear; the CSV has the rest.
_ALL: Final = ("zones", "suspects", "codes", "columns")
_LEFT_OUT: Final = ("recommendations", "k_density_curves", "zone_industry", "plan_overlap")
_SIDES: Final = ("q_localised", "q_dispersed")
_LARGE, _ONE, _PLAIN = 100.0, 1.0, 0.01


def report_page(result: Clustering, *, label: str | None = None) -> str:
    """Write the report of a cluster analysis as a page (产业集聚分析报告)."""
    body = _cluster_template().render(
        title=TITLE,
        label=label,
        version=yngis.__version__,
        map="map.html",
        book="clustering.xlsx",
        notes=result.notes,
        recommendations=list(_recommendation_groups(result.recommendations)),
        curves=list(_curve_charts(result.tables)),
        tables=list(_shown_tables(result)),
        method=METHOD,
        settings=[
            (name, SETTINGS[name], _setting_text(value))
            for name, value in asdict(result.settings).items()
        ],
    )
    title = TITLE if label is None else f"{TITLE}｜{label}"
    style = files("yngis.report.clustering").joinpath("report.css").read_text(encoding="utf-8")
    return OfflineFigure(title, head=inline_style(style), body=body).render()


def _setting_text(value: object) -> str:
    if value is None:
        return "自动 / automatic"
    return value_text(value) if isinstance(value, bool | int) else f"{value:g}"


@cache
def _cluster_template() -> Any:  # noqa: ANN401 - jinja2's template
    text = files("yngis.report.clustering").joinpath("report.html.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True).from_string(text)


def _recommendation_groups(found: pd.DataFrame) -> Iterator[dict[str, object]]:
    for kind, rows in found.groupby("kind_zh", sort=False):
        yield {"kind": kind, "rows": rows.to_dict("records")}


def _curve_charts(tables: Mapping[str, pd.DataFrame]) -> Iterator[dict[str, object]]:
    """One drawing per industry, with what was found in words."""
    if "k_density" not in tables:
        return
    curves = dict(list(tables["k_density_curves"].groupby("industry", sort=False)))
    for row in tables["k_density"].to_dict("records"):
        sides = {"集聚": ["q_localised"], "分散": ["q_dispersed"]}.get(row["pattern"], list(_SIDES))
        q = min(row[side] for side in sides)
        yield {
            "industry": row["industry"],
            "plants": row["plants"],
            "pattern": row["pattern"],
            "localised_km": row["localised_km"],
            "q": value_text(q),
            "chart": curve_chart(curves[row["industry"]]),
        }


def _shown_tables(result: Clustering) -> Iterator[dict[str, object]]:
    for declared in cluster_output_tables():
        if declared.name in result.tables and declared.name not in _LEFT_OUT:
            yield _shown_table(declared, result)


def _shown_table(declared: OutputTable, result: Clustering) -> dict[str, object]:
    """Choose the rows that a reader wants first, and say where the rest is."""
    whole = result.tables[declared.name]
    rows = whole
    if declared.name == "hot_spots":
        rows = whole[whole["gi_significant"] | whole["moran_significant"]]
    elif declared.name == "similarity":
        rows = whole[whole["distance_km"] <= result.settings.within_km]
    shown = rows if declared.name in _ALL else rows.head(_MOST)
    remark = ""
    if len(shown) < len(whole):
        rule = {
            "hot_spots": "此处只列显著者",
            "similarity": f"此处只列相距 {result.settings.within_km:g} 公里以内者",
        }.get(declared.name, "此处按序列出")
        remark = (
            f"共 {len(whole)} 行，{rule}，{len(shown)} 行；全部见 tables/{declared.name}.csv。 / "
            f"{len(shown)} of {len(whole)} rows."
        )
    columns = {column.name: column for column in declared.columns}
    texts = [_column_texts(shown[name]) for name in shown.columns]
    return {
        "name": declared.name,
        "zh": declared.zh,
        "en": declared.en,
        "columns": [columns[name] for name in shown.columns],
        "numbers": [_is_number(shown[name]) for name in shown.columns],
        "rows": list(zip(*texts, strict=True)),
        "remark": remark,
    }


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _column_texts(values: pd.Series) -> list[str]:
    """Texts of a column; whole numbers only where all of them are."""
    if not _is_number(values):
        return [value_text(value) for value in values]
    known = values.to_numpy(dtype="float64", na_value=np.nan)
    known = known[np.isfinite(known)]
    whole = bool((known == np.rint(known)).all())
    return [value_text(value if not whole else _rounded_value(value)) for value in values]


def _rounded_value(value: float) -> float | int:
    return int(value) if np.isfinite(value) else value


def value_text(value: object) -> str:
    """
    Text of a value as a reader wants it.

    Examples
    --------
    >>> [value_text(value) for value in (True, 1234, 0.12345, 0.00123, 4567.8, None, "甲")]
    ['是', '1,234', '0.123', '0.0012', '4,568', '—', '甲']
    """
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if isinstance(value, float | np.floating):
        return _rounded_number(float(value))
    return "—" if value is None or value is pd.NA or value == "" else str(value)


def _rounded_number(value: float) -> str:
    if not np.isfinite(value):
        return "—"
    if abs(value) >= _LARGE:
        return f"{value:,.0f}"
    if abs(value) >= _ONE:
        return f"{value:.2f}"
    return f"{value:.3f}" if value == 0 or abs(value) >= _PLAIN else f"{value:.2g}"
