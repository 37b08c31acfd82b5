"""Readers of text and CSV files whose values know their lines and which report every fault at once."""
