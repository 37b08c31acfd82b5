"""Commands for exceptions: `periods reopen`, `periods exceptions`."""

import sys
from datetime import date, datetime
from typing import Annotated, Final

import typer

from services.ingest.commands import with_database
from services.ingest.exceptions import store
from services.ingest.exceptions.model import Reopening
from services.ingest.exceptions.rules import ReopeningState, objections, states
from services.ingest.plans.store import registry_in_force
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure, one_clear_line
from shared.runtime.text import UnfitText, composed

_TEXT_LENGTH: Final = 1000

app = typer.Typer(help="Reporting periods and who may still correct them.")


@app.command("reopen")
def reopen_command(
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
        with_database(
            lambda database, clock, _: reopen_period(
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


@app.command("exceptions")
def exceptions_command(
    plan: Annotated[str | None, typer.Option(help="Only those of this plan.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only those of this agency.")] = None,
) -> None:
    """List every exception that was recorded, oldest first, and whether it is in force, ended or replaced."""
    with one_clear_line():
        recorded = with_database(
            lambda database, clock, _: recorded_reopenings(plan=plan, agency=agency, database=database, clock=clock)
        )
        for each, state in recorded:
            sys.stdout.write(
                f"{each.plan} {each.period} {each.agency} until {each.last_on}, {state};"
                f" {each.granted_by} on {each.granted_at:%Y-%m-%d}: {each.reason}\n"
            )


async def reopen_period(
    *, plan: str, agency: str, period: str, last_on: date, reason: str, by: str, database: Database, clock: Clock
) -> None:
    """Record that a period takes corrections of an agency up to and on a day; ingest honours it within two seconds.

    Raises:
        StartFailure: there are reasons against it; the text names all of them with what would be accepted.
    """
    texts = {name: _line(text) for name, text in (("reason", reason), ("by", by))}
    unfit = [f"--{name} cannot be taken: {text}" for name, text in texts.items() if isinstance(text, UnfitText)]
    reopening = Reopening(
        plan, agency, period, last_on, str(texts["reason"]), granted_by=str(texts["by"]), granted_at=clock.now()
    )
    async with database.session() as session:
        registry = await registry_in_force(session)
        if found := [*unfit, *objections(reopening, registry=registry)]:
            raise StartFailure("; ".join(found) if len(found) == 1 else "\n".join(["not reopened:", *found]))
        await store.add(session, reopening)


def _line(text: str) -> str | UnfitText:
    try:
        return composed(text, longest=_TEXT_LENGTH)
    except UnfitText as found:
        return found


async def recorded_reopenings(
    *, plan: str | None, agency: str | None, database: Database, clock: Clock
) -> list[tuple[Reopening, ReopeningState]]:
    """Return the exceptions of a plan and an agency, or all, oldest first, each with its state."""
    async with database.session() as session:
        recorded = await store.recorded(session, plan=plan, agency=agency)
    return list(zip(recorded, states(recorded, today=clock.now().date()), strict=True))
