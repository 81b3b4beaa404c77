"""Reports in Word: an audit as an official document, or in a user's own template."""

from yngis.report.word.run import WordInputs, WordWritten, write_word_report

__all__ = ["WordInputs", "WordWritten", "write_word_report"]
