"""Removes what a benchmark leaves on a PostgreSQL server."""

import asyncpg

from shared.runtime.embedded.databases import url_of_database


async def drop(server_url: str, name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    connection = await asyncpg.connect(url_of_database(server_url, "postgres"))
    try:
        await connection.execute(f'drop database if exists "{name}" with (force)')
    finally:
        await connection.close()
