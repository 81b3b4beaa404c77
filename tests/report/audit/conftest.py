"""A synthetic bureau and its audit, made once for all tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from yngis.report.audit import AuditResult, audit
from yngis.report.demo.write import write_demo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = "2025-12-31"


def csv(path: Path) -> pd.DataFrame:
    """A table as it stands: every cell a text."""
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")


@dataclass
class Audited:
    """An audit of the demonstration."""

    folder: Path
    result: AuditResult

    def table(self, name: str) -> pd.DataFrame:
        return csv(self.folder / f"{name}.csv")

    def digests(self) -> dict[str, str]:
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.iterdir())
        }


@pytest.fixture(scope="session")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of the demonstration, by kind."""
    return write_demo(tmp_path_factory.mktemp("bureau") / "演示", seed=3, parcels=700)


@pytest.fixture(scope="session")
def truth(bureau: dict[str, Path]) -> pd.DataFrame:
    return csv(bureau["truth"])


@pytest.fixture(scope="session")
def run(
    bureau: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Audited]:
    """Audit a supply table of the demonstration, or another."""

    def made(supply: Any, **more: Any) -> Audited:
        folder = tmp_path_factory.mktemp("audit") / "结果"
        options: dict[str, Any] = {
            "approvals": bureau["approvals"],
            "as_of": DAY,
            "map_page": False,
        }
        return Audited(folder, audit(supply, folder, **{**options, **more}))

    return made


@pytest.fixture(scope="session")
def audited(bureau: dict[str, Path], run: Callable[..., Audited]) -> Audited:
    """The demonstration audited with all that it has, map included."""
    return run(bureau["supply"], parcels=bureau["parcels"], map_page=True)
