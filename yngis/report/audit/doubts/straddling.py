"""Supply across the border of its approval in an audit (跨越批准界线): who, how much, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from yngis.analysis.audit.balancing.straddling import find_straddling
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.doubts.undrawn import shift_text

if TYPE_CHECKING:
    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.report.audit.doubts.collect import Approved, Supplied
    from yngis.report.audit.options import Options


def straddling_doubts(
    approved: Approved | None, supplied: Supplied, balanced: Balance | None, options: Options
) -> tuple[pd.DataFrame, str]:
    """Doubts about supply across the border of the approval that it names, and a line of them."""
    none = pd.DataFrame(columns=list(ISSUE_COLUMNS))
    if approved is None or balanced is None or approved.geometry is None:
        return none, ""
    if "approval_no" not in approved.frame:
        return none, ""
    found = find_straddling(
        approved.frame["approval_no"],
        approved.geometry,
        supplied.core["approval_no"],
        supplied.store,
        options.sliver_width_m,
    )
    if found is None:
        return none, ""
    rule, core = row_rules()["number_place_straddles"], supplied.core.iloc[found.records]
    said = [
        f"文号 {number}，{beyond / HECTARE_M2:.4f} 公顷（{beyond / area:.0%}）在该批准的图形之外"
        for number, beyond, area in zip(
            core["approval_no"].astype("object"), found.beyond_m2, core["area_m2"], strict=True
        )
    ]
    lines = [
        (
            "supply", row, name, "approval_no;geometry", text, rule.rule, rule.zh, rule.mend_zh,
            area,
        )
        for row, name, text, area in zip(
            core["row"], core["id"], said, core["area_m2"], strict=True
        )
    ]  # fmt: skip
    beyond = float(found.beyond_m2.sum()) / HECTARE_M2
    told = (
        f"{len(lines):,} 宗供应跨越所写批准的图形，其中 {beyond:,.2f} 公顷在其外：在别的批准内的按"
        "图形计入所在批准，在所有批准之外的列为未批先供疑似；文号、图形二者之一可能有误，逐宗见 "
        f"issues.csv / records across the border of the approval that they name, {beyond:,.2f} ha "
        "beyond it, counted where the polygon lies; number or polygon may be wrong"
    )
    return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS)), told + shift_text(
        found.shift, "写有图形批准文号的"
    )
