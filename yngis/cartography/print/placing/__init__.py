"""Where things go on a plate (排版): scale, inset, boxes, glyphs and names."""
