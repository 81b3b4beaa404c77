"""Reports in Word: an audit as an official document, or in a user's own template."""

from yngis.report.word.report_values import read_report_tables
from yngis.report.word.run import (
    WordInputs,
    WordWritten,
    report_document_bytes,
    write_word_report,
)

__all__ = [
    "WordInputs",
    "WordWritten",
    "read_report_tables",
    "report_document_bytes",
    "write_word_report",
]
