"""Shares (份额): specialisation, concentration, inequality and chains from tables of amounts."""
