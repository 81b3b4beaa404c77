"""The public face: every name resolves, documented, and the light ones stay light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from yngis.analysis import clustering


@pytest.mark.parametrize("name", clustering.__all__)
def test_every_name_resolves_and_is_documented(name: str) -> None:
    assert getattr(clustering, name).__doc__


def test_names_agree_and_strangers_are_refused() -> None:
    assert set(clustering._HOME) == set(clustering.__all__)
    assert dir(clustering) == sorted(clustering.__all__)
    with pytest.raises(AttributeError):
        clustering.gini  # type: ignore[attr-defined]  # noqa: B018


def test_no_module_hides_a_function() -> None:
    # A submodule, once loaded, is an attribute of the package: it must not bear a public name.
    modules = {path.stem for path in Path(clustering.__file__).parent.glob("*.py")}
    assert not modules & set(clustering.__all__)


def test_a_table_measure_does_not_load_the_heavy_libraries() -> None:
    code = (
        "import sys\n"
        "from yngis.analysis.clustering import location_quotient\n"
        "heavy = {'numba', 'sklearn', 'esda', 'libpysal', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_measure_names_its_source() -> None:
    measures = (
        "location_quotient",
        "krugman_specialisation",
        "structural_similarity",
        "hoover",
        "spatial_gini",
        "litzenberger_sternberg",
        "theil",
        "ellison_glaeser",
        "maurel_sedillot",
        "duranton_overman",
        "moran",
        "geary",
        "getis_ord",
        "local_moran",
        "getis_ord_star",
        "join_counts",
        "dbscan",
        "hdbscan",
        "kernel_density",
        "nearest_neighbour",
        "ripley_l",
        "cross_k",
        "marcon_puech",
        "empirical_bayes_moran",
        "bivariate_moran",
    )
    for name in measures:
        assert "References" in getattr(clustering, name).__doc__, name
