"""Ingest: takes submissions from agencies, checks them whole, keeps them, and publishes what it accepted."""
