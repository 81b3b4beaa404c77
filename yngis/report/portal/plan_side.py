"""What the plan in use says of its zones (规划所记), read once for all pages of a portal."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from yngis.catalogue import load
from yngis.catalogue.shipped import SCHEMATIC
from yngis.report.portal.ground import Ground, draw_ground

if TYPE_CHECKING:
    import shapely
    from geopandas import GeoDataFrame


class PlanSide:
    """
    The registry, the layer of zones and the tables of the plan in use (规划所记).

    Made anew for every portal: another plan may be in use by then, or its tables edited.
    """

    def __init__(self) -> None:
        self._grounds: dict[float, Ground] = {}
        self._tables: dict[tuple[str, str], dict[str, list[dict[Any, Any]]]] = {}

    @cached_property
    def registry(self) -> dict[str, dict[Any, Any]]:
        """Rows of the registry by number; an empty cell is an empty text."""
        return {str(row["zone_id"]): row for row in _filled_rows(load("zone_registry"))}

    @cached_property
    def places(self) -> dict[str, tuple[float, float]]:
        """Longitude and latitude of the zones that have some [°], by number."""
        return {
            zone: (float(row["lon"]), float(row["lat"]))
            for zone, row in self.registry.items()
            if row["lon"] != "" and row["lat"] != ""
        }

    @cached_property
    def layer(self) -> GeoDataFrame:
        """The layer of zones, by name."""
        return cast("GeoDataFrame", load("zones")).set_index("name_zh", drop=False)

    @cached_property
    def layer_rows(self) -> dict[str, dict[Any, Any]]:
        """Rows of the layer of zones without their polygons, by name."""
        rows = _filled_rows(pd.DataFrame(self.layer.drop(columns="geometry")))
        return {str(row["name_zh"]): row for row in rows}

    @cached_property
    def figures(self) -> list[tuple[int, str, str]]:
        """Number, Chinese title and English title of every figure."""
        table = load("figures")
        columns = ("figure", "title_zh", "title_en")
        cells = zip(*(table[name] for name in columns), strict=True)
        return [(int(number), str(title), str(english)) for number, title, english in cells]

    def outline_of(self, name: str) -> tuple[shapely.Geometry | None, bool]:
        """
        Polygon of a zone, and whether it is schematic (范围).

        Parameters
        ----------
        name
            As the plan calls it.

        Returns
        -------
        outline, schematic
            None where the plan has no polygon of it.
        """
        if name not in self.layer.index:
            return None, False
        row = self.layer.loc[name]
        return row["geometry"], bool(row["boundary"] == SCHEMATIC)

    def rows_about(self, table: str, column: str, name: str) -> list[dict[Any, Any]]:
        """
        Rows of a table of the plan that are about a zone (规划表中该区各行).

        Parameters
        ----------
        table
            Name of its card.
        column
            Column with the names of zones.
        name
            As the plan calls the zone.

        Returns
        -------
        rows
            In the order of the file; none where the plan has no such table.
        """
        if (table, column) not in self._tables:
            self._tables[table, column] = _rows_by(table, column)
        return self._tables[table, column].get(name, [])

    def ground(self, width: float) -> Ground:
        """
        Ground of drawings of a width (底图).

        Parameters
        ----------
        width
            Units across.

        Returns
        -------
        ground
            The prefectures of the plan's province.
        """
        if width not in self._grounds:
            self._grounds[width] = draw_ground(width)
        return self._grounds[width]


def _filled_rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Rows with an empty text for what is missing."""
    cells = pd.DataFrame(table).astype("object")
    return cells.where(cells.notna(), "").to_dict("records")


def _rows_by(table: str, column: str) -> dict[str, list[dict[Any, Any]]]:
    try:
        rows = _filled_rows(load(table))
    except KeyError:
        return {}
    told: dict[str, list[dict[Any, Any]]] = {}
    for row in rows:
        told.setdefault(str(row[column]), []).append(row)
    return told
