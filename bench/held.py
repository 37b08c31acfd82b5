"""Holds processes back to a part of a core, so that what is measured is they and not the machine's few cores."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_CPU_CONTROLLERS: Final = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup"))  # of version 1, and of 2
_PERIOD_US: Final = 10_000


@contextmanager
def held_back(processes: Sequence[int], *, cores: float) -> Iterator[bool]:
    """Let each process have so much of a core until the block ends; yields whether this system lets us do so."""
    groups: list[Path] = []
    try:
        for process in processes:
            group = next((each for root in _CPU_CONTROLLERS if (each := _group(root, process, cores=cores))), None)
            if group is None:
                break
            groups.append(group)
        yield len(groups) == len(processes)
    finally:
        for group in groups:
            _empty(group)


def _group(root: Path, process: int, *, cores: float) -> Path | None:
    """Return a control group with this process in it, None where there can be none."""
    group = root / f"tiendo-bench-{process}"
    quota = round(_PERIOD_US * cores)
    try:
        group.mkdir()
    except OSError:
        return None
    try:
        if (group / "cpu.max").exists():
            (group / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        (group / "cgroup.procs").write_text(str(process))
    except OSError:
        _empty(group)
        return None
    return group


def _empty(group: Path) -> None:
    """Let the processes of a group go on as before, and remove it."""
    for process in (group / "cgroup.procs").read_text().split():
        (group.parent / "cgroup.procs").write_text(process)
    os.rmdir(group)  # noqa: PTH106  not an ordinary folder: it is never empty
