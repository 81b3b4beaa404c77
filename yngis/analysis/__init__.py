"""Measures on layers and tables (分析): pure functions, no files written, nothing drawn."""
