"""
Fuzz of the balance: bureaus of many seeds, and borders that coincide within 1 nm to 1 mm.

``python benchmarks/balance_fuzz.py [--seeds 300] [--parcels 1500] [--borders 3000]`` balances
approvals against supply and parts random overlays of ragged polygons. It ends with status 1 if
anything raises, fails to add up, or is lost; what could not be balanced is counted and shown.
"""

from __future__ import annotations

import argparse
import sys
from time import process_time

import numpy as np
import shapely

from yngis.analysis.audit.balancing.balance import CONSERVED, balance_approvals
from yngis.analysis.audit.balancing.polygon_store import ShapeStore
from yngis.measure.polygons import NOTHING_M2, OverlayError, measure_areas, union_shapes, valid_part
from yngis.measure.slivers import part_slivers
from yngis.report.demo.bureau import make_demo

DAY = np.datetime64("2025-12-31")
SHARE_OF_DRIFT = 1e-6


def balance_bureau(seed: int, parcels: int, hair: float) -> tuple[int, float]:
    """Balance one bureau, its supply a hair off; what is not balanced, and the worst error."""
    random = np.random.default_rng(seed)
    bureau = make_demo(seed, parcels)
    shapes = np.array(bureau.supply.geometry.array, dtype=object)
    keep = ~shapely.is_missing(shapes) & shapely.is_valid(shapes)
    corners, rows = shapely.get_coordinates(shapes[keep], return_index=True)
    moved = corners + random.normal(0.0, hair, corners.shape)
    last = np.append(rows[1:] != rows[:-1], [True])
    first = np.append([True], rows[1:] != rows[:-1])
    moved[last] = moved[first]
    store = ShapeStore()
    store.add([valid_part(each) for each in shapely.set_coordinates(shapes[keep], moved)])
    days = bureau.supply["supply_date"].to_numpy().astype("M8[D]")[keep]
    found = balance_approvals(bureau.approvals, store, as_of=DAY, supply_days=days)
    _check_whole(bureau.approvals, store, found)
    return len(found.not_balanced), float(found.approvals["error"].max())


def _check_whole(approvals: object, store: ShapeStore, found: object) -> None:
    """All approved land is in one list or another: the union of the approvals."""
    shapes = np.array(approvals.geometry.array, dtype=object)  # type: ignore[attr-defined]
    told = found.approvals  # type: ignore[attr-defined]
    lost = found.not_balanced  # type: ignore[attr-defined]
    parts = float(told[["supplied_m2", "unsupplied_m2", "sliver_m2"]].to_numpy().sum())
    parts += float(found.withdrawn["area_m2"].sum())  # type: ignore[attr-defined]
    parts += float(lost.loc[lost["kind"] == "approval", "area_m2"].sum())
    whole = float(measure_areas([union_shapes(shapes)])[0])
    if abs(whole - parts) > CONSERVED * whole:
        raise OverlayError(f"{whole} m² approved, {parts} m² told")
    # Supply is inside an approval, outside, once withdrawn, or drift.
    supplied = union_shapes(store.take(np.arange(len(store))))
    pieces = float(told["supplied_m2"].sum())
    slivers = found.slivers  # type: ignore[attr-defined]
    for frame in (found.outside, found.withdrawn_later, slivers[slivers["kind"] == "outside"]):  # type: ignore[attr-defined]
        if len(frame):
            pieces += float(
                measure_areas([union_shapes(np.array(frame.geometry.array, dtype=object))])[0]
            )
    supplied_m2 = float(measure_areas([supplied])[0])
    if abs(supplied_m2 - pieces) > SHARE_OF_DRIFT * supplied_m2 and len(lost) == 0:
        raise OverlayError(f"{supplied_m2} m² supplied, {pieces} m² told")


def part_border(seed: int) -> None:
    """Fields cut out of their block a hair off, with spikes, and parted into land and strips."""
    random = np.random.default_rng(seed)
    hair = 10.0 ** random.uniform(-14.0, -8.0)
    side, count = 10.0 ** random.uniform(-4.5, -2.5), int(random.integers(2, 9))
    x, y = np.meshgrid(np.arange(count) * side, np.arange(count) * side)
    fields = shapely.box(x, y, x + side, y + side).ravel()
    turn = random.uniform(0.0, np.pi)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    place = random.uniform([97.5, 21.1], [106.2, 29.2])
    corners = shapely.get_coordinates(fields).reshape(-1, 5, 2)[:, :4] @ spin + place
    block = shapely.union_all(shapely.polygons(corners))
    drawn = shapely.polygons(corners + random.normal(0.0, hair, corners.shape))
    chosen = valid_all(drawn[random.random(len(drawn)) < random.uniform(0.2, 0.9)])
    rest = valid_part(shapely.difference(valid_part(block), union_shapes(chosen)))
    parted = part_slivers(rest, float(random.choice([0.1, 1.0, 10.0])))
    whole, body, slivers = measure_areas([rest, parted.body, parted.slivers])
    if abs(whole - body - slivers) > max(CONSERVED * whole, NOTHING_M2):
        raise OverlayError(f"{whole} m², {body} + {slivers} m²")


def valid_all(shapes: np.ndarray) -> np.ndarray:
    """Shapes with their rings mended."""
    found = np.empty(len(shapes), dtype=object)
    found[:] = [valid_part(shape) for shape in shapes]
    return found


def main() -> None:
    """Run both fuzzes and tell what they met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--parcels", type=int, default=1500)
    parser.add_argument("--borders", type=int, default=3000)
    asked = parser.parse_args()
    begun, failures, unbalanced, worst = process_time(), 0, 0, 0.0
    hairs = (0.0, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8)
    for seed in range(asked.first, asked.first + asked.seeds):
        try:
            lost, error = balance_bureau(seed, asked.parcels, hairs[seed % len(hairs)])
        except Exception as fault:  # noqa: BLE001 - the fuzz reports whatever is raised
            failures += 1
            print(f"seed {seed}: {type(fault).__name__}: {fault}")
            continue
        unbalanced, worst = unbalanced + lost, max(worst, error)
    print(f"{asked.seeds} bureaus: {failures} failures, {unbalanced} not balanced, {worst:.1e}")
    broken = 0
    for seed in range(asked.borders):
        try:
            part_border(seed)
        except Exception as fault:  # noqa: BLE001
            broken += 1
            print(f"border {seed}: {type(fault).__name__}: {fault}")
    print(f"{asked.borders} borders: {broken} failures; {process_time() - begun:.0f} s")
    sys.exit(1 if failures or broken else 0)


if __name__ == "__main__":
    main()
