"""The same land under two contracts (一地两供): parcel, supervision and contract numbers again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.values.document_numbers import (
    loose_number,
    plain_number,
    split_numbers,
)
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Iterable

# Words that say only that a number is one of a block, of which every contract has a first.
_BLOCK_WORDS: Final = re.compile(r"[号第宗地块片区-]|\(|\)")
_LONG: Final = 6  # figures
_FEWEST_SIGNS: Final = 3
_MOST_CONTRACTS: Final = 3
_SAME_AREA: Final = 0.01
_SEPARATED: Final = r"[、,，;；\n和及与/+]"
# 安2019-09变更, K5（补充合同）: a contract that changes another one.
_AMENDED: Final = re.compile(
    r"^(?P<number>.*\d号?)[(（]?-?(?:变更|补充|增补|更正|调整|重签|换签|续签|补)"
    r"(?:合同|协议|协定)?[)）]?\d*$"
)


class DoubledLand(NamedTuple):
    """
    Records that may hold land of others once more.

    Attributes
    ----------
    issues
        Doubt of each.
    area_m2
        Land that is counted again, of each set of records without the largest one [m²].
    records
        Number of the records in doubt.
    """

    issues: pd.DataFrame
    area_m2: float
    records: int

    def notice(self, supplied_m2: float) -> str:
        """Say how much land may be counted twice, and the sum without it; empty for none."""
        if not self.records:
            return ""
        return (
            f"{self.records:,} 宗供应的宗地编号、电子监管号或合同编号又见于另一条记录，可能同一土地"
            f"计了两次：供应 {supplied_m2 / HECTARE_M2:,.2f} 公顷，不计重复的至少为 "
            f"{(supplied_m2 - self.area_m2) / HECTARE_M2:,.2f} 公顷；逐宗见 issues.csv / records "
            "whose numbers stand under another contract too may hold the same land: without it at "
            f"least {(supplied_m2 - self.area_m2) / HECTARE_M2:,.2f} ha were supplied"
        )


def find_doubled_land(core: pd.DataFrame) -> DoubledLand:
    """
    Find records whose land may be counted twice, by their numbers (同一土地两次计入).

    Parameters
    ----------
    core
        Supply records: ``row``, ``id``, ``area_m2``, ``finding``, and ``contract_no``,
        ``parcel_no`` and ``supervision_no`` where they have them.

    Returns
    -------
    doubled
        What was dealt with, such as land taken back, may well be supplied again and is left out.
    """
    held = core[core["finding"].astype("object") != "disposed"].reset_index(drop=True)
    contracts = _texts_of(held, "contract_no")
    owner = held["id"].astype("str") if contracts is None else contracts.fillna(held["id"])
    told: dict[tuple[int, str], str] = {}
    again: set[int] = set()
    if contracts is not None:
        _tell_contracts(held, contracts, told, again)
    # What a contract replaced is left out already: of the others one stays, or nothing would.
    replaced = frozenset(again)
    for column, rule in (("parcel_no", "parcel_twice"), ("supervision_no", "supervision_twice")):
        texts = _texts_of(held, column)
        if texts is None:
            continue
        whose = held["id"].astype("str") if column == "parcel_no" else owner
        for places in _groups_of(texts):
            if whose.iloc[places].map(loose_number).nunique() < 2:  # noqa: PLR2004 - one contract
                continue
            if column == "parcel_no" and not _means_land(held, texts, places):
                continue
            _tell_group(held, column, rule, places, told)
            again |= _all_but_largest(held, [at for at in places if at not in replaced])
    area = held["area_m2"].to_numpy(dtype=np.float64)
    lines = [_issue_line(held, at, rule, value) for (at, rule), value in sorted(told.items())]
    records = len({at for at, _ in told})
    doubled = float(np.nansum(area[sorted(again)])) if again else 0.0
    return DoubledLand(pd.DataFrame(lines, columns=list(ISSUE_COLUMNS)), doubled, records)


def _texts_of(frame: pd.DataFrame, column: str) -> pd.Series | None:
    if column not in frame or frame[column].isna().all():
        return None
    texts: pd.Series = frame[column].astype("object")
    return texts.where(texts.map(plain_number).notna())


def _groups_of(texts: pd.Series) -> Iterable[list[int]]:
    """Positions of the records of each number that stands more than once, cells of several too."""
    places: list[int] = []
    numbers: list[str] = []
    several = texts.str.contains(_SEPARATED, na=False).to_numpy(dtype=bool)
    values = texts.tolist()
    for at in texts.notna().to_numpy().nonzero()[0].tolist():
        text = values[at]
        for part in dict.fromkeys(split_numbers(text) if several[at] else [text]):
            number = loose_number(part)
            if number is not None:
                places.append(at)
                numbers.append(number)
    table = pd.DataFrame({"number": numbers, "at": places}).drop_duplicates()
    # Nearly every number stands once: a group of each would cost minutes for a million records.
    table = table[table["number"].duplicated(keep=False)]
    return [group["at"].tolist() for _, group in table.groupby("number", sort=True)]


def _means_land(held: pd.DataFrame, texts: pd.Series, places: list[int]) -> bool:
    """
    Tell whether a parcel number that stands under several contracts means one parcel.

    A long one does, and one of a place (草铺3号地块) that few contracts bear. 15 and A1 may number
    the blocks of each contract: only where two of them are of one size are they one.
    """
    shortest = min((str(texts.iloc[at]) for at in places), key=len)
    bare = _BLOCK_WORDS.sub("", str(plain_number(shortest)))
    if sum(sign.isdigit() for sign in bare) >= _LONG:
        return True
    if len(bare) >= _FEWEST_SIGNS and not bare.isdigit() and len(places) <= _MOST_CONTRACTS:
        return True
    areas = np.sort(held["area_m2"].iloc[places].dropna().to_numpy(dtype=np.float64))
    return bool((np.diff(areas) <= _SAME_AREA * areas[1:]).any())


def _tell_group(
    held: pd.DataFrame,
    column: str,
    rule: str,
    places: list[int],
    told: dict[tuple[int, str], str],
) -> None:
    ids = held["id"].astype("str")
    for at in places:
        others = "、".join(dict.fromkeys(ids[other] for other in places if other != at))
        told.setdefault((at, rule), f"{held[column].iloc[at]}：又见 {others}")


def _all_but_largest(held: pd.DataFrame, places: list[int]) -> set[int]:
    if not places:
        return set()
    areas = np.nan_to_num(held["area_m2"].iloc[places].to_numpy(dtype=np.float64))
    return set(places) - {places[int(np.argmax(areas))]}


def _tell_contracts(
    held: pd.DataFrame,
    contracts: pd.Series,
    told: dict[tuple[int, str], str],
    again: set[int],
) -> None:
    """Tell contracts that another cell names among several, or that another one changes."""
    whole: dict[str, list[int]] = {}
    texts = contracts.tolist()
    numbered = contracts.notna().to_numpy().nonzero()[0].tolist()
    for at in numbered:
        whole.setdefault(str(loose_number(texts[at])), []).append(at)
    ids = held["id"].astype("str").tolist()
    for at in numbered:
        text = str(texts[at])
        parts, rule = split_numbers(text), "contract_within"
        if len(parts) == 1:
            changed = _AMENDED.match(text.strip())
            parts, rule = ([changed["number"]] if changed else []), "contract_amended"
        found = [
            other
            for part in parts
            for other in whole.get(str(loose_number(part)), [])
            if other != at
        ]
        if found:
            others = "、".join(ids[other] for other in found)
            told.setdefault((at, rule), f"{text}：又见 {others}")
            for other in found:
                told.setdefault((other, rule), f"{texts[other]}：又见 {ids[at]}")
            again.update(found)


def _issue_line(held: pd.DataFrame, at: int, code: str, value: str) -> tuple[Any, ...]:
    rule, line = row_rules()[code], held.iloc[at]
    field = {"parcel_twice": "parcel_no", "supervision_twice": "supervision_no"}
    return (
        "supply", line["row"], line["id"], field.get(code, "contract_no"), value, code, rule.zh,
        rule.mend_zh, line["area_m2"],
    )  # fmt: skip
