"""Two years of an archive beside each other (两年对照), with what breaks the comparison."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
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

_SAME: Final = 1e-6
_DIGITS: Final = 12  # of a checksum

BREAKS: Final = {
    "rules": ("规则", "rules"),
    "plan": ("规划包", "plan"),
    "boundary": ("边界", "boundary"),
    "version": ("程序版本", "version"),
}
"""What two years must rest on alike to be compared: columns of an edition with their words."""


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
        ``kind``, ``record_key``, ``zone_id``, ``record_id``, ``before``, ``after``,
        ``class_before``, ``class_after`` and the areas, of records whose finding or class differs;
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
        {"kind": kind, "what": " / ".join(words), **_what_differs(old, new)}
        for kind in wanted
        for column, words in BREAKS.items()
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


def _what_differs(before: str, after: str) -> dict[str, str]:
    """Two descriptions, and of entries by name those alone that differ."""
    try:
        sides = [json.loads(text or "{}") for text in (before, after)]
    except ValueError:
        sides = []
    if len(sides) < 2 or not all(isinstance(side, dict) for side in sides):  # noqa: PLR2004 - years
        return {"before": before, "after": after}
    names = [name for name in {**sides[0], **sides[1]} if sides[0].get(name) != sides[1].get(name)]
    told = [
        "；".join(f"{name} {_entry_text(side[name])}" for name in names if name in side)
        for side in sides
    ]
    return {"before": told[0], "after": told[1]}


def _entry_text(entry: object) -> str:
    """An entry as people read it: the name of rules, checksums by their first digits."""
    if isinstance(entry, dict):
        parts = [str(entry[name]) for name in ("name", "title") if entry.get(name)]
        digest = str(entry.get("sha256") or "")[:_DIGITS]
        known = " ".join(filter(None, (*parts, digest and f"@{digest}")))
        return known or "、".join(f"{name} {str(each)[:_DIGITS]}" for name, each in entry.items())
    return str(entry)


def _compare_values(values: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Values that differ, or that one year alone has."""
    # A zone goes by its number, whatever it was called.
    subject = values["zone_id"].where(values["zone_id"].notna(), values["place"])
    key = ["kind", "level", "subject", "measure"]
    # Numbers that are all missing come without a type.
    numbers = values["value"].astype("float64")
    rows = values.assign(subject=subject, value=numbers).set_index(key)
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
    # The same land added up in another order differs by less than any digit that is shown.
    same = np.isclose(told["before"], told["after"], rtol=_SAME, atol=0.0, equal_nan=True)
    differs = ~same | (told["words_before"] != told["words_after"])
    columns = ["kind", "level", "zone_id", "place", "measure", "unit"]
    return told[differs].reset_index()[[*columns, *told.columns[3:]]]


def _compare_findings(findings: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Records whose finding or class differs, or that one year alone has."""
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
            "class_before": joined["class_old"].fillna(""),
            "class_after": joined["class_new"].fillna(""),
            "area_before_m2": joined["area_m2_old"],
            "area_after_m2": joined["area_m2_new"],
            "matched_by": joined["matched_by_new"].fillna(""),
        }
    )
    differs = (told["before"] != told["after"]) | (told["class_before"] != told["class_after"])
    return told[differs].reset_index()
