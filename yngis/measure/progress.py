"""Progress of long work (进度): what callers pass to hear of it, and where nobody listens."""

from __future__ import annotations

from collections.abc import Callable

StepProgress = Callable[[int, int], None]
"""Called with the steps done and their number."""

StageProgress = Callable[[str, int, int | None], None]
"""Called with the stage's name, its steps done and their number (None: not known yet)."""


def report_no_progress(_stage: str, _done: int, _total: int | None) -> None:
    """Take what a long run says of its stage, its steps done and their number, and tell nobody."""
