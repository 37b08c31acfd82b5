"""Notify: keeps who stands how, decides who is due what, and tells each once by mail."""
