"""Notices: what is due to whom, what it says, and what became of it."""
