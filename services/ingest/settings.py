"""What ingest is told by its environment."""

from shared.runtime.settings import RuntimeSettings


class Settings(RuntimeSettings):
    """Settings of ingest."""
