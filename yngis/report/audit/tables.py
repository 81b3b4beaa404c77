"""The tables of an audit (结果表), by the name of their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.analysis.audit.ratios import RATIOS
from yngis.report.audit.totals import approvals_balance

if TYPE_CHECKING:
    from yngis.report.audit.results import Results


def tables_of(results: Results) -> dict[str, pd.DataFrame]:
    """
    Lay out all tables (结果表).

    Parameters
    ----------
    results
        What was found.

    Returns
    -------
    tables
        By name; ``supply_findings``, ``issues`` and ``rejected`` were written as they came.
    """
    totals = results.totals
    tables = {
        "zone_summary": totals.summary(results.boundaries()),
        "ratios": totals.ratios.assign(
            formula=[RATIOS[name].formula for name in totals.ratios["ratio"]],
            numerator_ha=totals.ratios["numerator_m2"] / 1e4,
            denominator_ha=totals.ratios["denominator_m2"] / 1e4,
        ).drop(columns=["numerator_m2", "denominator_m2"]),
        "consequences": totals.consequences.verdicts,
        "criteria": totals.consequences.criteria,
        "columns": results.columns,
        "doubts": results.doubts,
    }
    if results.approved is not None:
        approved = results.approved
        placing = results.gazetteer.place_zones(approved.frame, approved.geometry)
        zones = placing.main(len(approved.frame))
        as_of = np.datetime64(results.options.as_of, "D")
        tables["approvals_balance"] = approvals_balance(approved, results.balanced, zones, as_of)
    if results.balanced is not None:
        tables["outside_approval"] = outside_approval(results)
    if results.survey is not None:
        tables["land_use"] = results.survey.land_use()
        tables["survey_contradictions"] = results.survey.contradictions()
    if results.changed is not None:
        tables["changes"] = results.changed
    return tables


def outside_approval(results: Results) -> pd.DataFrame:
    """
    Land supplied outside any approval, record by record (未批先供疑似).

    Parameters
    ----------
    results
        What was found.

    Returns
    -------
    table
        One row per record, areas in ha.
    """
    if results.balanced is None:
        return pd.DataFrame()
    outside = results.balanced.outside
    core = results.supplied.core.iloc[outside["record"].to_numpy(dtype=np.int64)]
    return pd.DataFrame(
        {
            "source": core["source"].astype("object").to_numpy(),
            "row": core["row"].to_numpy(),
            "id": core["id"].to_numpy(dtype=object),
            "holder": core["holder"].to_numpy(dtype=object),
            "zone": core["zone"].to_numpy(dtype=object),
            "supply_date": core["supply_date"].to_numpy(),
            "area_ha": core["area_m2"].to_numpy() / 1e4,
            "outside_ha": outside["area_m2"].to_numpy() / 1e4,
        }
    )
