"""Submissions: read, judged, committed together, and announced."""
