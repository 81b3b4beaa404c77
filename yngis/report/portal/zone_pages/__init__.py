"""The page of one zone (一区一档), section by section."""
