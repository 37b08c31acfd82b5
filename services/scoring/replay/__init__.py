"""Replay: judges again what was filed, shows the differences, and announces them when told to."""
