"""
Door to numba: compiled functions keep their types, and machine code on disk is never stale.

numba tells whether cached machine code is fresh by the file of the function alone, although it has
the code of the functions it calls, from other files, inside. So the cache of this folder bears a
mark of all its sources, and is thrown away when they have changed.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast

from yngis.analysis.machine_code import kept_on_disk

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_ROOMS: Final = ("overlay/kernels", "zonal")
_MARK: Final = "yngis-sources.sha256"
_seen: set[str] = set()


def compile_function(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, run without the interpreter lock, keep the machine code on disk."""
    return _compile_with_cache(function)


def compile_lean(function: Callable[P, R]) -> Callable[P, R]:
    """
    Compile a function that takes arrays and makes none.

    It counts no references to them, which in a short function costs more than the work.
    """
    return _compile_with_cache(function, _nrt=False)


def _compile_with_cache(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    made = kept_on_disk(error_model="numpy", **options)(function)
    folder = cast("Any", made).stats.cache_path
    if folder is not None and folder not in _seen:
        _seen.add(folder)
        with suppress(OSError):  # somebody else's folder, which they keep fresh
            discard_stale(Path(folder), _sources_digest())
    return made


@cache
def _sources_digest() -> str:
    """Mark of all sources of the rooms whose functions call one another."""
    sources = sorted(
        source for room in _ROOMS for source in (Path(__file__).parents[2] / room).glob("*.py")
    )
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def discard_stale(folder: Path, digest: str) -> None:
    """Throw away machine code in a folder unless it bears the mark of these sources."""
    mark = folder / _MARK
    if mark.exists() and mark.read_text("ascii") == digest:
        return
    for index in folder.glob("*.nbi"):
        index.unlink(missing_ok=True)
    mark.write_text(digest, "ascii")
