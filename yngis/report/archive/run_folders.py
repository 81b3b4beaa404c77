"""Folders of results that are offered to an archive (待存结果), judged before all else."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.catalogue.io.folder import RUN
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.catalogue.io.text import list_first
from yngis.errors import LayerError, Problem
from yngis.report.archive.declared import edition_kinds
from yngis.report.result_folder import ResultFolder, read_result_folder

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from yngis.report.archive.declared import EditionKind

_YEAR: Final = re.compile(r"(?:19|20|21)\d\d")


class OfferedRun(NamedTuple):
    """
    A folder of results that an archive can take (可存结果).

    Attributes
    ----------
    folder, kind
        The folder, and what is taken of it.
    year, as_of
        Year and day that it stands for.
    digest
        SHA-256 of its ``run.json``, which holds the checksum of every file.
    files
        Names of its files, ``run.json`` not among them.
    rules, plan, boundary
        Rules, plan and boundaries that it rests on, as texts that differ where these do.
    """

    folder: ResultFolder
    kind: EditionKind
    year: int
    as_of: str
    digest: str
    files: tuple[str, ...]
    rules: str
    plan: str
    boundary: str


def judge_run(
    place: str | os.PathLike[str], year: int | None, *, demonstration: bool
) -> OfferedRun:
    """
    Judge a folder of results: whole, unchanged, of a known year, and real or made up (检查结果).

    Parameters
    ----------
    place
        The folder.
    year
        Year that it stands for, where its record does not tell.
    demonstration
        Whether the archive is one of made-up data.

    Returns
    -------
    run
        What an archive needs to know of it.

    Raises
    ------
    LayerError
        With every fault of it.
    """
    kinds = edition_kinds()
    folder = read_result_folder(place, tuple(kinds), "archive add")
    problems = [*_file_faults(folder), *_label_faults(folder, demonstration=demonstration)]
    told, faults = _year_and_day(folder, year)
    problems += faults
    if problems or told is None:
        raise LayerError(problems)
    record = folder.record
    return OfferedRun(
        folder,
        kinds[str(record["program"])],
        *told,
        file_checksum(folder.path / RUN),
        tuple(sorted(_outputs(record))),
        _rules_text(record),
        _plan_text(record),
        _boundary_text(record),
    )


def _outputs(record: Mapping[str, Any]) -> dict[str, str]:
    """Files of a run with their checksums, as far as they are such."""
    outputs = record.get("outputs")
    told = outputs if isinstance(outputs, dict) else {}
    return {
        str(name): digest
        for name, digest in told.items()
        if isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{64}", digest)
    }


def _file_faults(folder: ResultFolder) -> Iterator[Problem]:
    """Files without a checksum, missing, altered, or named outside the folder."""
    where = str(folder.path)
    outputs = _outputs(folder.record)
    told = folder.record.get("outputs")
    if not outputs or not isinstance(told, dict) or len(told) != len(outputs):
        yield Problem(
            where,
            promised=f"{RUN} 中每个文件的校验和 / the checksum of every file in its record",
            found="没有或不全 / none, or not of all",
            mend="用本版 yngis 重新运行 / run it again with this version",
        )
        return
    strange = [name for name in outputs if not _stays_inside(folder.path, name)]
    missing = [n for n in outputs if n not in strange and not (folder.path / n).is_file()]
    altered = folder.altered_files([n for n in outputs if n not in {*strange, *missing}])
    for names, found in (
        (strange, "指向文件夹之外 / lead out of the folder"),
        (missing, "缺少 / missing"),
        (altered, "写出后被改动 / altered since it was written"),
    ):
        if names:
            yield Problem(
                where,
                promised="与 run.json 一致的文件 / files as their record says",
                found=f"{found}：{list_first(names)}",
                mend="存入原样的结果，或重新运行 / give the results as written, or run it again",
            )


def _stays_inside(home: Path, name: str) -> bool:
    """Tell whether a name is a file of the folder itself, not reached through a link."""
    path = PurePosixPath(name)
    leads_away = path.is_absolute() or ".." in path.parts or Path(name).drive or "\\" in name
    if leads_away or name == RUN:
        return False
    return not any((home / part).is_symlink() for part in (path, *path.parents[:-1]))


def _label_faults(folder: ResultFolder, *, demonstration: bool) -> Iterator[Problem]:
    """Made-up data among real years, and the reverse."""
    plan = folder.record.get("plan")
    label = folder.label or str((plan if isinstance(plan, dict) else {}).get("label") or "")
    if label and not demonstration:
        yield Problem(
            str(folder.path),
            promised="真实数据 / real data: the archive holds real years",
            found=f"“{label[:60]}”",
            mend="演示数据另建存档 / make another: yngis archive init 文件夹 --demonstration",
        )
    elif demonstration and not label:
        yield Problem(
            str(folder.path),
            promised="演示数据 / made-up data: the archive takes nothing else",
            found="没有演示标记 / results of real data",
            mend="存入不带 --demonstration 的存档 / add it to an archive of real data",
        )


def _year_and_day(
    folder: ResultFolder, year: int | None
) -> tuple[tuple[int, str] | None, list[Problem]]:
    """Year and day that results stand for; the user's year must not contradict them."""
    where = str(folder.path)
    day = folder.as_of[:10]
    told = _told_year(folder)
    if day:
        try:
            told = dt.date.fromisoformat(day).year
        except ValueError:
            promised = "日期 / a day"
            return None, [Problem(where, promised, f"as_of {day}", "重新运行 / run it again")]
    if year is not None and told is not None and year != told:
        promised = f"--year {told}（结果自述 / as the results say）"
        return None, [Problem(where, promised, f"{year}", "改 --year / mend the option")]
    chosen = told if told is not None else year
    if chosen is None:
        promised = "知道是哪一年的结果 / the year of the results"
        mend = "加 --year 年份 / give --year"
        return None, [Problem(where, promised, "结果未写明 / they do not tell", mend)]
    if not 1949 <= chosen <= 2200:  # noqa: PLR2004 - as the schema promises
        return None, [Problem(where, "年份 / a year", f"{chosen}", "改 --year / mend it")]
    return (chosen, day or f"{chosen}-12-31"), []


def _told_year(folder: ResultFolder) -> int | None:
    """Year that a record tells: its own, the last of its years, or that of its last audit."""
    record = folder.record
    options = record.get("options")
    held = options if isinstance(options, dict) else {}
    years = record.get("years")
    inputs = record.get("inputs")
    told = [record.get("year"), held.get("year")]
    if isinstance(years, list) and years:
        told.append(years[-1])
    if isinstance(inputs, list) and record.get("program") == "yngis disposal":
        roles = (str(each.get("role", "")) for each in inputs if isinstance(each, dict))
        audits = [role.removeprefix("audit ") for role in roles if role.startswith("audit ")]
        told += sorted(audits)[-1:]
    found = [int(str(each)) for each in told if _YEAR.fullmatch(str(each))]
    return found[0] if found else None


def _rules_text(record: Mapping[str, Any]) -> str:
    """Rules that results rest on, with the checksums of the user's own files."""
    options = record.get("options")
    given = {
        name: (options if isinstance(options, dict) else {}).get(name)
        for name in ("rules", "plan_rule", "scheme", "standards", "base_year")
    }
    named = {name: record[name] for name in _RULE_KEYS if record.get(name)}
    own = named.get("own_files")
    if isinstance(own, dict):  # boundaries are no rules: they are told by themselves
        named["own_files"] = {name: each for name, each in own.items() if name != "zones"}
    told = {name: each for name, each in {**given, **named}.items() if each}
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else ""


_RULE_KEYS: Final = ("rules", "plan_rule", "scheme", "own_files", "basis")


def _plan_text(record: Mapping[str, Any]) -> str:
    plan = record.get("plan")
    held = plan if isinstance(plan, dict) else {}
    # An edited table is another plan, though its description stays the same.
    parts = (str(held.get(name) or "")[:12] for name in ("sha256", "tables_sha256"))
    return f"{held.get('id', '')}@{'+'.join(filter(None, parts))}"


def _boundary_text(record: Mapping[str, Any]) -> str:
    """Boundaries that results rest on: the user's file by its checksum, else the plan's."""
    inputs = record.get("inputs")
    for each in inputs if isinstance(inputs, list) else ():
        if isinstance(each, dict) and each.get("role") == "zones":
            return f"{each.get('name', '')}@{str(each.get('sha256', ''))[:12]}"
    own = record.get("own_files")
    if isinstance(own, dict) and own.get("zones"):
        return f"zones@{str(own['zones'])[:12]}"
    return ""
