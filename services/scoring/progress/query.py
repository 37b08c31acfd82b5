"""Reads progress from PostgreSQL by what is asked for, page by page, and ranks agencies within their kind."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from services.scoring.judging.composite import Entrant, Rank, ranks
from services.scoring.plans.published import NamedAgency
from services.scoring.plans.visibility import IS_SEEN
from services.scoring.progress.events import data_of
from services.scoring.progress.silence import Silence
from shared.events.progress import ProgressChanged, ProgressChangedData
from shared.events.vocabulary import AgencyKind, Standing
from shared.runtime.database import columns

# With indicators asked for, a standing is theirs; else the agency's.
_READ: Final = f"""
select progress.event, registered.body->>'kind' as kind,
    registered.body->>'name_vi' as name_vi, registered.body->>'name_en' as name_en, registered.body->>'parent' as parent
from current_progress as progress join agency as registered on registered.id = progress.agency
where plan = $1 and (period, agency) > ($2, $3) and is_owed
    and ($4::text is null or period = $4) and ($5::text is null or agency = $5)
    and ($6::text is null or registered.body->>'kind' = $6)
    and ($7::bool is null or (submission is not null) = $7)
    and ($8::numeric is null or composite_score >= $8) and ($9::numeric is null or composite_score <= $9)
    and case when $10::text[] is null then $11::text is null or standing = $11
        else exists (
            select from jsonb_array_elements(convert_from(event, 'utf8')::jsonb #> '{{data,judgements}}') as judged
            where judged->>'indicator' = any($10) and ($11::text is null or judged->>'standing' = $11)
        ) end
    and {IS_SEEN.format(12)}
order by period, agency limit $13
"""  # noqa: S608  our own words
_ORDER: Final = """
select place from unnest($1::text[], $2::text[]) with ordinality as found (period, agency, place)
order by period, agency limit $3
"""
_SCORES: Final = """
select period, agency, composite_score, plan_version, registered.body->>'kind' as kind
from current_progress as progress join agency as registered on registered.id = progress.agency
where plan = $1 and period = any($2::text[]) and registered.body->>'kind' = any($3::text[])
    and composite_score is not null
"""


class Listed(NamedTuple):
    """How an agency stands in a period, as it was announced, with what readers call the agency."""

    data: ProgressChangedData
    decided_at: datetime
    agency: NamedAgency


class Wanted(NamedTuple):
    """Which progress is asked for, after which period and agency; None: whatever it is."""

    plan: str
    after_period: str
    after_agency: str
    period: str | None
    agency: str | None
    kind: AgencyKind | None
    has_filed: bool | None
    min_composite: Decimal | None
    max_composite: Decimal | None
    indicators: Sequence[str] | None
    standing: Standing | None
    whose: str | None  # agency whose rows, and whose communes' rows, are seen
    limit: int


async def listed_progress(connection: Any, wanted: Wanted) -> list[Listed]:
    """Return the progress that is asked for, by period and agency."""
    return [_listed(row) for row in await connection.fetch(_READ, *wanted)]


def asks_for_silent(wanted: Wanted) -> bool:
    """Return whether who filed nothing yet is asked for: by name, or as those that have not filed."""
    is_named = wanted.has_filed is False or (wanted.agency is not None and wanted.has_filed is None)
    is_scored = wanted.min_composite is not None or wanted.max_composite is not None
    return is_named and not is_scored and wanted.standing in {None, Standing.AWAITED}


def listed_silent(silent: Silence, wanted: Wanted, *, agencies: Mapping[str, NamedAgency]) -> list[Listed]:
    """Return who filed nothing yet, as far as it is asked for, like those of `listed_progress`."""
    found = (
        each
        for period in silent.agencies
        for each in silent.progress(period)
        if wanted.agency in {None, each.key.agency}
        and wanted.kind in {None, agencies[each.key.agency].kind}
        and (wanted.indicators is None or any(one.indicator in wanted.indicators for one in each.judgements))
    )
    return [
        Listed(data_of(each, plan=silent.plan), each.cause.decided_at, agencies[each.key.agency])
        for each in islice(found, wanted.limit)
    ]


async def in_order(connection: Any, found: Sequence[Listed], *, limit: int) -> list[Listed]:
    """Return the first of these, by period and agency as the database, and so every page, has them in order."""
    named = columns([(each.data.period, each.data.agency) for each in found], width=2)
    return [found[each["place"] - 1] for each in await connection.fetch(_ORDER, *named, limit)]


def _listed(row: Any) -> Listed:
    event = ProgressChanged.model_validate_json(row["event"])
    return Listed(
        event.data,
        event.time,
        NamedAgency(row["name_vi"], row["name_en"], AgencyKind(row["kind"]), row["parent"]),
    )


async def ranked(
    connection: Any, plan: str, *, periods: Collection[str], kinds: Collection[str]
) -> Mapping[tuple[str, str], Rank]:
    """Return the ranks by period and agency, among all agencies of a kind that have a score in the period."""
    entrants: defaultdict[str, list[Entrant]] = defaultdict(list)
    for row in await connection.fetch(_SCORES, plan, list(periods), list(kinds)):
        entrants[row["period"]].append(
            Entrant(row["agency"], AgencyKind(row["kind"]), row["composite_score"], row["plan_version"])
        )
    return {(period, agency): rank for period, entered in entrants.items() for agency, rank in ranks(entered).items()}
