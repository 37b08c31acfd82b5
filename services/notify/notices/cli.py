"""`python -m services.notify notices`: release what is held."""

import sys

import typer

from services.notify.notices.store import release_held
from shared.runtime.database import Database
from shared.runtime.errors import one_clear_line
from shared.runtime.process.commands import with_database

commands = typer.Typer(help="What is told.")


@commands.command("release")
def release() -> None:
    """Queue the held notices again, after what held them was mended."""
    with one_clear_line():
        released = with_database(_release)
        sys.stdout.write(f"{released} notices released\n")


async def _release(database: Database) -> int:
    async with database.session() as session:
        return await release_held(session)
