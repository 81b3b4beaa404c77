"""Made-up data with known truth (演示数据), for every command."""
