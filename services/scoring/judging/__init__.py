"""Judges agencies by a plan: pure functions over frozen values."""
