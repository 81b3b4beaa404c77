"""Progress of long work (进度) where nobody listens."""

from __future__ import annotations


def report_no_progress(_stage: str, _done: int, _total: int | None) -> None:
    """Take what a long run says of its stage, its steps done and their number, and tell nobody."""
