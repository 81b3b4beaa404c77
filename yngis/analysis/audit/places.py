"""Where records lie (归属): shares in zones and counties, by polygon or by a record's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.overlay.overlay_notes import OUTSIDE, OVERLAP, OverlayNotes
from yngis.catalogue import load, read_card, read_pack
from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import file_in_pack
from yngis.catalogue.shipped import SCHEMATIC
from yngis.measure.polygons import METRES_PER_DEGREE
from yngis.plan.names import tidy_name
from yngis.plan.zone_names import ZoneMatcher, plan_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from yngis.analysis.overlay.tabulate import PreparedZones
    from yngis.plan.zone_names import NameMatch

LEVELS: Final = ("part", "zone", "prefecture", "region", "province")
"""Levels at which land is summed up (片区、开发区、州市、分区、全省); parts where there are any."""

NOWHERE: Final = "（未知）"
UNDIVIDED: Final = "（未分片）"
"""Ending of the name for land of a zone told part by part, whose part is not known."""
OUTSIDE_ZONES: Final = "（区外）"
OUTSIDE_PROVINCE: Final = "（省外）"
COUNTED_TWICE: Final = "（重叠扣减）"
_CRS: Final = "EPSG:4490"
_CODE: Final = re.compile(r"\d{6,}")


@dataclass(frozen=True)
class Placing:
    """
    Shares of records in places; those of a record add up to one.

    Parameters
    ----------
    record, place, share
        Position of the record, number of the place, share in 0..1, each ``(m,)``.
    names
        Names of the places.
    """

    record: NDArray[np.int64]
    place: NDArray[np.int64]
    share: NDArray[np.float64]
    names: tuple[str, ...]

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Sum a quantity by place.

        Parameters
        ----------
        values
            Quantity of each record, ``(n,)``.

        Returns
        -------
        sums
            By place, as many as there are names.
        """
        weights = values[self.record] * self.share
        sums = np.bincount(self.place, weights=weights, minlength=len(self.names))
        return sums.astype(np.float64)

    def renamed(self, names: dict[str, str]) -> Placing:
        """
        Sum places up to larger ones.

        Parameters
        ----------
        names
            Larger place of each place; one that is not named keeps its own.

        Returns
        -------
        placing
            The same records in the larger places.
        """
        larger = [names.get(name, name) for name in self.names]
        held = tuple(dict.fromkeys(larger))
        number = np.array([held.index(name) for name in larger], dtype=np.int64)
        return Placing(self.record, number[self.place], self.share, held)

    def main(self, count: int) -> NDArray[np.object_]:
        """
        Name the place that holds most of each record.

        Parameters
        ----------
        count
            Number of records.

        Returns
        -------
        names
            ``(n,)``; 未知 for a record without a place.
        """
        found = np.full(count, NOWHERE, dtype=object)
        order = np.argsort(self.share, kind="stable")
        names = np.array(self.names, dtype=object)
        found[self.record[order]] = names[self.place[order]]
        return found

    @staticmethod
    def joined(parts: Iterable[tuple[int, Placing]]) -> Placing:
        """
        Join the placings of several batches.

        Parameters
        ----------
        parts
            Position of each batch's first record, and its placing; all with the same names.

        Returns
        -------
        placing
            Of all records.
        """
        held = list(parts)
        none = np.empty(0, dtype=np.int64)
        return Placing(
            np.concatenate([none, *[each.record + first for first, each in held]]),
            np.concatenate([none, *[each.place for _, each in held]]),
            np.concatenate([np.empty(0), *[each.share for _, each in held]]),
            held[0][1].names if held else (),
        )


class Gazetteer:
    """
    The places that land is summed up by (地名归属).

    Parameters
    ----------
    zones
        Polygons of the zones with ``name_zh``, and ``whole`` where they are parts of a zone; the
        shipped ones where not given.
    by_name
        Whether the zone that a record names counts more than where its polygon lies. The shipped
        zones are schematic: real parcels rarely lie in them.
    default_zone, default_county
        Zone and county of tables that have no such column.
    """

    def __init__(
        self,
        zones: gpd.GeoDataFrame | None = None,
        *,
        by_name: bool = False,
        default_zone: str | None = None,
        default_county: str | None = None,
    ) -> None:
        self.zones: gpd.GeoDataFrame = load("zones") if zones is None else zones
        self.by_name = by_name
        self._defaults = {"zone": default_zone, "county": default_county}
        self.counties: gpd.GeoDataFrame = load("counties")
        self.notes = OverlayNotes()

    @cached_property
    def zone_names(self) -> tuple[str, ...]:
        """Names of the zones or their parts, and of what lies in none."""
        undivided = [f"{whole}{UNDIVIDED}" for whole in self._divided]
        return (*self.zones["name_zh"], *undivided, OUTSIDE_ZONES, COUNTED_TWICE, NOWHERE)

    @cached_property
    def wholes(self) -> dict[str, str]:
        """Zone of each part; empty where no zone has parts."""
        if not self._divided:
            return {}
        told = dict(zip(self.zones["name_zh"], self.zones["whole"], strict=True))
        return told | {f"{whole}{UNDIVIDED}": whole for whole in self._divided}

    @cached_property
    def _divided(self) -> list[str]:
        """Zones that are told part by part."""
        if "whole" not in self.zones.columns:
            return []
        apart = self.zones["whole"] != self.zones["name_zh"]
        return list(dict.fromkeys(self.zones.loc[apart, "whole"]))

    @cached_property
    def plan_zones(self) -> frozenset[str]:
        """Names of the plan's zones; the plan says nothing of others."""
        return frozenset(self._matcher.registry.table["name_zh"])

    def main_zones(self, placing: Placing, count: int) -> NDArray[np.object_]:
        """
        Name the zone that holds most of each record.

        Parameters
        ----------
        placing
            As :meth:`place_zones` gives it.
        count
            Number of records.

        Returns
        -------
        names
            Whole zones, ``(n,)``.
        """
        return placing.renamed(self.wholes).main(count)

    @cached_property
    def county_names(self) -> tuple[str, ...]:
        """Names of the counties, and of what lies in none."""
        return (*self.counties["name_zh"], OUTSIDE_PROVINCE, COUNTED_TWICE, NOWHERE)

    @cached_property
    def prefectures(self) -> dict[str, str]:
        """Prefecture of each county."""
        return dict(zip(self.counties["name_zh"], self.counties["prefecture"], strict=True))

    @cached_property
    def regions(self) -> dict[str, str]:
        """Region of each county."""
        return dict(zip(self.counties["name_zh"], self.counties["region"], strict=True))

    def place_zones(self, frame: pd.DataFrame, geometry: NDArray[np.object_] | None) -> Placing:
        """
        Tell in which zones records lie.

        Parameters
        ----------
        frame
            Records, with ``zone`` where they name one.
        geometry
            Their polygons, or None.

        Returns
        -------
        placing
            Shares by zone.
        """
        named = _numbers_of(self._texts(frame, "zone"), self._zone_number)
        return self._place(
            geometry, lambda: self._prepared_zones, self.zone_names, named, first=self.by_name
        )

    def place_counties(self, frame: pd.DataFrame, geometry: NDArray[np.object_] | None) -> Placing:
        """
        Tell in which counties records lie.

        Parameters
        ----------
        frame
            Records, with ``county`` (name or code) or ``zone`` where they have them.
        geometry
            Their polygons, or None.

        Returns
        -------
        placing
            Shares by county.
        """
        counties = _numbers_of(self._texts(frame, "county"), self._county_number)
        homes = _numbers_of(self._texts(frame, "zone"), self._home_number)
        named = np.where(counties >= 0, counties, homes)
        return self._place(geometry, _prepared_counties, self.county_names, named, first=False)

    @cached_property
    def _prepared_zones(self) -> PreparedZones:
        return _cut_into_cells(self.zones)

    def levels(self, zones: Placing, counties: Placing) -> dict[str, Placing]:
        """
        Placings at every level.

        Parameters
        ----------
        zones, counties
            Of the same records.

        Returns
        -------
        placings
            By level; every level holds every record once.
        """
        whole = dict.fromkeys(self.counties["name_zh"], read_pack().province)
        parts = {"part": zones} if self.wholes else {}
        return {
            **parts,
            "zone": zones.renamed(self.wholes),
            "prefecture": counties.renamed(self.prefectures),
            "region": counties.renamed(self.regions),
            "province": counties.renamed(whole),
        }

    def _place(
        self,
        geometry: NDArray[np.object_] | None,
        layer: Callable[[], PreparedZones],
        names: tuple[str, ...],
        named: NDArray[np.int64],
        *,
        first: bool,
    ) -> Placing:
        """Shares by polygon where there is one, by name elsewhere; or the other way round."""
        count = len(named)
        by_name = named >= 0
        if geometry is None:
            measured = np.zeros(count, dtype=bool)
        else:
            measured = ~(pd.isna(geometry) | (by_name if first else False))
        nowhere = len(names) - 1
        record = (~measured).nonzero()[0]
        place = np.where(by_name[record], named[record], nowhere)
        share = np.ones(len(record))
        if geometry is None or not measured.any():
            return Placing(record, place, share, names)
        parcels = gpd.GeoDataFrame(
            geometry=gpd.GeoSeries(geometry[measured], index=measured.nonzero()[0], crs=_CRS)
        )
        # Compiled code is heavy to load, and records without a polygon do without it.
        from yngis.analysis.overlay.tabulate import apportion  # noqa: PLC0415

        parts = apportion(parcels, layer(), notes=self.notes)
        number = {name: at for at, name in enumerate(names)}
        number |= {OUTSIDE: nowhere - 2, OVERLAP: nowhere - 1}
        found = parts.index.get_level_values(0).to_numpy(dtype=np.int64)
        zone = parts.index.get_level_values(1).map(number).to_numpy(dtype=np.int64)
        # A polygon too thin to have an area still has a record.
        lost = np.setdiff1d(measured.nonzero()[0], found)
        return Placing(
            np.concatenate([record, found, lost]),
            np.concatenate([place, zone, np.full(len(lost), nowhere)]),
            np.concatenate([share, parts["share"].to_numpy(), np.ones(len(lost))]),
            names,
        )

    def _zone_number(self, text: str | None) -> int:
        return -1 if text is None else self._known_zone(text)

    def _known_zone(self, text: str) -> int:
        if text not in self._zones_met:
            self._zones_met[text] = self._unit_of(self._matcher.find(text))
        return self._zones_met[text]

    @cached_property
    def _units(self) -> dict[str, int]:
        """Numbers of the units by name; a divided zone's own name means no part of it."""
        names = list(self.zone_names)
        met = {tidy_name(whole): names.index(f"{whole}{UNDIVIDED}") for whole in self._divided}
        return met | {tidy_name(name): at for at, name in enumerate(self.zones["name_zh"])}

    def _unit_of(self, match: NameMatch | None) -> int:
        """Part that a name means where parts are units, else its zone."""
        if match is None or match.zone is None:
            return -1
        whole = self._units.get(tidy_name(match.zone), -1)
        part = f"{match.zone}({match.part})"
        return whole if match.part is None else self._units.get(tidy_name(part), whole)

    @cached_property
    def _matcher(self) -> ZoneMatcher:
        """The plan's zones, and the user's with their parts."""
        return ZoneMatcher(plan_registry(), (*self._divided, *self.zones["name_zh"]))

    @cached_property
    def _zones_met(self) -> dict[str, int]:
        return {}

    def known_zone(self, text: str) -> bool:
        """
        Tell whether a name means one of the zones.

        Parameters
        ----------
        text
            Name in any usual spelling.

        Returns
        -------
        answer
            False for names that mean none, or several.
        """
        return self._known_zone(text) >= 0

    def _home_number(self, text: str | None) -> int:
        """County in which the zone lies that a record names."""
        place = self._zone_number(text)
        if place < 0 or "county" not in self.zones.columns:
            return -1
        if place >= len(self.zones):
            place = list(self.zones["whole"]).index(self.wholes[self.zone_names[place]])
        return self._county_number(str(self.zones["county"].iloc[place]))

    @property
    def anywhere(self) -> frozenset[str]:
        """Places of land that may belong to any zone: outside schematic zones none is sure."""
        return frozenset({NOWHERE, OUTSIDE_ZONES} if self.by_name else {NOWHERE})

    def county_doubts(
        self, frame: pd.DataFrame, geometry: NDArray[np.object_] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
        """
        Tell how far records lie from the county that they name (县区不符).

        Parameters
        ----------
        frame
            Records, with ``county`` where they name one.
        geometry
            Their polygons, or None.

        Returns
        -------
        distances
            Metres, 0 where they touch it; NaN where most of the record lies in the county that it
            names, or nothing can be told, ``(n,)``.
        counties
            County that holds most of each record in doubt, ``(n,)``; empty for the others.
        """
        found = np.full(len(frame), np.nan)
        told = np.full(len(frame), "", dtype=object)
        if geometry is None or "county" not in frame.columns:
            return found, told
        texts = self._texts(frame, "county")
        named = _numbers_of(texts, self._county_number)
        shapes = self._county_shapes
        asked = (named >= 0) & ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
        # Nearly all lie within the county that they name: those need not be cut by all counties.
        for number in np.unique(named[asked]).tolist():
            of_county = (asked & (named == number)).nonzero()[0]
            asked[of_county[shapely.contains_properly(shapes[number], geometry[of_county])]] = False
        places = asked.nonzero()[0]
        if len(places) == 0:
            return found, told
        rest = frame.iloc[places].reset_index(drop=True)
        main = self.place_counties(rest, geometry[places]).main(len(places))
        for at, number, name in zip(places.tolist(), named[places].tolist(), main, strict=True):
            if self.county_names[number] != name:
                metres = shapely.distance(geometry[at], shapes[number]) * METRES_PER_DEGREE
                found[at], told[at] = metres, name
        return found, told

    def zone_distances(
        self, frame: pd.DataFrame, geometry: NDArray[np.object_] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """
        Tell how far records lie from the zone that they name.

        Parameters
        ----------
        frame
            Records, with ``zone`` where they name one.
        geometry
            Their polygons, or None.

        Returns
        -------
        distances
            Metres, 0 where they touch it; NaN where nothing can be told, ``(n,)``.
        schematic
            Whether the outline of that zone is schematic (示意), ``(n,)``.
        """
        found = np.full(len(frame), np.nan)
        schematic = np.zeros(len(frame), dtype=bool)
        if geometry is None or "zone" not in frame.columns:
            return found, schematic
        texts = self._texts(frame, "zone")
        named = _numbers_of(texts, self._zone_number)
        drawn = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
        for number in np.unique(named[drawn & (named >= 0)]).tolist():
            records = (drawn & (named == number)).nonzero()[0]
            whole, schematic[records] = self._zone_shape(number)
            # Nearly all touch their zone, and whether they do is far cheaper than how far they lie.
            found[records] = 0.0
            apart = records[~shapely.intersects(whole, geometry[records])]
            found[apart] = shapely.distance(geometry[apart], whole) * METRES_PER_DEGREE
        return found, schematic

    @cached_property
    def _zone_shapes(self) -> dict[int, tuple[Any, bool]]:
        return {}

    def _zone_shape(self, number: int) -> tuple[Any, bool]:
        """All parts of a zone, whichever is meant, and whether they are schematic."""
        if number in self._zone_shapes:
            return self._zone_shapes[number]
        name = self.zone_names[number]
        whole = self.wholes.get(name, name)
        column = "whole" if "whole" in self.zones.columns else "name_zh"
        held = ((self.zones[column] == whole) | (self.zones["name_zh"] == name)).to_numpy()
        shape = shapely.GeometryCollection(list(self.zones.geometry.array[held]))
        shapely.prepare(shape)
        drawn = self.zones.get("boundary")
        schematic = drawn is not None and (drawn[held] == SCHEMATIC).any()
        self._zone_shapes[number] = shape, bool(schematic)
        return self._zone_shapes[number]

    @cached_property
    def _county_shapes(self) -> NDArray[np.object_]:
        shapes = np.array(self.counties.geometry.array, dtype=object)
        shapely.prepare(shapes)
        return shapes

    def known_county(self, text: str) -> bool:
        """
        Tell whether a name or code means one of the counties.

        Parameters
        ----------
        text
            Name or code.

        Returns
        -------
        answer
            False for what means none, or several.
        """
        return self._county_number(text) >= 0

    def _texts(self, frame: pd.DataFrame, column: str) -> list[Any]:
        if column not in frame.columns:
            return [self._defaults[column]] * len(frame)
        return [value if isinstance(value, str) else None for value in frame[column]]

    @cached_property
    def _counties_met(self) -> dict[str, int]:
        met = {name: at for at, name in enumerate(self.counties["name_zh"])}
        met |= {str(code): at for at, code in enumerate(self.counties["code"])}
        # 西山 stands for 西山区; a name of one character would mean too many.
        short = [re.sub(r"(?<=..)(?:自治县|县|市|区)$", "", name) for name in list(met)]
        for at, name in enumerate(short[: len(self.counties)]):
            met.setdefault(name, at if short.count(name) == 1 else -1)
        return met

    def _county_number(self, text: str | None) -> int:
        if text is None:
            return -1
        code = _CODE.match(text)
        if code:
            return self._counties_met.get(code[0][:6], -1)
        if text in self._counties_met:
            return self._counties_met[text]
        # An address ends with the county: 甲省乙市丙县.
        ends = [
            at for name, at in self._counties_met.items() if len(name) > 1 and text.endswith(name)
        ]
        return max(ends, default=-1)


def _numbers_of(texts: list[Any], number_of: Callable[[Any], int]) -> NDArray[np.int64]:
    """Number of each text; one that stands in many records is looked up once."""
    numbers = {text: number_of(text) for text in dict.fromkeys(texts)}
    return np.array([numbers[text] for text in texts], dtype=np.int64)


def _prepared_counties() -> PreparedZones:
    """Cutting the counties into cells takes a second; they are kept while their file stands."""
    return _prepared_counties_in(file_stamp(file_in_pack(read_card("counties").file)))


@lru_cache(maxsize=4)
def _prepared_counties_in(stamp: FileStamp) -> PreparedZones:  # noqa: ARG001 - a file that changed is another
    return _cut_into_cells(load("counties"))


def _cut_into_cells(places: gpd.GeoDataFrame) -> PreparedZones:
    from yngis.analysis.overlay.tabulate import prepare_zones  # noqa: PLC0415 - as apportion

    return prepare_zones(places[["name_zh", "geometry"]], _CRS, name="name_zh")
