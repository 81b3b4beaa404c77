"""The land audit as files (土地审计成果): ledger, report, map, tables."""

from __future__ import annotations

from yngis.report.audit.run import AuditResult, audit, summary

__all__ = ["AuditResult", "audit", "summary"]
