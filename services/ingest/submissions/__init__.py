"""Submissions: read, validated, committed in groups, and announced."""
