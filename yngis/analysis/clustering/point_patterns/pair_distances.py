"""
Histograms of pair distances (点对距离直方图), the one hot loop of the K-density.

A distance is cut into bins of width δ and quanta of δ/256. A bin keeps how many pairs fell into it
and the sum of their quanta beyond its left edge; shared out linearly between the two edges, that
makes every later kernel sum a piecewise-linear reading of the kernel, wrong by no more than
δ²/8 max|φ''| (1.2e-4 of the kernel's peak at δ = h/32). Counts are integers, so a histogram does
not depend on the order of pairs, threads or processor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.machine_code import kept_on_disk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float32 = NDArray[np.float32]
    Float64 = NDArray[np.float64]
    Int64 = NDArray[np.int64]

QUANTA: Final = 256
"""Quanta per bin."""

MOST_BINS: Final = 65_000
"""Bins x quanta stay below 2²⁴, so that float32 holds every quantum."""

_BLOCK: Final = 128  # Points per block: a block's distances stay in the first-level cache.
_FLUSH: Final = 1 << 23  # Pairs before a packed bin could overflow its 32-bit half.
# Pairs out of reach take turns in these bins: one bin for all would wait for itself at every pair.
_SPARE: Final = 8
# No reassociation and no fused multiply-add: the same bits on every processor.
_EXACT: Final = {"nnan", "ninf", "nsz"}


def spatial_order(points: Float64) -> Int64:
    """Order points along a Morton curve, so that neighbours in the order are near in space."""
    low, span = points.min(axis=0), np.ptp(points, axis=0).max()
    cell = ((points - low) * (65_535.0 / span if span > 0 else 0.0)).astype(np.uint64)
    code = _spread_bits(cell[:, 0]) | (_spread_bits(cell[:, 1]) << np.uint64(1))
    # Ties by the coordinates themselves: the caller's row order must not show.
    return np.lexsort((points[:, 1], points[:, 0], code))


def pair_nodes(x: Float32, y: Float32, width: float, bins: int) -> Float64:
    """
    Share out the distances of all pairs between the bin edges 0, δ, 2δ, … (``bins + 1`` of them).

    Pairs at ``bins * width`` [m] and beyond are left out.
    """
    counts, quanta = _count_pairs(x, y, np.float32(QUANTA / width), bins)
    beyond = quanta / QUANTA
    nodes = np.zeros(bins + 1)
    nodes[:-1] += counts - beyond
    nodes[1:] += beyond
    return nodes


def weighted_pair_nodes(x: Float32, y: Float32, w: Float64, width: float, bins: int) -> Float64:
    """Share out the distances as :func:`pair_nodes`, each pair by the product of its weights."""
    return np.asarray(_weigh_pairs(x, y, w, np.float32(QUANTA / width), bins))


def _spread_bits(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero between the bits of 16-bit numbers."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


@kept_on_disk()
def _block_boxes(x: Float32, y: Float32) -> Float32:
    """Bounds of each block of points: west, south, east, north."""
    blocks = (x.size + _BLOCK - 1) // _BLOCK
    boxes = np.empty((blocks, 4), np.float32)
    for block in range(blocks):
        start, stop = block * _BLOCK, min(x.size, (block + 1) * _BLOCK)
        boxes[block, 0], boxes[block, 2] = x[start:stop].min(), x[start:stop].max()
        boxes[block, 1], boxes[block, 3] = y[start:stop].min(), y[start:stop].max()
    return boxes


@kept_on_disk()
def _box_distance(one: Float32, other: Float32) -> np.float32:
    """Squared distance between two boxes."""
    east = max(np.float32(0.0), other[0] - one[2], one[0] - other[2])
    north = max(np.float32(0.0), other[1] - one[3], one[1] - other[3])
    return np.float32(east * east + north * north)


@kept_on_disk(fastmath=_EXACT)
def _quantise_distances(
    x: Float32,
    y: Float32,
    run: tuple[int, int, int],
    scale: tuple[np.float32, np.float32],
    quanta: NDArray[np.int32],
) -> None:
    """Distances [quanta] from point i to a run of points; this loop is the one that vectorises."""
    i, start, stop = run
    per, limit = scale
    for k in range(stop - start):
        east, north = x[start + k] - x[i], y[start + k] - y[i]
        distance = np.sqrt(east * east + north * north) * per
        quanta[k] = np.int32(min(distance, limit + np.float32((k & (_SPARE - 1)) * QUANTA)))


@kept_on_disk()
def _unpack_bins(packed: Int64, counts: Int64, quanta: Int64) -> None:
    """Empty the packed bins into the wide ones."""
    for k in range(counts.size):
        counts[k] += packed[k] >> 32
        quanta[k] += packed[k] & 0xFFFFFFFF
    packed[:] = 0


@kept_on_disk()
def _count_pairs(x: Float32, y: Float32, per: np.float32, bins: int) -> tuple[Int64, Int64]:
    """Count the pairs per bin, and the quanta by which they pass its left edge."""
    limit = np.float32(bins * QUANTA)
    reach = np.float64(limit) / np.float64(per) * 1.000001
    boxes, blocks = _block_boxes(x, y), (x.size + _BLOCK - 1) // _BLOCK
    row = np.empty(_BLOCK, np.int32)
    # Count in the upper and quanta in the lower half: one addition per pair instead of two.
    packed = np.zeros(bins + _SPARE, np.int64)
    counts, quanta = np.zeros(bins, np.int64), np.zeros(bins, np.int64)
    one, done = np.int64(1) << 32, 0
    for a in range(blocks):
        for b in range(a, blocks):
            if _box_distance(boxes[a], boxes[b]) > reach * reach:
                continue
            stop = min(x.size, (b + 1) * _BLOCK)
            for i in range(a * _BLOCK, min(x.size, (a + 1) * _BLOCK)):
                start = b * _BLOCK if b > a else i + 1
                _quantise_distances(x, y, (i, start, stop), (per, limit), row)
                for k in range(stop - start):
                    packed[row[k] >> 8] += one + (row[k] & 255)
            done += _BLOCK * _BLOCK
            if done > _FLUSH:
                _unpack_bins(packed, counts, quanta)
                done = 0
    _unpack_bins(packed, counts, quanta)
    return counts, quanta


@kept_on_disk()
def _weigh_pairs(x: Float32, y: Float32, w: Float64, per: np.float32, bins: int) -> Float64:
    """Sum the products of weights per bin edge."""
    limit = np.float32(bins * QUANTA)
    reach = np.float64(limit) / np.float64(per) * 1.000001
    boxes, blocks = _block_boxes(x, y), (x.size + _BLOCK - 1) // _BLOCK
    row = np.empty(_BLOCK, np.int32)
    nodes = np.zeros(bins + _SPARE + 1)
    for a in range(blocks):
        for b in range(a, blocks):
            if _box_distance(boxes[a], boxes[b]) > reach * reach:
                continue
            stop = min(x.size, (b + 1) * _BLOCK)
            for i in range(a * _BLOCK, min(x.size, (a + 1) * _BLOCK)):
                start = b * _BLOCK if b > a else i + 1
                _quantise_distances(x, y, (i, start, stop), (per, limit), row)
                for k in range(stop - start):
                    product = w[i] * w[start + k]
                    beyond = product * (row[k] & 255) * (1.0 / QUANTA)
                    nodes[row[k] >> 8] += product - beyond
                    nodes[(row[k] >> 8) + 1] += beyond
    return nodes[: bins + 1]
