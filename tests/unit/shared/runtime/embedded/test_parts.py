"""What is not given is embedded, what is given is left alone, and a folder serves one system."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from shared.runtime.embedded.parts import started_parts
from shared.runtime.errors import StartFailure

GIVEN: dict[str, Any] = {
    "bootstrap_servers": "kafka:9092",
    "database_url": "postgresql://u:p@server/name",
    "smtp_url": "smtp://relay",
}


async def test_what_is_given_is_used_as_it_is(tmp_path: Path) -> None:
    async with started_parts(tmp_path, **GIVEN) as parts:
        assert (parts.bootstrap_servers, parts.server_url, parts.smtp_url) == tuple(GIVEN.values())
        assert (parts.is_broker_embedded, parts.is_server_embedded, parts.mail_directory) == (False, False, None)


async def test_what_is_not_given_is_embedded(tmp_path: Path) -> None:
    async with started_parts(tmp_path, **{**GIVEN, "smtp_url": None}) as parts:
        assert parts.smtp_url.startswith("smtp://127.0.0.1:")
        assert parts.mail_directory == tmp_path / "mail"
    async with started_parts(tmp_path, **{**GIVEN, "bootstrap_servers": None}) as parts:
        assert parts.is_broker_embedded
        assert parts.bootstrap_servers.startswith("127.0.0.1:")


async def test_a_folder_serves_one_system_at_a_time(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(started_parts(tmp_path, **GIVEN))
        with pytest.raises(StartFailure, match="another system already runs"):
            await stack.enter_async_context(started_parts(tmp_path, **GIVEN))
    async with started_parts(tmp_path, **GIVEN):
        pass  # the first has let go of it
