"""Many polygons held small: as binary, brought back to life a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray


class ShapeStore:
    """
    Polygons in the order in which they came, some 16 bytes per vertex (图形库).

    Shapely objects take three to five times as much; a million parcels of twelve vertices are
    200 MB here.

    Examples
    --------
    >>> store = ShapeStore()
    >>> store.add([shapely.box(0, 0, 1, 1), None, shapely.box(2, 0, 4, 1)])
    >>> len(store), shapely.area(store.take([2, 0])).tolist()
    (3, [2.0, 1.0])
    """

    def __init__(self) -> None:
        self._blobs: list[bytes] = []
        self._starts: list[NDArray[np.int64]] = []
        self._firsts: list[int] = [0]

    def __len__(self) -> int:
        return self._firsts[-1]

    def add(self, shapes: ArrayLike) -> None:
        """
        Put polygons at the end.

        Parameters
        ----------
        shapes
            Shapely geometries, ``(n,)``; None where there is none.
        """
        told = shapely.to_wkb(np.asarray(shapes, dtype=object), byte_order=1)
        pieces = [b"" if piece is None else piece for piece in told]
        if not pieces:
            return
        lengths = np.array([len(piece) for piece in pieces], dtype=np.int64)
        self._blobs.append(b"".join(pieces))
        self._starts.append(np.concatenate([[0], np.cumsum(lengths)]))
        self._firsts.append(self._firsts[-1] + len(pieces))

    def take(self, places: ArrayLike) -> NDArray[np.object_]:
        """
        Bring some polygons back.

        Parameters
        ----------
        places
            Their numbers, ``(m,)``.

        Returns
        -------
        shapes
            Geometries in that order, ``(m,)``; None where there is none.
        """
        wanted = np.asarray(places, dtype=np.int64)
        blocks = np.searchsorted(self._firsts, wanted, side="right") - 1
        pieces = np.empty(len(wanted), dtype=object)
        for at, (place, block) in enumerate(zip(wanted.tolist(), blocks.tolist(), strict=True)):
            starts = self._starts[block]
            within = place - self._firsts[block]
            piece = self._blobs[block][starts[within] : starts[within + 1]]
            pieces[at] = piece or None
        shapes: NDArray[np.object_] = shapely.from_wkb(pieces)
        return shapes

    def batches(self) -> Iterator[tuple[int, NDArray[np.object_]]]:
        """
        Bring all polygons back, as many at a time as were put in.

        Yields
        ------
        first
            Number of the first polygon of the batch.
        shapes
            The geometries.
        """
        for first, following in zip(self._firsts[:-1], self._firsts[1:], strict=True):
            yield first, self.take(np.arange(first, following))
