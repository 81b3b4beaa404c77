"""How many processors this process may use (可用处理器数)."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Final

_GROUPS: Final = Path("/sys/fs/cgroup")
_OWN_GROUP: Final = Path("/proc/self/cgroup")


def thread_count() -> int:
    """
    Tell how many threads this process may run at once (线程数).

    Returns
    -------
    count
        Processors that the process may run on, or fewer where its container has a share of them
        only; at least 1.
    """
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return max(1, math.ceil(min(count, _container_share(_GROUPS, _OWN_GROUP))))


def _container_share(groups: Path, own: Path) -> float:
    """Processors' worth of time that Linux grants the process's control groups; ``inf`` if all."""
    least = math.inf
    for group in _own_groups(groups, own):
        try:
            granted, period = (group / "cpu.max").read_text(encoding="ascii").split()
        except (OSError, ValueError):  # of the first version, or not on Linux
            continue
        if granted != "max":
            least = min(least, int(granted) / int(period))
    return least


def _own_groups(groups: Path, own: Path) -> list[Path]:
    """Folders of the group of this process and of those above it; in a container, the root."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return [groups]
    paths = [line.removeprefix("0::").strip("/") for line in lines if line.startswith("0::")]
    inner = Path(paths[0]) if paths else Path()
    return [groups / each for each in (inner, *inner.parents)]
