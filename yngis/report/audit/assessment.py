"""Assessment results of the zones (考核结果), from the user's table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from yngis.catalogue import load
from yngis.errors import LayerError, Problem
from yngis.plan.zones import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_assessment(named: str | None) -> Mapping[str, str]:
    """
    Read assessment results (读取考核结果).

    Parameters
    ----------
    named
        CSV of two columns, zone and result; None if there is none.

    Returns
    -------
    results
        By zone.

    Raises
    ------
    LayerError
        If a zone is not known; names every line.
    """
    if named is None:
        return {}
    registry = Registry(load("zone_registry"))
    path = Path(named)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file) if any(cell.strip() for cell in line)]
    results: dict[str, str] = {}
    problems = []
    for number, line in enumerate(lines[1:], start=2):
        zone = registry.find(line[0]) if len(line) > 1 else None
        if zone is None:
            near = "、".join(registry.suggest(line[0])) if line else ""
            problems.append(
                Problem(
                    where=f"{path.name}：第 {number} 行 / line {number}",
                    promised="开发区名称,考核结果 / zone,result",
                    found=",".join(line),
                    mend=f"写规划用名或常用简称；是否为 {near}？ / write the zone's name"
                    if near
                    else "写规划用名或常用简称 / write the zone's name as in the plan",
                )
            )
        else:
            results[zone] = line[1].strip()
    if problems:
        raise LayerError(problems)
    return results
