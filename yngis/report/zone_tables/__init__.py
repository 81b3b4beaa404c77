"""Tables of zones (开发区表): groups, years and units in their headers, and their cells."""
