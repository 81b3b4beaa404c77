"""The land audit as files (土地审计成果): ledger, report, map, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.report.audit.run import AuditResult, audit, audit_summary_lines

__all__ = ["AuditResult", "audit", "audit_summary_lines"]

# What compiles, measures or draws is loaded when it is used: a module beside it may need none.
__getattr__, __dir__ = names_on_demand(
    "yngis.report.audit",
    {
        "AuditResult": "yngis.report.audit.run",
        "audit": "yngis.report.audit.run",
        "audit_summary_lines": "yngis.report.audit.run",
    },
)
