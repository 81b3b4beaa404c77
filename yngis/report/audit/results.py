"""All that an audit found, before it is written (审计结果)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.idle_land.idle_rules import RuleSet
    from yngis.analysis.audit.places import Gazetteer
    from yngis.analysis.audit.quota_rules import PlanRule
    from yngis.analysis.change import LandChange
    from yngis.plan.zone_notes import ZoneNote
    from yngis.report.audit.doubts.collect import Approved, Supplied
    from yngis.report.audit.options import Options
    from yngis.report.audit.survey import Survey
    from yngis.report.audit.totals import Totals


@dataclass(frozen=True)
class Results:
    """
    What an audit found.

    Attributes
    ----------
    options, rules, plan_rule
        What was asked, and by which rules.
    zones, gazetteer
        Places.
    approved, supplied
        Records; approvals None if there were none.
    balanced
        The balance in space; None without polygons.
    totals
        Sums, ratios, consequences.
    survey
        What the land survey says; None without one.
    overlaps
        Land supplied twice, pair by pair.
    not_balanced
        Approvals and records that no grid could part.
    changed, numbering
        Changes since an earlier audit, None without one or where its numbers are of another kind;
        and what is to be said of the numbers, empty if nothing.
    whole
        What is to be said of whole tables and columns, line by line.
    doubts, columns, inputs
        What is wrong with the data, how headers were understood, what was read.
    left_out
        Sheets, layers and files that were not read: ``role``, ``source``, ``reason``, ``known``
        headers, ``suspicious``.
    has_standards
        Whether standards for inefficient land were given.
    zone_notes
        Doubts about the user's zones.
    ground
        What changed between two surveys; None without them.
    imagery
        What images show of the records, beside their findings; None without images.
    """

    options: Options
    rules: RuleSet
    plan_rule: PlanRule
    zones: GeoDataFrame
    gazetteer: Gazetteer
    approved: Approved | None
    supplied: Supplied
    balanced: Balance | None
    totals: Totals
    survey: Survey | None
    overlaps: GeoDataFrame
    not_balanced: GeoDataFrame
    changed: pd.DataFrame | None
    numbering: str
    doubts: pd.DataFrame
    columns: pd.DataFrame
    inputs: Sequence[dict[str, Any]]
    left_out: Sequence[dict[str, Any]]
    has_standards: bool
    whole: Sequence[str] = ()
    zone_notes: Sequence[ZoneNote] = ()
    ground: LandChange | None = None
    imagery: pd.DataFrame | None = None

    def counts(self) -> pd.DataFrame:
        """Count the findings (各类宗数)."""
        core = self.supplied.core
        codes = core["finding"].astype("object").to_numpy()
        area = core["area_m2"].to_numpy(dtype="float64")
        held = {code: codes == code for code in FINDINGS}
        return pd.DataFrame(
            [
                (
                    code,
                    name,
                    int(held[code].sum()),
                    float(np.nansum(area[held[code]])),
                    int(np.isnan(area[held[code]]).sum()),
                )
                for code, name in FINDINGS.items()
                if held[code].any()
            ],
            columns=["finding", "finding_zh", "count", "area_m2", "unsized"],
        )

    def boundaries(self) -> dict[str, str]:
        """Tell which zones are drawn and which are surveyed."""
        units = self.gazetteer.zones
        told = dict(zip(units.get("whole", units["name_zh"]), units["boundary"], strict=True))
        return told | dict(zip(units["name_zh"], units["boundary"], strict=True))
