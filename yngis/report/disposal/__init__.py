"""Stock that must be disposed of, over several audits, as files (存量处置成果)."""

from __future__ import annotations

from yngis.report.disposal.run import DisposalInputs, write_disposal

__all__ = ["DisposalInputs", "write_disposal"]
