"""Notify: decides from the progress of agencies which notices are due, and sends each once by mail."""
