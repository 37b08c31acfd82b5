"""Containers that tests start: whether they can, and that none outlives a session that was killed."""

import os
import shutil
import subprocess
from contextlib import suppress
from functools import cache
from typing import Any, Final, TypeVar

_REAPER: Final = "testcontainers/ryuk:0.8.1"
_OWNER: Final = "tiendo.tests.process"
_ENGINE_SECONDS: Final = 300  # for an answer; on a busy machine it takes minutes to remove a container

ContainerT = TypeVar("ContainerT")


def ours(container: ContainerT) -> ContainerT:
    """Return the container marked with this process, so that a later session removes it should we be killed."""
    marked: Any = container
    marked.with_kwargs(labels={_OWNER: str(os.getpid())})
    marked.get_docker_client().client.api.timeout = _ENGINE_SECONDS
    return container


@cache
def no_container(image: str) -> str | None:
    """Return why no container of `image` can run here, or None where one can."""
    if shutil.which("docker") is None:
        return "no docker program on PATH"
    try:
        if _docker("info").returncode != 0:
            return "no Docker engine answers"
    except subprocess.TimeoutExpired:
        return "the Docker engine does not answer"
    if not _has_image(image) and _docker("pull", "-q", image, seconds=600).returncode != 0:
        return f"the image {image} is neither here nor to be pulled"
    if not _has_image(_REAPER):
        # testcontainers starts a reaper beside its containers; where its image is missing we clean up ourselves.
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    _remove_orphans()
    return None


@cache
def _remove_orphans() -> None:
    """Remove the containers of sessions that are no more."""
    listed = _docker("ps", "-a", "--filter", f"label={_OWNER}", "--format", f'{{{{.ID}}}} {{{{.Label "{_OWNER}"}}}}')
    for container, process in (line.split() for line in listed.stdout.splitlines()):
        if not _is_alive(int(process)):
            _docker("rm", "-f", "-v", container)


def _is_alive(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True


def _has_image(image: str) -> bool:
    return _docker("image", "inspect", image).returncode == 0


def _docker(*arguments: str, seconds: float = 60) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=seconds, check=False)
