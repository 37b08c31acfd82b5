"""HTTP: a bounded protocol, bodies, problems, and who may ask."""
