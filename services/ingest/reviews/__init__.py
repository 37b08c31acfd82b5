"""Decisions about accepted submissions: withdrawn by their agency, verified or returned by the DIC."""
