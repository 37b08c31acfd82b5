"""A service as a process: what it reads, relays and serves, its health, its start and its end."""
