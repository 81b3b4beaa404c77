"""`yngis disposal` over audits of one ledger as of three days: laws, files, refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

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
from yngis.report.disposal.audits import audit_doubts, read_audits

if TYPE_CHECKING:
    from collections.abc import Callable


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


def test_the_report_shows_the_flow_and_says_what_it_cannot_tell(
    result: Path, inert: Callable[[str], bool]
) -> None:
    page = (result / "report.html").read_text(encoding="utf-8")
    assert 'class="flow"' in page
    assert "说明不了什么" in page
    assert inert(page)
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


def _spoil(folder: Path, home: Path, name: str, **record: object) -> Path:
    """Copy an audit and change its run record."""
    copy = home / name
    shutil.copytree(folder, copy)
    path = copy / "run.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(held | record), encoding="utf-8")
    return copy


def _refusal(out: Path, inputs: DisposalInputs) -> str:
    with pytest.raises(LayerError) as refused:
        write_disposal(out, inputs)
    assert not out.exists()
    return str(refused.value)


def test_every_fault_of_folders_is_told_at_once(folders: dict[int, Path], tmp_path: Path) -> None:
    ahead = _spoil(folders[2025], tmp_path, "ahead", as_of="2999-12-31")
    undated = _spoil(folders[2025], tmp_path, "undated", as_of="去年")
    broken, texts = (_spoil(folders[2025], tmp_path, name) for name in ("broken", "texts"))
    (broken / "run.json").write_text('{"program": "yngis au', encoding="utf-8")
    summary = _read(texts / "zone_summary.csv").astype({"approved_ha": "str"})
    summary.loc[0, "approved_ha"] = "约三百"
    summary.to_csv(texts / "zone_summary.csv", index=False, encoding="utf-8-sig")
    (texts / "ratios.csv").write_bytes(b"")
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    given = [ahead, undated, broken, texts, file, tmp_path / "missing", folders[2024]]
    told = _refusal(tmp_path / "out", DisposalInputs([str(each) for each in given]))
    for words in (
        "2999-12-31，尚未到", "去年", "已损坏 / is broken", "approved_ha", "ratios.csv",
        f"--audits {file}", f"--audits {tmp_path / 'missing'}",
    ):  # fmt: skip
        assert words in told


def test_audits_of_one_day_and_of_other_zones_are_refused(
    folders: dict[int, Path], tmp_path: Path
) -> None:
    copy = _spoil(folders[2025], tmp_path, "copy")
    other = _spoil(folders[2024], tmp_path, "other", as_of="2023-12-31")
    summary = _read(other / "zone_summary.csv")
    summary.loc[summary["level"] == "zone", "place"] += "（别处）"
    summary.to_csv(other / "zone_summary.csv", index=False, encoding="utf-8-sig")
    given = [str(each) for each in (copy, folders[2025], other)]
    told = _refusal(tmp_path / "out", DisposalInputs(given))
    assert "2025-12-31、2025-12-31" in told
    assert "没有一个相同" in told


def test_years_that_no_audit_has_are_refused_together(
    folders: dict[int, Path], tmp_path: Path
) -> None:
    inputs = DisposalInputs(
        [str(each) for each in folders.values()],
        supply={"2099": "x.gpkg"},
        old_boundary={"2024": "y", "2025": str(folders[2024])},
    )
    told = _refusal(tmp_path / "out", inputs)
    assert "--supply 2099=x.gpkg" in told
    assert "--old-boundary 2024=y" in told
    assert "同一审计日期 2025-12-31" in told


def test_the_order_of_folders_does_not_matter(
    folders: dict[int, Path], result: Path, tmp_path: Path
) -> None:
    given = [str(folders[2025]), str(folders[2024])]
    write_disposal(tmp_path / "out", DisposalInputs(given, cutoff=2020))
    for name in ("disposal.csv", "lineage.csv", "finding_matrix.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (result / name).read_bytes()


def test_a_zone_that_one_audit_lacks_leaves_its_flow_unknown(
    folders: dict[int, Path], tmp_path: Path
) -> None:
    """Three years, the middle one without a zone: 2023 must not be joined to 2025."""
    middle = tmp_path / "middle"
    shutil.copytree(folders[2024], middle)
    first = _spoil(folders[2024], tmp_path, "first", as_of="2023-12-31")
    summary = _read(middle / "zone_summary.csv")
    lost = summary.loc[summary["level"] == "zone", "place"].iloc[0]
    summary = summary[summary["place"] != lost]
    summary.to_csv(middle / "zone_summary.csv", index=False, encoding="utf-8-sig")
    given = [str(each) for each in (first, middle, folders[2025])]
    found = write_disposal(tmp_path / "out", DisposalInputs(given))
    own = found.frames["disposal"].query("place == @lost").set_index("year")
    assert own["stock_m2"].notna().to_dict() == {2023: True, 2024: False, 2025: True}
    assert own["disposed_m2"].isna().all()
    told = "".join(found.notes)
    assert f"{lost}：2023-12-31 审计有，2024-12-31 没有" in told
    assert "zone_summary.csv 在写出后被改动" in told
    assert "zone_summary.csv" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_approvals_of_unknown_force_are_told_as_they_are_in_no_stock(
    folders: dict[int, Path],
) -> None:
    audits = read_audits([folders[2024], folders[2025]])
    held = audits[0].approvals.copy()
    held.loc[held.index[:2], ["status", "area_ha"]] = ["是否有效不明", 10.0]
    told = audit_doubts([audits[0]._replace(approvals=held), audits[1]])
    assert any("2024-12-31 审计有 2 件批准是否有效不明（20.00 公顷）" in note for note in told)
    assert not any("是否有效不明" in note for note in audit_doubts(audits))


def test_rows_left_out_are_within_the_check_of_what_was_altered(
    folders: dict[int, Path], tmp_path: Path
) -> None:
    changed, gone = tmp_path / "changed", tmp_path / "gone"
    for copy in (changed, gone):
        shutil.copytree(folders[2024], copy)
    assert read_audits([folders[2024], folders[2025]])[0].altered == ()
    with (changed / "rejected.csv").open("a", encoding="utf-8") as file:
        file.write("approvals,批准.xlsx,9,甲〔2019〕9号,no_area,,,0,\n")
    assert read_audits([changed, folders[2025]])[0].altered == ("rejected.csv",)
    (gone / "rejected.csv").unlink()
    with pytest.raises(LayerError, match=r"rejected\.csv"):
        read_audits([gone, folders[2025]])
