"""`python -m services.notify`: run notify, load contacts, or release what is held."""

import typer

from services.notify.contacts import cli as contacts
from services.notify.notices import cli as notices
from services.notify.settings import Settings
from services.notify.tables import SCHEMA
from services.notify.wiring import build
from shared.runtime import logging
from shared.runtime.errors import one_clear_line
from shared.runtime.process.program import run_program, run_service
from shared.runtime.settings import read_settings

app = typer.Typer(help="Tells agencies and the lead agency by mail.", pretty_exceptions_enable=False)
app.add_typer(contacts.commands, name="contacts")
app.add_typer(notices.commands, name="notices")


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
        logging.configure(settings.log_level, service="notify")
        run_program(run_service(settings, build, schema=SCHEMA))


if __name__ == "__main__":
    app()
