"""No number stands on a zone's page that is not in the archive: every section, every kind."""

from __future__ import annotations

import csv
import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from yngis.report.archive import add_runs, create_archive
from yngis.report.page import cell_as_text
from yngis.report.portal import read_archive_view
from yngis.report.portal.zone_pages.zone_page import make_zone_page

SECTIONS = (
    *("land", "findings", "conflicts", "change", "verdict", "intensity", "cluster", "targets"),
    "years",
)
FORMS = ("share", "number", "whole", "count", "general", "fine")
NAMES = ("昆明高新技术产业开发区", "云南富民产业园区")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?")
BESIDE = (
    "conflicts/*/*/findings.csv",
    "cluster/*/*/tables/similarity.csv",
    "cluster/*/*/tables/plan_gaps.csv",
)


def _texts(number: float | None) -> Iterator[str]:
    """How a number of the archive may read: in every form, square metres as hectares too."""
    for value in () if number is None else (number, number / 1e4):
        yield from (cell_as_text(value, form) for form in FORMS)


def known_texts(archive: Path, zone: str) -> set[str]:
    """All numbers that the archive holds of a zone, as they may read."""
    told: set[str] = set()
    with closing(sqlite3.connect(f"file:{archive / 'archive.db'}?mode=ro", uri=True)) as book:
        query = (
            "SELECT value, numerator, denominator, words FROM value JOIN current_edition"
            " USING (edition_id) WHERE zone_id = ?"
        )
        for *numbers, words in book.execute(query, (zone,)):
            told.update(*map(_texts, numbers), _NUMBER.findall(words or ""))
        query = (
            "SELECT finding, days, area_m2 FROM finding JOIN current_edition USING (edition_id)"
            " WHERE zone_id = ? AND kind = 'audit' AND year ="
            " (SELECT max(year) FROM edition WHERE kind = 'audit')"
        )
        rows = book.execute(query, (zone,)).fetchall()
    for finding in {row[0] for row in rows} | {None}:
        own = [row for row in rows if finding in {None, row[0]}]
        told |= {f"{len(own):,}", *_texts(sum(row[2] or 0.0 for row in own))}
    for _, days, area in rows:
        told |= {"" if days is None else f"{days:,}", *_texts(area)}
    for pattern in BESIDE:
        for path in (archive / "editions").glob(pattern):
            with path.open(encoding="utf-8-sig", newline="") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            for cell in cells:
                if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell):
                    told.update(_texts(float(cell)))
    return told


def numbers_shown(page: str) -> Iterator[tuple[str, str]]:
    """Section and text of every number in the facts and tables of a zone's page."""
    for key in SECTIONS:
        (section,) = re.findall(rf'<section id="{key}">(.*?)</section>', page, re.DOTALL)
        cells = re.findall(r'<td class="n">(.*?)</td>|<dd>(.*?)</dd>', section, re.DOTALL)
        for cell in ("".join(pair) for pair in cells):
            text = html.unescape(re.sub(r"<[^>]+>", "", cell))
            if not text.startswith("缺数据"):
                yield from ((key, each) for each in _NUMBER.findall(text))


def _tables_of_all_kinds() -> dict[str, str]:
    """Tables of every kind of results but the audit, of two zones, with numbers of their own."""
    one, two = NAMES
    return {
        "conflicts/zones.csv": "zone,any_ha,any_share,forbid_ha,condition_ha,no_data_ha,note\n"
        f"{one},2.51,0.1234,1.52,0.99,,\n{two},3.61,0.2234,0,3.61,0.27,",
        "conflicts/findings.csv": "level,name,zone,layer,layer_zh,area_ha,share,effect_zh,"
        "applies_zh,article\n"
        f"开发区,{one},,farmland,永久基本农田,2.51,0.1234,禁止,是,第三十五条\n"
        f"开发区,{two},,lake,湖泊,3.61,0.2234,有条件,是,第九条",
        "change/change.csv": f"zone,kind,area_m2\n{one},newly_built,45600\n{two},abandoned,7800",
        "change/suspects.csv": f"zone,kind,area_m2\n{two},supplied_early,1200",
        "cluster/tables/zones.csv": "zone,plants,size,herfindahl,krugman,leading_lq,leading_share,"
        f"leading_industry,assigned,verdict\n{one},1234,9,0.2,0.3,3.21,0.45,新材料,新材料,相符\n"
        f"{two},87,8,0.4,0.5,2.17,0.35,化工,,",
        "cluster/tables/zone_industry.csv": "zone,industry,assigned,plants,size,share,lq\n"
        f"{one},新材料,是,417,4,0.338,3.21\n{two},化工,,31,3,0.356,2.17",
        "cluster/tables/similarity.csv": "zone,other,similarity,distance_km,drivers\n"
        f"{one},{two},0.877,38.6,新材料",
        "cluster/tables/plan_gaps.csv": "industry,segment,region,has,lacks,zones,nearest,"
        f"distance_km\n新材料,锂电,一核,正极,隔膜,{one}、{two},玉溪,77.4",
        "disposal/disposal.csv": "level,place,year,stock_m2,added_m2,disposed_m2,rate,needed_m2,"
        f"per_year_m2\nzone,{one},2025,98700,6500,4300,0.0436,2100,500\n"
        f"zone,{two},2025,12300,0,3100,0.252,0,0",
        "intensity/tables/ranking.csv": "zone,score,rank,rank_low,rank_high,class,score_low,"
        f"score_high,coverage,reason,zone_type\n{one},71.23,1,1,2,1,66.5,75.9,0.93,,工业主导\n"
        f"{two},,,,,,,,0.41,指标太少,工业主导",
        "intensity/tables/evidence.csv": "zone,indicator,zh,part,value,unit,numerator,denominator,"
        f"formula,reason\n{one},land_rate,土地供应率,,0.8765,share,876.5,1000,a/b,\n"
        f"{two},land_rate,土地供应率,,,share,,1000,a/b,未填",
        "intensity/tables/potential.csv": "zone,kind,measure,part,hectares,formula,reason\n"
        f"{one},扩展潜力,land_rate,,123.5,x,",
        "targets/tables/checks.csv": "id,reading,value,target,unit,verdict\nt1,r1,0.5,0.6,,未达",
        "targets/tables/zone_checks.csv": "id,target_zh,reading,reading_zh,zone,value,target,"
        f"expected,verdict\nt1,营业收入,r1,当年,{one},345.6,500,,missed",
        "targets/tables/growth.csv": "zone,revenue,past,goal,required,pace_goal,pace_required,"
        f"goal_basis\n{one},345.6,0.071,500,0.0967,0,0,规划",
    }


@pytest.fixture(scope="module")
def all_kinds(
    audit_folder: Callable[..., Path],
    result_folders: Callable[..., list[Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    home = tmp_path_factory.mktemp("kinds")
    audit = audit_folder(home / "audit", 2025, NAMES, 4.0, count=40)
    create_archive(home / "archive", first_day="2021-01-01")
    add_runs(home / "archive", [audit, *result_folders(home, _tables_of_all_kinds())], year=2025)
    return home / "archive"


def test_every_number_of_every_section_is_in_the_archive(all_kinds: Path) -> None:
    view = read_archive_view(all_kinds, figures=False, documents=False)
    seen: set[str] = set()
    for name in NAMES:
        zone = view.zone_of(name)
        (page,) = dict(make_zone_page(view, zone)).values()
        known = known_texts(all_kinds, zone.zone_id)
        shown = list(numbers_shown(page))
        assert [each for each in shown if each[1] not in known] == []
        seen |= {key for key, _ in shown}
        # The check itself: a number that is a little off is none of the archive's.
        assert "2.52" not in known
    assert seen == set(SECTIONS)
