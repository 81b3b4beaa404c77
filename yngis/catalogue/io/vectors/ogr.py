"""Door to GDAL: it fetches nothing unless the user allowed it (默认不联网)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyogrio

from yngis.catalogue.io.vectors.guarded_child import OFFLINE

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["READING", "allow_network", "pyogrio"]

# GDAL's own come as RuntimeError; pyarrow lets a SystemError out where a text has a length below 0,
# pyogrio a NameError where a CRS cannot be written down.
READING: Final = (RuntimeError, ValueError, OSError, SystemError, NameError, pa.ArrowException)
"""What readers raise on broken files."""

pyogrio.set_gdal_config_options(OFFLINE)


@contextmanager
def allow_network() -> Iterator[None]:
    """Let GDAL fetch, for what a user named as remote and allowed (允许联网)."""
    pyogrio.set_gdal_config_options(dict.fromkeys(OFFLINE))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(OFFLINE)
