"""Reads progress from PostgreSQL by what is asked for, page by page, and ranks agencies within their kind."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from services.scoring.composite import Entrant, Rank, ranks
from services.scoring.visibility import IS_SEEN
from shared.events.vocabulary import AgencyKind, Standing

# With indicators asked for, a standing is theirs; else the agency's.
_READ: Final = f"""
select progress.*, registered.body->>'kind' as kind,
    registered.body->>'name_vi' as name_vi, registered.body->>'name_en' as name_en
from progress join agency as registered on registered.id = progress.agency
where plan = $1 and (period, agency) > ($2, $3)
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
_SCORES: Final = """
select period, agency, composite_score, registered.body->>'kind' as kind
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


async def ranked(
    connection: Any, plan: str, *, periods: Collection[str], kinds: Collection[str]
) -> Mapping[tuple[str, str], Rank]:
    """Return the ranks by period and agency, among all agencies of a kind that have a score in the period."""
    entrants: defaultdict[str, list[Entrant]] = defaultdict(list)
    for row in await connection.fetch(_SCORES, plan, list(periods), list(kinds)):
        entrants[row["period"]].append(Entrant(row["agency"], AgencyKind(row["kind"]), row["composite_score"]))
    return {(period, agency): rank for period, entered in entrants.items() for agency, rank in ranks(entered).items()}
