"""Land of five years (五年用地): a ledger as of the end of each, and what must be found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.catalogue import load
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.units import HECTARE_M2
from yngis.report.demo.land import lay_out_fields
from yngis.report.demo.yearly_events import PlantedZones, name_in_year, shown_years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.report.demo.land import Land

_PARCELS: Final = 9
"""Parcels of each zone by the end of the last year."""

# Years of contract, counted from the last one; work is due half a year after the contract.
_USUAL: Final = (-7, -6, -6, -5, -4, -3, -2, -1, 0)
_NEVER: Final = pd.NaT
_TOLD_LATER: Final = ("actual_start", "actual_completion")


def supply_history(planted: PlantedZones, seed: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Lives of all parcels, and the approvals they come from (宗地始末).

    Parameters
    ----------
    planted
        Zones to which something happens.
    seed
        The same seed gives the same land.

    Returns
    -------
    supply, approvals
        In CGCS2000, with our column names; every day is told, whenever it was known.
    """
    zones = load("zones")
    random = np.random.default_rng([seed, 18])
    land = lay_out_fields(zones, len(zones) * _PARCELS, random)
    names = zones["name_zh"].tolist()
    rows: list[dict[str, Any]] = []
    fields: list[int] = []
    blocks: list[int] = []
    for place, zone in enumerate(names):
        years = _starts_of_zone(zone, planted, random)
        chosen = _fields_of_zone(land, place)[: len(years[0])]
        blocks += sorted(set(land.block[chosen]))
        fields += chosen
        rows += _zone_parcels(zone, len(rows), years)
    supply = gpd.GeoDataFrame(rows, geometry=land.fields[fields], crs="EPSG:4490")
    supply["area_m2"] = np.round(np.asarray(ellipsoidal_area(supply)), 0)
    supply["approval_no"] = [f"演示地政〔2017〕{block:05d}号" for block in land.block[fields]]
    supply["price_wan"] = np.round(supply["area_m2"] * 0.04, 2)
    return supply, _approvals(land, names, blocks)


def _fields_of_zone(land: Land, place: int) -> list[int]:
    """The first fields of a zone on which an approval lies."""
    own = ((land.zone == place) & (land.block >= 0)).nonzero()[0]
    return [int(field) for field in own[:_PARCELS]]


def _starts_of_zone(
    zone: str, planted: PlantedZones, random: np.random.Generator
) -> tuple[list[int], list[int | None]]:
    """
    Years of contract, and years in which work starts (None: never; that of the contract: in time).

    Land is idle from a year after work was due: contract in March of Y, due in September, idle
    from September of Y + 1. So five contracts of one year each without a start give a parcel more
    every year, and five old ones with a start each summer a parcel fewer.
    """
    last = shown_years()[-1]
    contracts = [last + back for back in _USUAL]
    if zone == planted.idle_up:
        return contracts, [None if last - 5 <= year < last else year for year in contracts]
    if zone == planted.idle_down:
        contracts = [last - 7] * 5 + contracts[5:]
        return contracts, [last - 3, last - 2, last - 1, last, None, *contracts[5:]]
    # Zones differ: some supply less, some start one or two parcels years too late.
    kept = sorted(random.choice(_PARCELS, _PARCELS - random.integers(0, 5), replace=False))
    contracts = [contracts[at] for at in kept]
    started: list[int | None] = list(contracts)
    late = random.choice(len(kept), random.integers(0, 3), replace=False)
    for at, years in zip(late, random.integers(2, 5, len(late)), strict=True):
        started[at] = contracts[at] + int(years)
    return contracts, started


def _zone_parcels(
    zone: str, first: int, years: tuple[list[int], list[int | None]]
) -> list[dict[str, Any]]:
    """Records of one zone, numbered on."""
    rows = []
    for number, (contract, start) in enumerate(zip(*years, strict=True), start=first):
        begun = _NEVER if start is None else pd.Timestamp(start, 8, 1)
        rows.append(
            {
                "contract_no": f"演示〔{contract}〕{number:05d}号",
                "parcel_no": f"WN{number:05d}",
                "holder": f"演示数据企业{number % 97:03d}",
                "zone": zone,
                "supply_date": pd.Timestamp(contract, 3, 1),
                "method": "挂牌",
                "use_code": "0601",
                "use_scheme": "GB/T 21010-2017",
                "handover_date": pd.Timestamp(contract, 3, 20),
                "agreed_start": pd.Timestamp(contract, 9, 1),
                "actual_start": begun,
                "agreed_completion": pd.Timestamp(contract + 3, 9, 1),
                "actual_completion": begun + pd.DateOffset(years=2),
                "idle_cause": "企业原因",
                "seized": "否",
            }
        )
    return rows


def _approvals(land: Land, names: Sequence[str], blocks: Sequence[int]) -> gpd.GeoDataFrame:
    """The approvals that parcels come from, all of one year before any contract."""
    shapes = land.approvals[list(blocks)]
    table = {
        "approval_no": [f"演示地政〔2017〕{block:05d}号" for block in blocks],
        "batch": [f"演示第 {block} 批" for block in blocks],
        "zone": [names[land.approval_zone[block]] for block in blocks],
        "approval_date": pd.Timestamp(2017, 6, 1),
        "acquired_date": pd.Timestamp(2017, 9, 1),
        "withdrawn_date": pd.NaT,
    }
    approvals = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4490")
    approvals["area_m2"] = np.round(np.asarray(ellipsoidal_area(approvals)), 0)
    return approvals


def supply_of_year(supply: gpd.GeoDataFrame, year: int, planted: PlantedZones) -> gpd.GeoDataFrame:
    """
    The ledger as it stood at the end of a year (当年台账).

    Parameters
    ----------
    supply
        Lives of all parcels.
    year
        Year.
    planted
        Zones to which something happens.

    Returns
    -------
    ledger
        Contracts until then under the names of then; what happened later is not known yet.
    """
    end = pd.Timestamp(year, 12, 31)
    known = supply[supply["supply_date"] <= end].reset_index(drop=True)
    for column in _TOLD_LATER:
        known[column] = known[column].where(known[column] <= end)
    begun, done = known["actual_start"].notna(), known["actual_completion"].notna()
    known["zone"] = [name_in_year(zone, year, planted) for zone in known["zone"]]
    known["permit_no"] = known["parcel_no"].where(begun)
    known["area_to_develop_m2"] = known["area_m2"]
    share = np.where(done, 1.0, np.where(begun, 0.6, 0.0))
    known["area_developed_m2"] = np.round(known["area_m2"] * share)
    known["invest_total_wan"] = 8000.0
    known["invested_wan"] = 8000.0 * share
    # A contract that is drawn up anew in the last year but one: known by its polygon alone.
    if year >= shown_years()[-2]:
        known.loc[0, ["contract_no", "parcel_no"]] = [f"演示〔{shown_years()[-2]}〕重签", "WN重签"]
    for column in ("approval_date", "extended_start", "suspended_since", "disposal_date"):
        known[column] = pd.NaT
    return known.assign(finding_no=None, disposal=None)


def idle_truth(supply: gpd.GeoDataFrame, planted: PlantedZones) -> pd.DataFrame:
    """
    Land that must be found idle, by zone and year, from the days alone (应有的闲置).

    Parameters
    ----------
    supply
        Lives of all parcels.
    planted
        Zones to which something happens.

    Returns
    -------
    truth
        ``year``, ``zone`` (as the plan calls it), ``parcels`` and ``idle_ha``; zones without idle
        land have a row too.
    """
    parts = []
    for year in shown_years():
        end = pd.Timestamp(year, 12, 31)
        due = supply["agreed_start"] + pd.DateOffset(years=1) < end
        waits = supply["actual_start"].isna() | (supply["actual_start"] > end)
        zones = [
            planted.renamed if name == planted.former else name
            for name in (name_in_year(zone, year, planted) for zone in supply["zone"])
        ]
        held = pd.DataFrame({"zone": zones, "parcels": (due & waits).astype(int)})
        held["idle_ha"] = supply["area_m2"].where(due & waits, 0.0).to_numpy() / HECTARE_M2
        parts.append(held.groupby("zone").sum().reset_index().assign(year=year))
    return pd.concat(parts, ignore_index=True)[["year", "zone", "parcels", "idle_ha"]]
