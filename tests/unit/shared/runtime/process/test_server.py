"""A port that cannot be taken is said in one sentence."""

import socket
from collections.abc import Iterator

import pytest

from shared.runtime.errors import StartFailure
from shared.runtime.process.server import listening_socket


@pytest.fixture
def taken() -> Iterator[int]:
    """Lend a port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_named_with_what_changes_it(taken: int) -> None:
    with pytest.raises(StartFailure, match=f"port {taken} on 127.0.0.1 is in use; set PORT to a free one"):
        listening_socket("127.0.0.1", taken)


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(StartFailure, match=r"port 0 on 192\.0\.2\.1 cannot be taken"):
        listening_socket("192.0.2.1", 0)


def test_port_0_takes_a_free_one() -> None:
    with listening_socket("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0
