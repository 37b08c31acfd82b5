"""Sends notices by mail: renders them, hands them to the relay, and finds out what became of lost answers."""
