"""What the terminal and the tables say of an archive (存档的文字与表)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.folder import adding_to_folder
from yngis.errors import LayerError, Problem
from yngis.report.archive.declared import kind_titles
from yngis.report.archive.frames import read_archive_facts, read_editions
from yngis.report.archive.zone_history import LINEAGE_KINDS
from yngis.report.csv_writer import DIGITS, write_csv_rows

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from yngis.report.archive.compare_years import YearsCompared
    from yngis.report.archive.edition_rows import AddedEdition

MATCHES: Final = {
    "supervision_no": "电子监管号",
    "contract_parcel": "合同和宗地编号",
    "overlap": "图形重叠",
    "name": "名称",
    "new": "新出现",
}
"""What the identity of records over the years rests on, in Chinese."""

_SHOWN: Final = 12


def read_day(option: str, text: str) -> str:
    """
    Read a day that the user gave (读日期).

    Parameters
    ----------
    option
        Where it was given, for the message.
    text
        The day as ISO writes it; empty for none.

    Returns
    -------
    day
        The same.

    Raises
    ------
    LayerError
        If it is no day.
    """
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        mend = "写成 2021-01-01 / write it like this"
        raise LayerError(Problem(option, "日期 / a day", f"“{text}”", mend)) from None


def added_lines(added: Sequence[AddedEdition]) -> Iterator[str]:
    """
    Say what became of the folders that were offered (存入情况).

    Parameters
    ----------
    added
        As :func:`yngis.report.archive.add.add_runs` gives them.

    Yields
    ------
    line
        Bilingual.
    """
    titles = kind_titles()
    for each in added:
        named = f"第 {each.edition} 版 {each.year} 年{titles[each.kind]} / edition {each.edition}"
        if not each.new:
            yield f"{named}：早已存入，未写任何内容 / is there already, nothing was written"
            continue
        yield f"{named}：{each.values:,} 个值，{each.records:,} 条记录 / values and records"
        if each.matched:
            told = "、".join(f"{MATCHES[basis]} {count:,}" for basis, count in each.matched.items())
            yield f"  记录认同 / records known by: {told}"
        if each.apart:
            yield (
                f"  其中 {each.apart:,} 条编号相同而图形毫不相交，请核对 / "
                "of one number, and their polygons have no land in common: to be checked"
            )
        if each.supersedes is not None:
            yield f"  取代第 {each.supersedes} 版 / takes the place of edition {each.supersedes}"


def edition_lines(archive: str | os.PathLike[str]) -> Iterator[str]:
    """
    List the editions of an archive (各版一览).

    Parameters
    ----------
    archive
        Folder of the archive.

    Yields
    ------
    line
        Bilingual, one for every edition.
    """
    facts, titles = read_archive_facts(archive), kind_titles()
    label = "，演示数据 / made-up data" if facts.demonstration else ""
    editions = read_editions(archive)
    yield f"{facts.province}：{len(editions)} 版 / editions{label}"
    for row in editions.to_dict("records"):
        notes = []
        if row["state"] == "provisional":
            notes.append("暂定 / provisional")
        if not row["current"]:
            notes.append("已被取代 / superseded")
        if row["reason"]:
            notes.append(f"取代第 {row['supersedes']} 版：{row['reason']}")
        told = f"（{'；'.join(notes)}）" if notes else ""
        yield (
            f"{row['year']}  {titles[row['kind']]} {row['kind']}  第 {row['edition_id']} 版  "
            f"{row['as_of']}  {row['folder']}{told}"
        )


def comparison_lines(compared: YearsCompared, before: int, after: int) -> Iterator[str]:
    """
    Say what changed between two years (两年对照).

    Parameters
    ----------
    compared
        As :func:`yngis.report.archive.compare_years.compare_years` gives it.
    before, after
        The years.

    Yields
    ------
    line
        Bilingual; what breaks the comparison comes first.
    """
    titles = kind_titles()
    for row in compared.breaks.to_dict("records"):
        yield (
            f"！{titles[row['kind']]}：{row['what']}不同，数值不能直接相比 / rests on another: "
            f"{row['before'] or '—'} → {row['after'] or '—'}"
        )
    for row in compared.lineage.to_dict("records"):
        parts = [row["before"], row["after"], row["other_id"]]
        turn = " → ".join(part for part in parts if part)
        event = LINEAGE_KINDS[row["kind"]]
        yield f"{row['day']} {row['zone_id']} {event} {turn}（{row['source']}）"
    values = compared.values
    for kind, own in values.groupby("kind"):
        yield f"{titles[str(kind)]}：{len(own):,} 个值有变 / values differ"
    whole = values[(values["level"] == "province") & values["difference"].notna()]
    for row in whole.head(_SHOWN).to_dict("records"):
        unit = f" {row['unit']}" if row["unit"] else ""
        move = f"{row['before']:g} → {row['after']:g}{unit}（{row['difference']:+g}）"
        yield f"  {row['place']} {row['measure']}：{move}"
    classed = compared.findings["before"] == compared.findings["after"]
    if classed.any():
        yield f"判定未变而分级有变 / of another class only: {int(classed.sum()):,}"
    findings = compared.findings[~classed]
    turns = findings.groupby(["kind", "before", "after"]).size()
    yield f"判定有变的记录 / records whose finding differs: {len(findings):,}（{before} → {after}）"
    told = turns.rename("records").reset_index().sort_values("records", ascending=False)
    for row in told.head(_SHOWN).to_dict("records"):
        was, now = row["before"] or "无 / none", row["after"] or "无 / none"
        yield f"  {titles[row['kind']]} {was} → {now}：{row['records']:,}"


def write_comparison_tables(folder: Path, compared: YearsCompared) -> None:
    """
    Write the comparison of two years in full (写出对照表).

    Parameters
    ----------
    folder
        Folder to write to: ``values.csv``, ``findings.csv``, ``breaks.csv`` and ``lineage.csv``.
    compared
        What differs.
    """
    with adding_to_folder(folder) as fresh:
        for name, frame in compared._asdict().items():
            write_csv_rows(fresh / f"{name}.csv", frame, digits=DIGITS)
