"""Images beside the audit (影像佐证与审计): they stand beside a finding, never for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.imagery.contradictions import (
    STATES,
    UNSUPPLIED,
    contradict_ledger,
    ledger_statuses,
    unsupplied_names,
)
from yngis.catalogue.io.paths import local_path
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import datetime as dt

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.report.audit.doubts.collect import Approved, Supplied
    from yngis.report.audit.options import Options

EVIDENCE: Final = "parcel_evidence.csv"
"""File of the folder that ``yngis imagery evidence`` writes."""

CARDS: Final = "cards.csv"
"""Where the card of each parcel stands in that folder."""

UNSUPPLIED_ZH: Final = "批而未供"
_ASKED: Final = ("parcel", "as_of", "state", "cover", "grade", "disturbed_from", "disturbed_best")

RECORD_NUMBERS: Final = ("supervision_no", "contract_no", "parcel_no", "id")
"""Columns of ``supply_findings.csv`` that may name a record in the evidence."""


def find_imagery_contradictions(
    options: Options,
    supplied: Supplied,
    approved: Approved | None,
    balanced: Balance | None,
    folder: Path,
) -> pd.DataFrame | None:
    """
    Hold the records against the images (台账与影像比对).

    Parameters
    ----------
    options
        What was asked; without ``imagery`` nothing is done.
    supplied
        Records with their findings, which stay as they are.
    approved, balanced
        Approvals, and what of them is not supplied; None without.
    folder
        Where the audit is written, from which cards are linked.

    Returns
    -------
    table
        ``id``, ``zone``, ``finding``, ``state``, ``grade``, ``disturbed_best``, ``contradiction``,
        ``card`` and ``piece`` of every record, and every piece of land not supplied, that an image
        was found for; None without images. Its ``attrs`` count the evidence that fits none.

    Raises
    ------
    LayerError
        If the folder is none of ``yngis imagery evidence``, or of a later day than the audit.
    """
    if options.imagery is None:
        return None
    evidence = _read_evidence(options.imagery, options.as_of)
    core = supplied.core.reset_index(drop=True)
    found = _matched_rows(core, evidence)
    record = core.iloc[found.index]
    masks = supplied.masks.reset_index(drop=True).iloc[found.index]
    status = ledger_statuses(
        record["finding"].astype("object") == "completed", masks["started"], masks["not_used"]
    )
    told = contradict_ledger(found, status)
    records = pd.DataFrame(
        {
            "id": record["id"].to_numpy(),
            "zone": record["zone"].to_numpy() if "zone" in record else "",
            "finding": record["finding"].astype("object").map(FINDINGS).to_numpy(),
            "state": found["state"].map(STATES).to_numpy(),
            "grade": found["grade"].to_numpy(),
            "disturbed_best": found["disturbed_best"].to_numpy(),
            "contradiction": told.to_numpy(),
            "card": found["card"].to_numpy(),
            "piece": "",
        }
    )
    pieces = _unsupplied_rows(evidence, approved, balanced)
    table = pd.concat([records, pieces], ignore_index=True)
    home = os.path.relpath(local_path(options.imagery), folder)
    table["card"] = [
        quote(f"{home}/{card}".replace(os.sep, "/"), safe="/#.") if card else ""
        for card in table["card"]
    ]
    table.attrs["unmatched"] = len(evidence) - len(table)
    return table


def _unsupplied_rows(
    evidence: pd.DataFrame, approved: Approved | None, balanced: Balance | None
) -> pd.DataFrame:
    """Evidence on approved land that is not supplied, piece by piece."""
    if approved is None or balanced is None:
        return pd.DataFrame()
    land = balanced.unsupplied
    ids = approved.frame["id"].to_numpy(dtype=object)[land["approval"].to_numpy(dtype=np.int64)]
    names = unsupplied_names(map(str, ids), land.geometry.array)
    by_parcel = evidence.set_index("parcel")
    at = [k for k, name in enumerate(names) if name in by_parcel.index]
    found = by_parcel.loc[[names[k] for k in at]]
    return pd.DataFrame(
        {
            "id": [str(ids[k]) for k in at],
            "zone": "",
            "finding": UNSUPPLIED_ZH,
            "state": found["state"].map(STATES).to_numpy(),
            "grade": found["grade"].to_numpy(),
            "disturbed_best": found["disturbed_best"].to_numpy(),
            "contradiction": contradict_ledger(found, [UNSUPPLIED] * len(found)).to_numpy(),
            "card": found["card"].to_numpy(),
            "piece": [names[k] for k in at],
        }
    )


def _read_evidence(folder: str, as_of: dt.date) -> pd.DataFrame:
    path = local_path(folder) / EVIDENCE
    where = f"--imagery {folder}"
    if not path.is_file():
        raise LayerError(
            Problem(
                where,
                f"yngis imagery evidence 的结果文件夹，含 {EVIDENCE} / its folder of results",
                "没有该文件 / no such file",
                "先运行 yngis imagery evidence / run it first",
            )
        )
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", dtype="str", keep_default_na=False)
    except (ValueError, UnicodeError) as error:
        raise LayerError(Problem(where, EVIDENCE, str(error), "重新生成 / make it again")) from None
    if missing := [name for name in _ASKED if name not in table]:
        raise LayerError(
            Problem(where, ",".join(_ASKED), f"缺 / missing: {missing}", "重新生成 / make it again")
        )
    later = sorted({day for day in table["as_of"] if day > as_of.isoformat()})
    if later:
        raise LayerError(
            Problem(
                where,
                f"截止日不晚于审计日 / not later than the audit: {as_of}",
                later[-1],
                "以审计日重新做影像佐证 / make the evidence as of the day of the audit",
            )
        )
    table["parcel"] = table["parcel"].str.removeprefix("'").str.strip()
    cards = _read_cards(local_path(folder))
    table["card"] = [cards.get(name, "") for name in table["parcel"]]
    return table.drop_duplicates("parcel")


def _read_cards(folder: Path) -> dict[str, str]:
    """Where the card of each parcel stands; nothing where the folder tells none."""
    path = folder / CARDS
    if not path.is_file():
        return {}
    table = pd.read_csv(path, encoding="utf-8-sig", dtype="str", keep_default_na=False)
    if not {"parcel", "card"} <= {*table.columns}:
        return {}
    names = table["parcel"].str.removeprefix("'").str.strip()
    # Only what evidence writes: nothing that a browser would take for another place.
    sound = table["card"].str.fullmatch(r"cards\.html#c\d+|cards/[\w-]+\.html")
    return dict(zip(names[sound], table.loc[sound, "card"], strict=True))


def _matched_rows(core: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence on the positions of the records that bear its number."""
    held = parcel_of_records(core, evidence["parcel"]).dropna()
    return evidence.set_index("parcel").loc[held].set_axis(held.index, axis="index")


def parcel_of_records(records: pd.DataFrame, parcels: pd.Series[str]) -> pd.Series[Any]:
    """
    Find the parcel of the evidence that each record is (台账与影像宗地对应), by any of its numbers.

    Parameters
    ----------
    records
        All records of the audit, ``(n,)``, with the numbers of :data:`RECORD_NUMBERS` they have.
    parcels
        Names of the parcels in the evidence.

    Returns
    -------
    parcel
        Name of the parcel, on the index of the records; NA where none bears a number of the
        record, or several records bear it.
    """
    names = set(parcels)
    found = pd.Series(pd.NA, index=records.index, dtype="object")
    for column in RECORD_NUMBERS:
        if column not in records:
            continue
        number = records[column].astype("string").str.strip()
        # A number that several records bear says of none of them which land is meant.
        sole = number.notna() & ~number.duplicated(keep=False) & number.isin(names)
        found = found.where(found.notna() | ~sole, number.astype("object"))
    return found


def imagery_inputs(options: Options, checksum: str | None) -> list[dict[str, Any]]:
    """Evidence that was read, for the record of the run."""
    if options.imagery is None:
        return []
    name = f"{Path(options.imagery).name}/{EVIDENCE}"
    return [{"role": "imagery", "name": name, "sha256": checksum, "note": ""}]
