"""What a table means (表的含义): cards, headers, units, cells, and rows judged by them."""
