"""Tells what came of a run: compares all that is known of it, writes the summary and shows the tables."""

import time
from collections import Counter

from rich.console import Console, Group

from services.ingest.plans.files.folder import LoadedPlan
from shared.events import topics
from shared.runtime.kafka.topics import dump_topic
from tools.demo import evidence, months
from tools.demo.accounting import Account, account
from tools.demo.client import Book
from tools.demo.folder import DUMP, SUMMARY
from tools.demo.picture import draw, draw_chart
from tools.demo.play import Run
from tools.demo.series import announced, series_of
from tools.demo.summary import Summary
from tools.demo.tables import reached_table, series_table
from tools.demo.wishes import Wishes
from tools.demo.words import closing_words, title


async def tell(run: Run, loaded: LoadedPlan, *, is_published: bool, wishes: Wishes, console: Console) -> bool:
    """Compare, write the summary, show the tables, and return whether all is accounted for."""
    plan, now = loaded.content, run.clock.now()
    scoring, notify = run.system.database("scoring"), run.system.database("notify")
    notices = await evidence.notices(notify, plan=plan.plan)
    mails = evidence.mails(run.mailbox)
    found = account(
        receipts=run.book.receipts.values(),
        applied=await evidence.applied(scoring, run.book.receipts),
        standings=await evidence.standings(scoring, plan=plan.plan),
        notices=notices,
        mails=mails,
        now=now,
    )
    standings = await evidence.standings_by_period(scoring, plan=plan.plan)
    dump = wishes.directory / DUMP
    await dump_topic(
        topics.PROGRESS.name, str(dump), bootstrap_servers=run.system.bootstrap, prefix=run.system.topic_prefix
    )
    series = series_of(announced(dump, plan=plan.plan), plan=plan)
    mails_by_kind = Counter(mail.kind for mail in mails)
    summary = Summary(
        plan=plan.plan,
        agencies=len(plan.agencies),
        submissions_accepted=len(run.book.receipts),
        submissions_refused=run.book.refused.total(),
        submissions_repeated=run.book.repeated,
        refused_for=dict(sorted(run.book.refused.items())),
        progress_events=await evidence.progress_events(scoring, plan=plan.plan),
        notices=dict(sorted(Counter(notice.kind for notice in notices).items())),
        notice_outcomes=dict(sorted(Counter(notice.state for notice in notices).items())),
        mails=len(mails),
        mails_by_kind=dict(sorted(mails_by_kind.items())),
        duplicate_mails=len(found.duplicates),
        unaccounted=found.unaccounted,
        surprises=run.book.surprise_count,
        seconds=round(time.monotonic() - wishes.began, 1),
        first_mail_seconds=run.first_mail_seconds,
        is_synthetic=True,
        seed=wishes.seed,
        standings={
            period: {str(standing): count for standing, count in counts.items()} for period, counts in standings.items()
        },
        statuses={name: str(status) for name, status in series.statuses.items()},
        scores={name: None if score is None else float(score) for name, score in series.scores.items()},
        ratios={name: None if ratio is None else float(ratio) for name, ratio in series.ratios.items()},
    )
    summary.write(wishes.directory / SUMMARY)
    last = next(reversed(standings), "")
    attained = await evidence.reached(notify, plan=plan, period=last)
    reached = series_table(series) if series.statuses else reached_table(attained, period=last)
    shown = Group(reached, closing_words(summary, is_published=is_published))
    console.print(shown)
    if wishes.picture:
        screen = Group(title(plan, is_published=is_published), "", *months.heads(), *run.over, "", shown)
        draw(screen, file=wishes.picture)
    if wishes.chart:
        await draw_chart(scoring, plan=plan.plan, period=wishes.chart_period or last, file=wishes.chart)
    return _is_sound(found, run.book, console=console)


def _is_sound(found: Account, book: Book, *, console: Console) -> bool:
    wrong = [*found.sentences(), *book.surprises]
    for sentence in wrong[:10]:
        console.print(f"[red]✗[/] {sentence}")
    return not wrong
