"""Red lines, change, clusters and disposal of the last made-up year (末年其他演示结果)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.analysis.clustering import Settings
from yngis.catalogue.io.output.write import write_text
from yngis.report.change import ChangeInputs, write_change
from yngis.report.clustering.demo import demo_report
from yngis.report.conflicts.run import check_conflicts
from yngis.report.demo.bureau import make_demo
from yngis.report.demo.conflict_files import demo_conflict_options, write_demo_conflicts
from yngis.report.demo.surveys import write_demo_surveys
from yngis.report.disposal import DisposalInputs, write_disposal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KINDS: Final = ("conflicts", "change", "cluster", "disposal")
"""Results of the last year alone."""

_PARCELS: Final = 1_500
_DRAWS: Final = 99
_CUTOFF: Final = 2  # years before the last one


def run_other_kinds(
    out: Path, kinds: Sequence[str], audits: Sequence[Path], year: int, seed: int = 0
) -> list[Path]:
    """
    Run analyses that a portal shows besides audit, intensity and targets (运行其他演示分析).

    Parameters
    ----------
    out
        Folder for the folders of results, and for the tables they are made from.
    kinds
        Of :data:`KINDS` those that are run.
    audits
        Audits of the years, the earliest first.
    year
        Year that they are of.
    seed
        Seed of the tables.

    Returns
    -------
    folders
        One of each kind.
    """
    tables = out / "tables"
    tables.mkdir(parents=True)
    # By this the commands know that what lies beside it is made up.
    write_text(tables / "README.txt", "演示数据 / made up\n")
    if "conflicts" in kinds:
        options = demo_conflict_options(write_demo_conflicts(tables, seed))
        check_conflicts(out / "conflicts", **options)  # type: ignore[arg-type]
    if "change" in kinds:
        surveys = write_demo_surveys(make_demo(seed, _PARCELS), tables, seed)
        before, after = (str(surveys[name]) for name in sorted(surveys) if "survey" in name)
        write_change(out / "change", ChangeInputs(before=before, after=after))
    if "cluster" in kinds:
        demo_report(out / "cluster", settings=Settings(simulations=_DRAWS, permutations=_DRAWS))
    if "disposal" in kinds:
        inputs = DisposalInputs(audits=[str(each) for each in audits], cutoff=year - _CUTOFF)
        write_disposal(out / "disposal", inputs)
    return [out / kind for kind in KINDS if kind in kinds]
