"""Readers of text, CSV and YAML files, whose values know their lines and which report every fault at once."""
