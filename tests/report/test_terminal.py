"""What the terminal says of repairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from yngis.catalogue.tables.values.repair import Repair
from yngis.report.terminal import show_repairs


def test_a_bow_tie_without_net_area_has_no_change_in_per_cent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = [
        Repair(0, "Self-intersection", float("nan"), done=False),
        Repair(1, "spike", 2e-4, done=True),
    ]
    show_repairs(told, Path("mended.gpkg"))
    said = " ".join("".join(capsys.readouterr()).split())
    assert "nan" not in said
    assert "原图形净面积为零" in said
    assert "0.0200%" in said
