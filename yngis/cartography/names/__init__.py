"""Names on a figure: of counties, of what other figures show, and English ones."""
