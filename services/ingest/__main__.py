"""`python -m services.ingest`: run ingest, or load a plan, issue and revoke keys, reopen a period, publish again."""

import asyncio
import csv
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TextIO, TypeVar

import typer

from services.ingest import administration
from services.ingest.settings import Settings
from services.ingest.tables import SCHEMA
from services.ingest.wiring import build
from shared.events.vocabulary import Scope
from shared.runtime import logging
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import COMMAND_SECONDS, Database
from shared.runtime.errors import StartFailure, one_clear_line
from shared.runtime.process.clock_anchor import clock_for
from shared.runtime.process.program import run_program, run_service
from shared.runtime.settings import read_settings

ResultT = TypeVar("ResultT")

app = typer.Typer(help="Takes submissions from agencies.", pretty_exceptions_enable=False, no_args_is_help=False)
plans = typer.Typer(help="Plans and registries, as data.")
key_commands = typer.Typer(help="API keys of agencies.")
period_commands = typer.Typer(help="Reporting periods and who may still correct them.")
app.add_typer(plans, name="plan")
app.add_typer(key_commands, name="keys")
app.add_typer(period_commands, name="periods")


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


@plans.command("load")
def load(
    folder: Annotated[Path, typer.Argument(help="Folder with plan.yaml and agencies.csv.")],
    *,
    change_registry: Annotated[
        bool, typer.Option("--change-registry", help="Take what contradicts the registry that all plans share.")
    ] = False,
) -> None:
    """Check a plan folder whole, store it as a version and publish it; the same again changes nothing."""
    with one_clear_line():
        loaded = _with_database(
            lambda database, clock, _: administration.load_plan(
                folder, database=database, clock=clock, is_registry_changed=change_registry
            )
        )
        said = "stored and published" if loaded.is_new else "unchanged, nothing published"
        size = f"{loaded.indicators} indicators, {loaded.agencies} agencies"
        sys.stdout.write(f"{loaded.plan} version {loaded.version}: {said} ({size})\n")


@key_commands.command("issue")
def issue(
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
        file = _private_file(out) if out else None  # before a key is issued that could not be written down
        issued = _with_database(
            lambda database, clock, settings: administration.issue_keys(
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
            # Lines end as shells expect, so that a key cut out of the file is a key and nothing more.
            csv.writer(file, lineterminator="\n").writerows([("agency", "key"), *issued.items()])
        sys.stdout.write(f"{len(issued)} keys written to {out}\n")


def _private_file(path: Path) -> TextIO:
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="", encoding="utf-8")
    except OSError as error:
        raise StartFailure(f"{path} cannot be written: {error.strerror}; no key was issued") from None


@key_commands.command("revoke")
def revoke(prefix: Annotated[str, typer.Argument(help="The eight characters after key_live_.")]) -> None:
    """Revoke a key; every service refuses it within five seconds."""
    with one_clear_line():
        _with_database(lambda database, clock, _: administration.revoke_key(prefix, database=database, clock=clock))
        sys.stdout.write(f"key_live_{prefix}… revoked\n")


@period_commands.command("reopen")
def reopen(
    *,
    plan: Annotated[str, typer.Option(help="Plan id.")],
    agency: Annotated[str, typer.Option(help="The one agency whose corrections are taken again.")],
    period: Annotated[str, typer.Option(help="Period id, such as 2014-03.")],
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which its corrections are taken.")
    ],
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later.")],
    by: Annotated[str, typer.Option(help="Who decided it.")],
) -> None:
    """Record an exception: a locked period takes corrections of one agency again; what is late stays late."""
    with one_clear_line():
        _with_database(
            lambda database, clock, _: administration.reopen_period(
                plan=plan,
                agency=agency,
                period=period,
                last_on=until.date(),
                reason=reason,
                by=by,
                database=database,
                clock=clock,
            )
        )
        sys.stdout.write(f"{period} takes corrections of {agency} until {until:%Y-%m-%d}, that day included\n")


@period_commands.command("exceptions")
def exceptions(
    plan: Annotated[str | None, typer.Option(help="Only those of this plan.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only those of this agency.")] = None,
) -> None:
    """List every exception that was recorded, oldest first, and whether it is in force, ended or replaced."""
    with one_clear_line():
        recorded = _with_database(
            lambda database, clock, _: administration.recorded_reopenings(
                plan=plan, agency=agency, database=database, clock=clock
            )
        )
        for each, state in recorded:
            sys.stdout.write(
                f"{each.plan} {each.period} {each.agency} until {each.last_on}, {state};"
                f" {each.granted_by} on {each.granted_at:%Y-%m-%d}: {each.reason}\n"
            )


@app.command()
def republish() -> None:
    """Publish all reference data, keys and submissions again, as after a lost topic; nothing is applied twice."""
    with one_clear_line():
        count = _with_database(lambda database, _, __: administration.republish(database=database))
        sys.stdout.write(f"{count} events will be published again\n")


def _with_database(act: Callable[[Database, Clock, Settings], Awaitable[ResultT]]) -> ResultT:
    settings = read_settings(Settings)
    logging.configure(settings.log_level, service="ingest")

    async def run() -> ResultT:
        database = Database(settings.database_url, pool_size=2)
        await database.open(within_seconds=COMMAND_SECONDS)
        try:
            clock = await clock_for(
                settings.clock_start, database=database, start_if_empty=settings.clock_start_if_empty
            )
            return await act(database, clock, settings)
        finally:
            await database.close()

    return asyncio.run(run())


if __name__ == "__main__":
    app()
