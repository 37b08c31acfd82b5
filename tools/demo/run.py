"""One run, from an empty folder to the last screen."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from datetime import datetime
from datetime import time as hour
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console, Group

from services.embedded_settings import EmbeddedSettings
from services.embedded_system import EmbeddedSystem, embedded_system
from services.ingest.plan_files import LoadedPlan, PlanFaults, load, render
from shared.events import topics
from shared.runtime import logging
from shared.runtime.clock import SteppedClock
from shared.runtime.embedded.broker import free_port
from shared.runtime.errors import StartFailure, counted
from shared.runtime.serve import listening_socket
from shared.runtime.topics import dump_topic
from tools.demo import evidence
from tools.demo.accounting import Account, account
from tools.demo.client import Book
from tools.demo.folder import DUMP, SUMMARY, fresh_folder
from tools.demo.http import NoAnswer
from tools.demo.picture import draw, draw_chart
from tools.demo.play import Run
from tools.demo.published import Published, published_course, read_published
from tools.demo.screen import Screen
from tools.demo.series import announced, series_of
from tools.demo.settling import NotSettled
from tools.demo.summary import Summary
from tools.demo.tables import last_screen
from tools.demo.words import closing_words, title
from tools.demo.year import year_of

_USUAL_PORT: Final = 8080
_WORK_BEGINS: Final = hour(8)


@dataclass(frozen=True)
class Wishes:
    """What the command was asked for."""

    plan_folder: Path
    seed: int
    periods: int | None  # none: the whole year
    port: int | None  # none: the usual one, or a free one where that is taken
    is_exit: bool
    directory: Path
    picture: Path | None  # where to draw the last screen as HTML
    chart: Path | None  # where to draw a period's chart
    chart_period: str | None  # none: the last one that was played
    began: float  # time.monotonic() of the command


async def demonstrate(wishes: Wishes, *, console: Console) -> bool:
    """Play the year, show what came of it, and return whether everything is accounted for.

    Raises:
        StartFailure: the plan has faults, a part cannot start, or the year cannot be played to its end.
    """
    loaded = _loaded(wishes.plan_folder)
    plan = loaded.content
    clock = SteppedClock(datetime.combine(plan.starts_on, _WORK_BEGINS, ZoneInfo(plan.timezone)))
    published = read_published(wishes.plan_folder)
    console.print(title(plan, is_published=bool(published)))
    log = wishes.directory / "log.jsonl"
    with fresh_folder(wishes.directory) as folder, _logs_in(log):
        settings = EmbeddedSettings(
            tiendo_var=folder,
            kafka_bootstrap_servers=None,
            kafka_topic_prefix="",
            database_url=None,
            smtp_url=None,
            key_pepper=None,
            clock_start=None,
            port=_port(wishes.port),
        )
        with Screen(console) as screen:
            screen.say("starting the system")
            async with embedded_system(settings, clock=clock) as system:
                run = Run(system=system, clock=clock, screen=screen, mailbox=_maildir(system), began=wishes.began)
                await _played(run, loaded, published=published, wishes=wishes, log=log)
                screen.stop()
                is_sound = await _told(run, loaded, is_published=bool(published), wishes=wishes, console=console)
                if not wishes.is_exit:
                    console.print(f"\nThe mails are at {system.base_url}/mail until Ctrl-C.")
                    await _interrupted()
    return is_sound


async def _played(run: Run, loaded: LoadedPlan, *, published: Sequence[Published], wishes: Wishes, log: Path) -> None:
    try:
        keys = await run.prepare(wishes.plan_folder)
        # In a thread: meanwhile the consumers join their groups, which takes the embedded broker five seconds.
        course = (
            partial(published_course, loaded.content, published)
            if published
            else partial(year_of, loaded.content, loaded.agencies, seed=wishes.seed)
        )
        moments = await asyncio.to_thread(course, periods=wishes.periods)
        await run.play(moments, plan=loaded.content, keys=keys)
    except* (NotSettled, NoAnswer) as errors:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise StartFailure(
            f"the year was not played to its end: {str(first) or type(first).__name__} (log: {log})"
        ) from None


async def _told(run: Run, loaded: LoadedPlan, *, is_published: bool, wishes: Wishes, console: Console) -> bool:
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
    outcomes = Counter((notice.kind, notice.state) for notice in notices)
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
    )
    summary.write(wishes.directory / SUMMARY)
    last = next(reversed(standings), "")
    attained = await evidence.reached(notify, plan=plan, agencies=loaded.agencies, period=last, now=now)
    tables = last_screen(standings=standings, mails=mails_by_kind, outcomes=outcomes, attained=attained, series=series)
    shown = Group("", tables, "", closing_words(summary, is_published=is_published))
    console.print(shown)
    if wishes.picture:
        draw(Group(title(plan, is_published=is_published), shown), file=wishes.picture)
    if wishes.chart:
        await draw_chart(scoring, plan=plan.plan, period=wishes.chart_period or last, file=wishes.chart)
    return _is_sound(found, run.book, console=console)


def _is_sound(found: Account, book: Book, *, console: Console) -> bool:
    wrong = [*found.sentences(), *book.surprises]
    for sentence in wrong[:10]:
        console.print(f"[red]✗[/] {sentence}")
    return not wrong


async def _interrupted() -> None:
    """Wait for Ctrl-C, or for the end that a supervisor asks for."""
    is_over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, is_over.set)
    await is_over.wait()


def _loaded(folder: Path) -> LoadedPlan:
    try:
        return load(folder)
    except PlanFaults as error:
        found = counted(len(error.faults), "fault")
        raise StartFailure(f"the plan in {folder} has {found}\n{render(error.faults)}") from None


def _maildir(system: EmbeddedSystem) -> Path:
    if system.mail_dir is None:
        raise StartFailure("the demonstration looks into the built-in mail catcher, and there is none")
    return system.mail_dir


def _port(wished: int | None) -> int:
    """Return the port wished for, whatever comes of it; without a wish one that is free."""
    if wished is not None:
        return wished
    try:
        listening_socket("127.0.0.1", _USUAL_PORT).close()
    except StartFailure:
        return free_port()
    return _USUAL_PORT


@contextmanager
def _logs_in(file: Path) -> Iterator[None]:
    """Send logs to a file, away from the bar."""
    with file.open("w", encoding="utf-8") as log, redirect_stderr(log):
        logging.configure("WARNING")
        yield
