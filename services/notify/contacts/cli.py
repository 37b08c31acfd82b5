"""`python -m services.notify contacts`: load a plan's contacts file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.notify.contacts.files import read_contacts
from services.notify.contacts.handlers import load_contacts
from shared.runtime.errors import counted, one_clear_line
from shared.runtime.process.commands import with_database

commands = typer.Typer(help="Who is told.")


@commands.command("load")
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
        if loaded.unregistered:
            sys.stdout.write(f"not in the registry (yet): {', '.join(loaded.unregistered)}\n")
