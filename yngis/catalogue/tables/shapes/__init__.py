"""Shapes (图形): polygons of a table, where they may lie, and those joined to it by number."""
