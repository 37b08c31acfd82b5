"""Waits for what a test expects, and says what it waited for in vain."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE_SECONDS: Final = 240.0
"""How long a test waits for what is promised without a time; on a busy machine much takes long."""
_LOOK_SECONDS: Final = 0.1


async def until(holds: Callable[[], Awaitable[bool]], what: str, *, within_seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until `holds` returns True.

    Raises:
        AssertionError: it did not within the time; the sentence says what was waited for.
    """
    try:
        async with asyncio.timeout(within_seconds):
            while not await holds():  # noqa: ASYNC110  what is waited for lies in other processes
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        raise AssertionError(f"after {within_seconds:.0f} s it is still not true that {what}") from None
