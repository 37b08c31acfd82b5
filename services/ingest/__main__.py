"""`python -m services.ingest`: run ingest, or load a plan, issue and revoke keys, reopen a period, publish again."""

import sys

import typer

from services.ingest.commands import with_database
from services.ingest.exceptions.cli import app as periods
from services.ingest.persons.cli import app as keys
from services.ingest.plans.cli import app as plans
from services.ingest.republishing import republish
from services.ingest.settings import Settings
from services.ingest.tables import SCHEMA
from services.ingest.wiring import build
from shared.runtime import logging
from shared.runtime.errors import one_clear_line
from shared.runtime.process.program import run_program, run_service
from shared.runtime.settings import read_settings

app = typer.Typer(help="Takes submissions from agencies.", pretty_exceptions_enable=False, no_args_is_help=False)
app.add_typer(plans, name="plan")
app.add_typer(keys, name="keys")
app.add_typer(periods, name="periods")


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
        logging.configure(settings.log_level, service="ingest")
        run_program(run_service(settings, build, schema=SCHEMA))


@app.command("republish")
def republish_command() -> None:
    """Publish all reference data, keys and submissions again, as after a lost topic; nothing is applied twice."""
    with one_clear_line():
        count = with_database(lambda database, _, __: republish(database=database))
        sys.stdout.write(f"{count} events will be published again\n")


if __name__ == "__main__":
    app()
