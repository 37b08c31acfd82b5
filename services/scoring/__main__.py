"""`python -m services.scoring`: run scoring, or publish its latest progress again."""

import asyncio
import sys

import typer

from services.scoring import republishing
from services.scoring.settings import Settings
from services.scoring.wiring import build
from shared.runtime import logging
from shared.runtime.database import COMMAND_SECONDS, Database
from shared.runtime.errors import one_clear_line
from shared.runtime.serve import run_program, run_service
from shared.runtime.settings import DatabaseSettings, read_settings

app = typer.Typer(
    help="Judges what agencies filed against the plan.", pretty_exceptions_enable=False, no_args_is_help=False
)


@app.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Run the service where no command is named."""
    if context.invoked_subcommand is None:
        serve()


@app.command()
def serve() -> None:
    """Run the service."""
    with one_clear_line():
        settings = read_settings(Settings)
        logging.configure(settings.log_level)
        run_program(run_service(settings, build))


@app.command()
def republish() -> None:
    """Publish the latest progress of every agency and period again, as after a lost topic; nothing is applied twice."""
    with one_clear_line():
        settings = read_settings(DatabaseSettings)
        logging.configure(settings.log_level)
        count = asyncio.run(_republish(settings))
        sys.stdout.write(f"{count} events will be published again\n")


async def _republish(settings: DatabaseSettings) -> int:
    database = Database(settings.database_url, pool_size=1)
    await database.open(within_seconds=COMMAND_SECONDS)
    try:
        return await republishing.republish(database)
    finally:
        await database.close()


if __name__ == "__main__":
    app()
