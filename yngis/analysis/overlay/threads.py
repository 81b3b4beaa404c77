"""Parts of a layer worked on by the threads of this machine, in bounded memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING, TypeVar

from yngis.analysis.processors import thread_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from yngis.catalogue.io.stream import Batch, Part

R = TypeVar("R")


class _Shelf:
    """
    Batches handed out to threads: each reads a part of its own while there are any, then helps.

    Nothing is read ahead, so that no more batches are in memory than there are threads.
    """

    def __init__(self, parts: Sequence[Part], read: Callable[[Part], Iterator[Batch]]) -> None:
        self._waiting = list(reversed(parts))
        self._read = read
        self._open: list[tuple[Part, Iterator[Batch], Lock]] = []
        self._lock = Lock()

    def take(self, own: int | None) -> tuple[int, Part, Batch] | None:
        """Next batch, from the part numbered ``own`` if it has one left; None when all is read."""
        tried: set[int] = set()
        while True:
            number = self._choose(own, tried)
            if number is None:
                return None
            part, batches, lock = self._open[number]
            with lock:
                batch = next(batches, None)
            if batch is not None:
                return number, part, batch
            tried.add(number)

    def _choose(self, own: int | None, tried: set[int]) -> int | None:
        if own is not None and own not in tried:
            return own
        with self._lock:
            if self._waiting:
                part = self._waiting.pop()
                self._open.append((part, iter(self._read(part)), Lock()))
                return len(self._open) - 1
            left = [number for number in range(len(self._open)) if number not in tried]
            return left[-1] if left else None


def each_batch(
    parts: Sequence[Part],
    read: Callable[[Part], Iterator[Batch]],
    work: Callable[[Part, Batch], R],
    collect: Callable[[R], None],
) -> None:
    """Read parts and work on their batches in threads; an error or Ctrl-C stops them all."""
    shelf = _Shelf(parts, read)
    stop = Event()
    one_at_a_time = Lock()

    def run() -> None:
        own: int | None = None
        try:
            while not stop.is_set() and (taken := shelf.take(own)) is not None:
                own, part, batch = taken
                result = work(part, batch)
                with one_at_a_time:
                    collect(result)
        except BaseException:
            stop.set()
            raise

    with ThreadPoolExecutor(thread_count(), thread_name_prefix="overlay") as pool:
        try:  # Ctrl-C may come while threads are being started
            for each in [pool.submit(run) for _ in range(thread_count())]:
                each.result()
        finally:
            stop.set()
