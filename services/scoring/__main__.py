"""`python -m services.scoring`: run scoring, publish progress again, draw it, or judge again what was filed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.scoring import republishing
from services.scoring.charts import cli
from services.scoring.replay.cli import replay
from services.scoring.settings import Settings
from services.scoring.tables import SCHEMA
from services.scoring.wiring import build
from shared.events.vocabulary import Language
from shared.runtime import logging
from shared.runtime.errors import one_clear_line
from shared.runtime.process.commands import with_database
from shared.runtime.process.program import run_program, run_service
from shared.runtime.settings import read_settings

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
        logging.configure(settings.log_level, service="scoring")
        run_program(run_service(settings, build, schema=SCHEMA))


@app.command()
def republish() -> None:
    """Publish the latest progress of every agency and period again, as after a lost topic; nothing is applied twice."""
    with one_clear_line():
        count = with_database(republishing.republish)
        sys.stdout.write(f"{count} events will be published again\n")


app.command()(replay)


@app.command()
def chart(
    plan: Annotated[str, typer.Argument(help="A plan's id, such as lam-dong-2014.")],
    period: Annotated[str, typer.Argument(help="A reporting period of it, such as 2014-09.")],
    file: Annotated[Path, typer.Argument(help="Where to draw: a name that ends in .svg or .png.")],
    language: Annotated[Language, typer.Option(help="Of the words in the picture.")] = Language.VI,
) -> None:
    """Draw what the province reached against each target, and standings over time."""
    with one_clear_line():
        cli.check_name(file)
        drawn = with_database(lambda database: cli.chart_of(database, plan=plan, period=period, language=language))
        cli.draw(drawn, file=file)
        sys.stdout.write(f"{file} drawn\n")


if __name__ == "__main__":
    app()
