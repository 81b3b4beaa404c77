"""Land that no grid could balance (未能平衡): listed, and neither cleared nor accused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yngis.measure.polygons import layer_with_areas, shape_array

if TYPE_CHECKING:
    import geopandas as gpd

STEPS: Final = {
    "holder": "与先批、撤回的批准分割",
    "supply": "与供应宗地分割",
    "slivers": "分离碎屑",
    "outside": "与批准范围分割",
    "pairs": "供应宗地两两求交",
    "survey": "与国土调查图斑求交",
}
"""Steps at which an overlay may fail, in the words of the report."""


class NotBalanced:
    """List of what could not be balanced, entered as it is found."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, Any, int, str, str, Any]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(
        self,
        shape: Any,  # noqa: ANN401
        step: str,
        error: ArithmeticError,
        *,
        approval: object = None,
        record: int = -1,
    ) -> None:
        """Enter an approval or a record with the step that failed."""
        kind = "record" if approval is None else "approval"
        self._rows.append((kind, approval, record, step, str(error), shape))

    def to_layer(self) -> gpd.GeoDataFrame:
        """``kind``, ``approval``, ``record`` (-1 if none), ``step``, ``place``, ``area_m2``."""
        columns = ("kind", "approval", "record", "step", "place")
        named = {name: [row[at] for row in self._rows] for at, name in enumerate(columns)}
        return layer_with_areas(named, shape_array([row[-1] for row in self._rows]))
