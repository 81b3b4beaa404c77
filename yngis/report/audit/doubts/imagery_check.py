"""Images beside the audit (影像佐证与审计): they stand beside a finding, never for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.imagery.contradictions import (
    BUILDING,
    COMPLETED,
    NOT_STARTED,
    STATES,
    contradict_ledger,
)
from yngis.catalogue.io.paths import local_path
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import datetime as dt

    from yngis.report.audit.doubts.collect import Supplied
    from yngis.report.audit.options import Options

EVIDENCE: Final = "parcel_evidence.csv"
"""File of the folder that ``yngis imagery evidence`` writes."""

_ASKED: Final = ("parcel", "as_of", "state", "cover", "grade", "disturbed_from", "disturbed_best")
_NUMBERS: Final = ("supervision_no", "contract_no", "parcel_no", "id")


def find_imagery_contradictions(options: Options, supplied: Supplied) -> pd.DataFrame | None:
    """
    Hold the records against the images (台账与影像比对).

    Parameters
    ----------
    options
        What was asked; without ``imagery`` nothing is done.
    supplied
        Records with their findings, which stay as they are.

    Returns
    -------
    table
        ``id``, ``zone``, ``finding``, ``state``, ``grade``, ``disturbed_best``, ``contradiction``
        of every record that an image was found for; None without images.

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
    told = contradict_ledger(found, _statuses(masks, record))
    return pd.DataFrame(
        {
            "id": record["id"].to_numpy(),
            "zone": record["zone"].to_numpy() if "zone" in record else "",
            "finding": record["finding"].astype("object").map(FINDINGS).to_numpy(),
            "state": found["state"].map(STATES).to_numpy(),
            "grade": found["grade"].to_numpy(),
            "disturbed_best": found["disturbed_best"].to_numpy(),
            "contradiction": told.to_numpy(),
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
    return table.drop_duplicates("parcel")


def _matched_rows(core: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence on the positions of the records that bear its number; a number names one record."""
    by_parcel = evidence.set_index("parcel")
    at = pd.Series(pd.NA, index=core.index, dtype="object")
    for name in _NUMBERS:
        if name not in core:
            continue
        number = core[name].astype("string").str.strip()
        # A number that several records bear says of none of them which land is meant.
        sole = number.notna() & ~number.duplicated(keep=False) & number.isin(by_parcel.index)
        at = at.where(at.notna() | ~sole, number.astype("object"))
    held = at.dropna()
    return by_parcel.loc[held].set_axis(held.index, axis="index")


def _statuses(masks: pd.DataFrame, record: pd.DataFrame) -> list[str | None]:
    """What the ledger says of each record; what it does not say for sure is nothing."""
    completed = record["finding"].astype("object").eq("completed").to_numpy()
    started = masks["started"].to_numpy(dtype=bool)
    unused = masks["not_used"].to_numpy(dtype=bool)
    told: list[str | None] = []
    for done, begun, waits in zip(completed, started, unused, strict=True):
        if done:
            told.append(COMPLETED)
        elif begun and not waits:
            told.append(BUILDING)
        else:
            told.append(NOT_STARTED if waits and not begun else None)
    return told


def imagery_inputs(options: Options, checksum: str | None) -> list[dict[str, Any]]:
    """Evidence that was read, for the record of the run."""
    if options.imagery is None:
        return []
    name = f"{Path(options.imagery).name}/{EVIDENCE}"
    return [{"role": "imagery", "name": name, "sha256": checksum, "note": ""}]
