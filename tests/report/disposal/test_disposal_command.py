"""`yngis disposal` over audits of one ledger as of three days: laws, files, refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from yngis.cli import app
from yngis.errors import LayerError
from yngis.report.audit import audit
from yngis.report.demo.bureau import make_demo
from yngis.report.demo.files import write_files
from yngis.report.disposal import DisposalInputs, write_disposal


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    home = tmp_path_factory.mktemp("audits")
    write_files(make_demo(4, 400), home)
    made = {}
    for year in (2024, 2025):
        audit(
            str(home / "供应.gpkg"), home / str(year), as_of=f"{year}-12-31",
            approvals=str(home / "批准.gpkg"), map_page=False,
        )  # fmt: skip
        made[year] = home / str(year)
    return made


@pytest.fixture(scope="module")
def result(folders: dict[int, Path]) -> Path:
    out = folders[2024].parent / "disposal"
    told = CliRunner().invoke(
        app,
        [
            "disposal", "--audits", str(folders[2024]), str(folders[2025]), "--cutoff", "2020",
            "--old-boundary", f"2025={folders[2025]}", "--out", str(out),
        ],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    return out


def _read(path: Path) -> pd.DataFrame:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return pd.read_csv(path, encoding="utf-8-sig")


def test_stock_is_that_of_the_audits_and_the_law_holds(
    folders: dict[int, Path], result: Path
) -> None:
    table = _read(result / "disposal.csv")
    assert list(table.columns) == [
        "level", "place", "year", "stock_m2", "added_m2", "disposed_m2", "rate", "rate_cutoff",
        "needed_m2", "per_year_m2", "constant_rate",
    ]  # fmt: skip
    wide = table.set_index(["level", "place", "year"])
    for year, folder in folders.items():
        summary = _read(folder / "zone_summary.csv").set_index(["level", "place"])
        own = wide.xs(year, level="year")["stock_m2"]
        wanted = summary.loc[own.index, "unsupplied_ha"] * 1e4
        assert own.to_numpy() == pytest.approx(wanted.to_numpy(), abs=0.02)
    now, later = wide.xs(2024, level="year"), wide.xs(2025, level="year")
    told = now["stock_m2"] + now["added_m2"] - now["disposed_m2"]
    assert told.to_numpy() == pytest.approx(later.loc[now.index, "stock_m2"].to_numpy(), abs=0.02)
    # Zones add up to the province: the demonstration has land in zones only.
    zones, whole = now.xs("zone", level="level"), now.xs("province", level="level")
    for column in ("stock_m2", "added_m2", "disposed_m2"):
        assert zones[column].sum() == pytest.approx(whole[column].sum(), abs=5.0)
    needed = np.maximum(0.25 * now["stock_m2"] - now["disposed_m2"], 0.0)
    assert now["needed_m2"].to_numpy() == pytest.approx(needed.to_numpy(), abs=0.02)


def test_the_cut_off_stock_is_part_of_the_whole(result: Path) -> None:
    cut = _read(result / "disposal_cutoff.csv")
    whole = _read(result / "disposal.csv")
    both = cut.merge(whole, on=["level", "place", "year"], suffixes=("", "_whole"))
    assert (both["stock_cutoff_m2"] <= both["stock_m2"] + 0.1).all()
    assert (cut["stock_cutoff_m2"] > 0.0).any()
    known = both["rate_cutoff_whole"].notna()
    assert both.loc[known, "rate_cutoff"].to_numpy() == pytest.approx(
        both.loc[known, "rate_cutoff_whole"].to_numpy(), abs=1e-5
    )


def test_parcels_are_followed_and_areas_conserved(folders: dict[int, Path], result: Path) -> None:
    matrix = _read(result / "finding_matrix.csv")
    for year, side in ((2024, "finding_before"), (2025, "finding_after")):
        findings = _read(folders[year] / "supply_findings.csv")
        sums = findings.groupby("finding")["area_m2"].sum()
        own = matrix.groupby(side)["area_m2"].sum()
        for finding, area in sums.items():
            assert own[finding] == pytest.approx(area, abs=0.01)
    links = _read(result / "lineage.csv")
    assert set(links["kind"]) <= {"same", "new", "gone", "split", "merge"}


def test_the_same_boundary_does_nothing(result: Path) -> None:
    split = _read(result / "ratio_split.csv")
    assert split["boundary"].abs().max() == 0.0
    moved = split.dropna(subset=["land"])
    assert (moved["after"] - moved["before"]).to_numpy() == pytest.approx(
        (moved["land"] + moved["boundary"]).to_numpy(), abs=1e-6
    )


def test_the_report_shows_the_flow_and_says_what_it_cannot_tell(result: Path) -> None:
    page = (result / "report.html").read_text(encoding="utf-8")
    assert 'class="flow"' in page
    assert "说明不了什么" in page
    assert "<script" not in page
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    assert record["program"] == "yngis disposal"
    quota = _read(result / "quota.csv")
    assert set(quota["verdict"]) <= {"met", "missed", "undecided"}
    assert set(quota["effect"].dropna()) <= {0.1, -0.2}


def test_strange_folders_are_refused_together(folders: dict[int, Path], tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="至少两次"):
        write_disposal(tmp_path / "out", DisposalInputs([str(folders[2024])]))
    twice = [str(folders[2024]), str(folders[2024])]
    with pytest.raises(LayerError, match="每年一次审计"):
        write_disposal(tmp_path / "out", DisposalInputs(twice))
    (tmp_path / "none").mkdir()
    spoilt = tmp_path / "spoilt"
    shutil.copytree(folders[2025], spoilt)
    (spoilt / "approvals_balance.csv").unlink()
    with pytest.raises(LayerError) as refused:
        write_disposal(tmp_path / "out", DisposalInputs([str(tmp_path / "none"), str(spoilt)]))
    assert "run.json" in str(refused.value)
    assert "--approvals" in str(refused.value)
    with pytest.raises(LayerError, match="--rate"):
        write_disposal(
            tmp_path / "out", DisposalInputs([str(each) for each in folders.values()], rate=25.0)
        )
    assert not (tmp_path / "out").exists()
