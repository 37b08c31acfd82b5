"""One URL space: each resource belongs to one service, and the proxy of the containers sends it there."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import pytest

from services.ingest import settings as ingest_settings
from services.ingest import wiring as ingest
from services.notify import settings as notify_settings
from services.notify import wiring as notify
from services.scoring import settings as scoring_settings
from services.scoring import wiring as scoring
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.process.server import application

CADDYFILE: Final = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
URL: Final = "postgresql://nobody@127.0.0.1:9/nowhere"
GIVEN: Final[dict[str, Any]] = {
    "database_url": URL,
    "kafka_bootstrap_servers": "127.0.0.1:9",
    "key_pepper": "a pepper for tests only",
}
BUILT: Final[Mapping[str, tuple[Any, Any]]] = {
    "ingest": (ingest.build, ingest_settings.Settings(**GIVEN)),
    "scoring": (scoring.build, scoring_settings.Settings(**GIVEN)),
    "notify": (notify.build, notify_settings.Settings(**GIVEN, smtp_url="smtp://127.0.0.1:9")),
}


def sent_to(path: str) -> str | None:
    """Return the service that the proxy sends a path to; the first whose patterns fit, as in the file."""
    for service, patterns in re.findall(r"^\s*@(\w+) path (.+)$", CADDYFILE.read_text(encoding="utf-8"), re.MULTILINE):
        if any(fnmatchcase(path, pattern) for pattern in patterns.split()):
            return str(service)
    return None


def resources_of(service: str) -> set[str]:
    """Return an example of each path under /v1 that a service answers."""
    build, settings = BUILT[service]
    built = build(settings=settings, clock=SteppedClock(datetime(2014, 4, 3, tzinfo=UTC)), database=Database(URL))
    paths = application([built]).openapi()["paths"]
    return {re.sub(r"\{[^}]*\}", "7", path) for path in paths if path.startswith("/v1/")}


@pytest.mark.parametrize("service", BUILT)
def test_each_resource_is_sent_to_the_service_that_it_belongs_to(service: str) -> None:
    resources = resources_of(service)
    assert resources
    assert {sent_to(path) for path in resources} == {service}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_health_and_metrics_are_not_passed_on(path: str) -> None:
    assert sent_to(path) is None
