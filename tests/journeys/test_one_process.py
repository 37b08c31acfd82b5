"""`python -m services`: one command, one process, and nothing lost when it is stopped or killed."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from services.__main__ import main
from shared.runtime.embedded.broker import free_port
from tests.support.mailbox import CatcherMailbox
from tests.support.province import PLAN, PLANS, Province
from tests.support.waiting import PATIENCE_SECONDS, until

ROOT: Final = PLANS.parent
REPLACED: Final = {"KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "SMTP_URL", "PORT", "KEY_PEPPER"}
STARTS_AT: Final = "2014-04-03T09:00+07:00"


LAGGING, LATER = "ubnd-xa-da-nhim-lac-duong", "ubnd-xa-da-chais-lac-duong"


def _is_told(line: str) -> bool:
    return line.startswith(("agency,", LAGGING, LATER))


def environment(directory: Path, **more: str) -> dict[str, str]:
    """Return the environment of a person who has set nothing but the folder and the clock."""
    inherited = {name: value for name, value in os.environ.items() if name not in REPLACED}
    return {**inherited, "TIENDO_VAR": str(directory), "CLOCK_START": STARTS_AT, **more}


@asynccontextmanager
async def running(directory: Path, *, port: int) -> "AsyncIterator[subprocess.Popen[bytes]]":
    """Run the system until the block ends, ready when it begins."""
    log = directory / "system.log"
    with log.open("wb") as opened:
        process = subprocess.Popen(
            [sys.executable, "-m", "services"],
            cwd=ROOT,
            env=environment(directory, PORT=str(port)),
            stdout=opened,
            stderr=opened,
        )

    async def is_ready() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                return (await client.get(f"http://127.0.0.1:{port}/health/ready")).is_success
        except httpx.TransportError:
            return False

    try:
        await until(is_ready, "the system is ready")
        yield process
    finally:
        process.kill()
        process.wait()


def command(directory: Path, service: str, *arguments: str) -> str:
    """Run a command of a service as the start-up message says, and return what it printed."""
    order = (
        f"set -a; . {directory}/env/{service}.env; exec {sys.executable} -m services.{service} {' '.join(arguments)}"
    )
    return subprocess.run(["bash", "-c", order], cwd=ROOT, capture_output=True, text=True, check=True).stdout


async def test_a_mail_comes_of_two_commands_and_a_filing_and_survives_a_kill(tmp_path: Path) -> None:
    directory, port = tmp_path, free_port()
    contacts = [line for line in (PLANS / PLAN / "contacts.csv").read_text().splitlines() if _is_told(line)]
    (tmp_path / "contacts.csv").write_text("\n".join(contacts))
    async with AsyncExitStack() as stack:
        async with running(directory, port=port) as process:
            command(directory, "notify", "contacts", "load", str(tmp_path / "contacts.csv"))
            assert "175 agencies" in command(directory, "ingest", "plan", "load", str(PLANS / PLAN))
            issued = command(directory, "ingest", "keys", "issue", "--agency", LAGGING, "--agency", LATER)
            keys = dict(line.split() for line in issued.splitlines())
            province = Province(base_url=f"http://127.0.0.1:{port}", keys=keys)
            stack.push_async_callback(province.close)
            mailbox = CatcherMailbox(directory / "mail", smtp_url="")

            async def is_told(agency: str) -> bool:
                return "lag" in [mail.kind for mail in await mailbox.mails() if mail.agency == agency]

            await province.file(LAGGING, "2014-03", pct=1)
            await until(lambda: is_told(LAGGING), "the agency that lags has its mail")
            assert (await province.file(LATER, "2014-03", pct=1)).status == 202
            process.send_signal(signal.SIGKILL)
            process.wait()

        # The broker has forgotten everything; what was accepted is in the database and goes its way again.
        async with running(directory, port=port) as process:
            await until(lambda: is_told(LATER), "what was accepted before the kill is told after it")
            mails = await mailbox.mails()
            assert len({mail.message_id for mail in mails}) == len(mails)
            assert [mail.kind for mail in mails if mail.agency == LAGGING and mail.period == "2014-03"] == ["lag"]
            said = (directory / "system.log").read_text()
            for words in (f"http://127.0.0.1:{port}/mail", "REHEARSAL", "03/04/2014", "embedded, in memory"):
                assert words in said
            command(directory, "scoring", "chart", PLAN, "2014-03", str(directory / "chart.svg"))
            assert "DIỄN TẬP (rehearsal)" in (directory / "chart.svg").read_text()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
            assert "Traceback" not in (directory / "system.log").read_text()


@pytest.fixture
def refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[dict[str, str]], str]:
    """Lend what starts the system where it cannot start, and returns the one line that it says."""

    def start(given: dict[str, str]) -> str:
        for name in REPLACED:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment(tmp_path, **{"PORT": "0", **given}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["services"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1, lines
        return str(lines[0])

    return start


def test_a_port_in_use_is_one_line_and_no_stack_trace(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        order = [sys.executable, "-m", "services"]
        given = environment(tmp_path, PORT=str(port))
        ended = subprocess.run(
            order, cwd=ROOT, env=given, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr == f"tiendo: port {port} on 127.0.0.1 is in use; set PORT to a free one\n"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PORT", "eighty", "PORT is wrong"),
        ("CLOCK_START", "yesterday", "CLOCK_START is wrong"),
        ("KEY_PEPPER", "too short", "KEY_PEPPER is wrong"),
        ("DATABASE_URL", "postgresql://nobody:hidden@127.0.0.1:one/none", "nobody:***@127.0.0.1:one"),
        ("TIENDO_VAR", "/proc/nowhere", "TIENDO_VAR"),
    ],
)
def test_a_wrong_variable_is_one_line_that_names_it(
    refusal: Callable[[dict[str, str]], str], variable: str, value: str, said: str
) -> None:
    line = refusal({variable: value})
    assert said in line
    assert "hidden" not in line
