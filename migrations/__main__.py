"""The migrations job: `python -m migrations upgrade` brings each service's database to the newest schema."""

import asyncio
import sys

from pydantic import Field
from pydantic_settings import BaseSettings

from migrations.run import SERVICES, upgrade
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.errors import StartFailure, one_clear_line
from shared.runtime.settings import read_settings


class MigrationSettings(BaseSettings):
    """Where the databases are; a service without one is passed over."""

    ingest_database_url: str | None = Field(default=None, description="Database of ingest.")
    scoring_database_url: str | None = Field(default=None, description="Database of scoring.")
    notify_database_url: str | None = Field(default=None, description="Database of notify.")


async def _upgrade_all(settings: MigrationSettings) -> None:
    urls = {service: getattr(settings, f"{service}_database_url") for service in SERVICES}
    if not any(urls.values()):
        raise StartFailure(
            "set INGEST_DATABASE_URL, SCORING_DATABASE_URL or NOTIFY_DATABASE_URL to say what to migrate"
        )
    for service, url in urls.items():
        if url:
            reachable = Database(url, pool_size=1)
            await reachable.open()
            await reachable.close()
            try:
                await upgrade(service, url)
            except TRANSIENT as error:
                raise StartFailure(f"migrating {service} broke off: {error}; run it again") from None
            sys.stdout.write(f"{service}: newest schema\n")


def main() -> None:
    """Run `python -m migrations upgrade`."""
    with one_clear_line():
        if sys.argv[1:] != ["upgrade"]:
            raise StartFailure("usage: python -m migrations upgrade")
        asyncio.run(_upgrade_all(read_settings(MigrationSettings)))


if __name__ == "__main__":
    main()
