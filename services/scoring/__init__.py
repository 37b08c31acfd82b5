"""Scoring: judges what agencies filed against the plan, closes periods and announces progress."""
