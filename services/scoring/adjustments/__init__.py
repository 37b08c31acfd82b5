"""Targets that may have to be adjusted: outlooks as periods close, and proposals to change the plan."""
