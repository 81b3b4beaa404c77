"""Analyses: pure functions from layers to numbers (分析)."""
