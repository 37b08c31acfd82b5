"""Structured logs: one JSON line an event in services, whoever tells it; readable lines at a terminal."""

import logging
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, TextIO, cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from shared.runtime.version import VERSION

# uvicorn gives its loggers handlers of their own, which write no JSON; nobody else does yet.
_TELLING_EVERY_TRY: Final = ("aiokafka", "asyncpg.pool")
_WITH_HANDLERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "faststream")


def configure(level: str, *, service: str = "tiendo") -> None:
    """Send logs of `level` and above to standard error, those of libraries too, each with service and version.

    Where several services share a process, what one of them runs tells its own name.
    """
    numeric = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Signed(service),
    ]
    rendered: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if sys.stderr.isatty()
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    )
    structlog.configure(
        processors=[*before, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _StandardError())),
        cache_logger_on_first_use=False,
    )
    _take_in_libraries(numeric, before=before, rendered=rendered)
    if not sys.stderr.isatty():
        sys.excepthook = _tell_what_nobody_caught


def _take_in_libraries(level: int, *, before: Sequence[Processor], rendered: Sequence[Processor]) -> None:
    """Have what libraries log by Python's own loggers, and Python's warnings, written as we write."""
    handler = logging.StreamHandler(cast("TextIO", _StandardError()))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, _named_by_logger],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in _WITH_HANDLERS:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    # They report every reconnect during an outage; we tell once when it begins and once when it ends.
    for name in _TELLING_EVERY_TRY:
        logging.getLogger(name).setLevel(logging.WARNING if level <= logging.DEBUG else logging.CRITICAL)


def tell_as(service: str) -> None:
    """Have what is told from here on, within this task and those it starts, tell this service's name."""
    structlog.contextvars.bind_contextvars(service=service)


class _Signed:
    """Adds which service of which version tells something."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _: Any, __: str, event: EventDict) -> EventDict:
        event.setdefault("service", self._service)
        event["version"] = VERSION
        return event


def _named_by_logger(_: Any, __: str, event: EventDict) -> EventDict:
    event["module"] = event["_record"].name
    return event


def _tell_what_nobody_caught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    get_logger(__name__).critical("ended by an error", exc_info=(kind, error, traceback))


class _StandardError:
    """Standard error as it is when a line is written: whoever redirects it later gets the lines, too."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def get_logger(name: str) -> FilteringBoundLogger:
    """Return the logger for the module `name`."""
    return cast("FilteringBoundLogger", structlog.get_logger(module=name))
