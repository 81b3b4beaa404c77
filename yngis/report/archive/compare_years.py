"""Two years of an archive beside each other (两年对照), with what breaks the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from yngis.errors import LayerError, Problem
from yngis.report.archive.frames import (
    read_editions,
    read_findings,
    read_values,
    read_zone_lineage,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

_BREAKS = {
    "rules": "规则 / rules",
    "plan": "规划包 / plan",
    "boundary": "边界 / boundary",
    "version": "程序版本 / version",
}


class YearsCompared(NamedTuple):
    """
    What changed between two years (两年对照).

    Attributes
    ----------
    values
        ``kind``, ``level``, ``zone_id``, ``place``, ``measure``, ``unit``, ``before``, ``after``,
        ``difference``, ``words_before``, ``words_after`` and ``reason``, of what differs or only
        one year has.
    findings
        ``kind``, ``record_key``, ``zone_id``, ``record_id``, ``before``, ``after`` and the areas;
        an empty finding where a year lacks the record.
    breaks
        ``kind``, ``what``, ``before``, ``after``: where numbers do not rest on the same.
    lineage
        What happened to zones after the earlier day and until the later one.
    """

    values: pd.DataFrame
    findings: pd.DataFrame
    breaks: pd.DataFrame
    lineage: pd.DataFrame


def compare_years(
    archive: str | os.PathLike[str], before: int, after: int, kinds: Sequence[str] = ()
) -> YearsCompared:
    """
    Compare two years of an archive, zones by their numbers (两年对照).

    Parameters
    ----------
    archive
        Folder of the archive.
    before, after
        The years.
    kinds
        Kinds of results; all that both years have if empty.

    Returns
    -------
    compared
        What differs; a zone that was renamed is one.

    Raises
    ------
    LayerError
        If no kind of results is there for both years.
    """
    editions = read_editions(archive, superseded=False)
    sides = [editions[editions["year"] == year].set_index("kind") for year in (before, after)]
    both = [kind for kind in sides[0].index if kind in sides[1].index]
    wanted = [kind for kind in both if not kinds or kind in kinds]
    if not wanted:
        have = [f"{year}：{'、'.join(side.index) or '无 / none'}"
                for year, side in zip((before, after), sides, strict=True)]  # fmt: skip
        raise LayerError(
            Problem(
                str(archive),
                promised=f"{before} 和 {after} 两年都有的结果 / results of both years",
                found="；".join(have),
                mend="yngis archive list 列出各年 / lists the years",
            )
        )
    breaks = [
        {"kind": kind, "what": word, "before": old, "after": new}
        for kind in wanted
        for column, word in _BREAKS.items()
        if (old := sides[0].loc[kind, column]) != (new := sides[1].loc[kind, column])
    ]
    lineage = read_zone_lineage(archive)
    days = [min(sides[0].loc[wanted, "as_of"]), max(sides[1].loc[wanted, "as_of"])]
    return YearsCompared(
        _compare_values(read_values(archive, kinds=wanted, years=(before, after)), before, after),
        _compare_findings(
            read_findings(archive, kinds=wanted, years=(before, after)), before, after
        ),
        pd.DataFrame(breaks, columns=["kind", "what", "before", "after"]),
        lineage[lineage["day"].between(min(days), max(days))].reset_index(drop=True),
    )


def _compare_values(values: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Values that differ, or that one year alone has."""
    # A zone goes by its number, whatever it was called.
    subject = values["zone_id"].where(values["zone_id"].notna(), values["place"])
    key = ["kind", "level", "subject", "measure"]
    rows = values.assign(subject=subject).set_index(key)
    old, new = (rows[rows["year"] == year] for year in (before, after))
    joined = old.merge(
        new, how="outer", left_index=True, right_index=True, suffixes=("_old", "_new")
    )
    told = pd.DataFrame(
        {
            "zone_id": joined["zone_id_new"].fillna(joined["zone_id_old"]),
            "place": joined["place_new"].fillna(joined["place_old"]),
            "unit": joined["unit_new"].fillna(joined["unit_old"]),
            "before": joined["value_old"],
            "after": joined["value_new"],
            "difference": joined["value_new"] - joined["value_old"],
            "words_before": joined["words_old"].fillna(""),
            "words_after": joined["words_new"].fillna(""),
            "reason": joined["reason_new"].fillna("").where(joined["value_new"].isna(), ""),
        }
    )
    same = (told["before"] == told["after"]) | (told["before"].isna() & told["after"].isna())
    differs = ~same | (told["words_before"] != told["words_after"])
    columns = ["kind", "level", "zone_id", "place", "measure", "unit"]
    return told[differs].reset_index()[[*columns, *told.columns[3:]]]


def _compare_findings(findings: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Records whose finding differs, or that one year alone has."""
    rows = findings.set_index(["kind", "record_key"])
    old, new = (rows[rows["year"] == year] for year in (before, after))
    joined = old.merge(
        new, how="outer", left_index=True, right_index=True, suffixes=("_old", "_new")
    )
    told = pd.DataFrame(
        {
            "zone_id": joined["zone_id_new"].fillna(joined["zone_id_old"]),
            "record_id": joined["record_id_new"].fillna(joined["record_id_old"]),
            "before": joined["finding_old"].fillna(""),
            "after": joined["finding_new"].fillna(""),
            "area_before_m2": joined["area_m2_old"],
            "area_after_m2": joined["area_m2_new"],
            "matched_by": joined["matched_by_new"].fillna(""),
        }
    )
    return told[told["before"] != told["after"]].reset_index()
