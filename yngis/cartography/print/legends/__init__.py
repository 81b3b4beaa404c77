"""The legend of a plate: its rows, their signs, and their arrangement (图例)."""
