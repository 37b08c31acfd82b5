"""What the picture of a plan's period shows: what agencies reached beside the targets, and standings over time."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from services.scoring.charts.bars import Bar, bars_of
from services.scoring.charts.facts import Facts
from services.scoring.charts.words import PICTURE_WORDS
from services.scoring.judging.model import Period
from services.scoring.judging.obligation import indicators_owed
from shared.events.vocabulary import Language, Standing


class Column(NamedTuple):
    """How many agencies have which standing in a period."""

    period: str
    agencies: Mapping[Standing, int]


class Picture(NamedTuple):
    """All that is drawn."""

    language: Language
    title: str
    subtitle: str
    marks: tuple[str, ...]  # what a reader must not overlook: synthetic figures, a rehearsal
    bars: tuple[Bar, ...]
    columns: tuple[Column, ...]


def picture_of(facts: Facts, *, language: Language) -> Picture:
    """Return the picture of a period, in the words of this language."""
    words = PICTURE_WORDS[language]
    return Picture(
        language=language,
        title=words.title.format(plan=facts.title, period=facts.period.id),
        subtitle=words.subtitle.format(
            first_on=facts.period.starts_on.strftime(words.date_format),
            last_on=facts.period.last_on.strftime(words.date_format),
            version=facts.plan.version,
            cut_off=words.cut_off.format(
                at=facts.cut_off_at.astimezone(facts.plan.timezone).strftime(words.moment_format)
            )
            if facts.cut_off_at
            else words.nothing_yet,
        ),
        marks=(words.synthetic,) * facts.is_synthetic + (words.rehearsal,) * facts.is_rehearsal,
        bars=bars_of(facts, language=language),
        columns=tuple(_column(period, facts=facts) for period in _up_to(facts)),
    )


def _up_to(facts: Facts) -> list[Period]:
    periods = sorted(facts.plan.periods, key=lambda period: period.starts_on)
    return [period for period in periods if period.ends_on <= facts.period.ends_on]


def _column(period: Period, *, facts: Facts) -> Column:
    known = facts.standings.get(period.id, {})
    owing = {
        agency.id
        for agency in facts.agencies.values()
        if indicators_owed(plan=facts.plan, agency=agency, period=period)
    }
    counts = Counter(known.values())
    counts[Standing.AWAITED] += len(owing - known.keys())
    return Column(period.id, {standing: counts[standing] for standing in Standing})
