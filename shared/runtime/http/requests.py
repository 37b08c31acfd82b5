"""What is refused of any request before its route is looked for: doubled headers, a foreign host, a key in the URL."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from fastapi import Response

from shared.runtime.http.problems import problem
from shared.wording.faults import Fault

_ONCE: Final = {
    b"authorization": "Authorization",
    b"content-encoding": "Content-Encoding",
    b"content-length": "Content-Length",
    b"content-type": "Content-Type",
    b"host": "Host",
    b"idempotency-key": "Idempotency-Key",
}
"""Headers of which the second one would be passed over by some and taken by others."""

_HOST: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", re.ASCII)
_KEY: Final = re.compile(rb"key(?:_|%5[fF])live|(?:^|&)(?:access_token|api_?key|authorization|key)=", re.IGNORECASE)
_FOR_MACHINES: Final = frozenset({"/health/live", "/health/ready", "/metrics"})
"""Asked by orchestrators under addresses that nobody can list."""

_HOST_NEEDED: Final = Fault("Host", "required", "Thiếu tiêu đề Host.", "The Host header is missing.")
_HOST_UNKNOWN: Final = Fault(
    "Host",
    "unknown-host",
    "Không phục vụ dưới tên này; hãy dùng địa chỉ đã được cấp.",
    "Nothing is served under this name; use the address you were given.",
)
_KEY_IN_URL: Final = Fault(
    "?",
    "key-in-url",
    "Không gửi khóa trong địa chỉ, nơi nhật ký ghi lại; chỉ gửi Authorization: Bearer …, và thay khóa đã lộ.",
    "Do not send a key in the URL, which logs keep; send Authorization: Bearer … alone, and replace the key.",
)


def refusal_of(scope: Mapping[str, Any], *, hosts: Collection[str]) -> Response | None:
    """Return the problem that answers a request, None where it may go on; `hosts` are ours, none of them for any."""
    faults = list(_faults_of(scope, hosts=hosts))
    return problem(400, faults=faults) if faults else None


def host_names(setting: str) -> frozenset[str]:
    """Return the names in a list separated by commas, in lower case."""
    return frozenset(name.strip().lower() for name in setting.split(",") if name.strip())


def _faults_of(scope: Mapping[str, Any], *, hosts: Collection[str]) -> Iterator[Fault]:
    values: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        if name in _ONCE:
            values.setdefault(name, []).append(value)
    match values.get(b"host"):
        case None:
            yield _HOST_NEEDED
        case [host] if not _is_ours(host, path=scope["path"], hosts=hosts):
            yield _HOST_UNKNOWN
    yield from (_given_twice(_ONCE[name]) for name in sorted(values) if len(values[name]) > 1)
    query = scope["query_string"]
    if query and _KEY.search(query):
        yield _KEY_IN_URL


def _is_ours(host: bytes, *, path: str, hosts: Collection[str]) -> bool:
    found = _HOST.fullmatch(host.decode("latin-1"))
    return found is not None and (not hosts or found[1].lower() in hosts or path in _FOR_MACHINES)


def _given_twice(name: str) -> Fault:
    return Fault(
        name,
        "given-twice",
        f"Tiêu đề {name} chỉ được nêu một lần.",
        f"The header {name} may be given once only.",
    )
