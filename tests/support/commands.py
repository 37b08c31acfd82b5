"""Scoring's commands, typed as an operator types them."""

import asyncio
import os
import sys


async def typed(*arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Return exit status, what was said and what was complained of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.scoring",
        *arguments,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    return process.returncode, said.decode(), complained.decode()
