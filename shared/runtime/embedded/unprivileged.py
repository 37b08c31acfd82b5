"""Lets an unprivileged user reach what PostgreSQL needs, because PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from shared.runtime.errors import StartFailure
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_NAME: Final = "nobody"


def user_for_servers() -> int | None:
    """Return the id of the user that runs PostgreSQL where we are root, or None where we are not.

    Raises:
        StartFailure: we are root and the system has no such user.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_NAME).pw_uid
    except KeyError:
        raise StartFailure(
            f"PostgreSQL does not run as root and there is no user {_NAME}; start as another user"
        ) from None


def open_the_way(*, to: Iterable[Path]) -> None:
    """Let others pass through (not list) the folders above each path, so that the unprivileged user can reach it."""
    for path in to:
        for folder in path.resolve().parents:
            mode = stat.S_IMODE(folder.stat().st_mode)
            if not mode & stat.S_IXOTH:
                _log.info("let others pass through the folder, for PostgreSQL's sake", folder=str(folder))
                folder.chmod(mode | stat.S_IXOTH)
