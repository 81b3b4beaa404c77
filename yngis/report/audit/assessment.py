"""Assessment results of the zones (考核结果), from the user's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.catalogue.io.side_files import read_small_csv
from yngis.errors import LayerError, Problem
from yngis.plan.zone_names import ZoneMatcher, plan_registry

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_assessment(named: str | None) -> Mapping[str, str]:
    """Read assessment results (读取考核结果)."""
    if named is None:
        return {}
    matcher = ZoneMatcher(plan_registry())
    results: dict[str, str] = {}
    written: dict[str, int] = {}
    problems = []
    for number, line in read_small_csv(named):
        where = f"{named}：第 {number} 行 / line {number}"
        match = matcher.match(line[0])
        zone = match.zone if len(line) > 1 and match.part is None else None
        if zone is None:
            near = "、".join(match.near)
            problems.append(
                Problem(
                    where=where,
                    promised="开发区名称,考核结果 / zone,result",
                    found=",".join(line),
                    mend=f"写规划用名或常用简称；是否为 {near}？ / write the zone's name"
                    if near
                    else "写规划用名或常用简称 / write the zone's name as in the plan",
                )
            )
        elif zone in results:
            problems.append(
                Problem(
                    where=where,
                    promised="每个开发区一行 / one line a zone",
                    found=f"{zone} 已在第 {written[zone]} 行 / already on line {written[zone]}",
                    mend="只留一行 / keep one of them",
                )
            )
        else:
            results[zone] = line[1]
            written[zone] = number
    if problems:
        raise LayerError(problems)
    return results
