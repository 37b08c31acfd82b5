"""The command line: kafka start | stop | status | url."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from tools.kafka.broker import answers, running, start, stop
from tools.kafka.errors import KafkaError

PROJECT: Final = Path(__file__).resolve().parents[2]
DEFAULT_PORT: Final = 9092
HIGHEST_PORT: Final = 65535


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 when what was asked for is so, 1 when not, with one line that says why."""
    parser = argparse.ArgumentParser(prog="kafka", description="A real Apache Kafka on this machine, without Docker.")
    parser.add_argument("command", choices=["start", "stop", "status", "url"])
    parser.add_argument(
        "--port", default=os.environ.get("KAFKA_PORT"), help=f"KAFKA_PORT, default {DEFAULT_PORT}; 0: a free one"
    )
    parser.add_argument(
        "--folder", type=Path, default=PROJECT / "var" / "kafka", help="topics, log and settings; default var/kafka"
    )
    chosen = parser.parse_args(arguments)
    try:
        print(_obey(chosen.command, folder=chosen.folder, port=chosen.port))
    except KafkaError as fault:
        print(f"kafka: {fault}", file=sys.stderr)
        return 1
    return 0


def _obey(command: str, *, folder: Path, port: str | None) -> str:
    """Return the line to print."""
    broker = running(folder)
    if command == "stop":
        stopped = stop(folder)
        return f"stopped {stopped.url}" if stopped else "not running"
    if command == "start":
        if port is None and broker is not None:
            return start(folder, port=broker.port, jars=_jars()).url
        if port is not None and not (port.isdecimal() and int(port) <= HIGHEST_PORT):
            raise KafkaError(f"KAFKA_PORT is {port!r}; a number from 0 to {HIGHEST_PORT} would do")
        return start(folder, port=DEFAULT_PORT if port is None else int(port), jars=_jars()).url
    if broker is None:
        raise KafkaError("not running; `tools/kafka/kafka start` starts it")
    if command == "url":
        return broker.url
    if not answers(broker.port):
        raise KafkaError(f"process {broker.pid} runs but does not answer on {broker.url}; see {folder / 'kafka.log'}")
    return f"running on {broker.url} (process {broker.pid}, log {folder / 'kafka.log'})"


def _jars() -> Path:
    """Return where the libraries are kept: one place for all folders, so that they are fetched once."""
    return PROJECT / "var" / "kafka" / "libs"


if __name__ == "__main__":
    sys.exit(main())
