"""What ingest keeps in memory between requests: the registry, and who a key belongs to."""

import hmac
import time
from datetime import date
from typing import Any, Final

import orjson

from services.ingest.keys import digest, prefix_of
from services.ingest.model import Agency, Indicator, KeyHolder, Period, Plan, Registry
from shared.events.vocabulary import AgencyKind, Measure
from shared.runtime.clock import Clock
from shared.runtime.database import Database

_REGISTRY_SECONDS: Final = 2.0
_KEY_SECONDS: Final = 3.0  # a revoked key is refused within 5 s
_KEYS_KEPT: Final = 10_000


class RegistryCache:
    """The plans in force and the agencies, read again when another version was loaded."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._registry = Registry({}, {})
        self._versions: list[tuple[str, int]] = []
        self._read_at = float("-inf")

    async def current(self) -> Registry:
        """Return the registry, at most two seconds old."""
        if time.monotonic() - self._read_at > _REGISTRY_SECONDS:
            async with self._database.transaction() as connection:
                rows = await connection.fetch(
                    "select plan, max(version) as version from plan_version group by plan order by plan"
                )
                versions = [(row["plan"], row["version"]) for row in rows]
                if versions != self._versions:
                    self._registry = await _read_registry(connection)
                    self._versions = versions
            self._read_at = time.monotonic()
        return self._registry


async def _read_registry(connection: Any) -> Registry:
    plans = await connection.fetch(
        "select distinct on (plan) plan, version, body from plan_version order by plan, version desc"
    )
    agencies = await connection.fetch("select id, body from agency")
    return Registry(
        plans={row["plan"]: _plan(orjson.loads(row["body"])) for row in plans},
        agencies={row["id"]: _agency(orjson.loads(row["body"])) for row in agencies},
    )


def _plan(body: Any) -> Plan:
    return Plan(
        id=body["plan"],
        version=body["version"],
        indicators={
            each["id"]: Indicator(
                id=each["id"],
                measure=Measure(each["measure"]),
                reported_by_kinds=frozenset(map(AgencyKind, each["reported_by_kinds"])),
                reported_by_agencies=frozenset(each["reported_by_agencies"]),
            )
            for each in body["indicators"]
        },
        periods={
            each["id"]: Period(
                id=each["id"],
                starts_on=date.fromisoformat(each["starts_on"]),
                ends_on=date.fromisoformat(each["ends_on"]),
                due_on=date.fromisoformat(each["due_on"]),
                locked_on=date.fromisoformat(each["locked_on"]),
            )
            for each in body["periods"]
        },
        agencies=frozenset(body["agencies"]),
    )


def _agency(body: Any) -> Agency:
    return Agency(
        id=body["agency"],
        name_vi=body["name_vi"],
        kind=AgencyKind(body["kind"]),
        parent=body["parent"],
        valid_from=date.fromisoformat(body["valid_from"]),
        valid_to=date.fromisoformat(body["valid_to"]) if body["valid_to"] else None,
    )


class KeyRing:
    """Says who a key belongs to, and remembers it for a few seconds."""

    def __init__(self, database: Database, *, pepper: str, clock: Clock) -> None:
        self._database = database
        self._pepper = pepper
        self._clock = clock
        self._known: dict[bytes, tuple[float, KeyHolder | None]] = {}

    async def holder(self, text: str) -> KeyHolder | None:
        """Return who holds this key; none where it is unknown, expired or revoked."""
        hashed = digest(text, pepper=self._pepper)
        known = self._known.get(hashed)
        if known and time.monotonic() - known[0] < _KEY_SECONDS:
            return known[1]
        prefix = prefix_of(text)
        if prefix is None:
            return None
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "select digest, agency from api_key where prefix = $1 and revoked_at is null"
                " and (expires_at is null or expires_at > $2)",
                prefix,
                self._clock.now(),
            )
        is_held = row is not None and hmac.compare_digest(row["digest"], hashed)
        holder = KeyHolder(prefix, row["agency"]) if is_held else None
        if len(self._known) > _KEYS_KEPT:
            self._known.clear()
        self._known[hashed] = (time.monotonic(), holder)
        return holder
