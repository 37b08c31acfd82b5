"""Commands, typed as an operator types them."""

import asyncio
import os
import sys


async def typed(*arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Give scoring a command, and return exit status, what was said and what was complained of."""
    return await typed_to("services.scoring", *arguments, **environment)


async def typed_to(program: str, *arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Give a program a command, and return exit status, what was said and what was complained of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        program,
        *arguments,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    return process.returncode, said.decode(), complained.decode()
