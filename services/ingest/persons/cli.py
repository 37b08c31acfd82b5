"""Commands for keys: `keys issue`, `keys revoke`."""

import csv
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from services.ingest.commands import with_database
from services.ingest.persons import handlers
from services.ingest.plans.store import registered_agencies
from shared.events.vocabulary import Scope
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure, one_clear_line

app = typer.Typer(help="API keys of agencies.")


@app.command("issue")
def issue_command(
    agency: Annotated[list[str] | None, typer.Option(help="Agency id; may be given several times.")] = None,
    *,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What the key is for; may be given several times. submit where none is given."),
    ] = None,
    expires_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day on which the key is refused.")
    ] = None,
    every_agency: Annotated[bool, typer.Option("--every-agency", help="A key for each registered agency.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write agency,key as CSV to this file instead of the terminal.")
    ] = None,
) -> None:
    """Issue API keys; each is shown this once, only its hash is kept."""
    with one_clear_line():
        if bool(agency) == every_agency:
            raise StartFailure("name agencies by --agency ID, or all of them by --every-agency")
        file = _private_file(out) if out else None  # first, so that no key is issued that cannot be written
        issued = with_database(
            lambda database, clock, settings: issue_keys(
                None if every_agency else agency,
                database=database,
                clock=clock,
                pepper=settings.key_pepper,
                scopes=scope or [Scope.SUBMIT],
                expires_at=expires_on.replace(tzinfo=TIMEZONE) if expires_on else None,
            )
        )
        if file is None:
            for name, key in issued.items():
                sys.stdout.write(f"{name} {key}\n" if len(issued) > 1 else f"{key}\n")
            return
        with file:
            # Without carriage returns, so that a shell can cut a key out of the file.
            csv.writer(file, lineterminator="\n").writerows([("agency", "key"), *issued.items()])
        sys.stdout.write(f"{len(issued)} keys written to {out}\n")


def _private_file(path: Path) -> TextIO:
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="", encoding="utf-8")
    except OSError as error:
        raise StartFailure(f"{path} cannot be written: {error.strerror}; no key was issued") from None


@app.command("revoke")
def revoke_command(prefix: Annotated[str, typer.Argument(help="The eight characters after key_live_.")]) -> None:
    """Revoke a key; every service refuses it within five seconds."""
    with one_clear_line():
        with_database(lambda database, clock, _: revoke_key(prefix, database=database, clock=clock))
        sys.stdout.write(f"key_live_{prefix}… revoked\n")


async def issue_keys(
    agencies: Sequence[str] | None,
    *,
    database: Database,
    clock: Clock,
    pepper: str,
    scopes: Sequence[Scope] = (Scope.SUBMIT,),
    expires_at: datetime | None = None,
) -> dict[str, str]:
    """Issue a key to each agency, or to every registered agency where none is named; return agency → key.

    Raises:
        StartFailure: an agency is not registered, or the key would be refused from the start.
    """
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise StartFailure(
            f"a key that expires on {expires_at:%Y-%m-%d} is refused today, {now:%Y-%m-%d}; name a later day"
        )
    async with database.session() as session:
        known = [each.agency for each in await registered_agencies(session)]
        wanted = known if agencies is None else agencies
        if unknown := [agency for agency in wanted if agency not in set(known)]:
            raise StartFailure(f"no such agency: {', '.join(unknown)}; load a plan first")
        return await handlers.issue(session, wanted, scopes=scopes, expires_at=expires_at, pepper=pepper, now=now)


async def revoke_key(prefix: str, *, database: Database, clock: Clock) -> None:
    """Revoke the key with this prefix; every service refuses it within five seconds.

    Raises:
        StartFailure: there is no such key in force.
    """
    async with database.session() as session:
        if not await handlers.revoke(session, prefix, now=clock.now()):
            raise StartFailure(f"no key in force begins with key_live_{prefix}")
