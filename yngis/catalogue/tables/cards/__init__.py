"""Cards (字段卡片): what a table promises, column by column, with its units."""
