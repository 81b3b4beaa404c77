"""What changed since an earlier audit (与上次比较): new, worse, better, resolved, gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue.tables.rows.row_rules import SAME_AREA_M2
from yngis.catalogue.tables.values.document_numbers import loose_number, plain_number
from yngis.errors import LayerError, Problem
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.wording import GRAVITY, finding_label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

CHANGES: Final = {
    "new": "新增",
    "worsened": "加重",
    "improved": "减轻",
    "resolved": "消除",
    "gone": "记录消失",
    "area": "面积变动",
}
"""Kinds of change and their Chinese names."""

_FINDINGS: Final = "supply_findings.csv"
_ROW: Final = re.compile(r"第\d+行")
# Where fewer numbers are found again the numbering is more likely to have changed than the land.
_MOST_AGAIN: Final = 0.5
_NO_NUMBERS: Final = (
    "没有一个上次的记录有编号，无法比较 / no earlier record has a number, nothing was compared"
)
_NO_FILE: Final = "不是普通文件 / not a regular file"
_TYPES: Final = {
    "id": "str", "zone": "str", "finding": "str", "idle_class": "str",
    "days": "float64", "area_m2": "float64",
}  # fmt: skip
_NEEDED: Final = list(_TYPES)
_COLUMNS: Final = [
    "change", "change_zh", "id", "zone", "finding_before", "finding_now", "days_before",
    "days_now", "area_ha", "area_before_ha",
]  # fmt: skip


def read_earlier(folder: Path) -> pd.DataFrame:
    """Read the findings of an earlier audit (读取上次结果)."""
    path = folder / _FINDINGS
    try:
        if path.exists() and not path.is_file():
            raise OSError(_NO_FILE)  # noqa: TRY301 - a pipe or a device would never end
        earlier = pd.read_csv(
            path,
            usecols=_NEEDED,
            dtype=_TYPES,
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values={"days": [""], "area_m2": [""]},
        )
        if strange := sorted(set(earlier["finding"]) - set(FINDINGS)):
            raise ValueError(f"finding: {'、'.join(strange[:5])}")  # noqa: TRY301 - as any other
        # The apostrophe that keeps a number such as -1 from running in a spreadsheet.
        return earlier.assign(id=earlier["id"].str.removeprefix("'"))
    except (OSError, ValueError) as error:
        raise LayerError(
            Problem(
                where=f"--since {folder}",
                promised=f"以前的审计结果，内有 {_FINDINGS} / an earlier audit",
                found=" ".join(str(error).split())[:200],
                mend="给出以前审计的 --out 文件夹 / give the --out folder of an earlier audit",
            )
        ) from None


def finding_gravity(findings: pd.DataFrame) -> NDArray[np.int64]:
    """Tell how grave each finding is."""
    base = [GRAVITY.get(str(code), 0) for code in findings["finding"]]
    grave = [str(held).startswith(">=") for held in findings["idle_class"]]
    return np.array(base, dtype=np.int64) + np.array(grave, dtype=np.int64)


def compare_audits(earlier: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """
    Compare two audits (比较).

    Examples
    --------
    >>> def audit(**findings):
    ...     return pd.DataFrame({"id": list(findings), "finding": list(findings.values()),
    ...         "zone": "", "idle_class": "", "days": 0.0, "area_m2": 1e4})
    >>> before = audit(A="overdue_start", B="suspended")
    >>> told = compare_audits(before, audit(A="suspected_idle", C="not_due"))
    >>> told[["change", "id"]].to_numpy().tolist()
    [['worsened', 'A'], ['gone', 'B']]
    """
    numbers = comparable_numbers(earlier["id"], now["id"])
    before, after = (
        _gravest_findings(each, held) for each, held in zip((earlier, now), numbers, strict=True)
    )
    # What was gone before is compared by its number's plain form, and shown as it is written now.
    both = pd.merge(  # noqa: PD015 - the one form with suffixes in every pandas 3
        before, after, how="outer", left_index=True, right_index=True, suffixes=("_before", "_now")
    )
    old = both["gravity_before"].fillna(-1).to_numpy()
    new = both["gravity_now"].fillna(-1).to_numpy()
    kinds = np.select(
        [
            (old > 0) & (new < 0),
            (old < 0) & (new > 0),
            (new > old) & (new > 0),
            (old > 0) & (new == 0),
            (new < old) & (new > 0),
            (old >= 0) & (new >= 0) & _areas_differ(both),
        ],
        ["gone", "new", "worsened", "resolved", "improved", "area"],
        default="",
    )
    both["change"] = kinds
    both["rank"] = np.maximum(old, new)
    both["id"] = both["id_now"].where(both["id_now"].notna(), both["id_before"])
    told = both[kinds != ""].reset_index(drop=True)
    order = {kind: at for at, kind in enumerate(CHANGES)}
    told["order"] = told["change"].map(order)
    told = told.sort_values(["order", "rank", "id"], ascending=[True, False, True])
    told["change_zh"] = told["change"].map(CHANGES)
    told["zone"] = told["zone_now"].where(told["zone_now"].notna(), told["zone_before"])
    area = told["area_m2_now"].where(told["area_m2_now"].notna(), told["area_m2_before"])
    told["area_ha"] = area / HECTARE_M2
    told["area_before_ha"] = told["area_m2_before"] / HECTARE_M2
    for side in ("before", "now"):
        told[f"finding_{side}"] = [
            finding_label(str(code)) if isinstance(code, str) else ""
            for code in told[f"finding_{side}"].astype("object")
        ]
    listed: pd.DataFrame = told.reindex(columns=_COLUMNS).reset_index(drop=True)
    return listed


def _areas_differ(both: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell numbers under which another area stands than before, or one that is not known."""
    old, new = (both[f"whole_m2_{side}"].to_numpy(np.float64) for side in ("before", "now"))
    differ: NDArray[np.bool_] = np.abs(old - new) > SAME_AREA_M2
    differ |= np.isnan(old) != np.isnan(new)
    return differ


def _gravest_findings(findings: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    """Gravest finding under each number, with the area of all its records as ``whole_m2``."""
    table = findings[_NEEDED].copy()
    for name in ("zone", "finding", "idle_class"):
        table[name] = table[name].astype("object")
    table["gravity"] = finding_gravity(table)
    table["number"] = numbers
    table["whole_m2"] = table.groupby("number")["area_m2"].transform("sum", min_count=1)
    # A record without a number is known by its row, and rows of two ledgers have nothing in common.
    table = table[table["number"] != ""].sort_values(["number", "gravity"], kind="stable")
    return table.drop_duplicates("number", keep="last").set_index("number")


def _plain_numbers_of(ids: pd.Series[str]) -> list[str]:
    """Plain form of each number; empty where a record has none."""
    return [
        "" if _ROW.fullmatch(str(each)) else plain_number(str(each)) or str(each) for each in ids
    ]


def comparable_numbers(earlier: pd.Series[str], now: pd.Series[str]) -> tuple[list[str], list[str]]:
    """
    Forms by which numbers of two audits are compared; empty where a record has none.

    云安（2019）002 and 云安2019-2 are one number, unless an audit has several that differ so.
    """
    plain = [_plain_numbers_of(each) for each in (earlier, now)]
    loose = [[loose_number(str(each)) or "" for each in ids] for ids in (earlier, now)]
    several: set[str] = set()
    for texts, forms in zip(plain, loose, strict=True):
        held: dict[str, set[str]] = {}
        for text, form in zip(texts, forms, strict=True):
            held.setdefault(form, set()).add(text)
        several |= {form for form, all_of in held.items() if len(all_of) > 1}
    one, other = (
        [
            text if not text or form in several else form
            for text, form in zip(texts, forms, strict=True)
        ]
        for texts, forms in zip(plain, loose, strict=True)
    )
    return one, other


def numbering_notice(earlier: pd.DataFrame, now: pd.DataFrame) -> str:
    """
    Say that two audits number their records differently, if they do (编号方式不同).

    Examples
    --------
    >>> def numbered(*ids):
    ...     return pd.DataFrame({"id": list(ids)})
    >>> numbering_notice(numbered("HT-1", "HT-2"), numbered("ht-1", "HT—2", "HT-3"))
    ''
    >>> numbering_notice(numbered("HT-1"), numbered("530112")).split("（", 1)[0]
    '没有一个上次的编号在本次出现'
    """
    before, after = (
        {number for number in held if number}
        for held in comparable_numbers(earlier["id"], now["id"])
    )
    if not before:
        return "" if not len(earlier) else _NO_NUMBERS
    share = len(before & after) / len(before)
    if share >= _MOST_AGAIN:
        return ""
    sides = "；".join(
        f"{name}如 {'、'.join(frame['id'].astype('str').head(2))}"
        for name, frame in (("上次", earlier), ("本次", now))
    )
    if share == 0.0:
        return (
            f"没有一个上次的编号在本次出现（{sides}）：编号方式不同，未作比较；"
            "请用同一种编号再审计一次 / not one earlier number is there again: nothing was compared"
        )
    return (
        f"上次的编号只有 {share:.0%} 在本次出现（{sides}）：其余列为“记录消失”，请核对编号方式 / "
        "few of the earlier numbers are there again: check the numbering"
    )


def find_earlier_findings(earlier: pd.DataFrame, ids: pd.Series[str]) -> list[str]:
    """
    Say what an earlier audit found of each record (上次判定).

    Parameters
    ----------
    earlier
        Findings of :func:`read_earlier`.
    ids
        Numbers of the records now, ``(n,)``.

    Returns
    -------
    told
        Finding and days of each, ``(n,)``; empty where the earlier audit has no such number.
    """
    before, after = comparable_numbers(earlier["id"], ids)
    gravest = _gravest_findings(earlier, before)
    words = {
        str(number): finding_label(str(code))
        + ("" if np.isnan(days) or days <= 0 else f"（逾期 {days:,.0f} 日）")
        for number, code, days in zip(
            gravest.index, gravest["finding"], gravest["days"], strict=True
        )
    }
    return [words.get(number, "") if number else "" for number in after]
