"""Two land surveys beside the audit (两期调查与审计): they stand beside a finding, never for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.approval_force import approval_states
from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.change.suspects import REASONS
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.options import SURVEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from yngis.analysis.change import LandChange
    from yngis.measure.progress import StageProgress
    from yngis.report.audit.doubts.collect import Approved, Supplied
    from yngis.report.audit.options import Options


_CRS = "EPSG:4490"


def find_ground_changes(
    options: Options,
    units: GeoDataFrame,
    approved: Approved | None,
    supplied: Supplied,
    tick: StageProgress,
) -> LandChange | None:
    """Hold the changes between two surveys against the records; None without surveys."""
    if options.survey_before is None or options.survey_after is None:
        return None
    # Compiled code is heavy to load, and an audit without surveys does without it.
    from yngis.analysis.change import CompareRules, SuspectRules, change  # noqa: PLC0415

    crs = options.crs.get("parcels")
    return change(
        options.survey_before,
        options.survey_after,
        units,
        supply=_supply_layer(supplied),
        approvals=None if approved is None else _approval_layer(approved, options),
        rules=CompareRules(sliver_width_m=options.sliver_width_m, before_crs=crs, after_crs=crs),
        suspect_rules=SuspectRules(options.sliver_width_m),
        tick=tick,
    )


def _supply_layer(supplied: Supplied) -> GeoDataFrame:
    core, count = supplied.core, len(supplied.core)
    shapes = np.full(count, None, dtype=object)
    if len(supplied.store):
        shapes = np.array(supplied.store.take(np.arange(count)), dtype=object)
    table = pd.DataFrame(
        {
            "id": core["id"].to_numpy(dtype=object),
            "area_m2": core["area_m2"].to_numpy(dtype=np.float64),
            "started": supplied.masks["started"].to_numpy(dtype=bool),
            "not_started": supplied.masks["not_used"].to_numpy(dtype=bool),
            "start_day": supplied.starts.astype("datetime64[s]"),
            "finding": [FINDINGS[str(code)] for code in core["finding"]],
        }
    )
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(list(shapes), crs=_CRS))


def _approval_layer(approved: Approved, options: Options) -> GeoDataFrame:
    states = approval_states(approved.frame, np.datetime64(options.as_of, "D"))
    table = pd.DataFrame(
        {
            "id": approved.frame["id"].to_numpy(dtype=object),
            "state": states["state"].to_numpy(dtype=object),
            "area_m2": approved.frame["area_m2"].to_numpy(dtype=np.float64),
        }
    )
    none = np.full(len(table), None, dtype=object)
    shapes = none if approved.geometry is None else approved.geometry
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(list(shapes), crs=_CRS))


def ground_tables(found: LandChange) -> dict[str, pd.DataFrame]:
    """Tables of what changed, of the suspects, and of what the ledger and the ground say."""
    tables = {"survey_changes": found.changes[["zone", "kind", "area_m2", "polygons"]]}
    if found.suspects is None:
        return tables
    tables["survey_suspects"] = found.suspects.table
    parts = found.suspects.parts
    against = parts[parts["kind"] == "contradiction"]
    keys = ["id", "zone", "finding", "reason"]
    area = against.groupby(keys, sort=False)["area_m2"].sum().reset_index()
    tables["survey_records"] = pd.DataFrame(
        {
            "id": area["id"],
            "zone": area["zone"],
            "finding": area["finding"],
            "ground": area["reason"].map(REASONS),
            "area_ha": area["area_m2"] / HECTARE_M2,
        }
    )
    return tables


def ground_inputs(options: Options, checksums: Mapping[str, str]) -> list[dict[str, Any]]:
    """Surveys that were read, for the record of the run."""
    return [
        {
            "role": name,
            "name": Path(str(getattr(options, name))).name,
            "sha256": checksums.get(name),
            "note": "",
        }
        for name in SURVEYS
        if getattr(options, name) is not None
    ]
