"""One service's PostgreSQL: an asyncpg pool for hot paths, SQLModel sessions for the rest."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.runtime.errors import StartFailure
from shared.runtime.outages import Outage

_RETRY_SECONDS: Final = 1.0
_CONNECT_SECONDS: Final = 5.0
_COMMAND_SECONDS: Final = 60.0
_IDLE_SECONDS: Final = 120.0

COMMAND_SECONDS: Final = 15.0
"""How long a command at the terminal waits for its database before it says that there is none."""

TRANSIENT: Final = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.exceptions.InternalClientError,
    asyncpg.exceptions.InvalidCachedStatementError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""Errors that pass, or that a person ends: the database is away, restarting, full, read-only while another takes over,
being migrated, or lacks a table, a column or a privilege. No record is at fault, so all wait and none is lost."""


def is_transient(error: BaseException) -> bool:
    """Return whether the same is to be tried again for as long as it takes; of several errors, whether one is such."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_transient(each) for each in error.exceptions)
    return isinstance(error, TRANSIENT)


class Conflict(Exception):
    """Another transaction changed a row first; to be tried again from the beginning, but not for ever."""


Session = AsyncSession
"""A SQLModel session within one transaction; handlers and stores are given it, and neither begins nor commits it."""

_REFUSED: Final = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
)


def hides_password(url: str) -> str:
    """Return the URL fit for a log or an error, its password left out."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)


class Database:
    """The database of one service."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        self.url = url
        self._pool_size = pool_size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._engine: AsyncEngine | None = None
        self.outage: Final = Outage("database away", back="database back", at=hides_password(url))

    async def open(self, *, within_seconds: float | None = None, tell: Callable[[str], None] = lambda _: None) -> None:
        """Connect, trying again while the server is away: a service for as long as it takes, a command not.

        Whoever waits is told what for.

        Raises:
            StartFailure: the server refuses this role, password or database, or is still away after `within_seconds`.
        """
        gives_up_at = None if within_seconds is None else time.monotonic() + within_seconds
        while self._pool is None:
            try:
                self._pool = await asyncpg.create_pool(
                    self.url,
                    min_size=1,
                    max_size=self._pool_size,
                    timeout=_CONNECT_SECONDS,
                    command_timeout=_COMMAND_SECONDS,
                    max_inactive_connection_lifetime=_IDLE_SECONDS,
                    reset=_as_it_is,
                )
            except _REFUSED as error:
                said = str(error).partition("\n")[0]  # what follows is PostgreSQL's detail
                raise StartFailure(f"the database {hides_password(self.url)} refuses us: {said}") from None
            except ValueError as error:
                raise StartFailure(f"DATABASE_URL {hides_password(self.url)} is no PostgreSQL URL: {error}") from None
            except TRANSIENT as error:
                if gives_up_at is not None and time.monotonic() > gives_up_at:
                    raise StartFailure(f"no database answers at {hides_password(self.url)}: {error}") from None
                tell(f"database away: {str(error) or type(error).__name__}")
                self.outage.note(error)
                await asyncio.sleep(_RETRY_SECONDS)
        self.outage.end()
        parts = urlsplit(self.url)
        self._engine = create_async_engine(
            parts._replace(scheme="postgresql+asyncpg").geturl(),
            pool_size=self._pool_size,
            max_overflow=0,
            pool_timeout=_CONNECT_SECONDS,
            pool_recycle=int(_IDLE_SECONDS),
            pool_pre_ping=True,
            connect_args={"timeout": _CONNECT_SECONDS, "command_timeout": _COMMAND_SECONDS},
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await pool.close()
            except TimeoutError:
                pool.terminate()
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    @property
    def pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """Return the open pool.

        Raises:
            RuntimeError: the database was not opened.
        """
        if self._pool is None:
            raise RuntimeError("open the database first")
        return self._pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """Lend a connection within one transaction, committed at the end and rolled back on an error."""
        async with self.pool.acquire(timeout=_CONNECT_SECONDS) as lent:
            connection: Any = lent
            async with connection.transaction():
                yield connection

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """Lend a SQLModel session within one transaction, committed at the end and rolled back on an error.

        Raises:
            OSError, asyncpg errors: as on a connection of `transaction`, and not as SQLAlchemy wraps them.
        """
        if self._engine is None:
            raise RuntimeError("open the database first")
        try:
            async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            cause = error.orig.__cause__ if error.orig else None
            raise cause or error from None
        except NoneFree as error:
            raise TimeoutError(str(error)) from None


async def _as_it_is(_: Any) -> None:
    """Take a connection back without a question to the server: whatever we set ends with its transaction."""


def columns(rows: Sequence[tuple[Any, ...]], *, width: int) -> list[list[Any]]:
    """Return rows as columns, for `unnest`; `width` empty ones where there are no rows."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
