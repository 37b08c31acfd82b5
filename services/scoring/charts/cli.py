"""`python -m services.scoring chart`: reads what is known of a plan's period and draws it into a file."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

from services.scoring.charts.facts import bars_of
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.published import Published, name_of
from services.scoring.plans.store import ONE_MOMENT, PlanCache, UnitOfWork
from services.scoring.plans.translation import plan_of
from services.scoring.progress.silence import silence
from services.scoring.rollups.handlers import load_period
from shared.charts.model import Chart, PeriodColumn
from shared.charts.png import png_of
from shared.charts.svg import svg_of
from shared.events.vocabulary import Language, Standing
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure

SUFFIXES: Final = (".svg", ".png")
_COUNTS: Final = """
select period, standing, count(*) as agencies, max(decided_at) as decided_at, bool_or(is_synthetic) as is_synthetic
from current_progress where plan = $1 and period = any($2::text[]) and is_owed group by period, standing
"""
_MOST_NAMED: Final = 6


def check_name(file: Path) -> None:
    """Check that the file's name says what is to be drawn.

    Raises:
        StartFailure: it ends neither in `.svg` nor in `.png`.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise StartFailure(f"{file} ends in neither .svg nor .png, so it does not say what to draw")


async def chart_of(
    database: Database, *, plan: str, period: str, language: Language, is_rehearsal: bool = False
) -> Chart:
    """Return the chart of a plan's period; a rehearsal that the database knows of is one whatever is said.

    Raises:
        StartFailure: the plan or the period is not known; the sentence names those that are.
    """
    async with database.transaction() as connection:
        await connection.execute(ONE_MOMENT)
        return await _chart(connection, plan=plan, period=period, language=language, is_rehearsal=is_rehearsal)


def draw(chart: Chart, *, file: Path) -> None:
    """Draw the chart into a file, as its name ends.

    Raises:
        StartFailure: the name ends otherwise, or the file cannot be written.
    """
    check_name(file)
    svg = svg_of(chart)
    try:
        file.write_bytes(png_of(svg) if file.suffix.lower() == ".png" else svg.encode())
    except OSError as error:
        raise StartFailure(f"{file} cannot be written: {error.strerror}") from None


async def _chart(connection: Any, *, plan: str, period: str, language: Language, is_rehearsal: bool) -> Chart:
    data = await Published().newest(connection, plan)
    if data is None:
        known = await connection.fetch("select distinct plan from plan_version order by plan")
        raise StartFailure(f"there is no plan {plan!r}; known: {_listed([row['plan'] for row in known])}")
    newest = plan_of(data)
    found = newest.period_by_id.get(period)
    if found is None:
        raise StartFailure(f"plan {plan} has no period {period!r}; it has {_listed(list(newest.period_by_id))}")
    shown = [each for each in newest.periods if each.ends_on <= found.ends_on]
    shown.sort(key=lambda each: each.starts_on)
    counts: defaultdict[str, dict[Standing, int]] = defaultdict(dict)
    rows = await connection.fetch(_COUNTS, plan, [each.id for each in shown])
    for row in rows:
        counts[row["period"]][Standing(row["standing"])] = row["agencies"]
    work = UnitOfWork(connection, cache=PlanCache())
    # Whoever is not heard of by the end of a period is awaited, whatever day it is.
    at_its_end = datetime.combine(found.last_on, time.max, tzinfo=newest.timezone)
    silent = await silence(work, PlanVersion(plan, newest.version), now=at_its_end)
    for each in shown:
        if awaited := len(silent.progress(each.id)):
            counts[each.id][Standing.AWAITED] = counts[each.id].get(Standing.AWAITED, 0) + awaited
    as_of: datetime | None = max((row["decided_at"] for row in rows), default=None)
    return Chart(
        language=language,
        plan=data.title_vi if language is Language.VI else data.title_en,
        plan_version=newest.version,
        period=period,
        first_on=found.starts_on,
        last_on=found.last_on,
        as_of=as_of.astimezone(newest.timezone) if as_of else None,
        bars=bars_of(
            await load_period(newest, found, work=work, now=at_its_end),
            names={each.id: name_of(each, language) for each in data.indicators},
            language=language,
        ),
        columns=tuple(PeriodColumn(each.id, counts[each.id]) for each in shown),
        is_synthetic=any(row["is_synthetic"] for row in rows),
        is_rehearsal=is_rehearsal
        or await connection.fetchval("select exists (select from clock_anchor where start is not null)"),
    )


def _listed(names: Sequence[str]) -> str:
    """Return names for a sentence: of many the first and the last."""
    if len(names) > _MOST_NAMED:
        return f"{names[0]}, {names[1]}, … {names[-1]}"
    return ", ".join(names) or "none"
