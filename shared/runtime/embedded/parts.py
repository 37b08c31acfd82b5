"""The three parts a system stands on, each embedded unless it is told where the real one is."""

import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.runtime.embedded.broker import EmbeddedBroker
from shared.runtime.embedded.mail_catcher import MailCatcher
from shared.runtime.embedded.postgres import EmbeddedPostgres
from shared.runtime.errors import StartFailure


@dataclass(frozen=True)
class Parts:
    """Where broker, database server and mail server are."""

    bootstrap_servers: str
    is_broker_embedded: bool
    server_url: str
    is_server_embedded: bool
    smtp_url: str
    mail_directory: Path | None  # the catcher's Maildir; None where mail goes to a real server


@asynccontextmanager
async def started_parts(
    directory: Path,
    *,
    bootstrap_servers: str | None,
    database_url: str | None,
    smtp_url: str | None,
    is_durable: bool = True,
) -> AsyncIterator[Parts]:
    """Start in `directory` what was not given an address, and stop it at the end.

    Raises:
        StartFailure: a part cannot start, or another system uses the directory.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_alone_in(directory))
        if database_url is None:
            server = EmbeddedPostgres(directory / "postgres", is_durable=is_durable)
            stack.push_async_callback(server.stop)
            await server.start()
        if bootstrap_servers is None:
            broker = EmbeddedBroker(directory)
            stack.push_async_callback(broker.stop)
            await broker.start()
        catcher = None
        if smtp_url is None:
            catcher = MailCatcher(directory / "mail")
            stack.push_async_callback(catcher.stop)
            await catcher.start()
        yield Parts(
            bootstrap_servers=bootstrap_servers or broker.bootstrap_servers,
            is_broker_embedded=bootstrap_servers is None,
            server_url=database_url or server.url,
            is_server_embedded=database_url is None,
            smtp_url=catcher.url if catcher else smtp_url or "",
            mail_directory=catcher.directory if catcher else None,
        )


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "lock").open("w")
    except OSError as error:
        raise StartFailure(f"cannot write to {directory}: {error.strerror}; set TIENDO_VAR to another folder") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel lets go of it when we are killed
        except BlockingIOError:
            raise StartFailure(
                f"another system already runs in {directory}; stop it, or set TIENDO_VAR to another folder"
            ) from None
        yield
