"""Benchmarks, each beside what it compares to."""
