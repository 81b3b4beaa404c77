"""``balance.gpkg``: the balance and the grave findings as layers (批供平衡图层)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue.io.output.write import write_geopackage
from yngis.catalogue.io.vectors.shape_table import write_shape_table
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.tables import (
    against_approvals,
    not_balanced,
    outside_approval,
    outside_unknown,
    supply_overlaps,
)
from yngis.report.audit.totals import as_layer

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from yngis.report.audit.results import Results

_SHOWN: Final = ("suspected_idle", "overdue_start")


def write_layers(results: Results, folder: Path) -> None:
    """Write ``balance.gpkg``; nothing where there are no polygons (写出图层)."""
    layers: dict[str, GeoDataFrame] = {}
    titles: dict[str, str] = {}

    def add(name: str, title: str, layer: GeoDataFrame) -> None:
        if len(layer):
            layers[name], titles[name] = layer, title

    balanced, approved = results.balanced, results.approved
    if balanced is not None and approved is not None:
        names = approved.frame["id"].to_numpy(dtype=object)

        def named(frame: GeoDataFrame, *columns: str) -> GeoDataFrame:
            table = frame.drop(columns="geometry")
            for column in columns:
                table[column] = [
                    None if pd.isna(source) else str(names[int(source)]) for source in table[column]
                ]
            table["area_ha"] = table.pop("area_m2") / HECTARE_M2
            return as_layer(pd.DataFrame(table), frame.geometry)

        add("unsupplied", "批而未供", named(balanced.unsupplied, "approval"))
        outside = as_layer(outside_approval(results), balanced.outside.geometry)
        add("outside_approval", "未批先供疑似", outside)
        add("outside_unknown", "批准不详的供应", _outside_unknown_layer(results))
        strips = balanced.slivers.copy()
        strips["record"] = _record_names(results, strips["record"].to_numpy(dtype=np.int64))
        add("slivers", "碎屑", named(strips, "approval"))
        add("overlaps", "重复批准", named(balanced.overlaps, "approval", "earlier"))
        add("withdrawn", "撤回或失效", named(balanced.withdrawn, "approval"))
        doubtful = named(balanced.doubtful, "approval")
        doubtful["unsupplied_ha"] = doubtful.pop("unsupplied_m2") / HECTARE_M2
        add("doubtful", "批准是否有效不明", doubtful)
        for name, title, found in (
            ("before_approval", "先供后批疑似", balanced.before_approval),
            ("withdrawn_later", "撤回前已供", balanced.withdrawn_later),
            ("outside_doubtful", "供在是否有效不明的批准上", balanced.outside_doubtful),
            *_misplaced_layers(results),
        ):
            add(name, title, as_layer(against_approvals(results, found), found.geometry))
    overlaps = results.overlaps
    if len(overlaps):
        add("supply_overlaps", "重复供应", as_layer(supply_overlaps(results), overlaps.geometry))
    if len(results.not_balanced):
        lost = results.not_balanced.geometry
        add("not_balanced", "未能平衡", as_layer(not_balanced(results), lost))
    add("findings", "疑似闲置与逾期未动工", _finding_layer(results))
    if layers:
        write_geopackage(folder / "balance.gpkg", layers, titles=titles)


def write_parcel_shapes(results: Results, folder: Path) -> None:
    """Write ``parcels.parquet``, row by row the land of ``supply_findings.csv``, if it has any."""
    core, store = results.supplied.core, results.supplied.store
    if len(store) == 0:
        return
    ids = core["id"].astype("object").to_numpy()
    write_shape_table(
        folder / "parcels.parquet",
        ((ids[first : first + len(shapes)], shapes) for first, shapes in store.batches()),
    )


def _misplaced_layers(results: Results) -> list[tuple[str, str, GeoDataFrame]]:
    """Supply outside any approval that names a drawn one, if there is any (文号与位置矛盾)."""
    apart = results.totals.misplaced
    if apart is None or not len(apart.land):
        return []
    return [("outside_misplaced", "文号与位置矛盾", apart.land)]


def _outside_unknown_layer(results: Results) -> GeoDataFrame:
    undrawn = results.totals.undrawn
    shapes = [] if undrawn is None else undrawn.land.geometry
    return as_layer(outside_unknown(results), shapes)


def _record_names(results: Results, records: np.ndarray) -> list[str | None]:
    ids = results.supplied.core["id"]
    return [None if record < 0 else str(ids.iloc[record]) for record in records]


def _finding_layer(results: Results) -> GeoDataFrame:
    core, store = results.supplied.core, results.supplied.store
    if len(store) == 0:
        return as_layer(pd.DataFrame({"id": []}), [])
    places = core["finding"].isin(_SHOWN).to_numpy().nonzero()[0]
    shapes = store.take(places)
    present = np.array([shape is not None for shape in shapes], dtype=bool)
    found = core.iloc[places[present]]
    table = pd.DataFrame(
        {
            "id": found["id"].to_numpy(dtype=object),
            "holder": found["holder"].to_numpy(dtype=object),
            "zone": found["zone"].to_numpy(dtype=object),
            "finding": [FINDINGS[str(code)] for code in found["finding"]],
            "idle_class": found["idle_class"].to_numpy(dtype=object),
            "days": found["days"].to_numpy(),
            "fee_wan": found["fee_wan"].to_numpy(),
            "area_ha": found["area_m2"].to_numpy() / HECTARE_M2,
        }
    )
    return as_layer(table, shapes[present])
