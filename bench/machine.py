"""What a benchmark ran on: processor, memory, system and the versions that matter."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def facts(packages: Sequence[str]) -> dict[str, str]:
    """Return machine, system, Python and package versions, each under its label."""
    return {
        "Machine": f"{os.cpu_count()} cores of {_processor()}, {_memory_gib():.0f} GiB",
        "System": f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}",
        "Packages": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def busy_before() -> str:
    """Return how busy the machine was with other things, as processes that wanted to run over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def busy_seconds() -> float | None:
    """Return the processor time of all cores and everything on them since the start; None where nobody tells."""
    try:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, interrupts, soft_interrupts, *_ = map(int, fields)
    return (user + nice + system + interrupts + soft_interrupts) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
