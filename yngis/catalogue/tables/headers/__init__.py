"""Headers (表头): where they stand, and which column of a card each of them means."""
