"""Analysis (分析): pure functions on layers and tables; nothing here reads, writes or draws."""
