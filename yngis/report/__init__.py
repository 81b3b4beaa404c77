"""Reports: ledgers, the map site, and what the terminal shows (报告)."""
