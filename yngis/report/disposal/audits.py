"""Folders of earlier audits read back (读回历次审计): what each says of approvals and supply."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.errors import LayerError, Problem
from yngis.measure.units import HECTARE_M2
from yngis.report.disposal.followed import (
    IN_DOUBT_ZH,
    IN_FORCE_ZH,
    Followed,
    follow_approvals,
    followed_notes,
    in_force,
    unread_approvals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PROGRAM: Final = "yngis audit"
_BEYOND: Final = "（省外）"
_LEFT_OUT: Final = "rejected.csv"
_ROUNDING_M2: Final = 0.1
_LARGEST: Final = 64 << 20
_SHOWN: Final = 6
_CHINA: Final = dt.timezone(dt.timedelta(hours=8))
_TEXTS: Final = {
    "zone_summary": "level place",
    "approvals_balance": "source id approval_no block_no batch zone status doubt stage "
    "approval_date acquired_date withdrawn_date",
    "supply_findings": "source id contract_no supervision_no parcel_no holder zone prefecture "
    "finding idle_class",
    "ratios": "level place ratio ratio_zh",
}
"""Columns of texts by table; ids are no numbers."""

_NEEDED: Final = {
    "zone_summary": ("level", "place", "unsupplied_ha", "approved_ha"),
    "approvals_balance": ("id", "zone", "status", "approval_date", "area_ha"),
    "supply_findings": ("id", "zone", "finding", "area_m2"),
    "ratios": ("level", "place", "ratio", "value"),
}
_NUMBERS: Final = {
    "zone_summary": ("unsupplied_ha", "approved_ha", "idle_disposal_rate"),
    "approvals_balance": ("area_ha", "own_ha", "unsupplied_ha", "supplied_ha"),
    "supply_findings": ("area_m2",),
    "ratios": ("value",),
}
_COLUMNS: Final = {
    "supply_findings": (
        "source", "id", "contract_no", "supervision_no", "parcel_no", "holder", "zone",
        "prefecture", "finding", "idle_class", "area_m2",
    ),
    "ratios": ("level", "place", "ratio", "ratio_zh", "value"),
}  # fmt: skip


class AuditFolder(NamedTuple):
    """
    One audit read back (一次审计).

    Attributes
    ----------
    path
        Its folder.
    as_of
        Day of the audit.
    label
        That the data are made up, where they are.
    summary, approvals, supply, ratios
        Its tables.
    digests
        Checksums of the files that were read.
    altered
        Tables that are no longer as the audit wrote them.
    unread
        Approvals that the audit could not read, as :func:`unread_approvals` tells them.
    """

    path: Path
    as_of: dt.date
    label: str
    summary: pd.DataFrame
    approvals: pd.DataFrame
    supply: pd.DataFrame
    ratios: pd.DataFrame
    digests: dict[str, str]
    altered: tuple[str, ...] = ()
    unread: pd.DataFrame = pd.DataFrame({"id": [], "number": []}, dtype="object")

    @property
    def year(self) -> int:
        """Year of the audit."""
        return self.as_of.year


def read_audits(folders: Sequence[str | Path]) -> list[AuditFolder]:
    """
    Read audits back, the earliest first (读回历次审计).

    Parameters
    ----------
    folders
        Folders that ``yngis audit`` wrote, two at least.

    Returns
    -------
    audits
        In the order of their days.

    Raises
    ------
    LayerError
        If a folder is no audit, has no approvals, two are of one year, or two that follow each
        other share no zone; names every fault.
    """
    problems: list[Problem] = []
    audits: list[AuditFolder] = []
    for folder in folders:
        try:
            audits.append(read_audit_folder(Path(folder)))
        except LayerError as error:
            problems += error.problems
    audits.sort(key=lambda audit: audit.as_of)
    problems += [*_doubled_years(audits), *_strange_zones(audits)]
    if len(folders) < 2:  # noqa: PLR2004 - a change has two ends
        problems.append(
            Problem(
                where="--audits",
                promised="至少两次审计的结果文件夹 / two audits at least",
                found=f"{len(folders)} 个 / given",
                mend="对同一台账按各年末运行 yngis audit，再给出各 --out 文件夹 / run yngis audit "
                "as of the end of each year, and give the folders",
            )
        )
    if problems:
        raise LayerError(problems)
    return audits


def read_audit_folder(folder: Path) -> AuditFolder:
    """
    Read one audit back (读回一次审计).

    Parameters
    ----------
    folder
        Folder that ``yngis audit`` wrote.

    Returns
    -------
    audit
        What it says.

    Raises
    ------
    LayerError
        If it is no audit, or lacks a table; names every fault.
    """
    told = _run_record(folder)
    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name in _TEXTS:
        try:
            frames[name] = _read_table(folder, name)
        except LayerError as error:
            problems += error.problems
    if problems:
        raise LayerError(problems)
    unread = unread_approvals(_left_out_rows(folder, told))
    read = [*(f"{name}.csv" for name in _TEXTS), _LEFT_OUT, "run.json"]
    digests = {name: file_checksum(folder / name) for name in read if (folder / name).is_file()}
    supply = frames["supply_findings"]
    supply["id"] = supply["id"].str.removeprefix("'")
    return AuditFolder(
        folder,
        dt.date.fromisoformat(str(told["as_of"])),
        str(told.get("label") or ""),
        frames["zone_summary"],
        frames["approvals_balance"],
        supply,
        frames["ratios"],
        digests,
        _altered_tables(told, digests),
        unread,
    )


def _left_out_rows(folder: Path, told: dict[str, Any]) -> pd.DataFrame:
    """Rows that the audit left out; none where an audit of former years wrote no such table."""
    path = folder / _LEFT_OUT
    written = told.get("outputs")
    if not path.is_file() and _LEFT_OUT not in (written if isinstance(written, dict) else {}):
        return pd.DataFrame()
    try:
        return pd.read_csv(path, encoding="utf-8-sig", dtype="str", usecols=["table", "id", "rule"])
    except (OSError, ValueError) as error:
        raise LayerError(
            Problem(
                where=f"--audits {folder} · {_LEFT_OUT}",
                promised="审计写出的表 / a table that the audit wrote",
                found=" ".join(str(error).split())[:200],
                mend="重新运行审计 / run the audit again",
            )
        ) from None


def _altered_tables(told: dict[str, Any], digests: dict[str, str]) -> tuple[str, ...]:
    """Tables whose checksum is not that of the run that wrote them."""
    written = told.get("outputs")
    if not isinstance(written, dict):
        return ()
    return tuple(name for name, digest in digests.items() if written.get(name, digest) != digest)


def _run_record(folder: Path) -> dict[str, Any]:
    """Record of the run that wrote a folder."""
    path = folder / "run.json"
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise OSError("run.json")  # noqa: TRY301 - told like any other
        told = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(told, dict) or told.get("program") != _PROGRAM:
            raise ValueError(str(told.get("program") if isinstance(told, dict) else told)[:60])  # noqa: TRY301
        as_of = dt.date.fromisoformat(str(told["as_of"]))
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise LayerError(
            Problem(
                where=f"--audits {folder}",
                promised="yngis audit 的结果文件夹 / a folder that yngis audit wrote",
                found=f"不是 / it is none: {_told_error(error)}",
                mend="给出审计的 --out 文件夹 / give the --out folder of an audit",
            )
        ) from None
    if as_of > dt.datetime.now(_CHINA).date():
        raise LayerError(
            Problem(
                where=f"--audits {folder}",
                promised="审计日期不晚于今天 / a day of audit that has come",
                found=f"{as_of}，尚未到 / it is yet to come",
                mend="以已过的日期（--as-of）重新审计 / audit again as of a day that has passed",
            )
        )
    return dict(told)


def _told_error(error: Exception) -> str:
    """Say what a record of a run lacks."""
    told = " ".join(str(error).split())[:120]
    if isinstance(error, json.JSONDecodeError):
        return f"run.json 已损坏 / is broken: {told}"
    if isinstance(error, KeyError):
        return f"run.json 缺 / is without {told}"
    return f"run.json {told}" if "run.json" not in told else f"没有 {told} / no such file"


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table of an audit."""
    path = folder / f"{name}.csv"
    try:
        if not path.is_file():
            raise OSError("没有这张表 / no such table")  # noqa: TRY301
        wanted = _COLUMNS.get(name)
        frame = pd.read_csv(
            path,
            encoding="utf-8-sig",
            dtype=dict.fromkeys(_TEXTS[name].split(), "str"),
            usecols=None if wanted is None else lambda column: column in wanted,
            low_memory=False,
        )
        lacking = [column for column in _NEEDED[name] if column not in frame]
        if lacking:
            raise ValueError(f"缺列 / without {'、'.join(lacking)}")  # noqa: TRY301
        if texts := _texts_for_numbers(frame, name):
            raise ValueError(f"不是数 / no numbers: {'、'.join(texts)}")  # noqa: TRY301
        if name == "supply_findings" and (strange := set(frame["finding"]) - set(FINDINGS)):
            raise ValueError(f"finding: {'、'.join(sorted(map(str, strange)))[:60]}")  # noqa: TRY301
    except (OSError, ValueError) as error:
        mend = "审计时须给出 --approvals / the audit must be run with --approvals"
        if name != "approvals_balance":
            mend = "重新运行审计 / run the audit again"
        raise LayerError(
            Problem(
                where=f"--audits {folder} · {name}.csv",
                promised="审计写出的表 / a table that the audit wrote",
                found=" ".join(str(error).split())[:200],
                mend=mend,
            )
        ) from None
    return frame


def _texts_for_numbers(frame: pd.DataFrame, name: str) -> list[str]:
    """Columns of areas and rates that hold something else."""
    held = [column for column in _NUMBERS[name] if column in frame]
    return [each for each in held if not pd.api.types.is_numeric_dtype(frame[each])]


def _zone_names(audit: AuditFolder) -> set[str]:
    """Zones that an audit judged."""
    return set(audit.summary.loc[audit.summary["level"] == "zone", "place"].dropna())


def _strange_zones(audits: Sequence[AuditFolder]) -> list[Problem]:
    """Neighbouring audits that share no zone: nothing can be followed."""
    return [
        Problem(
            where=f"--audits {now.path} {later.path}",
            promised="同一批开发区 / the same zones",
            found=f"没有一个相同：{_some_names(_zone_names(now))} ↔ "
            f"{_some_names(_zone_names(later))} / not one in common",
            mend="用同一规划和同一边界审计 / audit with one plan and one set of zones",
        )
        for now, later in pairwise(audits)
        if not _zone_names(now) & _zone_names(later)
    ]


def _some_names(names: set[str]) -> str:
    """Show a few names of many."""
    shown = "、".join(sorted(names)[:_SHOWN]) or "没有开发区 / no zones"
    return shown if len(names) <= _SHOWN else f"{shown}等 {len(names)} 个"


def audit_doubts(audits: Sequence[AuditFolder]) -> list[str]:
    """
    Say what keeps audits from being compared as they stand (历次审计的疑点).

    Parameters
    ----------
    audits
        The earliest first.

    Returns
    -------
    notes
        Tables that were altered, approvals of unknown force, zones that only one of two audits
        has, made-up data beside others.
    """
    notes = [
        f"{audit.as_of} 审计的 {'、'.join(audit.altered)} 在写出后被改动 / altered since the audit"
        for audit in audits
        if audit.altered
    ]
    for audit in audits:
        open_ = audit.approvals.loc[audit.approvals["status"] == IN_DOUBT_ZH, "area_ha"]
        if len(open_):
            notes.append(
                f"{audit.as_of} 审计有 {len(open_)} 件批准是否有效不明（{open_.sum():,.2f} 公顷），"
                "不在存量内，核实后重算 / "
                "approvals that may or may not be in force are in no stock"
            )
    for now, later in pairwise(audits):
        notes += followed_notes(_followed(now, later), now.unread, (now.as_of, later.as_of))
        for one, other in ((now, later), (later, now)):
            if alone := _zone_names(one) - _zone_names(other):
                notes.append(
                    f"{_some_names(alone)}：{one.as_of} 审计有，{other.as_of} 没有，存量不能相接 / "
                    "zones that only one of two audits has"
                )
    if len(unread := audits[-1].unread):
        notes.append(
            f"{audits[-1].as_of} 审计有 {len(unread)} 行批准未能读入，不在存量内，存量只是下限；"
            "补正后重新审计 / rows of approvals that the audit could not read are in no stock"
        )
    if len({audit.label for audit in audits}) > 1:
        notes.append("有的审计是演示数据，有的不是 / made-up data stand beside others")
    return notes


def _doubled_years(audits: Iterable[AuditFolder]) -> list[Problem]:
    held: dict[int, list[AuditFolder]] = {}
    for audit in audits:
        held.setdefault(audit.year, []).append(audit)
    return [
        Problem(
            where="--audits " + " ".join(str(each.path) for each in own),
            promised="每年一次审计 / one audit a year",
            found=f"{year} 年有 {len(own)} 次（{'、'.join(str(each.as_of) for each in own)}）"
            " / audits of one year",
            mend="每年留一次 / keep one of them",
        )
        for year, own in held.items()
        if len(own) > 1
    ]


def yearly_stocks(
    audits: Sequence[AuditFolder], prefectures: pd.Series, cutoff: int | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """
    Stock and inflow of every place, audit by audit (历年存量).

    Parameters
    ----------
    audits
        The earliest first.
    prefectures
        Prefecture by zone.
    cutoff
        Last year of approval that the task counts; None for none.

    Returns
    -------
    stocks
        As :func:`yngis.analysis.disposal.disposal` takes them, with ``unsupplied`` land as stock.
    notes
        What a reader must know.
    """
    notes: list[str] = []
    parts = []
    prefectures = _with_own_zones(prefectures, audits)
    for at, audit in enumerate(audits):
        later = audits[at + 1] if at + 1 < len(audits) else None
        own = audit.summary[audit.summary["level"].isin(["zone", "prefecture", "province"])]
        told = own[["level", "place"]].assign(
            year=audit.year, stock_m2=own["unsupplied_ha"] * HECTARE_M2
        )
        told["years"] = np.nan if later is None else (later.as_of - audit.as_of).days / 365.25
        told["added_m2"] = np.nan
        if later is not None:
            followed = _followed(audit, later)
            told["added_m2"] = _inflow_between_audits(told, (audit, later), followed, prefectures)
            told["years"] = round(float(told["years"].iloc[0]), 2) if len(told) else np.nan
        if cutoff is not None:
            told["stock_cutoff_m2"] = _open_stock_until(told, audit.approvals, prefectures, cutoff)
            if later is not None:
                told["added_cutoff_m2"] = _late_cohort(told, later, followed, prefectures, cutoff)
        parts.append(told)
        undated = audit.approvals["approval_date"].isna() & (
            audit.approvals["status"] == IN_FORCE_ZH
        )
        if cutoff is not None and undated.any():
            notes.append(
                f"{audit.year} 年有 {int(undated.sum())} 件批准没有日期，不在截止口径内 / "
                "approvals without a date are not in the cut-off stock"
            )
    stocks = pd.concat(parts, ignore_index=True)
    if lost := _homeless_zones(audits, prefectures):
        notes.append(
            f"{'、'.join(lost[:6])} 在哪个州（市）审计结果中没有，其批准不进州（市）的截止口径 / "
            "the audits do not tell the prefecture of these zones: unknown in cut-off stocks there"
        )
    inside = _every_year(stocks[stocks["place"] != _BEYOND], [each.year for each in audits])
    return inside, tuple(dict.fromkeys(notes))


def _every_year(stocks: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Give a place that an audit lacks a year of unknown stock: years must not close up over it."""
    places = stocks[["level", "place"]].drop_duplicates()
    grid = places.merge(pd.DataFrame({"year": years}), how="cross")
    return grid.merge(stocks, how="left", on=["level", "place", "year"])


def _with_own_zones(prefectures: pd.Series, audits: Sequence[AuditFolder]) -> pd.Series:
    """Prefecture by zone: the plan's where an audit has it, else that of the zone's records."""
    told: dict[str, str] = {}
    met: set[str] = set()
    for audit in audits:
        levels = audit.summary[audit.summary["level"] == "prefecture"]
        places = [str(each) for each in levels["place"] if not str(each).startswith("（")]
        met.update(places)
        held = audit.supply
        if "prefecture" in held:
            known = held.dropna(subset=["zone", "prefecture"])
            sums = known.groupby(["zone", "prefecture"])["area_m2"].sum().sort_values()
            told |= {
                str(zone): str(home)
                for zone, home in sums.index
                if home in places and not str(zone).startswith("（")
            }
        if len(places) == 1 and len(places) == len(levels):
            zones = audit.summary.loc[audit.summary["level"] == "zone", "place"]
            told = {str(zone): places[0] for zone in zones if zone != _BEYOND} | told
    own = pd.Series(told, dtype="object")
    listed = prefectures[prefectures.isin(met)]
    joined: pd.Series = pd.concat([listed, own[~own.index.isin(listed.index)]])
    return joined


def _homeless_zones(audits: Sequence[AuditFolder], prefectures: pd.Series) -> list[str]:
    """Zones with approvals in force of which nobody tells the prefecture."""
    named = {str(zone) for audit in audits for zone in in_force(audit.approvals)["zone"].dropna()}
    return sorted(named - set(prefectures.index) - {_BEYOND})


def _inflow_between_audits(
    told: pd.DataFrame,
    audits: tuple[AuditFolder, AuditFolder],
    followed: Followed,
    prefectures: pd.Series,
) -> pd.Series:
    """Land approved between two audits: what is more in force, and what is no longer [m²]."""
    key = ["level", "place"]
    then, now = (each.summary.set_index(key)["approved_ha"] * HECTARE_M2 for each in audits)
    index = pd.MultiIndex.from_frame(told[key])
    more = now.reindex(index).fillna(0.0) - then.reindex(index).fillna(0.0)
    lost = _by_place(told, followed.gone, "own_m2", prefectures)
    added = more.to_numpy() + lost + _unknown_where(told, followed.unsettled, prefectures)
    # The tables keep a millionth of a hectare: less than that of a square metre is rounding.
    return pd.Series(np.where(np.abs(added) < _ROUNDING_M2, 0.0, added), index=told.index)


def _followed(audit: AuditFolder, later: AuditFolder) -> Followed:
    """Approvals of two audits that follow each other."""
    unread = audit.unread, later.unread
    return follow_approvals(audit.approvals, later.approvals, unread, audit.as_of)


def _unknown_where(
    told: pd.DataFrame, approvals: pd.DataFrame, prefectures: pd.Series
) -> np.ndarray:
    """NaN at the places of approvals that nobody can follow, 0 elsewhere."""
    counted = _by_place(told, approvals.assign(own_m2=1.0), "own_m2", prefectures)
    return np.where(counted == 0.0, 0.0, np.nan)


def _open_stock_until(
    told: pd.DataFrame, approvals: pd.DataFrame, prefectures: pd.Series, cutoff: int
) -> np.ndarray:
    own = in_force(approvals)
    years = pd.to_numeric(own["approval_date"].str.slice(0, 4), errors="coerce")
    return _by_place(told, own[years <= cutoff], "open_m2", prefectures)


def _late_cohort(
    told: pd.DataFrame,
    later: AuditFolder,
    followed: Followed,
    prefectures: pd.Series,
    cutoff: int,
) -> np.ndarray:
    """Approvals up to the cut-off year that only the later audit knows."""
    own = in_force(later.approvals)
    years = pd.to_numeric(own["approval_date"].str.slice(0, 4), errors="coerce")
    late = own[(years <= cutoff) & own["id"].isin(set(followed.fresh["id"]))]
    unsettled = followed.unsettled
    dated = pd.to_numeric(unsettled["approval_date"].astype("str").str.slice(0, 4), errors="coerce")
    unknown = _unknown_where(told, unsettled[~(dated > cutoff)], prefectures)
    found: np.ndarray = _by_place(told, late, "own_m2", prefectures) + unknown
    return found


def _by_place(
    told: pd.DataFrame, approvals: pd.DataFrame, column: str, prefectures: pd.Series
) -> np.ndarray:
    """Sum of approvals by zone, prefecture and province."""
    zones = approvals.groupby("zone")[column].sum()
    owners = prefectures.reindex(zones.index)
    homes = zones.groupby(owners.to_numpy()).sum()
    homeless = owners.isna().to_numpy() & (zones.index != _BEYOND)
    # Land that may lie in any of them leaves the sums of all prefectures unknown.
    beyond = np.nan if zones[homeless].sum() > 0.0 else 0.0
    whole = float(approvals[column].sum())
    sums = {"zone": zones, "prefecture": homes}
    return np.array(
        [
            whole
            if level == "province" and place != _BEYOND
            else float(sums[level].get(place, 0.0)) + (beyond if level == "prefecture" else 0.0)
            if level in sums
            else 0.0
            for level, place in zip(told["level"], told["place"], strict=True)
        ]
    )
