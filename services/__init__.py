"""The three services: ingest accepts, scoring judges, notify tells; none imports another."""
