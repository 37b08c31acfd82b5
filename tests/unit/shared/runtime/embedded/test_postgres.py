"""The embedded PostgreSQL: starts anywhere, comes back after a kill, and says in one sentence why it cannot."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from shared.runtime.embedded.postgres import EmbeddedPostgres
from shared.runtime.errors import StartFailure

_HOLDER = """
import asyncio, sys
from pathlib import Path
from shared.runtime.embedded.postgres import EmbeddedPostgres
async def main():
    await EmbeddedPostgres(Path(sys.argv[1]), is_durable=False).start()
    print("started", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


async def _ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def _postmaster(directory: Path) -> int:
    return int((directory / "cluster" / "postmaster.pid").read_text().splitlines()[0])


async def test_a_database_is_made_once_and_keeps_what_was_written(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", is_durable=False)
    await server.start()
    url = await server.ensure_database("tiendo_ingest")
    await _ask(url, "create table kept (word text)")
    await _ask(url, "insert into kept values ('still here')")
    await server.stop()
    await server.start()
    assert await server.ensure_database("tiendo_ingest") == url
    assert await _ask(url, "select word from kept") == "still here"
    await server.stop()


async def test_a_path_too_deep_or_too_odd_for_a_socket_serves_all_the_same(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("đơn vị, kỳ & 'năm' " * 4) / ("deep" * 20), is_durable=False)
    await server.start()
    try:
        assert await _ask(await server.ensure_database("one"), "select 1") == 1
    finally:
        await server.stop()


async def test_who_is_killed_leaves_no_server_behind_and_the_next_start_succeeds(tmp_path: Path) -> None:
    directory = tmp_path / "postgres"
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(directory)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert b"started\n" in iter(holder.stdout.readline, b"")
    orphan = _postmaster(directory)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    server = EmbeddedPostgres(directory, is_durable=False)
    await server.start()
    assert _postmaster(directory) != orphan
    assert await _ask(server.url, "select 1") == 1
    await server.stop()


async def test_a_stale_process_number_that_now_belongs_to_another_program_does_not_stop_it(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", is_durable=False)
    await server.start()
    lock = tmp_path / "postgres" / "cluster" / "postmaster.pid"
    lines = lock.read_text().splitlines()
    await server.stop()
    lock.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    await server.start()
    assert await _ask(server.url, "select 1") == 1
    await server.stop()


async def test_why_it_cannot_start_is_one_sentence_with_the_servers_own_words(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", is_durable=False)
    await server.start()
    await server.stop()
    (tmp_path / "postgres" / "cluster" / "postgresql.conf").write_text("shared_buffers = plenty\n")
    with pytest.raises(StartFailure, match=r"FATAL: .*postgresql\.conf") as failure:
        await server.start()
    assert "\n" not in str(failure.value)
