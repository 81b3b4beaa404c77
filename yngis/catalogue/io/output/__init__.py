"""Files out (写出): whole or not at all, with what they were made from."""
