"""Reads text, CSV and YAML so that every value knows its line and every fault is shown at once."""
