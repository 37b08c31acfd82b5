"""Databases on a PostgreSQL server, embedded or not: their URLs, and making one that is missing."""

from urllib.parse import quote, urlsplit

import asyncpg

from shared.runtime.database import TRANSIENT, hides_password
from shared.runtime.errors import StartFailure


def url_of_database(server_url: str, name: str) -> str:
    """Return the URL of the database `name` on the server that `server_url` leads to."""
    return urlsplit(server_url)._replace(path=f"/{quote(name, safe='')}").geturl().replace(":/?", ":///?", 1)


def name_of_database(server_url: str) -> str:
    """Return the name of the database that `server_url` leads to, or an empty string."""
    return urlsplit(server_url).path.removeprefix("/")


async def ensure_database(server_url: str, name: str, *, template: str | None = None) -> str:
    """Make the database `name` where it is missing, as a copy of `template` if given, and return its URL.

    Raises:
        StartFailure: the server does not answer or does not let us make databases.
    """
    statement = f"create database {_quoted(name)}" + (f" template {_quoted(template)}" if template else "")
    try:
        connection = await asyncpg.connect(url_of_database(server_url, "postgres"), timeout=10)
        try:
            if not await connection.fetchval("select exists (select from pg_database where datname = $1)", name):
                await connection.execute(statement)
        except asyncpg.DuplicateDatabaseError:
            pass  # made by somebody else meanwhile
        finally:
            await connection.close()
    except (*TRANSIENT, asyncpg.PostgresError, ValueError) as error:
        raise StartFailure(
            f"cannot make the database {name} at {hides_password(server_url)}: {error or type(error).__name__}"
        ) from None
    return url_of_database(server_url, name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
