"""Scoring over HTTP: how agencies stand, what they come to together, and what a plan may have to become."""
