"""Type of the plates (字体): fonts found and cut, the texts they have to hold, lines broken."""
