"""The land audit as pure functions (土地审计): idle land, balance, ratios, quota verdicts."""
