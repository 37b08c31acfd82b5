"""Commands, typed as an operator types them."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.programs import Program


async def typed(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Give scoring a command, and return exit status, what was said and what was complained of."""
    return await typed_to("services.scoring", *arguments, **environment)


async def typed_to(program: str, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Give a program a command, and return exit status, what was said and what was complained of."""
    with TemporaryDirectory() as folder:
        out, error = Path(folder) / "out", Path(folder) / "error"
        given = {"PATH": os.environ["PATH"], **environment}
        status = await Program(program, *arguments, environment=given, out=out, error=error).ended()
        return status, out.read_text(), error.read_text()
