"""One run, from an empty folder to the last screen."""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from datetime import datetime
from datetime import time as hour
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console

from services.embedded_settings import EmbeddedSettings
from services.embedded_system import EmbeddedSystem, embedded_system
from services.ingest.plans.files.folder import FileFaults, LoadedPlan, load, render
from shared.runtime import logging
from shared.runtime.clock import SteppedClock
from shared.runtime.embedded.broker import free_port
from shared.runtime.errors import StartFailure, counted
from shared.runtime.process.server import listening_socket
from tools.demo import months
from tools.demo.folder import SUBMISSION, fresh_folder
from tools.demo.http import NoAnswer
from tools.demo.play import Run
from tools.demo.published import Published, published_course, read_published
from tools.demo.screen import Screen
from tools.demo.settling import NotSettled
from tools.demo.telling import tell
from tools.demo.visit import example_of
from tools.demo.wishes import Wishes
from tools.demo.words import title, ways_in, whereabouts
from tools.demo.year import Moment, year_of

_USUAL_PORT: Final = 8080
_WORK_BEGINS: Final = hour(8)
_MOST_SECONDS: Final = 0.3  # that roll-ups, which a digest may wait for, are looked for anew


async def demonstrate(wishes: Wishes, *, console: Console) -> bool:
    """Play the year, show what came of it, and return whether everything is accounted for.

    Raises:
        StartFailure: the plan has faults, a part cannot start, or the year cannot be played to its end.
    """
    loaded = _loaded(wishes.plan_folder)
    plan = loaded.content
    starts_at = datetime.combine(plan.starts_on, _WORK_BEGINS, ZoneInfo(plan.timezone))
    clock = SteppedClock(starts_at, most_seconds=_MOST_SECONDS)
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
            screen.say("starting PostgreSQL, a Kafka and the three services")
            async with embedded_system(settings, clock=clock) as system:
                run = Run(system=system, clock=clock, screen=screen, mailbox=_maildir(system), began=wishes.began)
                screen.leave(whereabouts(system.base_url), *months.heads())
                moments = await _played(run, loaded, published=published, wishes=wishes, log=log)
                screen.stop()
                is_sound = await tell(run, loaded, is_published=bool(published), wishes=wishes, console=console)
                if not wishes.is_exit:
                    await _let_in(run, moments, loaded, folder=wishes.directory, console=console)
                    await _interrupted()
    return is_sound


async def _let_in(run: Run, moments: Sequence[Moment], loaded: LoadedPlan, *, folder: Path, console: Console) -> None:
    """Say where to look and what to type, with a key and a submission that is accepted."""
    plan = loaded.content
    example = example_of(moments, plan=plan, today=run.clock.now().date())
    submission = folder / SUBMISSION
    if example:
        submission.write_text(example.written(), encoding="utf-8")
    agency = example.agency if example else min(plan.agencies)
    told = ways_in(
        plan.plan,
        base_url=run.system.base_url,
        key=await run.key_to_file_and_read(agency, plan=plan),
        submission=_from_here(submission) if example else None,
    )
    console.print(told, soft_wrap=True, markup=False)


def _from_here(file: Path) -> Path:
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


async def _played(
    run: Run, loaded: LoadedPlan, *, published: Sequence[Published], wishes: Wishes, log: Path
) -> Sequence[Moment]:
    """Play the year and return its moments."""
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
    return moments


async def _interrupted() -> None:
    """Wait for Ctrl-C, or for the end that a supervisor asks for."""
    is_over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, is_over.set)
    await is_over.wait()


def _loaded(folder: Path) -> LoadedPlan:
    try:
        return load(folder)
    except FileFaults as error:
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
