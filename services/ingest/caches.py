"""What ingest keeps in memory between requests: the registry."""

import time
from dataclasses import replace
from datetime import date
from typing import Any, Final

import orjson

from services.ingest.model import Agency, Indicator, Period, Plan, Registry
from services.ingest.reopening_store import PostgresReopenings
from shared.events.vocabulary import AgencyKind, Measure, PeriodLength
from shared.runtime.database import Database

_REGISTRY_SECONDS: Final = 2.0


class RegistryCache:
    """The plans in force and the agencies, read again when another version was loaded, and what was reopened."""

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
                    self._registry = await read_registry(connection)
                    self._versions = versions
                reopened = await PostgresReopenings(connection).last_days()
                self._registry = replace(self._registry, reopened=reopened)
            self._read_at = time.monotonic()
        return self._registry


async def read_registry(connection: Any) -> Registry:
    """Return the plans in force and the agencies."""
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
        lead_agency=body["lead_agency"],
        reporting=PeriodLength(body["reporting"]),
        indicators={
            each["id"]: Indicator(
                id=each["id"],
                measure=Measure(each["measure"]),
                reported_by_kinds=frozenset(map(AgencyKind, each["reported_by_kinds"])),
                reported_by_agencies=frozenset(each["reported_by_agencies"]),
                is_whole=each.get("is_whole", True),
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
        name_en=body["name_en"],
        kind=AgencyKind(body["kind"]),
        parent=body["parent"],
        valid_from=date.fromisoformat(body["valid_from"]),
        valid_to=date.fromisoformat(body["valid_to"]) if body["valid_to"] else None,
        succeeded_by=body["succeeded_by"],
    )
