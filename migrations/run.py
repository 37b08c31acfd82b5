"""Brings a service's database to the newest schema, or says how it differs from the tables in the code."""

import importlib
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.runtime.errors import StartFailure

SERVICES: Final = ("ingest", "scoring", "notify")
_HERE: Final = Path(__file__).parent


def _metadata(service: str) -> MetaData:
    tables: Any = importlib.import_module(f"services.{service}.tables")
    metadata: MetaData = tables.metadata
    return metadata


def newest(service: str) -> str:
    """Return the newest migration of a service's branch, such as ingest_0004."""
    return str(ScriptDirectory.from_config(_config(service)).get_current_head())


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("version_locations", str(_HERE / "versions" / service))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection, service: str) -> None:
    config = _config(service)
    found = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StartFailure(
            f"the database of {service} is at {found}, from where this build knows no way; what was before 0.1.0"
            " was never released: begin with an empty database, load the plan and publish the submissions again"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _differences(connection: Connection, service: str) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), _metadata(service)))


async def upgrade(service: str, url: str) -> None:
    """Bring the database of `service` at `url` to the newest schema; nothing happens where it is there already.

    Raises:
        StartFailure: it is at a migration that this build does not know.
    """
    engine = create_async_engine(_for_asyncpg(url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, service)
    finally:
        await engine.dispose()


async def differences(service: str, url: str) -> list[Any]:
    """Return what the migrated database of `service` lacks or has beside the tables in the code."""
    engine = create_async_engine(_for_asyncpg(url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_differences, service)
    finally:
        await engine.dispose()


def _for_asyncpg(url: str) -> str:
    return urlsplit(url)._replace(scheme="postgresql+asyncpg").geturl()
