"""The digest of a period, and the moments at which digests and lock notices are due."""
