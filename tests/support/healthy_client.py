"""Files a submission again and again, as a healthy client does, and tells how long each answer took.

A program of its own, so that what it measures is the service and not the test. It is given port and key, says in a line
that it has begun and in another that it was answered a hundred times, and ends when its standard input does, with the
seconds as a JSON list.
"""

import http.client
import json
import os
import sys
import threading
import time

from tests.support.ingest import BODY

_PAUSE_SECONDS = 0.02
_ENOUGH = 100


def main() -> None:
    """Measure until told to stop."""
    is_over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        is_over.set()

    threading.Thread(target=wait, daemon=True).start()
    _say("measuring")
    sys.stdout.write(json.dumps(latencies(int(sys.argv[1]), sys.argv[2], is_over=is_over)))


def latencies(port: int, key: str, *, is_over: threading.Event) -> list[float]:
    """Return the seconds from asking to the receipt, a retry that was asked for included.

    Raises:
        RuntimeError: an answer is neither the receipt nor a request to try again.
    """
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": os.urandom(8).hex()}
    headers["Content-Type"] = "application/json"
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found: list[float] = []
    began = time.perf_counter()
    while not is_over.is_set():
        client.request("POST", "/v1/submissions", body=json.dumps(BODY), headers=headers)
        answer = client.getresponse()
        content = answer.read()
        if answer.status == http.client.SERVICE_UNAVAILABLE:  # a slow disk's, not the attacker's
            time.sleep(int(answer.headers["retry-after"]))
            continue
        if answer.status != http.client.ACCEPTED:
            raise RuntimeError(content.decode())
        found.append(time.perf_counter() - began)
        if len(found) == _ENOUGH:
            _say("enough")
        time.sleep(_PAUSE_SECONDS)
        began = time.perf_counter()
    return found


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
