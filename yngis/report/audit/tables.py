"""The tables of an audit (结果表), by the name of their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.not_balanced import STEPS
from yngis.analysis.audit.balancing.undrawn_approvals import OUTSIDE_FATES
from yngis.analysis.audit.balancing.unlocated_supply import FATES
from yngis.analysis.audit.places import NOWHERE
from yngis.analysis.audit.ratios import RATIOS
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.ground import ground_tables
from yngis.report.audit.totals import approvals_balance
from yngis.report.audit.wording import TABLES_ZH

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.audit.places import Placing
    from yngis.report.audit.results import Results


def tables_of(results: Results) -> dict[str, pd.DataFrame]:
    """Lay out all tables (结果表)."""
    totals = results.totals
    tables = {
        "zone_summary": totals.summary(results.boundaries()),
        "ratios": totals.ratios.assign(
            formula=[RATIOS[name].formula for name in totals.ratios["ratio"]],
            numerator_ha=totals.ratios["numerator_m2"] / HECTARE_M2,
            denominator_ha=totals.ratios["denominator_m2"] / HECTARE_M2,
        ).drop(columns=["numerator_m2", "denominator_m2"]),
        "consequences": totals.consequences.verdicts,
        "criteria": totals.consequences.criteria,
        "columns": results.columns,
        "doubts": results.doubts,
    }
    if results.approved is not None:
        approved = results.approved
        placing = results.gazetteer.place_zones(approved.frame, approved.geometry)
        zones = results.gazetteer.main_zones(placing, len(approved.frame))
        as_of = np.datetime64(results.options.as_of, "D")
        tables["approvals_balance"] = approvals_balance(
            approved,
            results.balanced,
            zones,
            as_of,
            unlocated=totals.unlocated,
            undrawn=totals.undrawn,
            could_m2=_could_be_supplied(results, placing, len(approved.frame)),
        )
    if totals.unlocated is not None and len(totals.unlocated.records):
        tables["unlocated_supply"] = unlocated_supply(results)
    if totals.undrawn is not None and len(totals.undrawn.land):
        tables["outside_unknown"] = outside_unknown(results)
    if results.balanced is not None:
        tables["outside_approval"] = outside_approval(results)
        tables["before_approval"] = against_approvals(results, results.balanced.before_approval)
        tables["withdrawn_later"] = against_approvals(results, results.balanced.withdrawn_later)
        if len(results.balanced.outside_doubtful):
            tables["outside_doubtful"] = against_approvals(
                results, results.balanced.outside_doubtful
            )
        tables |= _misplaced_tables(results)
    if len(results.overlaps):
        tables["supply_overlaps"] = supply_overlaps(results)
    if len(results.not_balanced):
        tables["not_balanced"] = not_balanced(results)
    if results.survey is not None:
        tables["land_use"] = results.survey.land_use()
        tables["survey_contradictions"] = results.survey.contradictions().drop(
            columns=["record", "approval"]
        )
    if results.changed is not None:
        tables["changes"] = results.changed
    seen = {} if results.imagery is None else {"imagery_check": results.imagery}
    return tables | seen | ({} if results.ground is None else ground_tables(results.ground))


def _misplaced_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Supply outside any approval that names a drawn one, if there is any (文号与位置矛盾)."""
    apart = results.totals.misplaced
    if apart is None or not len(apart.land):
        return {}
    return {"outside_misplaced": against_approvals(results, apart.land)}


def _could_be_supplied(results: Results, placing: Placing, count: int) -> NDArray[np.float64]:
    """Area of open supply that could lie in each approval, by the zones they lie in [m²]."""
    zones = results.supplied.zones
    by_zone = dict(zip(zones.names, zones.sums(results.totals.open_m2), strict=True))
    lost = by_zone.get(NOWHERE, 0.0)
    whole = sum(by_zone.values())
    # What lies in no zone, or outside zones that are schematic, may hold the land of any.
    anywhere = results.gazetteer.anywhere
    of_place = np.array(
        [whole if name in anywhere else by_zone.get(name, 0.0) for name in placing.names]
    )
    told = np.full(count, lost)
    np.add.at(told, placing.record, of_place[placing.place])
    capped: NDArray[np.float64] = np.minimum(told, whole)
    undrawn = results.totals.undrawn
    if undrawn is not None:
        # All that may lie on one without a polygon, in whichever zone: an upper figure.
        capped[undrawn.approvals] += undrawn.loose_m2
    return capped


def _supply_records(results: Results, records: NDArray[np.int64], *more: str) -> pd.DataFrame:
    """Name supply records by source, row, number, holder, zone and day, with their area."""
    core = results.supplied.core.iloc[records]
    texts = ("source", "row", "id", "holder", "zone", *more, "supply_date")
    table = pd.DataFrame(
        {
            name: core[name].to_numpy()
            if name in {"row", "supply_date"}
            else core[name].astype("object").to_numpy()
            for name in texts
        }
    )
    return table.assign(area_ha=core["area_m2"].to_numpy() / HECTARE_M2)


def unlocated_supply(results: Results) -> pd.DataFrame:
    """Supply without a polygon beside a balance of polygons, record by record (无图形的供应)."""
    found = results.totals.unlocated
    if found is None:
        return pd.DataFrame()
    return _supply_records(results, found.records, "approval_no").assign(
        by_number_ha=found.counted_m2 / HECTARE_M2,
        could_be_supplied_ha=found.open_m2 / HECTARE_M2,
        fate=[FATES[code] for code in found.fate],
    )


def outside_approval(results: Results) -> pd.DataFrame:
    """Land supplied outside any approval, record by record (未批先供疑似)."""
    if results.balanced is None:
        return pd.DataFrame()
    outside = results.balanced.outside
    records = outside["record"].to_numpy(dtype=np.int64)
    return _supply_records(results, records).assign(
        outside_ha=outside["area_m2"].to_numpy() / HECTARE_M2
    )


def outside_unknown(results: Results) -> pd.DataFrame:
    """Supply outside all drawn approvals that may lie on others, record by record (批准不详)."""
    undrawn = results.totals.undrawn
    if undrawn is None:
        return pd.DataFrame()
    land = undrawn.land
    records = land["record"].to_numpy(dtype=np.int64)
    return _supply_records(results, records, "approval_no").assign(
        outside_ha=land["area_m2"].to_numpy() / HECTARE_M2,
        by_number_ha=land["counted_m2"].to_numpy() / HECTARE_M2,
        approval_unknown_ha=land["open_m2"].to_numpy() / HECTARE_M2,
        fate=[OUTSIDE_FATES[code] for code in land["fate"]],
    )


def against_approvals(results: Results, found: GeoDataFrame) -> pd.DataFrame:
    """Supply beside an approval that was not in force, or is not any more (供应与批准的先后)."""
    if results.approved is None:
        return pd.DataFrame()
    core = results.supplied.core.iloc[found["record"].to_numpy(dtype=np.int64)]
    frame = results.approved.frame
    given = frame.reindex(columns=["id", "approval_date", "withdrawn_date"]).iloc[
        found["approval"].to_numpy(dtype=np.int64)
    ]
    table = pd.DataFrame(
        {
            "row": core["row"].to_numpy(),
            "id": core["id"].to_numpy(dtype=object),
            "holder": core["holder"].to_numpy(dtype=object),
            "zone": core["zone"].to_numpy(dtype=object),
            "supply_date": core["supply_date"].to_numpy(),
            "approval": given["id"].to_numpy(dtype=object),
            "approval_date": given["approval_date"].to_numpy(),
            "withdrawn_date": given["withdrawn_date"].to_numpy(),
            "area_ha": found["area_m2"].to_numpy() / HECTARE_M2,
        }
    )
    if "known" in found:
        known = found["known"].to_numpy(dtype=bool)
        table["told"] = np.where(known, "供应时批准有效", "无供应日期，不能判断")
    return table


def supply_overlaps(results: Results) -> pd.DataFrame:
    """Land supplied twice, pair by pair (重复供应)."""
    found, core = results.overlaps, results.supplied.core
    table: dict[str, np.ndarray] = {}
    for side, ending in (("record", ""), ("other", "_2")):
        held = core.iloc[found[side].to_numpy(dtype=np.int64)]
        for name in ("row", "id", "holder", "supply_date"):
            table[f"{name}{ending}"] = held[name].to_numpy(dtype=object)
        table[f"area{ending}_ha"] = held["area_m2"].to_numpy(dtype=np.float64) / HECTARE_M2
    table["overlap_ha"] = found["area_m2"].to_numpy() / HECTARE_M2
    return pd.DataFrame(table)


def not_balanced(results: Results) -> pd.DataFrame:
    """What no grid could part (未能平衡): approvals and records that count in no balance."""
    rows = []
    for line in results.not_balanced.drop(columns="geometry").to_dict("records"):
        approval = line["kind"] == "approval" and results.approved is not None
        frame = results.approved.frame if approval else results.supplied.core  # type: ignore[union-attr]
        held = frame.iloc[int(line["approval"] if approval else line["record"])]
        table = TABLES_ZH["approvals" if approval else "supply"]
        rows.append(
            (
                table, held["row"], held["id"], STEPS[line["step"]], line["place"],
                line["area_m2"] / HECTARE_M2,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["kind", "row", "id", "step", "place", "area_ha"])
