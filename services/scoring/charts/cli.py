"""`python -m services.scoring chart`: reads what is known of a plan's period and draws it into a file."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from services.scoring.charts.facts import Facts
from services.scoring.charts.picture import picture_of
from services.scoring.plans.translation import agency_of, plan_of
from services.scoring.progress.store import progress_in
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.events.vocabulary import Language, Standing
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure

SUFFIXES: Final = (".svg", ".png")
_NEWEST: Final = "select body from plan_version where plan = $1 order by version desc limit 1"
_UP_TO: Final = (
    "select period, agency, standing, decided_at, is_synthetic from current_progress"
    " where plan = $1 and period = any($2::text[]) and is_owed"
)
_OF_PERIOD: Final = "select * from current_progress where plan = $1 and period = $2 and is_owed order by agency"
_MOST_NAMED: Final = 6


def check_name(file: Path) -> None:
    """Check that the file's name says what is to be drawn.

    Raises:
        StartFailure: it ends neither in `.svg` nor in `.png`.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise StartFailure(f"{file} ends in neither .svg nor .png, so it does not say what to draw")


async def facts_of(
    database: Database, *, plan: str, period: str, language: Language, is_rehearsal: bool = False
) -> Facts:
    """Return what is known of a plan's period; a rehearsal that the database knows of is one whatever is said.

    Raises:
        StartFailure: the plan or the period is not known; the sentence names those that are.
    """
    async with database.transaction() as connection:
        await connection.execute("set transaction isolation level repeatable read, read only")
        return await _facts(connection, plan=plan, period=period, language=language, is_rehearsal=is_rehearsal)


def draw(facts: Facts, *, file: Path, language: Language) -> None:
    """Draw the facts into a file, as its name ends.

    Raises:
        StartFailure: the name ends otherwise, or the file cannot be written.
    """
    check_name(file)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns where it may keep no cache, as in a container
    # Imported here, so that no service process holds a drawing library.
    from services.scoring.charts.drawing import drawn  # noqa: PLC0415

    content = drawn(picture_of(facts, language=language), suffix=file.suffix.lower())
    try:
        file.write_bytes(content)
    except OSError as error:
        raise StartFailure(f"{file} cannot be written: {error.strerror}") from None


async def _facts(connection: Any, *, plan: str, period: str, language: Language, is_rehearsal: bool) -> Facts:
    data = await _newest(connection, plan)
    asked = plan_of(data)
    found = asked.period_by_id.get(period)
    if found is None:
        raise StartFailure(f"plan {plan} has no period {period!r}; it has {_listed(list(asked.period_by_id))}")
    shown = [each.id for each in asked.periods if each.ends_on <= found.ends_on]
    rows = await connection.fetch(_UP_TO, plan, shown)
    judged = await connection.fetch(_OF_PERIOD, plan, period)
    wanted = asked.agencies | {row["agency"] for row in judged}
    registered = [
        AgencyRegisteredData.model_validate_json(row["body"])
        for row in await connection.fetch(
            "select body from agency where id = any($1::text[]) order by id", list(wanted)
        )
    ]
    is_vi = language is Language.VI
    standings: defaultdict[str, dict[str, Standing]] = defaultdict(dict)
    for row in rows:
        standings[row["period"]][row["agency"]] = Standing(row["standing"])
    return Facts(
        plan=asked,
        title=data.title_vi if is_vi else data.title_en,
        names={each.id: each.name_vi if is_vi else each.name_en for each in data.indicators},
        period=found,
        agencies={each.agency: agency_of(each) for each in registered},
        progress=[progress_in(row) for row in judged],
        standings=standings,
        cut_off_at=max((row["decided_at"] for row in rows), default=None),
        is_synthetic=any(row["is_synthetic"] for row in rows),
        is_rehearsal=is_rehearsal
        or await connection.fetchval("select exists (select from clock_anchor where start is not null)"),
    )


async def _newest(connection: Any, plan: str) -> PlanPublishedData:
    body = await connection.fetchval(_NEWEST, plan)
    if body is None:
        known = await connection.fetch("select distinct plan from plan_version order by plan")
        raise StartFailure(f"there is no plan {plan!r}; known: {_listed([row['plan'] for row in known])}")
    return PlanPublishedData.model_validate_json(body)


def _listed(names: Sequence[str]) -> str:
    """Return names for a sentence: of many the first and the last."""
    if len(names) > _MOST_NAMED:
        return f"{names[0]}, {names[1]}, … {names[-1]}"
    return ", ".join(names) or "none"
