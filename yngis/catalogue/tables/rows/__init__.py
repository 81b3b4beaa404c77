"""Rows (行): typed, and judged by what a card asks of them; totals and notes set apart."""
