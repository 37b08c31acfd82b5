"""What scoring is told by its environment."""

from pydantic import Field

from shared.runtime.settings import RuntimeSettings


class Settings(RuntimeSettings):
    """Settings of scoring."""

    rollup_pause_seconds: float = Field(
        default=60.0,
        gt=0,
        le=3600,
        description="Real seconds between two looks for roll-ups and outlooks that changed.",
    )
    closing_pause_seconds: float = Field(
        default=15.0, gt=0, le=3600, description="Real seconds between two looks for periods whose due date has passed."
    )
