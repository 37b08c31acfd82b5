"""No test hangs for ever: past its limit it fails and shows where every thread and every asyncio task stands.

pytest-timeout knows the limits (`timeout` in pyproject.toml, a `timeout` mark, the folders below); this is how they
strike. Its own way prints nothing of asyncio, and leaves what is torn down after a failure without a limit.
"""

import asyncio
import faulthandler
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Generator, Iterator
from typing import Any, Final

import pytest
from pytest_timeout import Settings, is_debugging

_SECONDS_IN: Final = {"journeys": 900}
_LONG_SECONDS: Final = 3600
_AGAIN_SECONDS: Final = 1.0
_STDERR: Final = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the last limit be set, which tests of this file make short."""
    parser.addini("timeout_grace", "Seconds after which a process ends that outlived its limit.", default="120")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the real stderr: during a test it leads to a file that ends with the process."""
    config.stash[_STDERR] = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give more time to what takes more, if its own mark does not."""
    for item in items:
        if item.get_closest_marker("timeout") is None:
            seconds = _LONG_SECONDS if item.get_closest_marker("long") else _SECONDS_IN.get(item.path.parent.name)
            if seconds is not None:
                item.add_marker(pytest.mark.timeout(seconds))


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Settings) -> bool:
    """Limit what comes now, pytest-timeout's hook: fail the test, and end the process where that does not help."""
    said: list[str] = []

    def strike(*_: object) -> None:
        if is_debugging():
            return
        if not said:
            said.append(f"after {settings.timeout:.0f} s {item.nodeid} is not over\n{standing()}")
            os.write(item.config.stash[_STDERR], f"\n{said[0]}\n".encode())
        pytest.fail(said[0], pytrace=False)

    signal.signal(signal.SIGALRM, strike)
    # Raised amid the step of a task it becomes that task's error and the test goes on, so it strikes again.
    signal.setitimer(signal.ITIMER_REAL, settings.timeout, _AGAIN_SECONDS)
    # Between two strikes: what a dump beside running code reads may change under it, and crash CPython 3.11.
    _end_after(settings.timeout + _grace(item.config) + _AGAIN_SECONDS / 2, item.config)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_cancel_timer() -> bool:
    """Take the limit away, pytest-timeout's hook: a test is over, or failed and is torn down next."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    faulthandler.cancel_dump_traceback_later()
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Limit the tearing down anew, for a failure took the limit away."""
    mark = item.get_closest_marker("timeout")
    seconds = mark.args[0] if mark else item.config.getoption("timeout") or float(item.config.getini("timeout"))
    pytest_timeout_set_timer(
        item, Settings(float(seconds), "signal", func_only=False, disable_debugger_detection=False)
    )
    return (yield)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Limit what is left after the last test: threads that do not end, processes that are waited for."""
    _end_after(_grace(session.config), session.config)


def standing() -> str:
    """Return where every thread and every asyncio task of this process stands, as lines of text."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    parts = [
        f"--- thread {names.get(ident, ident)}\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()
    ]
    tasks = [found for found in gc.get_objects() if isinstance(found, asyncio.Task) and not found.done()]
    parts += [f"--- task {task.get_name()}\n{''.join(_awaits(task))}" for task in tasks]
    return "".join(parts)


def _awaits(task: "asyncio.Task[Any]") -> Iterator[str]:
    """Yield a line for each coroutine from the task's own to what it waits for at last."""
    inner: Any = task.get_coro()
    while inner is not None:
        # What `anext` returns does not say of which generator it is, but refers to it.
        inner = next((each for each in (inner, *gc.get_referents(inner)) if _of(each, "frame")), inner)
        if frame := _of(inner, "frame"):
            yield from traceback.format_list(traceback.extract_stack(frame, limit=1))
        else:
            yield f"  waits for {inner!r}\n"
        inner = _of(inner, "await") or _of(inner, "yieldfrom")


def _of(awaited: Any, what: str) -> Any:
    """Return what a coroutine, a generator or an asynchronous generator is at."""
    return next((found for kind in ("cr", "gi", "ag") if (found := getattr(awaited, f"{kind}_{what}", None))), None)


def _grace(config: pytest.Config) -> float:
    return float(config.getini("timeout_grace"))


def _end_after(seconds: float, config: pytest.Config) -> None:
    faulthandler.dump_traceback_later(seconds, exit=True, file=config.stash[_STDERR])
