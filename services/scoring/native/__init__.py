"""Judging in machine code: what most filings are, judged and written as the Python rules do it, many times faster."""
