"""Names that changed still work for one version, and say what they are called now."""

from __future__ import annotations

from importlib import import_module

import pytest

FORMER = [
    ("yngis.catalogue", "checksum", "file_checksum"),
    ("yngis.catalogue", "versions", "library_versions"),
    ("yngis.measure", "densify", "densify_edges"),
    ("yngis.plan", "figures", "figure_captions"),
    ("yngis.plan", "targets", "plan_targets"),
]


@pytest.mark.parametrize(("package", "former", "present"), FORMER)
def test_a_former_name_leads_to_the_present_one(package: str, former: str, present: str) -> None:
    module = import_module(package)
    with pytest.warns(DeprecationWarning, match=present):
        assert getattr(module, former) is getattr(module, present)


def test_any_other_name_is_none() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        import_module("yngis.plan").nonsense  # noqa: B018
