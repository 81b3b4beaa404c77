"""The land audit as files (土地审计成果): ledger, report, map, tables."""

from __future__ import annotations

from yngis.report.audit.run import AuditResult, audit, audit_summary_lines

__all__ = ["AuditResult", "audit", "audit_summary_lines"]
