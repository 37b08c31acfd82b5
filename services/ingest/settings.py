"""The settings of ingest, from the environment."""

from shared.runtime.settings import RuntimeSettings


class Settings(RuntimeSettings):
    """Settings of ingest."""
