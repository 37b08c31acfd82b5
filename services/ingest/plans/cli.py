"""Commands for plans: `plan load`."""

import sys
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from services.ingest.commands import with_database
from services.ingest.plans.files.folder import load, render
from services.ingest.plans.handlers import RegistryContradicted, store_plan
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure, counted, one_clear_line
from shared.runtime.files.fields import FileFaults

app = typer.Typer(help="Plans and registries, as data.")


class LoadedVersion(NamedTuple):
    """The version of a plan that a folder was loaded as."""

    plan: str
    version: int
    is_new: bool
    indicators: int
    agencies: int


@app.command("load")
def load_command(
    folder: Annotated[Path, typer.Argument(help="Folder with plan.yaml and agencies.csv.")],
    *,
    change_registry: Annotated[
        bool, typer.Option("--change-registry", help="Take what contradicts the registry that all plans share.")
    ] = False,
) -> None:
    """Check a plan folder whole, store it as a version and publish it; the same again changes nothing."""
    with one_clear_line():
        loaded = with_database(
            lambda database, clock, _: load_plan(
                folder, database=database, clock=clock, is_registry_changed=change_registry
            )
        )
        said = "stored and published" if loaded.is_new else "unchanged, nothing published"
        size = f"{loaded.indicators} indicators, {loaded.agencies} agencies"
        sys.stdout.write(f"{loaded.plan} version {loaded.version}: {said} ({size})\n")


async def load_plan(
    folder: Path, *, database: Database, clock: Clock, is_registry_changed: bool = False
) -> LoadedVersion:
    """Check a plan folder whole, store it as the plan's next version and publish it; the same again changes nothing.

    Where `is_registry_changed`, contradictions of the registry are stored all the same.

    Raises:
        StartFailure: the folder has faults, or contradicts the registry; the text names all of it with what would be
            accepted.
    """
    try:
        loaded = load(folder)
    except FileFaults as error:
        found = counted(len(error.faults), "fault")
        raise StartFailure(f"the plan in {folder} has {found}\n{render(error.faults)}") from None
    try:
        async with database.session() as session:
            version, is_new = await store_plan(
                session, loaded, now=clock.now(), is_registry_changed=is_registry_changed
            )
    except RegistryContradicted as contradicted:
        found = counted(len(contradicted.contradictions), "contradiction")
        raise StartFailure(
            f"the registry, which all plans share, and agencies.csv in {folder} have {found}; nothing was loaded\n"
            f"{contradicted}\n"
            "with --change-registry it is taken all the same; closed periods then change only by a replay"
        ) from None
    plan = loaded.to_plan_data(version)
    return LoadedVersion(plan.plan, version, is_new, len(plan.indicators), len(loaded.agencies))
