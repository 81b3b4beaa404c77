"""Stock that must be disposed of (存量处置): stock and flow, tasks, and the history of parcels."""

from __future__ import annotations

from yngis.analysis.disposal.lineage import LINKS, trace_parcels
from yngis.analysis.disposal.rules import DisposalRules, read_disposal_rules
from yngis.analysis.disposal.stock import disposal

__all__ = ["LINKS", "DisposalRules", "disposal", "read_disposal_rules", "trace_parcels"]
