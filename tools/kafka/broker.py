"""Starts one Kafka broker that outlives its caller, asks it whether it answers, and stops it."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.kafka.errors import KafkaError
from tools.kafka.libraries import java, libraries

HOST: Final = "127.0.0.1"
CLUSTER_ID: Final = "dGllbmRvLWxvY2FsLWthZg"  # any 16 bytes in base64; the same for every local cluster
START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 20.0
LOG_SETTINGS: Final = Path(__file__).with_name("log4j2.properties")


@dataclass(frozen=True)
class Broker:
    """A broker process and the port on which it takes clients."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """Return the bootstrap address, host:port."""
        return f"{HOST}:{self.port}"


def running(folder: Path) -> Broker | None:
    """Return the broker that was started from this folder and still lives."""
    try:
        broker = Broker(**json.loads((folder / "broker.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    # A process id is given out again after a restart of the machine: the command line tells whether it is still ours.
    return broker if str(_properties(folder)) in _command_line(broker.pid) else None


def answers(port: int) -> bool:
    """Return whether a Kafka broker answers an ApiVersions request on this port."""
    request = struct.pack(">ihhih", 10, 18, 0, 1, -1)  # size, ApiVersions, version 0, correlation 1, no client id
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(request)
            return connection.recv(8)[4:] == request[8:12]  # the correlation id comes back
    except OSError:
        return False


def start(folder: Path, *, port: int, jars: Path) -> Broker:
    """Return a broker that answers, started now unless this folder's broker already runs.

    Raises: KafkaError when Java or Maven is missing, the port is taken, or the broker gives up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        already = running(folder)
        if already is not None:
            if port not in (0, already.port):
                raise KafkaError(f"already running on {already.url}; stop it before starting it on port {port}")
            _wait_for(already, folder=folder)
            return already
        port = _free_port(port)
        command = [java(), *os.environ.get("KAFKA_HEAP_OPTS", "-Xms256m -Xmx512m").split()]
        command += [f"-Dlog4j2.configurationFile={LOG_SETTINGS}", "-cp", f"{libraries(jars)}/*"]
        _format(folder, port=port, command=command)
        with (folder / "kafka.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "kafka.Kafka", str(_properties(folder))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that it survives the terminal or script that asked for it
            )
        broker = Broker(pid=process.pid, port=port)
        (folder / "broker.json").write_text(json.dumps({"pid": broker.pid, "port": broker.port}))
        _wait_for(broker, folder=folder, process=process)
        return broker


def stop(folder: Path) -> Broker | None:
    """Return the broker that was stopped, None when none ran; its topics stay for the next start."""
    broker = running(folder)
    if broker is not None:
        for signal_number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(broker.pid, signal_number)
            if _is_gone(folder, within=seconds):
                break
    (folder / "broker.json").unlink(missing_ok=True)
    return broker


def _properties(folder: Path) -> Path:
    return folder.resolve() / "server.properties"


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists() or shutil.which("ps") is None:
            return ""
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one start at a time work in this folder."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise KafkaError(f"port {wanted} is in use; name another with KAFKA_PORT (0 takes a free one)") from error
        port: int = probe.getsockname()[1]
        return port


def _format(folder: Path, *, port: int, command: list[str]) -> None:
    """Write the settings of a one-node cluster and, the first time, its storage."""
    controller = _free_port(0)
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{controller}",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(folder.resolve() / "topics"),
        "auto.create.topics.enable": "false",  # topics are made by the topics job, as in production
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }
    _properties(folder).write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    if (folder / "topics" / "meta.properties").exists():
        return
    order = [*command, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(_properties(folder))]
    formatted = subprocess.run(order, capture_output=True, text=True, check=False)
    if formatted.returncode:
        raise KafkaError(
            f"cannot format {folder / 'topics'}: {(formatted.stderr or formatted.stdout).strip().splitlines()[-1]}"
        )


def _wait_for(broker: Broker, *, folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when the broker answers.

    Raises: KafkaError when it ends or stays silent instead.
    """
    give_up_at = time.monotonic() + START_SECONDS
    while not answers(broker.port):
        # Our own child tells by itself: its command line reads as empty for a moment while Java starts itself anew.
        has_ended = process.poll() is not None if process else running(folder) is None
        if has_ended:
            raise KafkaError(f"the broker ended while starting; {folder / 'kafka.log'} says why")
        if time.monotonic() > give_up_at:
            raise KafkaError(f"no answer on {broker.url} after {START_SECONDS:.0f} s; see {folder / 'kafka.log'}")
        time.sleep(0.2)  # a starting JVM gives no other sign


def _is_gone(folder: Path, *, within: float) -> bool:
    give_up_at = time.monotonic() + within
    while running(folder) is not None:
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.1)  # the broker is nobody's child, so nobody can wait for it
    return True
