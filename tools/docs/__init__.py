"""Generates what is written from the code: docs/events.md, docs/configuration.md and the golden schemas of events."""
