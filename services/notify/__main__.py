"""`python -m services.notify`: run notify, load contacts, or release what is held."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.notify.contact_files import read_contacts
from services.notify.contacts import load_contacts
from services.notify.outgoing import release_held
from services.notify.settings import Settings
from services.notify.tables import SCHEMA
from services.notify.wiring import build
from shared.runtime import logging
from shared.runtime.errors import counted, one_clear_line
from shared.runtime.process.commands import with_database
from shared.runtime.process.program import run_program, run_service
from shared.runtime.settings import read_settings

app = typer.Typer(help="Tells agencies and the lead agency by mail.", pretty_exceptions_enable=False)
contact_commands = typer.Typer(help="Who is told.")
notice_commands = typer.Typer(help="What is told.")
app.add_typer(contact_commands, name="contacts")
app.add_typer(notice_commands, name="notices")


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


@contact_commands.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="CSV: agency,role,name,email,language, perhaps phone.")],
) -> None:
    """Check a plan's contacts file whole and keep it: whom it names no more, and no other plan's does, hears no more.

    The file's folder is the plan's, and its name says whose contacts these are.
    """
    with one_clear_line():
        contacts, source = read_contacts(file), file.resolve().parent.name
        loaded = with_database(lambda database: load_contacts(contacts, source=source, database=database))
        sys.stdout.write(
            f"{len(contacts)} contacts: {loaded.added} added, {loaded.changed} changed, {loaded.removed} removed,"
            f" {loaded.unchanged} unchanged\n"
        )
        if loaded.released:
            sys.stdout.write(f"{counted(loaded.released, 'notice')} held until contacts came: released\n")
        if loaded.strangers:
            sys.stdout.write(f"not in the registry (yet): {', '.join(loaded.strangers)}\n")


@notice_commands.command("release")
def release() -> None:
    """Queue the held notices again, after what held them was mended."""
    with one_clear_line():
        released = with_database(release_held)
        sys.stdout.write(f"{released} notices released\n")


if __name__ == "__main__":
    app()
