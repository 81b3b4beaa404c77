from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yngis.analysis.clustering.enterprises import Enterprises, prepare_enterprises
from yngis.catalogue import load
from yngis.plan.registry import Registry
from yngis.report.demo.enterprises import DemoEnterprises, demo_enterprises

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


@pytest.fixture(scope="session")
def demo() -> DemoEnterprises:
    return demo_enterprises(load("counties"), load("zones"))


@pytest.fixture(scope="session")
def prepare() -> Callable[..., Enterprises]:
    given = {
        "counties": load("counties"),
        "zones": load("zones"),
        "registry": Registry(load("zone_registry")),
        "mapping": load("gbt4754_industries"),
    }

    def ready(table: pd.DataFrame, **more: object) -> Enterprises:
        return prepare_enterprises(table, **given | more)

    return ready


@pytest.fixture(scope="session")
def enterprises(demo: DemoEnterprises, prepare: Callable[..., Enterprises]) -> Enterprises:
    return prepare(demo.table, datum=demo.datum)
