"""Doubts that only show between the tables (表间核对): approvals, supply and survey together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.audit.not_balanced import STEPS
from yngis.catalogue.tables.row_faults import ISSUE_COLUMNS, row_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from yngis.analysis.audit.balance import Balance
    from yngis.report.audit.collect import Approved, Supplied

HECTARE = 10_000.0


def balance_issues(approved: Approved, supplied: Supplied, balanced: Balance) -> pd.DataFrame:
    """
    Doubts that the balance shows (批供平衡所见).

    Parameters
    ----------
    approved, supplied
        Records.
    balanced
        The balance.

    Returns
    -------
    issues
        As ``issues.csv`` has them.
    """
    names = approved.frame["id"].to_numpy(dtype=object)
    lines = _of_supply(
        supplied.core,
        "supply_before_approval",
        "supply_date",
        balanced.before_approval,
        [f"批准 / approval {names[int(at)]}" for at in balanced.before_approval["approval"]],
    )
    later = balanced.withdrawn_later
    for rule, known in (("supply_before_withdrawal", True), ("withdrawn_day_unknown", False)):
        part = later[later["known"].astype("bool") == known]
        told = [f"批准 / approval {names[int(at)]}" for at in part["approval"]]
        lines += _of_supply(supplied.core, rule, "supply_date", part, told)
    return _table(lines)


def unbalanced_issues(
    approved: Approved | None, supplied: Supplied, lost: gpd.GeoDataFrame
) -> pd.DataFrame:
    """
    Doubts about what could not be balanced (未能平衡).

    Parameters
    ----------
    approved, supplied
        Records.
    lost
        As :class:`yngis.analysis.audit.not_balanced.NotBalanced` gives them.

    Returns
    -------
    issues
        One per approval or record and step.
    """
    rule = row_rules()["not_balanced"]
    lines = []
    for row in lost.drop(columns="geometry").to_dict("records"):
        table, frame, at = "supply", supplied.core, row["record"]
        if row["kind"] == "approval" and approved is not None:
            table, frame, at = "approvals", approved.frame, row["approval"]
        held = frame.iloc[int(at)]
        lines.append(
            (
                table, held["row"], held["id"], "geometry", f"{STEPS[row['step']]}：{row['place']}",
                rule.rule, rule.zh, rule.mend_zh, row["area_m2"],
            )
        )  # fmt: skip
    return _table(lines)


def overlap_issues(supplied: Supplied, overlaps: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Doubts about land supplied twice (重复供应).

    Parameters
    ----------
    supplied
        Records.
    overlaps
        Pairs, as :func:`yngis.analysis.audit.supply_overlaps.overlapping_supply` gives them.

    Returns
    -------
    issues
        One per pair, at the later row.
    """
    ids = supplied.core["id"].to_numpy(dtype=object)
    told = [f"与 / with {ids[int(at)]}" for at in overlaps["record"]]
    return _table(
        _of_supply(
            supplied.core,
            "supply_overlap",
            "geometry",
            overlaps.assign(record=overlaps["other"]),
            told,
        )
    )


def built_issues(supplied: Supplied, contradictions: pd.DataFrame) -> pd.DataFrame:
    """
    Doubts about records that are completed on land that the survey shows as bare (已竣工而未建).

    Parameters
    ----------
    supplied
        Records.
    contradictions
        As :meth:`yngis.report.audit.survey.Survey.contradictions` gives them.

    Returns
    -------
    issues
        One per record.
    """
    found = contradictions[contradictions["record"] >= 0]
    found = found[found["kind"] == "已竣工"]
    told = [f"{share * 100:.0f}% 为农用地或未利用地 / bare" for share in found["bare_share"]]
    lines = _of_supply(
        supplied.core,
        "built_on_bare",
        "actual_completion",
        found.assign(area_m2=found["area_ha"] * HECTARE),
        told,
    )
    return _table(lines)


def _of_supply(
    core: pd.DataFrame, code: str, column: str, found: pd.DataFrame, told: Iterable[str]
) -> list[tuple[Any, ...]]:
    rule = row_rules()[code]
    held = core.iloc[found["record"].to_numpy(dtype=np.int64)]
    return [
        ("supply", row, name, column, value, code, rule.zh, rule.mend_zh, area)
        for row, name, value, area in zip(
            held["row"], held["id"], told, found["area_m2"], strict=True
        )
    ]


def _table(lines: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
