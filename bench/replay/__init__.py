"""Replays: how the time and the memory they take grow with the number of observations."""
