"""Reads progress from PostgreSQL by what is asked for, page by page, and ranks agencies within their kind."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from services.scoring.judging.composite import Entrant, Rank, ranks
from services.scoring.plans.published import NamedAgency
from services.scoring.plans.visibility import IS_SEEN
from services.scoring.progress.json_rows import Written, written
from services.scoring.progress.silence import Silence
from services.scoring.progress.store import COLUMNS, IS_OWED, record_of
from shared.events.vocabulary import AgencyKind, Standing
from shared.runtime.database import columns

# With indicators asked for, a standing is theirs; else the agency's.
_READ: Final = f"""
select progress.*, registered.body->>'kind' as kind,
    registered.body->>'name_vi' as name_vi, registered.body->>'name_en' as name_en
from progress join agency as registered on registered.id = progress.agency
where plan = $1 and (period, agency) > ($2, $3) and {IS_OWED}
    and ($4::text is null or period = $4) and ($5::text is null or agency = $5)
    and ($6::text is null or registered.body->>'kind' = $6)
    and ($7::bool is null or (submission is not null) = $7)
    and ($8::numeric is null or composite_score >= $8) and ($9::numeric is null or composite_score <= $9)
    and case when $10::text[] is null then $11::text is null or standing = $11
        else exists (
            select from jsonb_array_elements(judgements::jsonb) as judged
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
from progress join agency as registered on registered.id = progress.agency
where plan = $1 and period = any($2::text[]) and registered.body->>'kind' = any($3::text[])
    and composite_score is not null
"""


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


async def progress_rows(connection: Any, wanted: Wanted) -> list[Any]:
    """Return the rows that are asked for, by period and agency."""
    rows: list[Any] = await connection.fetch(_READ, *wanted)
    return rows


def asks_for_silent(wanted: Wanted) -> bool:
    """Return whether who filed nothing yet is asked for: by name, or as those that have not filed."""
    is_named = wanted.has_filed is False or (wanted.agency is not None and wanted.has_filed is None)
    is_scored = wanted.min_composite is not None or wanted.max_composite is not None
    return is_named and not is_scored and wanted.standing in {None, Standing.AWAITED}


def silent_rows(silent: Silence, wanted: Wanted, *, agencies: Mapping[str, NamedAgency]) -> list[dict[str, Any]]:
    """Return rows of who filed nothing yet, as far as they are asked for, like those of `progress_rows`."""
    found = (
        each
        for period in silent.agencies
        for each in silent.progress(period)
        if wanted.agency in {None, each.key.agency}
        and wanted.kind in {None, agencies[each.key.agency].kind}
        and (wanted.indicators is None or any(one.indicator in wanted.indicators for one in each.judgements))
    )
    return [_row(written(each, plan=silent.plan), agencies[each.key.agency]) for each in islice(found, wanted.limit)]


async def in_order(connection: Any, rows: Sequence[Any], *, limit: int) -> list[Any]:
    """Return the first of these rows, by period and agency as the database, and so every page, has them in order."""
    named = columns([(row["period"], row["agency"]) for row in rows], width=2)
    return [rows[each["place"] - 1] for each in await connection.fetch(_ORDER, *named, limit)]


def _row(silent: Written, agency: NamedAgency) -> dict[str, Any]:
    named = {"kind": agency.kind.value, "name_vi": agency.name_vi, "name_en": agency.name_en}
    return dict(zip(COLUMNS, record_of(silent), strict=True)) | named


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
