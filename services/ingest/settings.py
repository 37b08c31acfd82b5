"""What ingest is told by its environment."""

from pydantic import Field

from shared.runtime.settings import RuntimeSettings


class Settings(RuntimeSettings):
    """Settings of ingest."""

    key_pepper: str = Field(
        min_length=16,
        description="Secret mixed into the hash of every API key, at least 16 characters; a new one voids all keys.",
    )
