"""A folder of this session's own for temporary files.

Where we are root, PostgreSQL runs as another user, who must be let through the folders above its files. pytest keeps
the folders of all sessions in one, which every new session closes to others again, and locks PostgreSQL out of those
that run beside it.
"""

import os
import shutil
import tempfile
from typing import Final

import pytest

_FOLDER: Final = pytest.StashKey[str]()
_VARIABLE: Final = "PYTEST_DEBUG_TEMPROOT"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make the folder, unless a parent process or a person has named one."""
    if not hasattr(config, "workerinput") and config.option.basetemp is None and _VARIABLE not in os.environ:
        config.stash[_FOLDER] = os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="tiendo-tests-")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remove the folder where nothing failed."""
    if exitstatus == pytest.ExitCode.OK and _FOLDER in session.config.stash:
        shutil.rmtree(session.config.stash[_FOLDER], ignore_errors=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no trace in the environment."""
    if _FOLDER in config.stash:
        os.environ.pop(_VARIABLE, None)
