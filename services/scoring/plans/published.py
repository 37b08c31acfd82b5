"""Plan versions and agencies as they were published: their names, units and days, which rules have no use for."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import judging_version, published_versions
from services.scoring.plans.visibility import IS_SEEN
from shared.events.plans import IndicatorData, PlanPublishedData
from shared.events.vocabulary import AgencyKind, Language, RollUp

_IS_REGISTERED: Final = (
    "select exists (select from (select id as agency, body from agency) as known"  # noqa: S608  our own words
    f" where agency = $1 and body->>'kind' = any($2::text[]) and {IS_SEEN.format(3)})"
)


class NamedAgency(NamedTuple):
    """An agency as readers know it."""

    name_vi: str
    name_en: str
    kind: AgencyKind
    parent: str | None

    def name(self, language: Language) -> str:
        """Return its name in this language."""
        return self.name_vi if language is Language.VI else self.name_en


class Published:
    """Plan versions as published; they never change, so a process reads each once."""

    def __init__(self) -> None:
        self._kept: dict[PlanVersion, PlanPublishedData] = {}

    async def versions(
        self, connection: Any, versions: Collection[PlanVersion]
    ) -> Mapping[PlanVersion, PlanPublishedData]:
        """Return those of the plan versions that are known."""
        unread = [version for version in versions if version not in self._kept]
        if unread:
            self._kept |= await published_versions(connection, unread)
        return {version: self._kept[version] for version in versions if version in self._kept}

    async def newest(self, connection: Any, plan: str) -> PlanPublishedData | None:
        """Return the newest version of a plan, None where there is no such plan."""
        number = await connection.fetchval("select max(version) from plan_version where plan = $1", plan)
        if number is None:
            return None
        version = PlanVersion(plan, number)
        return (await self.versions(connection, [version]))[version]

    async def judging(self, connection: Any, newest: PlanPublishedData, period: str) -> PlanPublishedData:
        """Return the version that a period was closed by, or judged again by since; the newest where it is open."""
        number = await judging_version(connection, newest.plan, period)
        if number is None:
            return newest
        version = PlanVersion(newest.plan, number)
        return (await self.versions(connection, [version]))[version]


async def agencies_named(connection: Any, ids: Iterable[str]) -> Mapping[str, NamedAgency]:
    """Return those of the agencies that are registered."""
    rows = await connection.fetch(
        "select id, body->>'name_vi' as name_vi, body->>'name_en' as name_en, body->>'kind' as kind,"
        " body->>'parent' as parent from agency where id = any($1::text[])",
        list(ids),
    )
    return {
        row["id"]: NamedAgency(row["name_vi"], row["name_en"], AgencyKind(row["kind"]), row["parent"]) for row in rows
    }


async def is_registered(connection: Any, agency: str, *, seen: str | None, kinds: Collection[AgencyKind] = ()) -> bool:
    """Return whether an agency that a key sees is registered, of one of these kinds where some are named.

    One that is not seen answers as one that is not there.
    """
    return bool(await connection.fetchval(_IS_REGISTERED, agency, list(kinds or AgencyKind), seen))


def name_of(named: Any, language: Language) -> str:
    """Return the name of an indicator or programme in this language."""
    name: str = named.name_vi if language is Language.VI else named.name_en
    return name


def unit_of(indicator: IndicatorData, language: Language) -> str:
    """Return the unit of what one agency reports."""
    return indicator.unit_vi if language is Language.VI else indicator.unit_en


def unit_over_agencies(indicator: IndicatorData, language: Language) -> str:
    """Return the unit of what agencies come to together: of a yes-no, percent of them."""
    return "%" if indicator.roll_up is RollUp.SHARE_OF_YES else unit_of(indicator, language)
