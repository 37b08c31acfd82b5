"""Accepting submissions: ingest beside a FastAPI application that sends each one to Kafka before it answers."""
