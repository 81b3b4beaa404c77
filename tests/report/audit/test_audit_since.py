"""An earlier audit that is none, or was tampered with, is told; nothing hangs on it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from yngis.errors import LayerError
from yngis.report.audit.changes import read_earlier

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "id,zone,finding,idle_class,days,area_m2\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id,zone\nA,甲\n",
        HEAD + "A,甲,nonsense,,3,10000\n",
        HEAD + "A,甲,suspected_idle,,many,10000\n",
        HEAD + "A,甲,suspected_idle,,3,much\n",
        HEAD + '"A\n',
        "\x00\x01",
    ],
)
def test_what_is_no_table_of_findings_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "supply_findings.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LayerError, match="--since"):
        read_earlier(tmp_path)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("", encoding="utf-8")
    (tmp_path / "b" / "supply_findings.csv").mkdir(parents=True)
    for place in (tmp_path / "a", tmp_path / "b", tmp_path / "nowhere", tmp_path / ("x" * 300)):
        with pytest.raises(LayerError, match="--since"):
            read_earlier(place)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders")
def test_a_pipe_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "supply_findings.csv")
    (tmp_path / "zero").mkdir()
    (tmp_path / "zero" / "supply_findings.csv").symlink_to("/dev/zero")
    for place in (tmp_path, tmp_path / "zero"):
        with pytest.raises(LayerError, match="not a regular file"):
            read_earlier(place)


def test_a_table_of_findings_is_read(tmp_path: Path) -> None:
    text = HEAD + "A,甲,suspected_idle,>=2,800,10000\nB,,completed,,,\n"
    (tmp_path / "supply_findings.csv").write_text(text, encoding="utf-8-sig")
    told = read_earlier(tmp_path)
    assert told["id"].tolist() == ["A", "B"]
    assert told["days"].tolist()[0] == 800
    assert told["area_m2"].isna().tolist() == [False, True]
