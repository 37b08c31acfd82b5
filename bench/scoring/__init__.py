"""How fast scoring judges what was filed, beside programs that do the same by other means."""
