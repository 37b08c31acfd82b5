"""tools/kafka says in one line what is missing; the real broker is started in tests/integration."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools.kafka.broker import answers, running, stop

TOOL = Path(__file__).resolve().parents[3] / "tools" / "kafka" / "kafka"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Give a PATH with nothing on it but what the launcher itself needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "sh"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def kafka(*arguments: str, programs: Path, folder: Path, port: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(programs), "PYTHON": sys.executable, "KAFKA_PORT": port}
    return subprocess.run(
        [str(TOOL), *arguments, "--folder", str(folder)], env=environment, capture_output=True, text=True, check=False
    )


def the_line(run: subprocess.CompletedProcess[str]) -> str:
    """Return the one line of a refusal: nothing on stdout, no stack trace, exit status 1."""
    assert run.returncode == 1
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1, run.stderr
    return run.stderr.strip()


def test_without_java_it_says_which_java_it_needs(programs: Path, tmp_path: Path) -> None:
    assert "Java 17 or newer" in the_line(kafka("start", programs=programs, folder=tmp_path / "kafka"))


@pytest.mark.parametrize(("said", "meant"), [("1.8.0_402", "8"), ("11.0.22", "11"), ("16", "16")])
def test_an_old_java_is_named_with_its_version(said: str, meant: str, programs: Path, tmp_path: Path) -> None:
    put(programs, "java", f"""echo 'openjdk version "{said}" 2021-01-19' >&2""")
    line = the_line(kafka("start", programs=programs, folder=tmp_path / "kafka"))
    assert f"is Java {meant};" in line
    assert "Java 17 or newer" in line


def test_a_taken_port_is_named_before_anything_is_fetched(programs: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = the_line(kafka("start", programs=programs, folder=tmp_path / "kafka", port=port))
    assert f"port {port} is in use" in line
    assert "KAFKA_PORT" in line


@pytest.mark.parametrize("port", ["ninety", "-1", "65536"])
def test_a_port_that_is_none_is_refused_with_what_would_do(port: str, programs: Path, tmp_path: Path) -> None:
    assert "a number from 0 to 65535" in the_line(kafka("start", programs=programs, folder=tmp_path, port=port))


@pytest.mark.parametrize("question", ["status", "url"])
def test_a_question_about_no_broker_fails_and_says_how_to_start_one(
    question: str, programs: Path, tmp_path: Path
) -> None:
    assert "kafka start" in the_line(kafka(question, programs=programs, folder=tmp_path))


def test_stopping_twice_is_no_fault(programs: Path, tmp_path: Path) -> None:
    run = kafka("stop", programs=programs, folder=tmp_path)
    assert (run.returncode, run.stdout.strip()) == (0, "not running")


def test_a_process_id_that_now_belongs_to_another_program_is_not_taken_for_the_broker(tmp_path: Path) -> None:
    (tmp_path / "broker.json").write_text(f'{{"pid": {os.getpid()}, "port": 9092}}')
    assert running(tmp_path) is None
    assert stop(tmp_path) is None  # and this test's own process still lives


def test_a_port_where_another_program_listens_is_no_broker_that_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(5)
        assert not answers(other.getsockname()[1])
