"""Evidence from images as files (影像佐证成果)."""
