"""An audit in which some land cannot be balanced is whole, and says so everywhere."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
import pytest
import shapely

from yngis.analysis.audit.balancing import approval_ledger, outside_supply
from yngis.measure import polygons
from yngis.report.audit import audit, audit_summary_lines
from yngis.report.maps import MapOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from yngis.measure.polygons import Split


def failing(name: str, real: Callable[..., Split]) -> Callable[..., Split]:
    """The overlay, with polygons of one place that defeat every grid."""

    def split(whole: Any, other: Any, metres: float = polygons.METRES_PER_DEGREE) -> Split:
        if whole.area > 0 and (round(whole.bounds[0], 3), round(whole.bounds[1], 3)) == name:
            raise polygons.OverlayError("102.000000, 25.000000")
        return real(whole, other, metres)

    return split  # type: ignore[return-value]


def failing_at_once(name: tuple[float, float]) -> Callable[..., polygons.Splits]:
    """The same of many pairs: what cannot be parted is not clean."""

    def split(wholes: Any, others: Any, metres: float = polygons.METRES_PER_DEGREE) -> Any:
        found = polygons.split_pairs(wholes, others, metres)
        corners = shapely.bounds(wholes)[:, :2].round(3)
        return found._replace(clean=found.clean & ~(corners == name).all(axis=1))

    return split


@pytest.fixture(scope="module")
def broken(bureau: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    approvals = pyogrio.read_dataframe(bureau["approvals"])
    frame: gpd.GeoDataFrame = approvals[approvals["撤回日期"].isna()]
    place = tuple(round(edge, 3) for edge in frame.geometry.iloc[0].bounds[:2])
    with pytest.MonkeyPatch.context() as patch:
        for module in (approval_ledger, outside_supply):
            patch.setattr(module, "split_polygon", failing(place, polygons.split_polygon))
            patch.setattr(module, "split_pairs", failing_at_once(place))
        result = audit(
            bureau["supply"],
            tmp_path_factory.mktemp("broken") / "审计",
            as_of="2025-12-31",
            approvals=bureau["approvals"],
            parcels=bureau["parcels"],
            maps=MapOptions(names=("unsupplied_rate",), formats=("html",)),
        )
    return str(frame["批准文号"].iloc[0]), result


def test_it_is_listed_everywhere(broken: Any) -> None:
    number, result = broken
    folder: Path = result.folder
    listed = (folder / "not_balanced.csv").read_text(encoding="utf-8-sig")
    assert number in listed
    assert "与供应宗地分割" in listed
    assert result.not_balanced >= 1
    assert any("未能平衡" in line for line in audit_summary_lines(result))
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "处图形未能平衡" in page
    assert ">未能平衡</th>" in page
    assert (folder / "map.html").exists()
    assert list((folder / "maps").glob("*.html"))
    with zipfile.ZipFile(folder / "ledger.xlsx") as book:
        assert "未能平衡" in book.read("xl/workbook.xml").decode("utf-8")
    layers = {name for name, _ in pyogrio.list_layers(folder / "balance.gpkg")}
    assert {"not_balanced", "unsupplied", "findings"} <= layers
    issues = (folder / "issues.csv").read_text(encoding="utf-8-sig")
    assert f"{number},geometry" in issues


def test_it_neither_clears_nor_accuses(broken: Any, audited: Any) -> None:
    number, result = broken
    import pandas as pd  # noqa: PLC0415

    one = pd.read_csv(result.folder / "approvals_balance.csv", encoding="utf-8-sig")
    row = one[one["id"] == number].iloc[0]
    assert row["own_ha"] != row["own_ha"]  # nothing is said of it
    before = audited.table("approvals_balance").set_index("id")
    assert float(before.loc[number, "own_ha"]) > 0.0
    # The approved land of the province is less by this approval, and by nothing else.
    whole = audited.result.summary.set_index(["level", "place"])["approved_ha"]
    left = result.summary.set_index(["level", "place"])["approved_ha"]
    lost = float(before.loc[number, "own_ha"])
    for level in ("province", "region", "zone"):
        assert whole[level].sum() - left[level].sum() == pytest.approx(lost, rel=1e-6)
    # What is supplied in it is not taken for land without approval.
    accused = set(audited.table("outside_approval")["id"])
    again = pd.read_csv(result.folder / "outside_approval.csv", encoding="utf-8-sig")
    assert set(again["id"]) <= accused
