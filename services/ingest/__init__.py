"""Ingest takes the agencies' submissions: checks them, keeps them and announces them."""

from typing import Final

SOURCE: Final = "/ingest"
"""Which service the events of ingest come from."""
