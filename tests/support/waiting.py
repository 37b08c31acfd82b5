"""Waits for what a test expects, and says what it waited for in vain."""

import asyncio
from collections.abc import Awaitable, Callable

_LOOK_SECONDS = 0.1


async def until(holds: Callable[[], Awaitable[bool]], what: str, *, within_seconds: float = 90) -> None:
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
