"""How tests are dealt out to workers, and that they run where xdist is missing."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import pytest_xdist_make_scheduler


@pytest.mark.parametrize("dist", ["load", "loadscope", "worksteal", "no"])
def test_another_way_of_dealing_out_is_left_to_xdist(dist: str) -> None:
    config: Any = SimpleNamespace(getoption={"dist": dist}.__getitem__)
    assert pytest_xdist_make_scheduler(config, None) is None


def test_without_xdist_its_hook_is_no_fault() -> None:
    assert pytest_xdist_make_scheduler.pytest_impl["optionalhook"]
